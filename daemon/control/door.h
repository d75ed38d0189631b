/* A listening socket in the file system. Internal to control/. */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "control/command.h"

struct door {
	struct sockaddr_un address;
	const char *group_name; /* whose members may use it; static */
	gid_t group;
	enum command_right right; /* of its clients */
	int listener;             /* -1: it is not open */
	bool bound;               /* the file at address, with this inode, is ours */
	dev_t device;
	ino_t inode;
	bool paused; /* nobody can be let in: not before the next tick */
	bool told;   /* that it is so */
};

/**
 * Listens at `path`. A socket that a dead daemon left behind is taken away; one that a living
 * daemon serves is -EADDRINUSE. The socket becomes mode 0660 and, where we may, of the group.
 * Returns 0, or -errno with *step naming what failed, and then door_close() is due.
 */
int door_open(struct door *door, const char *path, const char **step);
/** Removes the socket, where it is still this one. */
void door_close(struct door *door);
