/* How would this client be answered? A request that came from nobody goes through the chain. */
#pragma once

#include <jansson.h>

#include "control/command.h"
#include "server/server.h"

/* Who asks: just one of the two is called, at once or later. */
struct explain_asker {
	void *context;
	uint64_t number;                                                /* as he likes */
	void (*answer)(void *context, uint64_t number, json_t *answer); /* takes it over */
	void (*refuse)(void *context, uint64_t number, const char *why);
};

/** Explains what the words of the command say: a made-up client, or a packet. [loop] */
void server_explain(struct server *s, const struct arguments *arguments,
		    const struct explain_asker *asker);
