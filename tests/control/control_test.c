/* control/: the operator's socket with good, slow and hostile clients, over a real socket. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/control.h"
#include "control/peer.h"
#include "control/stream.h"
#include "suite.h"
#include "temporary.h"

static char folder[TEMPORARY_MAX];
static char path[TEMPORARY_MAX + 8];
static struct control *control;
static char asked[256];  /* the last request as the hook saw it */
static uint64_t late[4]; /* clients that "late" asked for */
static unsigned n_late, n_asked, n_trouble, n_woken;
static struct stream *stream; /* the one that was opened last */
static char *huge;
static int input;             /* what came with the last request */
static int told;              /* the last trouble's error */
static bool epoll_ctl_broken; /* the kernel has no memory for it */

/* In place of the C library's. */
int epoll_ctl(int poll, int operation, int fd, struct epoll_event *event)
{
	if (epoll_ctl_broken) {
		errno = ENOMEM;
		return -1;
	}
	return (int)syscall(SYS_epoll_ctl, poll, operation, fd, event);
}

static void on_trouble(void *context, const char *where, const char *what, int error)
{
	ck_assert_ptr_eq(context, &control);
	ck_assert_str_eq(where, path);
	ck_assert_str_ne(what, "");
	n_trouble++;
	told = error;
}

static void on_wake(void *context)
{
	ck_assert_ptr_eq(context, &control);
	n_woken++;
}

static void on_over(void *context, struct stream *gone)
{
	ck_assert_ptr_eq(context, &control);
	ck_assert_ptr_eq(gone, stream);
	stream_unref(gone); /* the putting side's */
	stream = NULL;
}

enum { HUGE_LINE = 2 * CONTROL_ANSWER_MAX };

/* What "control" is for says what becomes of it; every other command is answered. */
static void on_request(void *context, uint64_t client, const struct arguments *arguments)
{
	const char *name = arguments->word[0] ? arguments->word[0] : "";

	ck_assert_ptr_eq(context, &control);
	n_asked++;
	snprintf(asked, sizeof(asked), "%s %s %s", arguments->command->name, name,
		 arguments->word[1] ? arguments->word[1] : "");
	if (!strcmp(name, "input"))
		input = control_input(control, client);
	if (!strcmp(name, "late"))
		late[n_late++ % 4] = client;
	else if (!strcmp(name, "huge"))
		control_answer(control, client, huge);
	else if (!strcmp(name, "own"))
		control_answer_own(control, client, strdup("{\"ok\":true}\n"), 12);
	else if (!strcmp(name, "own-huge"))
		control_answer_own(control, client, memset(malloc(HUGE_LINE), '\n', HUGE_LINE),
				   HUGE_LINE);
	else if (arguments->command->id == COMMAND_log)
		stream = control_stream(control, client);
	else if (!strcmp(name, "refuse"))
		control_refuse(control, client, "no \"way\"");
	else
		control_answer(control, client, "{\"ok\":true}");
}

/* One with the operator's door alone. */
static int control_open_one(const char *at, const char *group, struct control **out,
			    const char **step)
{
	static const struct control_hooks hooks = { .context = &control,
						    .request = on_request,
						    .wake = on_wake,
						    .over = on_over,
						    .trouble = on_trouble };
	struct control *made;
	int r;

	ck_assert_int_eq(control_new(&hooks, &made), 0);
	r = control_listen(made, at, group, COMMAND_OPERATE, step);
	if (r < 0)
		control_close(made);
	else
		*out = made;
	return r;
}

static void set_up(void)
{
	const char *step;

	ck_assert_ptr_nonnull(mkdtemp(temporary_template(folder, "control")));
	snprintf(path, sizeof(path), "%s/socket", folder);
	n_late = n_asked = n_trouble = 0;
	ck_assert_int_eq(control_open_one(path, "no-such-group", &control, &step), 0);
}

static void tear_down(void)
{
	control_close(control);
	ck_assert_int_eq(access(path, F_OK), -1);
	rmdir(folder);
}

