/* net/rx.h: batches, and what is known of each datagram. */
#include <check.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/rx.h"
#include "net/netns.h"
#include "suite.h"

static struct rx rx;

/* A socket in the far network if it is to send by an interface there. */
static int socket_far(int family, const char *interface)
{
	bool far = interface && netns_peer >= 0;
	int fd;

	if (far)
		netns_go(netns_peer);
	fd = socket(family, SOCK_DGRAM, 0);
	if (far)
		netns_go(netns_own);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Sends from `from` (NULL: any) and port `port` to an address: by an interface of the far network,
 * or (NULL) from here. */
static void send_to(const char *from, uint16_t port, const char *address, uint16_t to_port,
		    const char *interface, const void *octets, size_t len)
{
	struct ip to = ip_from(address), source = ip_from(from                 ? from
							  : to.family == IP_V4 ? "0.0.0.0"
									       : "::");
	int fd = socket_far(to.family == IP_V4 ? AF_INET : AF_INET6, interface), on = 1;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	unsigned scope = 0;
	void *name = to.family == IP_V4 ? (void *)&in : (void *)&in6;
	socklen_t name_len = to.family == IP_V4 ? sizeof(in) : sizeof(in6);

	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	if (interface) {
		socklen_t scope_len = sizeof(scope);

		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
					    (socklen_t)strlen(interface)),
				 0);
		ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &scope, &scope_len),
				 0);
	}
	memcpy(&in.sin_addr, source.octet, 4);
	memcpy(&in6.sin6_addr, source.octet, 16);
	if (ip_is_linklocal(&source))
		in6.sin6_scope_id = scope;
	ck_assert_msg(bind(fd, name, name_len) == 0, "bind: %s", strerror(errno));
	memcpy(&in.sin_addr, to.octet, 4);
	memcpy(&in6.sin6_addr, to.octet, 16);
	in6.sin6_scope_id = scope;
	in.sin_port = in6.sin6_port = htons(to_port);
	ck_assert_msg(sendto(fd, octets, len, 0, name, name_len) == (ssize_t)len, "to %s: %s",
		      address, strerror(errno));
	close(fd);
}

static struct net_socket opened(uint8_t family)
{
	struct net_socket socket;
	const char *step;

	rx_init(&rx);
	ck_assert_int_eq(net_socket_open(family, 0, 1 << 20, &socket, &step), 0);
	return socket;
}

/* ---- loopback ----------------------------------------------------------------------------- */

START_TEST(batches_of_64_in_order)
{
	struct net_socket socket = opened(IP_V4);

	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_uint_eq(rx.count, 0);
	ck_assert(!rx.full);
	for (int i = 0; i < 64 + 36; i++)
		send_to(NULL, 0, "127.0.0.1", socket.port, NULL, &i, sizeof(i));
	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_uint_eq(rx.count, 64);
	ck_assert(rx.full);
	for (int i = 0; i < 64; i++) {
		ck_assert_uint_eq(rx.datagram[i].len, sizeof(i));
		ck_assert_int_eq(memcmp(rx.datagram[i].at, &i, sizeof(i)), 0);
	}
	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_uint_eq(rx.count, 36);
	ck_assert(!rx.full);
	for (int i = 0; i < 36; i++)
		ck_assert_int_eq(*rx.datagram[i].at, 64 + i);
	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_uint_eq(rx.count, 0);
	net_socket_close(&socket);
}
END_TEST

static const struct {
	const char *name;
	size_t len;
	bool taken;
} sizes[] = {
	{ "empty", 0, true },
	{ "one octet", 1, true },
	{ "the longest", RX_SIZE, true },
	{ "one too long", RX_SIZE + 1, false },
	{ "fills the spare octets too", RX_SIZE + RX_SPARE, false },
	{ "longer than the slot", RX_SIZE + RX_SPARE + 1, false },
	{ "the longest that IPv4 has", 65507, false },
};

