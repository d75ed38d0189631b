/* A reload: everything is read, checked and started on the life-cycle thread; then the chain is
 * swapped between two packets; the old instances finish their requests and shut down.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <wdspxe-host.h>

#include "base/cleanup.h"
#include "site/interfaces.h"
#include "server/life.h"
#include "server/orders.h"
#include "story/log.h"
#include "story/log_ignore.h"
#include "site/mistake.h"
#include "server/commands.h"

struct reload_job {
	struct job job;
	struct server *server;
	char *path;
	struct roster *old; /* cannot change: one reload at a time */
	struct config *config;
	struct roster *roster; /* NULL: it failed, or is taken */
	struct roster *taken;  /* the running one by now */
	struct reason reason;
};

/* ---- a roster's end ---------------------------------------------------------------------------
 */

struct release_job {
	struct job job;
	struct server *server;
	struct roster *roster;
	bool counted;
};

void server_give_back(void)
{
	malloc_trim(0);
}

static void release_run(struct job *job)
{
	roster_release(CONTAINER_OF(job, struct release_job, job)->roster);
	server_give_back();
}

static void release_done(struct job *job)
{
	struct release_job *it = CONTAINER_OF(job, struct release_job, job);

	if (it->counted)
		it->server->rosters--;
	free(it);
}

static struct release_job *release_new(struct server *s, struct roster *roster, bool counted)
{
	struct release_job *it = calloc(1, sizeof(*it));

	if (!it)
		return NULL;
	*it = (struct release_job){ .job = { .run = release_run, .done = release_done },
				    .server = s,
				    .roster = roster,
				    .counted = counted };
	return it;
}

static void release_soon(void *context)
{
	struct release_job *it = context; /* made with the chain: the end needs no memory */

	life_post(&it->job);
}

int server_adopt(struct server *s, struct roster *roster)
{
	struct provider *running[PROVIDERS_MAX];
	unsigned n = roster_running(roster, running);
	struct release_job *end = release_new(s, roster, true);
	struct chain *chain;
	int r;

	if (!end)
		return -ENOMEM;
	r = chain_new(running, n, release_soon, end, &chain);
	if (r < 0) {
		free(end);
		return r;
	}
	roster_adopt(roster, s->roster);
	s->roster = roster;
	s->rosters++;
	host_set_chain(s->host, chain);
	chain_unref(chain);
	return 0;
}

/* ---- who waits --------------------------------------------------------------------------------
 */

static void answer(struct server *s, struct waiters *waiters)
{
	for (unsigned i = 0; i < waiters->n && s->control; i++) {
		if (s->last_reload.text[0])
			control_refuse(s->control, waiters->client[i], s->last_reload.text);
		else
			control_answer(s->control, waiters->client[i], "{\"ok\":true}");
	}
	waiters->n = 0;
}

/* ---- the reload -------------------------------------------------------------------------------
 */

static void run(struct job *job)
{
	struct reload_job *it = CONTAINER_OF(job, struct reload_job, job);
	struct registry_error error = mistakes_told_to(&server_teller);
	int r = config_read(it->path, &it->config, &error);

	if (r || error.told) {
		reason_from(&it->reason, &error, r ? r : REGISTRY_E_INVALID);
		return;
	}
	if (roster_make(&it->server->roster_env, it->config, ROSTER_RELOAD, it->old, &it->roster,
			&it->reason))
		it->roster = NULL;
}

static void take_config(struct server *s, struct config *config)
{
	char keys[256];
	int r;

	if (*config_needs_restart(s->config, config, keys, sizeof(keys)))
		log_line(LOG_WARNING, "%s: a change of %s takes effect at the next restart",
			 config->path, keys);
	config_keep_running(s->config, config);
	r = host_set_limits(s->host, &config->limits);
	if (r < 0)
		log_line(LOG_ERR, "cannot apply the new limits: %s", strerror(-r));
	config_free(s->config);
	s->config = config;
	s->config_serial++;
	PxeHostSetProvidersDir(config->providers_dir);
	atomic_store(&s->trace_mask, config->trace_mask);
	log_set_level(config->log_level);
	ports_join_all(&s->ports, config, links_now(s->links));
	interfaces_tell(config, links_now(s->links), &server_teller);
}

