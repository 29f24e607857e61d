#!/usr/bin/env bash
# Runs every fuzz target of the module for as many inputs as given (default 20000 each). Saved corpora always run in go test.
# Inputs are counted, not seconds: with a time, go test fails now and then as it runs out, with nothing found
# (golang.org/issue/75804).
set -euo pipefail
cd "$(dirname "$0")/.."
each=${1:-20000}
export CGO_ENABLED=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for file in $(git grep -l 'func Fuzz' -- '*_test.go'); do
  for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$file"); do
    echo "fuzz $(dirname "$file") $target $each"
    go test -tags timetzdata -run '^$' -fuzz "^$target\$" -fuzztime "${each}x" -fuzzminimizetime 10x "./$(dirname "$file")" >"$out" 2>&1 || { cat "$out"; exit 1; }
  done
done
