#!/bin/sh
# The version of the API in modules: the note that wdspxe.h puts into each source is in the module,
# whatever builds it, and says what the header says; and what the host makes of versions that are not its
# own. BUILD has the libraries.
set -eu
cd "$(dirname "$0")/.."
build=$(cd "${BUILD:-build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export WDSPXE_PROVIDERS_DIR="$work" WDSPXE_STATE_DIR="$work" HOME="$work"

flags='-Wall -Wextra -Wpedantic -Wshadow -Wundef -Werror -fPIC -Iinclude -Iinclude/windows'
library="-L$build -l:libwdspxe.so.1"
cat >"$work/one.c" <<'END'
#include <wdspxe.h>
unsigned other(HANDLE);
DWORD PXEAPI PxeProviderInitialize(HANDLE h, HKEY k) { return k ? PxeTrace(h, 1, L"x") : other(h); }
END
cat >"$work/two.c" <<'END'
#include <windows.h>
#include <wdspxe.h>
#include <wdsbp.h>
unsigned other(HANDLE);
unsigned other(HANDLE h) { return h ? 1 : 0; }
END
cat >"$work/none.c" <<'END'
#define PXE_NO_API_NOTE
#include <wdspxe.h>
DWORD PXEAPI PxeProviderInitialize(HANDLE h, HKEY k) { return h && k ? 1 : 0; }
END

notes() { # the versions in a file, a line each: "01 00 00 00 00 00 00 00"
    LC_ALL=C readelf -nW "$1" | sed -n 's/^ *wdspxe .*description data: \(.*[^ ]\) *$/\1/p'
}

# ---- whatever builds it ------------------------------------------------------------------------

tried=0
built() { # COMPILER FLAG...
    # shellcheck disable=SC2086
    "$@" $flags -shared -o "$work/it.so" "$work/one.c" "$work/two.c" $library
    [ "$(notes "$work/it.so" | sort | uniq -c | tr -s ' ')" = " 2 01 00 00 00 00 00 00 00" ] || {
        echo "api-note: $*: the notes are:"
        LC_ALL=C readelf -nW "$work/it.so"
        exit 1
    }
    tried=$((tried + 1))
}
for cc in 'gcc -x c -std=c11' 'clang -x c -std=c11' 'g++ -x c++ -std=c++17' 'clang++ -x c++ -std=c++17'; do
    lto=$(case $cc in clang*) echo -fuse-ld=lld ;; esac)
    for how in -O0 '-O2 -fvisibility=hidden' '-O2 -s' "-O2 -flto $lto" "-O2 -flto -Wl,--gc-sections $lto" \
        '-O2 -ffunction-sections -fdata-sections -Wl,--gc-sections' \
        '-O2 -fdata-sections -Wl,--gc-sections -fuse-ld=lld' '-O1 -fsanitize=address,undefined'; do
        # shellcheck disable=SC2086
        built $cc $how
    done
done
# shellcheck disable=SC2086
gcc $flags -shared -o "$work/none.so" "$work/none.c" $library
[ -z "$(notes "$work/none.so")" ] || { echo "api-note: PXE_NO_API_NOTE leaves a note"; exit 1; }

# ---- a later header, and this host -------------------------------------------------------------

# The library of a later version, which has one function more.
echo 'int PxeLater(void); int PxeLater(void) { return 7; }' >"$work/later.c"
echo 'WDSPXE_1 { global: PxeLater; };' >"$work/later.map"
gcc -fPIC -shared -Wl,-soname,libwdspxe.so.1,--version-script="$work/later.map" -o "$work/later.so" "$work/later.c"
# shellcheck disable=SC2086
gcc -std=gnu11 -Iinclude -o "$work/ask" tests/man-examples.c $library -l:libwdspxe-fake.so.1 \
    -Wl,--disable-new-dtags,-rpath,"$build"

provider() { # NAME, the declaration of PxeLater, MAJOR, MINOR: a filter for that version
    mkdir -p "$work/include"
    sed -e "s/\(define PXE_API_VERSION_MAJOR\).*/\1 $3/" -e "s/\(define PXE_API_VERSION_MINOR\).*/\1 $4/" \
        include/wdspxe.h >"$work/include/wdspxe.h"
    cat >"$work/$1.c" <<END
#include <wdspxe.h>
$2
static DWORD OnRequest(HANDLE hRequest, PVOID pPacket, ULONG uLen, PXE_ADDRESS *pLocal,
		       PXE_ADDRESS *pRemote, PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	(void)hRequest, (void)pPacket, (void)uLen, (void)pLocal, (void)pRemote, (void)pContext;
	*pAction = PxeLater && PxeLater() == 8 ? PXE_BA_IGNORE : PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}
static DWORD OnShutdown(PVOID pContext) { return pContext ? 1 : 0; }
DWORD PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	DWORD later = PxeRegisterCallback(hProvider, 0x8fffffff, OnShutdown, NULL);
	ULONG version = 0;

	PxeGetServerInfo(PXE_GSI_API_VERSION, &version, sizeof(version));
	if (later != ERROR_NOT_SUPPORTED || version != 0x10000 || !hProviderKey)
		return ERROR_GEN_FAILURE;
	PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, OnShutdown, NULL);
	return PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, NULL);
}
END
    gcc -std=gnu11 -I"$work/include" -Iinclude -fPIC -shared -o "$work/$1.so" "$work/$1.c" "$work/later.so" \
        "$build/libwdspxe.so.1"
}
weak='extern int PxeLater(void) __attribute__((weak));' strong='extern int PxeLater(void);'

loads() { "$work/ask" "$work/$1.so" || { echo "api-note: $1 is not loaded"; exit 1; }; }
refused() { # NAME, what is said
    "$work/ask" "$work/$1.so" 2>"$work/said" && { echo "api-note: $1 is loaded"; exit 1; }
    grep -q "$2" "$work/said" || { echo "api-note: $1 is refused with:"; cat "$work/said"; exit 1; }
}
provider looks "$weak" 1 1
loads looks
provider needs "$strong" 1 9
refused needs 'PxeLater.*built for version 1\.9 of the API, and this is version 1\.0'
provider other "$weak" 2 0
refused other 'built for version 2\.0 of the API, and this is version 1\.0: build it'
objcopy --remove-section .note.wdspxe "$work/other.so" "$work/stripped.so"
loads stripped
echo "api-note: $tried builds carry the version; other versions are told and refused"
