#include "server/polled.h"

#include "story/log.h"

bool polled_ready(struct polled *polled, int events, const char *what)
{
	if (!(events & EV_ERROR))
		return true;
	if (!polled->deaf)
		log_line(LOG_ERR,
			 "cannot watch %s: the kernel is out of memory, or "
			 "fs.epoll.max_user_watches is exceeded; retrying every second",
			 what);
	polled->deaf = true;
	return false;
}

void polled_again(struct polled *polled, struct ev_loop *loop, struct ev_io *watcher,
		  const char *what)
{
	if (!ev_is_active(watcher)) {
		/* Set anew: libev would else believe that the kernel knows of it. */
		ev_io_set(watcher, watcher->fd, EV_READ);
		ev_io_start(loop, watcher);
	} else if (polled->deaf) { /* for a second nothing was refused */
		polled->deaf = false;
		log_line(LOG_NOTICE, "watching %s again", what);
	}
}
