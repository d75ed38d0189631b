/* A unix socket's file: where it stands, and that it is ours. */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/un.h>

struct socket_file {
	struct sockaddr_un address;
	bool bound; /* the file at address, with this inode, is ours */
	dev_t device;
	ino_t inode;
};

/**
 * Binds the unix socket `fd` to `path`, and makes the folder where that is missing. A file that a
 * dead daemon left behind is taken away; one that a living daemon serves is -EADDRINUSE. The file
 * becomes mode 0660 and, where we may, of the group. Returns 0, or -errno with *step naming what
 * failed; either way socket_file_remove() is due.
 */
int socket_file_bind(struct socket_file *file, int fd, const char *path, gid_t group,
		     const char **step);
/** Removes the file, where it is still this one. */
void socket_file_remove(struct socket_file *file);
