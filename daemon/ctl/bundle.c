/* wdspxectl bundle: what a bug report needs, as one text. */
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/out.h"
#include "base/redact.h"
#include "control/plain_json.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/oracle.h"

enum { ANON, FILE_NAME }; /* the words of its row */

#define CONFIGURATION "/etc/wdspxed/wdspxed.conf"

/* What the daemon is asked. */
static const enum command_id questions[] = { COMMAND_status, COMMAND_list, COMMAND_clients,
					     COMMAND_metrics };

struct bundle {
	FILE *out;                    /* the whole, as it was found */
	const char *socket;           /* -s */
	char configuration[PATH_MAX]; /* the daemon's, if one answers */
	long long pid;                /* the same; 0: none */
	int refused;                  /* what asking it came to */
};

static void title(const struct bundle *b, const char *what)
{
	fprintf(b->out, "\n==== %s ====\n", what);
}

static const char *why_not(const struct bundle *b)
{
	return b->refused == CTL_NO_DAEMON ? "no daemon answers"
					   : "not asked: wdspxectl has said why";
}

/* ---- what a program says ---- */

static void read_all(int fd, FILE *out)
{
	char octets[4096];
	ssize_t n;

	while ((n = read(fd, octets, sizeof(octets))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			fwrite(octets, 1, (size_t)n, out);
}

static void run_child(int fd, const char *const *argv)
{
	int nothing = open("/dev/null", O_RDONLY);

	dup2(nothing, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execv(argv[0], (char *const *)argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Its output, both kinds, and how it ended where that was not well. */
static void run(const struct bundle *b, const char *const *argv)
{
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (pid == 0)
		run_child(ends[1], argv);
	close(ends[1]);
	read_all(ends[0], b->out);
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || !WIFEXITED(status))
		fprintf(b->out, "(it did not run to its end)\n");
	else if (WEXITSTATUS(status))
		fprintf(b->out, "(exit status %d)\n", WEXITSTATUS(status));
}

static void run_daemon(const struct bundle *b, const char *name, const char *option,
		       const char *more)
{
	char program[PATH_MAX];

	title(b, name);
	oracle_program(program);
	if (option)
		run(b,
		    (const char *const[]){ program, "-c", b->configuration, option, more, NULL });
	else
		run(b, (const char *const[]){ program, "--version", NULL });
}

/* ---- versions ---- */

static void put_system(const struct bundle *b)
{
	FILE *release = fopen("/etc/os-release", "re");
	struct utsname uts;
	char line[256];

	title(b, "system");
	fprintf(b->out, "libc: glibc %s\n", gnu_get_libc_version());
	if (uname(&uts) == 0)
		fprintf(b->out, "kernel: %s %s %s\n", uts.sysname, uts.release, uts.machine);
	while (release && fgets(line, sizeof(line), release))
		if (strncmp(line, "PRETTY_NAME=", 12) == 0)
			fprintf(b->out, "system: %s", line + 12);
	if (release)
		fclose(release);
}

/* The files that the daemon has loaded; their names have their versions. */
static void put_libraries(const struct bundle *b)
{
	char path[64], line[PATH_MAX + 128], last[PATH_MAX] = "";
	FILE *maps;

	title(b, "libraries of the daemon");
	snprintf(path, sizeof(path), "/proc/%lld/maps", b->pid);
	maps = b->pid ? fopen(path, "re") : NULL;
	if (!maps)
		fprintf(b->out, "(%s)\n", b->pid ? strerror(errno) : why_not(b));
	while (maps && fgets(line, sizeof(line), maps)) {
		const char *file = strchr(line, '/');

		if (!file || !strstr(file, ".so") || strcmp(file, last) == 0)
			continue;
		fputs(file, b->out);
		snprintf(last, sizeof(last), "%s", file);
	}
	if (maps)
		fclose(maps);
}

/* ---- the daemon ---- */

static json_t *question(struct bundle *b, enum command_id id)
{
	struct call call = { .arguments.command = &commands[id], .socket = b->socket };
	json_t *answer;

	b->refused = ask(&call, &answer);
	return b->refused == CTL_OK ? answer : NULL;
}

static void put_answer(const struct bundle *b, const json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "text"));

	if (text)
		fputs(text, b->out);
	else
		json_dumpf(answer, b->out, JSON_INDENT(2) | ANSWER_NUMBERS);
	fputc('\n', b->out);
}

static void note_daemon(struct bundle *b, const json_t *status)
{
	const char *path = json_string_value(json_object_get(status, "configuration"));

	b->pid = json_integer_value(json_object_get(status, "pid"));
	if (path)
		snprintf(b->configuration, sizeof(b->configuration), "%s", path);
}

static void ask_all(struct bundle *b)
{
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		json_t *answer = i == 0 || b->pid ? question(b, questions[i]) : NULL;

		title(b, commands[questions[i]].name);
		if (i == 0 && answer)
			note_daemon(b, answer);
		if (answer)
			put_answer(b, answer);
		else
			fprintf(b->out, "(%s)\n", why_not(b));
		json_decref(answer);
	}
}

/* ---- the whole ---- */

static void collect(struct bundle *b)
{
	char when[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", &tm);
	fprintf(b->out, "wdspxectl " WDSPXED_VERSION " bundle, %s\n", when);
	ask_all(b);
	run_daemon(b, "version", NULL, NULL);
	put_system(b);
	put_libraries(b);
	run_daemon(b, "configuration (wdspxed -T)", "-T", NULL);
	run_daemon(b, "findings (wdspxed -t --json)", "-t", "--json");
}

/* Line by line: what strangers may read of it. */
static int put_redacted(char *text, const char *key, FILE *out)
{
	struct redact redact;
	int r = 0;

	redact_begin(&redact, key);
	if (key)
		redact_learn(&redact, text);
	for (char *line = text, *next; line && r == 0; line = next) {
		_cleanup_(freep) char *plain = NULL;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		plain = *line || next ? redact_line(&redact, line) : strdup("");
		r = !plain || (next && fprintf(out, "%s\n", plain) < 0) ? -1 : 0;
	}
	redact_done(&redact);
	return r;
}

static int fail(const char *path)
{
	fprintf(stderr, "wdspxectl: %s: %s\n", path, strerror(errno));
	return CTL_FAILED;
}

/* For its owner alone, whatever was there before. */
static FILE *file_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *file = fd < 0 || fchmod(fd, 0600) < 0 ? NULL : fdopen(fd, "w");

	if (!file && fd >= 0)
		close(fd);
	return file;
}

static int write_bundle(char *text, const struct call *call)
{
	const char *path = call->arguments.word[FILE_NAME];
	FILE *out = path ? file_open(path) : stdout;
	int r;

	if (!out)
		return fail(path);
	r = put_redacted(text, call->arguments.word[ANON], out);
	if (path && fclose(out))
		r = -1;
	if (r && !path && out_failed())
		return CTL_FAILED; /* main() says why */
	return r ? fail(path ? path : "bundle") : CTL_OK;
}

int run_bundle(const struct call *call)
{
	struct bundle b = { .socket = call->socket, .configuration = CONFIGURATION };
	_cleanup_(freep) char *text = NULL;
	size_t len = 0;

	b.out = open_memstream(&text, &len);
	if (!b.out)
		return fail("bundle");
	collect(&b);
	if (fclose(b.out))
		return fail("bundle");
	return write_bundle(text, call);
}
