/* wdspxectl: wdspxectl(8). */
#include <getopt.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctl/ask.h"
#include "ctl/decode.h"
#include "ctl/print.h"
#include "ctl/registration.h"
#include "ctl/socket_path.h"

enum { PATIENCE_S = 10, SLOW_S = 180 }; /* a reload waits for the providers' Initialize */

/* What the command line says. */
struct arguments {
	const char *socket, *command;
	const char *word[2]; /* behind the command */
	int n_words;
	bool json, critical, help, version;
	uint32_t index;
};

static int usage(FILE *out, int status)
{
	fputs("usage: wdspxectl [-s SOCKET] COMMAND [--json]\n"
	      "       wdspxectl --help | --version\n"
	      "  list                          the providers and what they decided\n"
	      "  register NAME MODULE [--index N] [--critical]\n"
	      "                                add a provider to the list\n"
	      "  unregister NAME               remove a provider and its settings\n"
	      "  reload                        reload the configuration and the providers\n"
	      "  status                        the daemon's state and counters\n"
	      "  control NAME CODE             send a service control: pause, continue,\n"
	      "                                interrogate or 128 to 255; NAME \"all\": every "
	      "provider\n"
	      "  metrics                       OpenMetrics text\n"
	      "  decode FILE                   the packets of a capture (pcap), in words\n"
	      "exit status: 0 success, 1 failure, 2 wrong usage, 3 no daemon\n",
	      out);
	return status;
}

static int ask_simple(const struct arguments *a, unsigned seconds, json_t **out)
{
	return ask(a->socket, json_pack("{s:s}", "command", a->command), seconds, out);
}

static void print_ok(const json_t *answer)
{
	(void)answer;
}

static void print_metrics(const json_t *answer)
{
	fputs(json_string_value(json_object_get(answer, "text")) ?: "", stdout);
}

static int show(const struct arguments *a, unsigned seconds, void (*print)(const json_t *answer))
{
	json_t *answer;
	int r = ask_simple(a, seconds, &answer);

	if (r)
		return r;
	if (a->json)
		print_json(answer);
	else
		print(answer);
	json_decref(answer);
	return CTL_OK;
}

static int run_list(const struct arguments *a)
{
	return show(a, PATIENCE_S, print_list);
}

static int run_status(const struct arguments *a)
{
	return show(a, PATIENCE_S, print_status);
}

static int run_metrics(const struct arguments *a)
{
	return show(a, PATIENCE_S, print_metrics);
}

static int run_reload(const struct arguments *a)
{
	return show(a, SLOW_S, print_ok);
}

static int done(const struct arguments *a, int r)
{
	if (r == CTL_OK && a->json)
		puts("{\n  \"ok\": true\n}");
	return r;
}

static int run_register(const struct arguments *a)
{
	return done(a, registration_add(a->word[0], a->word[1], a->index, a->critical));
}

static int run_unregister(const struct arguments *a)
{
	return done(a, registration_remove(a->word[0]));
}

static bool read_number(const char *text, unsigned long most, uint32_t *out)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (text[0] < '0' || text[0] > '9' || *end || value > most)
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool read_code(const char *text, uint32_t *out)
{
	static const struct {
		const char *name;
		uint32_t code;
	} names[] = { { "pause", 2 }, { "continue", 3 }, { "interrogate", 4 } };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i].name, text)) {
			*out = names[i].code;
			return true;
		}
	return read_number(text, 255, out) && *out >= 128;
}

/* A provider's result is its own; this one is also the daemon's, where it has no ServiceControl. */
enum { NOT_TAKEN = 120, INTERROGATE = 4 };

static void print_reactions(const json_t *answer, bool states)
{
	const json_t *providers = json_object_get(answer, "providers");
	size_t i;
	json_t *p;

	json_array_foreach(providers, i, p)
	{
		const char *name = json_string_value(json_object_get(p, "name")) ?: "?";
		const char *state = json_string_value(json_object_get(p, "state")) ?: "?";
		json_int_t result = json_integer_value(json_object_get(p, "result"));

		if (states)
			printf("%s: %s\n", name, state);
		if (result == NOT_TAKEN)
			fprintf(stderr,
				"wdspxectl: %s does not accept this service control (error %d, "
				"ERROR_CALL_NOT_IMPLEMENTED)\n",
				name, NOT_TAKEN);
		else if (result)
			fprintf(stderr, "wdspxectl: %s returned %s\n", name,
				json_string_value(json_object_get(p, "error")) ?: "an error");
	}
}

static int run_control(const struct arguments *a)
{
	const char *name = strcmp(a->word[0], "all") ? a->word[0] : "";
	json_t *answer;
	uint32_t code;
	bool failed;
	int r;

	if (!read_code(a->word[1], &code)) {
		fprintf(stderr,
			"wdspxectl: \"%s\" is not a control code; use pause, continue, interrogate "
			"or 128 to 255\n",
			a->word[1]);
		return CTL_USAGE;
	}
	r = ask(a->socket,
		json_pack("{s:s,s:s,s:i}", "command", "control", "name", name, "code", (int)code),
		SLOW_S, &answer);
	if (r)
		return r;
	failed = json_integer_value(json_object_get(answer, "result")) != 0;
	if (a->json)
		print_json(answer);
	print_reactions(answer, !a->json && code == INTERROGATE);
	json_decref(answer);
	return failed ? CTL_FAILED : CTL_OK;
}

static int run_decode(const struct arguments *a)
{
	return decode_print(a->word[0], a->json);
}

static const struct {
	const char *name;
	int words;
	int (*run)(const struct arguments *a);
} commands[] = {
	{ "list", 0, run_list },
	{ "register", 2, run_register },
	{ "unregister", 1, run_unregister },
	{ "reload", 0, run_reload },
	{ "status", 0, run_status },
	{ "control", 2, run_control },
	{ "metrics", 0, run_metrics },
	{ "decode", 1, run_decode },
};

static bool read_option(struct arguments *a, int option)
{
	switch (option) {
	case 's':
		a->socket = optarg;
		return true;
	case 'j':
		a->json = true;
		return true;
	case 'C':
		a->critical = true;
		return true;
	case 'h':
		a->help = true;
		return true;
	case 'V':
		a->version = true;
		return true;
	case 'i':
		return read_number(optarg, UINT32_MAX, &a->index);
	default:
		return false;
	}
}

/* Options may stand anywhere. */
static bool read_arguments(struct arguments *a, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },     { "index", required_argument, NULL, 'i' },
		{ "critical", no_argument, NULL, 'C' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },  { NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "s:hV", options, NULL)) != -1)
		if (!read_option(a, option))
			return false;
	for (; optind < argc; optind++) {
		if (!a->command)
			a->command = argv[optind];
		else if (a->n_words < 2)
			a->word[a->n_words++] = argv[optind];
		else
			return false;
	}
	return a->command || a->help || a->version;
}

int main(int argc, char **argv)
{
	_cleanup_(freep) char *usual = socket_path();
	struct arguments a = { .socket = usual ? usual : "", .index = UINT32_MAX };

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!read_arguments(&a, argc, argv))
		return usage(stderr, CTL_USAGE);
	if (a.help)
		return usage(stdout, CTL_OK);
	if (a.version)
		return puts("wdspxectl " WDSPXED_VERSION) < 0 ? CTL_FAILED : CTL_OK;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!strcmp(commands[i].name, a.command))
			return commands[i].words == a.n_words ? commands[i].run(&a)
							      : usage(stderr, CTL_USAGE);
	fprintf(stderr, "wdspxectl: unknown command \"%s\"\n", a.command);
	return usage(stderr, CTL_USAGE);
}
