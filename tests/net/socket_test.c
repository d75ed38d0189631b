/* net/socket.h: what is opened, what is adopted and what is refused. */
#include <check.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/socket.h"
#include "net/netns.h"
#include "suite.h"

static int option_of(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	ck_assert_int_eq(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

static const uint8_t families[] = { IP_V4, IP_V6 };

static void check_options(const struct net_socket *socket)
{
	ck_assert_int_eq(option_of(socket->fd, SOL_SOCKET, SO_REUSEADDR), 0);
	ck_assert_int_eq(option_of(socket->fd, SOL_SOCKET, SO_RXQ_OVFL), 1);
	ck_assert(fcntl(socket->fd, F_GETFL) & O_NONBLOCK);
	ck_assert(fcntl(socket->fd, F_GETFD) & FD_CLOEXEC);
	if (socket->family == IP_V4) {
		ck_assert_int_eq(option_of(socket->fd, SOL_SOCKET, SO_BROADCAST), 1);
		ck_assert_int_eq(option_of(socket->fd, IPPROTO_IP, IP_PKTINFO), 1);
		ck_assert_int_eq(option_of(socket->fd, IPPROTO_IP, IP_MULTICAST_ALL), 0);
		ck_assert_int_eq(option_of(socket->fd, IPPROTO_IP, IP_MTU_DISCOVER),
				 IP_PMTUDISC_DONT);
	} else {
		ck_assert_int_eq(option_of(socket->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO), 1);
		ck_assert_int_eq(option_of(socket->fd, IPPROTO_IPV6, IPV6_V6ONLY), 1);
		ck_assert_int_eq(option_of(socket->fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL), 0);
	}
}

START_TEST(open_sets_every_option)
{
	struct net_socket socket = NET_SOCKET_NONE;
	const char *step = NULL;
	int r = net_socket_open(families[_i], 0, 100000, &socket, &step);

	ck_assert_msg(r == 0, "%s: %d", step, r);
	ck_assert_uint_ne(socket.port, 0);
	ck_assert_int_eq(socket.family, families[_i]);
	ck_assert(!socket.adopted);
	ck_assert_uint_eq(socket.rcvbuf, (unsigned)option_of(socket.fd, SOL_SOCKET, SO_RCVBUF));
	ck_assert_uint_ge(socket.rcvbuf, 200000);
	check_options(&socket);
	net_socket_close(&socket);
	ck_assert_int_eq(socket.fd, -1);
	net_socket_close(&socket);
}
END_TEST

START_TEST(both_families_share_a_port)
{
	struct net_socket v6, v4;
	const char *step;

	ck_assert_int_eq(net_socket_open(IP_V6, 0, 0, &v6, &step), 0);
	ck_assert_int_eq(net_socket_open(IP_V4, v6.port, 0, &v4, &step), 0);
	net_socket_close(&v4);
	net_socket_close(&v6);
}
END_TEST

/* A plain socket, bound to an address and any port. */
static int foreign(int family, const char *address)
{
	int fd = socket(family, SOCK_DGRAM, 0);

	ck_assert_int_ge(fd, 0);
	if (family == AF_INET) {
		struct sockaddr_in in = { .sin_family = AF_INET };
		struct ip ip = ip_from(address);

		memcpy(&in.sin_addr, ip.octet, 4);
		ck_assert_int_eq(bind(fd, (void *)&in, sizeof(in)), 0);
	} else {
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
		struct ip ip = ip_from(address);

		memcpy(&in6.sin6_addr, ip.octet, 16);
		ck_assert_int_eq(bind(fd, (void *)&in6, sizeof(in6)), 0);
	}
	return fd;
}

START_TEST(a_port_is_never_shared_in_silence)
{
	struct net_socket first, second = NET_SOCKET_NONE;
	struct sockaddr_in in = { .sin_family = AF_INET };
	const char *step;
	int fd, on = 1;

	ck_assert_int_eq(net_socket_open(IP_V4, 0, 0, &first, &step), 0);
	ck_assert_int_eq(net_socket_open(IP_V4, first.port, 0, &second, &step), -EADDRINUSE);
	ck_assert_str_eq(step, "bind");
	ck_assert_int_eq(second.fd, -1);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	in.sin_port = htons(first.port);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	ck_assert_int_eq(bind(fd, (void *)&in, sizeof(in)), -1);
	ck_assert_int_eq(errno, EADDRINUSE);
	close(fd);
	net_socket_close(&first);
}
END_TEST

static void send_here(const struct net_socket *from, const struct net_socket *to)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(to->port),
				  .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(to->port),
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	if (from->family == IP_V4)
		ck_assert_int_eq(sendto(from->fd, "x", 1, 0, (void *)&in, sizeof(in)), 1);
	else
		ck_assert_int_eq(sendto(from->fd, "x", 1, 0, (void *)&in6, sizeof(in6)), 1);
}

/* W2: the second socket of a port sends from that port and receives nothing; a third one, of
 * another daemon, is refused as before. */
START_TEST(a_sender_shares_the_port_and_takes_nothing_from_it)
{
	struct net_socket port, sender, client, third;
	const char *step;
	uint8_t octet;

	ck_assert_int_eq(net_socket_open(families[_i], 0, 0, &port, &step), 0);
	ck_assert_int_eq(net_socket_open(families[_i], 0, 0, &client, &step), 0);
	ck_assert_int_eq(net_socket_open_sender(&port, 1 << 20, &sender, &step), 0);
	ck_assert_uint_eq(sender.port, port.port);
	ck_assert_uint_gt(sender.sndbuf, 0);
	check_options(&port);
	for (int i = 0; i < 20; i++)
		send_here(&client, &port);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(recv(port.fd, &octet, 1, MSG_DONTWAIT), 1);
	ck_assert_int_lt(recv(sender.fd, &octet, 1, MSG_DONTWAIT), 0);
	send_here(&sender, &client);
	ck_assert_int_eq(recv(client.fd, &octet, 1, MSG_DONTWAIT), 1);
	ck_assert_int_eq(net_socket_open(families[_i], port.port, 0, &third, &step), -EADDRINUSE);
	net_socket_close(&sender);
	net_socket_close(&client);
	net_socket_close(&port);
}
END_TEST

/* W2: where the port cannot be shared, its socket is as it was. */
START_TEST(a_port_that_cannot_be_shared_works_on)
{
	struct net_socket port, sender = NET_SOCKET_NONE;
	const char *step;
	int other;

	ck_assert_int_eq(net_socket_open(IP_V4, 0, 0, &port, &step), 0);
	/* Somebody else has one address of it: that takes a consent that is then withdrawn. */
	ck_assert_int_eq(setsockopt(port.fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)),
			 0);
	other = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)), 0);
	ck_assert_int_eq(bind(other,
			      (void *)&(struct sockaddr_in){ .sin_family = AF_INET,
							     .sin_port = htons(port.port) },
			      sizeof(struct sockaddr_in)),
			 0);
	ck_assert_int_eq(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &(int){ 0 }, sizeof(int)), 0);
	ck_assert_int_eq(net_socket_open_sender(&port, 0, &sender, &step), -EADDRINUSE);
	ck_assert_str_eq(step, "bind");
	ck_assert_int_lt(sender.fd, 0);
	check_options(&port);
	close(other);
	net_socket_close(&port);
}
END_TEST

