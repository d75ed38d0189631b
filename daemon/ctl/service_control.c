/* wdspxectl control. */
#include <stdbool.h>
#include <stdio.h>

#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"

/* The provider chooses its result; this one is also the daemon's for a provider without
 * ServiceControl. */
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

int run_control(const struct call *call)
{
	bool asks = word_code(call->arguments.word[1]) == INTERROGATE, failed;
	json_t *answer;
	int r = ask(call, &answer);

	if (r)
		return r;
	failed = json_integer_value(json_object_get(answer, "result")) != 0;
	if (call->json)
		print_json(answer);
	print_reactions(answer, !call->json && asks);
	json_decref(answer);
	return failed ? CTL_FAILED : CTL_OK;
}
