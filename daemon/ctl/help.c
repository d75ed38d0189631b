#include "ctl/help.h"

#include <ctype.h>

enum { SYNOPSIS_COLUMNS = 18 };

/* A synopsis that leaves no room has a line to itself. */
static void print_command(FILE *out, const struct command *command)
{
	char synopsis[COMMAND_SYNOPSIS_MAX];
	int n = fprintf(out, "  %s", command_synopsis(command, synopsis)) - 2;

	if (n > SYNOPSIS_COLUMNS)
		fprintf(out, "\n  %*s", SYNOPSIS_COLUMNS, "");
	else
		fprintf(out, "%*s", SYNOPSIS_COLUMNS - n, "");
	fprintf(out, "  %s\n", command->help);
}

static void print_all(FILE *out)
{
	fputs("usage: wdspxectl [-s SOCKET] [--json] COMMAND [ARGUMENT ...]\n"
	      "       wdspxectl [COMMAND] --help\n"
	      "       wdspxectl --version\n",
	      out);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		print_command(out, &commands[i]);
	fputs("exit status: 0 success, 1 failure, 2 wrong usage, 3 no daemon, 4 not tried\n", out);
}

static void print_one(FILE *out, const struct command *command)
{
	char synopsis[COMMAND_SYNOPSIS_MAX];

	fprintf(out, "usage: wdspxectl %s[--json] %s\n",
		command->right == COMMAND_TOOL ? "" : "[-s SOCKET] ",
		command_synopsis(command, synopsis));
	fprintf(out, "%c%s. See wdspxectl(8).\n", toupper((unsigned char)command->help[0]),
		command->help + 1);
}

int help(FILE *out, const struct command *command, int status)
{
	if (command)
		print_one(out, command);
	else
		print_all(out);
	return status;
}
