#!/usr/bin/env bash
# Format, vet, staticcheck, freshness of generated code, types of the scripts.
set -euo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
ours=$(git ls-files '*.go' | grep -v '_templ\.go$')
bad=$(go tool gofumpt -l $ours)
[ -z "$bad" ] || { echo "gofumpt cambiaría:" $bad >&2; exit 1; }
go tool templ generate -path internal/web >/dev/null 2>&1
git diff --exit-code --stat -- '*_templ.go' || { echo "las plantillas generadas no están al día: make generate" >&2; exit 1; }
go vet -tags timetzdata ./...
go tool staticcheck -tags timetzdata ./...
# The other route of signing (decided by the tag libcrypto) is code of csd alone.
go vet -tags timetzdata,libcrypto ./csd
go tool staticcheck -tags timetzdata,libcrypto ./csd
if [ -x internal/web/ui/node_modules/.bin/tsc ]; then (cd internal/web/ui && node_modules/.bin/tsc --noEmit); fi
go mod verify >/dev/null
echo "lint: bien"
