/* wdspxectl status. */
#include <stdio.h>
#include <stdlib.h>

#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"

static void print_names(const char *title, const json_t *names)
{
	char *words = NULL;
	size_t i, size;
	json_t *name;
	FILE *out = open_memstream(&words, &size);

	if (!out)
		return;
	json_array_foreach(names, i, name)
		fprintf(out, "%s%s", i ? ", " : "", json_string_value(name));
	if (json_array_size(names) == 0)
		fputs("none", out);
	if (fclose(out) == 0)
		print_titled(title, PLAIN, words);
	free(words);
}

static void print_ports(const json_t *ports)
{
	size_t i;
	json_t *port;

	json_array_foreach(ports, i, port) printf(
		"%-*s%lld/IPv%lld: %lld sent, %lld unsent, %lld dropped by the kernel\n", LABEL,
		json_is_true(json_object_get(port, "handed-over")) ? "port (systemd)" : "port",
		number_of(port, "port"), number_of(port, "family"), number_of(port, "sent"),
		number_of(port, "unsent"), number_of(port, "kernel-drops"));
}

static void print_outcomes(json_t *outcomes)
{
	const char *name;
	json_t *count;

	json_object_foreach(outcomes, name, count) if (json_integer_value(count))
		printf("  %-16s%12lld\n", name, (long long)json_integer_value(count));
}

static void print_uptime(double seconds)
{
	long long s = (long long)seconds;

	if (s >= 86400)
		printf("%lld d %lld h", s / 86400, s % 86400 / 3600);
	else if (s >= 3600)
		printf("%lld h %lld min", s / 3600, s % 3600 / 60);
	else if (s >= 60)
		printf("%lld min %lld s", s / 60, s % 60);
	else
		printf("%lld s", s);
}

/* Without the ear nothing is known of what others answer; nor is all with it. */
static void print_hearing(json_t *hearing)
{
	printf("%-*s", LABEL, "hearing");
	if (!json_is_true(json_object_get(hearing, "ear"))) {
		puts("no: wdspxed-ear does not run, so what others answer is not known");
		return;
	}
	printf("%lld answers of others", number_of(hearing, "heard"));
	if (number_of(hearing, "lost") > 0)
		printf(", %lld more were lost", number_of(hearing, "lost"));
	if (number_of(hearing, "unread") > 0)
		printf(", %lld cannot be read", number_of(hearing, "unread"));
	putchar('\n');
}

static void print_status(const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "last-reload-error"));

	printf("wdspxed %s, process %lld, %s for ", text_of(answer, "version"),
	       number_of(answer, "pid"), text_of(answer, "state"));
	print_uptime(json_number_value(json_object_get(answer, "uptime")));
	putchar('\n');
	print_titled("configuration", PLAIN, text_of(answer, "configuration"));
	printf("%-*s%lld", LABEL, "providers", number_of(answer, "providers"));
	if (number_of(answer, "paused") > 0)
		printf(", %lld of them paused", number_of(answer, "paused"));
	putchar('\n');
	print_names("interfaces", json_object_get(answer, "interfaces"));
	print_ports(json_object_get(answer, "ports"));
	print_hearing(json_object_get(answer, "hearing"));
	printf("%-*s%lld of %lld requests, %lld of %lld packets\n", LABEL, "under way",
	       number_of(answer, "pending"), number_of(answer, "table"),
	       number_of(answer, "packets-used"), number_of(answer, "packets"));
	if (number_of(answer, "quarantined") > 0)
		printf("%-*s%lld requests that timed out and are still held by their providers\n",
		       LABEL, "quarantined", number_of(answer, "quarantined"));
	printf("%-*s%lld, %lld of them failed\n", LABEL, "reloads", number_of(answer, "reloads"),
	       number_of(answer, "reloads-failed"));
	if (error)
		print_titled("failed reload", RED, error);
	printf("%-*s%lld, replies %lld\n", LABEL, "received", number_of(answer, "received"),
	       number_of(answer, "replies"));
	print_outcomes(json_object_get(answer, "requests"));
}

int run_status(const struct call *call)
{
	return ask_and_print(call, print_status);
}
