#!/usr/bin/env bash
# Runs every fuzz target of the module for the time given (default 5s each). Saved corpora always run in go test.
set -euo pipefail
cd "$(dirname "$0")/.."
each=${1:-5s}
export CGO_ENABLED=0
git grep -ho 'func Fuzz[A-Za-z0-9_]*' -- '*_test.go' >/dev/null || exit 0
git grep -l 'func Fuzz' -- '*_test.go' | while read -r file; do
  for target in $(grep -o '^func Fuzz[A-Za-z0-9_]*' "$file" | sed 's/func //'); do
    echo "fuzz $(dirname "$file") $target $each"
    go test -tags timetzdata -run '^$' -fuzz "^$target\$" -fuzztime "$each" -fuzzminimizetime 10x "./$(dirname "$file")" >/tmp/fuzz.$$ 2>&1 || { cat /tmp/fuzz.$$; rm -f /tmp/fuzz.$$; exit 1; }
    rm -f /tmp/fuzz.$$
  done
done
