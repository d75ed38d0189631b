/* wdspxectl watch. */
#include <stdio.h>

#include "base/out.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "story/watch_page.h"

static struct watch_page page;

/* A record is a step, a number of lost ones, or the end. */
static bool take(const struct call *call, const char *line)
{
	json_t *record = json_loads(line, 0, NULL);
	const char *end = json_string_value(json_object_get(record, "end"));

	if (call->json)
		puts(line);
	else
		watch_page_show(&page, record);
	fflush(stdout);
	if (end && !call->json)
		fprintf(stderr, "wdspxectl: %s\n", end);
	json_decref(record);
	return !end && !out_failed();
}

int run_watch(const struct call *call)
{
	int r;

	watch_page_init(&page, stdout, is_coloured());
	r = ask_stream(call, take);
	watch_page_done(&page);
	return r;
}
