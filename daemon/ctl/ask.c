#include "ctl/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/account.h"
#include "base/cleanup.h"
#include "ctl/print.h"
#include "ctl/socket_path.h"

#define GROUP      "wdspxe"
#define GROUP_READ "wdspxe-status"

enum { PATIENCE_S = 10, SLOW_S = 180 }; /* a reload waits for the providers' Initialize */

static int no_daemon(const char *path, int error)
{
	fprintf(stderr, "wdspxectl: no daemon answers at %s: %s\n", path, strerror(error));
	return CTL_NO_DAEMON;
}

static int too_late(void)
{
	fputs("wdspxectl: the daemon has not answered in time; its log says which provider it is "
	      "waiting for\n",
	      stderr);
	return CTL_FAILED;
}

static int connect_to(const char *path, unsigned seconds, int *out)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = seconds };
	_cleanup_(closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)); /* connect() too */
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	*out = take_fd(&fd);
	return 0;
}

/* The daemon looks where we do: a group that only a name service knows is none to it. */
static bool is_group(const char *name)
{
	return account_id(ACCOUNT_GROUPS, name) != UINT32_MAX;
}

/* A group that does not exist helps nobody. */
static int denied(const char *path, bool reads)
{
	bool all = is_group(GROUP), read = reads && is_group(GROUP_READ);

	if (all || read)
		fprintf(stderr,
			"wdspxectl: %s: permission denied; run as root or as a member of the "
			"group %s\n",
			path,
			all && read ? GROUP " or " GROUP_READ
			: all       ? GROUP
				    : GROUP_READ);
	else
		fprintf(stderr,
			"wdspxectl: %s: permission denied; run as root: " ACCOUNT_GROUPS
			" has no group %s\n",
			path, reads ? GROUP " or " GROUP_READ : GROUP);
	return CTL_FAILED;
}

/* What only reads has a second socket, for those who may not use the first. */
static int connect_daemon(const struct call *call, const char *path, int *out)
{
	bool reads = call->arguments.command->right == COMMAND_READ;
	unsigned seconds = reads ? PATIENCE_S : SLOW_S;
	int r = connect_to(path, seconds, out);

	if (r == -EACCES && reads && !call->socket) {
		_cleanup_(freep) char *second = socket_path(true);

		if (second && connect_to(second, seconds, out) == 0)
			return CTL_OK;
	}
	if (r == -EACCES)
		return denied(path, reads);
	return r == -EAGAIN ? too_late() : r < 0 ? no_daemon(path, -r) : CTL_OK;
}

/* The first octets, and a descriptor with them. What send() returns. */
static ssize_t send_with(int fd, const char *text, size_t len, int input)
{
	struct iovec octets = { (void *)(uintptr_t)text, len };
	union {
		struct cmsghdr head;
		char octets[CMSG_SPACE(sizeof(int))];
	} control = { .octets = { 0 } };
	struct msghdr message = { .msg_iov = &octets,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.octets) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(input));
	memcpy(CMSG_DATA(head), &input, sizeof(input));
	return sendmsg(fd, &message, MSG_NOSIGNAL);
}

