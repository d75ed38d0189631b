/* <strsafe.h>: strings that always end, in buffers whose size is given. In libwdspxe-windows.
 *
 * StringCch... counts characters, StringCb... octets; both with the NUL. ...W takes WCHAR, whose
 * characters have four octets, ...A UTF-8, whose characters are octets here. StringCchCopy(3) has
 * the rules, which are Microsoft's.
 */
#ifndef WDSPXE_WINDOWS_STRSAFE_H
#define WDSPXE_WINDOWS_STRSAFE_H

#include <stdarg.h>

#include "windows.h"

#define STRSAFE_MAX_CCH    2147483647
#define STRSAFE_MAX_LENGTH (STRSAFE_MAX_CCH - 1)

#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER   ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE         ((HRESULT)0x80070026)

/* For the ...Ex functions; the low octet fills. */
#define STRSAFE_IGNORE_NULLS     0x00000100 /* NULL is an empty string */
#define STRSAFE_FILL_BEHIND_NULL 0x00000200 /* on success, the rest of the buffer */
#define STRSAFE_FILL_ON_FAILURE  0x00000400 /* on failure, the whole buffer */
#define STRSAFE_NULL_ON_FAILURE  0x00000800 /* on failure, the string is empty */
#define STRSAFE_NO_TRUNCATION    0x00001000 /* too long: the string is as before, or empty */
#define STRSAFE_VALID_FLAGS      0x00001FFF
#define STRSAFE_FILL_BYTE(x)     ((DWORD)(((x)&0x000000FF) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(x)  ((DWORD)(((x)&0x000000FF) | STRSAFE_FILL_ON_FAILURE))

#define STRSAFEAPI EXTERN_C HRESULT WINAPI

typedef LPSTR STRSAFE_LPSTR;
typedef LPCSTR STRSAFE_LPCSTR, STRSAFE_PCNZCH;
typedef LPWSTR STRSAFE_LPWSTR;
typedef LPCWSTR STRSAFE_LPCWSTR, STRSAFE_PCNZWCH;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- how long -------------------------------------------------------------------------------- */

HRESULT StringCchLengthA(STRSAFE_PCNZCH psz, size_t cchMax, size_t *pcchLength);
HRESULT StringCchLengthW(STRSAFE_PCNZWCH psz, size_t cchMax, size_t *pcchLength);
HRESULT StringCbLengthA(STRSAFE_PCNZCH psz, size_t cbMax, size_t *pcbLength);
HRESULT StringCbLengthW(STRSAFE_PCNZWCH psz, size_t cbMax, size_t *pcbLength);

/* ---- copies ---------------------------------------------------------------------------------- */

HRESULT StringCchCopyA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPCSTR pszSrc);
HRESULT StringCchCopyW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPCWSTR pszSrc);
HRESULT StringCbCopyA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPCSTR pszSrc);
HRESULT StringCbCopyW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPCWSTR pszSrc);
HRESULT StringCchCopyExA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPCSTR pszSrc,
			 STRSAFE_LPSTR *ppszDestEnd, size_t *pcchRemaining, DWORD dwFlags);
HRESULT StringCchCopyExW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPCWSTR pszSrc,
			 STRSAFE_LPWSTR *ppszDestEnd, size_t *pcchRemaining, DWORD dwFlags);
HRESULT StringCbCopyExA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPCSTR pszSrc,
			STRSAFE_LPSTR *ppszDestEnd, size_t *pcbRemaining, DWORD dwFlags);
HRESULT StringCbCopyExW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPCWSTR pszSrc,
			STRSAFE_LPWSTR *ppszDestEnd, size_t *pcbRemaining, DWORD dwFlags);

HRESULT StringCchCopyNA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_PCNZCH pszSrc,
			size_t cchToCopy);
HRESULT StringCchCopyNW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_PCNZWCH pszSrc,
			size_t cchToCopy);
HRESULT StringCbCopyNA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_PCNZCH pszSrc,
		       size_t cbToCopy);
HRESULT StringCbCopyNW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_PCNZWCH pszSrc,
		       size_t cbToCopy);
HRESULT StringCchCopyNExA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_PCNZCH pszSrc,
			  size_t cchToCopy, STRSAFE_LPSTR *ppszDestEnd, size_t *pcchRemaining,
			  DWORD dwFlags);
