/* A line of the operator's socket as a command with its words. For control/, and for who is
 * asked without a socket. */
#pragma once

#include <jansson.h>

#include "control/command.h"

enum { QUESTION_WORDS_MAX = COMMAND_REST_MAX + 4 };

/**
 * Reads {"command": NAME, "words": [WORD, ...]}; may a client with this right ask it? Returns 0,
 * fills *out and gives *holder, whose strings they are, to the caller; or -EINVAL or -EACCES and
 * says why.
 */
int question_read(const char *line, size_t len, enum command_right right, json_t **holder,
		  struct arguments *out, char error[static COMMAND_ERROR_MAX]);
