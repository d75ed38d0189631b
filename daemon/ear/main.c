/* wdspxed-ear: wdspxed-ear(8). */
#include <errno.h>
#include <getopt.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "ear/filter.h"
#include "ear/pace.h"
#include "story/heard_record.h"

#define SOCKET_DEFAULT "/run/wdspxed/ear"

enum { STATUS_FAILED = 1, STATUS_USAGE = 2 };
enum { SOCKETS = 2 };
enum { AGAIN_MS = 1000 }; /* while nobody takes what is heard */

static volatile sig_atomic_t over;

struct hearing {
	int packet[SOCKETS];
	int out;
	struct sockaddr_un daemon;
	struct pace pace;
	uint64_t lost;
	uint64_t hello_ms; /* when the next one is due */
	int refused;       /* errno of the last record; 0: it was taken */
};

static int usage(FILE *out, int status)
{
	fputs("usage: wdspxed-ear [-s SOCKET]\n"
	      "       wdspxed-ear --help | --version\n"
	      "  Hears what DHCP servers and other boot servers answer to clients, and hands it\n"
	      "  to wdspxed.\n"
	      "  -s SOCKET      the daemon's ear-socket (default: " SOCKET_DEFAULT ")\n"
	      "  -h, --help     show this help\n"
	      "  -V, --version  show the version\n",
	      out);
	return status;
}

static int fail(const char *what)
{
	fprintf(stderr, "wdspxed-ear: %s: %s\n", what, strerror(errno));
	return -1;
}

/* ---- the daemon's end ---- */

/* Said once, for the daemon may be stopped, and may be an older one. */
static void note_refused(struct hearing *h, int error)
{
	bool was = h->refused != 0;

	if (error == EAGAIN || error == ENOBUFS)
		return; /* it has much to do */
	h->refused = error;
	if (error && !was)
		fprintf(stderr, "wdspxed-ear: %s: %s: wdspxed does not take what is heard\n",
			h->daemon.sun_path, strerror(error));
	else if (!error && was)
		fprintf(stderr, "wdspxed-ear: %s: wdspxed takes what is heard again\n",
			h->daemon.sun_path);
}

static bool hand_over(struct hearing *h, struct heard_record *record)
{
	const struct sockaddr *to = (const struct sockaddr *)&h->daemon;
	ssize_t n;

	memcpy(record->magic, HEARD_MAGIC, sizeof(record->magic));
	record->version = HEARD_VERSION;
	record->us = clock_us();
	record->lost = h->lost;
	n = sendto(h->out, record, HEARD_HEAD + (size_t)record->len, MSG_DONTWAIT | MSG_NOSIGNAL,
		   to, sizeof(h->daemon));
	note_refused(h, n < 0 ? errno : 0);
	return n >= 0;
}

static void say(struct hearing *h, enum heard_kind kind)
{
	struct heard_record record = { .kind = (uint8_t)kind };

	hand_over(h, &record);
}

/* ---- the network's end ---- */

/* The kernel counts from the last question on. */
static void count_dropped(struct hearing *h)
{
	for (int i = 0; i < SOCKETS; i++) {
		struct tpacket_stats stats;
		socklen_t len = sizeof(stats);

		if (getsockopt(h->packet[i], SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
			h->lost += stats.tp_drops;
	}
}

static void note_sender(const struct sockaddr_ll *from, struct heard_record *record)
{
	size_t len = from->sll_halen;

	if (len > sizeof(record->hw))
		len = sizeof(record->hw);
	record->ifindex = (uint32_t)from->sll_ifindex;
	record->hw_len = (uint8_t)len;
	memcpy(record->hw, from->sll_addr, len);
}

/* One packet; false: none waits. What a socket reports (a link went down) is no end. */
static bool hear(struct hearing *h, int fd)
{
	struct heard_record record = { .kind = HEARD_PACKET };
	struct sockaddr_ll from = { 0 };
	socklen_t from_len = sizeof(from);
	ssize_t n = recvfrom(fd, record.octets, sizeof(record.octets), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &from_len);

	if (n < 0)
		return false;
	record.len = (uint16_t)n;
	note_sender(&from, &record);
	if (!hand_over(h, &record))
		h->lost++;
	return true;
}

/* Both families by turns. False: there was more than may be handed over. */
static bool hear_all(struct hearing *h)
{
	bool heard = true;

	while (heard) {
		heard = false;
		for (int i = 0; i < SOCKETS; i++) {
			if (!pace_has(&h->pace, clock_us()))
				return false;
			if (hear(h, h->packet[i]))
				heard = pace_take(&h->pace, clock_us());
		}
	}
	return true;
}

static int open_packet(uint16_t protocol)
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol) };
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return fail("cannot open a packet socket");
	r = filter_attach(fd, protocol);
	if (r < 0) {
		errno = -r;
		return fail("cannot set the filter");
	}
	if (bind(fd, (struct sockaddr *)&all, sizeof(all)) < 0)
		return fail("cannot bind the packet socket");
	return fd;
}

