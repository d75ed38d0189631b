#include "control/control.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "control/client.h"
#include "control/peer.h"
#include "control/question.h"

enum { LISTENER = CONTROL_CLIENTS_MAX, BACKLOG = 16 };

struct control {
	struct sockaddr_un address;
	struct control_hooks hooks;
	int poll, listener;
	bool bound; /* the file at address, with this inode, is ours */
	dev_t device;
	ino_t inode;
	bool paused; /* nobody can be let in: not before the next tick */
	bool told;   /* that it is so */
	gid_t group;
	uint64_t next_id;
	struct control_client client[CONTROL_CLIENTS_MAX];
};

static void trouble(struct control *control, const char *what, int error)
{
	if (control->hooks.trouble)
		control->hooks.trouble(control->hooks.context, what, error);
}

/* ---- clients ----------------------------------------------------------------------------------
 */

/* What a client waits for: that it sends, or that it reads. While a line of its waits to be carried
 * out nothing is read; and while it does not read its answers, nothing is carried out. */
static uint32_t events_of(const struct control_client *client)
{
	bool full = client_waiting(client) > CONTROL_WAIT_MAX;
	bool line = client_has_line(client);
	uint32_t events = 0;

	if (!client->ended && !line && !full)
		events |= EPOLLIN;
	if (client_waiting(client) || line) /* it is writable: our own turn comes by it */
		events |= EPOLLOUT;
	return events;
}

/* Without it the client would never be heard again: it is dropped. */
static bool watch(struct control *control, unsigned slot, int operation)
{
	struct control_client *client = &control->client[slot];
	struct epoll_event event = { .events = events_of(client), .data = { .u32 = slot } };

	if (epoll_ctl(control->poll, operation, client->fd, &event) == 0)
		return true;
	trouble(control, "cannot watch a client, so it was disconnected", errno);
	client_close(client);
	return false;
}

static int watch_listener(struct control *control, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data = { .u32 = LISTENER } };

	return epoll_ctl(control->poll, operation, control->listener, &event) < 0 ? -errno : 0;
}

/* The client stays in the backlog, and would wake us without end. */
static void pause_listener(struct control *control, int error)
{
	if (error == EAGAIN || error == EINTR || error == ECONNABORTED)
		return;
	control->paused = watch_listener(control, EPOLL_CTL_MOD, 0) == 0;
	if (!control->told)
		trouble(control, "cannot accept clients", error);
	control->told = true;
}

static void refuse(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void welcome(struct control *control, uint64_t now_ms)
{
	int fd = accept4(control->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	unsigned slot = 0;

	if (fd < 0) {
		pause_listener(control, errno);
		return;
	}
	control->told = false;
	while (slot < CONTROL_CLIENTS_MAX && control->client[slot].fd >= 0)
		slot++;
	if (slot == CONTROL_CLIENTS_MAX) {
		refuse(fd, "{\"ok\":false,\"error\":\"too many clients\"}\n");
		return;
	}
	if (!peer_allowed(fd, control->group)) {
		refuse(fd, "{\"ok\":false,\"error\":\"permission denied; run as root or as a "
			   "member of the group wdspxe\"}\n");
		return;
	}
	control->client[slot] = (struct control_client){ .fd = fd,
							 .id = ++control->next_id,
							 .progress_ms = now_ms };
	(void)watch(control, slot, EPOLL_CTL_ADD);
}

static struct control_client *find(struct control *control, uint64_t id)
{
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (control->client[i].fd >= 0 && control->client[i].id == id)
			return &control->client[i];
	return NULL;
}

/* Waits on, or parts with a client that has ended and has all its answers. */
static void settle(struct control *control, struct control_client *client)
{
	if (client_is_done(client))
		client_close(client);
	else
		(void)watch(control, (unsigned)(client - control->client), EPOLL_CTL_MOD);
}

void control_answer(struct control *control, uint64_t client_id, const char *json)
{
	struct control_client *client = find(control, client_id);

	if (!client)
		return;
	client->open--;
	if (client_put(client, json)) {
		client_close(client);
		return;
	}
	client_flush(client, client->progress_ms);
	settle(control, client);
}

void control_refuse(struct control *control, uint64_t client_id, const char *error)
{
	json_t *answer = json_pack("{s:b,s:s%}", "ok", 0, "error", error, strlen(error));
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

	control_answer(control, client_id,
		       text ? text : "{\"ok\":false,\"error\":\"the message is not valid UTF-8\"}");
	free(text);
	json_decref(answer);
}

static void serve_line(struct control *control, uint64_t id, const char *line, size_t len)
{
	char error[COMMAND_ERROR_MAX];
	struct arguments arguments;
	json_t *holder;

	if (question_read(line, len, COMMAND_OPERATE, &holder, &arguments, error)) {
		control_refuse(control, id, error);
		return;
	}
	control->hooks.request(control->hooks.context, id, &arguments);
	json_decref(holder);
}

/* One step for one client: a read, a request, a write. */
static void serve(struct control *control, unsigned slot, uint32_t events, uint64_t now_ms)
{
	struct control_client *client = &control->client[slot];
	uint64_t id = client->id;
	char line[CONTROL_LINE_MAX];
	size_t len;

	/* It has closed. What it asked before that is carried out all the same. */
	if (events & (EPOLLHUP | EPOLLERR))
		client_deafen(client);
	client_flush(client, now_ms);
	if (!client->ended && !client_has_line(client) && client_read(client, now_ms)) {
		client_close(client);
		return;
	}
	if (client_waiting(client) <= CONTROL_WAIT_MAX && client_line(client, line, &len)) {
		if (client->open == CONTROL_OPEN_MAX) {
			client_close(client);
			return;
		}
		client->open++;
		serve_line(control, id, line, len);
		client = find(control, id); /* the answer may have closed it */
	}
	if (client)
		settle(control, client);
}

int control_fd(const struct control *control)
{
	return control->poll;
}

/* Whoever was not served this time stands first in the kernel's list the next time. */
void control_turn(struct control *control, uint64_t now_ms)
{
	struct epoll_event events[CONTROL_TURN_MAX];
	int n = epoll_wait(control->poll, events, CONTROL_TURN_MAX, 0);

	for (int i = 0; i < n; i++) {
		unsigned slot = events[i].data.u32;

		if (slot == LISTENER)
			welcome(control, now_ms);
		else if (control->client[slot].fd >= 0)
			serve(control, slot, events[i].events, now_ms);
	}
}

void control_tick(struct control *control, uint64_t now_ms)
{
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &control->client[i];
		uint64_t patience = client_waiting(client) ? CONTROL_STUCK_MS : CONTROL_IDLE_MS;

		if (client->fd >= 0 && !client->open && now_ms - client->progress_ms > patience)
			client_close(client);
	}
	if (control->paused && watch_listener(control, EPOLL_CTL_MOD, EPOLLIN) == 0)
		control->paused = false;
}

/* ---- the socket -------------------------------------------------------------------------------
 */

static gid_t group_id(const char *name)
{
	struct group entry, *found = NULL;
	char buffer[16384];

	getgrnam_r(name, &entry, buffer, sizeof(buffer), &found);
	return found ? found->gr_gid : (gid_t)-1;
}

/* Unlinks the file while it is this one: by now another daemon's may stand at its place. */
static int unlink_ours(const char *path, dev_t device, ino_t inode)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (st.st_dev != device || st.st_ino != inode)
		return -EADDRINUSE;
	return unlink(path) < 0 ? -errno : 0;
}

