/* Files. Their paths may have backslashes and a drive's letter. <windows.h> includes this header.
 */
#ifndef WDSPXE_WINDOWS_FILEAPI_H
#define WDSPXE_WINDOWS_FILEAPI_H

#include <wdspxe-windows.h>

#define INVALID_FILE_ATTRIBUTES  ((DWORD)-1)
#define FILE_ATTRIBUTE_READONLY  0x00000001
#define FILE_ATTRIBUTE_HIDDEN    0x00000002
#define FILE_ATTRIBUTE_SYSTEM    0x00000004
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010
#define FILE_ATTRIBUTE_ARCHIVE   0x00000020
#define FILE_ATTRIBUTE_DEVICE    0x00000040
#define FILE_ATTRIBUTE_NORMAL    0x00000080
#define FILE_ATTRIBUTE_TEMPORARY 0x00000100

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** What a file is: GetFileAttributes(3). INVALID_FILE_ATTRIBUTES and the last error on failure. */
DWORD GetFileAttributesW(LPCWSTR lpFileName);
DWORD GetFileAttributesA(LPCSTR lpFileName);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define GetFileAttributes GetFileAttributesW
#else
#define GetFileAttributes GetFileAttributesA
#endif

#endif
