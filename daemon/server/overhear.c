/* The daemon's end of wdspxed-ear: a datagram socket that it writes its records to. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/account.h"
#include "story/log.h"
#include "server/server.h"

#define EAR_NAME "wdspxed-ear" /* its user and group */

enum { RECORDS_A_TURN = 64 };

static const char what[] = "the socket of wdspxed-ear";

/* Who the sender is, as the kernel says. May it write? */
static bool may_write(const struct overhear *o, struct msghdr *message, struct ucred *who)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
		return false;
	memcpy(who, CMSG_DATA(c), sizeof(*who));
	return who->uid == 0 || who->uid == geteuid() || who->uid == o->user;
}

static void tell_all(struct server *s, const struct finding *found, unsigned n, uint64_t now_ms)
{
	for (unsigned i = 0; i < n; i++) {
		server_tell(&found[i]);
		diag_note(s->diag, &found[i], now_ms);
	}
}

void overhear_ended(struct server *s, const struct request *req, uint64_t now_ms)
{
	struct finding found[HEARING_FINDINGS];

	if (s->hearing)
		tell_all(s, found, hearing_ended(s->hearing, req, now_ms, found), now_ms);
}

/* One record; false: none waits. */
static bool take_record(struct server *s)
{
	static uint8_t octets[sizeof(struct heard_record)];
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec part = { octets, sizeof(octets) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct finding found[HEARING_FINDINGS];
	struct ucred who;
	uint64_t now_ms = clock_ms();
	ssize_t len = recvmsg(s->overhear.fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (len < 0)
		return false;
	if (!may_write(&s->overhear, &message, &who))
		return true;
	tell_all(s, found,
		 hearing_record(s->hearing, (uint32_t)who.pid, span_of(octets, (size_t)len),
				links_now(s->links), now_ms, found),
		 now_ms);
	return true;
}

static void on_records(struct ev_loop *loop, struct ev_io *watcher, int events)
{
	struct server *s = watcher->data;

	(void)loop;
	if (!polled_ready(&s->overhear.polled, events, what))
		return;
	for (int i = 0; i < RECORDS_A_TURN && take_record(s); i++)
		;
}

/* What failed, in *step. */
static int open_socket(struct server *s, const char **step)
{
	struct overhear *o = &s->overhear;
	int on = 1;

	*step = "socket";
	o->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (o->fd < 0 || setsockopt(o->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return -errno;
	return socket_file_bind(&o->file, o->fd, s->config->ear_socket,
				account_id(ACCOUNT_GROUPS, EAR_NAME), step);
}

void overhear_open(struct server *s)
{
	struct overhear *o = &s->overhear;
	const char *step = "out of memory";
	int r = -ENOMEM;

	o->fd = -1;
	o->user = account_id(ACCOUNT_USERS, EAR_NAME);
	s->hearing = hearing_new();
	if (s->hearing)
		r = open_socket(s, &step);
	if (r < 0) {
		log_line(LOG_ERR, "%s: %s: %s: wdspxed-ear cannot reach this daemon",
			 s->config->ear_socket, step, strerror(-r));
		overhear_done(s);
		return;
	}
	ev_io_init(&o->readable, on_records, o->fd, EV_READ);
	o->readable.data = s;
	ev_io_start(s->loop, &o->readable);
}

void overhear_second(struct server *s)
{
	if (s->hearing)
		polled_again(&s->overhear.polled, s->loop, &s->overhear.readable, what);
}

void overhear_done(struct server *s)
{
	struct overhear *o = &s->overhear;

	if (!s->hearing)
		return;
	ev_io_stop(s->loop, &o->readable);
	socket_file_remove(&o->file);
	if (o->fd >= 0)
		close(o->fd);
	hearing_free(s->hearing);
	s->hearing = NULL;
}
