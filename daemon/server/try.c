#include "server/try.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/plain.h"
#include "story/log.h"
#include "server/signals.h"

#define PROGRAM "wdspxed-provider"

/* With which a trial ends that came to its end. Not with 0: that is what a module says that ends
 * its process by _exit(), and would end the daemon. */
#define THROUGH         99
#define TO_TEXT(number) #number
#define AS_TEXT(number) TO_TEXT(number)

enum { LIMIT_MS = 11000, LOOK_MS = 50, KILL_MS = 2000, SAID_MAX = 2048 };

/* A trial that runs. */
struct trial {
	pid_t pid;
	int output;          /* of its stdout and stderr, non-blocking */
	char said[SAID_MAX]; /* the last that came from there */
	size_t len;
	int status; /* of waitpid() */
	bool ended;
	bool late;
	bool lost; /* somebody else has taken the status */
};

/* What systemd or a service manager tells this process is not for the child. */
static const char *const not_inherited[] = {
	"NOTIFY_SOCKET=", "LISTEN_",       "WATCHDOG_", "JOURNAL_STREAM=",
	"INVOCATION_ID=", "SYSTEMD_EXEC_", "FDSTORE=",  "WDSPXE_TRY=",
};

static bool is_inherited(const char *variable)
{
	for (size_t i = 0; i < ARRAY_LEN(not_inherited); i++)
		if (!strncmp(variable, not_inherited[i], strlen(not_inherited[i])))
			return false;
	return true;
}

/* The caller frees the array, not the strings. NULL: no memory. */
static char **environment_make(void)
{
	static char mark[] = "WDSPXE_TRY=1";
	size_t n = 0, used = 0;
	char **out;

	while (environ && environ[n])
		n++;
	out = calloc(n + 2, sizeof(*out));
	for (size_t i = 0; out && i < n; i++)
		if (is_inherited(environ[i]))
			out[used++] = environ[i];
	if (out)
		out[used] = mark;
	return out;
}

/* Nothing of the daemon's goes into the child but what it writes to, and no signal's state. */
static int actions_fill(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
			int output)
{
	sigset_t all, none;
	int r = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	sigfillset(&all);
	sigemptyset(&none);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(actions, output, 1);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(actions, output, 2);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np(actions, 3);
	if (r == 0)
		r = posix_spawnattr_setsigdefault(attributes, &all);
	if (r == 0)
		r = posix_spawnattr_setsigmask(attributes, &none);
	if (r == 0)
		r = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF |
								 POSIX_SPAWN_SETSIGMASK |
								 POSIX_SPAWN_SETPGROUP);
	return r;
}

