/* The daemon as one thing: what main() makes and the loop serves. [loop] throughout, but where a
 * member says otherwise.
 */
#pragma once

#include <ev.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "control/control.h"
#include "control/socket_file.h"
#include "net/neighbours.h"
#include "net/rx.h"
#include "net/tx.h"
#include "story/diag.h"
#include "story/hearing.h"
#include "server/drain.h"
#include "server/polled.h"
#include "server/hold.h"
#include "server/ports.h"
#include "server/signals.h"
#include "site/roster.h"

enum server_state { SERVER_STARTING, SERVER_RUNNING, SERVER_RELOADING, SERVER_STOPPING };

struct server;

/* A socket that replies leave by. */
struct sender {
	struct port *port;
	struct tx tx;
	struct ev_io writable;
	bool dirty; /* something waits in tx */
};

/* One port at work. */
struct port {
	struct server *server;
	const struct transport *transport;
	struct net_socket *socket; /* in server->ports: what it receives by */
	struct sender wide;        /* by that socket: broadcasts, and what `single` cannot send */
	struct sender *single;     /* replies to single hosts; NULL: the port cannot be shared */
	struct ev_io readable;
	struct polled polled;
	uint64_t sent, refused; /* by the kernel, or no room */
};

/* Where wdspxed-ear writes what it hears. */
struct overhear {
	int fd;
	struct socket_file file;
	uid_t user; /* the ear's; (uid_t)-1: there is none */
	struct ev_io readable;
	struct polled polled;
};

enum { WAITERS_MAX = 64 };

/* Who asked for a reload and waits for its result. */
struct waiters {
	uint64_t client[WAITERS_MAX]; /* of the control socket */
	unsigned n;
};

struct server {
	struct ev_loop *loop;
	enum server_state state;
	struct config *config;
	uint64_t config_serial;      /* grows whenever it is another */
	_Atomic uint32_t trace_mask; /* config's, for any thread */
	struct host *host;
	struct links *links; /* links_enter(): any thread */
	struct roster *roster;
	struct roster_env roster_env;
	char *state_dir;  /* the configuration's at the start: a reload changes it no more */
	char *pauses;     /* pauses_path(); NULL: a pause ends with the process */
	unsigned rosters; /* with a chain that is not yet released and stopped */

	struct ports ports;
	struct port *port[PORT_COUNT]; /* NULL: not served */
	struct rx *rx;
	struct hold hold;
	struct ev_timer held;          /* for the first that it has */
	struct neighbours *neighbours; /* NULL: netlink failed, and nobody is counted as absent */
	struct ev_io neighbours_readable;
	struct polled neighbours_polled;
	struct {
		uint64_t view; /* links_serial() of the view that says so */
		struct endpoint to, hop;
		bool has;   /* a neighbour takes it: hop */
		bool whole; /* by a link of software: a run would be seen uncut */
	} way;              /* the last reply's: a relay's clients all have one */
	struct {
		uint64_t view; /* links_serial() of the view that says so */
		struct endpoint to;
		unsigned named_on;
		const char *why; /* server_unreachable() */
	} reached;
	struct {
		uint64_t view, config; /* as of links_serial(), config_serial */
		unsigned ifindex;
		const struct link *link; /* NULL: there is none */
		bool served;
	} heard_on; /* where the last datagram came in: a storm comes in on one interface */
	struct {
		uint32_t n;      /* replies that could not wait for their neighbour, untold */
		struct ip where; /* the last of them, and whom it answers */
		struct log_client client;
	} absent;
	struct diag *diag;
	struct hearing *hearing; /* NULL: nobody can hand us what he hears */
	struct overhear overhear;

	struct ev_async wake; /* letters for the host, jobs that are done. Any thread may send it */
	struct ev_prepare flush;
	struct ev_timer tick, second, watchdog;
	struct drain drain;
	struct ev_timer drain_due;
	struct ev_io links_readable;
	struct polled links_polled;
	struct ev_timer links_later; /* what is left to read */
	int links_error;             /* the last reading's; 0: it went well */
	struct signals signals;

	struct control *control; /* NULL: it could not be opened */
	struct ev_io control_readable;
	struct polled control_polled;

	bool reload_running, reload_again;
	struct waiters waiting, later; /* for the reload that runs, and for the one after it */
	struct {
		struct letter *first, **last; /* of struct job; `last` where there is one */
	} controls;                           /* that came while a reload is under way */
	struct reason last_reload;            /* "": it went well */
	uint64_t reloads, reloads_failed, started_ms;

