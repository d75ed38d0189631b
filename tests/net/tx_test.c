/* net/tx.h: what goes out, from which address by which interface, and what becomes of the rest when
 * one datagram fails or the socket is full.
 */
#include <check.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "net/rx.h"
#include "net/tx.h"
#include "net/netns.h"
#include "suite.h"

static struct tx tx;
static struct rx rx;

/* What came back, in order. */
static struct {
	uintptr_t cookie;
	int error;
} done[4 * TX_QUEUE];
static unsigned n_done;
static unsigned to_put_again; /* so many more are put from inside the callback */

static void note_done(void *arg, const struct tx_datagram *datagram, int error)
{
	ck_assert_ptr_eq(arg, done);
	ck_assert_uint_lt(n_done, sizeof(done) / sizeof(done[0]));
	done[n_done].cookie = (uintptr_t)datagram->cookie;
	done[n_done++].error = error;
	if (to_put_again > 0) {
		to_put_again--;
		ck_assert_int_eq(tx_put(&tx, datagram), 0);
	}
}

/* What was handed to the kernel, and what it is to say of runs. */
static struct {
	unsigned messages, runs;
	int refuses_runs; /* errno; 0: it takes them */
} calls;

/* In libc's place. */
__attribute__((visibility("default"))) int sendmmsg(int fd, struct mmsghdr *header, unsigned n,
						    int flags)
{
	int (*real)(int, struct mmsghdr *, unsigned, int);
	unsigned taken = 0;
	int r;

	*(void **)&real = dlsym(RTLD_NEXT, "sendmmsg");
	while (taken < n && (header[taken].msg_hdr.msg_iovlen == 1 || calls.refuses_runs == 0))
		taken++;
	if (n > 0 && taken == 0) {
		errno = calls.refuses_runs;
		return -1;
	}
	r = real(fd, header, taken, flags);
	for (int i = 0; i < r; i++) {
		calls.messages++;
		calls.runs += header[i].msg_hdr.msg_iovlen > 1;
	}
	return r;
}

static struct net_socket opened(uint8_t family)
{
	struct net_socket socket;
	const char *step;

	ck_assert_int_eq(net_socket_open(family, 0, 1 << 20, &socket, &step), 0);
	return socket;
}

static void start(struct net_socket *socket)
{
	tx_init(&tx, socket, &(struct tx_owner){ note_done, done });
	rx_init(&rx);
}

/* A datagram of `len` octets whose first says its number, which is also its cookie. */
static struct tx_datagram datagram_to(const char *to, uint16_t port, unsigned number, size_t len)
{
	static uint8_t octets[256][2048];
	static uint8_t huge[70000];
	uint8_t *at = len > sizeof(octets[0]) ? huge : octets[number % 256];

	at[0] = (uint8_t)number;
	return (struct tx_datagram){ .at = at,
				     .len = len,
				     .to = { .ip = ip_from(to), .port = port },
				     .cookie = (void *)(uintptr_t)number };
}

/* ---- loopback ----------------------------------------------------------------------------- */

START_TEST(all_go_in_order_by_more_than_one_call)
{
	struct net_socket out = opened(IP_V4), in = opened(IP_V4);
	unsigned got = 0;

	start(&out);
	ck_assert_int_eq(tx_flush(&tx), 0);
	for (unsigned i = 0; i < 150; i++) {
		struct tx_datagram datagram = datagram_to("127.0.0.1", in.port, i, 300);

		ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	}
	ck_assert_int_eq(tx_flush(&tx), 0);
	ck_assert_uint_eq(n_done, 150);
	ck_assert_uint_eq(tx.count, 0);
	do {
		ck_assert_int_eq(rx_receive(&rx, &in), 0);
		for (unsigned i = 0; i < rx.count; i++, got++) {
			ck_assert_uint_eq(rx.datagram[i].at[0], got);
			ck_assert_uint_eq(rx.datagram[i].len, 300);
			ck_assert_uint_eq(rx.datagram[i].source.port, out.port);
			ck_assert(done[got].cookie == got && done[got].error == 0);
		}
	} while (rx.full);
	ck_assert_uint_eq(got, 150);
	net_socket_close(&in);
	net_socket_close(&out);
}
END_TEST

