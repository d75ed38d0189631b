/* What the clients of the operator's sockets may cost. */
#pragma once

enum {
	CONTROL_DOORS = 2,
	CONTROL_CLIENTS_MAX = 16,     /* of each door */
	CONTROL_LINE_MAX = 10240,     /* octets of a request: a packet in hexadecimal has room */
	CONTROL_ANSWER_MAX = 8 << 20, /* octets of answers that wait to be read */
	CONTROL_WAIT_MAX = 64 << 10,  /* above that a client's next request waits */
	CONTROL_TURN_MAX = 2,         /* requests that are carried out in one turn */
	CONTROL_OPEN_MAX = 64,        /* requests of one client that wait for their answers */
	CONTROL_STUCK_MS = 10000,     /* without progress: dropped */
	CONTROL_IDLE_MS = 600000,     /* connected and silent: dropped. One that watches: with
				       * something to read, and not reading */
	CONTROL_SILENT_MS = 10000,    /* asks nothing: its place is the next one's, where all are
				       * taken */
	CONTROL_PUMP_MAX = 32 << 10,  /* octets of a stream that wait to be read */
};
