/* wdspxectl provider: a provider's own commands. */
#include <stdio.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/input.h"
#include "ctl/print.h"
#include "ctl/print_value.h"

/* It may have something to show even where it failed. */
static int show(const struct call *call, const json_t *answer)
{
	const json_t *value = json_object_get(answer, "answer");
	bool ok = json_is_true(json_object_get(answer, "ok"));

	if (call->json && value && !json_is_null(value))
		print_document(value);
	else if (!call->json && ok)
		print_value(value);
	if (ok)
		return CTL_OK;
	fflush(stdout);
	fprintf(stderr, "wdspxectl: %s\n", text_of(answer, "error"));
	return number_of(answer, "status") == ERROR_INVALID_PARAMETER ? CTL_USAGE : CTL_FAILED;
}

int run_provider(const struct call *call)
{
	const char *path = arguments_option(&call->arguments, "--input");
	_cleanup_(closep) int input = path ? input_open(path) : -1;
	struct call asked = *call;
	json_t *answer;
	int r;

	if (path && input < 0)
		return CTL_FAILED;
	asked.input = path ? &input : NULL;
	r = ask_whole(&asked, &answer);
	if (r)
		return r;
	r = show(call, answer);
	json_decref(answer);
	return r;
}
