/* The part of <windows.h> that the sources of PXE providers use, and no more.
 *
 * It is on the include path only with `pkg-config --cflags wdspxe-windows`. It and <wdspxe.h> may
 * be included in either order. wdspxe(7) lists its contents.
 */
#ifndef WDSPXE_WINDOWS_WINDOWS_H
#define WDSPXE_WINDOWS_WINDOWS_H

#include <string.h>
#include <wchar.h>

#include <wdspxe-types.h>
#include <wdspxe-windows.h>

#include "sal.h"

#include "debugapi.h"
#include "fibersapi.h"
#include "handleapi.h"
#include "heapapi.h"
#include "interlockedapi.h"
#include "libloaderapi.h"
#include "processenv.h"
#include "processthreadsapi.h"
#include "profileapi.h"
#include "synchapi.h"
#include "sysinfoapi.h"
#include "threadpoolapiset.h"
#include "threadpoollegacyapiset.h"
#include "timezoneapi.h"

/* ---- calling conventions, decoration: Linux has one ------------------------------------------ */

#define WINAPI
#define APIENTRY
#define CALLBACK
#define WINAPIV
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __declspec
#define __declspec(what)
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef EXTERN_C
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif
#endif

/* ---- small things ---------------------------------------------------------------------------- */

#define UNREFERENCED_PARAMETER(P) ((void)(P))

#define MoveMemory(destination, source, length) memmove((destination), (source), (length))
#define CopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define FillMemory(destination, length, fill)   memset((destination), (fill), (length))
#define ZeroMemory(destination, length)         memset((destination), 0, (length))
#define RtlMoveMemory                           MoveMemory
#define RtlCopyMemory                           CopyMemory
#define RtlFillMemory                           FillMemory
#define RtlZeroMemory                           ZeroMemory
/** Also where the compiler sees that nobody reads it any more. */
static inline PVOID SecureZeroMemory(PVOID ptr, SIZE_T cnt)
{
	memset(ptr, 0, cnt);
	__asm__ volatile("" : : "r"(ptr) : "memory");
	return ptr;
}

#define LOBYTE(w)      ((BYTE)((w)&0xff))
#define HIBYTE(w)      ((BYTE)((w) >> 8 & 0xff))
#define LOWORD(l)      ((WORD)((l)&0xffff))
#define HIWORD(l)      ((WORD)((l) >> 16 & 0xffff))
#define MAKEWORD(a, b) ((WORD)((BYTE)(a) | (WORD)((BYTE)(b) << 8)))
#define MAKELONG(a, b) ((LONG)((DWORD)(WORD)(a) | (DWORD)(WORD)(b) << 16))

/* Not in C++, whose library has functions of these names: there it is std::min. */
#ifndef __cplusplus
#define __max(a, b) (((a) > (b)) ? (a) : (b))
#define __min(a, b) (((a) < (b)) ? (a) : (b))
#ifndef NOMINMAX
#ifndef max
#define max(a, b) __max(a, b)
#endif
#ifndef min
#define min(a, b) __min(a, b)
#endif
#endif
#endif

#define FIELD_OFFSET(type, field) ((LONG) __builtin_offsetof(type, field))
#define CONTAINING_RECORD(address, type, field)                                                    \
	((type *)(void *)((CHAR *)(address) - __builtin_offsetof(type, field)))
#ifdef __cplusplus
#define C_ASSERT(e) static_assert(e, #e)
#else
#define C_ASSERT(e) _Static_assert(e, #e)
#endif
#define RTL_NUMBER_OF(array) (sizeof(array) / sizeof((array)[0]))

