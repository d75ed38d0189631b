/* The log: fixed binary records go through a bounded ring to a thread, which formats and sends
 * them. No caller ever waits: records for which the ring has no room are counted, and the number is
 * logged later. Only the thread waits for the reader of the log, and it does nothing else.
 *
 * Where a line goes is the business of who opens the log.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include "story/log_record.h"

/** Writes one record, wherever the log goes; it may block. */
typedef void log_writer(const struct log_record *record);

/** Before anything else: lines go out at once, on the caller's thread. `write` is
 * log_stderr_write(), or what a program has for it. */
void log_init(int level, log_writer *write);
/** From here on through the ring. 0 or -errno. */
int log_start(void);
/**
 * Writes what waits and ends the thread. True: all was written. False: whoever reads stderr, or the
 * journal, stands still, and the thread is still there, in a write that may never end: then only
 * _exit() ends the process. Takes a few seconds at most; nothing writes what is logged
 * afterwards. Where log_start() was not called there is nothing to do.
 */
bool log_stop(void);

void log_set_level(int level);
/** Does anybody want a line of this level: the log, or a watcher? Ask this first. [any] */
bool log_wants(int level);
/** Does the log itself want it? [any] */
bool log_takes(int level);
/* Somebody else's work on the log's thread, which sleeps while nothing waits for it. */
struct log_guest {
	bool (*is_waiting)(void); /* [any] */
	void (*turn)(void);       /* [the log's thread; or any, after it has ended] */
};

/** There is one, for good; static. [loop] */
void log_invite(const struct log_guest *guest);
/** Wakes the log's thread, if its guest has something to do. [any] */
void log_nudge(void);
/** log_watch_level() is another now, or the log's thread has something to see to. [loop] */
void log_watchers_changed(void);

/** Says who gets the record: the log if `logged`, and those who watch, at this time: clock_ms().
 * False: nobody. [any] */
bool log_address(struct log_record *record, bool logged, uint64_t now_ms);
/** Puts a record as it is to those whom it is addressed to. [any] */
void log_put(const struct log_record *record);
/** Logs a sentence. One of more than LOG_TEXT_MAX octets is whole, unless many of that length wait:
 * then it is cut between characters, and says so by " ...". [any] */
void log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** The same about a provider, for PXE_PROVIDER. [any] */
void log_provider(int level, const char *provider, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** The same about a client: its fields are in the journal. `provider` may be "". [any] */
void log_client_line(int level, const char *provider, const struct log_client *client,
		     const char *format, ...) __attribute__((format(printf, 4, 5)));
/** Logs what a provider says, about a client or about none. `within`: the log has room for it in
 * its rates; watchers have rates of their own. [any] */
void log_trace(int level, bool within, const char *provider, const struct log_client *client,
	       const char *text);
/** Logs what was found out about a client; `name` is PXE_HINT in the journal, and static.
 * `within` as there. [any] */
void log_hint(int level, bool within, const char *name, const struct log_client *client,
	      const char *text);
/** The client of a datagram that was not read: its hardware address, if it is where DHCPv4 has it.
 * [any] */
void log_client_of_arrival(const struct arrival *in, struct log_client *out);
/** Is it a network boot client's? [any] */
bool log_request_boots(const struct request *req);
/** Logs the end of a request at the outcome's level, within the rate of its kind. `paused` names a
 * provider that might have answered it and is paused, for as long as the process lives; or NULL.
 * [loop] */
void log_request(const struct request *req, enum outcome outcome, const char *paused,
		 uint64_t now_ms);
/** The same for a datagram that no provider saw. `req`: what it says, or NULL. [loop] */
void log_dropped(const struct arrival *in, const struct request *req, enum outcome outcome,
		 uint64_t now_ms);
/** What a line about the end of a request says, as log_request() and log_dropped() have it. [loop]
 */
void log_step_of(const struct request *req, enum outcome outcome, const char *paused,
		 struct log_step *step);
void log_step_of_dropped(const struct arrival *in, const struct request *req, enum outcome outcome,
			 struct log_step *step);
/** Logs once a second how many steps were left out; call it when the loop is idle too. [loop] */
void log_turn(void);
/** Lines that found the ring full, since the start. [any] */
uint64_t log_lost(void);