static int take(struct server *s, struct reload_job *it)
{
	int r;

	if (!it->roster)
		return -1;
	if (s->state == SERVER_STOPPING) {
		reason_set(&it->reason, "the daemon is stopping");
		return -1;
	}
	r = server_adopt(s, it->roster);
	if (r < 0) {
		reason_set(&it->reason, "cannot set up the new list of providers: %s",
			   strerror(-r));
		return -1;
	}
	it->taken = TAKE(it->roster);
	take_config(s, TAKE(it->config));
	return 0;
}

static void reload_free(struct job *job)
{
	struct reload_job *it = CONTAINER_OF(job, struct reload_job, job);

	config_free(it->config);
	free(it->path);
	free(it);
}

/* What the providers that were told have to know, and what is left of a roster that was not taken:
 * the same thread, and the same job, for these need no memory. */
static void settle_run(struct job *job)
{
	struct reload_job *it = CONTAINER_OF(job, struct reload_job, job);
	struct reason reason = { .text = "cannot undo the failed reload" };

	roster_settle(it->roster ? it->roster : it->taken, !it->roster, &reason);
	if (reason.changed)
		log_line(LOG_ERR, "%s", reason.text);
	if (it->roster)
		roster_release(it->roster);
	else
		server_keep_pauses(it->server, it->taken); /* one may be gone with its provider */
	server_give_back();
}

static void settle(struct reload_job *it)
{
	if (!it->roster && !it->taken) {
		reload_free(&it->job);
		return;
	}
	it->job.run = settle_run;
	it->job.done = reload_free;
	life_post(&it->job);
}

static void say_failed(const struct reason *reason)
{
	log_line(LOG_ERR, "the reload failed%s: %s", reason->changed ? "" : ", nothing has changed",
		 reason->log);
}

static void finish(struct server *s, const struct reload_job *it, bool ok)
{
	s->reload_running = false;
	s->reloads++;
	if (ok) {
		s->last_reload.text[0] = 0;
		log_line(LOG_NOTICE, "reloaded %s", it->path);
	} else {
		s->reloads_failed++;
		s->last_reload = it->reason;
		say_failed(&it->reason);
	}
}

static void done(struct job *job)
{
	struct reload_job *it = CONTAINER_OF(job, struct reload_job, job);
	struct server *s = it->server;
	bool ok = take(s, it) == 0;

	if (!ok && it->roster && roster_has_told(it->roster))
		reason_add_changed(&it->reason, "; providers that accepted their new settings are "
						"being told to return to the old ones");
	log_ignore(
		(const char *const *)s->config->ignore_findings); /* where it failed, as before */
	finish(s, it, ok);
	settle(it);
	server_control_resume(s);
	orders_resume(s);
	answer(s, &s->waiting);
	if (s->state == SERVER_RELOADING) {
		s->state = SERVER_RUNNING;
		notify_ready(s);
	}
	if (!s->reload_again)
		return;
	s->reload_again = false;
	s->waiting = s->later;
	s->later.n = 0;
	server_reload(s);
}

static void refuse(struct server *s, const char *why)
{
	reason_set(&s->last_reload, "%s", why);
	say_failed(&s->last_reload);
	answer(s, &s->waiting);
}

void server_reload(struct server *s)
{
	struct reload_job *it;

	if (s->reload_running) {
		s->reload_again = true; /* what changed since it began must be seen */
		return;
	}
	if (s->state == SERVER_STOPPING) {
		refuse(s, "the daemon is stopping");
		return;
	}
	it = calloc(1, sizeof(*it));
	if (it)
		it->path = strdup(s->config->path);
	if (!it || !it->path) {
		free(it);
		refuse(s, "out of memory");
		return;
	}
	it->job.run = run;
	it->job.done = done;
	it->server = s;
	it->old = s->roster;
	s->reload_running = true;
	s->state = SERVER_RELOADING;
	notify_reloading();
	life_post(&it->job);
}

void server_command_reload(struct server *s, uint64_t client, const struct arguments *arguments)
{
	struct waiters *waiters = s->reload_running ? &s->later : &s->waiting;

	(void)arguments;
	if (waiters->n == WAITERS_MAX) {
		control_refuse(s->control, client, "too many clients are waiting for a reload");
		return;
	}
	waiters->client[waiters->n++] = client;
	server_reload(s);
}
