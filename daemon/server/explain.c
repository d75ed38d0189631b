/* wdspxectl explain: a made-up client, or a packet, as a trial through the chain that serves.
 *
 * What is looked at is what a datagram on the wire would be: an rx_datagram, which the inlet judges
 * as it judges those.
 */
#include "server/explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/utf.h"
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

/* ---- what is assumed of those who are not asked ------------------------------------------------
 */

/* Takes the first NAME=VERDICT of a list with commas between. False: it is none. */
static bool take_assumed(const char **list, char name[static ASSUME_MAX], bool *ignores)
{
	const char *at = *list;
	size_t whole = strcspn(at, ","), len = strcspn(at, "=,");

	if (len == 0 || len == whole)
		return false;
	snprintf(name, ASSUME_MAX, "%.*s", (int)len, at);
	*ignores = whole - len == 7 && strncmp(at + len, "=ignore", 7) == 0;
	*list += whole + (at[whole] == ',');
	return *ignores || (whole - len == 9 && strncmp(at + len, "=rejected", 9) == 0);
}

static bool assumes_ignore(void *context, const char *provider)
{
	const struct explaining *it = context;
	const char *at = it->assume;
	char name[ASSUME_MAX];
	bool ignores;

	while (*at && take_assumed(&at, name, &ignores))
		if (utf8_casecmp(name, provider) == 0)
			return ignores;
	return false;
}

static bool is_asked_of(struct draft *d, const char *name)
{
	const char *names[PROVIDERS_MAX + 1], *meant;
	char why[EXPLAIN_WHY_MAX];

	host_names(d->server->host, names, ARRAY_LEN(names));
	for (size_t i = 0; names[i]; i++)
		if (utf8_casecmp(names[i], name) == 0)
			return true;
	meant = nearest(name, names);
	snprintf(why, sizeof(why), "--assume: no provider \"%.60s\" runs%s%.60s%s", name,
		 meant ? ": did you mean \"" : ": see wdspxectl list", meant ? meant : "",
		 meant ? "\"?" : "");
	utf8_trim(why);
	return draft_fail(d, why);
}

static bool assume_is_right(struct draft *d)
{
	const char *at = word(d, ASSUME) ? word(d, ASSUME) : "";
	char name[ASSUME_MAX];
	bool ignores;

	if (strlen(at) >= ASSUME_MAX)
		return draft_fail(d, "--assume is too long");
	while (*at) {
		if (!take_assumed(&at, name, &ignores))
			return draft_fail(d, "--assume must be NAME=rejected or NAME=ignore, with "
					     "commas between");
		if (!is_asked_of(d, name))
			return false;
	}
	return true;
}

/* ---- the question ------------------------------------------------------------------------------
 */

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

	if (!assume_is_right(&d) || !draft_make(&d)) {
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
