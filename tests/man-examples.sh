#!/bin/sh
# Compiles and runs every example of the manual's section 3 and of wdspxe-provider(7): each literal display of a section
# EXAMPLES is a whole source. One with main() must end with 0. One with PxeProviderInitialize() is a
# provider: the fake host loads it and hands it a DISCOVER, and it must come to a verdict; in the
# daemon, through reloads under load, tests/lan/man_examples.py runs it. A page without an example fails. BUILD has the libraries.
set -eu
cd "$(dirname "$0")/.."
build=$(cd "${BUILD:-build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=gnu11 -Wall -Wextra -Werror -Iinclude -Iinclude/windows"
libs="-L$build -Wl,--as-needed -l:libwdspxe-boot.so.1 -l:libwdspxe-windows.so.1 -l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 -Wl,--disable-new-dtags,-rpath,$build"

export WDSPXE_PROVIDERS_DIR="$work/providers.d" WDSPXE_STATE_DIR="$work/state"
export HOME="$work"
mkdir "$work/providers.d"
# shellcheck disable=SC2086
gcc $flags -o "$work/ask" tests/man-examples.c $libs

ran=0
for page in man/*.3 man/wdspxe-provider.7; do
    n=1
    while tests/man-extract.sh "$page" "$n" >"$work/example.c" && [ -s "$work/example.c" ]; do
        what="$page, example $n"
        # shellcheck disable=SC2086
        if grep -q 'PxeProviderInitialize(' "$work/example.c"; then
            gcc $flags -fPIC -shared -Wl,-z,defs -o "$work/example.so" "$work/example.c" $libs ||
                { echo "$what: does not compile"; exit 1; }
            # What says that it serves HTTP Boot must boot such clients.
            how=$(grep -q 'HTTPClient' "$work/example.c" && echo http || echo any)
            "$work/ask" "$work/example.so" "$how" || { echo "$what: fails"; exit 1; }
        else
            gcc $flags -o "$work/example" "$work/example.c" $libs -pthread ||
                { echo "$what: does not compile"; exit 1; }
            (cd "$work" && ./example >"$work/output" 2>&1) ||
                { echo "$what: fails"; cat "$work/output"; exit 1; }
        fi
        ran=$((ran + 1)) n=$((n + 1))
    done
    [ "$n" -gt 1 ] || { echo "$page: has no example"; exit 1; }
done

# Every function that the library exports is a .Nm of some page.
sed -n 's/^\t\([A-Za-z0-9_]*\);$/\1/p' daemon/libwdspxe/libwdspxe.map daemon/boot/libwdspxe-boot.map \
    daemon/windows/libwdspxe-windows.map daemon/fake/libwdspxe-fake.map |
    while read -r name; do
        cat man/*.3 | grep -Eq "^\.Nm $name( ,)?$" || { echo "man: no page names $name"; exit 1; }
    done
echo "man: $ran examples compiled and run"