START_TEST(the_queue_is_bounded_and_goes_round)
{
	struct net_socket out = opened(IP_V4), in = opened(IP_V4);
	struct tx_datagram datagram = datagram_to("127.0.0.1", in.port, 1, 1);

	start(&out);
	for (int round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 700; i++)
			ck_assert_int_eq(tx_put(&tx, &datagram), 0);
		ck_assert_int_eq(tx_flush(&tx), 0);
		ck_assert_uint_eq(n_done, 700u * (unsigned)(round + 1));
	}
	for (unsigned i = 0; i < TX_QUEUE; i++)
		ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	ck_assert_int_eq(tx_put(&tx, &datagram), -ENOBUFS);
	ck_assert_uint_eq(n_done, 2100);
	tx_cancel(&tx);
	ck_assert_uint_eq(n_done, 2100 + TX_QUEUE);
	ck_assert_int_eq(done[2100].error, -ECANCELED);
	ck_assert_int_eq(tx_flush(&tx), 0);
	ck_assert_uint_eq(n_done, 2100 + TX_QUEUE);
	net_socket_close(&in);
	net_socket_close(&out);
}
END_TEST

/* Which are a run: nine that go one way, three, which are too few, one of another length, five
 * that may not, and seventy, which are more than a batch. */
static uint16_t put_runs(const struct net_socket *to_one, const struct net_socket *to_other)
{
	static const struct {
		unsigned n;
		bool other, may_join;
		size_t len;
	} parts[] = { { 9, false, true, 300 },
		      { 3, true, true, 300 },
		      { 1, true, true, 301 },
		      { 5, true, false, 300 },
		      { 70, false, true, 548 } };
	uint16_t number = 0;

	for (size_t p = 0; p < ARRAY_LEN(parts); p++)
		for (unsigned i = 0; i < parts[p].n; i++, number++) {
			const struct net_socket *in = parts[p].other ? to_other : to_one;
			struct tx_datagram datagram =
				datagram_to(in->family == IP_V4 ? "127.0.0.1" : "::1", in->port,
					    number, parts[p].len);

			datagram.may_join = parts[p].may_join;
			ck_assert_int_eq(tx_put(&tx, &datagram), 0);
		}
	return number;
}

static unsigned taken_in(struct net_socket *in)
{
	unsigned got = 0;

	do {
		ck_assert_int_eq(rx_receive(&rx, in), 0);
		got += rx.count;
		for (unsigned i = 0; i < rx.count; i++)
			ck_assert(rx.datagram[i].len >= 300 && rx.datagram[i].len <= 548);
	} while (rx.full);
	return got;
}

static const struct {
	uint8_t family;
	int refuses;
	unsigned messages, runs;
} joined[] = {
	/* A batch has 64 datagrams: 9 3 1 5 and 46; then 24. */
	{ IP_V4, 0, 1 + 3 + 1 + 5 + 2, 3 },
	{ IP_V6, 0, 1 + 3 + 1 + 5 + 2, 3 },
	{ IP_V4, EIO, 88, 0 },
	{ IP_V4, EINVAL, 88, 0 },
	{ IP_V6, EMSGSIZE, 88, 0 },
};

START_TEST(runs_are_joined_and_sent_singly_where_the_kernel_refuses)
{
	struct net_socket out = opened(joined[_i].family), one = opened(joined[_i].family),
			  other = opened(joined[_i].family);
	unsigned n;

	start(&out);
	calls.messages = calls.runs = 0;
	calls.refuses_runs = joined[_i].refuses;
	n = put_runs(&one, &other);
	ck_assert_int_eq(tx_flush(&tx), 0);
	ck_assert_uint_eq(n_done, n);
	for (unsigned i = 0; i < n; i++)
		ck_assert(done[i].cookie == i && done[i].error == 0);
	ck_assert_uint_eq(calls.messages, joined[_i].messages);
	ck_assert_uint_eq(calls.runs, joined[_i].runs);
	ck_assert_uint_eq(taken_in(&one), 79);
	ck_assert_uint_eq(taken_in(&other), 9);
	net_socket_close(&other);
	net_socket_close(&one);
	net_socket_close(&out);
}
END_TEST

START_TEST(put_refuses_what_cannot_be_sent)
{
	struct net_socket out = opened(IP_V4);
	struct tx_datagram datagram = datagram_to("::1", 9, 1, 1);

	start(&out);
	ck_assert_int_eq(tx_put(&tx, &datagram), -EAFNOSUPPORT);
	datagram = datagram_to("127.0.0.1", 9, 1, 1);
	datagram.from = ip_from("::1");
	ck_assert_int_eq(tx_put(&tx, &datagram), -EAFNOSUPPORT);
	datagram = datagram_to("127.0.0.1", 0, 1, 1);
	ck_assert_int_eq(tx_put(&tx, &datagram), -EINVAL);
	datagram.to.ip = (struct ip){ 0 };
	ck_assert_int_eq(tx_put(&tx, &datagram), -EAFNOSUPPORT);
	ck_assert_uint_eq(n_done, 0);
	net_socket_close(&out);
}
END_TEST

