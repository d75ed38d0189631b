/* A crowd of PXE clients: flood INTERFACE RATE SECONDS [LINGER [PID]]
 *
 * Sends RATE DHCPDISCOVER a second from port 68 by broadcast, each from another MAC and with
 * another transaction id, and notes which were answered by an OFFER. Ends after SECONDS, or at
 * SIGTERM; then reads on until no answer has come for LINGER (5) seconds. Prints one line:
 *
 *   sent N answered N twice N lost N foreign N slowest-ms N own-drops N longest-gap-ms N
 *
 * own-drops: what its own socket dropped: not the daemon's loss. Exit status 0: it ran as told.
 *
 * An answer has come when the kernel takes it in, however late it is read. With PID, the server's,
 * slowest-ms leaves out what the server's first thread waited for a processor in the meantime.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAGIC = 0x46, BATCH = 64, MOST = 4000000, PACKET = 300 };

struct request {
	uint64_t sent_us, waited_us; /* waited: by the server, until then */
	uint8_t answers;
};

/* How long the server had waited for a processor at a time: the last ones, some for each turn. */
enum { SAMPLES = 8192 };
static struct sample {
	uint64_t at_us, waited_us;
} samples[SAMPLES];
static unsigned sampled;
static int schedstat = -1;

static volatile sig_atomic_t ended;
static struct request *requests;
static struct {
	uint32_t sent, answered, twice, foreign, own_drops;
	uint64_t slowest_us, last_answer_us, longest_gap_us;
} count;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static uint64_t clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* As the kernel stamps what it takes in. */
static uint64_t now_us(void)
{
	return clock_us(CLOCK_REALTIME);
}

static int open_socket(const char *interface)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(68) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1, size = 64 << 20;

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) <
	    0)
		die(interface);
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0)
		die("port 68");
	return fd;
}

static void watch_server(const char *pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%.20s/schedstat", pid);
	schedstat = open(path, O_RDONLY | O_CLOEXEC);
	if (schedstat < 0)
		die(path);
}

/* What the server has waited until now. */
static uint64_t sample_waiting(void)
{
	unsigned long long waited_ns = 0;
	char text[64];
	ssize_t n = schedstat < 0 ? 0 : pread(schedstat, text, sizeof(text) - 1, 0);

	if (n > 0) {
		text[n] = '\0';
		sscanf(text, "%*s %llu", &waited_ns);
	}
	samples[sampled++ % SAMPLES] = (struct sample){ now_us(), waited_ns / 1000 };
	return waited_ns / 1000;
}

/* What it had surely waited at that time: by the last sample that is not later. */
static uint64_t waited_at(uint64_t us)
{
	for (unsigned i = 1; i <= SAMPLES && i <= sampled; i++)
		if (samples[(sampled - i) % SAMPLES].at_us <= us)
			return samples[(sampled - i) % SAMPLES].waited_us;
	return 0;
}

/* Microseconds from the request to its answer that are the server's own. */
static uint64_t own_us(const struct request *request, uint64_t answered_us)
{
	uint64_t took = answered_us > request->sent_us ? answered_us - request->sent_us : 0;
	uint64_t waited = waited_at(answered_us);

	waited = waited > request->waited_us ? waited - request->waited_us : 0;
	return took > waited ? took - waited : 0;
}

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 3; i >= 0; i--, value >>= 8)
		at[i] = (uint8_t)value;
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* A BIOS client's DISCOVER; the number is its transaction id and the end of its MAC. */
static void make(uint8_t packet[static PACKET], uint32_t number)
{
	static const uint8_t options[] = "\x63\x82\x53\x63"
					 "\x35\x01\x01"
					 "\x39\x02\x05\xc0"
					 "\x5d\x02\x00\x00"
					 "\x5e\x03\x01\x02\x01"
					 "\x3c\x20PXEClient:Arch:00000:UNDI:002001"
					 "\xff";

	memset(packet, 0, PACKET);
	packet[0] = packet[1] = 1;
	packet[2] = 6;
	put32(packet + 4, number);
	packet[10] = 0x80;
	packet[28] = 0x02;
	packet[29] = MAGIC;
	put32(packet + 30, number);
	memcpy(packet + 236, options, sizeof(options) - 1);
}