START_TEST(open_names_the_step_that_failed)
{
	struct net_socket socket = NET_SOCKET_NONE;
	const char *step;

	ck_assert_int_eq(net_socket_open(IP_NONE, 0, 0, &socket, &step), -EAFNOSUPPORT);
	ck_assert_str_eq(step, "socket");
	ck_assert_int_eq(socket.fd, -1);
}
END_TEST

/* ---- what is refused ---------------------------------------------------------------------- */

static int make_pipe(void)
{
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	close(fd[1]);
	return fd[0];
}

static int make_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(listen(fd, 1), 0);
	return fd;
}

static int make_unix(void)
{
	return socket(AF_UNIX, SOCK_DGRAM, 0);
}

static int make_udplite(void)
{
	return socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
}

static int make_raw(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
}

static int make_unbound(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0);
}

static int make_one_address(void)
{
	return foreign(AF_INET, "127.0.0.1");
}

static int make_one_address6(void)
{
	return foreign(AF_INET6, "::1");
}

static int make_dual(void)
{
	return foreign(AF_INET6, "::");
}

static int make_connected(void)
{
	int fd = foreign(AF_INET, "0.0.0.0");
	struct sockaddr_in peer = { .sin_family = AF_INET,
				    .sin_port = htons(9),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	ck_assert_int_eq(connect(fd, (void *)&peer, sizeof(peer)), 0);
	return fd;
}

static int make_closed(void)
{
	int fd = make_unix();

	close(fd);
	return fd;
}

static const struct {
	const char *name;
	int (*make)(void);
	int error;
	const char *step;
} wrong[] = {
	{ "a closed descriptor", make_closed, -EBADF, "fstat" },
	{ "a pipe", make_pipe, -ENOTSOCK, "fstat" },
	{ "TCP", make_tcp, -EPROTOTYPE, "SO_TYPE" },
	{ "UNIX", make_unix, -EAFNOSUPPORT, "SO_DOMAIN" },
	{ "UDP-Lite", make_udplite, -EPROTOTYPE, "SO_PROTOCOL" },
	{ "raw", make_raw, -EPROTOTYPE, "SO_TYPE" },
	{ "not bound", make_unbound, -EINVAL, "unbound" },
	{ "bound to one address", make_one_address, -EADDRNOTAVAIL, "wildcard" },
	{ "bound to one address, IPv6", make_one_address6, -EADDRNOTAVAIL, "wildcard" },
	{ "connected", make_connected, -EISCONN, "connected" },
	{ "IPv6 that takes IPv4 too", make_dual, -EPROTONOSUPPORT, "IPV6_V6ONLY" },
};

START_TEST(adopt_refuses)
{
	struct net_socket socket = NET_SOCKET_NONE;
	const char *step = "";
	int fd = wrong[_i].make();
	int r;

	if (fd < 0) { /* a kernel without it, or not root: nothing to refuse */
		ck_assert(wrong[_i].make == make_raw || wrong[_i].make == make_udplite);
		return;
	}
	r = net_socket_adopt(fd, 0, &socket, &step);
	ck_assert_msg(r == wrong[_i].error, "%s: %d at %s", wrong[_i].name, r, step);
	ck_assert_str_eq(step, wrong[_i].step);
	ck_assert_int_eq(socket.fd, -1);
	if (r != -EBADF)
		ck_assert_int_eq(close(fd), 0); /* it is still ours */
}
END_TEST

START_TEST(adopted_socket_is_like_an_opened_one)
{
	int fd = socket(families[_i] == IP_V4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0), on = 1;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct net_socket socket;
	const char *step = "";

	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	if (families[_i] == IP_V6)
		ck_assert_int_eq(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)), 0);
	ck_assert_int_eq(families[_i] == IP_V4 ? bind(fd, (void *)&in, sizeof(in))
					       : bind(fd, (void *)&in6, sizeof(in6)),
			 0);
	ck_assert_msg(net_socket_adopt(fd, 150000, &socket, &step) == 0, "%s", step);
	ck_assert(socket.adopted);
	ck_assert_int_eq(socket.fd, fd);
	ck_assert_int_eq(socket.family, families[_i]);
	ck_assert_uint_ne(socket.port, 0);
	ck_assert_uint_ge(socket.rcvbuf, 300000);
	check_options(&socket);

	/* A smaller wish leaves what the service manager gave. */
	ck_assert_int_eq(net_socket_adopt(fd, 5000, &socket, &step), 0);
	ck_assert_uint_ge(socket.rcvbuf, 300000);
	net_socket_close(&socket);
}
END_TEST

