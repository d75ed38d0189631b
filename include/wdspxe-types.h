/* The Windows names that <wdspxe.h>, <wdsbp.h> and <windows.h> share: integers, handles, strings,
 * status codes. These headers include it; a source never needs to include it itself. C11 and C++17.
 *
 * Two rules keep Windows source right on a 64-bit Linux: ULONG and DWORD are one 32-bit type, and
 * WCHAR is wchar_t (32 bits here), so that L"..." and the wide functions of libc fit.
 */
#ifndef WDSPXE_TYPES_H
#define WDSPXE_TYPES_H

#include <stddef.h>
#include <stdint.h>

/* ---- integers ------------------------------------------------------------------------------ */

typedef uint8_t BYTE, UCHAR, BOOLEAN, UINT8;
typedef uint16_t WORD, USHORT, UINT16;
typedef uint32_t DWORD, ULONG, UINT, UINT32, DWORD32, ULONG32;
typedef uint64_t DWORD64, ULONGLONG, DWORDLONG, ULONG64, UINT64, QWORD;
typedef int8_t INT8;
typedef int16_t SHORT, INT16;
typedef int32_t LONG, INT, INT32, LONG32;
typedef int64_t LONGLONG, LONG64, INT64;
typedef int32_t BOOL; /* in: anything but 0 is true; out: exactly 0 or 1 */
typedef int32_t HRESULT;
typedef uintptr_t ULONG_PTR, DWORD_PTR, UINT_PTR;
typedef intptr_t LONG_PTR, INT_PTR;
typedef size_t SIZE_T;
typedef float FLOAT;

typedef BYTE *PBYTE, *LPBYTE;
typedef UCHAR *PUCHAR;
typedef WORD *PWORD, *LPWORD;
typedef USHORT *PUSHORT;
typedef DWORD *PDWORD, *LPDWORD;
typedef ULONG *PULONG;
typedef UINT *PUINT;
typedef LONG *PLONG, *LPLONG;
typedef INT *PINT, *LPINT;
typedef BOOL *PBOOL, *LPBOOL;
typedef ULONGLONG *PULONGLONG;
typedef LONGLONG *PLONGLONG;
typedef SIZE_T *PSIZE_T;

#ifndef VOID
#define VOID void
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

/* ---- pointers, handles, strings ------------------------------------------------------------ */

typedef void *PVOID, *LPVOID;
typedef const void *PCVOID, *LPCVOID;

typedef void *HANDLE; /* opaque: an index and a generation, never an address to follow */
typedef HANDLE *PHANDLE, *LPHANDLE;
typedef struct HKEY__ *HKEY; /* a key of a provider's settings */
typedef HKEY *PHKEY;
typedef struct HINSTANCE__ *HINSTANCE;
typedef HINSTANCE HMODULE;

typedef char CHAR; /* in the ...A functions: UTF-8 */
typedef CHAR *PCHAR, *PSTR, *LPSTR;
typedef const CHAR *PCSTR, *LPCSTR;
typedef wchar_t WCHAR;
typedef WCHAR *PWCHAR, *PWSTR, *LPWSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR;
#ifdef __cplusplus
static_assert(sizeof(WCHAR) == 4, "WCHAR has 32 bits here: build without -fshort-wchar");
#else
_Static_assert(sizeof(WCHAR) == 4, "WCHAR has 32 bits here: build without -fshort-wchar");
#endif

