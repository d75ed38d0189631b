#include "control/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static void head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# TYPE wdspxed_%s %s\n# HELP wdspxed_%s %s\n", name, type, name, help);
}

/* A label's value: backslash, quote and line end are escaped. */
static void label(FILE *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*value == '\\' || *value == '"')
			fputc('\\', out);
		fputc(*value, out);
	}
}

static void counter(FILE *out, const char *name, const char *help, uint64_t value)
{
	head(out, name, "counter", help);
	fprintf(out, "wdspxed_%s_total %" PRIu64 "\n", name, value);
}

static void gauge(FILE *out, const char *name, const char *help, uint64_t value)
{
	head(out, name, "gauge", help);
	fprintf(out, "wdspxed_%s %" PRIu64 "\n", name, value);
}

static void put_requests(FILE *out, const struct host_counters *host)
{
	head(out, "requests", "counter", "Requests and datagrams by how they ended.");
	for (int i = 0; i < OUTCOME_COUNT; i++)
		fprintf(out, "wdspxed_requests_total{outcome=\"%s\"} %" PRIu64 "\n",
			outcome_name((enum outcome)i), host->outcomes[i]);
	counter(out, "received_datagrams", "Datagrams received.", host->received);
	counter(out, "replies", "Replies accepted from providers.", host->replies);
	counter(out, "replies_refused", "Replies of providers that were refused.",
		host->replies_refused);
	gauge(out, "pending_requests", "Requests under way.", host->pending);
	gauge(out, "quarantined_requests",
	      "Requests that timed out and that a provider still holds.", host->quarantined);
	gauge(out, "table_slots", "Size of the request table.", host->table);
	gauge(out, "packets_used", "Packets that providers hold and replies on their way.",
	      host->packets_used);
	gauge(out, "packets", "Size of the packet pool.", host->packets);
}

static void seconds_head(FILE *out, const char *name, const char *help)
{
	head(out, name, "histogram", help);
	fprintf(out, "# UNIT wdspxed_%s seconds\n", name);
}

/* A sample's name and labels, each where there is one. */
static void sample(FILE *out, const char *name, const char *end, const char *provider,
		   const char *le)
{
	fprintf(out, "wdspxed_%s_%s", name, end);
	if (provider) {
		fputs("{provider=\"", out);
		label(out, provider);
		fputc('"', out);
	}
	if (le)
		fprintf(out, "%sle=\"%s\"", provider ? "," : "{", le);
	fputs(provider || le ? "} " : " ", out);
}

/* A histogram's samples, of one provider or of all requests. */
static void put_seconds(FILE *out, const char *name, const char *provider, const uint64_t *bucket,
			uint64_t us_sum)
{
	uint64_t count = 0;
	char le[16];

	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		count += bucket[i];
		snprintf(le, sizeof(le), "%.6f", (double)(16u << i) / 1e6);
		sample(out, name, "bucket", provider, i + 1 < LATENCY_BUCKETS ? le : "+Inf");
		fprintf(out, "%" PRIu64 "\n", count);
	}
	sample(out, name, "count", provider, NULL);
	fprintf(out, "%" PRIu64 "\n", count);
	sample(out, name, "sum", provider, NULL);
	fprintf(out, "%.6f\n", (double)us_sum / 1e6);
}

static void put_latency(FILE *out, const struct metrics *m)
{
	seconds_head(out, "decision_seconds", "Time from a request to its decision.");
	put_seconds(out, "decision_seconds", NULL, m->host.latency, m->host.latency_us_sum);
	seconds_head(out, "provider_decision_seconds",
		     "Time that each provider took for its turns, with the wait for a thread.");
	for (size_t i = 0; i < m->n_providers; i++)
		put_seconds(out, "provider_decision_seconds", m->provider[i].name,
			    m->provider[i].counters.latency,
			    m->provider[i].counters.latency_us_sum);
}

static void put_ports(FILE *out, const struct metrics *m)
{
	static const struct {
		const char *name, *help;
		size_t offset;
	} rows[] = {
		{ "sent_datagrams", "Replies accepted by the kernel.",
		  offsetof(struct metrics_port, sent) },
		{ "unsent_datagrams", "Replies that could not be sent.",
		  offsetof(struct metrics_port, unsent) },
		{ "kernel_drops",
		  "Datagrams dropped by the kernel because the receive buffer was full.",
		  offsetof(struct metrics_port, kernel_drops) },
	};

	for (size_t row = 0; row < ARRAY_LEN(rows); row++) {
		head(out, rows[row].name, "counter", rows[row].help);
		for (size_t i = 0; i < m->n_ports; i++)
			fprintf(out, "wdspxed_%s_total{port=\"%u\",family=\"%u\"} %" PRIu64 "\n",
				rows[row].name, m->port[i].port, m->port[i].family,
				*(const uint64_t *)(const void *)((const char *)&m->port[i] +
								  rows[row].offset));
	}
}

static void put_provider_outcomes(FILE *out, const struct metrics *m)
{
	head(out, "provider_requests", "counter", "How each provider's turns ended.");
	for (enum outcome outcome = 0; outcome < OUTCOME_COUNT; outcome++)
		for (size_t i = 0; i < m->n_providers && outcome_is_providers(outcome); i++) {
			fputs("wdspxed_provider_requests_total{provider=\"", out);
			label(out, m->provider[i].name);
			fprintf(out, "\",outcome=\"%s\"} %" PRIu64 "\n", outcome_name(outcome),
				m->provider[i].counters.outcome[outcome]);
		}
}