static unsigned send_some(int fd, unsigned n)
{
	static uint8_t packets[BATCH][PACKET];
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(67),
				  .sin_addr = { .s_addr = INADDR_BROADCAST } };
	struct mmsghdr headers[BATCH] = { 0 };
	struct iovec vectors[BATCH];
	uint64_t waited = sample_waiting(), now = now_us();
	int sent;

	if (n > BATCH)
		n = BATCH;
	if (count.sent + n > MOST)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		make(packets[i], count.sent + i);
		requests[count.sent + i].sent_us = now;
		requests[count.sent + i].waited_us = waited;
		vectors[i] = (struct iovec){ packets[i], PACKET };
		headers[i].msg_hdr = (struct msghdr){ .msg_name = &to,
						      .msg_namelen = sizeof(to),
						      .msg_iov = &vectors[i],
						      .msg_iovlen = 1 };
	}
	sent = sendmmsg(fd, headers, n, 0);
	if (sent < 0 && errno != EAGAIN && errno != ENOBUFS)
		die("sendmmsg");
	if (sent > 0)
		count.sent += (unsigned)sent;
	return sent > 0 ? (unsigned)sent : 0;
}

static void note_answer(const uint8_t *packet, size_t len, uint64_t now)
{
	uint32_t number;
	uint64_t took;

	if (len < 240 || packet[0] != 2 || packet[29] != MAGIC) {
		count.foreign++;
		return;
	}
	number = get32(packet + 30);
	if (number >= count.sent || get32(packet + 4) != number) {
		count.foreign++;
		return;
	}
	if (requests[number].answers++) {
		count.twice++;
		return;
	}
	count.answered++;
	took = own_us(&requests[number], now);
	if (took > count.slowest_us)
		count.slowest_us = took;
	if (count.last_answer_us && now - count.last_answer_us > count.longest_gap_us)
		count.longest_gap_us = now - count.last_answer_us;
	count.last_answer_us = now;
}

static void receive_all(int fd)
{
	uint8_t packet[2048], control[128];
	struct iovec vector = { packet, sizeof(packet) };

	for (;;) {
		struct msghdr header = { .msg_iov = &vector,
					 .msg_iovlen = 1,
					 .msg_control = control,
					 .msg_controllen = sizeof(control) };
		struct timespec stamp = { 0 };
		ssize_t n = recvmsg(fd, &header, 0);

		if (n < 0)
			return;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c))
			if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
				memcpy(&count.own_drops, CMSG_DATA(c), sizeof(count.own_drops));
			else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
				memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
		note_answer(packet, (size_t)n,
			    (uint64_t)stamp.tv_sec * 1000000 + (uint64_t)stamp.tv_nsec / 1000);
	}
}

static void turn(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	if (poll(&poller, 1, 1) > 0)
		receive_all(fd);
	sample_waiting();
}

/* Reads on until all are answered, or no answer has come for so long. */
static void linger_on(int fd, uint64_t silence_us)
{
	uint64_t last = clock_us(CLOCK_MONOTONIC);
	uint32_t answered = count.answered;

	while (count.answered < count.sent && clock_us(CLOCK_MONOTONIC) - last < silence_us) {
		turn(fd);
		if (count.answered != answered)
			last = clock_us(CLOCK_MONOTONIC);
		answered = count.answered;
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	double rate = argc > 2 ? atof(argv[2]) : 0, seconds = argc > 3 ? atof(argv[3]) : 0;
	double linger = argc > 4 ? atof(argv[4]) : 5;
	uint64_t begin;
	int fd;

	if (argc < 4 || rate < 1 || seconds <= 0) {
		fputs("usage: flood INTERFACE RATE SECONDS [LINGER [PID]]\n", stderr);
		return 2;
	}
	if (argc > 5)
		watch_server(argv[5]);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	requests = calloc(MOST, sizeof(*requests));
	if (!requests)
		die("memory");
	fd = open_socket(argv[1]);
	begin = clock_us(CLOCK_MONOTONIC);
	for (;;) {
		double elapsed = (double)(clock_us(CLOCK_MONOTONIC) - begin) / 1e6;
		uint32_t due = (uint32_t)(elapsed * rate);

		if (ended || elapsed >= seconds)
			break;
		while (count.sent < due && send_some(fd, due - count.sent))
			;
		turn(fd);
	}
	linger_on(fd, (uint64_t)(linger * 1e6));
	printf("sent %u answered %u twice %u lost %u foreign %u slowest-ms %llu own-drops %u "
	       "longest-gap-ms %llu\n",
	       count.sent, count.answered, count.twice, count.sent - count.answered, count.foreign,
	       (unsigned long long)count.slowest_us / 1000, count.own_drops,
	       (unsigned long long)count.longest_gap_us / 1000);
	free(requests);
	return 0;
}
