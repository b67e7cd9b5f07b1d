#!/usr/bin/env bash
# Says in one line what `go test` skipped for want of a server, and how to switch it on.
set -euo pipefail

untried=() settings=()
if [[ -z ${UNGCUU_TEST_POSTGRES:-} ]]; then
  untried+=(PostgreSQL)
  settings+=('UNGCUU_TEST_POSTGRES=postgres://…')
fi
if [[ -z ${UNGCUU_TEST_NATS:-} ]]; then
  untried+=('a separate NATS server')
  settings+=('UNGCUU_TEST_NATS=<path of a nats-server>')
fi
if ((${#untried[@]})); then
  what=${untried[0]}${untried[1]:+ and ${untried[1]}}
  echo "Not tried: $what. To try: ${settings[*]} make test (make ci brings its own)."
fi
