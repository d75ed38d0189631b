#include "ctl/complete.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "ctl/ask.h"
#include "ctl/device_options.h"
#include "story/finding.h"

/* The words before the one that is completed. */
struct before {
	const struct command *command;
	const char *socket;
	const struct command_word *row; /* the last of them is its option: its value comes now */
	bool wants_socket;              /* the last of them is -s */
	size_t plain;                   /* words that stand by themselves */
	const char *first;              /* of them */
};

static void offer(const char *candidate, const char *word)
{
	if (strncmp(candidate, word, strlen(word)) == 0)
		puts(candidate);
}

static void read_word(struct before *it, const char *word)
{
	char unused[COMMAND_ERROR_MAX];
	const char *value = NULL;

	if (it->wants_socket) {
		it->socket = word;
		it->wants_socket = false;
	} else if (it->row) {
		it->row = NULL;
	} else if (strcmp(word, "-s") == 0) {
		it->wants_socket = true;
	} else if (word[0] == '-') {
		it->row = it->command ? command_option(it->command, word, &value) : NULL;
		if (value || (it->row && it->row->kind == WORD_FLAG))
			it->row = NULL;
	} else if (!it->command) {
		it->command = command_find(word, unused);
	} else {
		it->first = it->first ? it->first : word;
		it->plain++;
	}
}

/* Is the next word one that only a provider understands? Before the first of them an option of the
 * command may still come, where it has any. */
static bool is_rest(const struct before *it)
{
	size_t place = 0;
	bool rest = false;

	for (const struct command_word *row = it->command ? it->command->word : NULL;
	     row && (row->name || row->option) && !rest; row++) {
		rest = row->kind == WORD_REST;
		place += !rest && !row->option;
	}
	return rest && it->plain >= place + (it->command->id == COMMAND_provider);
}

/* A provider's words are its own; those of device are known. */
static void offer_rest(const struct before *it, const char *word)
{
	bool known = it->command->id == COMMAND_device && it->first;
	const char *const *option = known ? device_options(it->first) : NULL;

	if (word[0] == '-')
		for (; option && *option; option++)
			offer(*option, word);
	else if (option && strcmp(it->first, "import") == 0)
		puts(":file");
}

/* Of a daemon that runs. */
static void offer_providers(const struct before *it, const char *word)
{
	struct call call = { .arguments.command = &commands[COMMAND_list], .socket = it->socket };
	json_t *answer, *provider;
	size_t i;

	if (ask(&call, &answer))
		return;
	json_array_foreach(json_object_get(answer, "providers"), i, provider)
		offer(json_string_value(json_object_get(provider, "name")) ?: "", word);
	json_decref(answer);
}

static void offer_value(const struct before *it, const struct command_word *row, const char *word)
{
	const char *const *names = word_names(row->kind);

	for (; names && *names; names++)
		offer(*names, word);
	for (int kind = 0; row->kind == WORD_FINDING && kind < FINDING_KINDS; kind++)
		offer(finding_row((enum finding_kind)kind)->id, word);
	if (row->kind == WORD_FILE)
		puts(":file");
	if (row->kind == WORD_PROVIDER || row->kind == WORD_PROVIDERS)
		offer_providers(it, word);
	if (row->kind == WORD_PROVIDERS)
		offer("all", word);
}

static void offer_options(const struct command *command, const char *word)
{
	static const char *const first[] = { "-s", "--version" }, *const always[] = { "--json",
										      "--help" };

	for (const struct command_word *row = command ? command->word : NULL;
	     row && (row->name || row->option); row++)
		if (row->option)
			offer(row->option, word);
	for (size_t i = 0; !command && i < ARRAY_LEN(first); i++)
		offer(first[i], word);
	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		offer(always[i], word);
}

static void offer_plain(const struct before *it, const char *word)
{
	size_t left = it->plain;

	for (const struct command_word *row = it->command->word; row->name || row->option; row++)
		if (!row->option && left-- == 0) {
			offer_value(it, row, word);
			return;
		}
}

int complete(const char *const *words, size_t n)
{
	struct before it = { .command = NULL };
	const char *word = n > 0 ? words[n - 1] : "";

	for (size_t i = 0; i + 1 < n; i++)
		read_word(&it, words[i]);
	if (it.wants_socket)
		puts(":file");
	else if (it.row)
		offer_value(&it, it.row, word);
	else if (is_rest(&it))
		offer_rest(&it, word);
	else if (word[0] == '-')
		offer_options(it.command, word);
	else if (it.command)
		offer_plain(&it, word);
	else
		for (size_t i = 0; i < COMMAND_COUNT; i++)
			offer(commands[i].name, word);
	return CTL_OK;
}
