/* A boot storm: asks as so many different clients, in bursts, and counts who was answered.
 *
 *     load INTERFACE COUNT WINDOW [FIRST [SERVER [WAY]]]
 *
 * WAY: broadcast, a BIOS ROM's DISCOVER from a host without an address; relay, the same through the
 * relay 10.44.0.2; 4011, the REQUEST of UEFI firmware to port 4011 from 10.44.0.16 to .23 in turn.
 * The last two are sent to 10.44.0.1, and their addresses must be there.
 *
 * A burst of WINDOW requests is sent, then the answers are awaited: so the server finds up to
 * WINDOW datagrams at a wake-up. FIRST numbers the first client: other numbers are other MACs,
 * UUIDs and xids. Where SERVER is `echo`, our own octets are an answer; else it must be an OFFER,
 * or on 4011 an ACK.
 *
 * A server that leaves five bursts in a row without any answer is given up.
 *
 * Prints: sent, answered, lost, seconds; of the times to a burst's answers, in microseconds, the
 * median, the 99th percentile and the longest. Ends with 1 if any request got no answer.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "dhcp/made_client.h"

enum { WINDOW_MAX = 32768, BATCH = 64, SIZE = 2048, LENGTH_MAX = 600, HOMES = 8 };

static const struct way {
	const char *name;
	uint16_t from, to;
	uint8_t answer;
} ways[] = { { "broadcast", 68, 67, 2 }, { "relay", 67, 67, 2 }, { "4011", 4011, 4011, 5 } };
static const struct way *way = ways;

static int patience_ms = 1000; /* LOAD_PATIENCE_MS: for a server that is traced */

static uint8_t request[WINDOW_MAX][LENGTH_MAX], reply[BATCH][SIZE];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t home_of(uint32_t number)
{
	return 0x0a2c0010 + number % HOMES;
}

/* Of the client of that number, which is in xid, MAC and UUID; its length. */
static size_t request_write(uint8_t *p, uint32_t number)
{
	bool on_4011 = way->to == 4011;
	struct made_client client = { .family = IP_V4,
				      .firmware = on_4011 ? MADE_EDK2 : MADE_ROM,
				      .arch = on_4011 ? 7 : 0,
				      .mac = { 0x02, 0x57 },
				      .has_uuid = true,
				      .uuid = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 },
				      .xid = number };
	uint8_t home[4];
	size_t len;

	store_be32(client.mac + 2, number);
	store_be32(client.uuid + 12, number);
	store_be32(home, home_of(number));
	if (on_4011)
		client.address = ip_v4(home);
	if (way == &ways[1])
		client.relay = ip_v4("\x0a\x2c\0\x02");
	len = made_client_write(&client, on_4011 ? MADE_BOOT_REQUEST : MADE_DISCOVER, p, LENGTH_MAX,
				NULL);
	if (len == 0 || len > LENGTH_MAX)
		abort();
	if (!on_4011)
		p[10] = 0x80; /* BROADCAST: the client has no address, and is to hear every server
			       */
	return len;
}

static bool is_answer(const uint8_t *p, size_t len)
{
	size_t at = 240;

	if (len < 244 || p[0] != 2 || load32(p + 236) != 0x63825363)
		return false;
	while (at + 2 < len && p[at] != 255) {
		if (p[at] == 53)
			return p[at + 2] == way->answer;
		at += p[at] == 0 ? 1 : 2u + p[at + 1];
	}
	return false;
}

static int socket_open(const char *interface)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(way->from) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, buffer = 64 << 20;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) <
		    0 ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0) {
		perror(interface);
		exit(2);
	}
	return fd;
}

/* Says from which of our addresses it goes. */
static void source_set(struct msghdr *header,
		       char room[static CMSG_SPACE(sizeof(struct in_pktinfo))], uint32_t number)
{
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(home_of(number)) };
	struct cmsghdr *control;

	header->msg_control = room;
	header->msg_controllen = CMSG_SPACE(sizeof(info));
	control = CMSG_FIRSTHDR(header);
	control->cmsg_level = IPPROTO_IP;
	control->cmsg_type = IP_PKTINFO;
	control->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(control), &info, sizeof(info));
}

