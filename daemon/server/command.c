#include "server/commands.h"

typedef void command_function(struct server *s, uint64_t client, const struct arguments *arguments);

static command_function *const functions[COMMAND_COUNT] = {
#define COMMAND_ENTRY(name, ...) [COMMAND_##name] = server_command_##name,
	DAEMON_COMMANDS(COMMAND_ENTRY)
#undef COMMAND_ENTRY
};

void server_request(void *context, uint64_t client, const struct arguments *arguments)
{
	functions[arguments->command->id](context, client, arguments);
}
