#include "control/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int client_read(struct control_client *client, uint64_t now_ms)
{
	ssize_t n;

	if (client->used == sizeof(client->line))
		return CLIENT_E_GONE; /* a line that does not end */
	n = recv(client->fd, client->line + client->used, sizeof(client->line) - client->used,
		 MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : CLIENT_E_GONE;
	client->ended = n == 0;
	client->used += (size_t)n;
	client->progress_ms = now_ms;
	return 0;
}

char *client_line(struct control_client *client, char line[static CONTROL_LINE_MAX])
{
	char *end = memchr(client->line, '\n', client->used);
	size_t len;

	if (!end)
		return NULL;
	len = (size_t)(end - client->line);
	memcpy(line, client->line, len);
	line[len] = 0;
	client->used -= len + 1;
	memmove(client->line, end + 1, client->used);
	return line;
}

int client_put(struct control_client *client, const char *json)
{
	size_t left = client->out_len - client->out_sent, len = strlen(json);
	char *out;

	if (left + len + 1 > CONTROL_ANSWER_MAX)
		return CLIENT_E_GONE;
	out = malloc(left + len + 1);
	if (!out)
		return CLIENT_E_GONE;
	if (left)
		memcpy(out, client->out + client->out_sent, left);
	memcpy(out + left, json, len + 1);
	out[left + len] = '\n'; /* where its NUL was */
	free(client->out);
	client->out = out;
	client->out_len = left + len + 1;
	client->out_sent = 0;
	return 0;
}

int client_flush(struct control_client *client, uint64_t now_ms)
{
	while (client->out_sent < client->out_len) {
		ssize_t n = send(client->fd, client->out + client->out_sent,
				 client->out_len - client->out_sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : CLIENT_E_GONE;
		client->out_sent += (size_t)n;
		client->progress_ms = now_ms;
	}
	free(client->out);
	client->out = NULL;
	client->out_len = client->out_sent = 0;
	return 0;
}

void client_close(struct control_client *client)
{
	close(client->fd);
	free(client->out);
	*client = (struct control_client){ .fd = -1 };
}
