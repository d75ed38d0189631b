/* wdspxectl list. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"

/* A provider that is not running stands out without colour too: FAILED. */
static void print_state(const char *state)
{
	bool runs = strcmp(state, "running") == 0, failed = strcmp(state, "failed") == 0;
	char shown[32];

	snprintf(shown, sizeof(shown), "%s", state);
	for (char *c = shown; *c && !runs; c++)
		*c = (char)toupper((unsigned char)*c);
	paint(runs ? GREEN : failed ? RED : YELLOW, shown);
	pad((int)strlen(shown), 13);
}

/* How the provider is called, and which module it is. */
static void print_module(const json_t *p)
{
	long long threads = number_of(p, "threads");

	pad(0, 4);
	if (json_is_true(json_object_get(p, "critical")))
		fputs("critical, ", stdout);
	if (!json_object_get(p, "threads"))
		printf("%s\n", text_of(p, "module"));
	else if (threads == 0)
		printf("no threads, called on the main loop: %s\n", text_of(p, "module"));
	else
		printf("%lld thread%s: %s\n", threads, threads == 1 ? "" : "s",
		       text_of(p, "module"));
}

/* Requests that ended as neither the provider nor the admin wanted. */
static long long failures(const json_t *requests)
{
	static const char *const names[] = { "provider-failed", "unsent",  "no-route",
					     "too-long",        "no-room", "timeout" };
	long long sum = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		sum += number_of(requests, names[i]);
	return sum;
}

static void print_provider(const json_t *p)
{
	const json_t *requests = json_object_get(p, "requests");
	const char *error = json_string_value(json_object_get(p, "error"));

	printf("%-3lld %s ", number_of(p, "index"), text_of(p, "name"));
	pad(width_of(text_of(p, "name")), 17);
	print_state(text_of(p, "state"));
	printf(" %8lld %8lld %8lld %8lld %8lld\n", number_of(requests, "asked"),
	       number_of(requests, "answered") + number_of(requests, "custom"),
	       number_of(requests, "ignored"), number_of(requests, "rejected"), failures(requests));
	print_module(p);
	if (error) {
		pad(0, 4);
		print_words(4, error);
	}
}

static void print_list(const json_t *answer)
{
	const json_t *providers = json_object_get(answer, "providers");
	size_t i;
	json_t *p;

	printf("%-3s %-17s %-13s %8s %8s %8s %8s %8s\n", "#", "NAME", "STATE", "ASKED", "ANSWERED",
	       "IGNORED", "REJECTED", "FAILED");
	json_array_foreach(providers, i, p) print_provider(p);
}

int run_list(const struct call *call)
{
	return call->arguments.word[0] ? list_settings(call->json)
				       : ask_and_print(call, print_list);
}
