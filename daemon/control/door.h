/* A listening socket in the file system. Internal to control/. */
#pragma once

#include <stdbool.h>

#include "control/command.h"
#include "control/socket_file.h"

struct door {
	struct socket_file file;
	const char *group_name; /* whose members may use it; static */
	gid_t group;
	enum command_right right; /* of its clients */
	int listener;             /* -1: it is not open */
	bool paused;              /* nobody can be let in: not before the next tick */
	bool told;                /* that it is so */
};

/** Listens at `path`: socket_file_bind() says how. Returns 0, or -errno with *step naming what
 * failed, and then door_close() is due. */
int door_open(struct door *door, const char *path, const char **step);
/** Removes the socket, where it is still this one. */
void door_close(struct door *door);
