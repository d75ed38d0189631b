/* wdspxectl log --follow. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/out.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"

static enum colour colour_of(const char *level)
{
	if (strcmp(level, "error") == 0 || strcmp(level, "critical") == 0)
		return RED;
	return strcmp(level, "warning") == 0 ? YELLOW : PLAIN;
}

static void print_record(const json_t *record)
{
	double time = json_number_value(json_object_get(record, "time"));
	time_t seconds = (time_t)time;
	struct tm local;
	char clock[16] = "";

	if (localtime_r(&seconds, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	printf("%s.%03d ", clock, (int)((time - (double)seconds) * 1000));
	paint(colour_of(text_of(record, "level")), text_of(record, "line"));
	putchar('\n');
}

/* A record is a line of the log, a number of lost ones, or the end. */
static bool take(const struct call *call, const char *line)
{
	json_t *record = json_loads(line, 0, NULL);
	const char *end = json_string_value(json_object_get(record, "end"));

	if (call->json)
		puts(line);
	else if (json_object_get(record, "lost"))
		printf("(%lld lines lost: they came faster than they were read)\n",
		       number_of(record, "lost"));
	else if (json_object_get(record, "line"))
		print_record(record);
	fflush(stdout);
	if (end && !call->json)
		fprintf(stderr, "wdspxectl: %s\n", end);
	json_decref(record);
	return !end && !out_failed();
}

int run_log(const struct call *call)
{
	return ask_stream(call, take);
}
