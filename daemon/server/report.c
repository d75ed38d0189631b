/* What the operator's socket is answered: list, status, metrics. Keys: daemon/control/README.md. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "control/metrics.h"
#include "control/plain_json.h"
#include "story/log.h"
#include "story/malformed.h"
#include "server/commands.h"

static void send_json(struct server *s, uint64_t client, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT | ANSWER_NUMBERS) : NULL;

	if (text)
		control_answer(s->control, client, text);
	else
		control_refuse(s->control, client, "out of memory for the answer");
	free(text);
	json_decref(answer);
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static void read_counters(const struct server *s, const struct instance *instance,
			  struct provider_counters *out)
{
	if (instance->provider)
		provider_counters(instance->provider, out);
	else
		provider_name_counters(s->host, instance->dropin->name, out);
}

static json_t *instance_counters(const struct server *s, const struct instance *instance)
{
	struct provider_counters c;
	json_t *counters;

	read_counters(s, instance, &c);
	counters = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "asked", number(c.asked), "replies",
			     number(c.replies), "leaked", number(c.leaked), "pending",
			     number(c.pending), "quarantined", number(c.quarantined),
			     "microseconds", number(c.latency_us_sum));
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (outcome_is_providers((enum outcome)i))
			json_object_set_new(counters, outcome_name((enum outcome)i),
					    number(c.outcome[i]));
	return counters;
}

static size_t read_own(const struct server *s, const struct instance *instance,
		       struct counter_view out[static PXE_COUNTERS_MAX])
{
	return counters_read(s->host, instance->dropin->name, instance->provider, out);
}

static json_t *instance_own(const struct server *s, const struct instance *instance)
{
	struct counter_view own[PXE_COUNTERS_MAX];
	size_t n = read_own(s, instance, own);
	json_t *counters = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(counters, own[i].name, json_integer(own[i].value));
	return counters;
}

static json_t *instance_json(const struct server *s, const struct instance *instance, size_t index)
{
	const struct provider *p = instance->provider;
	json_t *entry = json_pack(
		"{s:o,s:o,s:o,s:o,s:b,s:s,s:o,s:o}", "index", number(index), "name",
		plain_json(instance->dropin->name), "module", plain_json(instance->dropin->module),
		"file", plain_json(instance->dropin->path), "critical", instance->dropin->critical,
		"state", p ? provider_state_text(p) : provider_state_name(PROVIDER_FAILED),
		"requests", instance_counters(s, instance), "counters", instance_own(s, instance));

	if (p)
		json_object_set_new(entry, "threads", number(provider_threads(p)));
	else
		json_object_set_new(entry, "error", plain_json(instance->why));
	return entry;
}

void server_command_list(struct server *s, uint64_t client, const struct arguments *arguments)
{
	json_t *providers = json_array();

	(void)arguments;
	for (size_t i = 0; s->roster && i < s->roster->n; i++)
		json_array_append_new(providers, instance_json(s, s->roster->at[i], i));
	send_json(s, client, json_pack("{s:b,s:o}", "ok", 1, "providers", providers));
}

static json_t *interfaces_json(const struct server *s)
{
	json_t *names = json_array();
	size_t n;
	const struct link *link = links_all(links_now(s->links), &n);

	for (size_t i = 0; i < n; i++)
		if (link[i].up && config_serves(s->config, link[i].name, link[i].loopback))
			json_array_append_new(names, plain_json(link[i].name));
	return names;
}

static json_t *ports_json(struct server *s)
{
	json_t *ports = json_array();

	for (int i = 0; i < PORT_COUNT; i++) {
		struct port *port = s->port[i];

		if (!port)
			continue;
		json_array_append_new(
			ports, json_pack("{s:i,s:i,s:b,s:o,s:o,s:o,s:o}", "port",
					 port->socket->port, "family", port->socket->family,
					 "handed-over", port->socket->adopted, "receive-buffer",
					 number(port->socket->rcvbuf), "kernel-drops",
					 number(net_socket_read_drops(port->socket)), "sent",
					 number(port->sent), "unsent", number(port->refused)));
	}
	return ports;
}

static json_t *outcomes_json(const struct host_counters *c)
{
	json_t *outcomes = json_object();

	for (int i = 0; i < OUTCOME_COUNT; i++)
		json_object_set_new(outcomes, outcome_name((enum outcome)i),
				    number(c->outcomes[i]));
	return outcomes;
}

/* Whether it is known what others answer; what is lost is not. */
static struct hearing_state hearing_of(const struct server *s)
{
	struct hearing_state state = { .hears = false };

