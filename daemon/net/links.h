/* Interfaces, addresses and routes of this host, from a table that netlink keeps fresh, so that no
 * packet costs a system call to ask.
 *
 * The table is a view: made in one piece, never changed, replaced as a whole. The loop reads its
 * own pointer (links_now); any other thread borrows the view (links_enter, links_leave) without
 * ever making the loop wait.
 *
 * Notifications are applied one by one. What they do not tell is asked for: everything, where some
 * were lost (ENOBUFS); the routes, where the kernel takes some away without telling. A new view is
 * then compared with the old one. However many changes come, they take a twentieth of the time at
 * most: a view is made, and routes are asked for, only some time after the last. Nor does a turn of
 * the loop do it all: links_read() takes a slice of an answer, or makes a slice of a view, and the
 * old view is in force until the new one is whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/links_change.h"

enum { LINKS_READERS = 64 }; /* threads that borrow a view at one moment; more wait */

struct links; /* the table [loop] */

/**
 * Opens netlink, subscribes and reads everything once; `changed` (it may be NULL) is told of all
 * that is there. 0, or -errno.
 */
int links_new(const struct links_owner *owner, struct links **out);
/** Frees it. No reader may be inside. */
void links_free(struct links *links);
/** The descriptor to watch for reading. */
int links_fd(const struct links *links);

/**
 * Takes notifications that wait, some of them, without blocking, or does a slice of the work that
 * brings the view up to date, if something changed and the last time is long enough ago: so much
 * as the kernel gives in one datagram, or some hundred routes. Call it again after
 * links_delay_ms(). Returns 0, or -errno: the old view stays, and the next call asks for everything
 * again; -ENOMEM, or a netlink socket that fails.
 */
int links_read(struct links *links);
/** In how many milliseconds links_read() is to be called again though the descriptor be silent; -1:
 * nothing is left to do. After an error, 0: it is for the caller to wait a while. */
int links_delay_ms(const struct links *links);

/** The view as it is now. Valid until the next links_read. [loop] */
const struct links_view *links_now(const struct links *links);

/** A borrowed view. */
struct links_loan {
	const struct links_view *view;
	unsigned reader;
};

/**
 * Borrows the present view on any thread; for the time of some look-ups: no blocking call in
 * between. Waits only where LINKS_READERS threads are inside.
 */
struct links_loan links_enter(struct links *links);
/** Gives it back, on the same thread or another. */
void links_leave(struct links *links, struct links_loan loan);
