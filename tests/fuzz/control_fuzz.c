/* Anything at all on the operator's socket: each line has its one answer, a request is carried out
 * where its whole line is one, and a line that is too long parts with its sender.
 *
 * The first octet says how many blanks go before the rest, so that long lines are reached.
 */
#include <jansson.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/control.h"
#include "fuzz/holds.h"

static struct control *control;
static struct sockaddr_un place = { .sun_family = AF_UNIX };
static unsigned carried_out;

static void on_request(void *context, uint64_t client, const char *command, const char *name,
		       uint32_t code)
{
	(void)context, (void)code;
	HOLDS(command && name);
	carried_out++;
	if (code & 1)
		control_refuse(control, client, name);
	else
		control_answer(control, client, "{\"ok\":true}");
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct control_hooks hooks = { .request = on_request };
	const char *step;

	(void)argc, (void)argv;
	snprintf(place.sun_path, sizeof(place.sun_path), "/tmp/wdspxe-fuzz-%d", (int)getpid());
	HOLDS(control_open(place.sun_path, "", &hooks, &control, &step) == 0);
	return 0;
}

/* What is to come of a stream of lines. */
struct expected {
	unsigned answers, requests;
};

static bool is_request(struct span line)
{
	json_t *request = json_loadb((const char *)line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *name = json_object_get(request, "name");
	const json_t *code = json_object_get(request, "code");
	bool is = json_is_string(json_object_get(request, "command")) &&
		  (!name || json_is_string(name)) &&
		  (!code || (json_is_integer(code) && json_integer_value(code) >= 0 &&
			     json_integer_value(code) <= UINT32_MAX));

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
		expected.requests += is_request(span_of(stream.at, len));
		stream = span_drop(stream, len + (end != NULL));
	}
	return expected;
}

/* Reads answers to the end; how many there were. */
static unsigned answers_read(int fd)
{
	static char answers[1 << 20];
	size_t len = 0;
	unsigned count = 0;

	for (unsigned turns = 0;; turns++) {
		ssize_t n = recv(fd, answers + len, sizeof(answers) - len, MSG_DONTWAIT);

		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
		HOLDS(turns < 100000 && len < sizeof(answers));
		control_turn(control, 1);
	}
	for (char *at = answers, *end; len > 0; len -= (size_t)(end + 1 - at), at = end + 1) {
		json_t *answer;

		end = memchr(at, '\n', len);
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
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t blanks = size > 0 ? 16u * data[0] : 0, len;
	struct expected expected;

	if (size < 2 || size > 4096) {
		close(fd);
		return 0;
	}
	memset(stream, ' ', blanks);
	memcpy(stream + blanks, data + 1, size - 1);
	len = blanks + size - 1;
	expected = expect(span_of(stream, len));
	HOLDS(connect(fd, (const struct sockaddr *)&place, sizeof(place)) == 0);
	HOLDS(send(fd, stream, len, MSG_NOSIGNAL) == (ssize_t)len);
	HOLDS(shutdown(fd, SHUT_WR) == 0);
	carried_out = 0;
	HOLDS(answers_read(fd) == expected.answers);
	HOLDS(carried_out == expected.requests);
	close(fd);
	return 0;
}
