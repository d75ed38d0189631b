/* Heaps. A block has a head in front of it, which says whose it is and how long: so a block of
 * another heap is found out, and one that was freed, if nothing was written there since.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <windows/heapapi.h>

enum { ALIVE = 0x48454150 };

struct heap;

struct head {
	struct heap *heap;
	size_t size;
	struct head *prev, *next; /* in a heap that can be destroyed */
	uint32_t alive;
	_Alignas(16) char block[];
};

struct heap {
	size_t used, max; /* octets of its blocks; 0: no limit */
	struct head *first;
	struct heap *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct heap process_heap;
static struct heap *heaps; /* of HeapCreate */

/* With the lock. NULL: there is no such heap. */
static struct heap *heap_of(HANDLE handle)
{
	struct heap *heap = heaps;

	if (handle == &process_heap)
		return &process_heap;
	while (heap && heap != handle)
		heap = heap->next;
	return heap;
}

/* With the lock. NULL: it is not a block of that heap. */
static struct head *head_of(const struct heap *heap, const void *block)
{
	struct head *head;

	if (!heap || !block)
		return NULL;
	head = (struct head *)((char *)(uintptr_t)block - offsetof(struct head, block));
	return head->heap == heap && head->alive == ALIVE ? head : NULL;
}

static bool fits(const struct heap *heap, size_t before, size_t size)
{
	return size < SIZE_MAX / 2 &&
	       (heap->max == 0 || (size <= heap->max && heap->used - before <= heap->max - size));
}

static void enter(struct heap *heap, struct head *head)
{
	head->heap = heap;
	head->alive = ALIVE;
	head->prev = NULL;
	head->next = heap->first;
	if (heap->first)
		heap->first->prev = head;
	heap->first = head;
	heap->used += head->size;
}

static void leave(struct heap *heap, struct head *head)
{
	if (head->prev)
		head->prev->next = head->next;
	else
		heap->first = head->next;
	if (head->next)
		head->next->prev = head->prev;
	heap->used -= head->size;
	head->alive = 0;
}

/* ---- blocks ---- */

static void *block_new(struct heap *heap, DWORD flags, size_t size)
{
	struct head *head;

	if (!fits(heap, 0, size))
		return NULL;
	head = flags & HEAP_ZERO_MEMORY ? calloc(1, sizeof(*head) + size)
					: malloc(sizeof(*head) + size);
	if (!head)
		return NULL;
	head->size = size;
	enter(heap, head);
	return head->block;
}

static void *block_resize(struct heap *heap, DWORD flags, struct head *head, size_t size)
{
	size_t before = head->size;
	struct head *moved;

	if (!fits(heap, before, size) || (flags & HEAP_REALLOC_IN_PLACE_ONLY && size > before))
		return NULL;
	if (flags & HEAP_REALLOC_IN_PLACE_ONLY) {
		heap->used -= before - size;
		head->size = size;
		return head->block;
	}
	leave(heap, head);
	moved = realloc(head, sizeof(*head) + size);
	if (moved)
		moved->size = size;
	enter(heap, moved ? moved : head);
	if (moved && flags & HEAP_ZERO_MEMORY && size > before)
		memset(moved->block + before, 0, size - before);
	return moved ? moved->block : NULL;
}

/* ---- the functions ---- */

static BOOL fail(DWORD error)
{
	SetLastError(error);
	return FALSE;
}

HANDLE GetProcessHeap(void)
{
	return &process_heap;
}

HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize)
{
	struct heap *heap = calloc(1, sizeof(*heap));

	(void)flOptions, (void)dwInitialSize;
	if (!heap) {
		fail(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	heap->max = dwMaximumSize;
	pthread_mutex_lock(&lock);
	heap->next = heaps;
	heaps = heap;
	pthread_mutex_unlock(&lock);
	return heap;
}

/* With the lock: it is in the list no more. False: it was not. */
static bool take_out(HANDLE handle)
{
	for (struct heap **at = &heaps; *at; at = &(*at)->next)
		if (*at == handle) {
			*at = (*at)->next;
			return true;
		}
	return false;
}

BOOL HeapDestroy(HANDLE hHeap)
{
	struct heap *heap = hHeap;
	bool found;

	pthread_mutex_lock(&lock);
	found = take_out(hHeap);
	pthread_mutex_unlock(&lock);
	if (!found)
		return fail(ERROR_INVALID_HANDLE);
	while (heap->first) {
		struct head *head = heap->first;

		leave(heap, head);
		free(head);
	}
	free(heap);
	return TRUE;
}

LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes)
{
	struct heap *heap;
	void *block;

	pthread_mutex_lock(&lock);
	heap = heap_of(hHeap);
	block = heap ? block_new(heap, dwFlags, dwBytes) : NULL;
	pthread_mutex_unlock(&lock);
	return block;
}

LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes)
{
	struct heap *heap;
	struct head *head;
	void *block;

	pthread_mutex_lock(&lock);
	heap = heap_of(hHeap);
	head = head_of(heap, lpMem);
	block = head ? block_resize(heap, dwFlags, head, dwBytes) : NULL;
	pthread_mutex_unlock(&lock);
	return block;
}

BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem)
{
	struct heap *heap;
	struct head *head;

	(void)dwFlags;
	pthread_mutex_lock(&lock);
	heap = heap_of(hHeap);
	head = head_of(heap, lpMem);
	if (head)
		leave(heap, head);
	pthread_mutex_unlock(&lock);
	free(head);
	if (!heap)
		return fail(ERROR_INVALID_HANDLE);
	return head || !lpMem ? TRUE : fail(ERROR_INVALID_PARAMETER);
}

SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)
{
	struct head *head;
	SIZE_T size;

	(void)dwFlags;
	pthread_mutex_lock(&lock);
	head = head_of(heap_of(hHeap), lpMem);
	size = head ? head->size : (SIZE_T)-1;
	pthread_mutex_unlock(&lock);
	return size;
}

/* ---- LocalAlloc, GlobalAlloc: blocks of the process's heap ---- */

HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes)
{
	HLOCAL block =
		HeapAlloc(&process_heap, uFlags & LMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0, uBytes);

	if (!block)
		fail(ERROR_NOT_ENOUGH_MEMORY);
	return block;
}

HLOCAL LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags)
{
	DWORD flags = uFlags & LMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0;
	HLOCAL block = HeapReAlloc(&process_heap, flags, hMem, uBytes);

	if (!block)
		fail(LocalLock(hMem) ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_HANDLE);
	return block;
}

HLOCAL LocalFree(HLOCAL hMem)
{
	if (HeapFree(&process_heap, 0, hMem))
		return NULL;
	fail(ERROR_INVALID_HANDLE);
	return hMem;
}

SIZE_T LocalSize(HLOCAL hMem)
{
	SIZE_T size = HeapSize(&process_heap, 0, hMem);

	if (size != (SIZE_T)-1)
		return size;
	fail(ERROR_INVALID_HANDLE);
	return 0;
}

LPVOID LocalLock(HLOCAL hMem)
{
	if (HeapSize(&process_heap, 0, hMem) != (SIZE_T)-1)
		return hMem;
	fail(ERROR_INVALID_HANDLE);
	return NULL;
}

BOOL LocalUnlock(HLOCAL hMem)
{
	return fail(LocalLock(hMem) ? NO_ERROR : ERROR_INVALID_HANDLE);
}

HGLOBAL GlobalAlloc(UINT uFlags, SIZE_T dwBytes)
{
	return LocalAlloc(uFlags, dwBytes);
}

HGLOBAL GlobalReAlloc(HGLOBAL hMem, SIZE_T dwBytes, UINT uFlags)
{
	return LocalReAlloc(hMem, dwBytes, uFlags);
}

HGLOBAL GlobalFree(HGLOBAL hMem)
{
	return LocalFree(hMem);
}

SIZE_T GlobalSize(HGLOBAL hMem)
{
	return LocalSize(hMem);
}

LPVOID GlobalLock(HGLOBAL hMem)
{
	return LocalLock(hMem);
}

BOOL GlobalUnlock(HGLOBAL hMem)
{
	return LocalUnlock(hMem);
}
