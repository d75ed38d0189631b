#include "request/table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/must.h"

/* mmap: the kernel's zeroed pages cost nothing until a slot is first used. */
int request_table_init(struct request_table *table, uint32_t count)
{
	_cleanup_(freep) uint32_t *stack = NULL;
	void *slots;

	*table = (struct request_table){ 0 };
	if (count == 0 || count > 1u << HANDLE_INDEX_BITS)
		return -EINVAL;
	stack = malloc(count * sizeof(*stack));
	if (!stack)
		return -ENOMEM;
	slots = mmap(NULL, count * sizeof(struct request), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (slots == MAP_FAILED)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++)
		stack[i] = count - 1 - i;
	*table = (struct request_table){
		.slot = slots, .count = count, .free = TAKE(stack), .n_free = count
	};
	hash_key_random(&table->seed);
	return 0;
}

void request_table_done(struct request_table *table)
{
	if (table->slot)
		munmap(table->slot, table->count * sizeof(struct request));
	free(table->free);
	*table = (struct request_table){ 0 };
}

struct request *request_take(struct request_table *table)
{
	struct request *req;

	if (table->n_free == 0)
		return NULL;
	table->n_free--;
	req = &table->slot[table->free[table->n_free]];
	req->index = table->free[table->n_free];
	if (atomic_load_explicit(&req->guard.word, memory_order_relaxed) == 0) /* never used yet */
		guard_seed(&req->guard,
			   hash_octets(&table->seed, span_of(&req->index, sizeof(req->index))));
	return req;
}

void request_give(struct request_table *table, struct request *req)
{
	MUST(table->n_free < table->count);
	table->free[table->n_free++] = req->index;
}

uint32_t request_table_used(const struct request_table *table)
{
	return table->count - table->n_free;
}

uint64_t request_handle(const struct request *req, uint64_t generation)
{
	return handle_make(REQUEST_HANDLE_KIND, req->index, generation);
}

struct request *request_find(struct request_table *table, uint64_t handle, uint64_t *generation)
{
	uint32_t index;

	if (!handle_split(handle, REQUEST_HANDLE_KIND, table->count, &index, generation))
		return NULL;
	return &table->slot[index];
}
