/* Who says how a request would be answered: the daemon that runs, or a configuration that does not,
 * in a wdspxed of its own which serves nobody. */
#pragma once

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <sys/types.h>

#include "ctl/call.h"

struct oracle {
	struct call call; /* explain, as the daemon is asked */
	const char *path; /* of the configuration; NULL: the daemon */
	pid_t pid;        /* of its wdspxed */
	FILE *to, *from;  /* to it and back; of the daemon, `from` is its connection */
};

/** Begins. Returns CTL_OK, or what to exit with, when the reason has been printed. */
int oracle_open(struct oracle *oracle, const struct call *call, const char *path);
/** Asks explain with these words. The same; the caller releases *out. */
int oracle_ask(struct oracle *oracle, const char *const *words, size_t n, json_t **out);
/** Ends what runs; one that was not opened, too. */
void oracle_close(struct oracle *oracle);

/** The daemon's program: beside this one, or where it is installed. */
void oracle_program(char path[static PATH_MAX]);
