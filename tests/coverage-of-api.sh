#!/bin/sh
# Fails when a function of the API, of the kit or of the Windows part has no table of test cases: see
# tests/libwdspxe/README.md. BUILD is where the unit tests were built.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}

names=$(sed -n 's/^\t\([A-Za-z0-9_]*\);$/\1/p' daemon/libwdspxe/libwdspxe.map daemon/boot/libwdspxe-boot.map \
    daemon/windows/libwdspxe-windows.map | grep -v '^\*' | sort)
[ -n "$names" ] || { echo "coverage-of-api: no name was read"; exit 1; }
tables=$(cat "$build"/tests/*/*_test | grep -ao 'api-cases [A-Za-z0-9_]*' | sed 's/.* //' | sort -u)

missing=$(printf '%s\n' "$names" | while read -r name; do
    printf '%s\n' "$tables" | grep -qx "$name" || echo "$name"
done)
if [ -n "$missing" ]; then
    echo "coverage-of-api: without a table of cases:"
    printf '%s\n' "$missing" | sed 's/^/  /'
    exit 1
fi
echo "coverage-of-api: $(printf '%s\n' "$names" | wc -l) functions, each with a table of cases"