START_TEST(what_the_callback_puts_waits_for_the_next_flush)
{
	struct net_socket out = opened(IP_V4), in = opened(IP_V4);
	struct tx_datagram datagram = datagram_to("127.0.0.1", in.port, 1, 1);

	start(&out);
	to_put_again = 5;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	ck_assert_int_eq(tx_flush(&tx), TX_E_WAIT);
	ck_assert_uint_eq(n_done, 3);
	ck_assert_int_eq(tx_flush(&tx), TX_E_WAIT);
	ck_assert_uint_eq(n_done, 6);
	ck_assert_int_eq(tx_flush(&tx), 0);
	ck_assert_uint_eq(n_done, 8);
	tx_put(&tx, &datagram);
	to_put_again = 1;
	tx_cancel(&tx); /* gives back what was there, and does not run after itself */
	ck_assert_uint_eq(n_done, 9);
	ck_assert_uint_eq(tx.count, 1);
	net_socket_close(&in);
	net_socket_close(&out);
}
END_TEST

/* ---- a network ---------------------------------------------------------------------------- */

/* left and right are cables to the far network, which has fleft and fright. */
static void cables_setup(void)
{
	netns_setup_two();
	run("far=/proc/%d/fd/%d;"
	    "ip link add left type veth peer name fleft netns $far;"
	    "ip link add right type veth peer name fright netns $far;"
	    "ip link set left up; ip link set right up;"
	    "ip addr add 10.1.0.1/24 dev left; ip addr add 10.1.0.2/24 dev left;"
	    "ip addr add 10.2.0.1/24 dev right;"
	    "ip addr add fd01::1/64 dev left nodad; ip addr add fd01::2/64 dev left nodad;"
	    "ip addr add fe80::1/64 dev left nodad; ip addr add fe80::1/64 dev right nodad;"
	    "ip route add unreachable 10.66.0.0/16; ip route add prohibit 10.67.0.0/16;"
	    "ip route add blackhole 10.68.0.0/16; ip -6 route add unreachable fd66::/16",
	    getpid(), netns_peer);
	netns_go(netns_peer);
	run("ip link set fleft up; ip link set fright up;"
	    "ip addr add 10.1.0.9/24 dev fleft; ip addr add 10.2.0.9/24 dev fright;"
	    "ip addr add fd01::9/64 dev fleft nodad;"
	    "ip addr add fe80::9/64 dev fleft nodad; ip addr add fe80::9/64 dev fright nodad;"
	    "ip route add 10.1.0.2 dev fleft; ip route add 10.2.0.1 dev fright;"
	    "for i in all fleft fright; do echo 0 > /proc/sys/net/ipv4/conf/$i/rp_filter; done");
	netns_go(netns_own);
	/* Nothing goes out before the kernel has seen the carrier, and who answers late is waited
	 * for: neither hangs on how busy the machine is. */
	run("for i in left right; do for n in $(seq 1000); do"
	    "    ip link show $i | grep -q 'state UP' && break; sleep 0.02; done;"
	    "  for f in 4 6; do echo 1000 > /proc/sys/net/ipv$f/neigh/$i/mcast_solicit; done;"
	    "done");
}

static struct net_socket opened_far(uint8_t family)
{
	struct net_socket socket;

	netns_go(netns_peer);
	socket = opened(family);
	netns_go(netns_own);
	return socket;
}

static unsigned index_far(const char *name)
{
	unsigned ifindex;

	netns_go(netns_peer);
	ifindex = if_nametoindex(name);
	netns_go(netns_own);
	return ifindex;
}

static const struct {
	const char *to, *from, *by; /* NULL: left to the kernel */
	const char *arrives, *seen_from;
} ways[] = {
	{ "10.1.0.9", NULL, NULL, "fleft", "10.1.0.1" },
	{ "10.1.0.9", "10.1.0.2", NULL, "fleft", "10.1.0.2" },
	{ "10.1.0.9", "10.1.0.2", "left", "fleft", "10.1.0.2" },
	{ "10.2.0.9", "10.1.0.2", NULL, "fright", "10.1.0.2" },
	{ "255.255.255.255", "10.1.0.2", "left", "fleft", "10.1.0.2" },
	{ "255.255.255.255", "10.2.0.1", "right", "fright", "10.2.0.1" },
	{ "255.255.255.255", NULL, "right", "fright", "10.2.0.1" },
	{ "fd01::9", NULL, NULL, "fleft", "fd01::2" },
	{ "fd01::9", "fd01::1", NULL, "fleft", "fd01::1" },
	{ "fd01::9", "fd01::1", "left", "fleft", "fd01::1" },
	{ "fe80::9", NULL, "left", "fleft", "fe80::1" },
	{ "fe80::9", "fe80::1", "right", "fright", "fe80::1" },
};

