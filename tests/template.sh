#!/bin/sh
# The templates outside the tree: installs into a private folder, copies each template, builds and
# tests it there against what was installed, as C and (those that are) as C++, with gcc and clang.
# Usage: tests/template.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

make -s BUILD="$build" DESTDIR="$folder/root" install
unset MAKEFLAGS MFLAGS MAKEOVERRIDES # what the caller told make is not for the template's
templates=$folder/root/usr/share/wdspxed
export PKG_CONFIG_SYSROOT_DIR="$folder/root" PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
PKG_CONFIG_LIBDIR=$(dirname "$(find "$folder/root" -name wdspxe.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$folder/root" -name libwdspxe.so)")
export PKG_CONFIG_LIBDIR LD_LIBRARY_PATH

try() { # template, name, file name of the source, then make's arguments
    template=$1 name=$1-$2 source=$3
    shift 3
    provider=${source%.*}
    mkdir "$folder/$name"
    cp "$templates/$template"/* "$folder/$name"
    [ -e "$folder/$name/$source" ] || mv "$folder/$name/$provider.c" "$folder/$name/$source"
    (cd "$folder/$name" && make -s "$@" test install DESTDIR="$folder/$name/root") || {
        echo "FAIL  $template, $name"
        exit 1
    }
    [ -n "$(find "$folder/$name/root" -path "*/wdspxed/providers/$provider.so")" ]
    # One symbol of its own is seen, and nothing that survives dlclose().
    seen=$(nm -D --defined-only "$folder/$name/$provider.so" | awk '{ print $2, $3 }')
    [ "$seen" = "T PxeProviderInitialize" ] || {
        echo "FAIL  $template, $name, exports: $seen"
        exit 1
    }
    echo "ok    $name"
}

# A manual page is there under the name of each function, without a run of mandb (D7).
for name in $(sed -n 's/^\t\([A-Za-z0-9]*\);$/\1/p' daemon/libwdspxe/libwdspxe.map daemon/boot/libwdspxe-boot.map \
    daemon/fake/libwdspxe-fake.map) \
    RegQueryValueEx PxeProviderInitialize; do
    [ -e "$folder/root/usr/share/man/man3/$name.3" ] || { echo "FAIL  no page is installed as $name(3)"; exit 1; }
done

# The files that wdspxe-provider(7) shows for other build systems (D8).
others() { # name, file, display, then what builds and installs it
    name=$1 file=$2 display=$3
    shift 3
    mkdir "$folder/$name"
    cp "$templates"/template-bare/hello.c "$folder/$name"
    tests/man-extract.sh man/wdspxe-provider.7 "$display" BUILDING >"$folder/$name/$file"
    (cd "$folder/$name" && DESTDIR="$folder/$name/root" && export DESTDIR && "$@" >log 2>&1) &&
        [ -n "$(find "$folder/$name/root" -path '*/wdspxed/providers/hello.so')" ] || {
        echo "FAIL  wdspxe-provider(7), $name"
        cat "$folder/$name/log"
        exit 1
    }
    echo "ok    wdspxe-provider(7), $name"
}
with_cmake() { cmake -B out . && cmake --build out && cmake --install out; }
with_meson() { meson setup out && meson install -C out; }

strict='-O2 -g -Wall -Wextra -Werror'
for cc in gcc clang; do
    try template "$cc" hello.c CC="$cc" CFLAGS="$strict"
    try template-bare "$cc" hello.c CC="$cc" CFLAGS="$strict"
    try template-async "$cc" later.c CC="$cc" CFLAGS="$strict"
done
for cxx in g++ clang++; do
    try template "$cxx" hello.cc CXX="$cxx" CFLAGS="$strict"
    try template-bare "$cxx" hello.cc CXX="$cxx" CFLAGS="$strict"
done
others cmake CMakeLists.txt 1 with_cmake
others meson meson.build 2 with_meson
if command -v rustc >/dev/null; then
    try template-rust rustc hello.rs
else
    echo "skip  template-rust: there is no rustc"
fi
