/* The functions behind the rows of control/command.h, in whatever file they fit best. [loop]
 *
 * Each answers its client once, at once or later: control_answer(), control_refuse(). */
#pragma once

#include "control/command.h"
#include "server/server.h"

#define COMMAND_FUNCTION(name, ...)                                                                \
	void server_command_##name(struct server *s, uint64_t client,                              \
				   const struct arguments *arguments);
DAEMON_COMMANDS(COMMAND_FUNCTION)
#undef COMMAND_FUNCTION
