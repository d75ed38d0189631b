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

/* ---- FormatMessage(3) -------------------------------------------------------------------------
 */

#define FORMAT_MESSAGE_MAX_WIDTH_MASK  0x000000FF
#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS  0x00000200
#define FORMAT_MESSAGE_FROM_STRING     0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE    0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM     0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY  0x00002000

#define LANG_NEUTRAL             0x00
#define SUBLANG_DEFAULT          0x01
#define MAKELANGID(primary, sub) ((WORD)((WORD)(sub) << 10 | (WORD)(primary)))

/**
 * A text with inserts, or the sentence of a status code. Returns its length without the NUL; 0 and
 * the last error on failure. With FORMAT_MESSAGE_ALLOCATE_BUFFER lpBuffer is a pointer to the
 * pointer that LocalFree takes, and nSize the least size.
 */
DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
		     LPWSTR lpBuffer, DWORD nSize, va_list *Arguments);
DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
		     LPSTR lpBuffer, DWORD nSize, va_list *Arguments);

/* ---- the event log: the journal, RegisterEventSource(3) ----------------------------------------
 */

#define EVENTLOG_SUCCESS          0x0000
#define EVENTLOG_ERROR_TYPE       0x0001
#define EVENTLOG_WARNING_TYPE     0x0002
#define EVENTLOG_INFORMATION_TYPE 0x0004
#define EVENTLOG_AUDIT_SUCCESS    0x0008
#define EVENTLOG_AUDIT_FAILURE    0x0010

typedef PVOID PSID;

/** A handle to report by. lpUNCServerName is NULL or empty. NULL: ERROR_INVALID_PARAMETER (no
 * source), ERROR_NOT_SUPPORTED (another host), ERROR_NOT_ENOUGH_MEMORY. */
HANDLE RegisterEventSourceW(LPCWSTR lpUNCServerName, LPCWSTR lpSourceName);
HANDLE RegisterEventSourceA(LPCSTR lpUNCServerName, LPCSTR lpSourceName);
/** FALSE: ERROR_INVALID_HANDLE. */
BOOL DeregisterEventSource(HANDLE hEventLog);
/**
 * One entry of the journal: SYSLOG_IDENTIFIER is the source, PRIORITY as the type says, MESSAGE the
 * strings, EVENT_ID and EVENT_CATEGORY the numbers. Where there is no journal it is a trace. It
 * never waits. FALSE: ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */
BOOL ReportEventW(HANDLE hEventLog, WORD wType, WORD wCategory, DWORD dwEventID, PSID lpUserSid,
		  WORD wNumStrings, DWORD dwDataSize, LPCWSTR *lpStrings, LPVOID lpRawData);
BOOL ReportEventA(HANDLE hEventLog, WORD wType, WORD wCategory, DWORD dwEventID, PSID lpUserSid,
		  WORD wNumStrings, DWORD dwDataSize, LPCSTR *lpStrings, LPVOID lpRawData);

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
#define FormatMessage                 FormatMessageW
#define RegisterEventSource           RegisterEventSourceW
#define ReportEvent                   ReportEventW
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
#define FormatMessage                 FormatMessageA
#define RegisterEventSource           RegisterEventSourceA
#define ReportEvent                   ReportEventA
#endif

#endif
