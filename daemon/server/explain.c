/* wdspxectl explain: a made-up client, or a packet, as a trial through the chain that serves.
 *
 * What is looked at is what a datagram on the wire would be: an rx_datagram, which the inlet judges
 * as it judges those.
 */
#include "server/explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "control/plain_json.h"
#include "server/commands.h"
#include "server/explain_draft.h"
#include "story/explain.h"

enum { ASSUME_MAX = 512 };

/* A trial that is under way. */
struct explaining {
	bool used;
	struct server *server;
	struct explain_asker asker;
	json_t *replies;
	char assume[ASSUME_MAX];
};

static struct explaining under_way[HOST_TRIALS_MAX];

/* ---- the trial --------------------------------------------------------------------------------
 */

static struct explaining *explaining_new(struct server *s, const struct explain_asker *asker,
					 const char *assume)
{
	for (size_t i = 0; i < ARRAY_LEN(under_way); i++) {
		struct explaining *it = &under_way[i];

		if (it->used)
			continue;
		*it = (struct explaining){ true, s, *asker, json_array(), "" };
		snprintf(it->assume, sizeof(it->assume), "%s", assume ? assume : "");
		return it;
	}
	return NULL;
}

static void on_sent(void *context, const struct outgoing *out)
{
	const struct explaining *it = context;
	const struct link *link = links_by_index(links_now(it->server->links), out->to.ifindex);

	json_array_append_new(it->replies, explain_reply(out, link ? link->name : ""));
}

/* Whom the operator has paused: they are not asked, now or by a client. */
static json_t *paused_names(const struct server *s)
{
	struct provider *running[PROVIDERS_MAX];
	unsigned n = roster_running(s->roster, running);
	json_t *names = json_array();

	for (unsigned i = 0; i < n; i++)
		if (provider_paused(running[i]))
			json_array_append_new(names, plain_json(provider_name_kept(running[i])));
	return names;
}

static void on_ended(void *context, const struct ending *end)
{
	struct explaining *it = context;
	json_t *told = explain_ending(end, it->replies), *paused = paused_names(it->server);

	if (json_array_size(paused) > 0)
		json_object_set(told, "paused", paused);
	json_decref(paused);
	it->used = false;
	it->asker.answer(it->asker.context, it->asker.number, told);
}

/* A port that is not open hears nobody: its index, or -1. */
static int unheard(const struct server *s, const struct rx_datagram *d)
{
	int i = transport_find(d->source.ip.family, d->port);

	if (i < 0)
		return -1;
	if (s->state == SERVER_STARTING) /* only asked: no port is open */
		return transports[i].wanted(s->config) ? -1 : i;
	return s->port[i] ? -1 : i;
}

static json_t *unheard_json(int transport)
{
	char why[128], remedy[128];

	snprintf(why, sizeof(why), "%s is not open", transports[transport].name);
	snprintf(remedy, sizeof(remedy), "see %s in wdspxed.conf", transports[transport].key);
	return json_pack("{s:b,s:s,s:s,s:s,s:b,s:[]}", "ok", 1, "outcome", "not-heard", "meaning",
			 why, "remedy", remedy, "silence", 1, "replies");
}

/* "inventory=ignore,other=rejected" */
static bool assumes_ignore(void *context, const char *provider)
{
	const struct explaining *it = context;
	size_t len = strlen(provider);

	for (const char *at = it->assume; *at; at += strcspn(at, ","), at += *at == ',')
		if (strncmp(at, provider, len) == 0 && at[len] == '=')
			return strncmp(at + len + 1, "ignore", 6) == 0;
	return false;
}

static bool assume_is_right(const char *assume)
{
	for (const char *at = assume; at && *at; at += strcspn(at, ","), at += *at == ',') {
		size_t name = strcspn(at, "=,");
		const char *verdict = at + name + (at[name] == '=');
		size_t len = strcspn(verdict, ",");

		if (name == 0 || at[name] != '=' ||
		    !((len == 6 && strncmp(verdict, "ignore", 6) == 0) ||
		      (len == 8 && strncmp(verdict, "rejected", 8) == 0)))
			return false;
	}
	return true;
}

static void try(struct draft *d, const struct arrival *in, struct explaining *it)
{
	struct host_trial trial = { .context = it,
				    .ask_all = word(d, ASK_ALL) != NULL,
				    .ignores = assumes_ignore,
				    .sent = on_sent,
				    .ended = on_ended };
	struct explain_asker asker = it->asker;

	if (host_try(d->server->host, in, &trial, clock_ms()) == 0)
		return;
	it->used = false;
	json_decref(it->replies);
	asker.refuse(asker.context, asker.number, "too many explanations are under way already");
}

void server_explain(struct server *s, const struct arguments *arguments,
		    const struct explain_asker *asker)
{
	struct draft d = { .server = s, .arguments = arguments, .view = links_now(s->links) };
	struct explaining *it;
	struct arrival in;
	int outcome;

	if (!assume_is_right(arguments->word[ASSUME]))
		(void)draft_fail(
			&d, "--assume must be NAME=rejected or NAME=ignore, with commas between");
	if (d.why[0] || !draft_make(&d)) {
		asker->refuse(asker->context, asker->number, d.why);
		return;
	}
	outcome = unheard(s, &d.datagram);
	if (outcome >= 0) {
		asker->answer(asker->context, asker->number, unheard_json(outcome));
		return;
	}
	outcome = inlet_look(s, &d.datagram, d.view, &in);
	it = explaining_new(s, asker, arguments->word[ASSUME]);
	if (!it)
		asker->refuse(asker->context, asker->number,
			      "too many explanations are under way already");
	else if (outcome >= 0)
		on_ended(it, &(struct ending){ (enum outcome)outcome, NULL, &in });
	else
		try(&d, &in, it);
}

/* ---- the command ------------------------------------------------------------------------------
 */

static void answer(void *context, uint64_t client, json_t *json)
{
	struct server *s = context;
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	if (text)
		control_answer(s->control, client, text);
	else
		control_refuse(s->control, client, "out of memory for the answer");
	free(text);
	json_decref(json);
}

static void refuse(void *context, uint64_t client, const char *why)
{
	struct server *s = context;

	control_refuse(s->control, client, why);
}

void server_command_explain(struct server *s, uint64_t client, const struct arguments *arguments)
{
	server_explain(s, arguments, &(struct explain_asker){ s, client, answer, refuse });
}
