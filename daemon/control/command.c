#include "control/command.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/utf.h"

const struct command commands[COMMAND_COUNT] = {
#define COMMAND_ROW(name_, right_, help_, ...)                                                     \
	{ #name_, help_, COMMAND_##right_, COMMAND_##name_, { __VA_ARGS__ } },
	DAEMON_COMMANDS(COMMAND_ROW) TOOL_COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
};

const struct command *command_find(const char *name, char error[static COMMAND_ERROR_MAX])
{
	const char *names[COMMAND_COUNT + 1] = { NULL }, *meant;

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		names[i] = commands[i].name;
		if (strcmp(name, names[i]) == 0)
			return &commands[i];
	}
	meant = nearest(name, names);
	snprintf(error, COMMAND_ERROR_MAX, "unknown command \"%.100s\"%s%s%s", name,
		 meant ? ": did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
	utf8_trim(error);
	return NULL;
}

const char *command_synopsis(const struct command *command, char out[static COMMAND_SYNOPSIS_MAX])
{
	size_t used = (size_t)snprintf(out, COMMAND_SYNOPSIS_MAX, "%s", command->name);

	for (const struct command_word *w = command->word; w->name || w->option; w++)
		used += (size_t)snprintf(out + used, COMMAND_SYNOPSIS_MAX - used, " %s%s%s%s%s",
					 w->needed ? "" : "[", w->option ? w->option : "",
					 w->option && w->name ? " " : "", w->name ? w->name : "",
					 w->needed ? "" : "]");
	return out;
}
