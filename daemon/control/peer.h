/* Who is at the other end of an operator's socket. Internal to control/. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/** May the peer use the socket: by its user, its group or its supplementary groups? */
bool peer_allowed(int fd, gid_t wanted);
