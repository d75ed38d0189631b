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
    { # a header of macros alone is no unit of C yet
        for header in "$@"; do printf '#include <%s>\n' "$header"; done
        echo 'typedef int something;'
    } >"$work/header"
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

headers='wdspxe.h wdsbp.h wdspxe-host.h wdspxe-types.h wdspxe-windows.h windows.h strsafe.h synchapi.h handleapi.h processthreadsapi.h process.h interlockedapi.h sysinfoapi.h profileapi.h threadpoolapiset.h threadpoollegacyapiset.h heapapi.h timezoneapi.h debugapi.h fibersapi.h libloaderapi.h processenv.h winbase.h fileapi.h stringapiset.h wdspxe-fake.h wdspxe-boot.h wdspxe-numbers.h wdspxe-words.h'
for language in c c++; do
    for a in $headers; do
        compile $language "$a" "$a"
        for b in wdspxe.h windows.h wdsbp.h; do
            [ "$a" = "$b" ] || compile $language "$a" "$b"
            [ "$a" = "$b" ] || compile $language "$b" "$a"
        done
    done
done
# All others of Windows, those of one line too.
for header in include/windows/*.h; do
    for language in c c++; do compile $language "${header##*/}" "${header##*/}"; done
done
# The standard headers go before and after: our macros must not hit what is in them.
posix='sys/socket.h netinet/in.h arpa/inet.h net/if.h pthread.h unistd.h wchar.h signal.h'
compile c++ windows.h wdspxe.h bits/stdc++.h $posix
compile c++ bits/stdc++.h $posix wdspxe.h windows.h
compile c windows.h wdspxe.h $posix stdatomic.h math.h
compile c $posix stdatomic.h math.h wdspxe.h windows.h

flags='-Wall -Wextra -Werror -fPIC -Iinclude -Iinclude/windows -Wno-unknown-pragmas'
library="-Wl,-z,defs -L$build -l:libwdspxe-windows.so.1 -l:libwdspxe.so.1"
built=0
provider() { # provider SOURCE COMPILER FLAG...
    source=$1 cc=$2
    shift 2
    $cc "$@" $flags -shared -o "$work/provider.so" "$source" $library
    nm -D --defined-only "$work/provider.so" | grep -q ' T PxeProviderInitialize$'
    grep -q DllMain "$source" || return 0
    nm -D --defined-only "$work/provider.so" |
        grep -Eq ' T (DllMain|_Z7DllMainPvjS_|_Z7DllMainP11HINSTANCE__jPv)$'
}
hardened='-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2' # as distributions build
for cc in gcc clang; do
    for source in tests/windows/boot.c tests/windows/filter.c tests/windows/ansi.c tests/windows/threads.c tests/windows/pool.c tests/windows/late.c tests/windows/careless.c; do
        provider $source $cc -std=c11
        provider $source $cc -std=gnu17 $hardened
        built=$((built + 2))
    done
    $cc -std=gnu11 $flags -o "$work/installer" tests/windows/installer.c $library
done
# What the project of a source defines; tchar.cc is for either kind of text.
switches() {
    case $1 in
    */inifile.cc) echo -DUNICODE -D_UNICODE ;;
    */tchar.cc) echo -DWDSPXE_SAL1 ${2-} ;;
    esac
}
for cc in g++ clang++; do
    for source in tests/windows/*.cc; do
        provider $source $cc -std=c++17 $(switches $source)
        # One that hides everything else still shows its entry point.
        provider $source $cc -std=gnu++20 $hardened -fvisibility=hidden $(switches $source '-DUNICODE -D_UNICODE')
        built=$((built + 2))
    done
done
# A2: DllMain as Microsoft's compiler takes it.
for first in HANDLE HINSTANCE HMODULE; do
    for linkage in '' 'extern "C"'; do
        head="$linkage BOOL WINAPI DllMain($first hModule, DWORD dwReason, LPVOID lpReserved)"
        for cc in g++ clang++; do
            provider tests/windows/dllmain.cc $cc -std=c++17 -fvisibility=hidden "-DDLLMAIN=$head"
            built=$((built + 1))
        done
    done
done
for first in HANDLE HINSTANCE HMODULE; do
    printf '#include <windows.h>\nBOOL WINAPI DllMain(%s h, DWORD r, LPVOID p)\n%s\n' $first \
        '{ return h && r && !p; }' >"$work/dllmain.c"
    gcc -std=c11 $flags -c -o "$work/dllmain.o" "$work/dllmain.c"
done
# The old annotations are there when they are asked for.
for cc in 'gcc -x c' 'g++ -x c++' 'clang -x c' 'clang++ -x c++'; do
    printf '#include <windows.h>\n#include <winsock2.h>\nDWORD get(%s, %s, %s, __in ULONG n);\n' '__in HANDLE h' \
        '__out_ecount(n) LPWSTR text' '__inout_bcount_part_opt(n, *used) PVOID data' |
        $cc $flags -DWDSPXE_SAL1 -fsyntax-only -
done
# WCHAR has 32 bits: whoever asks for 16, as a Windows author tries first, is told (A9).
for cc in 'gcc -x c' 'g++ -x c++' 'clang -x c' 'clang++ -x c++'; do
    said=$(printf '#include <wdspxe.h>\n' | $cc -fshort-wchar -Iinclude -fsyntax-only - 2>&1) &&
        { echo "headers: $cc takes -fshort-wchar"; exit 1; }
    printf '%s\n' "$said" | grep -q 'build without -fshort-wchar'
done
echo "headers: $tried compilations by four compilers, $built builds of providers from Windows"
