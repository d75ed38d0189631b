#include "server/hold.h"

#include "dhcp/dhcp6.h"
#include "server/server.h"

static void timer_arm(struct hold *hold)
{
	struct outgoing *first;
	uint64_t now_ms = clock_ms();

	if (!hold->first)
		return;
	first = CONTAINER_OF(hold->first, struct outgoing, letter);
	ev_timer_set(&hold->timer,
		     first->due_ms > now_ms ? (double)(first->due_ms - now_ms) / 1e3 : 0.0, 0.0);
	ev_timer_start(hold->loop, &hold->timer);
}

static void on_time(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	struct hold *hold = timer->data;
	uint64_t now_ms = clock_ms();

	(void)loop;
	(void)events;
	while (hold->first) {
		struct outgoing *out = CONTAINER_OF(hold->first, struct outgoing, letter);

		if (out->due_ms > now_ms)
			break;
		hold->first = hold->first->next;
		hold->send(hold->context, out);
	}
	if (!hold->first)
		hold->last = &hold->first;
	timer_arm(hold);
}

void hold_init(struct hold *hold, struct ev_loop *loop,
	       void (*send)(void *context, struct outgoing *out), void *context)
{
	*hold = (struct hold){ .loop = loop, .send = send, .context = context };
	hold->last = &hold->first;
	ev_timer_init(&hold->timer, on_time, 0.0, 0.0);
	hold->timer.data = hold;
}

bool hold_wants(const struct outgoing *out)
{
	return out->from_port == DHCP6_PORT_PXE && out->to.ip.family == IP_V6;
}

void hold_put(struct hold *hold, struct outgoing *out)
{
	bool idle = hold_is_empty(hold);

	out->due_ms = clock_ms() + HOLD_MS;
	out->letter.next = NULL;
	*hold->last = &out->letter;
	hold->last = &out->letter.next;
	if (idle)
		timer_arm(hold);
}

bool hold_is_empty(const struct hold *hold)
{
	return hold->first == NULL;
}

void hold_done(struct hold *hold)
{
	if (hold->loop)
		ev_timer_stop(hold->loop, &hold->timer);
	while (hold->first) {
		struct outgoing *out = CONTAINER_OF(hold->first, struct outgoing, letter);

		hold->first = hold->first->next;
		outgoing_release(out);
	}
}