#ifndef GUID_DEFINED
#define GUID_DEFINED
/* As PXE has a client's id in option 97: the first three numbers are little-endian there, too. */
typedef struct _GUID {
	DWORD Data1;
	WORD Data2;
	WORD Data3;
	BYTE Data4[8];
} GUID, *LPGUID, UUID;
typedef const GUID *LPCGUID;
#endif
#ifndef ARRAYSIZE
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifdef UNICODE
typedef WCHAR TCHAR, *PTSTR, *LPTSTR;
typedef const WCHAR *PCTSTR, *LPCTSTR;
#define TEXT(quote) L##quote
#else
typedef CHAR TCHAR, *PTSTR, *LPTSTR;
typedef const CHAR *PCTSTR, *LPCTSTR;
#define TEXT(quote) quote
#endif

/* ---- HRESULT --------------------------------------------------------------------------------- */

#define S_OK           ((HRESULT)0)
#define S_FALSE        ((HRESULT)1)
#define E_NOTIMPL      ((HRESULT)0x80004001)
#define E_NOINTERFACE  ((HRESULT)0x80004002)
#define E_POINTER      ((HRESULT)0x80004003)
#define E_ABORT        ((HRESULT)0x80004004)
#define E_FAIL         ((HRESULT)0x80004005)
#define E_UNEXPECTED   ((HRESULT)0x8000FFFF)
#define E_ACCESSDENIED ((HRESULT)0x80070005)
#define E_HANDLE       ((HRESULT)0x80070006)
#define E_OUTOFMEMORY  ((HRESULT)0x8007000E)
#define E_INVALIDARG   ((HRESULT)0x80070057)
#define SUCCEEDED(hr)  ((HRESULT)(hr) >= 0)
#define FAILED(hr)     ((HRESULT)(hr) < 0)

#define FACILITY_WIN32        7
#define SEVERITY_SUCCESS      0
#define SEVERITY_ERROR        1
#define HRESULT_CODE(hr)      ((hr)&0xffff)
#define HRESULT_FACILITY(hr)  ((hr) >> 16 & 0x1fff)
#define HRESULT_SEVERITY(hr)  ((hr) >> 31 & 1)
#define MAKE_HRESULT(s, f, c) ((HRESULT)((DWORD)(s) << 31 | (DWORD)(f) << 16 | (DWORD)(c)))

/** The HRESULT of a status code; a value that is already an HRESULT is returned unchanged. */
static inline HRESULT HRESULT_FROM_WIN32(DWORD code)
{
	return (HRESULT)code <= 0 ? (HRESULT)code : (HRESULT)((code & 0xFFFF) | 0x80070000);
}

/* ---- loading and unloading ------------------------------------------------------------------- */

#define DLL_PROCESS_DETACH 0
#define DLL_PROCESS_ATTACH 1
#define DLL_THREAD_ATTACH  2
#define DLL_THREAD_DETACH  3

/*
 * DllMain: optional, written by the provider. The host calls it with DLL_PROCESS_ATTACH before
 * PxeProviderInitialize and with DLL_PROCESS_DETACH before it unloads the module; never for
 * threads. If it returns FALSE for ATTACH, DETACH follows, and the module counts as not loadable.
 * lpvReserved is NULL.
 *
 *	BOOL WINAPI DllMain(HINSTANCE hinstDLL, DWORD fdwReason, LPVOID lpvReserved);
 *
 * As with Microsoft's compiler, the first argument may be a HANDLE, a HINSTANCE or an HMODULE, with
 * or without extern "C": the host knows the mangled names of C++. There is no declaration here,
 * because all but one of these forms would contradict it. The macro exports the function even with
 * -fvisibility=hidden; #undef it to call a DllMain.
 */
#define DllMain __attribute__((visibility("default"))) DllMain

/** DllMain is never called for threads here, so there is nothing to switch off. */
static inline BOOL DisableThreadLibraryCalls(HMODULE hLibModule)
{
	(void)hLibModule;
	return TRUE;
}

/* ---- functions, by Microsoft's headers ---------------------------------------------------------
 */

#include "crt.h"
#include "fileapi.h"
#include "stringapiset.h"
#include "winbase.h"

#endif
