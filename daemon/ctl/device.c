/* wdspxectl device: the devices of the provider inventory. What the verbs mean is that provider's
 * business; here pages are put together, a file is sent along, and answers are printed. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "ctl/print_value.h"
#include "ctl/provider.h"
#include "ctl/wake.h"

/* The words that go to the provider: the verb, and those behind it. */
struct words {
	const char *word[COMMAND_REST_MAX + 4];
	size_t n;
};

static void add(struct words *words, const char *word)
{
	if (words->n < ARRAY_LEN(words->word))
		words->word[words->n++] = word;
}

static struct words words_of(const struct call *call)
{
	struct words words = { .n = 0 };

	add(&words, call->arguments.word[0]);
	for (size_t i = 0; i < call->arguments.n_rest; i++)
		add(&words, call->arguments.rest[i]);
	return words;
}

static bool has_option(const struct words *words, const char *option)
{
	size_t len = strlen(option);

	for (size_t i = 1; i < words->n; i++)
		if (strncmp(words->word[i], option, len) == 0 &&
		    (words->word[i][len] == '\0' || words->word[i][len] == '='))
			return true;
	return false;
}

static void drop(struct words *words, size_t at)
{
	words->n--;
	memmove(words->word + at, words->word + at + 1, (words->n - at) * sizeof(words->word[0]));
}

/* ---- answers for people ---- */

/* A list alone is a table; with nothing in it, a word. */
static void print_list(const json_t *answer, const char *key, const char *none)
{
	const json_t *rows = json_object_get(answer, key);

	if (json_array_size(rows) == 0)
		puts(none);
	else
		print_value(rows);
}

/* One id is enough to tell it from others; how many more there are. */
static void shorten_ids(json_t *device)
{
	const json_t *ids = json_object_get(device, "ids");
	size_t more = json_array_size(ids);
	json_t *first = json_array_get(ids, 0);
	char text[1024];

	snprintf(text, sizeof(text), more > 1 ? "%s +%zu" : "%s", json_string_value(first) ?: "",
		 more - 1);
	json_object_set_new(device, "ids", json_string(text));
}

static void print_devices(const json_t *answer)
{
	size_t i;
	json_t *device;

	json_array_foreach(json_object_get(answer, "devices"), i, device) shorten_ids(device);
	print_list(answer, "devices", "no device");
}

static void print_pending(const json_t *answer)
{
	print_list(answer, "pending", "no machine waits");
}

static void print_lines(const json_t *answer)
{
	size_t i;
	json_t *line;

	json_array_foreach(json_object_get(answer, "lines"), i, line)
		puts(json_string_value(line) ?: "");
}

/* ---- where there is no inventory ---- */

static bool failed(const json_t *answer)
{
	return !json_is_true(json_object_get(answer, "ok"));
}

/* As it is shipped, it is not enabled. */
static int finish(const struct call *call, json_t *answer, void (*print)(const json_t *value))
{
	static const char none[] = "there is no provider \"inventory\"";
	int r = provider_end(call, answer, print);

	if (failed(answer) && strncmp(text_of(answer, "error"), none, sizeof(none) - 1) == 0)
		fputs("wdspxectl: it has the devices: set enabled = true in "
		      "40-inventory.conf of the providers directory, and reload\n",
		      stderr);
	json_decref(answer);
	return r;
}

/* ---- pages ---- */

/* Puts what a page has behind what the others had. */
static void append_page(json_t *whole, const json_t *page, const char *key)
{
	json_t *next = json_object_get(page, "next");

	json_array_extend(json_object_get(whole, key), json_object_get(page, key));
	if (next)
		json_object_set(whole, "next", next);
	else
		json_object_del(whole, "next");
}

/* The pages behind the first one, into it. */
static int ask_pages(const struct call *call, const struct words *words, const char *key,
		     json_t **out)
{
	int r = provider_ask(call, words->word, words->n, NULL, out);
	json_t *whole = r ? NULL : json_object_get(*out, "answer"), *page;
	struct words more;
	char after[32];

	while (r == CTL_OK && json_object_get(whole, "next")) {
		more = *words;
		snprintf(after, sizeof(after), "--after=%lld", number_of(whole, "next"));
		add(&more, after);
		r = provider_ask(call, more.word, more.n, NULL, &page);
		if (r == CTL_OK && !failed(page)) {
			append_page(whole, json_object_get(page, "answer"), key);
			json_decref(page);
			continue;
		}
		json_decref(*out);
		if (r == CTL_OK)
			*out = page;
		break;
	}
	return r;
}

