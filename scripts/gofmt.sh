#!/usr/bin/env bash
# Fails, and names them, when files are not formatted as gofmt would.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -d '' files < <(find . -name '*.go' -not -path './.*' -not -path '*/node_modules/*' -not -path './data/*' -print0)
unformatted=$(gofmt -l "${files[@]}")
if [[ -n $unformatted ]]; then
  printf 'Not formatted; make fmt does it:\n%s\n' "$unformatted" >&2
  exit 1
fi
