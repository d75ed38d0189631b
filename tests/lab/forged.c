/* A flood of forged frames: forged INTERFACE RATE COUNT FRAME [OFFSET:LENGTH]...
 *
 * Sends COUNT copies of FRAME, an Ethernet frame in hexadecimal, RATE a second or as fast as they
 * go. The octets that the fields name differ from copy to copy, and look random. Then the sums are
 * made right: the IPv4 header's, and UDP's over IPv6 (over IPv4 it should be 0: none).
 *
 * Prints "sent N". Exit status 0: it ran as told.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_MAX = 1514, FIELDS_MAX = 16, BATCH = 32, ETHER = 14, IPV6 = 40 };

struct field {
	size_t at, len;
};

static struct {
	uint8_t octets[FRAME_MAX];
	size_t len;
	struct field field[FIELDS_MAX];
	int fields;
} model;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void read_frame(const char *hex)
{
	for (; hex[0] && hex[1] && model.len < FRAME_MAX; hex += 2) {
		const char octet[3] = { hex[0], hex[1], 0 };

		model.octets[model.len++] = (uint8_t)strtoul(octet, NULL, 16);
	}
}

static void read_field(const char *text)
{
	struct field *field = &model.field[model.fields++];
	char *end;

	field->at = strtoul(text, &end, 10);
	field->len = strtoul(*end == ':' ? end + 1 : end, NULL, 10);
	if (field->len == 0 || field->at + field->len > model.len) {
		fprintf(stderr, "forged: no field: %s\n", text);
		exit(2);
	}
}

/* splitmix64: each number gives another, and none twice. */
static uint64_t mixed(uint64_t number)
{
	number *= 0x9e3779b97f4a7c15u;
	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9u;
	number = (number ^ number >> 27) * 0x94d049bb133111ebu;
	return number ^ number >> 31;
}

static uint32_t sum(const uint8_t *at, size_t len, uint32_t so_far)
{
	for (size_t i = 0; i < len; i++)
		so_far += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	return so_far;
}

static void put_sum(uint8_t *at, uint32_t value, uint16_t instead_of_0)
{
	while (value >> 16)
		value = (value & 0xffff) + (value >> 16);
	value = ~value & 0xffff;
	if (value == 0)
		value = instead_of_0;
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void make_sums(uint8_t *frame, size_t len)
{
	uint8_t *ip = frame + ETHER, *udp = ip + IPV6;

	if (len >= ETHER + 20u && ip[0] == 0x45) {
		ip[10] = ip[11] = 0;
		put_sum(ip + 10, sum(ip, 20, 0), 0);
	} else if (len >= ETHER + IPV6 + 8u && ip[0] >> 4 == 6 && ip[6] == IPPROTO_UDP) {
		size_t udp_len = len - ETHER - IPV6;

		udp[6] = udp[7] = 0;
		put_sum(udp + 6,
			sum(udp, udp_len,
			    sum(ip + 8, 32, (uint32_t)udp_len + (uint32_t)IPPROTO_UDP)),
			0xffff);
	}
}

static void make(uint8_t *frame, uint64_t number)
{
	memcpy(frame, model.octets, model.len);
	for (int f = 0; f < model.fields; f++) {
		const struct field *field = &model.field[f];

		for (size_t i = 0; i < field->len; i += 8) {
			uint64_t word = mixed(number * 1024 + (uint64_t)f * 200 + i / 8 + 1);
			size_t n = field->len - i < 8 ? field->len - i : 8;

			memcpy(frame + field->at + i, &word, n);
		}
	}
	make_sums(frame, model.len);
}

static unsigned send_some(int fd, uint64_t first, unsigned n)
{
	static uint8_t frames[BATCH][FRAME_MAX];
	struct mmsghdr headers[BATCH] = { 0 };
	struct iovec vectors[BATCH];
	int sent;

	if (n > BATCH)
		n = BATCH;
	for (unsigned i = 0; i < n; i++) {
		make(frames[i], first + i);
		vectors[i] = (struct iovec){ frames[i], model.len };
		headers[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1 };
	}
	sent = sendmmsg(fd, headers, n, 0);
	if (sent < 0 && errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
		die("sendmmsg");
	return sent > 0 ? (unsigned)sent : 0;
}

static int open_socket(const char *interface)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die(interface);
	return fd;
}

int main(int argc, char **argv)
{
	double rate = argc > 2 ? atof(argv[2]) : 0, begin;
	uint64_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : 0, sent = 0;
	int fd;

	if (argc < 5 || argc > 5 + FIELDS_MAX || rate < 1) {
		fputs("usage: forged INTERFACE RATE COUNT FRAME [OFFSET:LENGTH]...\n", stderr);
		return 2;
	}
	read_frame(argv[4]);
	for (int i = 5; i < argc; i++)
		read_field(argv[i]);
	fd = open_socket(argv[1]);
	begin = now();
	while (sent < count) {
		uint64_t due = (uint64_t)((now() - begin) * rate) + 1;

		if (due > count)
			due = count;
		if (sent < due)
			sent += send_some(fd, sent,
					  (unsigned)(due - sent < BATCH ? due - sent : BATCH));
		else
			usleep(1000);
	}
	printf("sent %llu\n", (unsigned long long)sent);
	close(fd);
	return 0;
}
