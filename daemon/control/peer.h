/* Who is at the other end of an operator's socket. Internal to control/. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** May the peer use the socket: by its user, its group or its supplementary groups? */
bool peer_allowed(int fd, gid_t wanted);
/** May a peer with these credentials use the socket? */
bool control_may(uid_t uid, const gid_t *groups, size_t n_groups, gid_t wanted);
