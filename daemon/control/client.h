/* One client of the operator's socket: its buffers. Internal to control/. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/control.h"

struct control_client {
	int fd;      /* -1: the slot is free */
	uint64_t id; /* never used twice */
	char line[CONTROL_LINE_MAX];
	size_t used;
	char *out; /* what waits to be sent */
	size_t out_len, out_sent;
	bool ended;           /* it will send no more */
	unsigned open;        /* requests without an answer yet */
	uint64_t progress_ms; /* the last octet in either direction */
};

enum { CLIENT_E_GONE = 1 };

/** Reads what is there; notes its end. 0, or CLIENT_E_GONE. */
int client_read(struct control_client *client, uint64_t now_ms);
/** Takes the first whole line out as a string that is valid until the next call; NULL: none. */
char *client_line(struct control_client *client, char line[static CONTROL_LINE_MAX]);
/** Puts one line behind what waits to be sent. 0, or CLIENT_E_GONE: too much, or no memory. */
int client_put(struct control_client *client, const char *json);
/** Sends what the socket takes. 0, or CLIENT_E_GONE. */
int client_flush(struct control_client *client, uint64_t now_ms);
void client_close(struct control_client *client);
