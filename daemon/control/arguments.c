/* The words behind a command's name: each is checked by its kind, wherever it comes from. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/level.h"
#include "base/nearest.h"
#include "base/utf.h"
#include "control/command.h"
#include "dhcp/pxe_arch.h"

static const char *const code_names[] = { "pause", "continue", "interrogate", NULL };

static const char *const verb_names[] = { "list",   "show",    "add",     "set",    "remove",
					  "boot",   "pending", "approve", "reject", "rearm",
					  "forget", "import",  "export",  NULL };

enum { CODE_FIRST = 2, CODE_OWN_FIRST = 128, CODE_OWN_LAST = 255 };

__attribute__((format(printf, 2, 3))) static int fail(char error[static COMMAND_ERROR_MAX],
						      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, COMMAND_ERROR_MAX, format, args);
	va_end(args);
	utf8_trim(error);
	return -EINVAL;
}

/* ---- kinds ------------------------------------------------------------------------------------
 */

static bool is_number(const char *word, unsigned long most)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(word, &end, 10);
	return word[0] >= '0' && word[0] <= '9' && !*end && !errno && value <= most;
}

static int place_of(const char *word, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], word) == 0)
			return i;
	return -1;
}

static bool is_text(const char *word)
{
	return word[0] != '\0';
}

static bool is_count(const char *word)
{
	return is_number(word, UINT32_MAX);
}

static bool is_code(const char *word)
{
	return place_of(word, code_names) >= 0 ||
	       (is_number(word, CODE_OWN_LAST) && word_count(word) >= CODE_OWN_FIRST);
}

static bool is_verb(const char *word)
{
	return place_of(word, verb_names) >= 0;
}

static bool is_level(const char *word)
{
	return level_of(word) >= 0;
}

static bool read_mac(const char *word, uint8_t out[static 6])
{
	for (int i = 0; i < 6; i++, word += 3) {
		if (!isxdigit((unsigned char)word[0]) || !isxdigit((unsigned char)word[1]))
			return false;
		if (i < 5 ? word[2] != ':' && word[2] != '-' : word[2] != '\0')
			return false;
		out[i] = (uint8_t)strtoul((const char[]){ word[0], word[1], '\0' }, NULL, 16);
	}
	return true;
}

static bool is_mac(const char *word)
{
	uint8_t unused[6];

	return read_mac(word, unused);
}

static const char *const arch_names[] = {
#define X(code, symbol, name, ...) name,
	PXE_ARCHS(X)
#undef X
		NULL
};

static bool is_arch(const char *word)
{
	return place_of(word, arch_names) >= 0 || is_number(word, UINT16_MAX);
}

static bool is_family(const char *word)
{
	return strcmp(word, "4") == 0 || strcmp(word, "6") == 0;
}

static bool is_address(const char *word)
{
	struct ip unused;

	return ip_parse(word, &unused);
}

/* Pairs of digits, with `between` between them or not: how many; 0: it is none. */
static size_t read_hex(const char *word, const char *between, uint8_t *out, size_t size)
{
	size_t n = 0;

	while (*word) {
		word += n > 0 && strchr(between, *word) ? 1 : 0;
		if (!isxdigit((unsigned char)word[0]) || !isxdigit((unsigned char)word[1]))
			return 0;
		if (n < size)
			out[n] = (uint8_t)strtoul((const char[]){ word[0], word[1], '\0' }, NULL,
						  16);
		n++;
		word += 2;
	}
	return n;
}

static bool is_hex(const char *word)
{
	return read_hex(word, ":", NULL, 0) > 0;
}

static bool is_uuid(const char *word)
{
	return strlen(word) >= 32 && read_hex(word, "-", NULL, 0) == 16;
}

