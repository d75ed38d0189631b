/* A command as the command line has it. */
#pragma once

#include "control/command.h"

/* How wdspxectl ends. */
enum { CTL_OK = 0, CTL_FAILED = 1, CTL_USAGE = 2, CTL_NO_DAEMON = 3, CTL_NOT_TRIED = 4 };

struct call {
	struct arguments arguments; /* the command, and its words checked */
	const char *const *words; /* the same words as they were given: the daemon reads them too */
	size_t n_words;
	const char *socket; /* -s; NULL: where the configuration says */
	bool json;
	const int *input; /* a descriptor that goes with the question; NULL: none */
};
