#include "control/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "control/client.h"
#include "control/door.h"
#include "control/peer.h"
#include "control/question.h"
#include "control/stream.h"

/* Each door has places of its own: clients that only read take none of the operator's. */
enum { PLACES = CONTROL_DOORS * CONTROL_CLIENTS_MAX, LISTENERS = PLACES };

struct control {
	struct control_hooks hooks;
	int poll;
	struct door door[CONTROL_DOORS];
	uint64_t next_id;
	struct control_client client[PLACES]; /* the first door's, then the second's */
};

static void trouble(struct control *control, const struct door *door, const char *what, int error)
{
	if (control->hooks.trouble)
		control->hooks.trouble(control->hooks.context, door->file.address.sun_path, what,
				       error);
}

static struct door *door_of(struct control *control, unsigned slot)
{
	return &control->door[slot / CONTROL_CLIENTS_MAX];
}

static void part(struct control *control, struct control_client *client)
{
	struct stream *stream = client->stream;

	client_close(client);
	if (!stream)
		return;
	control->hooks.over(control->hooks.context, stream);
	stream_unref(stream);
}

/* ---- clients ----------------------------------------------------------------------------------
 */

/* The events that a client waits for. While one of its lines waits to be carried out, nothing is
 * read from it; while it does not read its answers, nothing is carried out. */
static uint32_t events_of(const struct control_client *client)
{
	bool full = client_waiting(client) > CONTROL_WAIT_MAX;
	bool line = client_has_line(client);
	uint32_t events = 0;

	if (!client->ended && !line && !full)
		events |= EPOLLIN;
	if (client_waiting(client) || line || /* it is writable: our own turn comes by it */
	    (client->stream && stream_is_awake(client->stream)))
		events |= EPOLLOUT;
	return events;
}

/* If this fails the client would never be heard again, so it is dropped. */
static bool watch(struct control *control, unsigned slot, int operation)
{
	struct control_client *client = &control->client[slot];
	struct epoll_event event = { .events = events_of(client), .data = { .u32 = slot } };

	if (epoll_ctl(control->poll, operation, client->fd, &event) == 0)
		return true;
	trouble(control, door_of(control, slot), "cannot watch a client, so it was disconnected",
		errno);
	part(control, client);
	return false;
}

static int watch_door(struct control *control, const struct door *door, int operation,
		      uint32_t events)
{
	struct epoll_event event = {
		.events = events, .data = { .u32 = LISTENERS + (unsigned)(door - control->door) }
	};

	return epoll_ctl(control->poll, operation, door->listener, &event) < 0 ? -errno : 0;
}

/* The client that could not be accepted stays in the backlog, and would wake us again and again. */
static void pause_door(struct control *control, struct door *door, int error)
{
	if (error == EAGAIN || error == EINTR || error == ECONNABORTED)
		return;
	door->paused = watch_door(control, door, EPOLL_CTL_MOD, 0) == 0;
	if (!door->told)
		trouble(control, door, "cannot accept clients", error);
	door->told = true;
}