static const struct {
	bool (*is)(const char *word);
	const char *what; /* the word must be it */
	const char *const *names;
} kinds[] = {
	[WORD_TEXT] = { is_text, "must not be empty", NULL },
	[WORD_PROVIDER] = { is_text, "must not be empty", NULL },
	[WORD_PROVIDERS] = { is_text, "must not be empty", NULL },
	[WORD_FILE] = { is_text, "must not be empty", NULL },
	[WORD_COUNT] = { is_count, "must be a number", NULL },
	[WORD_CODE] = { is_code, "must be pause, continue, interrogate or 128 to 255", code_names },
	[WORD_LEVEL] = { is_level, "must be error, warning, notice, info or debug",
			 level_words + LOG_ERR },
	[WORD_MAC] = { is_mac, "must be six octets such as 52:54:00:12:34:56", NULL },
	[WORD_ARCH] = { is_arch, "must be an architecture such as x64-uefi, or its number",
			arch_names },
	[WORD_FAMILY] = { is_family, "must be 4 or 6", NULL },
	[WORD_ADDRESS] = { is_address, "must be an IPv4 or IPv6 address", NULL },
	[WORD_HEX] = { is_hex, "must be octets such as 0a:1b:2c", NULL },
	[WORD_SETTING] = { is_text, "must not be empty", NULL },
	[WORD_FINDING] = { is_text, "must not be empty", NULL },
	[WORD_UUID] = { is_uuid, "must be a UUID such as 4c4c4544-0042-3510-8054-b7c04f4d4e32",
			NULL },
	[WORD_VERB] = { is_verb,
			"must be one of list, show, add, set, remove, boot, pending, "
			"approve, reject, rearm, forget, import and export",
			verb_names },
	[WORD_REST] = { is_text, "must not be empty", NULL }, /* never asked: it may be */
	[WORD_FLAG] = { is_text, "takes no value", NULL },    /* reached by "--critical=x" alone */
};

const char *const *word_names(enum word_kind kind)
{
	return kinds[kind].names;
}

uint32_t word_count(const char *word)
{
	return (uint32_t)strtoul(word, NULL, 10);
}

uint32_t word_code(const char *word)
{
	int place = place_of(word, code_names);

	return place >= 0 ? (uint32_t)(CODE_FIRST + place) : word_count(word);
}

int word_level(const char *word)
{
	return level_of(word);
}

void word_mac(const char *word, uint8_t out[static 6])
{
	(void)read_mac(word, out);
}

uint16_t word_arch(const char *word)
{
	static const uint16_t codes[] = {
#define X(code, ...) code,
		PXE_ARCHS(X)
#undef X
	};
	int place = place_of(word, arch_names);

	return place >= 0 ? codes[place] : (uint16_t)word_count(word);
}

void word_uuid(const char *word, uint8_t out[static 16])
{
	(void)read_hex(word, "-", out, 16);
}

struct ip word_address(const char *word)
{
	struct ip ip = { .family = IP_NONE };

	(void)ip_parse(word, &ip);
	return ip;
}

size_t word_hex(const char *word, uint8_t *out, size_t size)
{
	return read_hex(word, ":", out, size);
}

/* ---- words ------------------------------------------------------------------------------------
 */

static const char *name_of(const struct command_word *row)
{
	return row->option ? row->option : row->name;
}

static int take_value(const struct command *command, const struct command_word *row,
		      const char *word, struct arguments *out, char error[static COMMAND_ERROR_MAX])
{
	const char *const *names = kinds[row->kind].names;
	const char *meant = names && !kinds[row->kind].is(word) ? nearest(word, names) : NULL;

	if (out->word[row - command->word] && row->kind != WORD_SETTING)
		return fail(error, "%s: %s is given twice", command->name, name_of(row));
	if (!kinds[row->kind].is(word))
		return fail(error, "%s: %s %s, not \"%.100s\"%s%s%s", command->name, name_of(row),
			    kinds[row->kind].what, word, meant ? ": did you mean \"" : "",
			    meant ? meant : "", meant ? "\"?" : "");
	out->word[row - command->word] = word;
	return 0;
}

static bool is_end(const struct command_word *row)
{
	return !row->name && !row->option;
}

const struct command_word *command_option(const struct command *command, const char *word,
					  const char **value)
{
	for (const struct command_word *row = command->word; !is_end(row); row++) {
		size_t len = row->option ? strlen(row->option) : 0;

		if (!len || strncmp(word, row->option, len) != 0 || (word[len] && word[len] != '='))
			continue;
		*value = word[len] ? word + len + 1 : NULL;
		return row;
	}
	return NULL;
}

