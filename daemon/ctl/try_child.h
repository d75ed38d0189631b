/* A wdspxed-provider that has a module in it, and is asked: so that a crash of the module is told,
 * and ends nobody else. What the module writes to its standard output and error goes to our
 * standard error.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct try_child {
	char folder[256]; /* of its temporary files; "": it cannot be made */
	pid_t pid;
	int questions, answers, output;
	char *line; /* answers that were not read yet */
	size_t len;
	char said[2048]; /* the last that it wrote */
	size_t n_said;
	int status; /* of waitpid() */
	bool has_ended;
};

/** Starts it. 0, -errno; try_child_end() after 0. What it leaves in TMPDIR, which a crash keeps it
 * from removing, lies in a folder of its own and goes with it. */
int try_child_start(struct try_child *child);
/** Sends a question, if there is one, which it takes over; waits for an answer. NULL: it has ended,
 * or says nothing that can be read. */
json_t *try_child_ask(struct try_child *child, json_t *question);
/** Lets it end, and waits for that. NULL: it ended as it should; or what became of it. */
const char *try_child_end(struct try_child *child);
