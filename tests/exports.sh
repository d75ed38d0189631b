#!/bin/sh
# Each library, its version script, the public headers and the package's list of symbols name the same
# functions, in the same nodes.
# BUILD has the libraries. PxeProviderInitialize is declared, but providers define it.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

script() { # NODE NAME of a version script
    awk '/^[A-Z].*\{/ { node = $1 } /^\t[A-Za-z0-9_]+;$/ { sub(/;/, ""); print node, $1 }' "$1" | sort
}

library() { # NODE NAME of a library; each name has exactly one version, which is the default one
    nm -D --defined-only "$1" | awk '$2 ~ /^[TWiBD]$/ { print $3 }' |
        awk -F@@ 'NF == 2 { print $2, $1 } NF != 2 { print "unversioned", $1 }' | sort
}

declared() { # NODE NAME of a header, as the compiler sees it: declared NODE HEADER
    printf '#include <%s>\n' "$2" | gcc -x c -std=c11 -Iinclude -Iinclude/windows -E - |
        awk '/^# [0-9]+ "/ { ours = ($3 ~ /^"include\/wds/) } ours' | tr '\n' ' ' |
        grep -oE '\b(Pxe|WdsBp|Reg|Get|Set)[A-Za-z0-9]*[[:space:]]*\(' | tr -d ' (' |
        grep -v '^PxeProviderInitialize$' | sort -u | sed "s/^/$1 /"
}

packaged() { # NODE NAME of the list of symbols of a Debian package; the nodes themselves are in it, too
    sed -nE 's/^ ([A-Za-z0-9_]+)@([A-Z0-9_]+) .*/\2 \1/p' "$1" | awk '$1 != $2' | sort
}

agree() { # agree LIBRARY SCRIPT [PACKAGE], the names of the headers in $work/headers
    script "$2" >"$work/script"
    library "$build/$1" >"$work/library"
    [ -s "$work/script" ] || { echo "exports: $2: nothing was read"; exit 1; }
    diff -u "$work/script" "$work/library" || { echo "exports: $2 (-) and $1 (+) differ"; exit 1; }
    diff -u "$work/script" "$work/headers" || { echo "exports: $2 (-) and headers (+) differ"; exit 1; }
    if [ -n "${3-}" ]; then
        packaged "debian/$3.symbols" >"$work/packaged"
        diff -u "$work/script" "$work/packaged" || { echo "exports: $2 (-) and debian/$3.symbols (+) differ"; exit 1; }
    fi
    readelf -d "$build/$1" | grep -qF "[$1]" || { echo "exports: the soname is not $1"; exit 1; }
    echo "exports: $1: $(wc -l <"$work/script") functions: script, library and headers agree"
}

{
    declared WDSPXE_1 wdspxe.h
    declared WDSPXE_1 wdsbp.h
    declared WDSPXE_HOST wdspxe-host.h | grep ' PxeHost'
} | sort -u >"$work/headers"
agree libwdspxe.so.1 daemon/libwdspxe/libwdspxe.map libwdspxe1

declared WDSPXE_BOOT_1 wdspxe-boot.h | grep ' PxeBoot' >"$work/headers"
agree libwdspxe-boot.so.1 daemon/boot/libwdspxe-boot.map libwdspxe-boot1

declared WDSPXE_FAKE_1 wdspxe-fake.h | grep ' PxeFake' >"$work/headers"
agree libwdspxe-fake.so.1 daemon/fake/libwdspxe-fake.map

# Those of Windows have names of every kind: what our headers declare and do not define. `new` as in a
# prototype.
for header in include/windows/*.h; do
    gcc -x c -std=gnu11 -Iinclude -aux-info "$work/prototypes" -fsyntax-only "$header"
    sed -n 's,^/\* include/windows/[^ ]*:NC \*/[^(]*[ *]\([A-Za-z0-9_]*\) (.*,WDSPXE_WINDOWS_1 \1,p' "$work/prototypes"
done | sort -u >"$work/headers"
agree libwdspxe-windows.so.1 daemon/windows/libwdspxe-windows.map libwdspxe-windows1