	if (s->hearing)
		hearing_read_state(s->hearing, clock_ms(), &state);
	return state;
}

static json_t *hearing_json(const struct server *s)
{
	struct hearing_state state = hearing_of(s);

	return json_pack("{s:b,s:o,s:o,s:o}", "ear", state.hears, "heard", number(state.heard),
			 "lost", number(state.lost), "unread", number(state.unread));
}

static const char *state_name(enum server_state state)
{
	static const char *const names[] = { "starting", "running", "reloading", "stopping" };

	return names[state];
}

/* To one decimal. */
static double seconds_up(const struct server *s)
{
	uint64_t tenths = (clock_ms() - s->started_ms) / 100;

	return (double)tenths / 10;
}

void server_command_status(struct server *s, uint64_t client, const struct arguments *arguments)
{
	struct provider *running[PROVIDERS_MAX];
	struct host_counters c;
	json_t *answer;

	(void)arguments;
	host_counters(s->host, &c);
	answer = json_pack(
		"{s:b,s:s,s:i,s:s,s:f,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "ok",
		1, "version", WDSPXED_VERSION, "pid", (int)getpid(), "state", state_name(s->state),
		"uptime", seconds_up(s), "configuration", plain_json(s->config->path), "providers",
		number(roster_running(s->roster, running)), "interfaces", interfaces_json(s),
		"ports", ports_json(s), "received", number(c.received), "requests",
		outcomes_json(&c), "replies", number(c.replies), "pending", number(c.pending),
		"table", number(c.table), "packets-used", number(c.packets_used), "packets",
		number(c.packets), "reloads", number(s->reloads), "reloads-failed",
		number(s->reloads_failed));
	json_object_set_new(answer, "paused", number(roster_paused(s->roster)));
	json_object_set_new(answer, "hearing", hearing_json(s));
	json_object_set_new(answer, "quarantined", number(c.quarantined));
	if (answer && s->last_reload.text[0])
		json_object_set_new(answer, "last-reload-error", plain_json(s->last_reload.text));
	send_json(s, client, answer);
}

static size_t metrics_providers(const struct server *s, struct metrics_provider *out)
{
	static struct counter_view own[PROVIDERS_MAX][PXE_COUNTERS_MAX];
	size_t n = 0;

	for (size_t i = 0; s->roster && i < s->roster->n; i++, n++) {
		const struct instance *instance = s->roster->at[i];

		out[n] = (struct metrics_provider){ .name = instance->dropin->name,
						    .running = instance->provider != NULL };
		read_counters(s, instance, &out[n].counters);
		out[n].own = own[n];
		out[n].n_own = read_own(s, instance, own[n]);
	}
	return n;
}

void server_command_metrics(struct server *s, uint64_t client, const struct arguments *arguments)
{
	static struct metrics_provider providers[PROVIDERS_MAX];
	struct metrics_port ports[PORT_COUNT];
	struct hearing_state hearing = hearing_of(s);
	struct metrics m = { .version = WDSPXED_VERSION,
			     .uptime = (double)(clock_ms() - s->started_ms) / 1000,
			     .reloads = s->reloads,
			     .reloads_failed = s->reloads_failed,
			     .log_lost = log_lost(),
			     .ear_up = hearing.hears,
			     .overheard = hearing.heard,
			     .overheard_lost = hearing.lost,
			     .provider = providers,
			     .port = ports };
	_cleanup_(freep) char *text = NULL;

	(void)arguments;
	host_counters(s->host, &m.host);
	m.n_providers = metrics_providers(s, providers);
	for (int i = 0; i < PORT_COUNT; i++) {
		struct port *port = s->port[i];

		if (port)
			ports[m.n_ports++] = (struct metrics_port){
				.port = port->socket->port,
				.family = port->socket->family,
				.sent = port->sent,
				.unsent = port->refused,
				.kernel_drops = net_socket_read_drops(port->socket),
			};
	}
	text = metrics_text(&m);
	send_json(s, client, text ? json_pack("{s:b,s:s}", "ok", 1, "text", text) : NULL);
}

void server_command_malformed(struct server *s, uint64_t client, const struct arguments *arguments)
{
	(void)arguments;
	send_json(s, client, malformed_json());
}
