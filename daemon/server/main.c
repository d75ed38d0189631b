/* wdspxed: wdspxed(8). */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <wdspxe-host.h>

#include "base/cleanup.h"
#include "base/out.h"
#include "provider/crash.h"
#include "provider/module.h"
#include "server/answer.h"
#include "server/check.h"
#include "server/duid.h"
#include "server/files.h"
#include "server/hooks.h"
#include "site/interfaces.h"
#include "server/journal.h"
#include "server/life.h"
#include "server/options.h"
#include "story/finding.h"
#include "story/log.h"
#include "story/log_ignore.h"
#include "story/log_source.h"
#include "story/log_stderr.h"
#include "site/mistake.h"
#include "site/pauses.h"
#include "server/server.h"
#include "site/service_user.h"
#include "server/try.h"
#include "server/watch.h"

static struct server server;

/* The daemon cannot go on: STATUS_AGAIN, what may heal by itself; EX_CONFIG (78), what will not
 * before a file has been mended, so that systemd does not try. */
enum { STATUS_AGAIN = 1, AGAIN_S = 5 };

static int fail(int error, const char *why)
{
	log_line(LOG_ERR, "%s", why);
	notify_failed(error < 0 ? -error : 0, why);
	return STATUS_AGAIN;
}

static int fail_reason(const struct reason *reason)
{
	if (!reason->told)
		log_line(LOG_ERR, "%s", reason->log);
	notify_failed(0, reason->text);
	return reason->permanent ? EX_CONFIG : STATUS_AGAIN;
}

static int fail_errno(const char *what, int error)
{
	char why[256];

	snprintf(why, sizeof(why), "%s: %s", what, strerror(-error));
	return fail(error, why);
}

/* ---- what -t needs too ------------------------------------------------------------------------
 */

/* Where only a check is wanted, mistakes in some keys do not end it: *mistakes is their number. */
static int read_config(struct server *s, const char *path, bool only_check, unsigned *mistakes)
{
	struct registry_error error = mistakes_told_to(&server_teller);
	struct reason reason;
	int r;

	config_set_findings(&(struct config_findings){ finding_why_not_ignored, log_ignore });
	r = config_read(path, &s->config, &error);
	*mistakes = error.told;
	if (r == 0 && (error.told == 0 || only_check)) {
		log_set_level(s->config->log_level);
		atomic_store(&s->trace_mask, s->config->trace_mask);
		return 0;
	}
	reason_from(&reason, &error, r ? r : REGISTRY_E_INVALID);
	return fail_reason(&reason);
}

/* `lasting`: providers may change their settings. */
static int make_host(struct server *s, bool lasting)
{
	struct host_hooks hooks;
	int r;

	s->loop = ev_default_loop(EVFLAG_AUTO);
	signal(SIGCHLD, SIG_DFL); /* libev takes the status of any child: others wait for theirs */
	if (!s->loop)
		return fail(0, "cannot create the event loop");
	server_wake_init(s);
	notify_init(s);
	r = server_links_init(s);
	if (r < 0)
		return fail_errno("cannot read the network interfaces", r);
	server_hooks(s, &hooks);
	s->state_dir = strdup(s->config->state_dir);
	if (!s->state_dir)
		return fail_errno("cannot set up the providers", -ENOMEM);
	s->pauses = lasting ? pauses_path(s->config->control_socket) : NULL;
	PxeHostSetProvidersDir(s->config->providers_dir);
	PxeHostSetStateDir(s->state_dir, lasting);
	r = host_new(&s->config->limits, &hooks, &s->host);
	s->roster_env = (struct roster_env){ .host = s->host,
					     .teller = &server_teller,
					     .state_dir = s->state_dir,
					     .pauses = s->pauses,
					     .try_module = try_module };
	return r < 0 ? fail_errno("cannot set up the memory for requests", r) : 0;
}

static int take_duid(struct server *s, bool keep)
{
	uint8_t duid[DUID_LEN];
	char why[4400] = "";
	int r = duid_get(s->config->state_dir, keep, duid, why, sizeof(why));

	if (r < 0)
		return fail_errno("cannot create a DUID", r);
	if (r > 0)
		log_line(LOG_WARNING, "%s", why);
	r = host_set_duid(s->host, span_of(duid, sizeof(duid)));
	return r < 0 ? fail_errno("cannot set the DUID", r) : 0;
}

static void take_modules_dir(struct server *s)
{
	_cleanup_(freep) char *folder = NULL;

	if (asprintf(&folder, "%s/modules", s->config->state_dir) < 0)
		folder = NULL;
	else
		host_set_modules_dir(s->host, folder);
}

