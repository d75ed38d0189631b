#include "ctl/device_options.h"

#include <stddef.h>
#include <string.h>

#define FIELDS                                                                                     \
	"--mac", "--uuid", "--duid", "--client-id", "--boot", "--file", "--url", "--server",       \
		"--group", "--referral", "--bcd", "--prompt", "--comment"

static const struct {
	const char *verb;
	const char *options[18];
} rows[] = {
	{ "list",
	  { "--name", "--group", "--id", "--referral", "--state", "--once", "--from", "--limit",
	    "--after" } },
	{ "show", { NULL } },
	{ "add", { FIELDS } },
	{ "set", { "--name", "--unset", FIELDS } },
	{ "remove", { NULL } },
	{ "boot", { "--once", "--wake", "--boot", "--file", "--url", "--server" } },
	{ "pending", { NULL } },
	{ "approve", { "--name", FIELDS } },
	{ "reject", { NULL } },
	{ "rearm", { NULL } },
	{ "forget", { NULL } },
	{ "import", { "--format", "--replace", "--dry-run", "--skip-wrong", "--yes" } },
	{ "export", { "--limit", "--after" } },
};

const char *const *device_options(const char *verb)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].verb, verb) == 0)
			return rows[i].options;
	return NULL;
}
