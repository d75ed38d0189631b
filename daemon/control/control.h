/* The operator's sockets: unix streams that speak one JSON object a line, both ways (README.md).
 *
 * There are two doors: one takes every command, the other those that only read. Root, our own user
 * and the members of its group may use a door, by the peer's credentials. Nothing a client does
 * holds the loop up: all is non-blocking, every buffer has a limit, and a client that does not
 * read, or sends too much, is dropped. One turn carries out a few requests and no more, whoever
 * sent them. What was received is carried out, even if its sender has closed. All on the loop's
 * thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/command.h"
#include "control/limits.h"

struct control;
struct stream;

struct control_hooks {
	void *context;
	/* A client asks, in words that were checked and are valid during the call. The answer may
	 * come at once or later: control_answer(). */
	void (*request)(void *context, uint64_t client, const struct arguments *arguments);
	/* There is something to send to a client that watches: call control_pump() on the loop.
	 * [any] */
	void (*wake)(void *context);
	/* The client of this stream has gone: nothing more need be put. */
	void (*over)(void *context, struct stream *stream);
	/* Something is wrong with the socket at `path`: for the log. `error` is of errno. May be
	 * NULL. */
	void (*trouble)(void *context, const char *path, const char *what, int error);
};

/** No socket yet. 0 or -errno. */
int control_new(const struct control_hooks *hooks, struct control **out);
/**
 * Listens at `path`, for clients with this right (COMMAND_READ or COMMAND_OPERATE); at most
 * CONTROL_DOORS times. A socket that a dead daemon left behind is taken away; one that a living
 * daemon serves is -EADDRINUSE. The socket becomes mode 0660 and, where we may, of `group`, a
 * static name; a group that does not exist is no error. Returns 0 or -errno, with *step naming what
 * failed.
 */
int control_listen(struct control *control, const char *path, const char *group,
		   enum command_right right, const char **step);
/** Drops all clients and removes the sockets, where they are still these. NULL is fine. */
void control_close(struct control *control);

/** One descriptor to watch for reading: then call control_turn(). */
int control_fd(const struct control *control);
void control_turn(struct control *control, uint64_t now_ms);
/** About once a second: drops clients that are stuck, and listens again where that had to pause. */
void control_tick(struct control *control, uint64_t now_ms);

/** Answers a client with one line (`json` without its end). A client that has gone is no error. One
 * answer for each request. */
void control_answer(struct control *control, uint64_t client_id, const char *json);
/** The same for a line of `len` octets with its end, from malloc(), which is taken over: however
 * long it is, the loop does not copy it. */
void control_answer_own(struct control *control, uint64_t client_id, char *line, size_t len);
/** The descriptor that came with the request which is being carried out (SCM_RIGHTS): the caller's
 * to close, and his to look at before he trusts it. -1: none came. Only within the hook `request`.
 */
int control_input(struct control *control, uint64_t client_id);
/** The answer {"ok":false,"error":…}. */
void control_refuse(struct control *control, uint64_t client_id, const char *error);

/**
 * Answers a client with {"ok":true,"stream":true}; from then on it gets the records that are put
 * into the stream, as lines, until it goes or control_close() says {"end": WHY}. One for each
 * client; it may ask other things meanwhile. Returns the stream, with a reference for the thread
 * that puts; NULL: the client has gone, or was refused.
 */
struct stream *control_stream(struct control *control, uint64_t client_id);
/** Sends what the clients that watch are to get. */
void control_pump(struct control *control, uint64_t now_ms);