static int client(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Lets the server do what is to be done. */
static void turn(uint64_t now_ms)
{
	struct pollfd poller = { control_fd(control), POLLIN, 0 };

	for (int i = 0; i < 2000 && poll(&poller, 1, 0) > 0; i++)
		control_turn(control, now_ms);
	ck_assert_int_eq(poll(&poller, 1, 0), 0); /* it does not spin */
}

static void say(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* What the client finds: the text, "" for nothing yet, "closed". */
static const char *hear(int fd)
{
	static char text[1024];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return errno == EAGAIN ? "" : "closed";
	text[n] = 0;
	return n ? text : "closed";
}

START_TEST(request_and_answer)
{
	int fd = client();

	say(fd, "{\"command\":\"control\",\"words\":[\"b \\\"c\",\"130\"]}\n");
	turn(0);
	ck_assert_str_eq(asked, "control b \"c 130");
	ck_assert_str_eq(hear(fd), "{\"ok\":true}\n");
	say(fd, "{\"command\":\"control\",\"words\":[\"ref");
	turn(0);
	ck_assert_str_eq(hear(fd), "");
	say(fd, "use\",\"pause\"]}\n{\"command\":\"status\"}\n");
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":false,\"error\":\"no \\\"way\\\"\"}\n{\"ok\":true}\n");
	close(fd);
	turn(0);
}
END_TEST

static const char *const wrong[] = {
	"\n",
	"x\n",
	"[]\n",
	"{}\n",
	"{\"command\":5}\n",
	"{\"command\":\"list\",\"words\":\"a\"}\n",
	"{\"command\":\"list\",\"words\":{}}\n",
	"{\"command\":\"list\",\"words\":[\"a\",5]}\n",
	"{\"command\":\"list\",\"words\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}\n",
	"{\"command\":\"list\",\"name\":\"a\"}\n",
	"{\"command\":\"list\",\"words\":[],\"code\":5}\n",
	"{\"command\":\"a\",\"command\":\"b\"}\n",
	"{\"command\":\"a\"} {}\n",
	"\"\xff\"\n",
};

START_TEST(wrong_request_is_refused_and_the_client_stays)
{
	int fd = client();

	say(fd, wrong[_i]);
	turn(0);
	ck_assert_uint_eq(n_asked, 0);
	ck_assert_int_eq(strncmp(hear(fd), "{\"ok\":false,\"error\":\"a request must be", 38), 0);
	say(fd, "{\"command\":\"status\"}\n");
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true}\n");
	close(fd);
	turn(0);
}
END_TEST

/* H5: a NUL ends no line: what stands behind it is of the request too, and makes it none. */
START_TEST(request_with_a_nul_is_refused)
{
	static const char line[] = "{\"command\":\"status\"}\0{\"command\"\n";
	int fd = client();

	ck_assert_int_eq(send(fd, line, sizeof(line) - 1, MSG_NOSIGNAL), sizeof(line) - 1);
	turn(0);
	ck_assert_uint_eq(n_asked, 0);
	ck_assert_int_eq(strncmp(hear(fd), "{\"ok\":false,\"error\":\"a request must be", 38), 0);
	close(fd);
	turn(0);
}
END_TEST

START_TEST(endless_line_is_dropped)
{
	char octets[CONTROL_LINE_MAX + 1];
	int fd = client();

	memset(octets, '{', sizeof(octets));
	ck_assert_int_gt(send(fd, octets, sizeof(octets), MSG_NOSIGNAL), 0);
	turn(0);
	ck_assert_str_eq(hear(fd), "closed");
	close(fd);
}
END_TEST

START_TEST(deep_json_is_refused)
{
	char line[CONTROL_LINE_MAX];
	int fd = client();

	memset(line, '[', sizeof(line));
	memcpy(line + sizeof(line) - 2, "\n", 2);
	say(fd, line);
	turn(0);
	ck_assert_int_eq(strncmp(hear(fd), "{\"ok\":false", 11), 0);
	close(fd);
	turn(0);
}
END_TEST

START_TEST(late_answer_reaches_the_right_client_or_nobody)
{
	int one = client(), two = client(), three;

	say(one, "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n");
	say(two, "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n");
	turn(0);
	ck_assert_uint_eq(n_late, 2);
	close(one);
	turn(0);
	three = client(); /* takes the free slot, and is another client */
	turn(0);
	control_answer(control, late[0], "{\"to\":\"one\"}");
	control_answer(control, late[1], "{\"to\":\"two\"}");
	turn(0);
	ck_assert_str_eq(hear(three), "");
	ck_assert_str_eq(hear(two), "{\"to\":\"two\"}\n");
	close(two);
	close(three);
	turn(0);
}
END_TEST

START_TEST(half_closed_client_gets_its_answer)
{
	int fd = client();

	say(fd, "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n");
	turn(0);
	shutdown(fd, SHUT_WR);
	turn(0);
	ck_assert_str_eq(hear(fd), "");
	control_answer(control, late[0], "{\"ok\":true}");
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true}\n");
	ck_assert_str_eq(hear(fd), "closed");
	close(fd);
}
END_TEST

