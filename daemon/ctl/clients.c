/* wdspxectl clients. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"

enum { WHEN = 10, RECENT_S = 43200 };

/* The time of day; of what is older the day. */
static void print_when(long long when)
{
	time_t then = (time_t)when;
	struct tm tm;
	char text[32] = "-";

	if (localtime_r(&then, &tm))
		strftime(text, sizeof(text), time(NULL) - then < RECENT_S ? "%H:%M:%S" : "%b %e",
			 &tm);
	printf("%-*s", WHEN, text);
}

static const char *text_or_none(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

/* "(bootfile, nearest: 50-bootfile.conf:24)" */
static void by_whom(const json_t *c, char *out, size_t size)
{
	const char *entry = text_or_none(c, "entry"), *nearest = text_or_none(c, "nearest");
	const char *provider = text_or_none(c, "provider");

	out[0] = '\0';
	if (provider[0] && entry[0])
		snprintf(out, size, " (%s, %s)", provider, entry);
	else if (provider[0] && nearest[0])
		snprintf(out, size, " (%s, nearest: %s)", provider, nearest);
	else if (provider[0])
		snprintf(out, size, " (%s)", provider);
}

/* How its last request ended: what it was told to boot, and whose machine it is; or why not. */
static void print_decision(const json_t *c)
{
	const char *outcome = text_of(c, "outcome"), *reason = text_or_none(c, "reason");
	const char *file = strcmp(outcome, "answered") == 0 ? text_or_none(c, "file") : "";
	char words[1024], by[256];

	by_whom(c, by, sizeof(by));
	snprintf(words, sizeof(words), "%s%s%s%s%s%s", outcome, file[0] || reason[0] ? ": " : "",
		 file, file[0] && reason[0] ? "; " : "", reason, by);
	pad(0, WHEN);
	print_words(WHEN, words);
}

/* Where its lease is from: the meaning of some ways ends in the lease. */
static const char *lease_words(const char *state)
{
	return strncmp(state, "leased", 6) == 0 ? " from " : "; its lease is from ";
}

static void print_way(const json_t *c)
{
	const char *lease = text_or_none(c, "lease-server"), *state = text_of(c, "state");
	const char *relay = text_or_none(c, "relay");
	bool good = !strcmp(state, "answered") || !strcmp(state, "leased");
	char words[512];

	pad(0, WHEN);
	paint(good ? GREEN : PLAIN, state);
	snprintf(words, sizeof(words), "%s%s%s%s%s%s", text_of(c, "meaning"),
		 lease[0] ? lease_words(state) : "", lease, relay[0] ? ", through relay " : "",
		 relay,
		 json_is_true(json_object_get(c, "chained")) ? "; its firmware was here before"
							     : "");
	fputs(": ", stdout);
	print_words(WHEN + (int)strlen(state) + 2, words);
}

static void print_client(const json_t *c)
{
	const json_t *finding = json_object_get(c, "finding");

	print_when(number_of(c, "last"));
	puts(text_of(c, "client"));
	print_way(c);
	print_decision(c);
	if (finding) {
		pad(0, WHEN);
		paint(YELLOW, "! ");
		print_words(WHEN + 2, text_of(finding, "text"));
	}
}

static void print_clients(const json_t *answer)
{
	const json_t *clients = json_object_get(answer, "clients");
	long long more = number_of(answer, "more");
	size_t i;
	json_t *c;

	if (json_array_size(clients) == 0 && more == 0)
		puts("no such client was heard since the daemon's start");
	json_array_foreach(clients, i, c) print_client(c);
	if (more > 0)
		printf("%lld more: --newest N shows up to 250\n", more);
}

int run_clients(const struct call *call)
{
	return ask_and_print(call, print_clients);
}
