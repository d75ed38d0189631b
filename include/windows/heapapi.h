/* Memory: heaps, LocalAlloc, GlobalAlloc. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_HEAPAPI_H
#define WDSPXE_WINDOWS_HEAPAPI_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define HEAP_NO_SERIALIZE          0x00000001
#define HEAP_GROWABLE              0x00000002
#define HEAP_GENERATE_EXCEPTIONS   0x00000004
#define HEAP_ZERO_MEMORY           0x00000008
#define HEAP_REALLOC_IN_PLACE_ONLY 0x00000010
#define HEAP_CREATE_ENABLE_EXECUTE 0x00040000

/** The heap of the process, which is not destroyed. */
HANDLE GetProcessHeap(void);
/**
 * A heap, whose blocks go with it. dwMaximumSize, unless 0, is the most that its blocks may have
 * together. Any thread may use any heap; the other options have no effect. NULL:
 * ERROR_NOT_ENOUGH_MEMORY.
 */
HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize);
/** FALSE: ERROR_INVALID_HANDLE (not one of HeapCreate). */
BOOL HeapDestroy(HANDLE hHeap);
/** A block, aligned for anything; with HEAP_ZERO_MEMORY its octets are 0. NULL: no memory, or no
 * such heap. Neither this nor HeapReAlloc sets the last error. */
LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);
/** NULL leaves the block as it was. HEAP_REALLOC_IN_PLACE_ONLY: only if it need not grow. */
LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);
/** NULL is fine. FALSE: ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER (a block of another heap). */
BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);
/** As it was asked for. (SIZE_T)-1: it is not a block of that heap. */
SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);

/* ---- LocalAlloc, GlobalAlloc: what is movable on Windows does not move here: it is its pointer
 * ---- */

typedef HANDLE HLOCAL, HGLOBAL;

#define LMEM_FIXED    0x0000
#define LMEM_MOVEABLE 0x0002
#define LMEM_ZEROINIT 0x0040
#define LHND          (LMEM_MOVEABLE | LMEM_ZEROINIT)
#define LPTR          (LMEM_FIXED | LMEM_ZEROINIT)
#define GMEM_FIXED    LMEM_FIXED
#define GMEM_MOVEABLE LMEM_MOVEABLE
#define GMEM_ZEROINIT LMEM_ZEROINIT
#define GHND          LHND
#define GPTR          LPTR

/** NULL: ERROR_NOT_ENOUGH_MEMORY. */
HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes);
HGLOBAL GlobalAlloc(UINT uFlags, SIZE_T dwBytes);
/** NULL: ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_HANDLE; the block is as it was. */
HLOCAL LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags);
HGLOBAL GlobalReAlloc(HGLOBAL hMem, SIZE_T dwBytes, UINT uFlags);
/** NULL if all went well, for NULL too; else hMem, with ERROR_INVALID_HANDLE. */
HLOCAL LocalFree(HLOCAL hMem);
HGLOBAL GlobalFree(HGLOBAL hMem);
/** 0: ERROR_INVALID_HANDLE. */
SIZE_T LocalSize(HLOCAL hMem);
SIZE_T GlobalSize(HGLOBAL hMem);
/** The pointer. NULL: ERROR_INVALID_HANDLE. */
LPVOID LocalLock(HLOCAL hMem);
LPVOID GlobalLock(HGLOBAL hMem);
/** FALSE, with NO_ERROR: it is locked no more. */
BOOL LocalUnlock(HLOCAL hMem);
BOOL GlobalUnlock(HGLOBAL hMem);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
