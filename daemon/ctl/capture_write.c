/* wdspxectl capture: packets in and out, with why in each one's comment. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "story/pcapng.h"
#include "story/watch_page.h"

enum { FILE_WORD, MAC_WORD }; /* the words of its row */

/* A reply that leaves before its request has ended waits for the journey; of journeys that are
 * over, the last ones are kept for replies that leave later. */
enum { JOURNEYS = 256, HELD = 64 };

static struct {
	struct pcapng file;
	const char *path;
	bool made; /* it was not there before */
	bool begun;
	struct {
		long long number; /* 0: none */
		char *text;
		struct ip own; /* our address there */
	} journey[JOURNEYS];
	unsigned next; /* the oldest */
	json_t *held[HELD];
	unsigned n_held;
	long long packets, lost, lost_before; /* of the lost ones: before the next packet */
} the;

static volatile sig_atomic_t interrupted; /* a read ends then, and with it the file */

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* ---- out of a record ---- */

static const char *member(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

/* "10.0.0.1:68", "[fd00::1]:546", or an address. */
static struct endpoint endpoint_of(const char *text)
{
	struct endpoint end = { .port = 0 };
	char ip[IP_TEXT_MAX + 2];
	const char *port = strrchr(text, ':');

	snprintf(ip, sizeof(ip), "%s", text);
	if (text[0] == '[') {
		ip[strcspn(ip, "]")] = '\0';
		memmove(ip, ip + 1, strlen(ip));
	} else if (port && strchr(text, ':') == port) {
		ip[strcspn(ip, ":")] = '\0';
	} else {
		port = NULL;
	}
	if (ip_parse(ip, &end.ip) && port)
		end.port = (uint16_t)strtoul(port + 1, NULL, 10);
	return end;
}

/* What is sent to all has no address in the record: the client's broadcast or multicast. */
static struct ip to_all(bool v6)
{
	struct ip group;

	return v6 && ip_parse("ff02::1:2", &group) ? group : ip_broadcast();
}

static unsigned digit(char c)
{
	return c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');
}

static size_t octets_of(const char *hex, uint8_t *out, size_t size)
{
	size_t n = 0;

	for (; hex[0] && hex[1] && n < size; hex += 2)
		out[n++] = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
	return n;
}

/* ---- writing ---- */

static void put_packet(const json_t *record, const struct endpoint *from, const struct endpoint *to,
		       bool outbound, const char *comment)
{
	static uint8_t octets[16384];
	size_t n = octets_of(member(record, "octets"), octets, sizeof(octets));
	struct pcapng_packet packet = {
		.from = *from,
		.to = *to,
		.interface = member(record, "interface"),
		.time_us = (uint64_t)(json_number_value(json_object_get(record, "time")) * 1e6),
		.outbound = outbound,
		.payload = span_of(octets, n),
		.len = (size_t)number_of(record, "length"),
		.comment = comment,
	};

	pcapng_put(&the.file, &packet);
	fflush(the.file.out);
	the.packets++;
}

/* As wdspxectl watch shows it, after what is missing before it. The caller frees it. */
static char *journey_text(const json_t *record)
{
	struct watch_page page;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (the.lost_before)
		fprintf(out, "%lld packets are missing before this one", the.lost_before);
	watch_page_init(&page, out, false);
	watch_page_show(&page, record);
	watch_page_done(&page);
	if (fclose(out) != 0 || size == 0)
		return text;
	text[size - 1] = '\0'; /* an end of line, as the first is */
	if (!the.lost_before)
		memmove(text, text + 1, size - 1);
	the.lost_before = 0;
	return text;
}

static int place_of(long long number)
{
	for (int i = 0; i < JOURNEYS; i++)
		if (number && the.journey[i].number == number)
			return i;
	return -1;
}

static void put_reply(const json_t *record)
{
	int place = place_of(number_of(record, "number"));
	struct endpoint to = endpoint_of(member(record, "to"));
	struct endpoint from = endpoint_of(member(record, "from"));
	_cleanup_(freep) char *comment = NULL;
	const char *unsent = member(record, "unsent");

	from.port = (uint16_t)number_of(record, "port");
	if (from.ip.family == IP_NONE && place >= 0)
		from.ip = the.journey[place].own;
	if (from.ip.family != to.ip.family)
		from.ip = (struct ip){ .family = to.ip.family };
	if (asprintf(&comment, "%s%s%s%s", unsent[0] ? "not sent: " : "", unsent,
		     unsent[0] ? "\n" : "", place >= 0 ? the.journey[place].text : "") < 0)
		comment = NULL;
	put_packet(record, &from, &to, true, comment ? comment : "");
}

/* The replies that waited for this journey; 0: all of them. */
static void put_held(long long number)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < the.n_held; i++) {
		json_t *record = the.held[i];

		if (number && number_of(record, "number") != number) {
			the.held[kept++] = record;
			continue;
		}
		put_reply(record);
		json_decref(record);
	}
	the.n_held = kept;
}

