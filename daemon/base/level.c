#include "base/level.h"

#include <stddef.h>
#include <string.h>

#include <wdspxe.h>

#include "base/cleanup.h"

const char *const level_words[] = { "emerg",  "alert", "critical", "error", "warning",
				    "notice", "info",  "debug",    NULL };

static const struct {
	const char *name;
	uint32_t bit;
} severities[] = {
	{ "verbose", PXE_TRACE_VERBOSE }, { "info", PXE_TRACE_INFO },
	{ "warning", PXE_TRACE_WARNING }, { "error", PXE_TRACE_ERROR },
	{ "fatal", PXE_TRACE_FATAL },
};

const char *level_name(int level)
{
	return level_words[level & LOG_PRIMASK];
}

int level_of(const char *name)
{
	for (int level = LOG_ERR; level_words[level]; level++)
		if (strcmp(level_words[level], name) == 0)
			return level;
	return -1;
}

const char *severity_name(uint32_t severity)
{
	for (size_t i = 0; i < ARRAY_LEN(severities); i++)
		if (severities[i].bit == severity)
			return severities[i].name;
	return "error";
}

uint32_t severity_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(severities); i++)
		if (strcmp(severities[i].name, name) == 0)
			return severities[i].bit;
	return 0;
}
