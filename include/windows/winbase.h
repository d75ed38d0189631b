/* Functions of kernel32 that have no header of their own. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_WINBASE_H
#define WDSPXE_WINDOWS_WINBASE_H

#include <stdarg.h>

#include <wdspxe-windows.h>

#define MAX_COMPUTERNAME_LENGTH 15

typedef enum _COMPUTER_NAME_FORMAT {
	ComputerNameNetBIOS,
	ComputerNameDnsHostname,
	ComputerNameDnsDomain,
	ComputerNameDnsFullyQualified,
	ComputerNamePhysicalNetBIOS,
	ComputerNamePhysicalDnsHostname,
	ComputerNamePhysicalDnsDomain,
	ComputerNamePhysicalDnsFullyQualified,
	ComputerNameMax
} COMPUTER_NAME_FORMAT;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- INI files: GetPrivateProfileString(3) ---------------------------------------------------
 *
 * A file is UTF-16LE with a byte order mark, UTF-8 with or without one, or code page 1252. A path
 * may have backslashes and a drive's letter; a name without a folder is beside the calling module.
 */

/** The string of a key, or the default. A list of keys, or of sections, where the name is NULL. */
DWORD GetPrivateProfileStringW(LPCWSTR lpAppName, LPCWSTR lpKeyName, LPCWSTR lpDefault,
			       LPWSTR lpReturnedString, DWORD nSize, LPCWSTR lpFileName);
DWORD GetPrivateProfileStringA(LPCSTR lpAppName, LPCSTR lpKeyName, LPCSTR lpDefault,
			       LPSTR lpReturnedString, DWORD nSize, LPCSTR lpFileName);
/** The number of a key: decimal, 0x, 0o or 0b. */
UINT GetPrivateProfileIntW(LPCWSTR lpAppName, LPCWSTR lpKeyName, INT nDefault, LPCWSTR lpFileName);
UINT GetPrivateProfileIntA(LPCSTR lpAppName, LPCSTR lpKeyName, INT nDefault, LPCSTR lpFileName);
/** All lines of a section, `key=value`. */
DWORD GetPrivateProfileSectionW(LPCWSTR lpAppName, LPWSTR lpReturnedString, DWORD nSize,
				LPCWSTR lpFileName);
DWORD GetPrivateProfileSectionA(LPCSTR lpAppName, LPSTR lpReturnedString, DWORD nSize,
				LPCSTR lpFileName);
/** The names of all sections. */
DWORD GetPrivateProfileSectionNamesW(LPWSTR lpszReturnBuffer, DWORD nSize, LPCWSTR lpFileName);
DWORD GetPrivateProfileSectionNamesA(LPSTR lpszReturnBuffer, DWORD nSize, LPCSTR lpFileName);
/** Writes a key; without a string removes it, without a key the section. */
BOOL WritePrivateProfileStringW(LPCWSTR lpAppName, LPCWSTR lpKeyName, LPCWSTR lpString,
				LPCWSTR lpFileName);
BOOL WritePrivateProfileStringA(LPCSTR lpAppName, LPCSTR lpKeyName, LPCSTR lpString,
				LPCSTR lpFileName);
/** Writes all lines of a section. */
BOOL WritePrivateProfileSectionW(LPCWSTR lpAppName, LPCWSTR lpString, LPCWSTR lpFileName);
BOOL WritePrivateProfileSectionA(LPCSTR lpAppName, LPCSTR lpString, LPCSTR lpFileName);

/* ---- this host ------------------------------------------------------------------------------- */

/**
 * This host's name: GetComputerName(3). *nSize is the buffer's size with the NUL; on success it
 * becomes the length without it, and if the buffer is too small the size that is needed.
 */
BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize);
BOOL GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize);
BOOL GetComputerNameExW(COMPUTER_NAME_FORMAT NameType, LPWSTR lpBuffer, LPDWORD nSize);
BOOL GetComputerNameExA(COMPUTER_NAME_FORMAT NameType, LPSTR lpBuffer, LPDWORD nSize);

/* ---- strings of kernel32 and user32: lstrlen(3) -----------------------------------------------
 */

int lstrlenW(LPCWSTR lpString);
int lstrlenA(LPCSTR lpString);
LPWSTR lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2);
LPSTR lstrcpyA(LPSTR lpString1, LPCSTR lpString2);
/** iMaxLength: of the buffer, with the NUL. */
LPWSTR lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength);
LPSTR lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength);
LPWSTR lstrcatW(LPWSTR lpString1, LPCWSTR lpString2);
LPSTR lstrcatA(LPSTR lpString1, LPCSTR lpString2);
int lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2);
int lstrcmpA(LPCSTR lpString1, LPCSTR lpString2);
int lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2);
int lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2);
/** Formats into a buffer of 1024 characters, at most. */
int wsprintfW(LPWSTR lpOutput, LPCWSTR lpFmt, ...);
int wsprintfA(LPSTR lpOutput, LPCSTR lpFmt, ...);
int wvsprintfW(LPWSTR lpOutput, LPCWSTR lpFmt, va_list arglist);
int wvsprintfA(LPSTR lpOutput, LPCSTR lpFmt, va_list arglist);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define lstrlen                       lstrlenW
#define lstrcpy                       lstrcpyW
#define lstrcpyn                      lstrcpynW
#define lstrcat                       lstrcatW
#define lstrcmp                       lstrcmpW
#define lstrcmpi                      lstrcmpiW
#define wsprintf                      wsprintfW
#define wvsprintf                     wvsprintfW
#define GetPrivateProfileString       GetPrivateProfileStringW
#define GetPrivateProfileInt          GetPrivateProfileIntW
#define GetPrivateProfileSection      GetPrivateProfileSectionW
#define GetPrivateProfileSectionNames GetPrivateProfileSectionNamesW
#define WritePrivateProfileString     WritePrivateProfileStringW
#define WritePrivateProfileSection    WritePrivateProfileSectionW
#define GetComputerName               GetComputerNameW
#define GetComputerNameEx             GetComputerNameExW
#else
#define lstrlen                       lstrlenA
#define lstrcpy                       lstrcpyA
#define lstrcpyn                      lstrcpynA
#define lstrcat                       lstrcatA
#define lstrcmp                       lstrcmpA
#define lstrcmpi                      lstrcmpiA
#define wsprintf                      wsprintfA
#define wvsprintf                     wvsprintfA
#define GetPrivateProfileString       GetPrivateProfileStringA
#define GetPrivateProfileInt          GetPrivateProfileIntA
#define GetPrivateProfileSection      GetPrivateProfileSectionA
#define GetPrivateProfileSectionNames GetPrivateProfileSectionNamesA
#define WritePrivateProfileString     WritePrivateProfileStringA
#define WritePrivateProfileSection    WritePrivateProfileSectionA
#define GetComputerName               GetComputerNameA
#define GetComputerNameEx             GetComputerNameExA
#endif

#endif
