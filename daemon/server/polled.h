/* A descriptor that the loop is to watch and perhaps cannot.
 *
 * Where the kernel refuses to watch one (epoll_ctl: no memory, or too many watches of this user),
 * libev stops the watcher and reports EV_ERROR once. It is told once, and tried again each second.
 */
#pragma once

#include <ev.h>
#include <stdbool.h>

struct polled {
	bool deaf; /* it was told */
};

/** For the watcher's callback: false, and told, where the event is the refusal. `what` completes
 * "cannot watch …". [loop] */
bool polled_ready(struct polled *polled, int events, const char *what);
/** Once a second, for a watcher of EV_READ that is to be active. [loop] */
void polled_again(struct polled *polled, struct ev_loop *loop, struct ev_io *watcher,
		  const char *what);