static int check_providers(struct server *s, struct roster **out)
{
	struct reason reason;

	if (make_host(s, false) || take_duid(s, false))
		return STATUS_AGAIN;
	interfaces_tell(s->config, links_now(s->links), &server_teller);
	if (roster_make(&s->roster_env, s->config, ROSTER_CHECK, NULL, out, &reason))
		return fail_reason(&reason);
	return 0;
}

static int check(struct server *s, unsigned mistakes, const struct options *options)
{
	struct roster *roster = NULL;
	int status, wrong_files = 0;

	check_aloud(s);
	if (options->answer)
		log_set_level(LOG_WARNING);
	mistakes += service_user_check(s->config, &server_teller);
	status = check_providers(s, &roster);
	if (options->files && roster)
		wrong_files = files_check(s->config, roster, links_now(s->links), options->cacert,
					  &server_teller);
	if (wrong_files > 0)
		mistakes += (unsigned)wrong_files;
	if (options->answer && status == 0 && mistakes == 0)
		status = answer_lines(s, roster);
	else if (!options->json)
		check_say(s, s->config->path, status == 0 && mistakes == 0 ? roster : NULL);
	if (roster)
		roster_release(roster);
	if (status == 0 && mistakes == 0 && wrong_files < 0)
		return STATUS_AGAIN;
	return status == 0 && mistakes > 0 ? EX_CONFIG : status;
}

/* ---- the daemon -------------------------------------------------------------------------------
 */

static void on_control(struct ev_loop *loop, struct ev_io *watcher, int events)
{
	struct server *s = watcher->data;

	(void)loop;
	if (polled_ready(&s->control_polled, events, "the control sockets"))
		control_turn(s->control, clock_ms());
}

static void control_trouble(void *context, const char *path, const char *what, int error)
{
	(void)context;
	log_line(LOG_ERR, "control socket %s: %s: %s", path, what, strerror(error));
}

static void open_socket(struct server *s, const char *path, const char *group,
			enum command_right right, const char *without)
{
	const char *step = "";
	int r = control_listen(s->control, path, group, right, &step);

	if (r < 0)
		log_line(LOG_ERR, "%s: %s: %s: %s", path, step, strerror(-r), without);
}

static void open_control(struct server *s)
{
	struct control_hooks hooks = { .context = s,
				       .request = server_request,
				       .wake = server_wake,
				       .over = server_stream_over,
				       .trouble = control_trouble };
	int r = control_new(&hooks, &s->control);

	if (r < 0) {
		log_line(LOG_ERR, "control sockets: %s: wdspxectl cannot reach this daemon",
			 strerror(-r));
		return;
	}
	open_socket(s, s->config->control_socket, "wdspxe", COMMAND_OPERATE,
		    "wdspxectl cannot reach this daemon");
	open_socket(s, s->config->status_socket, "wdspxe-status", COMMAND_READ,
		    "only the group wdspxe can read this daemon's state");
	ev_io_init(&s->control_readable, on_control, control_fd(s->control), EV_READ);
	s->control_readable.data = s;
	ev_io_start(s->loop, &s->control_readable);
}

static void on_reload(void *context)
{
	server_reload(context);
}

static void on_stop(void *context)
{
	server_stop(context, clock_ms());
}

static int start_providers(struct server *s, struct roster **roster)
{
	struct reason reason;
	int r;

	if (make_host(s, true))
		return STATUS_AGAIN;
	s->signals = (struct signals){ .context = s, .reload = on_reload, .stop = on_stop };
	signals_start_hangup(&s->signals, s->loop);
	notify_watchdog_init(s);
	r = watch_start(server_watch, s);
	if (r < 0)
		return fail_errno("cannot start the watchdog thread", r);
	if (take_duid(s, true)) /* makes the state directory where it is not there */
		return STATUS_AGAIN;
	take_modules_dir(s);
	if (roster_make(&s->roster_env, s->config, ROSTER_START, NULL, roster, &reason))
		return fail_reason(&reason);
	roster_settle(*roster, true, &reason);
	server_give_back();
	return 0;
}

static int open_net(struct server *s, struct roster *roster)
{
	char why[512];
	int r = ports_open(&s->ports, s->config, why, sizeof(why));

	if (r < 0)
		return fail(r, why);
	r = server_loop_init(s);
	if (r < 0)
		return fail_errno("cannot set up the event loop", r);
	r = life_start(&(struct life_hooks){
		.context = s,
		.wake = server_wake,
		.returned = signals_claim, /* what a provider has done to them must not last */
	});
	if (r < 0)
		return fail_errno("cannot start the life-cycle thread", r);
	r = server_adopt(s, roster);
	if (r < 0) {
		life_stop();
		return fail_errno("cannot set up the list of providers", r);
	}
	return 0;
}