/* Notes which file is ours. */
static int note_file(struct control *control)
{
	struct stat st;

	if (lstat(control->address.sun_path, &st) < 0)
		return -errno;
	control->device = st.st_dev;
	control->inode = st.st_ino;
	control->bound = true;
	return 0;
}

/* Takes away what a dead daemon left. 0, -EADDRINUSE: it lives; -EEXIST: it is no socket. */
static int clear_path(const struct sockaddr_un *address)
{
	_cleanup_(closep) int fd = -1;
	struct stat st;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
		return -EADDRINUSE;
	return unlink_ours(address->sun_path, st.st_dev, st.st_ino);
}

static void make_folder(const char *path)
{
	char copy[sizeof(((struct sockaddr_un *)0)->sun_path)];

	snprintf(copy, sizeof(copy), "%s", path);
	mkdir(dirname(copy), 0755); /* its failure shows at bind */
}

static int listen_at(struct control *control, const char **step)
{
	const struct sockaddr *address = (const struct sockaddr *)&control->address;
	mode_t mask;
	int r;

	*step = "cannot use this path";
	make_folder(control->address.sun_path);
	r = clear_path(&control->address);
	if (r < 0)
		return r;
	*step = "bind";
	mask = umask(0117);
	r = bind(control->listener, address, sizeof(control->address));
	umask(mask);
	if (r < 0)
		return -errno;
	r = note_file(control);
	if (r < 0)
		return r;
	if (control->group != (gid_t)-1) /* not being allowed to leaves it to root */
		(void)!chown(control->address.sun_path, (uid_t)-1, control->group);
	*step = "listen";
	if (listen(control->listener, BACKLOG) < 0)
		return -errno;
	return watch_listener(control, EPOLL_CTL_ADD, EPOLLIN);
}

int control_open(const char *path, const char *group, const struct control_hooks *hooks,
		 struct control **out, const char **step)
{
	struct control *control;
	int r;

	*step = "its path";
	if (strlen(path) >= sizeof(control->address.sun_path))
		return -ENAMETOOLONG;
	control = calloc(1, sizeof(*control));
	if (!control)
		return -ENOMEM;
	control->address.sun_family = AF_UNIX;
	snprintf(control->address.sun_path, sizeof(control->address.sun_path), "%s", path);
	control->hooks = *hooks;
	control->group = group_id(group);
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		control->client[i].fd = -1;
	control->poll = epoll_create1(EPOLL_CLOEXEC);
	control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	*step = "socket";
	r = control->poll < 0 || control->listener < 0 ? -errno : listen_at(control, step);
	if (r < 0) {
		control_close(control);
		return r;
	}
	*out = control;
	return 0;
}

void control_close(struct control *control)
{
	if (!control)
		return;
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (control->client[i].fd >= 0)
			client_close(&control->client[i]);
	if (control->bound)
		(void)unlink_ours(control->address.sun_path, control->device, control->inode);
	if (control->listener >= 0)
		close(control->listener);
	if (control->poll >= 0)
		close(control->poll);
	free(control);
}
