#!/bin/sh
# What is built is right after any change, without `make clean`: a changed flag or header builds anew
# what depends on it, and nothing is built twice (H10).
set -eu
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

object=$build/obj/daemon/base/pool.o
tool=$build/bench/load

build() { make -s BUILD="$build" "$@" "$object" "$tool"; }
instant() { stat -c %Y.%y "$object" "$tool"; }

# changed WHAT NOW THEN: both were built anew
changed() {
    [ "$(printf '%s\n' "$2" | sort | comm -12 - "$3" | wc -l)" = 0 ] || { echo "rebuild: $1: nothing was built anew"; exit 1; }
}

build
instant | sort >"$build/first"
build
instant | sort | cmp -s - "$build/first" || { echo "rebuild: what had not changed was built twice"; exit 1; }
build CFLAGS=-DANOTHER
changed "another flag" "$(instant)" "$build/first"
instant | sort >"$build/first"
build CFLAGS=-DANOTHER -W daemon/base/pool.h -W tests/bench/load.c
changed "a changed header" "$(instant)" "$build/first"

# Each program that has headers of ours knows them. What has no main is loaded into one.
for source in tests/lab/*.c tests/bench/*.c; do
    name=${source#tests/}
    grep -q '^int main(' "$source" || continue
    case $name in lab/*) made=$build/tests/${name#lab/} ;; *) made=$build/$name ;; esac
    made=${made%.c}
    [ "$made" = "$build/bench/path" ] || make -s BUILD="$build" "$made"
    [ "$made" = "$build/bench/path" ] || [ -e "$build/obj/tests/${name%.c}.d" ] ||
        { echo "rebuild: $made does not know its headers"; exit 1; }
done
echo "rebuild: flags and headers are known"