static void turn_away(int fd, const char *why, const char *group)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "{\"ok\":false,\"error\":\"%s%s\"}\n", why, group);

	(void)!send(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

/* The client that has been silent longest; NULL: none has for so long. */
static struct control_client *most_silent(struct control_client *first, uint64_t now_ms)
{
	struct control_client *found = NULL;

	for (struct control_client *c = first; c < first + CONTROL_CLIENTS_MAX; c++)
		if ((!found || c->asked_ms < found->asked_ms) && client_is_silent(c, now_ms))
			found = c;
	return found;
}

/* A place of the door's for a newcomer; -1: all are taken. Who connects and says nothing does not
 * keep others out: it is told, and goes. */
static int place_in(struct control *control, const struct door *door, uint64_t now_ms)
{
	struct control_client *first =
		&control->client[(door - control->door) * CONTROL_CLIENTS_MAX];
	struct control_client *silent;

	for (struct control_client *c = first; c < first + CONTROL_CLIENTS_MAX; c++)
		if (c->fd < 0)
			return (int)(c - control->client);
	silent = most_silent(first, now_ms);
	if (!silent)
		return -1;
	if (client_put(silent, "{\"ok\":false,\"error\":\"nothing was asked here for long, and "
			       "another client needs the place\"}") == 0)
		client_flush(silent, now_ms);
	part(control, silent);
	return (int)(silent - control->client);
}

static void welcome(struct control *control, struct door *door, uint64_t now_ms)
{
	int fd = accept4(door->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int slot;

	if (fd < 0) {
		pause_door(control, door, errno);
		return;
	}
	door->told = false;
	if (!peer_allowed(fd, door->group)) {
		turn_away(fd,
			  door->group == (gid_t)-1
				  ? "permission denied; run as root: /etc/group has no group "
				  : "permission denied; run as root or as a member of the group ",
			  door->group_name);
		return;
	}
	slot = place_in(control, door, now_ms);
	if (slot < 0) {
		turn_away(fd, "too many clients", "");
		return;
	}
	control->client[slot] = (struct control_client){ .fd = fd,
							 .input = -1,
							 .id = ++control->next_id,
							 .progress_ms = now_ms,
							 .asked_ms = now_ms };
	(void)watch(control, (unsigned)slot, EPOLL_CTL_ADD);
}

static struct control_client *find(struct control *control, uint64_t id)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (control->client[i].fd >= 0 && control->client[i].id == id)
			return &control->client[i];
	return NULL;
}

/* Goes on waiting for the client, or closes it if it has ended and has all its answers. */
static void settle(struct control *control, struct control_client *client)
{
	if (client_is_done(client))
		part(control, client);
	else
		(void)watch(control, (unsigned)(client - control->client), EPOLL_CTL_MOD);
}

static void answered(struct control *control, struct control_client *client, int r)
{
	client->open--;
	if (r) {
		part(control, client);
		return;
	}
	client_flush(client, client->progress_ms);
	settle(control, client);
}

void control_answer(struct control *control, uint64_t client_id, const char *json)
{
	struct control_client *client = find(control, client_id);

	if (client)
		answered(control, client, client_put(client, json));
}

void control_answer_own(struct control *control, uint64_t client_id, char *line, size_t len)
{
	struct control_client *client = find(control, client_id);

	if (client)
		answered(control, client, client_put_own(client, line, len));
	else
		free(line);
}

int control_input(struct control *control, uint64_t client_id)
{
	struct control_client *client = find(control, client_id);

	return client ? take_fd(&client->input) : -1;
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

/* ---- those who watch --------------------------------------------------------------------------
 */

struct stream *control_stream(struct control *control, uint64_t client_id)
{
	struct control_client *client = find(control, client_id);
	struct stream *stream;

	if (!client)
		return NULL;
	if (client->stream) {
		control_refuse(control, client_id, "this connection has a stream already");
		return NULL;
	}
	stream = stream_new(control->hooks.wake, control->hooks.context);
	if (!stream || client_put(client, "{\"ok\":true,\"stream\":true}")) {
		free(stream); /* nobody else has it yet */
		control_refuse(control, client_id, "out of memory");
		return NULL;
	}
	client->stream = stream;
	return client->stream;
}

/* From its ring into what waits to be read, which is bounded too: so the ring fills up while it
 * does not read, and what comes then is lost. */
static void fill(struct control_client *client)
{
	char record[STREAM_RECORD_MAX];

	while (client_waiting(client) < CONTROL_PUMP_MAX && stream_take(client->stream, record))
		if (client_put(client, record))
			return; /* no memory: as if it had been lost */
}

void control_pump(struct control *control, uint64_t now_ms)
{
	for (unsigned i = 0; i < PLACES; i++) {
		struct control_client *client = &control->client[i];

		if (client->fd < 0 || !client->stream)
			continue;
		fill(client);
		client_flush(client, now_ms);
		settle(control, client);
	}
}

/* It has all that is left, if it reads, and the reason. */
static void end_stream(struct control_client *client)
{
	fill(client);
	if (client_put(client, "{\"end\":\"wdspxed has stopped\"}") == 0)
		client_flush(client, client->progress_ms);
}

static void serve_line(struct control *control, unsigned slot, const char *line, size_t len)
{
	uint64_t id = control->client[slot].id;
	char error[COMMAND_ERROR_MAX];
	struct arguments arguments;
	json_t *holder;

	if (question_read(line, len, door_of(control, slot)->right, &holder, &arguments, error)) {
		control_refuse(control, id, error);
		return;
	}
	control->hooks.request(control->hooks.context, id, &arguments);
	json_decref(holder);
}

/* What came with a line, and was not taken with it, belongs to no other. */
static void drop_input(struct control *control, uint64_t id)
{
	int input = control_input(control, id);

	if (input >= 0)
		close(input);
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
	if (client->stream) {
		fill(client);
		client_flush(client, now_ms);
	}
	if (!client->ended && !client_has_line(client) && client_read(client, now_ms)) {
		part(control, client);
		return;
	}
	if (client_waiting(client) <= CONTROL_WAIT_MAX && client_line(client, line, &len)) {
		if (client->open == CONTROL_OPEN_MAX) {
			part(control, client);
			return;
		}
		client->open++;
		client->asked_ms = now_ms;
		serve_line(control, slot, line, len);
		drop_input(control, id);
		client = find(control, id); /* the answer may have closed it */
	}
	if (client)
		settle(control, client);
}

int control_fd(const struct control *control)
{
	return control->poll;
}

/* A client that was not served this time is first in the kernel's list next time. */
void control_turn(struct control *control, uint64_t now_ms)
{
	struct epoll_event events[CONTROL_TURN_MAX];
	int n = epoll_wait(control->poll, events, CONTROL_TURN_MAX, 0);

	for (int i = 0; i < n; i++) {
		unsigned slot = events[i].data.u32;

		if (slot >= LISTENERS)
			welcome(control, &control->door[slot - LISTENERS], now_ms);
		else if (control->client[slot].fd >= 0)
			serve(control, slot, events[i].events, now_ms);
	}
}

void control_tick(struct control *control, uint64_t now_ms)
{
	for (unsigned i = 0; i < PLACES; i++) {
		struct control_client *client = &control->client[i];
		uint64_t patience = client_waiting(client) && !client->stream ? CONTROL_STUCK_MS
									      : CONTROL_IDLE_MS;
		bool quiet = client->stream ? client_waiting(client) > 0 : !client->open;

		if (client->fd >= 0 && quiet && now_ms - client->progress_ms > patience)
			part(control, client);
	}
	for (unsigned i = 0; i < CONTROL_DOORS; i++) {
		struct door *door = &control->door[i];

		if (door->paused && watch_door(control, door, EPOLL_CTL_MOD, EPOLLIN) == 0)
			door->paused = false;
	}
}

/* ---- the sockets ------------------------------------------------------------------------------
 */

int control_new(const struct control_hooks *hooks, struct control **out)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control)
		return -ENOMEM;
	control->hooks = *hooks;
	for (unsigned i = 0; i < CONTROL_DOORS; i++)
		control->door[i].listener = -1;
	for (unsigned i = 0; i < PLACES; i++)
		control->client[i].fd = control->client[i].input = -1;
	control->poll = epoll_create1(EPOLL_CLOEXEC);
	if (control->poll < 0) {
		free(control);
		return -errno;
	}
	*out = control;
	return 0;
}

int control_listen(struct control *control, const char *path, const char *group,
		   enum command_right right, const char **step)
{
	struct door *door = control->door;
	int r;

	while (door->listener >= 0)
		door++;
	*door = (struct door){ .listener = -1, .group_name = group, .right = right };
	r = door_open(door, path, step);
	if (r == 0)
		r = watch_door(control, door, EPOLL_CTL_ADD, EPOLLIN);
	if (r < 0)
		door_close(door);
	return r;
}

void control_close(struct control *control)
{
	if (!control)
		return;
	for (unsigned i = 0; i < PLACES; i++)
		if (control->client[i].fd >= 0) {
			if (control->client[i].stream)
				end_stream(&control->client[i]);
			part(control, &control->client[i]);
		}
	for (unsigned i = 0; i < CONTROL_DOORS; i++)
		door_close(&control->door[i]);
	close(control->poll);
	free(control);
}