static int give_pages(const struct call *call, const struct words *words, const char *key,
		      void (*print)(const json_t *value))
{
	bool one = has_option(words, "--limit") || has_option(words, "--after");
	json_t *answer;
	int r = one ? provider_ask(call, words->word, words->n, NULL, &answer)
		    : ask_pages(call, words, key, &answer);

	return r ? r : finish(call, answer, print);
}

/* ---- the other verbs ---- */

static int give_words(const struct call *call, const struct words *words, const char *input,
		      void (*print)(const json_t *value))
{
	json_t *answer;
	int r = provider_ask(call, words->word, words->n, input, &answer);

	return r ? r : finish(call, answer, print);
}

/* Where the provider wants to be sure, and somebody is there who can be asked. */
static bool confirms(const json_t *answer, const char *input)
{
	char word[16];

	if (!json_is_true(json_object_get(json_object_get(answer, "answer"), "ask")) ||
	    strcmp(input, "-") == 0 || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	fprintf(stderr, "wdspxectl: %s\nGo on? [y/N] ", text_of(answer, "error"));
	return fgets(word, sizeof(word), stdin) && (word[0] == 'y' || word[0] == 'Y');
}

/* The first word that is no option and no option's text; 0: there is none. */
static size_t find_plain(const struct words *words)
{
	static const char *const texts[] = { "--format", "--boot", "--file", "--url", "--server" };

	for (size_t i = 1; i < words->n; i++) {
		bool text = false;

		if (strncmp(words->word[i], "--", 2) != 0)
			return i;
		for (size_t k = 0; k < ARRAY_LEN(texts); k++)
			text = text || strcmp(words->word[i], texts[k]) == 0;
		i += text;
	}
	return 0;
}

static int import_file(const struct call *call, struct words *words)
{
	size_t at = find_plain(words);
	const char *file = at ? words->word[at] : NULL;
	json_t *answer;
	int r;

	if (at)
		drop(words, at);
	r = provider_ask(call, words->word, words->n, file, &answer);
	if (r == CTL_OK && file && confirms(answer, file)) {
		json_decref(answer);
		add(words, "--yes");
		r = provider_ask(call, words->word, words->n, file, &answer);
	}
	return r ? r : finish(call, answer, print_value);
}

/* The MAC addresses of a device, as `show` says them. */
static int wake_device(const struct call *call, const char *who)
{
	const char *const words[] = { "show", who };
	json_t *answer, *row;
	size_t i;
	int r = provider_ask(call, words, 2, NULL, &answer), sent = 0;

	if (r)
		return r;
	json_array_foreach(json_object_get(json_object_get(answer, "answer"), "says"), i, row)
	{
		if (strcmp(text_of(row, "what"), "mac") == 0)
			sent += wake(text_of(row, "is"));
	}
	json_decref(answer);
	if (sent > 0)
		return CTL_OK;
	fprintf(stderr,
		"wdspxectl: %s could not be woken: it has no MAC address, or no network "
		"took the packet\n",
		who);
	return CTL_FAILED;
}

static int boot_device(const struct call *call, struct words *words)
{
	bool wakes = false;
	size_t at;
	int r;

	for (size_t i = 1; i < words->n; i++)
		if (strcmp(words->word[i], "--wake") == 0) {
			drop(words, i);
			wakes = true;
			break;
		}
	r = give_words(call, words, NULL, print_value);
	at = find_plain(words);
	return r == CTL_OK && wakes && at ? wake_device(call, words->word[at]) : r;
}

int run_device(const struct call *call)
{
	struct words words = words_of(call);
	const char *verb = words.word[0];

	if (strcmp(verb, "list") == 0)
		return give_pages(call, &words, "devices", print_devices);
	if (strcmp(verb, "export") == 0)
		return give_pages(call, &words, "lines", print_lines);
	if (strcmp(verb, "import") == 0)
		return import_file(call, &words);
	if (strcmp(verb, "boot") == 0)
		return boot_device(call, &words);
	return give_words(call, &words, NULL,
			  strcmp(verb, "pending") == 0 ? print_pending : print_value);
}
