/* Text from one encoding into another: MultiByteToWideChar(3). <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_STRINGAPISET_H
#define WDSPXE_WINDOWS_STRINGAPISET_H

#include <wdspxe-windows.h>

/* Code pages. The first four are UTF-8 here, as the text of all A functions; others that are there
 * are 1252, 20127 (ASCII), 28591 (ISO 8859-1) and 65001. */
#define CP_ACP        0
#define CP_OEMCP      1
#define CP_MACCP      2
#define CP_THREAD_ACP 3
#define CP_SYMBOL     42
#define CP_UTF7       65000
#define CP_UTF8       65001

#define MB_PRECOMPOSED       0x00000001
#define MB_COMPOSITE         0x00000002
#define MB_USEGLYPHCHARS     0x00000004
#define MB_ERR_INVALID_CHARS 0x00000008

#define WC_DISCARDNS         0x00000010
#define WC_SEPCHARS          0x00000020
#define WC_DEFAULTCHAR       0x00000040
#define WC_ERR_INVALID_CHARS 0x00000080
#define WC_COMPOSITECHECK    0x00000200
#define WC_NO_BEST_FIT_CHARS 0x00000400

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * Octets into WCHAR. A count of -1 is a text that ends in NUL, which is counted. With cchWideChar 0
 * nothing is written. Returns the characters that are needed, or were written; 0 on failure.
 */
int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr, int cbMultiByte,
			LPWSTR lpWideCharStr, int cchWideChar);
/** WCHAR into octets, likewise. */
int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr, int cchWideChar,
			LPSTR lpMultiByteStr, int cbMultiByte, LPCSTR lpDefaultChar,
			LPBOOL lpUsedDefaultChar);

/** The code page of A functions: CP_UTF8. */
UINT GetACP(void);
UINT GetOEMCP(void);
/** Do the two functions above know it? */
BOOL IsValidCodePage(UINT CodePage);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
