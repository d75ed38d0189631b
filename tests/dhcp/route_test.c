/* dhcp/dhcp4_route.h: R1 to R5. */
#include <check.h>

#include "dhcp/dhcp4_route.h"
#include "dhcp/packet4.h"
#include "suite.h"

enum { IFINDEX = 3 };

static const struct {
	const char *name;
	uint16_t port, sport;
	const char *src, *ciaddr, *giaddr; /* "" for 0.0.0.0 */
	struct span options;
	bool off_link;
	unsigned rule; /* 0: nowhere */
	const char *to;
	uint16_t dport;
	bool pinned;
	bool also_68;
} rows[] = {
	{ "R1", 67, 67, "10.9.9.1", "", "10.9.9.1", OCTETS(53, 1, 1), false, 1, "10.9.9.1", 67,
	  false, false },
	{ "R1 whatever the relay's port", 67, 5000, "10.1.1.1", "", "10.9.9.1", OCTETS(53, 1, 1),
	  false, 1, "10.9.9.1", 67, false, false },
	{ "R1 82.19: the relay's port", 67, 5000, "10.1.1.1", "", "10.9.9.1",
	  OCTETS(53, 1, 1, 82, 2, 19, 0), false, 1, "10.9.9.1", 5000, false, false },
	{ "R1 82.19 in a second part", 67, 5000, "10.1.1.1", "", "10.9.9.1",
	  OCTETS(53, 1, 1, 82, 3, 1, 1, 'p', 82, 2, 19, 0), false, 1, "10.9.9.1", 5000, false,
	  false },
	{ "R1 82.19, source port 0", 67, 0, "10.1.1.1", "", "10.9.9.1",
	  OCTETS(53, 1, 1, 82, 2, 19, 0), false, 1, "10.9.9.1", 67, false, false },
	{ "R1 before R2: INFORM through a relay", 67, 67, "10.9.9.1", "10.9.9.50", "10.9.9.1",
	  OCTETS(53, 1, 8), false, 1, "10.9.9.1", 67, false, false },
	{ "R1 never to a group", 67, 67, "10.9.9.1", "", "224.0.0.1", OCTETS(53, 1, 1), false, 0,
	  "", 0, false, false },
	{ "R1 never to all", 67, 67, "10.9.9.1", "", "255.255.255.255", OCTETS(53, 1, 1), false, 0,
	  "", 0, false, false },
	{ "R2 REQUEST", 67, 68, "10.0.0.5", "10.0.0.5", "", OCTETS(53, 1, 3), false, 2, "10.0.0.5",
	  68, true, false },
	{ "R2 INFORM from another port", 67, 5001, "10.0.0.5", "10.0.0.5", "", OCTETS(53, 1, 8),
	  false, 2, "10.0.0.5", 5001, true, false },
	{ "R2 source port 0 is 68", 67, 0, "10.0.0.5", "10.0.0.5", "", OCTETS(53, 1, 8), false, 2,
	  "10.0.0.5", 68, true, false },
	{ "R2 never to all", 67, 68, "10.0.0.5", "255.255.255.255", "", OCTETS(53, 1, 8), false, 0,
	  "", 0, false, false },
	{ "R2 not for DISCOVER: R3", 67, 68, "", "10.0.0.5", "", OCTETS(53, 1, 1), false, 3,
	  "255.255.255.255", 68, true, false },
	{ "R3", 67, 68, "", "", "", OCTETS(53, 1, 1), false, 3, "255.255.255.255", 68, true,
	  false },
	{ "R3 whatever the source port", 67, 1068, "", "", "", OCTETS(53, 1, 1), false, 3,
	  "255.255.255.255", 68, true, false },
	{ "R3 REQUEST without ciaddr", 67, 68, "", "", "", OCTETS(53, 1, 3), false, 3,
	  "255.255.255.255", 68, true, false },
	{ "R4 from 68", 4011, 68, "10.0.0.5", "", "", OCTETS(53, 1, 3), false, 4, "10.0.0.5", 68,
	  true, false },
	{ "R4 from 4011", 4011, 4011, "10.0.0.5", "10.0.0.5", "", OCTETS(53, 1, 3), false, 4,
	  "10.0.0.5", 4011, true, false },
	{ "R4 ciaddr differs: src", 4011, 4011, "10.0.0.5", "10.0.0.6", "", OCTETS(53, 1, 3), false,
	  4, "10.0.0.5", 4011, true, false },
	{ "R4 whatever giaddr says", 4011, 4011, "10.0.0.5", "", "10.9.9.1",
	  OCTETS(53, 1, 3, 82, 2, 19, 0), false, 4, "10.0.0.5", 4011, true, false },
	{ "R4 from afar: by the routes", 4011, 4011, "10.50.0.5", "", "", OCTETS(53, 1, 3), true, 4,
	  "10.50.0.5", 4011, false, false },
	{ "R4 source port 0 is 68", 4011, 0, "10.0.0.5", "", "", OCTETS(53, 1, 3), false, 4,
	  "10.0.0.5", 68, true, false },
	{ "R4 never to a group", 4011, 68, "239.1.1.1", "", "", OCTETS(53, 1, 3), false, 0, "", 0,
	  false, false },
	{ "R5 from 4011: both ports", 4011, 4011, "", "", "", OCTETS(53, 1, 3), false, 5,
	  "255.255.255.255", 4011, true, true },
	{ "R5 from 68: once", 4011, 68, "", "", "", OCTETS(53, 1, 3), false, 5, "255.255.255.255",
	  68, true, false },
	{ "R5 whatever giaddr says", 4011, 68, "", "", "10.9.9.1", OCTETS(53, 1, 3), false, 5,
	  "255.255.255.255", 68, true, false },
	{ "R5 source port 0: once", 4011, 0, "", "", "", OCTETS(53, 1, 3), false, 5,
	  "255.255.255.255", 68, true, false },
};

