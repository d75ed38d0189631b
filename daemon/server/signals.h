/* SIGHUP reloads, SIGTERM and SIGINT stop: by handlers of our own, which feed libev's.
 *
 * A provider runs in our process, and may block or ignore signals by mistake: they are taken back
 * once a second. And one that holds the loop for ever keeps a stop from being seen: the handler
 * notes when it was asked for, and the watch's thread ends the daemon.
 */
#pragma once

#include <ev.h>
#include <stdint.h>

struct signals {
	void *context;
	void (*reload)(void *context); /* [loop] */
	void (*stop)(void *context);   /* [loop] */
	struct ev_signal hangup, terminate, interrupt;
};

/** SIGHUP is the loop's from here on: before the providers start. `signals` stays where it is. */
void signals_start_hangup(struct signals *signals, struct ev_loop *loop);
/** SIGTERM and SIGINT too. */
void signals_start(struct signals *signals, struct ev_loop *loop);
/** Takes them back from a provider that has blocked, ignored or caught them. [loop] */
void signals_claim(void);
/** When the first SIGTERM or SIGINT came; 0: none did. [any] */
uint64_t signals_stop_asked_ms(void);
