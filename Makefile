# Needs Go and nothing else; `make` alone lists what can be done.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GOLANGCI_LINT ?= go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
LINTFLAGS     ?=
TESTFLAGS     ?=
BENCHFLAGS    ?=

.PHONY: help run test race check fmt lint gen contract trial build ci bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start the desk with demo data in ./data/demo (UNGCUU_DATA for another folder)
	UNGCUU_DATA="$${UNGCUU_DATA:-./data/demo}" go run ./cmd/ungcuu serve --demo

test: ## run every test that this machine can run
	go test -timeout 25m $(TESTFLAGS) ./...
	@scripts/untried.sh

race: ## the short tests with the race detector (needs a C compiler)
	go test -race -short $(TESTFLAGS) ./internal/...

check: ## before each commit: format, lint with vet, directions of imports, short tests
	@scripts/gofmt.sh
	$(GOLANGCI_LINT) run
	go test -short ./...

fmt: ## format the code and group the imports
	$(GOLANGCI_LINT) fmt

lint: ## run the linters alone
	$(GOLANGCI_LINT) run $(LINTFLAGS)

gen: ## write the generated files again: openapi/*.json, RIGHTS.md and RULES.md, the diagram of the lifecycle
	go run ./scripts/openapi
	go run ./scripts/asyncapi
	go run ./scripts/diagram
	go run ./scripts/rights
	go run ./scripts/rules

contract: ## check the OpenAPI and AsyncAPI documents with other people's tools (needs node and npm)
	scripts/check-contract.sh

trial: ## long trials: random lives, loss, restarts, load; up to two hours
	UNGCUU_TRIAL=full go test -run 'NeedToKnow|NoSequence' -timeout 60m -v ./internal/casework -rapid.checks=2000
	UNGCUU_TRIAL=full go test -run Trial -timeout 60m -v ./internal/store ./internal/app

bench: ## measure the desk beside floors of the same run; a Markdown table (BENCHFLAGS for its flags)
	@go run ./scripts/bench $(BENCHFLAGS)

build: ## a static, stripped binary: bin/ungcuu
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/ungcuu ./cmd/ungcuu

ci: ## everything that must pass before a change lands, with its own PostgreSQL and NATS
	bash .ci/run