static int spawn(char *const argv[], int output, pid_t *out)
{
	_cleanup_(freep) char **environment = environment_make();
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r = environment ? posix_spawn_file_actions_init(&actions) : ENOMEM;

	if (r != 0)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r == 0) {
		r = actions_fill(&actions, &attributes, output);
		if (r == 0)
			r = posix_spawn(out, argv[0], &actions, &attributes, argv, environment);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int start(const struct dropin *dropin, const char *providers_dir, const char *state_dir,
		 struct trial *trial)
{
	char program[PATH_MAX];
	char *argv[] = {
		program,
		(char[]){ "--try" },
		dropin->module,
		(char[]){ "--settings" },
		dropin->path,
		(char[]){ "--name" },
		dropin->name,
		(char[]){ "--providers-dir" },
		(char *)(uintptr_t)providers_dir,
		(char[]){ "--state-dir" },
		(char *)(uintptr_t)state_dir,
		(char[]){ "--through" },
		(char[]){ AS_TEXT(THROUGH) },
		NULL,
	};
	int ends[2], r;

	beside_find(PROGRAM, program);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	r = spawn(argv, ends[1], &trial->pid);
	close(ends[1]);
	if (r < 0) {
		close(ends[0]);
		return r;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	trial->output = ends[0];
	return 0;
}

/* ---- waiting for it ---- */

/* Takes what it has said; the oldest is let go. False: nobody can say any more. */
static bool listen_to(struct trial *trial)
{
	char came[512];
	ssize_t n = read(trial->output, came, sizeof(came));
	size_t more = n > 0 ? (size_t)n : 0;

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	if (trial->len + more > sizeof(trial->said) - 1) {
		size_t out = trial->len + more - (sizeof(trial->said) - 1);

		memmove(trial->said, trial->said + out, trial->len - out);
		trial->len -= out;
	}
	memcpy(trial->said + trial->len, came, more);
	trial->len += more;
	return true;
}

static void look(struct trial *trial, int wait_ms)
{
	struct pollfd poller = { trial->output, POLLIN, 0 };
	pid_t pid;

	if (poll(&poller, 1, wait_ms) > 0 && !listen_to(trial))
		poll(NULL, 0, wait_ms); /* it has closed its output: only its end is to come */
	pid = waitpid(trial->pid, &trial->status, WNOHANG);
	trial->lost = pid < 0 && errno == ECHILD;
	trial->ended = pid == trial->pid || trial->lost;
}

/* Until it has ended, its time is over, or the daemon has to stop. */
static void watch(struct trial *trial, uint64_t until_ms, bool mind_stop)
{
	while (!trial->ended && clock_ms() < until_ms &&
	       !(mind_stop && signals_stop_asked_ms() != 0))
		look(trial, LOOK_MS);
}

static void finish(struct trial *trial)
{
	size_t len = SIZE_MAX;

	if (!trial->ended)
		kill(-trial->pid, SIGKILL);
	watch(trial, clock_ms() + KILL_MS, false);
	while (trial->len != len && listen_to(trial)) /* what is left in the pipe */
		len = trial->len;
	close(trial->output);
	trial->said[trial->len] = '\0';
}

/* ---- what became of it ---- */

enum { LINES = 3, LINE_SIZE = 512 };

/* The last lines that are not blank, oldest first, made plain; returns how many. */
static unsigned last_lines(char *text, char out[LINES][LINE_SIZE])
{
	unsigned n = 0;
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t\r");
		if (!*line)
			continue;
		if (n == LINES) {
			memmove(&out[0], &out[1], (LINES - 1) * sizeof(out[0]));
			n--;
		}
		plain_text(span_str(line), out[n++], LINE_SIZE);
	}
	return n;
}

/* Was this line written by the handler in the child, which names call and place? */
static bool is_verdict(const char *line)
{
	static const char *const begins[] = { "crashed by ", "exit() was called",
					      "has not returned" };

	for (size_t i = 0; i < ARRAY_LEN(begins); i++)
		if (!strncmp(line, begins[i], strlen(begins[i])))
			return true;
	return false;
}

static bool ends_in_verdict(const char *said)
{
	_cleanup_(freep) char *copy = strdup(said);
	char line[LINES][LINE_SIZE];
	unsigned n = copy ? last_lines(copy, line) : 0;

	return n > 0 && is_verdict(line[n - 1]);
}

static const char *how_it_ended(const struct trial *trial, char *out, size_t size)
{
	const char *name =
		WIFSIGNALED(trial->status) ? sigabbrev_np(WTERMSIG(trial->status)) : NULL;

	if (trial->late)
		snprintf(out, size, "has not returned in time");
	else if (name)
		snprintf(out, size, "killed by SIG%s", name);
	else
		snprintf(out, size, "exited with status %d", WEXITSTATUS(trial->status));
	return out;
}

/* What the handler has said, or else how it ended; and what came before that on stderr, such as the
 * C++ library's word on an exception. */
static void say_refused(const struct dropin *dropin, struct trial *trial, struct reason *reason)
{
	char line[LINES][LINE_SIZE], ended[64];
	unsigned n = last_lines(trial->said, line);
	const char *verdict = n > 0 && is_verdict(line[n - 1])
				      ? line[--n]
				      : how_it_ended(trial, ended, sizeof(ended));

	reason_set(reason,
		   "%s: provider \"%s\": its module failed a trial run: %s%s%s%s%s%s [W0138]",
		   dropin->path, dropin->name, verdict, n > 0 ? " (it said: " : "",
		   n > 0 ? line[0] : "", n > 1 ? "; " : "", n > 1 ? line[1] : "", n > 0 ? ")" : "");
}

int try_module(const struct dropin *dropin, const char *providers_dir, const char *state_dir,
	       struct reason *reason)
{
	struct trial trial = { .output = -1 };
	int r = start(dropin, providers_dir, state_dir, &trial);

	if (r < 0) {
		log_provider(LOG_WARNING, dropin->name,
			     "cannot try its module first (%s); loading it anyway", strerror(-r));
		return 0;
	}
	watch(&trial, clock_ms() + LIMIT_MS, true);
	if (!trial.ended && signals_stop_asked_ms() != 0) {
		finish(&trial);
		reason_set(reason, "the daemon is stopping");
		return TRY_E_REFUSED;
	}
	trial.late = !trial.ended;
	finish(&trial);
	if (trial.lost && !trial.late) /* nothing but its last words tell */
		trial.status = (ends_in_verdict(trial.said) ? 1 : THROUGH) << 8;
	if (WIFEXITED(trial.status) && WEXITSTATUS(trial.status) == THROUGH && !trial.late)
		return 0;
	say_refused(dropin, &trial, reason);
	return TRY_E_REFUSED;
}
