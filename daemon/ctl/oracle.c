#include "ctl/oracle.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/cleanup.h"
#include "ctl/ask.h"

void oracle_program(char path[static PATH_MAX])
{
	beside_find("wdspxed", path);
	if (access(path, X_OK) < 0)
		snprintf(path, PATH_MAX, "/usr/sbin/wdspxed");
}

/* In the child: standard error stays ours. */
static _Noreturn void child(const char *path, const int to[2], const int from[2])
{
	char program[PATH_MAX];

	oracle_program(program);
	if (dup2(to[0], STDIN_FILENO) >= 0 && dup2(from[1], STDOUT_FILENO) >= 0)
		execl(program, program, "-c", path, "--answer", (char *)NULL);
	fprintf(stderr, "wdspxectl: cannot run %s: %s\n", program, strerror(errno));
	_exit(CTL_FAILED);
}

static int spawn(struct oracle *oracle)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(from, O_CLOEXEC) < 0) {
		close(to[0]);
		close(to[1]);
		return -errno;
	}
	oracle->pid = fork();
	if (oracle->pid == 0)
		child(oracle->path, to, from);
	close(to[0]);
	close(from[1]);
	oracle->to = fdopen(to[1], "w");
	oracle->from = fdopen(from[0], "r");
	return oracle->pid > 0 && oracle->to && oracle->from ? 0 : -ENOMEM;
}

int oracle_open(struct oracle *oracle, const struct call *call, const char *path)
{
	int r;

	*oracle = (struct oracle){ .path = path, .call = *call };
	oracle->call.arguments = (struct arguments){ .command = &commands[COMMAND_explain] };
	if (!path)
		return CTL_OK;
	signal(SIGPIPE, SIG_IGN); /* it may end before it is asked */
	r = spawn(oracle);
	if (r == 0)
		return CTL_OK;
	fprintf(stderr, "wdspxectl: %s: %s\n", path, strerror(-r));
	return CTL_FAILED;
}

/* It has said why on standard error; or in place of an answer. */
static int no_answer(const struct oracle *oracle, const char *line)
{
	fprintf(stderr, "wdspxectl: %s\n", line && line[0] ? line : "there is no answer from it");
	fprintf(stderr, "wdspxectl: %s: it cannot be asked\n", oracle->path);
	return CTL_FAILED;
}

static int refused(json_t *answer)
{
	fprintf(stderr, "wdspxectl: %s\n",
		json_string_value(json_object_get(answer, "error")) ?: "no reason was given");
	json_decref(answer);
	return CTL_FAILED;
}

static int ask_child(struct oracle *oracle, const char *const *words, size_t n, json_t **out)
{
	json_t *array = json_array(), *question;
	_cleanup_(freep) char *line = NULL;
	size_t room = 0;
	ssize_t len;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_string(words[i]));
	question = json_pack("{s:s,s:o}", "command", "explain", "words", array);
	json_dumpf(question, oracle->to, JSON_COMPACT);
	json_decref(question);
	putc('\n', oracle->to);
	fflush(oracle->to);
	len = getline(&line, &room, oracle->from);
	if (len > 0)
		line[strcspn(line, "\n")] = '\0';
	*out = len > 0 ? json_loads(line, 0, NULL) : NULL;
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		return no_answer(oracle, len > 0 ? line : NULL);
	}
	return json_is_true(json_object_get(*out, "ok")) ? CTL_OK : refused(TAKE(*out));
}

int oracle_ask(struct oracle *oracle, const char *const *words, size_t n, json_t **out)
{
	if (oracle->path)
		return ask_child(oracle, words, n, out);
	oracle->call.words = words;
	oracle->call.n_words = n;
	return ask_on(&oracle->call, &oracle->from, out);
}

void oracle_close(struct oracle *oracle)
{
	if (oracle->to)
		fclose(oracle->to); /* the end of its questions */
	if (oracle->from)
		fclose(oracle->from);
	if (oracle->pid > 0)
		waitpid(oracle->pid, NULL, 0);
	*oracle = (struct oracle){ .pid = 0 };
}
