#include "server/notify_socket.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "story/log.h"

enum { STORE_MS = 1000 };

/* "/a/path", or "@name" in the abstract namespace. */
static int address_of(const char *name, struct sockaddr_un *out, socklen_t *len)
{
	size_t n = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || n < 2)
		return -EAFNOSUPPORT;
	if (n >= sizeof(out->sun_path))
		return -ENAMETOOLONG;
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(out->sun_path, name, n);
	if (name[0] == '@')
		out->sun_path[0] = '\0';
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'));
	return 0;
}

/* A socket for each message: the manager may have made its own anew in between. */
static int manager_connect(const char *name)
{
	_cleanup_(closep) int fd = -1;
	struct sockaddr_un address;
	socklen_t len;
	int r = address_of(name, &address, &len);

	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, len) < 0)
		return -errno;
	return take_fd(&fd);
}

static int send_one(int manager, const char *text, int fd)
{
	union {
		struct cmsghdr header;
		char octets[CMSG_SPACE(sizeof(int))];
	} control = { .octets = { 0 } };
	struct iovec iov = { .iov_base = (char *)text, .iov_len = strlen(text) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		message.msg_control = control.octets;
		message.msg_controllen = sizeof(control.octets);
		control.header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
						   .cmsg_type = SCM_RIGHTS,
						   .cmsg_len = CMSG_LEN(sizeof(int)) };
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(manager, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int notify_send_within(const char *text, int fd, int ms)
{
	const char *name = getenv("NOTIFY_SOCKET");
	_cleanup_(closep) int manager = -1;
	int r;

	if (!name)
		return 0;
	manager = manager_connect(name);
	if (manager < 0)
		return manager;
	r = send_one(manager, text, fd);
	if (r == -EAGAIN && ms > 0) {
		struct pollfd room = { .fd = manager, .events = POLLOUT };

		(void)poll(&room, 1, ms);
		r = send_one(manager, text, fd);
	}
	return r;
}

int notify_send(const char *text, int fd)
{
	return notify_send_within(text, fd, 0);
}

void notify_keep(const char *name, int fd)
{
	char text[128];
	int r;

	snprintf(text, sizeof(text), "FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);
	r = notify_send_within(text, fd, STORE_MS);
	if (r < 0)
		log_line(LOG_WARNING,
			 "the service manager cannot keep socket %s across a restart: %s", name,
			 strerror(-r));
}

void notify_forget(const char *name)
{
	char text[128];

	snprintf(text, sizeof(text), "FDSTOREREMOVE=1\nFDNAME=%s", name);
	(void)notify_send_within(text, -1, STORE_MS);
}
