/* no allocation · no lock · no log */
#include "server/hold.h"

static struct outgoing *first_of(const struct hold *hold)
{
	return hold->first ? CONTAINER_OF(hold->first, struct outgoing, letter) : NULL;
}

static struct outgoing *take_first(struct hold *hold)
{
	struct outgoing *out = first_of(hold);

	hold->first = hold->first->next;
	if (!hold->first)
		hold->last = &hold->first;
	return out;
}

void hold_init(struct hold *hold, void (*send)(void *context, struct outgoing *out), void *context)
{
	*hold = (struct hold){ .send = send, .context = context };
	hold->last = &hold->first;
}

void hold_put(struct hold *hold, struct outgoing *out, uint64_t now_ms)
{
	out->due_ms = now_ms + HOLD_MS;
	out->letter.next = NULL;
	*hold->last = &out->letter;
	hold->last = &out->letter.next;
}

void hold_turn(struct hold *hold, uint64_t now_ms)
{
	while (hold_due_ms(hold) <= now_ms)
		hold->send(hold->context, take_first(hold));
}

uint64_t hold_due_ms(const struct hold *hold)
{
	return hold->first ? first_of(hold)->due_ms : UINT64_MAX;
}

bool hold_is_empty(const struct hold *hold)
{
	return hold->first == NULL;
}

void hold_done(struct hold *hold)
{
	while (hold->first)
		outgoing_release(take_first(hold));
}
