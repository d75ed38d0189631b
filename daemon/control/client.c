#include "control/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One descriptor is kept; what is more than that, the kernel or we close. */
static void keep_input(struct control_client *client, struct msghdr *head)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(head);
	int fd;

	if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS ||
	    control->cmsg_len != CMSG_LEN(sizeof(fd)))
		return;
	memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	if (client->input >= 0)
		close(client->input);
	client->input = fd;
}

/* With room for one descriptor, and not for a second. */
static ssize_t receive(struct control_client *client)
{
	struct iovec room = { client->line + client->used, sizeof(client->line) - client->used };
	union {
		struct cmsghdr head;
		char octets[CMSG_LEN(sizeof(int))];
	} control;
	struct msghdr head = { .msg_iov = &room,
			       .msg_iovlen = 1,
			       .msg_control = &control,
			       .msg_controllen = sizeof(control.octets) };
	ssize_t n = recvmsg(client->fd, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n > 0)
		keep_input(client, &head);
	return n;
}

int client_read(struct control_client *client, uint64_t now_ms)
{
	ssize_t n;

	if (client->used == sizeof(client->line))
		return CLIENT_E_GONE; /* a line that does not end */
	n = receive(client);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		client->ended = true;
		client->deaf = client->deaf || n < 0;
		return 0;
	}
	client->used += (size_t)n;
	client->progress_ms = now_ms;
	return 0;
}

bool client_has_line(const struct control_client *client)
{
	return client->used > 0 &&
	       (client->ended || memchr(client->line, '\n', client->used) != NULL);
}

bool client_line(struct control_client *client, char line[static CONTROL_LINE_MAX],
		 size_t *line_len)
{
	char *end = memchr(client->line, '\n', client->used);
	size_t len = end ? (size_t)(end - client->line) : client->used;
	size_t taken = end ? len + 1 : len;

	if (!client_has_line(client) || len >= CONTROL_LINE_MAX)
		return false;
	memcpy(line, client->line, len);
	*line_len = len;
	client->used -= taken;
	memmove(client->line, client->line + taken, client->used);
	return true;
}

size_t client_waiting(const struct control_client *client)
{
	return client->out_len - client->out_sent;
}

static void out_done(struct control_client *client)
{
	free(client->out);
	client->out = NULL;
	client->out_len = client->out_sent = client->out_room = 0;
}

/* Makes room for `len` octets behind what waits, at a cost that does not grow with it. */
static int out_reserve(struct control_client *client, size_t len)
{
	size_t left = client_waiting(client), room;
	char *out;

	if (client->out_room - client->out_len >= len)
		return 0;
	room = 2 * left + len;
	out = malloc(room);
	if (!out)
		return CLIENT_E_GONE;
	if (left)
		memcpy(out, client->out + client->out_sent, left);
	free(client->out);
	client->out = out;
	client->out_room = room;
	client->out_len = left;
	client->out_sent = 0;
	return 0;
}

int client_put(struct control_client *client, const char *json)
{
	size_t len = strlen(json);

	if (client->deaf)
		return 0;
	if (client_waiting(client) + len + 1 > CONTROL_ANSWER_MAX || out_reserve(client, len + 1))
		return CLIENT_E_GONE;
	memcpy(client->out + client->out_len, json, len);
	client->out[client->out_len + len] = '\n';
	client->out_len += len + 1;
	return 0;
}

int client_put_own(struct control_client *client, char *line, size_t len)
{
	int r = 0;

	if (!client->deaf && !client_waiting(client)) {
		out_done(client);
		client->out = line;
		client->out_len = client->out_room = len;
		return 0;
	}
	line[len - 1] = '\0';
	r = client_put(client, line);
	free(line);
	return r;
}

void client_deafen(struct control_client *client)
{
	client->deaf = true;
	out_done(client);
}

void client_flush(struct control_client *client, uint64_t now_ms)
{
	ssize_t n;

	if (!client_waiting(client))
		return;
	n = send(client->fd, client->out + client->out_sent, client_waiting(client),
		 MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		client_deafen(client);
		return;
	}
	client->out_sent += (size_t)n;
	client->progress_ms = now_ms;
	if (!client_waiting(client))
		out_done(client);
}

bool client_is_done(const struct control_client *client)
{
	return client->ended && !client_has_line(client) &&
	       (client->deaf || (!client->open && !client_waiting(client)));
}

bool client_is_silent(const struct control_client *client, uint64_t now_ms)
{
	char octet;

	return now_ms - client->asked_ms >= CONTROL_SILENT_MS && !client->stream && !client->open &&
	       !client_waiting(client) && !client_has_line(client) &&
	       recv(client->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

void client_close(struct control_client *client)
{
	close(client->fd);
	if (client->input >= 0)
		close(client->input);
	free(client->out);
	*client = (struct control_client){ .fd = -1, .input = -1 };
}