START_TEST(client_that_does_not_read_is_dropped_in_time)
{
	int fd = client(), other;

	huge = malloc(1 << 20);
	ck_assert_ptr_nonnull(huge);
	memset(huge, 'x', (1 << 20) - 1);
	huge[(1 << 20) - 1] = 0;
	for (int i = 0; i < 3; i++)
		say(fd, "{\"command\":\"control\",\"words\":[\"huge\",\"pause\"]}\n");
	turn(1000);
	other = client(); /* is served meanwhile */
	say(other, "{\"command\":\"status\"}\n");
	turn(2000);
	ck_assert_str_eq(hear(other), "{\"ok\":true}\n");
	control_tick(control, 1000 + CONTROL_STUCK_MS);
	ck_assert_int_eq(send(fd, "", 0, MSG_NOSIGNAL), 0);
	control_tick(control, 1001 + CONTROL_STUCK_MS);
	for (int i = 0; i < 5000 && strcmp(hear(fd), "closed") != 0; i++)
		;
	ck_assert_str_eq(hear(fd), "closed");
	control_tick(control, 1000000);
	ck_assert_str_eq(hear(other), "closed"); /* silent for ever */
	close(fd);
	close(other);
	free(huge);
}
END_TEST

START_TEST(answers_that_pile_up_are_bounded)
{
	int fd = client();

	huge = malloc(5 << 20);
	ck_assert_ptr_nonnull(huge);
	memset(huge, 'x', (5 << 20) - 1);
	huge[(5 << 20) - 1] = 0;
	say(fd, "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n{\"command\":"
		"\"control\",\"words\":[\"late\",\"pause\"]}\n");
	turn(0);
	control_answer(control, late[0], huge);
	control_answer(control, late[1], huge);
	for (int i = 0; i < 5000 && strcmp(hear(fd), "closed") != 0; i++)
		;
	ck_assert_str_eq(hear(fd), "closed");
	close(fd);
	free(huge);
}
END_TEST

START_TEST(requests_that_pile_up_are_bounded)
{
	int fd = client();

	for (int i = 0; i < CONTROL_OPEN_MAX; i++) {
		say(fd, "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n");
		turn(0);
	}
	ck_assert_uint_eq(n_late, CONTROL_OPEN_MAX);
	ck_assert_str_eq(hear(fd), "");
	say(fd, "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n");
	turn(0);
	ck_assert_uint_eq(n_late, CONTROL_OPEN_MAX);
	ck_assert_str_eq(hear(fd), "closed");
	control_answer(control, late[0], "{}"); /* nobody is there */
	close(fd);
}
END_TEST

START_TEST(one_client_too_many_is_told)
{
	int fd[CONTROL_CLIENTS_MAX + 1];

	for (int i = 0; i <= CONTROL_CLIENTS_MAX; i++) {
		fd[i] = client();
		turn(0);
	}
	ck_assert_str_eq(hear(fd[CONTROL_CLIENTS_MAX]),
			 "{\"ok\":false,\"error\":\"too many clients\"}\n");
	for (int i = 0; i <= CONTROL_CLIENTS_MAX; i++)
		close(fd[i]);
	turn(0);
	fd[0] = client();
	say(fd[0], "{\"command\":\"status\"}\n");
	turn(0);
	ck_assert_str_eq(hear(fd[0]), "{\"ok\":true}\n");
	close(fd[0]);
	turn(0);
}
END_TEST

/* One key's path given to another: the socket that is there is of datagrams. */
START_TEST(living_socket_of_another_type_is_not_taken)
{
	struct control *second = NULL;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *step;
	char living[TEMPORARY_MAX + 8];
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(living, sizeof(living), "%s/living", folder);
	strcpy(address.sun_path, living);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(control_open_one(living, "x", &second, &step), -EADDRINUSE);
	ck_assert_int_eq(access(living, F_OK), 0);
	close(fd);
	unlink(living);
}
END_TEST

/* Who says nothing, or not all of it, keeps nobody out for long: the one that has been silent
 * longest goes, and is told. Who waits for an answer, or watches, is not silent. */