START_TEST(long_datagrams_are_counted_not_cut)
{
	static uint8_t octets[65507];
	struct net_socket socket = opened(IP_V4);

	memset(octets, 7, sizeof(octets));
	send_to(NULL, 0, "127.0.0.1", socket.port, NULL, "before", 6);
	send_to(NULL, 0, "127.0.0.1", socket.port, NULL, octets, sizes[_i].len);
	send_to(NULL, 0, "127.0.0.1", socket.port, NULL, "behind", 6);
	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_msg(rx.count == (sizes[_i].taken ? 3 : 2), "%s", sizes[_i].name);
	ck_assert_uint_eq(socket.truncated, !sizes[_i].taken);
	ck_assert_int_eq(memcmp(rx.datagram[0].at, "before", 6), 0);
	ck_assert_int_eq(memcmp(rx.datagram[rx.count - 1].at, "behind", 6), 0);
	if (sizes[_i].taken) {
		ck_assert_uint_eq(rx.datagram[1].len, sizes[_i].len);
		ck_assert_int_eq(memcmp(rx.datagram[1].at, octets, sizes[_i].len), 0);
	}
	net_socket_close(&socket);
}
END_TEST

START_TEST(a_datagram_may_grow_without_touching_the_next)
{
	static uint8_t octets[RX_SIZE];
	struct net_socket socket = opened(IP_V4);

	send_to(NULL, 0, "127.0.0.1", socket.port, NULL, octets, sizeof(octets));
	send_to(NULL, 0, "127.0.0.1", socket.port, NULL, octets, sizeof(octets));
	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_uint_eq(rx.count, 2);
	memset(rx.datagram[0].at, 0xff, RX_SIZE + RX_SPARE);
	ck_assert_int_eq(memcmp(rx.datagram[1].at, octets, sizeof(octets)), 0);
	net_socket_close(&socket);
}
END_TEST

