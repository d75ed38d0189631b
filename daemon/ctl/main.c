/* wdspxectl: wdspxectl(8). */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/out.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/complete.h"
#include "ctl/help.h"
#include "ctl/print.h"

/* Commands that are more than a question and its answer as it is. */
static int (*const runs[COMMAND_COUNT])(const struct call *call) = {
	[COMMAND_list] = run_list,         [COMMAND_status] = run_status,
	[COMMAND_control] = run_control,   [COMMAND_log] = run_log,
	[COMMAND_register] = run_register, [COMMAND_unregister] = run_unregister,
	[COMMAND_decode] = run_decode,     [COMMAND_watch] = run_watch,
	[COMMAND_why] = run_why,           [COMMAND_bundle] = run_bundle,
	[COMMAND_capture] = run_capture,   [COMMAND_probe] = run_probe,
	[COMMAND_clients] = run_clients,   [COMMAND_malformed] = run_malformed,
	[COMMAND_explain] = run_explain,   [COMMAND_replay] = run_replay,
	[COMMAND_try] = run_try,           [COMMAND_provider] = run_provider,
	[COMMAND_import] = run_import,     [COMMAND_device] = run_device,
};

int run_plain(const struct call *call)
{
	return ask_and_print(call, print_plain);
}

/* The command line without the options that every command has. */
struct line {
	const char *socket, *command;
	const char **word; /* behind the command */
	size_t n;
	bool json, help, version;
};

/* Takes an option of every command: how many words it is; 0: it is none, -1: its value is missing.
 */
static int take_common(struct line *line, const char *const *word)
{
	if (strcmp(word[0], "--json") == 0)
		line->json = true;
	else if (strcmp(word[0], "--help") == 0 || strcmp(word[0], "-h") == 0)
		line->help = true;
	else if (strcmp(word[0], "--version") == 0 || strcmp(word[0], "-V") == 0)
		line->version = true;
	else if (strncmp(word[0], "-s", 2) != 0)
		return 0;
	else if (word[0][2])
		line->socket = word[0] + 2;
	else if (word[1])
		line->socket = word[1];
	else
		return -1;
	return strcmp(word[0], "-s") == 0 ? 2 : 1;
}

static int wrong(const char *what)
{
	fprintf(stderr, "wdspxectl: %s\nTry wdspxectl --help.\n", what);
	return CTL_USAGE;
}

/* These options stand anywhere before "--". What else begins with "-" is the command's. */
static int read_line(struct line *line, const char *const *argv)
{
	bool options = true;

	for (int taken = 0; *argv; argv += taken ? taken : 1) {
		taken = options ? take_common(line, argv) : 0;
		if (taken < 0)
			return wrong("-s needs a value, SOCKET");
		if (taken)
			continue;
		if (strcmp(*argv, "--") == 0)
			options = false;
		if (line->command)
			line->word[line->n++] = *argv;
		else if (options && **argv == '-')
			return wrong("an option of a command comes after its name");
		else if (options || strcmp(*argv, "--") != 0)
			line->command = *argv;
	}
	return CTL_OK;
}

static int version(void)
{
	puts("wdspxectl " WDSPXED_VERSION);
	return CTL_OK;
}

static int run(const struct line *line, const struct command *command)
{
	struct call call = {
		.words = line->word, .n_words = line->n, .socket = line->socket, .json = line->json
	};
	char error[COMMAND_ERROR_MAX];

	if (arguments_read(command, line->word, line->n, &call.arguments, error))
		return wrong(error);
	return runs[command->id] ? runs[command->id](&call) : run_plain(&call);
}

static int carry_out(int argc, char **argv)
{
	_cleanup_(freep) const char **word = calloc((size_t)argc + 1, sizeof(*word));
	struct line line = { .word = word };
	const struct command *command = NULL;
	char error[COMMAND_ERROR_MAX];

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!word)
		return CTL_FAILED;
	if (argc > 2 && strcmp(argv[1], "--complete") == 0)
		return complete((const char *const *)argv + 2, (size_t)argc - 2);
	if (read_line(&line, (const char *const *)argv + 1))
		return CTL_USAGE;
	if (line.version)
		return version();
	if (line.command)
		command = command_find(line.command, error);
	if (line.command && !command)
		return wrong(error);
	if (line.help)
		return help(stdout, command, CTL_OK);
	return command ? run(&line, command) : help(stderr, NULL, CTL_USAGE);
}

int main(int argc, char **argv)
{
	return out_done("wdspxectl", carry_out(argc, argv), CTL_FAILED);
}
