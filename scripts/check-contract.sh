#!/usr/bin/env bash
# Checks openapi/openapi.json as its users meet it: no error of the linter, and clients in Go
# and TypeScript that compile. Needs Go and Node; works in a temporary folder.
set -euo pipefail

document=$(cd "$(dirname "$0")/.." && pwd)/openapi/openapi.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "== redocly"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
if ! npx --yes @redocly/cli@2.77.0 lint --extends=recommended "$document" >"$work/redocly.log" 2>&1; then
  cat "$work/redocly.log"
  exit 1
fi
tail -n 3 "$work/redocly.log"

echo "== Go client"
mkdir "$work/goclient"
cd "$work/goclient"
go mod init goclient 2>/dev/null
go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 \
  -generate types,client -package goclient -o client.gen.go "$document"
go get github.com/oapi-codegen/runtime@v1.5.0 2>/dev/null
go vet .
echo "compiles"

echo "== TypeScript client"
mkdir "$work/tsclient"
cd "$work/tsclient"
npm install --silent --no-fund --no-audit --prefix . openapi-typescript@7.13.0 typescript@5.9.3 openapi-fetch@0.14.1
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