START_TEST(drops_of_the_kernel_are_counted)
{
	struct net_socket socket = opened(IP_V4);
	int small = 1, got = 0;

	ck_assert_int_eq(setsockopt(socket.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	for (int i = 0; i < 60; i++)
		send_to(NULL, 0, "127.0.0.1", socket.port, NULL, "1234567890", 10);
	do {
		ck_assert_int_eq(rx_receive(&rx, &socket), 0);
		got += (int)rx.count;
	} while (rx.count > 0);
	/* The next that gets through brings the counter. */
	ck_assert_uint_eq(socket.kernel_drops, 0);
	send_to(NULL, 0, "127.0.0.1", socket.port, NULL, "x", 1);
	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_uint_eq(socket.kernel_drops, 60 - got);
	ck_assert_uint_gt(socket.kernel_drops, 0);
	ck_assert_uint_eq(net_socket_read_drops(&socket), socket.kernel_drops);
	net_socket_close(&socket);
}
END_TEST

START_TEST(a_broken_socket_is_an_error)
{
	struct net_socket socket = { .fd = -1, .family = IP_V4 };

	rx_init(&rx);
	ck_assert_int_eq(rx_receive(&rx, &socket), -EBADF);
	ck_assert_uint_eq(rx.count, 0);
}
END_TEST

/* ---- a network ---------------------------------------------------------------------------- */

/* Two cables from a far network: out to in, out2 to in2. */
static void cable_setup(void)
{
	netns_setup_two();
	run("far=/proc/%d/fd/%d;"
	    "ip link add in type veth peer name out netns $far;"
	    "ip link add in2 type veth peer name out2 netns $far;"
	    "ip link set in address 02:00:00:00:00:01; ip link set in up; ip link set in2 up;"
	    "ip addr add 10.9.0.1/24 brd 10.9.0.255 dev in; ip addr add 10.9.0.2/24 dev in;"
	    "ip addr add 10.8.0.1/24 dev in2;"
	    "ip addr add fd09::1/64 dev in nodad; ip addr add fe80::1/64 dev in nodad",
	    getpid(), netns_peer);
	netns_go(netns_peer);
	run("ip link set out address 02:00:00:00:00:02;"
	    "ip link set out up; ip link set out2 up;"
	    "ip addr add 10.9.0.9/24 brd 10.9.0.255 dev out; ip addr add 10.8.0.9/24 dev out2;"
	    "ip addr add fd09::9/64 dev out nodad; ip addr add fe80::2/64 dev out nodad");
	netns_go(netns_own);
}

static const struct {
	const char *from, *to, *out, *in, *group;
	enum rx_cast cast;
} arrivals[] = {
	{ "10.9.0.9", "255.255.255.255", "out", "in", NULL, RX_BROADCAST },
	{ "10.8.0.9", "255.255.255.255", "out2", "in2", NULL, RX_BROADCAST },
	{ "10.9.0.9", "10.9.0.255", "out", "in", NULL, RX_BROADCAST },
	{ "10.9.0.9", "10.9.0.1", "out", "in", NULL, RX_UNICAST },
	{ "10.9.0.9", "10.9.0.2", "out", "in", NULL, RX_UNICAST },
	{ "10.9.0.9", "239.7.7.7", "out", "in", "239.7.7.7", RX_MULTICAST },
	{ "127.0.0.1", "127.0.0.1", NULL, "lo", NULL, RX_UNICAST },
	{ "10.9.0.2", "10.9.0.1", NULL, "in", NULL, RX_UNICAST },
	{ "fe80::2", "ff02::1:2", "out", "in", "ff02::1:2", RX_MULTICAST },
	{ "fe80::2", "fe80::1", "out", "in", NULL, RX_UNICAST },
	{ "fd09::9", "fd09::1", "out", "in", NULL, RX_UNICAST },
	{ "fd09::9", "ff05::1:3", "out", "in", "ff05::1:3", RX_MULTICAST },
	{ "::1", "::1", NULL, "lo", NULL, RX_UNICAST },
};

START_TEST(knows_where_it_came_in_and_what_it_was_sent_to)
{
	struct ip to = ip_from(arrivals[_i].to), from = ip_from(arrivals[_i].from), group;
	struct net_socket socket = opened(to.family);
	const struct rx_datagram *datagram = &rx.datagram[0];

	if (arrivals[_i].group) {
		group = ip_from(arrivals[_i].group);
		ck_assert_int_eq(net_socket_join(&socket, &group, if_nametoindex(arrivals[_i].in)),
				 0);
	}
	send_to(arrivals[_i].from, 6868, arrivals[_i].to, socket.port, arrivals[_i].out, "?", 1);
	ck_assert_msg(ready(socket.fd, POLLIN, 5000), "%s: nothing came", arrivals[_i].to);
	ck_assert_int_eq(rx_receive(&rx, &socket), 0);
	ck_assert_uint_eq(rx.count, 1);
	ck_assert(ip_equal(&datagram->to, &to));
	ck_assert_msg(datagram->cast == arrivals[_i].cast, "%s: cast %d", arrivals[_i].to,
		      datagram->cast);
	ck_assert_uint_eq(datagram->port, socket.port);
	ck_assert_uint_eq(datagram->source.port, 6868);
	ck_assert_msg(datagram->source.ifindex == if_nametoindex(arrivals[_i].in), "%s: by %u",
		      arrivals[_i].to, datagram->source.ifindex);
	ck_assert(ip_equal(&datagram->source.ip, &from));
	net_socket_close(&socket);
}
END_TEST

static const char *const strangers[] = { "239.7.7.8", "ff02::1:2" };

START_TEST(groups_that_others_joined_are_not_ours)
{
	struct ip group = ip_from(strangers[_i]);
	struct net_socket other = opened(group.family), socket = opened(group.family);
	unsigned in = if_nametoindex("in"), in2 = if_nametoindex("in2");

	ck_assert_int_eq(net_socket_join(&other, &group, in), 0);
	if (group.family == IP_V4) /* IPv6 does not look at the interface of a socket's group */
		ck_assert_int_eq(net_socket_join(&socket, &group, in2), 0);
	send_to(NULL, 0, strangers[_i], socket.port, "out", "?", 1);
	send_to(NULL, 0, strangers[_i], other.port, "out", "?", 1);
	ck_assert(ready(other.fd, POLLIN, 1000));
	ck_assert(!ready(socket.fd, POLLIN, 0));
	net_socket_close(&socket);
	net_socket_close(&other);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net rx");
	TCase *anywhere = tcase_create("anywhere"), *network = tcase_create("network");

	tcase_add_test(anywhere, batches_of_64_in_order);
	tcase_add_loop_test(anywhere, long_datagrams_are_counted_not_cut, 0,
			    sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(anywhere, a_datagram_may_grow_without_touching_the_next);
	tcase_add_test(anywhere, drops_of_the_kernel_are_counted);
	tcase_add_test(anywhere, a_broken_socket_is_an_error);
	suite_add_tcase(suite, anywhere);
	tcase_add_checked_fixture(network, cable_setup, NULL);
	tcase_set_timeout(network, 20);
	tcase_add_loop_test(network, knows_where_it_came_in_and_what_it_was_sent_to, 0,
			    sizeof(arrivals) / sizeof(arrivals[0]));
	tcase_add_loop_test(network, groups_that_others_joined_are_not_ours, 0,
			    sizeof(strangers) / sizeof(strangers[0]));
	if (netns_possible("net/rx_test"))
		suite_add_tcase(suite, network);
	return suite_run_whole(suite);
}