/* ---- groups, in a namespace --------------------------------------------------------------- */

static void veth_setup(void)
{
	netns_setup();
	run("ip link add left type veth peer name right");
	run("ip link set left up; ip link set right up");
}

static const struct {
	const char *group;
	int error;
} groups[] = {
	{ "239.1.2.3", 0 },      { "ff02::1:2", 0 },     { "ff05::1:3", 0 },
	{ "10.0.0.1", -EINVAL }, { "fe80::1", -EINVAL },
};

START_TEST(joining_twice_is_joining_once)
{
	struct ip group = ip_from(groups[_i].group);
	unsigned left = if_nametoindex("left"), right = if_nametoindex("right");
	struct net_socket socket;
	const char *step;

	ck_assert_int_eq(net_socket_open(group.family, 0, 0, &socket, &step), 0);
	ck_assert_int_eq(net_socket_join(&socket, &group, left), groups[_i].error);
	ck_assert_int_eq(net_socket_join(&socket, &group, left), groups[_i].error);
	if (groups[_i].error == 0) {
		ck_assert_int_eq(net_socket_join(&socket, &group, right), 0);
		run("ip maddr show dev left | grep -q '%s'", groups[_i].group);
		ck_assert_int_eq(net_socket_leave(&socket, &group, left), 0);
		run("! ip maddr show dev left | grep -q '%s'", groups[_i].group);
		ck_assert_int_eq(net_socket_leave(&socket, &group, left), 0);
		run("ip maddr show dev right | grep -q '%s'", groups[_i].group);
	}
	net_socket_close(&socket);
}
END_TEST

