#include "ctl/print.h"

#include <stdio.h>
#include <string.h>

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

static long long number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_provider(const json_t *p)
{
	const json_t *requests = json_object_get(p, "requests");
	const char *error = json_string_value(json_object_get(p, "error"));
	char threads[16] = "-";

	if (json_object_get(p, "threads"))
		snprintf(threads, sizeof(threads), "%lld", number(p, "threads"));
	printf("%-3lld %-20s %-12s %-8s %7s %8lld %8lld %8lld %8lld %8lld  %s\n",
	       number(p, "index"), text(p, "name"), text(p, "state"),
	       json_is_true(json_object_get(p, "critical")) ? "yes" : "no", threads,
	       number(requests, "asked"), number(requests, "answered") + number(requests, "custom"),
	       number(requests, "ignored"), number(requests, "rejected"),
	       number(requests, "errors") + number(requests, "timeouts"), text(p, "module"));
	if (error)
		printf("    %s\n", error);
}

void print_list(const json_t *answer)
{
	const json_t *providers = json_object_get(answer, "providers");
	size_t i;
	json_t *p;

	printf("%-3s %-20s %-12s %-8s %7s %8s %8s %8s %8s %8s  %s\n", "#", "NAME", "STATE",
	       "CRITICAL", "THREADS", "ASKED", "ANSWERED", "IGNORED", "REJECTED", "FAILED",
	       "MODULE");
	json_array_foreach(providers, i, p) print_provider(p);
}

static void print_names(const char *title, const json_t *names)
{
	size_t i;
	json_t *name;

	printf("%s", title);
	json_array_foreach(names, i, name) printf("%s%s", i ? ", " : "", json_string_value(name));
	printf("%s\n", json_array_size(names) ? "" : "none");
}

static void print_ports(const json_t *ports)
{
	size_t i;
	json_t *port;

	json_array_foreach(ports, i, port) printf(
		"port            %lld over IPv%lld%s: %lld sent, %lld unsent, %lld dropped by "
		"the kernel\n",
		number(port, "port"), number(port, "family"),
		json_is_true(json_object_get(port, "handed-over")) ? " (from systemd)" : "",
		number(port, "sent"), number(port, "unsent"), number(port, "kernel-drops"));
}

static void print_outcomes(json_t *outcomes)
{
	const char *name;
	json_t *count;

	json_object_foreach(outcomes, name, count) if (json_integer_value(count))
		printf("  %-14s%12lld\n", name, (long long)json_integer_value(count));
}

void print_status(const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "last-reload-error"));

	printf("wdspxed %s, process %lld, %s for %.0f s\n", text(answer, "version"),
	       number(answer, "pid"), text(answer, "state"),
	       json_real_value(json_object_get(answer, "uptime")));
	printf("configuration   %s\n", text(answer, "configuration"));
	printf("providers       %lld\n", number(answer, "providers"));
	print_names("interfaces      ", json_object_get(answer, "interfaces"));
	print_ports(json_object_get(answer, "ports"));
	printf("under way       %lld of %lld requests, %lld of %lld packets\n",
	       number(answer, "pending"), number(answer, "table"), number(answer, "packets-used"),
	       number(answer, "packets"));
	printf("reloads         %lld, %lld of them failed\n", number(answer, "reloads"),
	       number(answer, "reloads-failed"));
	if (error)
		printf("last reload     failed: %s\n", error);
	printf("received        %lld, replies %lld\n", number(answer, "received"),
	       number(answer, "replies"));
	print_outcomes(json_object_get(answer, "requests"));
}

void print_json(const json_t *answer)
{
	json_dumpf(answer, stdout, JSON_INDENT(2));
	putchar('\n');
}