/* ---- the program ---- */

static void on_signal(int number)
{
	(void)number;
	over = 1;
}

/* Signals come in ppoll() and nowhere else. */
static void take_signals(sigset_t *while_waiting)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, SIGTERM);
	sigaddset(&both, SIGINT);
	sigprocmask(SIG_BLOCK, &both, while_waiting);
	sigdelset(while_waiting, SIGTERM);
	sigdelset(while_waiting, SIGINT);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

/* Until something comes, the next hello is due, or, where it `rests`, there is room again. */
static void wait_for(const struct hearing *h, bool rests, uint64_t now_ms, const sigset_t *mask)
{
	struct pollfd poll[SOCKETS] = { { h->packet[0], POLLIN, 0 }, { h->packet[1], POLLIN, 0 } };
	uint64_t ms = rests ? PACE_REST_MS : h->hello_ms > now_ms ? h->hello_ms - now_ms : 0;
	struct timespec left = { .tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000 * 1000000) };

	ppoll(poll, rests ? 0 : SOCKETS, &left, mask);
}

static void listen_until_told(struct hearing *h)
{
	bool rests = false;
	sigset_t mask;

	take_signals(&mask);
	while (!over) {
		uint64_t now_ms = clock_ms();

		count_dropped(h);
		if (now_ms >= h->hello_ms) {
			say(h, HEARD_HELLO);
			h->hello_ms = now_ms + (h->refused ? AGAIN_MS : HEARD_HELLO_MS);
		}
		wait_for(h, rests, now_ms, &mask);
		rests = !hear_all(h);
	}
	say(h, HEARD_BYE);
}

static int open_all(struct hearing *h, const char *path)
{
	if (strlen(path) >= sizeof(h->daemon.sun_path)) {
		errno = ENAMETOOLONG;
		return fail(path);
	}
	h->daemon.sun_family = AF_UNIX;
	strcpy(h->daemon.sun_path, path);
	h->out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (h->out < 0)
		return fail("cannot open a socket");
	h->packet[0] = open_packet(ETH_P_IP);
	if (h->packet[0] < 0)
		return -1;
	h->packet[1] = open_packet(ETH_P_IPV6);
	return h->packet[1] < 0 ? -1 : 0;
}

static const struct option long_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

int main(int argc, char **argv)
{
	struct hearing hearing = { .hello_ms = 0 };
	const char *path = SOCKET_DEFAULT;
	int option;

	while ((option = getopt_long(argc, argv, "s:Vh", long_options, NULL)) != -1)
		switch (option) {
		case 's':
			path = optarg;
			break;
		case 'V':
			puts("wdspxed-ear " WDSPXED_VERSION);
			return 0;
		case 'h':
			return usage(stdout, 0);
		default:
			return usage(stderr, STATUS_USAGE);
		}
	if (optind < argc)
		return usage(stderr, STATUS_USAGE);
	if (open_all(&hearing, path) < 0)
		return STATUS_FAILED;
	listen_until_told(&hearing);
	return 0;
}
