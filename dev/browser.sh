#!/usr/bin/env bash
# The browser test: the whole way in real Chromium against bin/iofacturo, which `make build` makes.
set -euo pipefail
cd "$(dirname "$0")/.."
e2e=internal/web/e2e
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$browser" ]; then
  echo "no hay Chromium: la prueba del navegador se omite" >&2
  [ -z "${CI:-}" ]
  exit
fi
[ -x bin/iofacturo ] || { echo "falta bin/iofacturo: make build" >&2; exit 1; }
if [ ! "$e2e/node_modules/.ready" -nt "$e2e/package-lock.json" ]; then
  (cd "$e2e" && npm ci --no-audit --no-fund --loglevel=error)
  touch "$e2e/node_modules/.ready"
fi
CHROMIUM=$browser exec node "$e2e/test.mjs" bin/iofacturo
