/* Anything at all on the operator's socket: each line has its one answer, a request is carried out
 * where its whole line is one, and a line that is too long parts with its sender.
 *
 * The first octet says how many blanks go before the rest, so that long lines are reached.
 */
#include <jansson.h>
#include <sanitizer/asan_interface.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/control.h"
#include "fuzz/holds.h"

static struct control *control;
static unsigned carried_out;

/* The one client: a connection in memory, for the kernel's takes most of the time that there is.
 * The linker's --wrap leads the calls for it here. It sends all at once and then no more, and
 * reads. */
enum { CLIENT = 1 << 20 };

static struct {
	struct span in;    /* what it sends and is not read yet */
	char out[1 << 20]; /* what it was answered */
	size_t out_len;
	bool waiting, open; /* to be accepted; accepted and not closed */
	struct epoll_event watched, listener;
} client;

int __real_epoll_ctl(int poll, int op, int fd, struct epoll_event *event);
int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int __real_close(int fd);
int __wrap_epoll_ctl(int poll, int op, int fd, struct epoll_event *event);
int __wrap_epoll_wait(int poll, struct epoll_event *events, int n, int timeout);
int __wrap_accept4(int fd, struct sockaddr *at, socklen_t *len, int flags);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
ssize_t __wrap_recv(int fd, void *to, size_t len, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *head, int flags);
ssize_t __wrap_send(int fd, const void *from, size_t len, int flags);
int __wrap_close(int fd);

int __wrap_epoll_ctl(int poll, int op, int fd, struct epoll_event *event)
{
	if (fd != CLIENT) {
		client.listener = *event;
		return __real_epoll_ctl(poll, op, fd, event);
	}
	client.watched = *event;
	return 0;
}

/* It can always be read from, if only its end, and always be written to. */
int __wrap_epoll_wait(int poll, struct epoll_event *events, int n, int timeout)
{
	(void)poll, (void)timeout;
	HOLDS(n > 0);
	if (client.waiting)
		*events = client.listener;
	else if (client.open && client.watched.events)
		*events = client.watched;
	else
		return 0;
	return 1;
}

int __wrap_accept4(int fd, struct sockaddr *at, socklen_t *len, int flags)
{
	(void)fd, (void)at, (void)len, (void)flags;
	HOLDS(client.waiting);
	client.waiting = false;
	client.open = true;
	return CLIENT;
}

/* Its credentials: our own. */
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	if (fd != CLIENT)
		return __real_getsockopt(fd, level, name, value, len);
	*(struct ucred *)value = (struct ucred){ .uid = geteuid() };
	return 0;
}

ssize_t __wrap_recv(int fd, void *to, size_t len, int flags)
{
	size_t n = len < client.in.len ? len : client.in.len;

	(void)flags;
	HOLDS(fd == CLIENT && client.open);
	if (n > 0)
		memcpy(to, client.in.at, n);
	client.in = span_drop(client.in, n);
	return (ssize_t)n;
}

/* It never sends a descriptor. */
ssize_t __wrap_recvmsg(int fd, struct msghdr *head, int flags)
{
	HOLDS(head->msg_iovlen == 1);
	head->msg_controllen = 0;
	return __wrap_recv(fd, head->msg_iov->iov_base, head->msg_iov->iov_len, flags);
}

ssize_t __wrap_send(int fd, const void *from, size_t len, int flags)
{
	(void)flags;
	HOLDS(fd == CLIENT && client.open);
	HOLDS(len <= sizeof(client.out) - client.out_len);
	memcpy(client.out + client.out_len, from, len);
	client.out_len += len;
	return (ssize_t)len;
}

int __wrap_close(int fd)
{
	if (fd != CLIENT)
		return __real_close(fd);
	HOLDS(client.open);
	client.open = false;
	return 0;
}

/* Memory for the JSON of one input, for malloc's takes most of the rest: what is given back is
 * poisoned until the next input. */
static struct {
	_Alignas(16) uint8_t octets[16 << 20];
	size_t used;
} arena;

static void *arena_take(size_t size)
{
	size_t *head = (void *)(arena.octets + arena.used);
	size_t whole = 32 + ((size + 15) & ~(size_t)15); /* its room before it, a gap behind */

	HOLDS(whole <= sizeof(arena.octets) - arena.used);
	*head = whole - 32;
	arena.used += whole;
	ASAN_POISON_MEMORY_REGION(arena.octets + arena.used - 16, 16);
	return head + 2;
}

static void arena_give(void *memory)
{
	if (memory)
		ASAN_POISON_MEMORY_REGION(memory, ((size_t *)memory)[-2]);
}

void __real_free(void *memory);
void __wrap_free(void *memory);

