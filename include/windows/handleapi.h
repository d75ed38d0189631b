/* Handles: closing and duplicating them. <windows.h> includes this header.
 *
 * A handle is a number that is looked up, never an address: one that is closed, forged, of another
 * kind or NULL gives ERROR_INVALID_HANDLE, and nothing else happens.
 */
#ifndef WDSPXE_WINDOWS_HANDLEAPI_H
#define WDSPXE_WINDOWS_HANDLEAPI_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)

#define DUPLICATE_CLOSE_SOURCE 0x1
#define DUPLICATE_SAME_ACCESS  0x2

/* What an object could be protected by: it has no effect here. */
typedef struct _SECURITY_ATTRIBUTES {
	DWORD nLength;
	LPVOID lpSecurityDescriptor;
	BOOL bInheritHandle;
} SECURITY_ATTRIBUTES;

/**
 * Closes a handle; the object goes with its last handle, and when nobody waits for it. Threads go
 * on without one. On a pseudo handle it has no effect and returns TRUE.
 *
 * FALSE: ERROR_INVALID_HANDLE.
 */
BOOL CloseHandle(HANDLE hObject);

/**
 * A second handle for the same object. Both processes must be GetCurrentProcess(); access and
 * inheritance have no effect. Of GetCurrentThread() it makes a handle that other threads can use.
 * DUPLICATE_CLOSE_SOURCE closes hSourceHandle, whatever happens; lpTargetHandle may then be NULL.
 *
 * FALSE: ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */
BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
		     LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle,
		     DWORD dwOptions);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