static void take_request(const json_t *record)
{
	struct endpoint from = endpoint_of(member(record, "from"));
	struct endpoint to = endpoint_of(member(record, "to")), own;
	char *text = journey_text(record);
	unsigned place = the.next++ % JOURNEYS;

	if (from.ip.family == IP_NONE)
		from.ip.family = number_of(record, "family") == 6 ? IP_V6 : IP_V4;
	if (to.ip.family == IP_NONE)
		to.ip = to_all(from.ip.family == IP_V6);
	to.port = (uint16_t)number_of(record, "port");
	put_packet(record, &from, &to, false, text ? text : "");
	own = endpoint_of(member(record, "own"));
	free(the.journey[place].text);
	the.journey[place].text = text;
	the.journey[place].number = text ? number_of(record, "number") : 0;
	the.journey[place].own = own.ip;
	if (number_of(record, "number"))
		put_held(number_of(record, "number"));
}

static void take_reply(json_t *record)
{
	if (place_of(number_of(record, "number")) >= 0) {
		put_reply(record);
		return;
	}
	if (the.n_held == HELD)
		put_held(number_of(the.held[0], "number"));
	the.held[the.n_held++] = json_incref(record);
}

/* Now that the daemon has taken us, what the file had is gone. */
static void begin(void)
{
	if (the.begun)
		return;
	the.begun = true;
	(void)!ftruncate(fileno(the.file.out), 0); /* a pipe has no length */
	pcapng_begin(&the.file, the.file.out);
	fflush(the.file.out);
}

static bool take(const struct call *call, const char *line)
{
	json_t *record = json_loads(line, 0, NULL);
	const char *step = member(record, "step"), *end = member(record, "end");
	bool goes_on = !end[0];

	(void)call;
	begin();
	the.lost += number_of(record, "lost");
	the.lost_before += number_of(record, "lost");
	if (strcmp(step, "request") == 0)
		take_request(record);
	else if (strcmp(step, "reply") == 0)
		take_reply(record);
	if (end[0])
		fprintf(stderr, "wdspxectl: %s\n", end);
	json_decref(record);
	return goes_on && !interrupted && !ferror(the.file.out);
}

static void forget(void)
{
	for (unsigned i = 0; i < JOURNEYS; i++)
		free(TAKE(the.journey[i].text));
}

static void print_counts(void)
{
	fprintf(stderr, "wdspxectl: %s: %lld packet%s", the.path, the.packets,
		the.packets == 1 ? "" : "s");
	if (the.lost)
		fprintf(stderr, "; %lld more came faster than they were read, and are missing",
			the.lost);
	fputc('\n', stderr);
}

static int finish(int r, bool json)
{
	bool failed;

	if (r == CTL_OK)
		begin();
	put_held(0);
	forget();
	failed = ferror(the.file.out) != 0;
	failed |= the.file.out != stdout && fclose(the.file.out) != 0;
	if (failed) {
		fprintf(stderr, "wdspxectl: %s: %s\n", the.path, strerror(errno));
		return CTL_FAILED;
	}
	if (!the.begun) {
		if (the.made)
			(void)unlink(the.path);
		return r;
	}
	if (json && the.file.out != stdout)
		printf("{\"ok\": true, \"packets\": %lld, \"lost\": %lld}\n", the.packets,
		       the.lost);
	else
		print_counts();
	return r;
}

/* It must be writable before the daemon is asked; what it has is kept until the daemon has said
 * yes.
 */
static FILE *open_file(const char *path)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return stdout;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
	the.made = fd >= 0;
	return the.made ? fdopen(fd, "ab") : fopen(path, "abe");
}

int run_capture(const struct call *call)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	int r;

	the.path = call->arguments.word[FILE_WORD];
	the.file.out = open_file(the.path);
	if (!the.file.out) {
		fprintf(stderr, "wdspxectl: %s: %s\n", the.path, strerror(errno));
		return CTL_FAILED;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	r = ask_stream(call, take);
	return finish(interrupted ? CTL_OK : r, call->json);
}