/* What json_dumps() returns is freed so. */
void __wrap_free(void *memory)
{
	uintptr_t at = (uintptr_t)memory, begin = (uintptr_t)arena.octets;

	if (at >= begin && at < begin + sizeof(arena.octets))
		arena_give(memory);
	else
		__real_free(memory);
}

static void arena_reset(void)
{
	ASAN_UNPOISON_MEMORY_REGION(arena.octets, arena.used);
	arena.used = 0;
}

/* Every word that is there is one that its row takes, and none is left over. */
static void on_request(void *context, uint64_t id, const struct arguments *arguments)
{
	const struct command *command = arguments->command;
	struct arguments again;
	const char *word[2 * COMMAND_WORDS_MAX + COMMAND_REST_MAX], *plain[COMMAND_WORDS_MAX];
	char error[COMMAND_ERROR_MAX];
	size_t n = 0, n_plain = 0;

	(void)context;
	HOLDS(command->right <= COMMAND_OPERATE);
	for (size_t i = 0; i < COMMAND_WORDS_MAX; i++) {
		const struct command_word *row = &command->word[i];

		if (!arguments->word[i]) {
			HOLDS(!row->needed);
			continue;
		}
		if (row->kind == WORD_REST) {
			HOLDS(arguments->word[i] == arguments->rest[0] && arguments->n_rest > 0);
			continue;
		}
		if (!row->option) {
			plain[n_plain++] = arguments->word[i];
			continue;
		}
		word[n++] = row->option;
		if (row->kind != WORD_FLAG)
			word[n++] = arguments->word[i];
	}
	word[n++] = "--";
	for (size_t i = 0; i < n_plain; i++)
		word[n++] = plain[i];
	for (size_t i = 0; i < arguments->n_rest; i++)
		word[n++] = arguments->rest[i];
	HOLDS(arguments_read(command, word, n, &again, error) == 0);
	carried_out++;
	if (n_plain & 1)
		control_refuse(control, id, plain[0]);
	else
		control_answer(control, id, "{\"ok\":true}");
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct control_hooks hooks = { .request = on_request };
	const char *step;
	char path[64];

	(void)argc, (void)argv;
	snprintf(path, sizeof(path), "/tmp/wdspxe-fuzz-%d", (int)getpid());
	json_set_alloc_funcs(arena_take, arena_give);
	HOLDS(control_new(&hooks, &control) == 0);
	HOLDS(control_listen(control, path, "", COMMAND_OPERATE, &step) == 0);
	return 0;
}

/* What is to come of a stream of lines. */
struct expected {
	unsigned answers, requests_most;
};

/* What is no object with a command's name is never carried out. */
static bool is_object(struct span line)
{
	json_t *request = json_loadb((const char *)line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
	const char *name = json_string_value(json_object_get(request, "command"));
	char error[COMMAND_ERROR_MAX];
	bool is = name && command_find(name, error);

	json_decref(request);
	return is;
}

static struct expected expect(struct span stream)
{
	struct expected expected = { 0 };

	while (stream.len > 0) {
		const uint8_t *end = memchr(stream.at, '\n', stream.len);
		size_t len = end ? (size_t)(end - stream.at) : stream.len;

		if (len >= CONTROL_LINE_MAX)
			break;
		expected.answers++;
		expected.requests_most += is_object(span_of(stream.at, len));
		stream = span_drop(stream, len + (end != NULL));
	}
	return expected;
}

/* Serves the client until it is parted with. */
static void converse(struct span stream)
{
	client.in = stream;
	client.out_len = 0;
	client.waiting = true;
	for (unsigned turns = 0; client.waiting || client.open; turns++) {
		HOLDS(turns < 100000);
		control_turn(control, 1);
	}
}

/* How many answers it got. */
static unsigned answers_read(void)
{
	unsigned count = 0;

	for (char *at = client.out, *end; at < client.out + client.out_len; at = end + 1) {
		json_t *answer;

		end = memchr(at, '\n', (size_t)(client.out + client.out_len - at));
		HOLDS(end);
		answer = json_loadb(at, (size_t)(end - at), 0, NULL);
		HOLDS(json_is_boolean(json_object_get(answer, "ok")));
		json_decref(answer);
		count++;
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t stream[16 * 255 + 4096];
	size_t blanks = size > 0 ? 16u * data[0] : 0, len;
	struct expected expected;

	if (size < 2 || size > 4096)
		return 0;
	memset(stream, ' ', blanks);
	memcpy(stream + blanks, data + 1, size - 1);
	len = blanks + size - 1;
	arena_reset();
	expected = expect(span_of(stream, len));
	carried_out = 0;
	converse(span_of(stream, len));
	HOLDS(answers_read() == expected.answers);
	HOLDS(carried_out <= expected.requests_most);
	return 0;
}
