#!/bin/sh
# The template outside the tree: installs into a private folder, copies the template, builds and
# tests it there against what was installed, as C and as C++, with gcc and clang.
# Usage: tests/template.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

make -s BUILD="$build" DESTDIR="$folder/root" install
unset MAKEFLAGS MFLAGS MAKEOVERRIDES # what the caller told make is not for the template's
template=$folder/root/usr/share/wdspxed/template
export PKG_CONFIG_SYSROOT_DIR="$folder/root" PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
PKG_CONFIG_LIBDIR=$(dirname "$(find "$folder/root" -name wdspxe.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$folder/root" -name libwdspxe.so)")
export PKG_CONFIG_LIBDIR LD_LIBRARY_PATH

try() { # name, file name of the source, then make's arguments
    name=$1 source=$2
    shift 2
    mkdir "$folder/$name"
    cp "$template"/* "$folder/$name"
    [ "$source" = hello.c ] || mv "$folder/$name/hello.c" "$folder/$name/$source"
    (cd "$folder/$name" && make -s "$@" test install DESTDIR="$folder/$name/root") || {
        echo "FAIL  the template, $name"
        exit 1
    }
    [ -n "$(find "$folder/$name/root" -path '*/wdspxed/providers/hello.so')" ]
    # One symbol of its own is seen, and nothing that survives dlclose().
    seen=$(nm -D --defined-only "$folder/$name/hello.so" | awk '{ print $2, $3 }')
    [ "$seen" = "T PxeProviderInitialize" ] || {
        echo "FAIL  the template, $name, exports: $seen"
        exit 1
    }
    echo "ok    the template, $name"
}

# A manual page is there under the name of each function, without a run of mandb (D7).
for name in $(sed -n 's/^\t\([A-Za-z0-9]*\);$/\1/p' daemon/libwdspxe/libwdspxe.map daemon/fake/libwdspxe-fake.map) \
    RegQueryValueEx PxeProviderInitialize; do
    [ -e "$folder/root/usr/share/man/man3/$name.3" ] || { echo "FAIL  no page is installed as $name(3)"; exit 1; }
done

# The files that wdspxe-provider(7) shows for other build systems (D8).
others() { # name, file, display, then what builds and installs it
    name=$1 file=$2 display=$3
    shift 3
    mkdir "$folder/$name"
    cp "$template"/hello.c "$folder/$name"
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
    try "$cc" hello.c CC="$cc" CFLAGS="$strict"
done
try g++ hello.cc CXX=g++ CFLAGS="$strict"
try clang++ hello.cc CXX=clang++ CFLAGS="$strict"
others cmake CMakeLists.txt 1 with_cmake
others meson meson.build 2 with_meson
