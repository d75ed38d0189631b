#include "asked.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- options -----------------------------------------------------------------------------------
 */

/* The place of an option; -1: the verb has none of that name. */
static int option_find(const struct verb *verb, const char *name, size_t len)
{
	for (int i = 0; i < ASKED_OPTIONS && verb->options[i]; i++) {
		size_t own = strcspn(verb->options[i], "=");

		if (own == len && memcmp(verb->options[i], name, len) == 0)
			return i;
	}
	return -1;
}

static bool takes_text(const struct verb *verb, int option)
{
	return option < 0 || strchr(verb->options[option], '=') != NULL;
}

/* "--boot" is a file or a URL, as it looks. */
static bool field_take(struct asked *asked, const char *name, const char *text, char why[WHY_SIZE])
{
	const char *word = strcmp(name, "boot") != 0 ? name : strstr(text, "://") ? "url" : "file";

	asked->has_fields = true;
	return draft_set(asked->draft, word, text, why);
}

static bool no_option(const struct asked *asked, const char *name, char why[WHY_SIZE])
{
	const char *known[ASKED_OPTIONS + 1] = { NULL };
	char names[ASKED_OPTIONS][32];
	const char *meant;
	unsigned n = 0;

	for (; n < ASKED_OPTIONS && asked->verb->options[n]; n++) {
		snprintf(names[n], sizeof names[n], "%.*s",
			 (int)strcspn(asked->verb->options[n], "="), asked->verb->options[n]);
		known[n] = names[n];
	}
	meant = PxeBootNearest(name, known);
	snprintf(why, WHY_SIZE, "%s has no option --%.40s%s%s%s", asked->verb->name, name,
		 meant ? ": did you mean --" : "", meant ? meant : "", meant ? "?" : "");
	return false;
}

/* One option, whose text may be the next word: *used words. */
static bool option_read(struct asked *asked, const LPCSTR *words, ULONG left, ULONG *used,
			char why[WHY_SIZE])
{
	const char *name = words[0] + 2, *text = strchr(name, '=');
	size_t len = text ? (size_t)(text - name) : strlen(name);
	int option = option_find(asked->verb, name, len);
	char room[64];

	snprintf(room, sizeof room, "%.*s", (int)len, name);
	*used = 1;
	if (option < 0 && !asked->verb->fields)
		return no_option(asked, room, why);
	if (!takes_text(asked->verb, option)) {
		snprintf(why, WHY_SIZE, "--%s takes no text", room);
		asked->options[option] = "";
		return !text;
	}
	if (!text && left < 2) {
		snprintf(why, WHY_SIZE, "--%s needs a text behind it", room);
		return false;
	}
	*used = text ? 1 : 2;
	text = text ? text + 1 : words[1];
	if (option < 0)
		return field_take(asked, room, text, why);
	asked->options[option] = text;
	return true;
}

/* ---- words -------------------------------------------------------------------------------------
 */

static bool word_take(struct asked *asked, const char *word, char why[WHY_SIZE])
{
	if (asked->n_words == asked->verb->most) {
		snprintf(why, WHY_SIZE, "%s: \"%.60s\" is one word too many; it is: %s %s",
			 asked->verb->name, word, asked->verb->name, asked->verb->usage);
		return false;
	}
	asked->words[asked->n_words++] = word;
	return true;
}

bool asked_read(struct asked *asked, char why[WHY_SIZE])
{
	const PXE_COMMAND *command = asked->command;
	bool options = true;
	ULONG used = 1;

	for (ULONG i = 1; i < command->nWords; i += used) {
		const char *word = command->ppszWords[i];

		used = 1;
		if (options && strcmp(word, "--") == 0)
			options = false;
		else if (options && strncmp(word, "--", 2) == 0) {
			if (!option_read(asked, command->ppszWords + i, command->nWords - i, &used,
					 why))
				return false;
		} else if (!word_take(asked, word, why)) {
			return false;
		}
	}
	if (asked->n_words >= asked->verb->least)
		return true;
	snprintf(why, WHY_SIZE, "%s: a word is missing; it is: %s %s", asked->verb->name,
		 asked->verb->name, asked->verb->usage);
	return false;
}

const char *asked_option(const struct asked *asked, const char *name)
{
	int option = option_find(asked->verb, name, strlen(name));

	return option < 0 ? NULL : asked->options[option];
}

bool asked_number(const struct asked *asked, const char *name, uint32_t *out, char why[WHY_SIZE])
{
	const char *text = asked_option(asked, name);
	unsigned long value;
	char *end;

	if (!text)
		return true;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > UINT32_MAX) {
		snprintf(why, WHY_SIZE, "--%s must be a number, not \"%.40s\"", name, text);
		return false;
	}
	*out = (uint32_t)value;
	return true;
}

/* ---- what fails --------------------------------------------------------------------------------
 */

DWORD asked_fail(struct asked *asked, DWORD code, const char *why)
{
	say_open(asked->say, NULL, '{');
	say_text(asked->say, "error", why);
	say_close(asked->say, '}');
	(void)say_end(asked->say);
	return code;
}

static DWORD code_of(int r)
{
	switch (r) {
	case -EINVAL:
		return ERROR_INVALID_PARAMETER;
	case -ENOENT:
		return ERROR_NOT_FOUND;
	case -EEXIST:
		return ERROR_ALREADY_EXISTS;
	case -EPERM:
		return ERROR_ACCESS_DENIED;
	case -ENOSPC:
		return ERROR_DISK_FULL;
	case -ENOMEM:
		return ERROR_NOT_ENOUGH_MEMORY;
	default:
		return ERROR_WRITE_FAULT;
	}
}

DWORD asked_fail_store(struct asked *asked, int r, const char *why)
{
	return asked_fail(asked, code_of(r), why);
}

const struct device *asked_device(struct asked *asked, const struct snapshot *snapshot,
				  const char *who, DWORD *status)
{
	bool several = false;
	const struct device *device = snapshot_called(snapshot, who, &several);
	char why[WHY_SIZE];

	if (device && !several)
		return device;
	if (several)
		snprintf(
			why, sizeof why,
			"more than one device has the name \"%.80s\": say which by its MAC or UUID "
			"(wdspxectl device list --name shows them)",
			who);
	else
		snprintf(why, sizeof why,
			 "no device has the name or the address \"%.80s\": see wdspxectl device "
			 "list",
			 who);
	*status = asked_fail(asked, several ? ERROR_MORE_DATA : ERROR_NOT_FOUND, why);
	return NULL;
}
