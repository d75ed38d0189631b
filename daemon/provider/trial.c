/* Requests that came from nobody: somebody asks how they would be answered.
 *
 * A trial is known by an id, never by a pointer: a reply that another thread has sent may arrive
 * when who asked has its answer and is gone.
 */
#include "provider/trial.h"

#include "base/cleanup.h"
#include "provider/pin.h"
#include "provider/process.h"
#include "provider/state.h"

static struct host_trial *trial_find(struct host *host, uint32_t id)
{
	for (size_t i = 0; i < ARRAY_LEN(host->trial); i++)
		if (host->trial[i].id == id)
			return &host->trial[i].asker;
	return NULL;
}

uint32_t trial_open(struct host *host, const struct host_trial *asker)
{
	for (size_t i = 0; i < ARRAY_LEN(host->trial); i++) {
		if (host->trial[i].id != 0)
			continue;
		if (++host->last_trial == 0)
			host->last_trial = 1;
		host->trial[i].id = host->last_trial;
		host->trial[i].asker = *asker;
		return host->last_trial;
	}
	return 0;
}

bool trial_admits(const struct host *host, const struct provider *p, const struct request *req)
{
	if (atomic_load_explicit(&p->trial, memory_order_relaxed))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(host->trial); i++)
		if (host->trial[i].id == req->trial)
			return host->trial[i].asker.ask_all;
	return false;
}

bool trial_ignores(struct host *host, const struct provider *p, const struct request *req)
{
	const struct host_trial *asker = trial_find(host, req->trial);

	return asker && asker->ignores && asker->ignores(asker->context, p->name);
}

void trial_show(struct host *host, const struct outgoing *out)
{
	const struct host_trial *asker = trial_find(host, out->trial);

	if (asker)
		asker->sent(asker->context, out);
}

void trial_end(struct host *host, uint32_t id, const struct ending *end)
{
	for (size_t i = 0; i < ARRAY_LEN(host->trial); i++) {
		struct host_trial asker = host->trial[i].asker;

		if (host->trial[i].id != id)
			continue;
		host->trial[i].id = 0; /* first: who is told may begin the next one */
		asker.ended(asker.context, end);
		return;
	}
}

int request_is_trial(HANDLE handle)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, handle, GUARD_USE);
	bool trial = req && req->trial != 0;

	if (req)
		request_leave(host, req);
	return trial;
}
