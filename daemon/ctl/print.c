#include "ctl/print.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum { COLUMNS = 80, LABEL = 16 };

enum colour { PLAIN, RED, YELLOW, GREEN };

/* Only where somebody looks at it, and has not asked for none (no-color.org). */
static bool is_coloured(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && no[0]) && !(term && strcmp(term, "dumb") == 0);
}

static void paint(enum colour colour, const char *text)
{
	static const char *const codes[] = {
		[PLAIN] = "0", [RED] = "1;31", [YELLOW] = "33", [GREEN] = "32"
	};

	if (colour == PLAIN || !is_coloured())
		fputs(text, stdout);
	else
		printf("\033[%sm%s\033[0m", codes[colour], text);
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

static long long number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* Columns that a text takes; its octets, where it is no text in UTF-8. */
static int width(const char *text)
{
	wchar_t wide[256];
	size_t n = mbstowcs(wide, text, sizeof(wide) / sizeof(wide[0]));
	int columns = n < sizeof(wide) / sizeof(wide[0]) ? wcswidth(wide, n) : -1;

	return columns < 0 ? (int)strlen(text) : columns;
}

static void pad(int from, int to)
{
	for (; from < to; from++)
		putchar(' ');
}

/* Words from column `indent` on, in lines of 80 columns. */
static void print_words(int indent, const char *words)
{
	int at = indent;

	while (*words) {
		size_t len = strcspn(words, " ");
		char word[1024];

		snprintf(word, sizeof(word), "%.*s", (int)len, words);
		if (at > indent && at + 1 + width(word) > COLUMNS) {
			putchar('\n');
			pad(0, indent);
			at = indent;
		} else if (at > indent) {
			putchar(' ');
			at++;
		}
		fputs(word, stdout);
		at += width(word);
		words += len + (words[len] == ' ');
	}
	putchar('\n');
}

static void print_titled(const char *title, enum colour colour, const char *words)
{
	paint(colour, title);
	pad(width(title), LABEL);
	print_words(LABEL, words);
}

/* ---- list -------------------------------------------------------------------------------------
 */

/* One that does not run is seen in black and white too: FAILED. */
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

/* How it is called, and what it is. */
static void print_module(const json_t *p)
{
	long long threads = number(p, "threads");

	pad(0, 4);
	if (json_is_true(json_object_get(p, "critical")))
		fputs("critical, ", stdout);
	if (!json_object_get(p, "threads"))
		printf("%s\n", text(p, "module"));
	else if (threads == 0)
		printf("no threads, called on the main loop: %s\n", text(p, "module"));
	else
		printf("%lld thread%s: %s\n", threads, threads == 1 ? "" : "s", text(p, "module"));
}

/* Turns that came to nothing, against the provider's will or the admin's. */
static long long failures(const json_t *requests)
{
	static const char *const names[] = { "provider-failed", "unsent",  "no-route",
					     "too-long",        "no-room", "timeout" };
	long long sum = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sum += number(requests, names[i]);
	return sum;
}

static void print_provider(const json_t *p)
{
	const json_t *requests = json_object_get(p, "requests");
	const char *error = json_string_value(json_object_get(p, "error"));

	printf("%-3lld %s ", number(p, "index"), text(p, "name"));
	pad(width(text(p, "name")), 17);
	print_state(text(p, "state"));
	printf(" %8lld %8lld %8lld %8lld %8lld\n", number(requests, "asked"),
	       number(requests, "answered") + number(requests, "custom"),
	       number(requests, "ignored"), number(requests, "rejected"), failures(requests));
	print_module(p);
	if (error) {
		pad(0, 4);
		print_words(4, error);
	}
}

void print_list(const json_t *answer)
{
	const json_t *providers = json_object_get(answer, "providers");
	size_t i;
	json_t *p;

	printf("%-3s %-17s %-13s %8s %8s %8s %8s %8s\n", "#", "NAME", "STATE", "ASKED", "ANSWERED",
	       "IGNORED", "REJECTED", "FAILED");
	json_array_foreach(providers, i, p) print_provider(p);
}

/* ---- status -----------------------------------------------------------------------------------
 */

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
		number(port, "port"), number(port, "family"), number(port, "sent"),
		number(port, "unsent"), number(port, "kernel-drops"));
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

void print_status(const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "last-reload-error"));

	printf("wdspxed %s, process %lld, %s for ", text(answer, "version"), number(answer, "pid"),
	       text(answer, "state"));
	print_uptime(json_number_value(json_object_get(answer, "uptime")));
	putchar('\n');
	print_titled("configuration", PLAIN, text(answer, "configuration"));
	printf("%-*s%lld", LABEL, "providers", number(answer, "providers"));
	if (number(answer, "paused") > 0)
		printf(", %lld of them paused", number(answer, "paused"));
	putchar('\n');
	print_names("interfaces", json_object_get(answer, "interfaces"));
	print_ports(json_object_get(answer, "ports"));
	printf("%-*s%lld of %lld requests, %lld of %lld packets\n", LABEL, "under way",
	       number(answer, "pending"), number(answer, "table"), number(answer, "packets-used"),
	       number(answer, "packets"));
	if (number(answer, "quarantined") > 0)
		printf("%-*s%lld requests that timed out and are still held by their providers\n",
		       LABEL, "quarantined", number(answer, "quarantined"));
	printf("%-*s%lld, %lld of them failed\n", LABEL, "reloads", number(answer, "reloads"),
	       number(answer, "reloads-failed"));
	if (error)
		print_titled("failed reload", RED, error);
	printf("%-*s%lld, replies %lld\n", LABEL, "received", number(answer, "received"),
	       number(answer, "replies"));
	print_outcomes(json_object_get(answer, "requests"));
}

void print_json(const json_t *answer)
{
	json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	putchar('\n');
}