static void put_provider_counter(FILE *out, const struct metrics *m, const char *name,
				 const char *help, size_t offset)
{
	head(out, name, "counter", help);
	for (size_t i = 0; i < m->n_providers; i++) {
		const char *counters = (const char *)&m->provider[i].counters;

		fprintf(out, "wdspxed_%s_total{provider=\"", name);
		label(out, m->provider[i].name);
		fprintf(out, "\"} %" PRIu64 "\n",
			*(const uint64_t *)(const void *)(counters + offset));
	}
}

static void put_provider_gauge(FILE *out, const struct metrics *m, const char *name,
			       const char *help, bool pending)
{
	head(out, name, "gauge", help);
	for (size_t i = 0; i < m->n_providers; i++) {
		fprintf(out, "wdspxed_%s{provider=\"", name);
		label(out, m->provider[i].name);
		fprintf(out, "\"} %u\n",
			pending ? m->provider[i].counters.pending : m->provider[i].running);
	}
}

static void put_providers(FILE *out, const struct metrics *m)
{
	put_provider_outcomes(out, m);
	put_provider_counter(out, m, "provider_asked",
			     "Requests that each provider was asked about.",
			     offsetof(struct provider_counters, asked));
	put_provider_counter(out, m, "provider_replies", "Replies accepted from each provider.",
			     offsetof(struct provider_counters, replies));
	put_provider_counter(out, m, "provider_leaked_packets",
			     "Packets that each provider did not free with PxePacketFree.",
			     offsetof(struct provider_counters, leaked));
	put_provider_gauge(out, m, "provider_pending_requests", "Requests that the provider holds.",
			   true);
	put_provider_gauge(out, m, "provider_up",
			   "1: the provider is running; 0: it did not start.", false);
}

/* ---- counters of providers' own: a family for each name and kind --------------------------------
 */

struct own {
	const struct counter_view *it;
	const char *provider;
	size_t nth; /* of the providers: within a family they keep their order */
};

static int own_compare(const void *a, const void *b)
{
	const struct own *x = a, *y = b;
	int r = (int)x->it->is_level - (int)y->it->is_level;

	if (r == 0)
		r = strcmp(x->it->name, y->it->name);
	return r ? r : (x->nth > y->nth) - (x->nth < y->nth);
}

static struct own *own_sorted(const struct metrics *m, size_t *n)
{
	struct own *own;

	*n = 0;
	for (size_t i = 0; i < m->n_providers; i++)
		*n += m->provider[i].n_own;
	own = calloc(*n + 1, sizeof(*own));
	*n = 0;
	for (size_t i = 0; own && i < m->n_providers; i++)
		for (size_t k = 0; k < m->provider[i].n_own; k++)
			own[(*n)++] =
				(struct own){ &m->provider[i].own[k], m->provider[i].name, i };
	if (own)
		qsort(own, *n, sizeof(*own), own_compare);
	return own;
}

static void own_head(FILE *out, const char *family, const struct counter_view *it)
{
	fprintf(out, "# TYPE wdspxed_%s %s\n# HELP wdspxed_%s ", family,
		it->is_level ? "gauge" : "counter", family);
	label(out, it->help);
	fputc('\n', out);
}

static void put_own(FILE *out, const struct metrics *m)
{
	char family[PXE_COUNTER_NAME_MAX + 32];
	size_t n;
	_cleanup_(freep) struct own *own = own_sorted(m, &n);

	for (size_t i = 0; own && i < n; i++) {
		const struct counter_view *it = own[i].it;

		snprintf(family, sizeof(family), "provider_%s_%s",
			 it->is_level ? "level" : "counter", it->name);
		if (i == 0 || it->is_level != own[i - 1].it->is_level ||
		    strcmp(it->name, own[i - 1].it->name) != 0)
			own_head(out, family, it);
		fprintf(out, "wdspxed_%s%s{provider=\"", family, it->is_level ? "" : "_total");
		label(out, own[i].provider);
		fprintf(out, "\"} %" PRId64 "\n", it->value);
	}
}

char *metrics_text(const struct metrics *m)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	head(out, "build", "info", "The daemon's version.");
	fprintf(out, "wdspxed_build_info{version=\"%s\"} 1\n", m->version);
	head(out, "uptime_seconds", "gauge", "Time since the start.");
	fprintf(out, "# UNIT wdspxed_uptime_seconds seconds\nwdspxed_uptime_seconds %.3f\n",
		m->uptime);
	put_requests(out, &m->host);
	put_latency(out, m);
	put_ports(out, m);
	put_providers(out, m);
	put_own(out, m);
	gauge(out, "ear_up", "1: wdspxed-ear runs, and the daemon hears of it.", m->ear_up);
	counter(out, "overheard_answers", "Answers of other servers that wdspxed-ear heard.",
		m->overheard);
	counter(out, "overheard_answers_lost",
		"Answers of other servers that wdspxed-ear could not hand over.",
		m->overheard_lost);
	counter(out, "reloads", "Reloads, failed ones included.", m->reloads);
	counter(out, "reloads_failed", "Reloads that failed.", m->reloads_failed);
	counter(out, "log_lines_lost", "Log lines dropped because the log queue was full.",
		m->log_lost);
	fputs("# EOF\n", out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