START_TEST(the_silent_make_place)
{
	int fd[CONTROL_CLIENTS_MAX], late_one, more;

	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		fd[i] = client();
		turn(1000 + 10 * i);
	}
	say(fd[0], "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n");
	say(fd[1], "{\"command\":\"log\",\"words\":[\"--follow\"]}\n");
	say(fd[2], "{\"comm");
	turn(2000);
	more = client();
	turn(1020 + CONTROL_SILENT_MS - 1);
	ck_assert_str_eq(hear(more), "{\"ok\":false,\"error\":\"too many clients\"}\n");
	close(more);
	more = client();
	turn(1020 + CONTROL_SILENT_MS);
	ck_assert_ptr_nonnull(strstr(hear(fd[2]), "another client needs the place\"}\n"));
	ck_assert_str_eq(hear(fd[2]), "closed");
	late_one = client();
	say(late_one, "{\"command\":\"status\"}\n");
	turn(5000 + CONTROL_SILENT_MS); /* fd[3]'s place */
	ck_assert_ptr_nonnull(strstr(hear(fd[3]), "another client"));
	ck_assert_str_eq(hear(late_one), "{\"ok\":true}\n");
	say(more, "{\"command\":\"status\"}\n");
	say(fd[4], "{\"command\":\"status\"}\n");
	turn(5000 + CONTROL_SILENT_MS);
	ck_assert_str_eq(hear(more), "{\"ok\":true}\n");
	ck_assert_str_eq(hear(fd[4]), "{\"ok\":true}\n");
	ck_assert_str_eq(hear(fd[1]), "{\"ok\":true,\"stream\":true}\n");
	control_answer(control, late[0], "{\"ok\":true}");
	ck_assert_str_eq(hear(fd[0]), "{\"ok\":true}\n");
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
		close(fd[i]);
	close(more);
	close(late_one);
	turn(6000 + CONTROL_SILENT_MS);
}
END_TEST

START_TEST(living_socket_is_not_taken_and_a_dead_one_is)
{
	struct control *second = NULL;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *step;
	char dead[TEMPORARY_MAX + 8];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stat st;

	ck_assert_int_eq(control_open_one(path, "x", &second, &step), -EADDRINUSE);
	ck_assert_int_eq(access(path, F_OK), 0);
	snprintf(dead, sizeof(dead), "%s/dead", folder);
	strcpy(address.sun_path, dead);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	ck_assert_int_eq(control_open_one(dead, "x", &second, &step), 0);
	ck_assert_int_eq(stat(dead, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0660);
	control_close(second);
	close(open(dead, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_eq(control_open_one(dead, "x", &second, &step), -EEXIST);
	unlink(dead);
}
END_TEST

/* S12: a client that asks and does not read is not served any further: what waits is bounded by
 * what it has read, not by what it asks. Once it reads, it gets every answer. */
START_TEST(client_that_does_not_read_is_served_no_further)
{
	enum { ANSWER = 40000, ASKED = 60 };
	static char text[1 << 20];
	size_t got = 0;
	int fd = client();

	huge = malloc(ANSWER);
	ck_assert_ptr_nonnull(huge);
	memset(huge, 'x', ANSWER - 1);
	huge[ANSWER - 1] = 0;
	for (int i = 0; i < ASKED; i++)
		say(fd, "{\"command\":\"control\",\"words\":[\"huge\",\"pause\"]}\n");
	turn(0);
	ck_assert_uint_lt(n_asked, 20); /* 60 were, and all their answers were kept */
	for (int i = 0; i < 100000 && got < (size_t)ANSWER * ASKED; i++) {
		ssize_t n = recv(fd, text, sizeof(text), 0);

		got += n > 0 ? (size_t)n : 0;
		turn(0);
	}
	ck_assert_uint_eq(got, (size_t)ANSWER * ASKED);
	ck_assert_uint_eq(n_asked, ASKED);
	close(fd);
	turn(0);
	free(huge);
}
END_TEST

/* S12: what one turn of the loop does for clients is bounded, however many ask at once, and all of
 * them have their turn. */
START_TEST(one_turn_carries_out_a_few_requests)
{
	enum { EACH = 5 };
	int fd[CONTROL_CLIENTS_MAX];

	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		fd[i] = client();
		turn(0);
	}
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
		for (int n = 0; n < EACH; n++)
			say(fd[i], "{\"command\":\"status\"}\n");
	for (unsigned turns = 1; turns <= 20; turns++) {
		control_turn(control, 0);
		ck_assert_uint_le(n_asked, turns * CONTROL_TURN_MAX);
	}
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) /* two a turn: each had its first by now */
		ck_assert_int_eq(strncmp(hear(fd[i]), "{\"ok\":true}\n", 12), 0);
	turn(0);
	ck_assert_uint_eq(n_asked, CONTROL_CLIENTS_MAX * EACH);
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
		close(fd[i]);
	turn(0);
}
END_TEST

/* S20: what was received is carried out, though its sender has gone, and though the last line has
 * no end. The answers are nobody's. */
START_TEST(commands_of_a_client_that_has_closed_are_carried_out)
{
	int fd = client();

	say(fd, "{\"command\":\"status\"}\n{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}"
		"\n{\"command\":\"control\",\"words\":[\"last\",\"pause\"]}");
	close(fd);
	turn(0);
	ck_assert_uint_eq(n_asked, 3);
	ck_assert_str_eq(asked, "control last pause");
	control_answer(control, late[0], "{\"ok\":true}"); /* it has gone */
	fd = client();                                     /* one that sends no more, and listens */
	say(fd, "{\"command\":\"status\"}");
	turn(0);
	ck_assert_str_eq(hear(fd), "");
	shutdown(fd, SHUT_WR);
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true}\n");
	ck_assert_str_eq(hear(fd), "closed");
	close(fd);
}
END_TEST