static int send_line(int fd, const char *text, const int *input)
{
	size_t len = strlen(text), at = 0;

	while (at < len) {
		ssize_t n = input && at == 0 ? send_with(fd, text, len, *input)
					     : send(fd, text + at, len - at, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			at += (size_t)n;
	}
	return send(fd, "\n", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* One line, without its end. 0 or -errno. */
static int read_line(FILE *in, char **line)
{
	size_t room = 0;
	ssize_t n;

	errno = 0;
	n = getline(line, &room, in);
	if (n < 0)
		return errno ? -errno : -ECONNRESET;
	if ((*line)[n - 1] == '\n')
		(*line)[n - 1] = '\0';
	return 0;
}

static int exchange(const struct call *call, FILE *in, const char *path, const char *question,
		    json_t **out)
{
	_cleanup_(freep) char *line = NULL;
	int r = send_line(fileno(in), question, call->input);

	if (r == 0 || r == -EPIPE) /* a client that was refused finds the reason waiting */
		r = read_line(in, &line);
	if (r == -EAGAIN)
		return too_late();
	if (r < 0)
		return no_daemon(path, -r);
	*out = json_loads(line, 0, NULL);
	if (json_is_object(*out))
		return CTL_OK;
	json_decref(*out);
	fputs("wdspxectl: the daemon's answer is not JSON\n", stderr);
	return CTL_FAILED;
}

static char *question_of(const struct call *call)
{
	json_t *words = json_array(), *question;
	char *text;

	for (size_t i = 0; i < call->n_words; i++)
		json_array_append_new(words, json_string(call->words[i]));
	if (json_array_size(words) != call->n_words) { /* jansson takes UTF-8 alone */
		fputs("wdspxectl: an argument is not valid UTF-8\n", stderr);
		json_decref(words);
		return NULL;
	}
	question = json_pack("{s:s,s:o}", "command", call->arguments.command->name, "words", words);
	text = json_dumps(question, JSON_COMPACT);
	json_decref(question);
	return text;
}

static int refused(json_t *answer)
{
	fprintf(stderr, "wdspxectl: %s\n",
		json_string_value(json_object_get(answer, "error")) ?: "the daemon gave no reason");
	json_decref(answer);
	return CTL_FAILED;
}

/* A connection to the daemon, where there is none yet. */
static int connect_once(const struct call *call, const char *path, FILE **in)
{
	int fd = -1, r = *in ? CTL_OK : connect_daemon(call, path, &fd);

	if (r || *in)
		return r;
	*in = fdopen(fd, "r");
	return *in ? CTL_OK : no_daemon(path, errno);
}

/* Asks, and takes whatever is answered. */
static int converse(const struct call *call, FILE **in, json_t **out)
{
	_cleanup_(freep) char *usual = call->socket ? NULL : socket_path(false);
	_cleanup_(freep) char *question = question_of(call);
	const char *path = call->socket ? call->socket : usual;
	int r;

	if (!path || !question)
		return path ? CTL_USAGE : CTL_FAILED;
	r = connect_once(call, path, in);
	if (r == CTL_OK)
		r = exchange(call, *in, path, question, out);
	if (r && *in)
		fclose(TAKE(*in));
	return r;
}

int ask_on(const struct call *call, FILE **in, json_t **out)
{
	int r = converse(call, in, out);

	if (r || json_is_true(json_object_get(*out, "ok")))
		return r;
	fclose(TAKE(*in));
	return refused(*out);
}

int ask_whole(const struct call *call, json_t **out)
{
	FILE *in = NULL;
	int r = converse(call, &in, out);

	if (r == CTL_OK)
		fclose(in);
	return r;
}

int ask(const struct call *call, json_t **out)
{
	FILE *in = NULL;
	int r = ask_on(call, &in, out);

	if (r == CTL_OK)
		fclose(in);
	return r;
}

static void wait_for_ever(int fd)
{
	static const struct timeval never;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &never, sizeof(never));
}

int ask_stream(const struct call *call, bool (*record)(const struct call *call, const char *line))
{
	json_t *answer;
	FILE *in = NULL;
	int r = ask_on(call, &in, &answer);
	bool more = true;

	if (r)
		return r;
	json_decref(answer);
	wait_for_ever(fileno(in));
	while (more) {
		_cleanup_(freep) char *line = NULL;

		r = read_line(in, &line);
		if (r == -EINTR) { /* whoever catches a signal wants it to end so */
			r = CTL_OK;
			break;
		}
		if (r < 0) {
			fputs("wdspxectl: the daemon has gone\n", stderr);
			r = CTL_NO_DAEMON;
			break;
		}
		more = record(call, line);
	}
	fclose(in);
	return r;
}

int ask_and_tell(const struct call *call, void (*print)(const json_t *answer),
		 int (*status)(const json_t *answer))
{
	json_t *answer;
	int r = ask(call, &answer);

	if (r)
		return r;
	if (call->json)
		print_json(answer);
	else
		print(answer);
	r = status ? status(answer) : CTL_OK;
	json_decref(answer);
	return r;
}

int ask_and_print(const struct call *call, void (*print)(const json_t *answer))
{
	return ask_and_tell(call, print, NULL);
}
