#!/usr/bin/env bash
# Installs on Debian, as root, the programs that the tests call. Where that cannot be: in CI it fails, elsewhere the tests skip and say so.
set -uo pipefail
declare -A package=(
  [xmllint]=libxml2-utils [xsltproc]=xsltproc [openssl]=openssl [pdftotext]=poppler-utils
  [zbarimg]=zbar-tools [qpdf]=qpdf [xmlsec1]=xmlsec1 [chromium]=chromium [psql]=postgresql
)
missing=()
for program in "${!package[@]}"; do
  command -v "$program" >/dev/null || missing+=("${package[$program]}")
done
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v gcc >/dev/null || missing+=(gcc libc6-dev) # the race detector needs a C compiler
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "instalando: ${missing[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "faltan programas para las pruebas: ${missing[*]}" >&2
[ -z "${CI:-}" ]
