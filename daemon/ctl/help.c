#include "ctl/help.h"

#include <ctype.h>
#include <string.h>

enum { COLUMNS = 80, SYNOPSIS_COLUMNS = 18, HELP_AT = SYNOPSIS_COLUMNS + 4, USAGE_AT = 17 };

/* What is not divided: a word, what stands in brackets, and an option with the word behind it. */
static size_t unit_len(const char *text)
{
	size_t len = 0;
	int depth = 0;

	for (; text[len] && (text[len] != ' ' || depth > 0); len++)
		depth += (text[len] == '[') - (text[len] == ']');
	if (text[0] == '-' && text[len] == ' ' && isupper((unsigned char)text[len + 1]))
		len += 1 + unit_len(text + len + 1);
	return len;
}

/* From column `at` on, further lines from column `indent` on. Returns the column behind it. */
static int put_folded(FILE *out, int at, int indent, const char *text)
{
	bool first = true;

	while (*text) {
		int len = (int)unit_len(text);

		if (!first && at + 1 + len > COLUMNS) {
			fprintf(out, "\n%*s", indent, "");
			at = indent;
		} else if (!first) {
			fputc(' ', out);
			at++;
		}
		fwrite(text, 1, (size_t)len, out);
		at += len;
		text += len + (text[len] == ' ');
		first = false;
	}
	return at;
}

/* A synopsis that leaves no room has a line to itself, or more. */
static void print_command(FILE *out, const struct command *command)
{
	char synopsis[COMMAND_SYNOPSIS_MAX];
	int at;

	fputs("  ", out);
	at = put_folded(out, 2, 2 + (int)strlen(command->name) + 1,
			command_synopsis(command, synopsis));
	if (at > 2 + SYNOPSIS_COLUMNS) {
		fputc('\n', out);
		at = 0;
	}
	fprintf(out, "%*s", HELP_AT - at, "");
	put_folded(out, HELP_AT, HELP_AT, command->help);
	fputc('\n', out);
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

/* What a verb can be; other kinds of words have names that everybody knows, or too many. */
static void print_verbs(FILE *out, const struct command *command)
{
	const char *const *names = word_names(WORD_VERB);
	char text[256] = "VERB:";
	size_t used = strlen(text);

	if (command->word[0].kind != WORD_VERB)
		return;
	for (; *names && used < sizeof(text); names++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %s", *names);
	put_folded(out, 0, 6, text);
	fputc('\n', out);
}

/* Some of the tool's own ask the daemon too. */
static bool uses_socket(const struct command *command)
{
	return command->right != COMMAND_TOOL || command->id == COMMAND_device ||
	       command->id == COMMAND_replay || command->id == COMMAND_bundle;
}

static void print_one(FILE *out, const struct command *command)
{
	char synopsis[COMMAND_SYNOPSIS_MAX], text[COMMAND_SYNOPSIS_MAX + 32];

	fputs("usage: wdspxectl ", out);
	snprintf(text, sizeof(text), "%s[--json] %s", uses_socket(command) ? "[-s SOCKET] " : "",
		 command_synopsis(command, synopsis));
	put_folded(out, USAGE_AT, USAGE_AT, text);
	snprintf(text, sizeof(text), "%c%s. See wdspxectl(8).",
		 toupper((unsigned char)command->help[0]), command->help + 1);
	fputc('\n', out);
	put_folded(out, 0, 0, text);
	fputc('\n', out);
	print_verbs(out, command);
}

int help(FILE *out, const struct command *command, int status)
{
	if (command)
		print_one(out, command);
	else
		print_all(out);
	return status;
}
