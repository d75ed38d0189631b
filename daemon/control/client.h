/* One client of the operator's socket: its buffers. Internal to control/. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/limits.h"
#include "control/stream.h"

struct control_client {
	int fd;      /* -1: the slot is free */
	uint64_t id; /* never used twice */
	char line[CONTROL_LINE_MAX];
	size_t used;
	char *out; /* what waits to be sent: from out_sent to out_len */
	size_t out_len, out_sent, out_room;
	int input;             /* a descriptor that came with what it sent last; -1: none */
	bool ended;            /* it will send no more */
	bool deaf;             /* it takes no more: answers are thrown away */
	unsigned open;         /* requests without an answer yet */
	uint64_t progress_ms;  /* the last octet in either direction */
	uint64_t asked_ms;     /* its last request, or when it was let in */
	struct stream *stream; /* NULL: it watches nothing */
};

enum { CLIENT_E_GONE = 1 };

/** Reads what is there, once; notes its end. 0, or CLIENT_E_GONE: a line that is too long. */
int client_read(struct control_client *client, uint64_t now_ms);
/** Is there a whole line? The last one needs no line end where the client has ended. */
bool client_has_line(const struct control_client *client);
/** Takes the first whole line out, without its end; NULs may be in it. False: there is none. */
bool client_line(struct control_client *client, char line[static CONTROL_LINE_MAX],
		 size_t *line_len);
/** Octets that wait to be sent. */
size_t client_waiting(const struct control_client *client);
/** Puts one line behind what waits to be sent. 0, or CLIENT_E_GONE: too much, or no memory. */
int client_put(struct control_client *client, const char *json);
/** The same for a line of `len` octets with its end, which it takes over: whatever its size, at no
 * cost, where nothing waits; CONTROL_ANSWER_MAX does not count it then. */
int client_put_own(struct control_client *client, char *line, size_t len);
/** Sends what the socket takes at once. A client that has gone becomes deaf. */
void client_flush(struct control_client *client, uint64_t now_ms);
/** Its answers have no reader any more: those that wait and those to come are thrown away. */
void client_deafen(struct control_client *client);
/** Has it ended, is all that it asked carried out, and are the answers sent? */
bool client_is_done(const struct control_client *client);
/** Has it asked nothing for CONTROL_SILENT_MS, is nothing of its left to do, and does nothing wait
 * to be read? A request that is not whole is none. */
bool client_is_silent(const struct control_client *client, uint64_t now_ms);
void client_close(struct control_client *client);