HRESULT StringCchCopyNExW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_PCNZWCH pszSrc,
			  size_t cchToCopy, STRSAFE_LPWSTR *ppszDestEnd, size_t *pcchRemaining,
			  DWORD dwFlags);
HRESULT StringCbCopyNExA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_PCNZCH pszSrc,
			 size_t cbToCopy, STRSAFE_LPSTR *ppszDestEnd, size_t *pcbRemaining,
			 DWORD dwFlags);
HRESULT StringCbCopyNExW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_PCNZWCH pszSrc,
			 size_t cbToCopy, STRSAFE_LPWSTR *ppszDestEnd, size_t *pcbRemaining,
			 DWORD dwFlags);

/* ---- appends --------------------------------------------------------------------------------- */

HRESULT StringCchCatA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPCSTR pszSrc);
HRESULT StringCchCatW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPCWSTR pszSrc);
HRESULT StringCbCatA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPCSTR pszSrc);
HRESULT StringCbCatW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPCWSTR pszSrc);
HRESULT StringCchCatExA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPCSTR pszSrc,
			STRSAFE_LPSTR *ppszDestEnd, size_t *pcchRemaining, DWORD dwFlags);
HRESULT StringCchCatExW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPCWSTR pszSrc,
			STRSAFE_LPWSTR *ppszDestEnd, size_t *pcchRemaining, DWORD dwFlags);
HRESULT StringCbCatExA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPCSTR pszSrc,
		       STRSAFE_LPSTR *ppszDestEnd, size_t *pcbRemaining, DWORD dwFlags);
HRESULT StringCbCatExW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPCWSTR pszSrc,
		       STRSAFE_LPWSTR *ppszDestEnd, size_t *pcbRemaining, DWORD dwFlags);

HRESULT StringCchCatNA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_PCNZCH pszSrc,
		       size_t cchToAppend);
HRESULT StringCchCatNW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_PCNZWCH pszSrc,
		       size_t cchToAppend);
HRESULT StringCbCatNA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_PCNZCH pszSrc,
		      size_t cbToAppend);
HRESULT StringCbCatNW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_PCNZWCH pszSrc,
		      size_t cbToAppend);
HRESULT StringCchCatNExA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_PCNZCH pszSrc,
			 size_t cchToAppend, STRSAFE_LPSTR *ppszDestEnd, size_t *pcchRemaining,
			 DWORD dwFlags);
HRESULT StringCchCatNExW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_PCNZWCH pszSrc,
			 size_t cchToAppend, STRSAFE_LPWSTR *ppszDestEnd, size_t *pcchRemaining,
			 DWORD dwFlags);
HRESULT StringCbCatNExA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_PCNZCH pszSrc,
			size_t cbToAppend, STRSAFE_LPSTR *ppszDestEnd, size_t *pcbRemaining,
			DWORD dwFlags);
HRESULT StringCbCatNExW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_PCNZWCH pszSrc,
			size_t cbToAppend, STRSAFE_LPWSTR *ppszDestEnd, size_t *pcbRemaining,
			DWORD dwFlags);

/* ---- formats --------------------------------------------------------------------------------- */

HRESULT StringCchPrintfA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPCSTR pszFormat, ...);
HRESULT StringCchPrintfW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPCWSTR pszFormat, ...);
HRESULT StringCbPrintfA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPCSTR pszFormat, ...);
HRESULT StringCbPrintfW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPCWSTR pszFormat, ...);
HRESULT StringCchPrintfExA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPSTR *ppszDestEnd,
			   size_t *pcchRemaining, DWORD dwFlags, STRSAFE_LPCSTR pszFormat, ...);
HRESULT StringCchPrintfExW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPWSTR *ppszDestEnd,
			   size_t *pcchRemaining, DWORD dwFlags, STRSAFE_LPCWSTR pszFormat, ...);
HRESULT StringCbPrintfExA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPSTR *ppszDestEnd,
			  size_t *pcbRemaining, DWORD dwFlags, STRSAFE_LPCSTR pszFormat, ...);
HRESULT StringCbPrintfExW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPWSTR *ppszDestEnd,
			  size_t *pcbRemaining, DWORD dwFlags, STRSAFE_LPCWSTR pszFormat, ...);

HRESULT StringCchVPrintfA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPCSTR pszFormat,
			  va_list argList);