static void serve(struct server *s)
{
	ports_join_all(&s->ports, s->config, links_now(s->links));
	interfaces_tell(s->config, links_now(s->links), &server_teller);
	signals_start(&s->signals, s->loop);
	overhear_open(s);
	open_control(s);
	s->state = SERVER_RUNNING;
	inlet_start(s);
	notify_ready(s);
	log_line(LOG_NOTICE, "wdspxed " WDSPXED_VERSION " is serving (configuration: %s)",
		 s->config->path);
	ev_run(s->loop, 0);
	life_stop();
}

static int run(struct server *s)
{
	struct roster *roster;
	int status = start_providers(s, &roster);

	if (status)
		return status;
	s->started_ms = clock_ms();
	if (open_net(s, roster)) {
		roster_release(roster);
		return STATUS_AGAIN;
	}
	serve(s);
	server_log_totals(s);
	return s->exit_status;
}

static void clean_up(struct server *s, int status)
{
	if (s->control)
		ev_io_stop(s->loop, &s->control_readable);
	control_close(s->control);
	overhear_done(s);
	if (s->rx)
		server_loop_done(s);
	watch_stop();
	if (!log_stop()) /* its thread is in a write that does not end, and knows the host's names
			  */
		_exit(status);
	if (s->host && host_has_abandoned(s->host)) /* its code runs on, among what is freed here */
		_exit(status);
	if (s->host)
		host_free(s->host);
	ports_close(&s->ports);
	server_links_done(s);
	config_free(s->config);
	free(s->state_dir);
	free(s->pauses);
	if (s->loop)
		ev_loop_destroy(s->loop);
}

/* systemd restarts what fails quickly, for the sake of crashes. What could not start waits here
 * before it ends, without a port, so that it is not tried many times a second, and the status line,
 * which says why, can be read meanwhile. SIGTERM ends the wait, and us. */
static void wait_before_restart(struct server *s)
{
	struct timespec left = { .tv_sec = AGAIN_S };

	if (!getenv("NOTIFY_SOCKET"))
		return;
	ports_close(&s->ports);
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* journald finds out to which unit a line belongs after it has read it, from the process: from one
 * that has gone it cannot, and "journalctl -u wdspxed" would not show why it ended. */
static void let_journal_read(void)
{
	const struct timespec moment = { .tv_nsec = 500000000 };

	nanosleep(&moment, NULL);
}

static log_writer *writer_of(const struct options *options, bool to_journal)
{
	if (options->json)
		return check_write_json;
	return to_journal ? journal_write : log_stderr_write;
}

/* What the command line asks for; what to exit with. */
static int carry_out(struct server *s, const struct options *options)
{
	unsigned mistakes = 0;
	int status = read_config(s, options->path, options->check || options->print, &mistakes);

	if (status == 0 && options->print)
		return mistakes + check_print(s->config) ? EX_CONFIG : 0;
	if (status == 0)
		return options->check ? check(s, mistakes, options) : run(s);
	if (options->check) {
		check_beside(options->path);
		if (!options->json)
			check_say(s, options->path, NULL);
	}
	return status;
}

/* What a reload replaces, of a hundred thousand machines, goes back to the system at once. Else the
 * C library keeps larger and larger blocks among the small ones, and each reload needs more; and
 * what is there for later, such as the tables of clients, is resident where settings were read. */
static void large_blocks_apart(void)
{
	enum { LARGE = 128 << 10 };

	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_MXFAST, 0);
}

int main(int argc, char **argv)
{
	bool to_journal = journal_is_stderr();
	struct options options;
	int status, r;

	if (!options_read(argc, argv, &options, &status))
		return out_done("wdspxed", status, STATUS_AGAIN);
	signal(SIGPIPE, SIG_IGN);
	large_blocks_apart();
	ports_init(&server.ports);
	log_init(LOG_INFO, writer_of(&options, to_journal));
	crash_install(to_journal ? "<2>" : ""); /* how a plain line says critical there */
	r = options.check || options.print ? 0 : log_start();
	status =
		r < 0 ? fail_errno("cannot start the log thread", r) : carry_out(&server, &options);
	if (status == STATUS_AGAIN && !options.check && !options.print &&
	    server.state == SERVER_STARTING)
		wait_before_restart(&server);
	clean_up(&server, status);
	if (options.check || options.print)
		status = out_done("wdspxed", status, STATUS_AGAIN);
	crash_over();
	if (status && to_journal)
		let_journal_read();
	if (module_loader_is_spoilt())
		_exit(status); /* exit() would wait for its lock for ever */
	return status;
}
