/* <tchar.h>: names for text of either kind. With _UNICODE, or UNICODE, they mean the functions of
 * wide text, else those of UTF-8. */
#ifndef WDSPXE_WINDOWS_TCHAR_H
#define WDSPXE_WINDOWS_TCHAR_H

#include <ctype.h>
#include <wctype.h>

#include "crt.h"
#include "windows.h"

#if defined(_UNICODE) && !defined(UNICODE)
#error "_UNICODE without UNICODE: define both, as Visual Studio does"
#endif

#undef _T
#undef _TEXT
#ifdef UNICODE
typedef wchar_t _TCHAR;
#define _T(quote)     L##quote
#define _TEXT(quote)  L##quote
#define _TEOF         WEOF
#define _tcscpy       wcscpy
#define _tcscat       wcscat
#define _tcsncpy      wcsncpy
#define _tcsncat      wcsncat
#define _tcslen       wcslen
#define _tcschr       wcschr
#define _tcsrchr      wcsrchr
#define _tcscmp       wcscmp
#define _tcsncmp      wcsncmp
#define _tcsstr       wcsstr
#define _tcspbrk      wcspbrk
#define _tcsspn       wcsspn
#define _tcscspn      wcscspn
#define _tcscoll      wcscoll
#define _tcscpy_s     wcscpy_s
#define _tcscat_s     wcscat_s
#define _tcsncpy_s    wcsncpy_s
#define _tcsncat_s    wcsncat_s
#define _tcstok_s     wcstok_s
#define _tcsnlen_s    wcsnlen_s
#define _tcsnlen      wcsnlen
#define _tcsclen      wcslen
#define _tcsccpy      wcscpy
#define _tcsicmp      _wcsicmp
#define _tcsnicmp     _wcsnicmp
#define _tcsdup       _wcsdup
#define _tcsicoll     _wcsicmp
#define _tcslwr       _wcslwr
#define _tcslwr_s     _wcslwr_s
#define _tcsupr       _wcsupr
#define _tcsupr_s     _wcsupr_s
#define _tcstol       wcstol
#define _tcstoul      wcstoul
#define _tcstod       wcstod
#define _tcstoi64     _wcstoi64
#define _tcstoui64    _wcstoui64
#define _ttoi         _wtoi
#define _ttol         _wtol
#define _ttoi64       _wtoi64
#define _ttof         _wtof
#define _itot         _itow
#define _itot_s       _itow_s
#define _ltot         _ltow
#define _ltot_s       _ltow_s
#define _ultot        _ultow
#define _ultot_s      _ultow_s
#define _i64tot       _i64tow
#define _i64tot_s     _i64tow_s
#define _ui64tot      _ui64tow
#define _ui64tot_s    _ui64tow_s
#define _stprintf_s   swprintf_s
#define _vstprintf_s  vswprintf_s
#define _sntprintf    _snwprintf
#define _vsntprintf   _vsnwprintf
#define _sntprintf_s  _snwprintf_s
#define _vsntprintf_s _vsnwprintf_s
#define _sctprintf    _scwprintf
#define _vsctprintf   _vscwprintf
#define _stprintf     swprintf
#define _istalpha     iswalpha
#define _istdigit     iswdigit
#define _istalnum     iswalnum
#define _istspace     iswspace
#define _istupper     iswupper
#define _istlower     iswlower
#define _istxdigit    iswxdigit
#define _istpunct     iswpunct
#define _istprint     iswprint
#define _totlower     towlower
#define _totupper     towupper
#define _tfopen       _wfopen
#define _tfopen_s     _wfopen_s
#define _tsplitpath   _wsplitpath
#define _tsplitpath_s _wsplitpath_s
#define _tmakepath    _wmakepath
#define _tmakepath_s  _wmakepath_s
#else
typedef char _TCHAR;
#define _T(quote)     quote
#define _TEXT(quote)  quote
#define _TEOF         EOF
#define _tcscpy       strcpy
#define _tcscat       strcat
#define _tcsncpy      strncpy
#define _tcsncat      strncat
#define _tcslen       strlen
#define _tcschr       strchr
#define _tcsrchr      strrchr
#define _tcscmp       strcmp
#define _tcsncmp      strncmp
#define _tcsstr       strstr
#define _tcspbrk      strpbrk
#define _tcsspn       strspn
#define _tcscspn      strcspn
#define _tcscoll      strcoll
#define _tcscpy_s     strcpy_s
#define _tcscat_s     strcat_s
#define _tcsncpy_s    strncpy_s
#define _tcsncat_s    strncat_s
#define _tcstok_s     strtok_s
#define _tcsnlen_s    strnlen_s
#define _tcsnlen      strnlen
#define _tcsclen      strlen
#define _tcsccpy      strcpy
#define _tcsicmp      _stricmp
#define _tcsnicmp     _strnicmp
#define _tcsdup       _strdup
#define _tcsicoll     _stricmp
#define _tcslwr       _strlwr
#define _tcslwr_s     _strlwr_s
#define _tcsupr       _strupr
#define _tcsupr_s     _strupr_s
#define _tcstol       strtol
#define _tcstoul      strtoul
#define _tcstod       strtod
#define _tcstoi64     _strtoi64
#define _tcstoui64    _strtoui64
#define _ttoi         atoi
#define _ttol         atol
#define _ttoi64       _atoi64
#define _ttof         atof
#define _itot         _itoa
#define _itot_s       _itoa_s
#define _ltot         _ltoa
#define _ltot_s       _ltoa_s
#define _ultot        _ultoa
#define _ultot_s      _ultoa_s
#define _i64tot       _i64toa
#define _i64tot_s     _i64toa_s
#define _ui64tot      _ui64toa
#define _ui64tot_s    _ui64toa_s
#define _stprintf_s   sprintf_s
#define _vstprintf_s  vsprintf_s
#define _sntprintf    _snprintf
#define _vsntprintf   _vsnprintf
#define _sntprintf_s  _snprintf_s
#define _vsntprintf_s _vsnprintf_s
#define _sctprintf    _scprintf
#define _vsctprintf   _vscprintf
#define _stprintf     sprintf
#define _istalpha     isalpha
#define _istdigit     isdigit
#define _istalnum     isalnum
#define _istspace     isspace
#define _istupper     isupper
#define _istlower     islower
#define _istxdigit    isxdigit
#define _istpunct     ispunct
#define _istprint     isprint
#define _totlower     tolower
#define _totupper     toupper
#define _tfopen       fopen
#define _tfopen_s     fopen_s
#define _tsplitpath   _splitpath
#define _tsplitpath_s _splitpath_s
#define _tmakepath    _makepath
#define _tmakepath_s  _makepath_s
#endif

#endif