static struct ip ip_of(const char *text)
{
	struct ip ip = ip_v4((uint8_t[]){ 0, 0, 0, 0 });

	ck_assert(!*text || ip_parse(text, &ip));
	return ip;
}

START_TEST(reply_goes_where_its_rule_says)
{
	struct dhcp4_arrival arrival = { .port = rows[_i].port,
					 .src = { ip_of(rows[_i].src), rows[_i].sport, IFINDEX },
					 .local = ip_of("10.0.0.2"),
					 .ifindex = IFINDEX,
					 .on_link = !rows[_i].off_link };
	struct ip to = ip_of(rows[_i].to);
	struct dhcp4_route route = { .rule = 77 };
	struct dhcp4_index index;
	struct packet4 packet;
	int r;

	packet4_make(&packet, DHCP4_BOOTREQUEST, rows[_i].options);
	memcpy(packet.at + DHCP4_CIADDR, ip_of(rows[_i].ciaddr).octet, 4);
	memcpy(packet.at + DHCP4_GIADDR, ip_of(rows[_i].giaddr).octet, 4);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	r = dhcp4_route_of(&arrival, packet4_span(&packet), &index, &route);
	if (rows[_i].rule == 0) {
		ck_assert_msg(r == DHCP4_E_NOWHERE, "%s", rows[_i].name);
		ck_assert(ip_is_multicast(&route.to[0].ip) ||
			  ip_is_limited_broadcast(&route.to[0].ip));
		return;
	}
	ck_assert_int_eq(r, 0);
	ck_assert_msg(route.rule == rows[_i].rule && route.to_relay == (rows[_i].rule == 1),
		      "%s: R%u", rows[_i].name, route.rule);
	ck_assert_msg(ip_equal(&route.to[0].ip, &to) && route.to[0].port == rows[_i].dport,
		      "%s: port %u", rows[_i].name, route.to[0].port);
	ck_assert_uint_eq(route.to[0].ifindex, rows[_i].pinned ? IFINDEX : 0);
	ck_assert(ip_equal(&route.from.ip, &arrival.local) && route.from.port == rows[_i].port);

	ck_assert_uint_eq(route.count, rows[_i].also_68 ? 2 : 1);
	if (rows[_i].also_68)
		ck_assert(ip_is_limited_broadcast(&route.to[1].ip) && route.to[1].port == 68 &&
			  route.to[1].ifindex == IFINDEX);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("route");

	TEST_ROWS(tcase, reply_goes_where_its_rule_says, rows);
	return suite_run("dhcp4_route", tcase);
}