START_TEST(groups_survive_interfaces_that_go)
{
	struct ip group = ip_from(families[_i] == IP_V4 ? "239.1.2.3" : "ff02::1:2");
	unsigned left = if_nametoindex("left");
	struct net_socket socket;
	const char *step;

	ck_assert_int_eq(net_socket_open(group.family, 0, 0, &socket, &step), 0);
	ck_assert_int_eq(net_socket_join(&socket, &group, left), 0);
	run("ip link del left");
	ck_assert_int_eq(net_socket_leave(&socket, &group, left), 0);
	ck_assert_int_eq(net_socket_join(&socket, &group, left), -ENODEV);
	/* The index comes back with another interface: joined means joined there. */
	run("ip link add other index %u type veth peer name another && ip link set other up", left);
	ck_assert_int_eq(net_socket_join(&socket, &group, left), 0);
	run("ip maddr show dev other | grep -q '%s'",
	    families[_i] == IP_V4 ? "239.1.2.3" : "ff02::1:2");
	ck_assert_int_eq(net_socket_join(&socket, &group, 0), -ENODEV);
	net_socket_close(&socket);
}
END_TEST

START_TEST(refused_family_of_a_group)
{
	struct ip v4 = ip_from("239.1.2.3");
	struct net_socket socket;
	const char *step;

	ck_assert_int_eq(net_socket_open(IP_V6, 0, 0, &socket, &step), 0);
	ck_assert_int_eq(net_socket_join(&socket, &v4, 1), -EINVAL);
	ck_assert_int_eq(net_socket_leave(&socket, &v4, 1), -EINVAL);
	net_socket_close(&socket);
}
END_TEST

START_TEST(drops_are_counted_without_a_further_datagram)
{
	struct net_socket socket;
	const char *step;
	int fd = foreign(AF_INET, "127.0.0.1"), small = 1;
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	ck_assert_int_eq(net_socket_open(IP_V4, 0, 0, &socket, &step), 0);
	ck_assert_int_eq(setsockopt(socket.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	to.sin_port = htons(socket.port);
	ck_assert_uint_eq(net_socket_read_drops(&socket), 0);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(sendto(fd, "0123456789", 10, 0, (void *)&to, sizeof(to)), 10);
	ck_assert_uint_gt(net_socket_read_drops(&socket), 50);
	ck_assert_uint_lt(net_socket_read_drops(&socket), 100);
	close(fd);
	net_socket_close(&socket);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net socket");
	TCase *anywhere = tcase_create("anywhere"), *network = tcase_create("network");

	tcase_add_loop_test(anywhere, open_sets_every_option, 0, 2);
	tcase_add_test(anywhere, both_families_share_a_port);
	tcase_add_test(anywhere, a_port_is_never_shared_in_silence);
	tcase_add_loop_test(anywhere, a_sender_shares_the_port_and_takes_nothing_from_it, 0, 2);
	tcase_add_test(anywhere, a_port_that_cannot_be_shared_works_on);
	tcase_add_test(anywhere, open_names_the_step_that_failed);
	tcase_add_loop_test(anywhere, adopt_refuses, 0, sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_loop_test(anywhere, adopted_socket_is_like_an_opened_one, 0, 2);
	tcase_add_test(anywhere, refused_family_of_a_group);
	tcase_add_test(anywhere, drops_are_counted_without_a_further_datagram);
	suite_add_tcase(suite, anywhere);
	tcase_add_checked_fixture(network, veth_setup, NULL);
	tcase_add_loop_test(network, joining_twice_is_joining_once, 0,
			    sizeof(groups) / sizeof(groups[0]));
	tcase_add_loop_test(network, groups_survive_interfaces_that_go, 0, 2);
	if (netns_possible("net/socket_test"))
		suite_add_tcase(suite, network);
	return suite_run_whole(suite);
}
