/* The Windows functions that a provider cannot do without: its settings (Reg*), the last error, the
 * file of its module. They are in libwdspxe. <wdspxe.h> and <windows.h> include this header; a
 * source never needs to include it itself.
 *
 * A function with text exists twice: ...W takes WCHAR, ...A takes UTF-8. The name without a suffix
 * is the W form if UNICODE is defined, otherwise the A form, as on Windows.
 */
#ifndef WDSPXE_WINDOWS_H
#define WDSPXE_WINDOWS_H

#include <wdspxe-types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- the registry: a provider's settings ----------------------------------------------------
 *
 * A provider's key is the `settings` group of its file in providers.d. Groups, lists, and arrays
 * of anything but strings are subkeys (the members of a list are the keys "0", "1", ...);
 * everything else is a value. Names are compared ignoring case. A subkey is named by a path with
 * `\` between its parts.
 *
 *	string	REG_SZ		int	REG_DWORD	int64	REG_QWORD
 *	bool	REG_DWORD 0, 1	float	REG_SZ		array of strings   REG_MULTI_SZ
 *
 * Values that libconfig cannot hold (REG_BINARY, unusual names) are kept in a reserved list
 * `registry`.
 *
 * Sizes of data (lpcbData, cbData) are in octets, including the terminating NUL: a WCHAR has four.
 * Sizes of names (lpcchName ...) are in characters (A: octets); as input they count the NUL, as
 * output they do not.
 *
 * A provider's own key has two additional values, which are not counted: ProviderDLL (REG_SZ) and
 * IsCritical (REG_DWORD), which are the keys `module` and `critical` of its file.
 *
 * All functions may be called from any thread. They return ERROR_SUCCESS or:
 *	ERROR_FILE_NOT_FOUND		no such key or value
 *	ERROR_ACCESS_DENIED		the key was opened without the necessary right; the caller
 *					may not write the file; (RegDeleteKey) the key still has
 *					subkeys
 *	ERROR_INVALID_HANDLE		the key is NULL or closed, or was never a key
 *	ERROR_INVALID_DATA		the file can no longer be read as libconfig
 *	ERROR_INVALID_PARAMETER		a mandatory pointer is NULL, a size or type does not fit
 *	ERROR_BAD_PATHNAME		a key's path has an empty part
 *	ERROR_NO_UNICODE_TRANSLATION	a text to be written is not valid Unicode
 *	ERROR_KEY_DELETED		the key, or its provider, was removed after it was opened
 *	ERROR_MORE_DATA			the buffer is too small; for data, the size needed is
 *					returned
 *	ERROR_NO_MORE_ITEMS		the index is beyond the last key or value
 *	ERROR_DISK_FULL			there is no space to write the file
 *	ERROR_NOT_ENOUGH_MEMORY		no memory, or too many open keys
 * Out parameters are written on success only, except for sizes with ERROR_MORE_DATA.
 *
 * Who closes: a key from RegOpenKeyEx, RegCreateKeyEx or PxeProviderRegister belongs to the caller,
 * who closes it with RegCloseKey. The key that PxeProviderInitialize gets belongs to the server:
 * RegCloseKey has no effect on it, and it lives until PxeProviderShutdown has returned.
 *
 * Writing changes only that value in the file; the comments and the order of everything else are
 * preserved. A running daemon sees the change after a reload. Page: "Registry Functions".
 */

typedef LONG LSTATUS;
typedef ULONG REGSAM;
typedef struct _SECURITY_ATTRIBUTES *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

#define REG_NONE                0
#define REG_SZ                  1
#define REG_EXPAND_SZ           2
#define REG_BINARY              3
#define REG_DWORD               4
#define REG_DWORD_LITTLE_ENDIAN 4
#define REG_DWORD_BIG_ENDIAN    5
#define REG_LINK                6
#define REG_MULTI_SZ            7
#define REG_QWORD               11
#define REG_QWORD_LITTLE_ENDIAN 11

#define REG_OPTION_NON_VOLATILE 0x0
#define REG_OPTION_VOLATILE     0x1
#define REG_CREATED_NEW_KEY     1
#define REG_OPENED_EXISTING_KEY 2

/* The root under which installers find their provider's settings. Below it there is only this path,
 * and nothing outside it:
 * SYSTEM\CurrentControlSet\Services\WDSServer\Providers\WDSPXE\Providers\NAME
 */
#define HKEY_LOCAL_MACHINE ((HKEY)(ULONG_PTR)0x80000002)

#define KEY_QUERY_VALUE        0x00001
#define KEY_SET_VALUE          0x00002
#define KEY_CREATE_SUB_KEY     0x00004
#define KEY_ENUMERATE_SUB_KEYS 0x00008
#define KEY_NOTIFY             0x00010
#define KEY_WOW64_64KEY        0x00100
#define KEY_WOW64_32KEY        0x00200
#define KEY_READ               0x20019
#define KEY_WRITE              0x20006
#define KEY_EXECUTE            0x20019
#define KEY_ALL_ACCESS         0xF003F
#define MAXIMUM_ALLOWED        0x2000000

/** Opens an existing subkey. A NULL or empty name opens hKey again. ulOptions must be 0. */
LSTATUS RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
		      PHKEY phkResult);
LSTATUS RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
		      PHKEY phkResult);

/**
 * Opens a subkey, and creates it and all keys of its path if they are missing.
 *
 * Reserved must be 0; lpClass and lpSecurityAttributes are not used. *lpdwDisposition, unless
 * lpdwDisposition is NULL, becomes REG_CREATED_NEW_KEY or REG_OPENED_EXISTING_KEY.
 */
LSTATUS RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass,
			DWORD dwOptions, REGSAM samDesired,
			LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
			LPDWORD lpdwDisposition);
LSTATUS RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass, DWORD dwOptions,
			REGSAM samDesired, LPSECURITY_ATTRIBUTES lpSecurityAttributes,
			PHKEY phkResult, LPDWORD lpdwDisposition);

/**
 * Reads a value's type and data. lpType, lpData, lpcbData may each be NULL; lpData needs lpcbData.
 * With lpData NULL, *lpcbData becomes the size of the data, and the result is ERROR_SUCCESS.
 */
LSTATUS RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
			 LPBYTE lpData, LPDWORD lpcbData);
LSTATUS RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
			 LPBYTE lpData, LPDWORD lpcbData);

/** Writes a new value or replaces the old one. cbData includes the NUL of a string. */
LSTATUS RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD dwType,
		       const BYTE *lpData, DWORD cbData);
LSTATUS RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD dwType,
		       const BYTE *lpData, DWORD cbData);

/** Removes a value. */
LSTATUS RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName);
LSTATUS RegDeleteValueA(HKEY hKey, LPCSTR lpValueName);

/** Removes a subkey that has no subkeys itself, with all its values. */
LSTATUS RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey);
LSTATUS RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey);

/** The name, type and data of value number dwIndex, counted from 0 in the order of the file. */
LSTATUS RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD lpcchValueName,
		      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);
LSTATUS RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName,
		      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);

/** The name of subkey number dwIndex, counted from 0. Its class is always empty. */
LSTATUS RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName,
		      LPDWORD lpReserved, LPWSTR lpClass, LPDWORD lpcchClass,
		      PFILETIME lpftLastWriteTime);
LSTATUS RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
		      LPSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime);

/** The numbers of subkeys and values of a key, and the sizes of its longest name and data. Each out
 * parameter may be NULL. */
LSTATUS RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
			 LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
			 LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
			 LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime);
LSTATUS RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
			 LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
			 LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
			 LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime);

/** Closes a key. See "Who closes" above. */
LSTATUS RegCloseKey(HKEY hKey);

/* ---- the last error, the module's file ------------------------------------------------------ */

/**
 * This thread's last error. Only PxePacketAllocate and GetModuleFileName set it; every other
 * function returns its error code. Page: "GetLastError function".
 */
DWORD GetLastError(void);
/** Sets this thread's last error. Page: "SetLastError function". */
void SetLastError(DWORD dwErrCode);

/**
 * The full path of the module whose DllMain received hModule, or of the running program if hModule
 * is NULL. nSize is in characters (A: octets).
 *
 * Returns the length without the NUL. If the buffer is too small, it gets as much of the path as
 * fits, with a NUL; the result is nSize, and the last error ERROR_INSUFFICIENT_BUFFER. Returns 0 on
 * failure, with the last error ERROR_MOD_NOT_FOUND (no such module, or no host knows it) or
 * ERROR_INVALID_PARAMETER (no buffer).
 * Page: "GetModuleFileNameW function".
 */
DWORD GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize);
DWORD GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define RegOpenKeyEx      RegOpenKeyExW
#define RegCreateKeyEx    RegCreateKeyExW
#define RegQueryValueEx   RegQueryValueExW
#define RegSetValueEx     RegSetValueExW
#define RegDeleteValue    RegDeleteValueW
#define RegDeleteKey      RegDeleteKeyW
#define RegEnumValue      RegEnumValueW
#define RegEnumKeyEx      RegEnumKeyExW
#define RegQueryInfoKey   RegQueryInfoKeyW
#define GetModuleFileName GetModuleFileNameW
#else
#define RegOpenKeyEx      RegOpenKeyExA
#define RegCreateKeyEx    RegCreateKeyExA
#define RegQueryValueEx   RegQueryValueExA
#define RegSetValueEx     RegSetValueExA
#define RegDeleteValue    RegDeleteValueA
#define RegDeleteKey      RegDeleteKeyA
#define RegEnumValue      RegEnumValueA
#define RegEnumKeyEx      RegEnumKeyExA
#define RegQueryInfoKey   RegQueryInfoKeyA
#define GetModuleFileName GetModuleFileNameA
#endif

#endif
