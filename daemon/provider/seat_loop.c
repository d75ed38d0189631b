/* The seat of a provider that never blocks: it is called on the loop. */
#include "provider/callback.h"
#include "provider/ended.h"
#include "provider/seat.h"
#include "provider/share.h"
#include "provider/visit.h"

static int start(struct provider *p)
{
	(void)p;
	return 0;
}

static bool ask(struct provider *p, struct request *req)
{
	guard_open(&req->guard);
	if (visit_call(p, req))
		return true;
	pending_add(p, req); /* its letter cannot come before this: letters are the loop's */
	return false;
}

static void nothing(struct provider *p)
{
	(void)p;
}

/* The server's own watchdog looks at what the loop is in. */
static bool inside(const struct provider *p)
{
	(void)p;
	return false;
}

static void watch(struct provider *p, bool replaced, uint64_t now_ms)
{
	(void)p;
	(void)replaced;
	(void)now_ms;
}

const struct seat_ops seat_loop = {
	.name = "loop",
	.start = start,
	.ask = ask,
	.flush = nothing,
	.tell = ended_call,
	.control = callback_control,
	.stop = nothing,
	.inside = inside,
	.watch = watch,
};
