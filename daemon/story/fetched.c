#include "story/fetched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/cleanup.h"
#include "base/clock.h"

enum { SAID_MAX = 64 * 1024, ARGUMENTS_MAX = 12, MORE_MS = 10000 };

/* Only what it writes on stdout is read; what it says on stderr goes where ours does. */
static int start(char *const argv[], int output, pid_t *out)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	int r = posix_spawn_file_actions_init(&actions);

	if (r != 0)
		return r;
	posix_spawnattr_init(&attributes);
	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn_file_actions_adddup2(&actions, output, 1);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	if (r == 0)
		r = posix_spawn(out, argv[0], &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

/* To its end, or until the time is over. */
static void hear(int input, uint64_t until_ms, char said[static SAID_MAX])
{
	size_t len = 0;
	uint64_t now;

	while (len < SAID_MAX - 1 && (now = clock_ms()) < until_ms) {
		struct pollfd poller = { input, POLLIN, 0 };
		ssize_t n = 0;

		if (poll(&poller, 1, (int)(until_ms - now)) <= 0)
			continue;
		n = read(input, said + len, SAID_MAX - 1 - len);
		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	said[len] = '\0';
}

static char *as_word(const char *text) /* argv has no const, and is not written to */
{
	return (char *)(uintptr_t)text;
}

static void arguments_fill(const struct fetched_wish *wish, const char *program,
			   const char *seconds, char *out[static ARGUMENTS_MAX])
{
	unsigned n = 0;

	out[n++] = as_word(program);
	out[n++] = as_word("--seconds");
	out[n++] = as_word(seconds);
	if (wish->archs && wish->archs[0]) {
		out[n++] = as_word("--arch");
		out[n++] = as_word(wish->archs);
	}
	if (wish->cacert) {
		out[n++] = as_word("--cacert");
		out[n++] = as_word(wish->cacert);
	}
	if (wish->ipxe)
		out[n++] = as_word("--ipxe");
	out[n++] = as_word("--");
	out[n++] = as_word(wish->url);
	out[n] = NULL;
}

/* 0 and what it has said, or an error of errno. */
static int run(const struct fetched_wish *wish, char said[static SAID_MAX])
{
	char program[PATH_MAX], seconds[16], *argv[ARGUMENTS_MAX];
	int ends[2], r;
	pid_t pid;

	beside_find("wdspxed-fetch", program);
	snprintf(seconds, sizeof(seconds), "%u", wish->seconds);
	arguments_fill(wish, program, seconds, argv);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	r = start(argv, ends[1], &pid);
	close(ends[1]);
	if (r == 0) {
		hear(ends[0], clock_ms() + wish->seconds * UINT64_C(1000) + MORE_MS, said);
		kill(pid, SIGKILL); /* it has closed its output, or has not kept to its time */
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
	return r;
}

json_t *fetched_ask(const struct fetched_wish *wish, char *why, size_t size)
{
	_cleanup_(freep) char *said = NULL;
	json_t *object;
	int r;

	if (wish->cacert && access(wish->cacert, R_OK) < 0) {
		snprintf(why, size, "%s: %s", wish->cacert, strerror(errno));
		return NULL;
	}
	said = malloc(SAID_MAX);
	r = said ? run(wish, said) : ENOMEM;
	if (r != 0) {
		snprintf(why, size, "cannot run wdspxed-fetch: %s", strerror(r));
		return NULL;
	}
	object = json_loads(said, JSON_DISABLE_EOF_CHECK, NULL);
	if (!object)
		snprintf(why, size, "wdspxed-fetch gave no answer");
	return object;
}