typedef struct _FILETIME {
	DWORD dwLowDateTime;
	DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

/* ---- status codes: what the functions of this API return ------------------------------------ */

#define ERROR_SUCCESS                0
#define NO_ERROR                     0
#define ERROR_INVALID_FUNCTION       1
#define ERROR_FILE_NOT_FOUND         2
#define ERROR_PATH_NOT_FOUND         3
#define ERROR_TOO_MANY_OPEN_FILES    4
#define ERROR_ACCESS_DENIED          5
#define ERROR_INVALID_HANDLE         6
#define ERROR_NOT_ENOUGH_MEMORY      8
#define ERROR_BAD_FORMAT             11
#define ERROR_INVALID_DATA           13
#define ERROR_OUTOFMEMORY            14
#define ERROR_NOT_SAME_DEVICE        17
#define ERROR_NO_MORE_FILES          18
#define ERROR_NOT_READY              21
#define ERROR_BAD_LENGTH             24
#define ERROR_WRITE_FAULT            29
#define ERROR_READ_FAULT             30
#define ERROR_GEN_FAILURE            31
#define ERROR_SHARING_VIOLATION      32
#define ERROR_HANDLE_EOF             38
#define ERROR_HANDLE_DISK_FULL       39
#define ERROR_NOT_SUPPORTED          50
#define ERROR_BAD_NETPATH            53
#define ERROR_FILE_EXISTS            80
#define ERROR_INVALID_PARAMETER      87
#define ERROR_BUFFER_OVERFLOW        111
#define ERROR_DISK_FULL              112
#define ERROR_CALL_NOT_IMPLEMENTED   120
#define ERROR_SEM_TIMEOUT            121
#define ERROR_INSUFFICIENT_BUFFER    122
#define ERROR_INVALID_NAME           123
#define ERROR_MOD_NOT_FOUND          126
#define ERROR_PROC_NOT_FOUND         127
#define ERROR_NEGATIVE_SEEK          131
#define ERROR_DIR_NOT_EMPTY          145
#define ERROR_BAD_ARGUMENTS          160
#define ERROR_BAD_PATHNAME           161
#define ERROR_BUSY                   170
#define ERROR_ALREADY_EXISTS         183
#define ERROR_BAD_EXE_FORMAT         193
#define ERROR_ENVVAR_NOT_FOUND       203
#define ERROR_FILENAME_EXCED_RANGE   206
#define ERROR_FILE_TOO_LARGE         223
#define ERROR_NO_DATA                232
#define ERROR_MORE_DATA              234
#define WAIT_TIMEOUT                 258
#define ERROR_NO_MORE_ITEMS          259
#define ERROR_DIRECTORY              267
#define ERROR_NOT_OWNER              288
#define ERROR_TOO_MANY_POSTS         298
#define ERROR_MR_MID_NOT_FOUND       317
#define ERROR_INVALID_ADDRESS        487
#define ERROR_ARITHMETIC_OVERFLOW    534
#define ERROR_OPERATION_ABORTED      995
#define ERROR_IO_PENDING             997
#define ERROR_NOACCESS               998
#define ERROR_INVALID_FLAGS          1004
#define ERROR_BADKEY                 1010
#define ERROR_KEY_DELETED            1018
#define ERROR_KEY_HAS_CHILDREN       1020
#define ERROR_SERVICE_NOT_ACTIVE     1062
#define ERROR_NO_UNICODE_TRANSLATION 1113
#define ERROR_DLL_INIT_FAILED        1114
#define ERROR_SHUTDOWN_IN_PROGRESS   1115
#define ERROR_NOT_FOUND              1168
#define ERROR_CANCELLED              1223
#define ERROR_NETWORK_UNREACHABLE    1231
#define ERROR_HOST_UNREACHABLE       1232
#define ERROR_RETRY                  1237
#define ERROR_INTERNAL_ERROR         1359
#define ERROR_TIMEOUT                1460
#define ERROR_UNSUPPORTED_TYPE       1630
#define ERROR_INVALID_USER_BUFFER    1784
#define ERROR_NOT_ENOUGH_QUOTA       1816
#define ERROR_INVALID_STATE          5023

/* ---- service control codes: what PxeProviderServiceControl receives -------------------------- */

#define SERVICE_CONTROL_STOP                  0x00000001
#define SERVICE_CONTROL_PAUSE                 0x00000002
#define SERVICE_CONTROL_CONTINUE              0x00000003
#define SERVICE_CONTROL_INTERROGATE           0x00000004
#define SERVICE_CONTROL_SHUTDOWN              0x00000005
#define SERVICE_CONTROL_PARAMCHANGE           0x00000006
#define SERVICE_CONTROL_NETBINDADD            0x00000007
#define SERVICE_CONTROL_NETBINDREMOVE         0x00000008
#define SERVICE_CONTROL_NETBINDENABLE         0x00000009
#define SERVICE_CONTROL_NETBINDDISABLE        0x0000000A
#define SERVICE_CONTROL_DEVICEEVENT           0x0000000B
#define SERVICE_CONTROL_HARDWAREPROFILECHANGE 0x0000000C
#define SERVICE_CONTROL_POWEREVENT            0x0000000D
#define SERVICE_CONTROL_SESSIONCHANGE         0x0000000E
#define SERVICE_CONTROL_PRESHUTDOWN           0x0000000F
#define SERVICE_CONTROL_TIMECHANGE            0x00000010
#define SERVICE_CONTROL_TRIGGEREVENT          0x00000020
#define SERVICE_CONTROL_USERMODEREBOOT        0x00000040

#endif