static void limit_descriptors(rlim_t most)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = most;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* S16: without a descriptor for a client the listener rests until the next tick, and says so
 * once; turn() would see it spin. */
START_TEST(without_descriptors_the_listener_rests)
{
	int fd = client(), free_fd = dup(0);

	ck_assert_int_ge(free_fd, 0);
	close(free_fd);
	say(fd, "{\"command\":\"status\"}\n");
	limit_descriptors((rlim_t)free_fd);
	for (int i = 0; i < 3; i++) {
		turn(0);
		control_tick(control, 0);
	}
	ck_assert_uint_eq(n_trouble, 1);
	ck_assert_int_eq(told, EMFILE);
	limit_descriptors(256);
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true}\n");
	close(fd);
	turn(0);
}
END_TEST

/* S15: a client that cannot be watched is told to the log and dropped, where it kept its place for
 * ten minutes and was never heard. */
START_TEST(client_that_cannot_be_watched_is_dropped_and_told)
{
	int fd = client();

	epoll_ctl_broken = true;
	turn(0);
	epoll_ctl_broken = false;
	ck_assert_uint_eq(n_trouble, 1);
	ck_assert_int_eq(told, ENOMEM);
	ck_assert_str_eq(hear(fd), "closed");
	close(fd);
	fd = client();
	turn(0);
	say(fd, "{\"command\":\"status\"}\n");
	epoll_ctl_broken = true;
	turn(0);
	epoll_ctl_broken = false;
	ck_assert_uint_eq(n_trouble, 2);
	close(fd);
}
END_TEST

/* S21: another daemon's socket that stands at our path by now stays. */
START_TEST(socket_of_another_is_not_removed)
{
	struct control *first = NULL, *second = NULL;
	const char *step;
	char shared[TEMPORARY_MAX + 8], aside[TEMPORARY_MAX + 8];

	snprintf(shared, sizeof(shared), "%s/shared", folder);
	snprintf(aside, sizeof(aside), "%s/aside", folder);
	ck_assert_int_eq(control_open_one(shared, "x", &first, &step), 0);
	ck_assert_int_eq(rename(shared, aside), 0);
	ck_assert_int_eq(control_open_one(shared, "x", &second, &step), 0);
	control_close(first);
	ck_assert_int_eq(access(shared, F_OK), 0);
	control_close(second);
	ck_assert_int_eq(access(shared, F_OK), -1);
	unlink(aside);
}
END_TEST

/* The second door takes what only reads, has places of its own, and goes with the control. */
START_TEST(status_door_only_reads)
{
	char first[sizeof(path)], second[TEMPORARY_MAX + 8];
	int fd[CONTROL_CLIENTS_MAX + 1], reader;
	const char *step;
	struct stat st;

	snprintf(second, sizeof(second), "%s/status", folder);
	ck_assert_int_eq(control_listen(control, second, "no-such-group", COMMAND_READ, &step), 0);
	ck_assert_int_eq(stat(second, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0660);
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) { /* the operator's door is full */
		fd[i] = client();
		turn(0);
	}
	strcpy(first, path);
	strcpy(path, second);
	reader = client();
	strcpy(path, first);
	say(reader, "{\"command\":\"status\"}\n{\"command\":\"reload\"}\n"
		    "{\"command\":\"control\",\"words\":[\"all\",\"pause\"]}\n");
	turn(0);
	ck_assert_uint_eq(n_asked, 1);
	ck_assert_str_eq(hear(reader),
			 "{\"ok\":true}\n"
			 "{\"ok\":false,\"error\":\"permission denied: reload needs the control "
			 "socket, this one only reads\"}\n"
			 "{\"ok\":false,\"error\":\"permission denied: control needs the control "
			 "socket, this one only reads\"}\n");
	say(fd[0], "{\"command\":\"reload\"}\n{\"command\":\"register\"}\n");
	turn(0);
	ck_assert_str_eq(hear(fd[0]), "{\"ok\":true}\n{\"ok\":false,\"error\":\"wdspxectl itself "
				      "carries out register\"}\n");
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
		close(fd[i]);
	close(reader);
	turn(0);
	control_close(control);
	control = NULL;
	ck_assert_int_eq(access(second, F_OK), -1);
}
END_TEST