HRESULT StringCchVPrintfW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPCWSTR pszFormat,
			  va_list argList);
HRESULT StringCbVPrintfA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPCSTR pszFormat,
			 va_list argList);
HRESULT StringCbVPrintfW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPCWSTR pszFormat,
			 va_list argList);
HRESULT StringCchVPrintfExA(STRSAFE_LPSTR pszDest, size_t cchDest, STRSAFE_LPSTR *ppszDestEnd,
			    size_t *pcchRemaining, DWORD dwFlags, STRSAFE_LPCSTR pszFormat,
			    va_list argList);
HRESULT StringCchVPrintfExW(STRSAFE_LPWSTR pszDest, size_t cchDest, STRSAFE_LPWSTR *ppszDestEnd,
			    size_t *pcchRemaining, DWORD dwFlags, STRSAFE_LPCWSTR pszFormat,
			    va_list argList);
HRESULT StringCbVPrintfExA(STRSAFE_LPSTR pszDest, size_t cbDest, STRSAFE_LPSTR *ppszDestEnd,
			   size_t *pcbRemaining, DWORD dwFlags, STRSAFE_LPCSTR pszFormat,
			   va_list argList);
HRESULT StringCbVPrintfExW(STRSAFE_LPWSTR pszDest, size_t cbDest, STRSAFE_LPWSTR *ppszDestEnd,
			   size_t *pcbRemaining, DWORD dwFlags, STRSAFE_LPCWSTR pszFormat,
			   va_list argList);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define StringCchLength    StringCchLengthW
#define StringCbLength     StringCbLengthW
#define StringCchCopy      StringCchCopyW
#define StringCbCopy       StringCbCopyW
#define StringCchCopyEx    StringCchCopyExW
#define StringCbCopyEx     StringCbCopyExW
#define StringCchCopyN     StringCchCopyNW
#define StringCbCopyN      StringCbCopyNW
#define StringCchCopyNEx   StringCchCopyNExW
#define StringCbCopyNEx    StringCbCopyNExW
#define StringCchCat       StringCchCatW
#define StringCbCat        StringCbCatW
#define StringCchCatEx     StringCchCatExW
#define StringCbCatEx      StringCbCatExW
#define StringCchCatN      StringCchCatNW
#define StringCbCatN       StringCbCatNW
#define StringCchCatNEx    StringCchCatNExW
#define StringCbCatNEx     StringCbCatNExW
#define StringCchPrintf    StringCchPrintfW
#define StringCbPrintf     StringCbPrintfW
#define StringCchPrintfEx  StringCchPrintfExW
#define StringCbPrintfEx   StringCbPrintfExW
#define StringCchVPrintf   StringCchVPrintfW
#define StringCbVPrintf    StringCbVPrintfW
#define StringCchVPrintfEx StringCchVPrintfExW
#define StringCbVPrintfEx  StringCbVPrintfExW
#else
#define StringCchLength    StringCchLengthA
#define StringCbLength     StringCbLengthA
#define StringCchCopy      StringCchCopyA
#define StringCbCopy       StringCbCopyA
#define StringCchCopyEx    StringCchCopyExA
#define StringCbCopyEx     StringCbCopyExA
#define StringCchCopyN     StringCchCopyNA
#define StringCbCopyN      StringCbCopyNA
#define StringCchCopyNEx   StringCchCopyNExA
#define StringCbCopyNEx    StringCbCopyNExA
#define StringCchCat       StringCchCatA
#define StringCbCat        StringCbCatA
#define StringCchCatEx     StringCchCatExA
#define StringCbCatEx      StringCbCatExA
#define StringCchCatN      StringCchCatNA
#define StringCbCatN       StringCbCatNA
#define StringCchCatNEx    StringCchCatNExA
#define StringCbCatNEx     StringCbCatNExA
#define StringCchPrintf    StringCchPrintfA
#define StringCbPrintf     StringCbPrintfA
#define StringCchPrintfEx  StringCchPrintfExA
#define StringCbPrintfEx   StringCbPrintfExA
#define StringCchVPrintf   StringCchVPrintfA
#define StringCbVPrintf    StringCbVPrintfA
#define StringCchVPrintfEx StringCchVPrintfExA
#define StringCbVPrintfEx  StringCbVPrintfExA
#endif

#endif
