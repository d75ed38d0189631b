/* Users and groups of this host: the names in /etc/passwd and /etc/group, and their numbers.
 *
 * Not by getpwnam() and its kin: name services bring foreign code into the daemon and may wait for
 * the network, and glibc (2.36) aborts the process where memory runs out while it sets them up.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCOUNT_USERS  "/etc/passwd"
#define ACCOUNT_GROUPS "/etc/group"

/** The number of that name, as uid_t or gid_t; -1: the file, or the name in it, is not there. */
uint32_t account_id(const char *file, const char *name);
/** The name of that number, cut to `size`; false: it has none, and `out` is not touched. */
bool account_name(const char *file, uint32_t id, char *out, size_t size);
