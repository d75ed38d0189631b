#include "ctl/try_child.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
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

enum { ANSWERS_FD = 3, LOOK_MS = 100, LINE_MAX_ = 1 << 24 };

/* ---- its temporary files -----------------------------------------------------------------------
 */

static void folder_make(struct try_child *child)
{
	const char *parent = getenv("TMPDIR");
	int n = snprintf(child->folder, sizeof(child->folder), "%s/wdspxectl-try-XXXXXX",
			 parent && parent[0] ? parent : "/tmp");

	if (n >= (int)sizeof(child->folder) || !mkdtemp(child->folder))
		child->folder[0] = '\0';
	else
		setenv("TMPDIR", child->folder, 1);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	remove(path);
	return 0;
}

static void folder_remove(const struct try_child *child)
{
	if (child->folder[0])
		nftw(child->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- its life ---------------------------------------------------------------------------------
 */

/* The child's ends: questions, answers, output. */
static int spawn(const int theirs[3], pid_t *pid)
{
	char program[PATH_MAX], fd[] = { '0' + ANSWERS_FD, '\0' };
	char *argv[] = { program, (char[]){ "--ask" }, fd, NULL };
	posix_spawn_file_actions_t actions;
	int r;

	beside_find("wdspxed-provider", program);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, theirs[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, theirs[2], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, theirs[2], STDERR_FILENO);
	posix_spawn_file_actions_adddup2(&actions, theirs[1], ANSWERS_FD);
	r = posix_spawn(pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* Above those that the child knows by their number. */
static int pipe_above(int ends[2])
{
	int low[2];

	if (pipe(low) < 0)
		return -errno;
	for (int i = 0; i < 2; i++) {
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 10);
		close(low[i]);
	}
	return ends[0] < 0 || ends[1] < 0 ? -EMFILE : 0;
}

int try_child_start(struct try_child *child)
{
	int to[2] = { -1, -1 }, from[2] = { -1, -1 }, output[2] = { -1, -1 };
	int r = pipe_above(to);

	*child = (struct try_child){ .pid = -1 };
	folder_make(child);
	signal(SIGPIPE, SIG_IGN);
	if (r == 0)
		r = pipe_above(from);
	if (r == 0)
		r = pipe_above(output);
	if (r == 0)
		r = spawn((int[]){ to[0], from[1], output[1] }, &child->pid);
	close(to[0]);
	close(from[1]);
	close(output[1]);
	child->questions = to[1];
	child->answers = from[0];
	child->output = output[0];
	if (r < 0)
		folder_remove(child);
	return r;
}

static void look_whether_it_lives(struct try_child *child)
{
	if (!child->has_ended)
		child->has_ended = waitpid(child->pid, &child->status, WNOHANG) != 0;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Goes on to our own standard error, and its end is kept. False: there is no more. */
static bool take_output(struct try_child *child)
{
	size_t room = sizeof(child->said) - 1;
	char came[512];
	ssize_t n = read(child->output, came, sizeof(came));

	if (n <= 0)
		return false;
	if (child->n_said + (size_t)n > room) {
		size_t out = child->n_said + (size_t)n - room;

		memmove(child->said, child->said + out, child->n_said - out);
		child->n_said -= out;
	}
	memcpy(child->said + child->n_said, came, (size_t)n);
	child->n_said += (size_t)n;
	child->said[child->n_said] = '\0';
	return write(STDERR_FILENO, came, (size_t)n) >= 0;
}

static bool take_answer(struct try_child *child)
{
	char came[4096], *line;
	ssize_t n = read(child->answers, came, sizeof(came));

	if (n <= 0 || child->len + (size_t)n > LINE_MAX_)
		return false;
	line = realloc(child->line, child->len + (size_t)n + 1);
	if (!line)
		return false;
	memcpy(line + child->len, came, (size_t)n);
	child->line = line;
	child->len += (size_t)n;
	line[child->len] = '\0';
	return true;
}

/* False: nothing is left to be read. Whoever is dead, and has left its descriptors to others, has
 * nothing more to say either. */
static bool take_some(struct try_child *child)
{
	struct pollfd ends[] = { { child->answers, POLLIN, 0 }, { child->output, POLLIN, 0 } };
	bool was_dead = child->has_ended;
	int n = poll(ends, 2, was_dead ? 0 : LOOK_MS);

	if (n < 0)
		return errno == EINTR;
	look_whether_it_lives(child);
	if (n == 0)
		return !was_dead;
	if (ends[1].revents && !take_output(child)) {
		close(child->output);
		child->output = -1;
	}
	if (ends[0].revents && !take_answer(child)) {
		close(child->answers);
		child->answers = -1;
	}
	return child->answers >= 0 || child->output >= 0;
}

static json_t *read_answer(struct try_child *child)
{
	json_t *answer;
	char *end;

	while (!child->line || !(end = memchr(child->line, '\n', child->len)))
		if (!take_some(child) || child->answers < 0)
			return NULL;
	*end = '\0';
	answer = json_loads(child->line, 0, NULL);
	child->len -= (size_t)(end + 1 - child->line);
	memmove(child->line, end + 1, child->len + 1);
	return answer;
}

json_t *try_child_ask(struct try_child *child, json_t *question)
{
	_cleanup_(freep) char *text = question ? json_dumps(question, JSON_COMPACT) : NULL;

	json_decref(question);
	if (text)
		dprintf(child->questions, "%s\n", text); /* where it has ended, no answer comes */
	return read_answer(child);
}

/* ---- its end ----------------------------------------------------------------------------------
 */

/* What its handler of crashes writes is its last line. */
static const char *last_line(struct try_child *child)
{
	static const char *const begins[] = { "crashed by ", "exit() was called",
					      "has not returned", "pthread_exit() was called" };
	const char *last = child->said;

	while (child->n_said > 0 && child->said[child->n_said - 1] == '\n')
		child->said[--child->n_said] = '\0';
	if (strrchr(child->said, '\n'))
		last = strrchr(child->said, '\n') + 1;
	for (size_t i = 0; i < ARRAY_LEN(begins); i++)
		if (strncmp(last, begins[i], strlen(begins[i])) == 0)
			return last;
	return NULL;
}

static const char *how_it_ended(struct try_child *child)
{
	static char text[64];
	const char *last = last_line(child);

	if (WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0)
		return NULL;
	if (last)
		return last;
	if (WIFSIGNALED(child->status))
		snprintf(text, sizeof(text), "killed by SIG%s",
			 sigabbrev_np(WTERMSIG(child->status)));
	else
		snprintf(text, sizeof(text), "exited with status %d", WEXITSTATUS(child->status));
	return text;
}

const char *try_child_end(struct try_child *child)
{
	close(child->questions);
	while (take_some(child))
		;
	if (!child->has_ended)
		waitpid(child->pid, &child->status, 0);
	if (child->answers >= 0)
		close(child->answers);
	if (child->output >= 0)
		close(child->output);
	free(TAKE(child->line));
	folder_remove(child);
	return how_it_ended(child);
}
