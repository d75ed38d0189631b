/* Whether anybody else can have changed a file.
 *
 * A file is trusted when nobody but root or the user who started us can have changed it: the file
 * itself and every folder on the way to it belongs to one of these two and is writable by nobody
 * else. A sticky folder such as /tmp is fine where the entry in it is trusted. Links are followed
 * one by one: each must belong to one of the two, and so must every folder on its way.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** Checks an absolute path. 0, or -EPERM with the reason in `why` (the folder or file, what is
 * wrong with it and what to do about it), or -errno of the step that failed, also named there. */
int trust_check(const char *path, char *why, size_t size);

/** The same; `owner` is one more user whose files and folders are taken. */
int trust_check_owned(const char *path, uid_t owner, char *why, size_t size);

/** The same for an open file, by its path for the folders and by fd for the file itself, so that
 * what was checked is what will be read. */
int trust_check_fd(int fd, const char *path, char *why, size_t size);

/** A reason without the path at its beginning, if it is about `path` itself: for a sentence that
 * names the path already. */
const char *trust_why(const char *path, const char *why);
