#!/usr/bin/env bash
# A throw-away PostgreSQL for the tests: `start DIR` prints its address, `stop DIR` ends it and removes DIR.
set -euo pipefail
dir=${2:?folder}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(readlink -f "$(command -v initdb)")")
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
case ${1:?start or stop} in
start)
  mkdir -p "$dir"
  [ "$(id -u)" != 0 ] || chown postgres "$dir"
  user=$(as id -un)
  as "$bin/initdb" -D "$dir/data" -A trust -U "$user" -E UTF8 --locale=C --data-checksums >"/tmp/initdb.$$" 2>&1 || { cat "/tmp/initdb.$$" >&2; exit 1; }
  rm -f "/tmp/initdb.$$"
  for port in $(seq 54330 54360); do
    if as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c max_connections=200" start >/dev/null 2>&1; then
      echo "postgres://$user@127.0.0.1:$port/postgres?sslmode=disable"
      exit 0
    fi
  done
  cat "$dir/log" >&2
  exit 1
  ;;
stop)
  as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
  ;;
esac