#define FOLLOW "{\"command\":\"log\",\"words\":[\"--follow\"]}\n"

static void put(const char *record)
{
	stream_put(stream, record, strlen(record));
}

START_TEST(stream_goes_to_its_client_beside_answers)
{
	int fd = client();

	say(fd, FOLLOW);
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true,\"stream\":true}\n");
	n_woken = 0;
	put("{\"n\":1}");
	ck_assert_uint_eq(n_woken, 1);
	put("{\"n\":2}");
	ck_assert_uint_eq(n_woken, 1); /* once for both */
	control_pump(control, 0);
	ck_assert_str_eq(hear(fd), "{\"n\":1}\n{\"n\":2}\n");
	say(fd, "{\"command\":\"status\"}\n");
	shutdown(fd, SHUT_WR); /* it goes on listening */
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true}\n");
	stream_lose(stream, 3);
	control_pump(control, 0);
	ck_assert_str_eq(hear(fd), "{\"lost\":3}\n");
	control_tick(control, 100 * (uint64_t)CONTROL_IDLE_MS); /* nothing to read: it may wait */
	ck_assert_ptr_nonnull(stream);
	close(fd);
	turn(0);
	ck_assert_ptr_null(stream); /* it ends with its client */
}
END_TEST

/* What is taken at once may end with the last record there is, and all of it be read: what comes
 * then finds its way all the same. */
START_TEST(stream_goes_on_behind_as_much_as_is_taken_at_once)
{
	enum { RECORD = 1024 };
	static char record[RECORD], text[CONTROL_PUMP_MAX + 1];
	int fd = client();

	say(fd, FOLLOW);
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true,\"stream\":true}\n");
	memset(record, ' ', RECORD - 1); /* and its new line */
	for (int i = 0; i < CONTROL_PUMP_MAX / RECORD; i++)
		put(record);
	control_pump(control, 0);
	ck_assert_int_eq(recv(fd, text, sizeof(text), MSG_DONTWAIT), CONTROL_PUMP_MAX);
	n_woken = 0;
	put("{\"n\":1}");
	if (n_woken > 0)
		control_pump(control, 0);
	else
		turn(0);
	ck_assert_str_eq(hear(fd), "{\"n\":1}\n");
	close(fd);
	turn(0);
}
END_TEST

START_TEST(one_stream_for_each_client)
{
	struct stream *first;
	int fd = client();

	say(fd, FOLLOW);
	turn(0);
	first = stream;
	say(fd, FOLLOW);
	turn(0);
	ck_assert_ptr_null(stream);
	stream = first;
	ck_assert_str_eq(hear(fd), "{\"ok\":true,\"stream\":true}\n{\"ok\":false,\"error\":\"this "
				   "connection has a stream already\"}\n");
	close(fd);
	turn(0);
	ck_assert_ptr_null(stream);
	ck_assert_ptr_null(control_stream(control, 12345)); /* nobody */
}
END_TEST

/* A watcher that stands still holds a ring, its buffer and the kernel's, and not one octet more;
 * when it goes on it has what was kept, in order, and is told what was not. */
START_TEST(watcher_that_does_not_read_is_bounded_and_told)
{
	enum { RECORDS = 100000 };
	static char text[4 << 20];
	unsigned long lost = 0, n = 0;
	size_t got = 0;
	int fd = client();
	char record[64];

	say(fd, FOLLOW);
	turn(0);
	for (int i = 0; i < RECORDS; i++) {
		snprintf(record, sizeof(record), "{\"n\":%d,\"pad\":\"........................\"}",
			 i);
		put(record);
		control_pump(control, 0);
	}
	control_tick(control, CONTROL_STUCK_MS + 1); /* that is for answers */
	ck_assert_ptr_nonnull(stream);
	for (int idle = 0; idle < 3 && got < sizeof(text) - 1;) {
		ssize_t more = recv(fd, text + got, sizeof(text) - 1 - got, 0);

		got += more > 0 ? (size_t)more : 0;
		idle = more > 0 ? 0 : idle + 1;
		turn(0);
	}
	ck_assert_uint_lt(got, RECORDS * 20ul); /* most never was anywhere */
	for (char *at = strchr(text, '\n') + 1, *end; (end = strchr(at, '\n')); at = end + 1) {
		if (sscanf(at, "{\"lost\":%lu}", &lost) == 1)
			n += lost;
		else
			ck_assert_uint_eq(strtoul(at + strlen("{\"n\":"), NULL, 10), n++);
	}
	ck_assert_uint_eq(n, RECORDS);
	ck_assert_uint_gt(lost, RECORDS / 2);
	close(fd);
	turn(0);
}
END_TEST

