/* wdspxectl provider: a provider's own commands. */
#include "ctl/provider.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/input.h"
#include "ctl/print.h"
#include "ctl/print_value.h"

static int ask_with(const struct call *call, const char *path, json_t **out)
{
	_cleanup_(closep) int input = path ? input_open(path) : -1;
	struct call asked = *call;

	if (path && input < 0)
		return CTL_FAILED;
	asked.input = path ? &input : NULL;
	return ask_whole(&asked, out);
}

int provider_ask(const struct call *call, const char *const *words, size_t n, const char *input,
		 json_t **out)
{
	const char *given[COMMAND_REST_MAX + 4] = { "inventory" };
	struct call asked = { .socket = call->socket, .json = call->json, .words = given };
	char error[COMMAND_ERROR_MAX];

	asked.n_words = 1;
	if (input) {
		given[asked.n_words++] = "--input";
		given[asked.n_words++] = input;
	}
	given[asked.n_words++] = "--";
	for (size_t i = 0; i < n && asked.n_words < ARRAY_LEN(given); i++)
		given[asked.n_words++] = words[i];
	if (arguments_read(&commands[COMMAND_provider], given, asked.n_words, &asked.arguments,
			   error)) {
		fprintf(stderr, "wdspxectl: %s\n", error);
		return CTL_USAGE;
	}
	return ask_with(&asked, input, out);
}

/* What it has to show beside the sentence that says why it failed. */
static void print_rest(const json_t *value)
{
	json_t *rest = json_is_object(value) ? json_copy((json_t *)value) : NULL;

	json_object_del(rest, "error");
	json_object_del(rest, "ask");
	if (json_object_size(rest) > 0)
		print_value(rest);
	json_decref(rest);
}

int provider_end(const struct call *call, const json_t *answer, void (*print)(const json_t *value))
{
	const json_t *value = json_object_get(answer, "answer");
	bool ok = json_is_true(json_object_get(answer, "ok"));

	if (call->json && value && !json_is_null(value))
		print_document(value);
	else if (!call->json && ok)
		print(value);
	else if (!call->json)
		print_rest(value);
	if (ok)
		return CTL_OK;
	fflush(stdout);
	fprintf(stderr, "wdspxectl: %s\n", text_of(answer, "error"));
	return number_of(answer, "status") == ERROR_INVALID_PARAMETER ? CTL_USAGE : CTL_FAILED;
}

int run_provider(const struct call *call)
{
	const char *path = arguments_option(&call->arguments, "--input");
	json_t *answer;
	int r = ask_with(call, path, &answer);

	if (r)
		return r;
	r = provider_end(call, answer, print_value);
	json_decref(answer);
	return r;
}
