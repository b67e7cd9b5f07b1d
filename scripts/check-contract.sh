#!/usr/bin/env bash
# Checks openapi/openapi.json and openapi/asyncapi.json as their users meet them: no error of
# the linter or the official parser, clients in Go and TypeScript that compile, and the guide's
# TypeScript consumer, which runs against a server where UNGCUU_TEST_NATS names a nats-server.
# Needs Go and Node; works in a temporary folder.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
document=$root/openapi/openapi.json
events=$root/openapi/asyncapi.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

retry() { # retry COMMAND…: what asks the network may fail by chance; three tries
  local try
  for try in 1 2; do
    "$@" && return
    echo "failed (try $try): $*" >&2
    sleep $((5 * try))
  done
  "$@"
}

echo "== redocly"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
retry npx --yes @redocly/cli@2.77.0 --version >/dev/null
if ! npx --yes @redocly/cli@2.77.0 lint --extends=recommended "$document" >"$work/redocly.log" 2>&1; then
  cat "$work/redocly.log"
  exit 1
fi
tail -n 3 "$work/redocly.log"

echo "== Go client"
mkdir "$work/goclient"
cd "$work/goclient"
go mod init goclient 2>/dev/null
retry go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 \
  -generate types,client -package goclient -o client.gen.go "$document"
retry go get github.com/oapi-codegen/runtime@v1.5.0 2>"$work/get.log" || { cat "$work/get.log" >&2; exit 1; }
go vet .
echo "compiles"

echo "== TypeScript client"
mkdir "$work/tsclient"
cd "$work/tsclient"
retry npm install --silent --no-fund --no-audit --prefix . openapi-typescript@7.13.0 typescript@5.9.3 openapi-fetch@0.14.1
npx openapi-typescript "$document" -o api.d.ts >/dev/null
cat >use.ts <<'TS'
import createClient from "openapi-fetch";
import type { paths } from "./api";

const client = createClient<paths>({ baseUrl: "/" });

export async function first(): Promise<string | undefined> {
  const { data, error } = await client.GET("/api/v1/incidents", { params: { query: { status: ["reported"], limit: 1 } } });
  if (error) return error.trace_id;
  return data.items[0]?.system?.name;
}

export async function triage(id: string): Promise<number> {
  const { data } = await client.POST("/api/v1/incidents/{id}/triage", {
    params: { path: { id }, header: { "If-Match": '"1"' } },
    body: { category: "availability.ddos", severity: "high" },
  });
  return data?.version ?? 0;
}
TS
npx tsc --noEmit --strict --module esnext --moduleResolution bundler --target es2022 --lib es2022,dom use.ts
echo "compiles"

echo "== AsyncAPI"
mkdir "$work/asyncapi"
cd "$work/asyncapi"
retry npm install --silent --no-fund --no-audit --ignore-scripts --prefix . @asyncapi/parser@3.6.3
cat >check.mjs <<'JS'
import { readFileSync } from "node:fs";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser";

const text = readFileSync(process.argv[2], "utf8");
const parser = new Parser();
const found = async (doc) => (await parser.parse(doc)).diagnostics;
const isError = (d) => d.severity === DiagnosticSeverity.Error;

const all = await found(text);
for (const d of all) console.log(`${DiagnosticSeverity[d.severity]}: ${d.path.join("/")}: ${d.message} (${d.code})`);
if (all.some(isError)) process.exit(1);

// A parser that finds nothing wrong anywhere would be no check. It does not look at examples;
// the Go tests do.
const broken = {
  "no title": (d) => delete d.info.title,
  "an unknown action": (d) => (d.operations.sendEvent.action = "publish"),
  "a reference to nowhere": (d) => (d.components.messages.NoteAdded.payload.$ref = "#/components/schemas/Nothing"),
  "a message of no channel": (d) => delete d.channels.events.messages.NoteAdded,
  "a parameter that is not described": (d) => delete d.channels.events.parameters.fact,
  "a schema that is none": (d) => (d.components.schemas.UUID.type = "uuid"),
};
for (const [name, change] of Object.entries(broken)) {
  const doc = JSON.parse(text);
  change(doc);
  if (!(await found(JSON.stringify(doc))).some(isError)) {
    console.error(`not noticed: ${name}`);
    process.exit(1);
  }
}
console.log(`valid; ${Object.keys(broken).length} broken documents were noticed`);
JS
node check.mjs "$events"

echo "== TypeScript consumer"
mkdir "$work/consumer"
cd "$work/consumer"
block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$root/openapi/EVENTS.md" | sed '1d;$d'; } # block LANGUAGE: of the guide
cp "$events" .
block sh >types.sh
block ts >consumer.ts
echo '{"type": "module"}' >package.json
retry npm install --silent --no-fund --no-audit --ignore-scripts --prefix . \
  @nats-io/transport-node@3.3.1 @nats-io/jetstream@3.3.1 typescript@5.9.3 @types/node@20.19.25
bash types.sh
npx tsc --strict --module nodenext --moduleResolution nodenext --target es2022 --skipLibCheck --types node consumer.ts
echo "compiles"
if [[ -n ${UNGCUU_TEST_NATS:-} ]]; then
  cd "$root"
  UNGCUU_TEST_TYPESCRIPT=$work/consumer/consumer.js go test -vet=off -count=1 -v -run 'TestTheGuidesConsumers.*/TypeScript' ./internal/app >"$work/consumer.log" ||
    { cat "$work/consumer.log"; exit 1; }
  grep -e '--- PASS: TestTheGuidesConsumers.*/TypeScript' "$work/consumer.log" # and so it was not skipped
else
  echo "not run: UNGCUU_TEST_NATS names no nats-server"
fi
