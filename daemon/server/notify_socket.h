/* Messages to the service manager, as sd_notify(3) describes them, over a socket that does not make
 * the daemon wait: a manager need not read them, and must not hold up the loop then.
 *
 * No NOTIFY_SOCKET in the environment: nobody wants to know, and everything here succeeds.
 */
#pragma once

/**
 * Sends one message, lines of NAME=VALUE. `fd` goes with it (the manager gets a copy); -1: none.
 *
 * Returns 0, -EAGAIN where the manager has no room for it now, or another -errno. [any]
 */
int notify_send(const char *text, int fd);

/** The same, and waits up to `ms` milliseconds for room: for what is said before we serve. */
int notify_send_within(const char *text, int fd, int ms);

/**
 * Has the manager keep a copy of `fd` under a name, and hand it back at the next start, whatever
 * ended this one (FileDescriptorStoreMax= in the unit). Nobody watches it there: an error that is
 * pending on a socket is no reason to lose it. A manager that keeps nothing is no error.
 */
void notify_keep(const char *name, int fd);
/** Has it close all that it keeps under the name. */
void notify_forget(const char *name);
