#!/usr/bin/env bash
# Everything: tools, lint, Go with the race detector on SQLite and PostgreSQL, properties, fuzzing, and the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

step "programas que las pruebas usan"
dev/need.sh

step "binario y pantallas"
make --no-print-directory build

step "lint"
dev/lint.sh

pg=""
# In memory where the machine offers 2 GB of it: the store refuses a PostgreSQL that does not sync, and on a disk syncing
# is most of the tests' time.
roomy() { [ "$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 2000000 ] 2>/dev/null; }
if roomy; then work=$(mktemp -d -p /dev/shm); else work=$(mktemp -d); fi
chmod 755 "$work"
# What the tests write goes there too, but not what the compiler writes: its programs are large.
export GOTMPDIR=${GOTMPDIR:-${TMPDIR:-/tmp}}
mkdir "$work/tmp"
export TMPDIR="$work/tmp"
trap '[ -z "$pg" ] || dev/postgres.sh stop "$work/pg"; rm -rf "$work"' EXIT
step "PostgreSQL"
if pg=$(dev/postgres.sh start "$work/pg"); then
  export IOFACTURO_TEST_PG=$pg
  echo "$pg"
else
  pg=""
  echo "sin PostgreSQL: sus pruebas se omiten" >&2
  [ -z "${CI:-}" ]
fi

step "Go, con detector de carreras"
# The pointer checks that come with -race know nothing of SQLite's translated C and cost a fifth of the time.
# What measures time has a step of its own below: the race detector's time says nothing. So have the walls, whose
# requests come one after another.
walls='NobodyReaches|EveryRoleDoes|EveryUnsafe'
CGO_ENABLED=1 go test -race -skip "^TestAuthWorkIsTheSame\$|^TestEveryFigure\$|$walls" -gcflags='modernc.org/...=-d=checkptr=0' -tags timetzdata -timeout 25m ./...

step "la otra ruta de firma: libcrypto"
CGO_ENABLED=0 go test -p 1 -tags timetzdata,libcrypto ./csd ./cfdi ./cancelacion ./internal/signer

step "cada cifra de bench, en pequeño"
CGO_ENABLED=0 go test -tags timetzdata,libcrypto -count=1 -run TestEveryFigure ./internal/bench

step "memoria: el portal sin llaves tras mil sellos, y el firmante en reposo"
go test -tags timetzdata -run TestAPortalWithASeparateSignerHoldsNoKey -v ./cmd/iofacturo | grep -v '^=== '
GOEXPERIMENT=runtimesecret go test -tags timetzdata -run TestARestingSigner ./internal/signer
CGO_ENABLED=0 GOEXPERIMENT=runtimesecret go test -tags timetzdata,libcrypto -run TestARestingSigner ./internal/signer

step "propiedades, 10,000 casos cada una"
# One package at a time: xmldoc measures the time that a hostile file takes.
go test -p 1 -tags timetzdata -timeout 10m ./decimal ./xmldoc ./csd ./cfdi ./cfdi/pago20 -rapid.checks=10000

step "muros: cada ruta con datos ajenos, cada papel, cada sitio ajeno"
go test -tags timetzdata -count=1 -v -run "$walls" ./internal/web | grep -E "^(---|ok|FAIL|panic)| routes,| roles,| requests from"

step "entrar: quien existe y quien no cuestan lo mismo"
go test -tags timetzdata -count=1 -v -run TestAuthWorkIsTheSame ./internal/account | grep -v '^=== '

step "buscar una clave, sin detector de carreras"
go test -tags timetzdata -count=1 -v -run TestSearchIsFast ./catalogo | grep -v '^=== '

step "fuzzing"
dev/fuzz.sh 4000

step "navegador"
dev/browser.sh

step "todo bien"