	struct {
		bool running;     /* a job is on its way */
		uint32_t code[2]; /* what comes after it: each code once, the latest last */
		unsigned n;
	} net_told;        /* NETBINDADD, NETBINDREMOVE */
	bool receiving;    /* the ports are to be watched */
	bool stop_pending; /* SERVICE_CONTROL_STOP is on its way */
	int exit_status;
	uint64_t watchdog_us; /* 0: nobody watches */
	uint64_t hang_ms;     /* a provider that holds the loop longer is named */
};

/** What the roster, and who checks files, has to say is a line of the log. */
extern const struct teller server_teller;

/* loop.c */
/** The first of all: from here on server_wake() may be called. */
void server_wake_init(struct server *s);
int server_loop_init(struct server *s);
void server_loop_done(struct server *s);
/** For host_hooks and life. [any] */
void server_wake(void *context);

/* tell.c */
/** Tells what was found out: the log, and those who watch. */
void server_tell(const struct finding *finding);

/* inlet.c: what comes. */
/** What the network knows of a datagram, in *in. -1: it may be a request; else the outcome that it
 * ends with before anybody reads it. */
int inlet_look(struct server *s, const struct rx_datagram *d, const struct links_view *view,
	       struct arrival *in);
/** Before inlet_start(), for each port. */
void inlet_port_init(struct port *port);
void inlet_start(struct server *s);
void inlet_stop(struct server *s);
/** Once a second: what the kernel would not watch is tried again. */
void inlet_second(struct server *s);

/* outlet.c: what leaves. */
/** For host_hooks. */
void server_send(void *context, struct outgoing *out);
/** Gives a port its senders. 0 or -ENOMEM. */
int outlet_port_init(struct port *port, struct net_socket *unicast);
void outlet_port_done(struct port *port);
/** Opens the table of neighbours, and the queue of replies that wait a moment. */
void outlet_init(struct server *s);
void outlet_done(struct server *s);
/** Sends what waits, before the loop sleeps. */
void outlet_flush(struct server *s);
/** Once a second. */
void outlet_second(struct server *s, uint64_t now_ms);

/* overhear.c: what others answer to clients. */
/** Tells it where that fails: the daemon works without. */
void overhear_open(struct server *s);
void overhear_done(struct server *s);
/** A request that ended: others may have answered the same client. */
void overhear_ended(struct server *s, const struct request *req, uint64_t now_ms);
/** Once a second: what the kernel would not watch is tried again. */
void overhear_second(struct server *s);

/* net_watch.c: interfaces that come and go. */
int server_links_init(struct server *s);
void server_links_done(struct server *s);
/** Once a second: what failed is tried again. */
void server_links_second(struct server *s);
const char *server_unreachable(void *context, const struct endpoint *to,
			       unsigned named_on); /* [any] */

/* reload.c */
void server_reload(struct server *s);
/** Puts a roster in force: chain, limits. 0 or -errno. */
int server_adopt(struct server *s, struct roster *roster);
/** Gives the memory back to the system that settings took while they were read, which is several
 * times what is left of them. [not on the loop] */
void server_give_back(void);

/* stop.c */
void server_stop(struct server *s, uint64_t now_ms);
/** Goes on with the stop, if something that it waited for has gone. Before the loop sleeps. */
void server_stop_turn(struct server *s, uint64_t now_ms);
/** Ends the daemon where the loop itself, which holds a provider's code, cannot. [watch's thread]
 */
void server_stop_watch(struct server *s, uint64_t now_ms);
/** One line with all counters: the last word. */
void server_log_totals(const struct server *s);

/* jobs.c: service control through the life-cycle thread. */
void server_control_all(struct server *s, uint32_t code, bool *pending);
/** A reload is over: what came meanwhile goes to those that run now. */
void server_control_resume(struct server *s);
/** NETBINDADD or NETBINDREMOVE to all: many at once become few, and the latest is told last. */
void server_control_net(struct server *s, uint32_t code);
/** Writes down which of its providers are paused, for the next process. [life-cycle thread] */
void server_keep_pauses(struct server *s, const struct roster *roster);

/* command.c: what the operator's socket is asked; the functions themselves: commands.h. */
void server_request(void *context, uint64_t client, const struct arguments *arguments);

/* follow.c: the client of a stream has gone. */
void server_stream_over(void *context, struct stream *stream);

/* notify.c: what systemd is told. Nothing here waits for it while we serve. */
/** Before the others, but notify_failed(). */
void notify_init(struct server *s);
void notify_ready(struct server *s);
void notify_reloading(void);
/** `seconds` is how long it may take at most: systemd is asked for as much. */
void notify_stopping(const char *status, double seconds);
void notify_failed(int error, const char *why);
void notify_watchdog_init(struct server *s);