START_TEST(source_and_interface_are_what_was_asked)
{
	struct ip to = ip_from(ways[_i].to), seen = ip_from(ways[_i].seen_from);
	struct net_socket out = opened(to.family), in = opened_far(to.family);
	struct tx_datagram datagram = datagram_to(ways[_i].to, in.port, 7, 300);

	start(&out);
	if (ways[_i].from)
		datagram.from = ip_from(ways[_i].from);
	if (ways[_i].by)
		datagram.to.ifindex = if_nametoindex(ways[_i].by);
	ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	ck_assert_int_eq(tx_flush(&tx), 0);
	ck_assert_uint_eq(n_done, 1);
	ck_assert_msg(done[0].error == 0, "%s: %s", ways[_i].to, strerror(-done[0].error));
	ck_assert_msg(ready(in.fd, POLLIN, 20000), "%s: nothing came", ways[_i].to);
	ck_assert_int_eq(rx_receive(&rx, &in), 0);
	ck_assert_uint_eq(rx.count, 1);
	ck_assert_uint_eq(rx.datagram[0].source.ifindex, index_far(ways[_i].arrives));
	/* The kernel prefers the newer of two equal IPv6 addresses: only what was asked counts. */
	if (ways[_i].from || to.family == IP_V4)
		ck_assert(ip_equal(&rx.datagram[0].source.ip, &seen));
	net_socket_close(&in);
	net_socket_close(&out);
}
END_TEST

enum { ANY_ERROR = 1 }; /* kernels differ */

static const struct {
	const char *name, *to, *from;
	size_t len;
	int error;
} failures[] = {
	{ "no route", "192.0.2.1", NULL, 300, -ENETUNREACH },
	{ "unreachable", "10.66.0.1", NULL, 300, -EHOSTUNREACH },
	{ "prohibited", "10.67.0.1", NULL, 300, -EACCES },
	{ "blackhole", "10.68.0.1", NULL, 300, -EINVAL },
	{ "too long", "10.1.0.9", NULL, 66000, -EMSGSIZE },
	{ "not our address", "10.1.0.9", "10.1.0.77", 300, ANY_ERROR },
	{ "no route, IPv6", "2001:db8::1", NULL, 300, -ENETUNREACH },
	{ "unreachable, IPv6", "fd66::1", NULL, 300, -EHOSTUNREACH },
	{ "not our address, IPv6", "fd01::9", "fd01::77", 300, -EINVAL },
};

START_TEST(one_that_fails_takes_none_with_it)
{
	uint8_t family = ip_from(failures[_i].to).family;
	struct net_socket out = opened(family), in = opened_far(family);
	unsigned got = 0;

	start(&out);
	for (unsigned i = 0; i < 100; i++) {
		bool bad = i == 0 || i == 5 || i == 6 || i == 64 || i == 99;
		struct tx_datagram datagram = datagram_to(bad               ? failures[_i].to
							  : family == IP_V4 ? "10.1.0.9"
									    : "fd01::9",
							  in.port, i, bad ? failures[_i].len : 300);

		if (bad && failures[_i].from)
			datagram.from = ip_from(failures[_i].from);
		ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	}
	ck_assert_int_eq(tx_flush(&tx), 0);
	ck_assert_uint_eq(n_done, 100);
	for (unsigned i = 0; i < 100; i++) {
		bool bad = i == 0 || i == 5 || i == 6 || i == 64 || i == 99;
		int error = done[i].error;

		ck_assert_uint_eq(done[i].cookie, i);
		if (bad && failures[_i].error == ANY_ERROR)
			ck_assert_int_lt(error, 0);
		else
			ck_assert_msg(error == (bad ? failures[_i].error : 0), "%s: %u: %s",
				      failures[_i].name, i, strerror(-error));
	}
	while (got < 95 && ready(in.fd, POLLIN, 20000)) {
		ck_assert_int_eq(rx_receive(&rx, &in), 0);
		got += rx.count;
	}
	ck_assert_uint_eq(got, 95);
	net_socket_close(&in);
	net_socket_close(&out);
}
END_TEST

/* A neighbour that does not answer ARP keeps the packets charged to the socket: so a small send
 * buffer fills. When the neighbour is known, they go, and the socket is writable again. */