static int unknown_option(const struct command *command, const char *word,
			  char error[static COMMAND_ERROR_MAX])
{
	const char *options[COMMAND_WORDS_MAX + 1] = { NULL }, *meant;
	size_t n = 0;

	for (const struct command_word *row = command->word; !is_end(row); row++)
		if (row->option)
			options[n++] = row->option;
	meant = nearest(word, options);
	return fail(error, "%s has no option \"%.100s\"%s%s%s", command->name, word,
		    meant ? ": did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
}

/* An option, and its value where that is the next word: *used words. */
static int take_option(const struct command *command, const char *const *words, size_t n,
		       struct arguments *out, size_t *used, char error[static COMMAND_ERROR_MAX])
{
	const char *value = NULL;
	const struct command_word *row = command_option(command, words[0], &value);

	*used = 1;
	if (!row)
		return unknown_option(command, words[0], error);
	if (row->kind == WORD_FLAG) {
		if (value)
			return fail(error, "%s: %s takes no value", command->name, row->option);
		out->word[row - command->word] = "";
		return 0;
	}
	if (!value && n > 1) {
		value = words[1];
		*used = 2;
	}
	if (!value)
		return fail(error, "%s: %s needs a value, %s", command->name, row->option,
			    row->name);
	return take_value(command, row, value, out, error);
}

/* The next word that stands by itself; its end where there is none left. */
static const struct command_word *next_plain(const struct command *command,
					     const struct arguments *out)
{
	const struct command_word *row = command->word;

	while (!is_end(row) && (row->option || out->word[row - command->word]))
		row++;
	return row;
}

enum { USAGE_MAX = 80 };

/* Behind a mistake: how it is right, unless that is longer than what the mistake is. */
static const char *usage_of(const struct command *command, char out[static COMMAND_SYNOPSIS_MAX])
{
	if (strlen(command_synopsis(command, out)) > USAGE_MAX)
		snprintf(out, COMMAND_SYNOPSIS_MAX, "see wdspxectl %s --help", command->name);
	return out;
}

static int take_plain(const struct command *command, const char *word, struct arguments *out,
		      char error[static COMMAND_ERROR_MAX])
{
	const struct command_word *row = next_plain(command, out);
	char usage[COMMAND_SYNOPSIS_MAX];

	if (is_end(row))
		return fail(error, "%s: \"%.100s\" is one word too many; usage: %s", command->name,
			    word, usage_of(command, usage));
	return take_value(command, row, word, out, error);
}

static int take_rest(const struct command *command, const char *const *words, size_t n,
		     struct arguments *out, size_t *used, char error[static COMMAND_ERROR_MAX])
{
	*used = n;
	if (n > COMMAND_REST_MAX)
		return fail(error, "%s: more than %d words are too many", command->name,
			    COMMAND_REST_MAX);
	out->word[next_plain(command, out) - command->word] = words[0];
	memcpy(out->rest, words, n * sizeof(*words));
	out->n_rest = n;
	return 0;
}

static int look_for_missing(const struct command *command, const struct arguments *out,
			    char error[static COMMAND_ERROR_MAX])
{
	char usage[COMMAND_SYNOPSIS_MAX];

	for (const struct command_word *row = command->word; !is_end(row); row++)
		if (row->needed && !out->word[row - command->word])
			return fail(error, "%s: %s is missing; usage: %s", command->name,
				    name_of(row), usage_of(command, usage));
	return 0;
}

const char *arguments_option(const struct arguments *arguments, const char *option)
{
	const struct command_word *row = arguments->command->word;

	for (size_t i = 0; !is_end(&row[i]); i++)
		if (row[i].option && strcmp(row[i].option, option) == 0)
			return arguments->word[i];
	return NULL;
}

/* Of a command without options, all of them are the provider's. */
static bool begins_rest(const struct command *command, const char *word, bool options,
			const struct arguments *out)
{
	if (next_plain(command, out)->kind != WORD_REST)
		return false;
	for (const struct command_word *row = command->word; !is_end(row); row++)
		if (row->option)
			return !options || word[0] != '-' || !word[1];
	return true;
}

int arguments_read(const struct command *command, const char *const *words, size_t n,
		   struct arguments *out, char error[static COMMAND_ERROR_MAX])
{
	struct arguments read = { .command = command };
	bool options = true;
	size_t used;
	int r;

	for (size_t i = 0; i < n; i += used) {
		used = 1;
		if (options && strcmp(words[i], "--") == 0) {
			options = false;
			continue;
		}
		if (begins_rest(command, words[i], options, &read))
			r = take_rest(command, words + i, n - i, &read, &used, error);
		else if (options && words[i][0] == '-' && words[i][1])
			r = take_option(command, words + i, n - i, &read, &used, error);
		else
			r = take_plain(command, words[i], &read, error);
		if (r)
			return r;
	}
	r = look_for_missing(command, &read, error);
	if (r == 0)
		*out = read;
	return r;
}
