#include "provider/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "provider/altstack.h"
#include "provider/callback.h"
#include "provider/process.h"
#include "provider/state.h"

enum { FIRST_ROOM = 4096 };

/* ---- places ---- */

static int slot_take(struct host *host, struct order *order)
{
	struct hash_key seed;

	for (uint32_t i = 0; i < ORDERS_MAX; i++) {
		struct order_slot *slot = &host->order[i];

		if (slot->taken)
			continue;
		if (atomic_load(&slot->guard.word) == 0) {
			hash_key_random(&seed);
			guard_seed(&slot->guard, seed.word[0]);
		}
		slot->taken = true;
		order->slot = i;
		return 0;
	}
	return -EAGAIN;
}

static struct order_slot *slot_of(const struct order *order)
{
	return &host_the->order[order->slot];
}

int order_take(struct order *order, struct provider *p)
{
	int r;

	if (provider_state(p) != PROVIDER_RUNNING)
		return -ESHUTDOWN;
	if (!provider_takes_orders(p))
		return -ENOSYS;
	r = slot_take(p->host, order);
	if (r < 0)
		return r;
	order->provider = p;
	atomic_store(&slot_of(order)->late_ms, order->until_ms);
	sem_init(&order->writing, 0, 1);
	calm_join(&p->calm);
	return 0;
}

void order_done(struct order *order)
{
	sem_destroy(&order->writing);
	slot_of(order)->taken = false;
}

void order_cancel(struct order *order)
{
	calm_leave(&order->provider->calm);
	order_done(order);
}

void order_give_up(struct order *order, uint64_t late_ms)
{
	atomic_store(&order->given_up, true);
	calm_hurry(&slot_of(order)->late_ms, late_ms, &host_the->life_news);
}

/* ---- the call ---- */

static void handle_open(struct order *order)
{
	struct order_slot *slot = slot_of(order);

	atomic_store_explicit(&slot->order, order, memory_order_release);
	order->handle = (HANDLE)(uintptr_t)handle_make(ORDER_HANDLE_KIND, order->slot,
						       guard_open(&slot->guard));
}

/* Waits for those who write right now: that is short. */
static void handle_close(struct order *order)
{
	const struct timespec nap = { .tv_nsec = 100000 };
	struct guard *guard = &slot_of(order)->guard;
	bool overruled, last;

	guard_close(guard, 0, &overruled, &last);
	guard_unpin(guard);
	while (guard_view(guard).pins > 0)
		nanosleep(&nap, NULL);
	guard_free(guard);
}

void order_run(struct order *order)
{
	struct provider *p = order->provider;
	sem_t *life_news = &p->host->life_news;
	int r = calm_enter(&p->calm, &slot_of(order)->late_ms, life_news);

	if (r == 0) {
		atomic_store(&order->called, true);
		handle_open(order);
		order->status = callback_command(p, order->handle, &order->command);
		handle_close(order);
		calm_exit(&p->calm, life_news);
	} else {
		order->end = r == -ETIME ? ORDER_NO_TURN : ORDER_GONE;
	}
	calm_leave(&p->calm);
}

/* ---- what it writes ---- */

static bool has_room(struct order *order, size_t len)
{
	size_t room = order->room ? order->room : FIRST_ROOM;
	char *text;

	while (room < order->len + len)
		room *= 2;
	if (room == order->room)
		return true;
	text = realloc(order->text, room);
	if (!text)
		return false;
	order->text = text;
	order->room = room;
	return true;
}

/* The answer fails as a whole, for what it has would be half of one. */
static DWORD refuse(struct order *order, enum order_end end)
{
	static const DWORD codes[] = { [ORDER_TOO_LONG] = ERROR_INSUFFICIENT_BUFFER,
				       [ORDER_NO_MEMORY] = ERROR_NOT_ENOUGH_MEMORY,
				       [ORDER_ABORTED] = ERROR_OPERATION_ABORTED };

	if (order->end == ORDER_DONE)
		order->end = end;
	return codes[end];
}

static DWORD append(struct order *order, const char *text, size_t len)
{
	if (atomic_load(&order->given_up))
		return refuse(order, ORDER_ABORTED);
	if (order->end != ORDER_DONE)
		return refuse(order, order->end);
	if (order->len + len > PXE_COMMAND_ANSWER_MAX)
		return refuse(order, ORDER_TOO_LONG);
	if (len > 0 && !has_room(order, len))
		return refuse(order, ORDER_NO_MEMORY);
	if (len > 0)
		memcpy(order->text + order->len, text, len);
	order->len += len;
	return ERROR_SUCCESS;
}

DWORD order_write(HANDLE handle, const char *text, ULONG len)
{
	struct host *host = host_the;
	struct order_slot *slot;
	uint64_t generation;
	struct order *order;
	uint32_t index;
	DWORD code;

	altstack_have(); /* this may be a thread of the provider's own */
	if (!host || !handle_split((uint64_t)(uintptr_t)handle, ORDER_HANDLE_KIND, ORDERS_MAX,
				   &index, &generation))
		return ERROR_INVALID_HANDLE;
	slot = &host->order[index];
	if (!guard_pin(&slot->guard, generation, GUARD_USE))
		return ERROR_INVALID_HANDLE;
	order = atomic_load_explicit(&slot->order, memory_order_acquire);
	while (sem_wait(&order->writing) != 0)
		;
	code = append(order, text, len);
	sem_post(&order->writing);
	guard_unpin(&slot->guard);
	return code;
}
