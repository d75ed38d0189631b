#!/bin/sh
# Compiles the public headers alone, twice and in every order, in C11 and C++17, with gcc and clang,
# all warnings errors; then the providers of tests/windows as they are. BUILD has the library.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

flags='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Werror -Iinclude -Iinclude/windows'
tried=0

compile() { # compile LANGUAGE HEADER...
    language=$1
    shift
    for header in "$@"; do printf '#include <%s>\n' "$header"; done >"$work/header"
    case $language in
    c) for cc in gcc clang; do
           $cc -x c -std=c11 $flags -fsyntax-only "$work/header" || exit 1
       done ;;
    c++) for cc in g++ clang++; do
           $cc -x c++ -std=c++17 $flags -fsyntax-only "$work/header" || exit 1
       done ;;
    esac
    tried=$((tried + 2))
}

headers='wdspxe.h wdsbp.h wdspxe-host.h wdspxe-types.h wdspxe-windows.h windows.h wdspxe-fake.h'
for language in c c++; do
    for a in $headers; do
        compile $language "$a" "$a"
        for b in wdspxe.h windows.h wdsbp.h; do
            [ "$a" = "$b" ] || compile $language "$a" "$b"
            [ "$a" = "$b" ] || compile $language "$b" "$a"
        done
    done
done
# The standard headers go before and after: our macros must not hit what is in them.
posix='sys/socket.h netinet/in.h arpa/inet.h net/if.h pthread.h unistd.h wchar.h signal.h'
compile c++ windows.h wdspxe.h bits/stdc++.h $posix
compile c++ bits/stdc++.h $posix wdspxe.h windows.h
compile c windows.h wdspxe.h $posix stdatomic.h math.h
compile c $posix stdatomic.h math.h wdspxe.h windows.h

flags='-Wall -Wextra -Werror -fPIC -shared -Iinclude -Iinclude/windows'
for cc in gcc clang; do
    $cc -std=c11 $flags -Wl,-z,defs -o "$work/provider.so" tests/windows/provider.c \
        -L"$build" -l:libwdspxe.so.1
done
for cc in g++ clang++; do
    $cc -std=c++17 $flags -fno-gnu-unique -Wl,-z,defs -o "$work/provider.so" \
        tests/windows/provider.cc -L"$build" -l:libwdspxe.so.1 2>"$work/errors" ||
        { grep -q fno-gnu-unique "$work/errors" && $cc -std=c++17 $flags -Wl,-z,defs \
            -o "$work/provider.so" tests/windows/provider.cc -L"$build" -l:libwdspxe.so.1; } ||
        { cat "$work/errors"; exit 1; }
    # A provider that hides everything else still shows its entry point.
    $cc -std=c++17 $flags -fvisibility=hidden -Wl,-z,defs -o "$work/provider.so" \
        tests/windows/provider.cc -L"$build" -l:libwdspxe.so.1
    nm -D --defined-only "$work/provider.so" | grep -q ' T PxeProviderInitialize$'
    nm -D --defined-only "$work/provider.so" | grep -q ' T DllMain$'
done
echo "headers: $tried compilations, four compilers, two providers from Windows"