START_TEST(a_full_socket_waits_and_goes_on)
{
	struct net_socket out = opened(IP_V4), in = opened_far(IP_V4);
	unsigned got = 0, sent;
	int small = 1, r;

	netns_go(netns_peer);
	run("ip link set fleft arp off; ip link set fleft address 02:00:00:00:00:99");
	netns_go(netns_own);
	ck_assert_int_eq(setsockopt(out.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
	start(&out);
	for (unsigned i = 0; i < 40; i++) {
		struct tx_datagram datagram = datagram_to("10.1.0.9", in.port, i, 1000);

		ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	}
	ck_assert_int_eq(tx_flush(&tx), TX_E_WAIT);
	sent = n_done;
	ck_assert_msg(sent > 0 && sent < 40, "%u sent", sent);
	ck_assert_uint_eq(tx.count, 40 - sent);
	ck_assert(!ready(out.fd, POLLOUT, 0));
	ck_assert_int_eq(tx_flush(&tx), TX_E_WAIT);
	ck_assert_uint_eq(n_done, sent);

	run("ip neigh replace 10.1.0.9 lladdr 02:00:00:00:00:99 dev left nud permanent");
	do
		ck_assert(ready(out.fd, POLLOUT, 20000));
	while ((r = tx_flush(&tx)) == TX_E_WAIT);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(n_done, 40);
	while (got < 40 && ready(in.fd, POLLIN, 20000)) {
		ck_assert_int_eq(rx_receive(&rx, &in), 0);
		for (unsigned i = 0; i < rx.count; i++, got++) {
			ck_assert_uint_eq(rx.datagram[i].at[0], got);
			ck_assert(done[got].cookie == got && done[got].error == 0);
		}
	}
	ck_assert_uint_eq(got, 40);
	net_socket_close(&in);
	net_socket_close(&out);
}
END_TEST

/* W2: where one socket sends everything, what waits for an absent neighbour gives way, oldest
 * first, and the caller may drop the oldest itself. */
START_TEST(a_full_socket_drops_the_oldest_to_a_single_host)
{
	struct net_socket out = opened(IP_V4);
	int small = 1;
	unsigned sent;

	ck_assert_int_eq(setsockopt(out.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
	start(&out);
	tx.when_full = TX_FULL_DROP;
	for (unsigned i = 0; i < 40; i++) {
		struct tx_datagram datagram = datagram_to("10.1.0.77", 9, i, 1000);

		ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	}
	ck_assert_int_eq(tx_flush(&tx), 0);
	ck_assert_uint_eq(n_done, 40);
	for (sent = 0; sent < 40 && done[sent].error == 0; sent++)
		;
	ck_assert_msg(sent > 0 && sent < 40, "%u sent", sent);
	for (unsigned i = sent; i < 40; i++)
		ck_assert_int_eq(done[i].error, -EAGAIN);

	tx.when_full = TX_FULL_WAIT;
	for (unsigned i = 100; i < 103; i++) {
		struct tx_datagram datagram = datagram_to("10.1.0.77", 9, i, 1000);

		ck_assert_int_eq(tx_put(&tx, &datagram), 0);
	}
	ck_assert_int_eq(tx_flush(&tx), TX_E_WAIT);
	tx_drop_oldest(&tx, -ENOBUFS);
	ck_assert_uint_eq(tx.count, 2);
	ck_assert_uint_eq(done[40].cookie, 100);
	ck_assert_int_eq(done[40].error, -ENOBUFS);
	net_socket_close(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net tx");
	TCase *anywhere = tcase_create("anywhere"), *network = tcase_create("network");

	tcase_add_test(anywhere, all_go_in_order_by_more_than_one_call);
	tcase_add_test(anywhere, the_queue_is_bounded_and_goes_round);
	TEST_ROWS(anywhere, runs_are_joined_and_sent_singly_where_the_kernel_refuses, joined);
	tcase_add_test(anywhere, put_refuses_what_cannot_be_sent);
	tcase_add_test(anywhere, what_the_callback_puts_waits_for_the_next_flush);
	suite_add_tcase(suite, anywhere);
	tcase_add_checked_fixture(network, cables_setup, NULL);
	tcase_set_timeout(network, 120);
	tcase_add_loop_test(network, source_and_interface_are_what_was_asked, 0,
			    sizeof(ways) / sizeof(ways[0]));
	tcase_add_loop_test(network, one_that_fails_takes_none_with_it, 0,
			    sizeof(failures) / sizeof(failures[0]));
	tcase_add_test(network, a_full_socket_waits_and_goes_on);
	tcase_add_test(network, a_full_socket_drops_the_oldest_to_a_single_host);
	if (netns_possible("net/tx_test"))
		suite_add_tcase(suite, network);
	suite_apart(); /* what is sent is counted from nothing */
	return suite_run_whole(suite);
}