static void burst_send(int fd, uint32_t first, unsigned count)
{
	struct sockaddr_in server = { .sin_family = AF_INET,
				      .sin_port = htons(way->to),
				      .sin_addr.s_addr =
					      htonl(way == ways ? INADDR_BROADCAST : 0x0a2c0001) };
	static char control[WINDOW_MAX][CMSG_SPACE(sizeof(struct in_pktinfo))];
	static struct iovec vector[WINDOW_MAX];
	static struct mmsghdr header[WINDOW_MAX];

	for (unsigned i = 0; i < count; i++) {
		vector[i] = (struct iovec){ request[i], request_write(request[i], first + i) };
		header[i].msg_hdr = (struct msghdr){ .msg_name = &server,
						     .msg_namelen = sizeof(server),
						     .msg_iov = &vector[i],
						     .msg_iovlen = 1 };
		if (way->to == 4011)
			source_set(&header[i].msg_hdr, control[i], first + i);
	}
	for (unsigned done = 0; done < count;) {
		int r = sendmmsg(fd, header + done, count - done, 0);

		if (r < 0 && errno != EINTR && errno != EAGAIN) {
			perror("sendmmsg");
			exit(2);
		}
		done += r > 0 ? (unsigned)r : 0;
	}
}

/* Receives until every request of the burst has its answer, or nothing comes any more. */
static unsigned burst_await(int fd, uint32_t first, unsigned count, bool echo)
{
	static struct iovec vector[BATCH];
	static struct mmsghdr header[BATCH];
	static bool answered[WINDOW_MAX];
	unsigned n_answered = 0;

	memset(answered, 0, sizeof(answered));
	for (int i = 0; i < BATCH; i++) {
		vector[i] = (struct iovec){ reply[i], SIZE };
		header[i].msg_hdr = (struct msghdr){ .msg_iov = &vector[i], .msg_iovlen = 1 };
	}
	while (n_answered < count) {
		struct pollfd pollfd = { .fd = fd, .events = POLLIN };
		int n = recvmmsg(fd, header, BATCH, MSG_DONTWAIT, NULL);

		if (n < 0 && errno == EAGAIN) {
			if (poll(&pollfd, 1, patience_ms) == 0)
				break;
			continue;
		}
		for (int i = 0; i < n; i++) {
			uint32_t number =
				header[i].msg_len >= 8 ? load32(reply[i] + 4) - first : count;

			if (number >= count || answered[number])
				continue;
			if (echo ? reply[i][0] != 1 : !is_answer(reply[i], header[i].msg_len))
				continue;
			answered[number] = true;
			n_answered++;
		}
	}
	return n_answered;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	unsigned count, window, bursts = 0, answered = 0, silent = 0;
	double start, *took;
	uint32_t first;
	bool echo;
	int fd;

	if (argc < 4)
		return fprintf(stderr,
			       "usage: load INTERFACE COUNT WINDOW [FIRST [SERVER [WAY]]]\n"),
		       2;
	for (size_t i = 0; argc > 6 && i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(argv[6], ways[i].name) == 0)
			way = &ways[i];
	count = (unsigned)strtoul(argv[2], NULL, 10);
	window = (unsigned)strtoul(argv[3], NULL, 10);
	first = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 1;
	echo = argc > 5 && strcmp(argv[5], "echo") == 0;
	if (count == 0 || window == 0 || window > WINDOW_MAX)
		return fprintf(stderr, "load: COUNT from 1, WINDOW 1 to %d\n", WINDOW_MAX), 2;
	if (getenv("LOAD_PATIENCE_MS"))
		patience_ms = (int)strtol(getenv("LOAD_PATIENCE_MS"), NULL, 10);
	fd = socket_open(argv[1]);
	took = calloc(count / window + 1, sizeof(*took));
	if (!took)
		return perror("calloc"), 2;

	start = now();
	for (unsigned done = 0; done < count && silent < 5; bursts++) {
		unsigned n = count - done < window ? count - done : window, heard;
		double began = now();

		burst_send(fd, first + done, n);
		heard = burst_await(fd, first + done, n, echo);
		answered += heard;
		silent = heard > 0 ? 0 : silent + 1;
		took[bursts] = (now() - began) * 1e6;
		done += n;
	}
	start = now() - start;
	qsort(took, bursts, sizeof(*took), compare);
	printf("%u %u %u %.3f %.0f %.0f %.0f\n", count, answered, count - answered, start,
	       took[bursts / 2], took[bursts * 99 / 100], took[bursts - 1]);
	free(took);
	return answered < count;
}
