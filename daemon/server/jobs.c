/* Service control codes to providers, through the life-cycle thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "provider/error_name.h"
#include "server/commands.h"
#include "server/life.h"
#include "server/named.h"
#include "site/pauses.h"
#include "story/log.h"

/* How one provider answered a code. */
struct reaction {
	const char *name, *state; /* static */
	uint32_t result;
};

struct control_job {
	struct job job;
	struct server *server;
	struct roster *roster;     /* alive: its release can only stand behind this job */
	struct instance *instance; /* NULL: all */
	char *name;                /* its; NULL: all */
	uint32_t code;
	struct reaction reaction[PROVIDERS_MAX];
	unsigned n;
	uint64_t client; /* 0: nobody waits */
	bool *pending;
};

void server_keep_pauses(struct server *s, const struct roster *roster)
{
	int r = s->pauses ? pauses_save(s->pauses, roster) : 0;

	if (r < 0)
		log_line(LOG_WARNING, "%s cannot be written (%s): a restart ends the pause",
			 s->pauses, strerror(-r));
}

/* A code for all providers concerns those that take codes; but a pause concerns every provider, so
 * that one which cannot be paused is reported. */
static void control_one(struct control_job *it, struct provider *p)
{
	bool called;
	uint32_t result = provider_control(p, it->code, &called); /* logs an error, and goes on */

	if (!called && !it->instance && it->code != SERVICE_CONTROL_PAUSE)
		result = 0;
	it->reaction[it->n++] = (struct reaction){ .name = provider_name_kept(p),
						   .state = provider_state_text(p),
						   .result = result };
}

static bool changes_pause(uint32_t code)
{
	return code == SERVICE_CONTROL_PAUSE || code == SERVICE_CONTROL_CONTINUE;
}

static void run(struct job *job)
{
	struct control_job *it = CONTAINER_OF(job, struct control_job, job);
	struct provider *running[PROVIDERS_MAX];
	unsigned n = roster_running(it->roster, running);

	if (it->instance)
		control_one(it, it->instance->provider);
	for (unsigned i = 0; i < n && !it->instance; i++)
		control_one(it, running[i]);
	if (changes_pause(it->code))
		server_keep_pauses(it->server, it->roster);
}

/* "error" only where there is one: in words, for people. */
static json_t *reaction_json(const struct reaction *r)
{
	char error[ERROR_TEXT_MAX];

	return json_pack("{s:s,s:I,s:s*,s:s}", "name", r->name, "result", (json_int_t)r->result,
			 "error", r->result ? error_text(r->result, error) : NULL, "state",
			 r->state);
}

static void answer(const struct control_job *it)
{
	json_t *providers = json_array();
	_cleanup_(freep) char *text = NULL;
	json_t *all;
	uint32_t result = 0;

	for (unsigned i = 0; i < it->n; i++) {
		if (result == 0)
			result = it->reaction[i].result;
		json_array_append_new(providers, reaction_json(&it->reaction[i]));
	}
	all = json_pack("{s:b,s:I,s:o}", "ok", 1, "result", (json_int_t)result, "providers",
			providers);
	text = all ? json_dumps(all, JSON_COMPACT) : NULL;
	json_decref(all);
	if (text)
		control_answer(it->server->control, it->client, text);
	else
		control_refuse(it->server->control, it->client, "out of memory for the answer");
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
	if (it->client && it->server->control)
		answer(it);
	if (changes_pause(it->code) && it->server->state == SERVER_RUNNING)
		notify_ready(it->server); /* its status line counts those that are paused */
	if (it->pending == &it->server->net_told.running)
		tell_net(it->server);
	free(it->name);
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

/* While a reload is under way its new instances are there, but in no roster that we know: what came
 * for the old ones alone would be lost with them. */
static void post(struct server *s, struct control_job *it)
{
	if (!s->reload_running) {
		life_post(&it->job);
		return;
	}
	it->job.letter.next = NULL;
	*(s->controls.first ? s->controls.last : &s->controls.first) = &it->job.letter;
	s->controls.last = &it->job.letter.next;
}

void server_control_all(struct server *s, uint32_t code, bool *pending)
{
	struct control_job *it;

	if (!s->roster || (pending && *pending))
		return; /* the same code is on its way already */
	it = job_new(s, code);
	if (!it) {
		log_line(LOG_ERR, "out of memory: cannot send service control %u to the providers",
			 code);
		return;
	}
	it->pending = pending;
	if (pending)
		*pending = true;
	post(s, it);
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

static void control_for(struct server *s, const char *name, uint32_t code, uint64_t client)
{
	bool all = !name[0] && s->roster;
	struct instance *instance = all ? NULL : server_named(s, name, client);
	struct control_job *it;

	if (!all && !instance)
		return;
	it = job_new(s, code);
	if (it && instance)
		it->name = strdup(name);
	if (!it || (instance && !it->name)) {
		free(it);
		control_refuse(s->control, client, "out of memory");
		return;
	}
	it->instance = instance;
	it->client = client;
	post(s, it);
}

/* For whom it is now. */
static void resume(struct server *s, struct control_job *it)
{
	it->roster = s->roster;
	it->instance = it->name ? server_named(s, it->name, it->client) : NULL;
	if (it->name && !it->instance) {
		free(it->name);
		free(it);
		return;
	}
	life_post(&it->job);
}

void server_control_resume(struct server *s)
{
	struct letter *letter = s->controls.first, *next;

	s->controls.first = NULL;
	for (; letter; letter = next) {
		next = letter->next;
		resume(s, CONTAINER_OF(CONTAINER_OF(letter, struct job, letter), struct control_job,
				       job));
	}
}

void server_command_control(struct server *s, uint64_t client, const struct arguments *arguments)
{
	const char *name = arguments->word[0];

	control_for(s, strcmp(name, "all") ? name : "", word_code(arguments->word[1]), client);
}