START_TEST(watcher_that_never_reads_again_is_dropped)
{
	int fd = client();

	say(fd, FOLLOW);
	turn(1000);
	for (int i = 0; i < 100000; i++) {
		put("{\"pad\":\"................................\"}");
		control_pump(control, 1000);
	}
	control_tick(control, 1000 + CONTROL_IDLE_MS);
	ck_assert_ptr_nonnull(stream);
	control_tick(control, 1001 + CONTROL_IDLE_MS);
	ck_assert_ptr_null(stream);
	close(fd);
}
END_TEST

START_TEST(stop_is_told_to_who_watches)
{
	int fd = client();

	say(fd, FOLLOW);
	turn(0);
	(void)hear(fd);
	put("{\"n\":1}");
	control_close(control);
	control = NULL;
	ck_assert_str_eq(hear(fd), "{\"n\":1}\n{\"end\":\"wdspxed has stopped\"}\n");
	ck_assert_str_eq(hear(fd), "closed");
	ck_assert_ptr_null(stream);
	close(fd);
}
END_TEST

/* One line may be longer than all others together; what is answered behind it keeps its place. */
START_TEST(line_that_is_taken_over_may_be_long)
{
	size_t heard = 0;
	char block[65536];
	int fd = client();
	ssize_t n;

	say(fd, "{\"command\":\"control\",\"words\":[\"own\",\"pause\"]}\n");
	turn(0);
	ck_assert_str_eq(hear(fd), "{\"ok\":true}\n");
	say(fd, "{\"command\":\"control\",\"words\":[\"own-huge\",\"pause\"]}\n"
		"{\"command\":\"control\",\"words\":[\"own\",\"pause\"]}\n");
	while (heard < HUGE_LINE + 12) {
		turn(0);
		n = recv(fd, block, sizeof(block), 0);
		ck_assert_int_gt(n, 0);
		heard += (size_t)n;
	}
	ck_assert_mem_eq(block + n - 12, "{\"ok\":true}\n", 12);
	ck_assert_str_eq(hear(fd), "");
	close(fd);
	turn(0);
}
END_TEST

/* Two that are ready at once: the second is copied behind the first. */
START_TEST(line_that_is_taken_over_stands_behind_another)
{
	int fd = client();

	say(fd, "{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n"
		"{\"command\":\"control\",\"words\":[\"late\",\"pause\"]}\n");
	turn(0);
	huge = malloc(CONTROL_ANSWER_MAX / 2);
	memset(huge, 'x', CONTROL_ANSWER_MAX / 2 - 1);
	huge[CONTROL_ANSWER_MAX / 2 - 1] = '\0';
	control_answer(control, late[0], huge);
	control_answer_own(control, late[1], strdup("second\n"), 7);
	free(huge);
	for (size_t left = CONTROL_ANSWER_MAX / 2; left > 0;) {
		char block[65536];
		ssize_t n;

		turn(0);
		n = recv(fd, block, left < sizeof(block) ? left : sizeof(block), 0);
		ck_assert_int_gt(n, 0);
		left -= (size_t)n;
	}
	turn(0);
	ck_assert_str_eq(hear(fd), "second\n");
	control_answer_own(control, 12345, strdup("nobody\n"), 7);
	close(fd);
	turn(0);
}
END_TEST

/* ---- descriptors ---- */

static void say_with(int fd, const char *text, const int *descriptors, unsigned n)
{
	struct iovec octets = { (void *)(uintptr_t)text, strlen(text) };
	union {
		struct cmsghdr head;
		char octets[CMSG_SPACE(4 * sizeof(int))];
	} space = { .octets = { 0 } };
	struct msghdr message = { .msg_iov = &octets,
				  .msg_iovlen = 1,
				  .msg_control = &space,
				  .msg_controllen = CMSG_SPACE(n * sizeof(int)) };

	space.head.cmsg_level = SOL_SOCKET;
	space.head.cmsg_type = SCM_RIGHTS;
	space.head.cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(&space.head), descriptors, n * sizeof(int));
	ck_assert_int_eq(sendmsg(fd, &message, 0), (ssize_t)strlen(text));
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

