/* Service control codes to providers, through the life-cycle thread. */
#include <stdio.h>
#include <stdlib.h>

#include "server/life.h"
#include "server/log.h"
#include "server/server.h"

struct control_job {
	struct job job;
	struct server *server;
	struct roster *roster;     /* alive: its release can only stand behind this job */
	struct instance *instance; /* NULL: all */
	uint32_t code, result;
	bool called;
	uint64_t client; /* 0: nobody waits */
	bool *pending;
};

static void run(struct job *job)
{
	struct control_job *it = CONTAINER_OF(job, struct control_job, job);

	if (it->instance)
		it->result = provider_control(it->instance->provider, it->code, &it->called);
	else
		roster_control(it->roster, it->code);
}

static void answer(const struct control_job *it)
{
	char json[128];

	if (!it->server->control)
		return;
	if (it->instance && !it->called)
		control_refuse(it->server->control, it->client,
			       "the provider takes no service control");
	else {
		snprintf(json, sizeof(json), "{\"ok\":true,\"result\":%u}", it->result);
		control_answer(it->server->control, it->client, json);
	}
}

static void tell_net(struct server *s)
{
	uint32_t code = s->net_told.code[0];

	if (s->net_told.running || s->net_told.n == 0)
		return;
	s->net_told.code[0] = s->net_told.code[1];
	s->net_told.n--;
	server_control_all(s, code, &s->net_told.running);
}

static void done(struct job *job)
{
	struct control_job *it = CONTAINER_OF(job, struct control_job, job);

	if (it->pending)
		*it->pending = false;
	if (it->client)
		answer(it);
	if (it->pending == &it->server->net_told.running)
		tell_net(it->server);
	free(it);
}

static struct control_job *job_new(struct server *s, uint32_t code)
{
	struct control_job *it = calloc(1, sizeof(*it));

	if (!it)
		return NULL;
	it->job.run = run;
	it->job.done = done;
	it->server = s;
	it->roster = s->roster;
	it->code = code;
	return it;
}

void server_control_all(struct server *s, uint32_t code, bool *pending)
{
	struct control_job *it;

	if (!s->roster || (pending && *pending))
		return; /* one that is on its way says the same */
	it = job_new(s, code);
	if (!it) {
		log_line(LOG_ERR, "no memory to tell the providers of service control %u", code);
		return;
	}
	it->pending = pending;
	if (pending)
		*pending = true;
	life_post(&it->job);
}

void server_control_net(struct server *s, uint32_t code)
{
	if (s->net_told.n > 0 && s->net_told.code[s->net_told.n - 1] == code)
		return;
	if (s->net_told.n == 2) { /* ADD, REMOVE, ADD: the first of them says nothing new */
		s->net_told.code[0] = s->net_told.code[1];
		s->net_told.n--;
	}
	s->net_told.code[s->net_told.n++] = code;
	tell_net(s);
}

void server_control_for(struct server *s, const char *name, uint32_t code, uint64_t client)
{
	struct instance *instance = roster_find(s->roster, name);
	bool all = !name[0];
	struct control_job *it;

	if (!s->roster || (!all && !instance)) {
		control_refuse(s->control, client, "there is no such provider");
		return;
	}
	if (!all && !instance->provider) {
		control_refuse(s->control, client, "the provider does not run");
		return;
	}
	it = job_new(s, code);
	if (!it) {
		control_refuse(s->control, client, "no memory");
		return;
	}
	it->instance = all ? NULL : instance;
	it->client = client;
	life_post(&it->job);
}
