#include "server/ear.h"

#include "story/log.h"

bool ear_heard(struct ear *ear, int events, const char *what)
{
	if (!(events & EV_ERROR))
		return true;
	if (!ear->deaf)
		log_line(LOG_ERR,
			 "cannot watch %s: the kernel is out of memory, or "
			 "fs.epoll.max_user_watches is exceeded; retrying every second",
			 what);
	ear->deaf = true;
	return false;
}

void ear_again(struct ear *ear, struct ev_loop *loop, struct ev_io *watcher, const char *what)
{
	if (!ev_is_active(watcher)) {
		/* Set anew: libev would else believe that the kernel knows of it. */
		ev_io_set(watcher, watcher->fd, EV_READ);
		ev_io_start(loop, watcher);
	} else if (ear->deaf) { /* for a second nothing was refused */
		ear->deaf = false;
		log_line(LOG_NOTICE, "watching %s again", what);
	}
}