#define ASK_INPUT "{\"command\":\"control\",\"words\":[\"input\",\"pause\"]}\n"

START_TEST(descriptor_goes_to_its_request_and_to_no_other)
{
	int fd = client(), zero = open("/dev/zero", O_RDONLY), both[] = { zero, zero };
	unsigned before;

	turn(0);
	before = open_descriptors();
	say_with(fd, ASK_INPUT, &zero, 1);
	turn(0);
	ck_assert_int_ge(input, 0);
	ck_assert_int_eq(fcntl(input, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(input);
	say(fd, ASK_INPUT);
	turn(0);
	ck_assert_int_eq(input, -1);
	say_with(fd, "{\"command\":\"status\"}\n", &zero, 1); /* who asked for none: closed */
	say(fd, ASK_INPUT);
	turn(0);
	ck_assert_int_eq(input, -1);
	say_with(fd, "{\"command\":", &zero, 1); /* the latest counts */
	turn(0);
	say_with(fd, "\"status\"}\n", both, 2);
	turn(0);
	ck_assert_uint_eq(open_descriptors(), before);
	say_with(fd, "{\"comm", &zero, 1); /* it goes with its client */
	turn(0);
	close(fd);
	turn(0);
	ck_assert_uint_eq(open_descriptors(), before - 2);
	close(zero);
}
END_TEST

START_TEST(who_may)
{
	gid_t groups[] = { 7, 9 };
	uid_t stranger = geteuid() + 12345;

	ck_assert(control_may(0, NULL, 0, (gid_t)-1));
	ck_assert(control_may(geteuid(), NULL, 0, (gid_t)-1));
	ck_assert(control_may(stranger, groups, 2, 9));
	ck_assert(!control_may(stranger, groups, 2, 8));
	ck_assert(!control_may(stranger, groups, 0, 9));
	ck_assert(!control_may(stranger, groups, 2, (gid_t)-1));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("control");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, request_and_answer);
	TEST_ROWS(tcase, wrong_request_is_refused_and_the_client_stays, wrong);
	tcase_add_test(tcase, request_with_a_nul_is_refused);
	tcase_add_test(tcase, endless_line_is_dropped);
	tcase_add_test(tcase, deep_json_is_refused);
	tcase_add_test(tcase, late_answer_reaches_the_right_client_or_nobody);
	tcase_add_test(tcase, half_closed_client_gets_its_answer);
	tcase_add_test(tcase, client_that_does_not_read_is_dropped_in_time);
	tcase_add_test(tcase, answers_that_pile_up_are_bounded);
	tcase_add_test(tcase, requests_that_pile_up_are_bounded);
	tcase_add_test(tcase, one_client_too_many_is_told);
	tcase_add_test(tcase, the_silent_make_place);
	tcase_add_test(tcase, living_socket_is_not_taken_and_a_dead_one_is);
	tcase_add_test(tcase, living_socket_of_another_type_is_not_taken);
	tcase_add_test(tcase, client_that_does_not_read_is_served_no_further);
	tcase_add_test(tcase, one_turn_carries_out_a_few_requests);
	tcase_add_test(tcase, commands_of_a_client_that_has_closed_are_carried_out);
	tcase_add_test(tcase, without_descriptors_the_listener_rests);
	tcase_add_test(tcase, client_that_cannot_be_watched_is_dropped_and_told);
	tcase_add_test(tcase, socket_of_another_is_not_removed);
	tcase_add_test(tcase, status_door_only_reads);
	tcase_add_test(tcase, stream_goes_to_its_client_beside_answers);
	tcase_add_test(tcase, stream_goes_on_behind_as_much_as_is_taken_at_once);
	tcase_add_test(tcase, one_stream_for_each_client);
	tcase_add_test(tcase, watcher_that_does_not_read_is_bounded_and_told);
	tcase_add_test(tcase, watcher_that_never_reads_again_is_dropped);
	tcase_add_test(tcase, stop_is_told_to_who_watches);
	tcase_add_test(tcase, line_that_is_taken_over_may_be_long);
	tcase_add_test(tcase, line_that_is_taken_over_stands_behind_another);
	tcase_add_test(tcase, descriptor_goes_to_its_request_and_to_no_other);
	tcase_add_test(tcase, who_may);
	return suite_run("control", tcase);
}
