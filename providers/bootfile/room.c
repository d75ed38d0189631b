#include "room.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LEAST = 16 };

#ifndef __has_feature
#define __has_feature(feature) 0 /* gcc says it by a macro */
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define PAGES_FROM SIZE_MAX /* it looks at what malloc() gives */
#else
#define PAGES_FROM ((size_t)65536)
#endif

/* Before each room. */
struct head {
	_Alignas(16) size_t size; /* with the head */
};

static bool has_pages(size_t size)
{
	return size >= PAGES_FROM;
}

static struct head *head_of(void *room)
{
	return (struct head *)((uint8_t *)room - sizeof(struct head));
}

static void *room_of(struct head *head, size_t size)
{
	head->size = size;
	return (uint8_t *)head + sizeof *head;
}

static struct head *pages_new(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void *room_new(size_t size)
{
	struct head *head;

	if (size > SIZE_MAX / 2)
		return NULL;
	size += sizeof *head;
	head = has_pages(size) ? pages_new(size) : calloc(1, size);
	return head ? room_of(head, size) : NULL;
}

void room_free(void *room)
{
	struct head *head = room ? head_of(room) : NULL;

	if (head && has_pages(head->size))
		munmap(head, head->size);
	else
		free(head);
}

/* From the heap to pages, or back. */
static void *room_move(void *room, size_t size)
{
	size_t had = head_of(room)->size - sizeof(struct head);
	void *moved = room_new(size);

	if (moved) {
		memcpy(moved, room, had < size ? had : size);
		room_free(room);
	}
	return moved;
}

void *room_resize(void *room, size_t size)
{
	size_t had = room ? head_of(room)->size : 0, want = size + sizeof(struct head);
	void *at;

	if (!room || size > SIZE_MAX / 2)
		return room ? NULL : room_new(size);
	if (has_pages(had) != has_pages(want))
		return room_move(room, size);
	if (has_pages(had)) {
		at = mremap(head_of(room), had, want, MREMAP_MAYMOVE);
		at = at == MAP_FAILED ? NULL : at;
	} else {
		at = realloc(head_of(room), want);
	}
	return at ? room_of(at, want) : NULL;
}

int room_make(void *array, size_t size, uint32_t n, uint32_t more)
{
	void **at = array, *bigger;
	size_t room = LEAST, want = n + (size_t)more;

	while (room < n) /* as often as it has doubled */
		room *= 2;
	if (n > 0 && want <= room)
		return 0;
	while (room < want)
		room *= 2;
	if (room > UINT32_MAX / 2)
		return -ENOMEM;
	bigger = room_resize(*at, room * size);
	if (!bigger)
		return -ENOMEM;
	*at = bigger;
	return 0;
}
