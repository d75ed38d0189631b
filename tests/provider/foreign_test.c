/* A5: PXE_PROV_FILTER_ALL, where the provider set it, is every packet: also what is no DHCP, broken
 * before its options end, or without message type. What a provider may answer to such a packet.
 */
#include "base/cleanup.h"
#include "dhcp/dhcp4.h"
#include "provider/rig.h"
#include "suite.h"

enum { DISCOVER_LEN = 600 };

static BYTE seen[600], original[600];
static ULONG seen_len;
static BOOL seen_valid;
static DWORD seen_class; /* what the getter of option 60 returned */

static DWORD look(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
		  PXE_BOOT_ACTION *action)
{
	PVOID value;

	(void)self, (void)request, (void)remote;
	memcpy(seen, packet, len);
	seen_len = len;
	seen_valid = PxeDhcpIsValid(packet, len, TRUE, NULL) == ERROR_SUCCESS;
	seen_class = PxeDhcpGetOptionValue(packet, len, 1, 60, NULL, &value);
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

/* ---- kinds of packets: each makes one of a DISCOVER's octets, and returns its length ---- */

static uint32_t right(uint8_t *octets, uint32_t len)
{
	(void)octets;
	return len;
}

static uint32_t empty(uint8_t *octets, uint32_t len)
{
	(void)octets, (void)len;
	return 0;
}

static uint32_t text(uint8_t *octets, uint32_t len)
{
	(void)len;
	memcpy(octets, "hello", 5);
	return 5;
}

static uint32_t short_header(uint8_t *octets, uint32_t len)
{
	(void)octets, (void)len;
	return 239;
}

static uint32_t reply(uint8_t *octets, uint32_t len)
{
	octets[DHCP4_OP] = 2;
	return len;
}

static uint32_t wrong_cookie(uint8_t *octets, uint32_t len)
{
	octets[DHCP4_COOKIE] = 98;
	return len;
}

static uint32_t hlen_17(uint8_t *octets, uint32_t len)
{
	octets[DHCP4_HLEN] = 17;
	return len;
}

/* PxeFakeDiscover() begins with option 53. */
static uint32_t type_of_two(uint8_t *octets, uint32_t len)
{
	memmove(octets + 244, octets + 243, len - 244);
	octets[241] = 2;
	return len;
}

static uint32_t bootp(uint8_t *octets, uint32_t len)
{
	memset(octets + 240, 0, 3);
	return len;
}

static uint32_t overrun_first(uint8_t *octets, uint32_t len)
{
	memcpy(octets + 240,
	       "\x3c\xff"
	       "P",
	       3);
	return len > 250 ? 250 : len;
}

static const struct {
	const char *name;
	uint8_t family;
	uint16_t port;
	uint32_t (*make)(uint8_t *octets, uint32_t len);
	int outcome; /* -1: it is DHCP, and every filter lets it pass */
} kinds[] = {
	{ "a DISCOVER", IP_V4, 67, right, -1 },
	{ "nothing", IP_V4, 67, empty, OUTCOME_MALFORMED },
	{ "nothing, on 4011", IP_V4, 4011, empty, OUTCOME_MALFORMED },
	{ "text", IP_V4, 4011, text, OUTCOME_MALFORMED },
	{ "239 octets", IP_V4, 67, short_header, OUTCOME_MALFORMED },
	{ "op is BOOTREPLY", IP_V4, 67, reply, OUTCOME_MALFORMED },
	{ "wrong cookie", IP_V4, 67, wrong_cookie, OUTCOME_MALFORMED },
	{ "hlen 17", IP_V4, 67, hlen_17, OUTCOME_MALFORMED },
	{ "option 53 of two octets", IP_V4, 67, type_of_two, OUTCOME_MALFORMED },
	{ "the first option runs past the end", IP_V4, 67, overrun_first, OUTCOME_MALFORMED },
	{ "BOOTP", IP_V4, 67, bootp, OUTCOME_BOOTP },
	{ "IPv6: nothing", IP_V6, 547, empty, OUTCOME_MALFORMED },
	{ "IPv6: text", IP_V6, 4011, text, OUTCOME_MALFORMED },
	{ "IPv6: a DHCPv4 packet", IP_V6, 547, right, OUTCOME_MALFORMED },
};

enum { NEVER = -1, ALL_BUT_DHCP_LATER = -2 };

static const struct {
	const char *name;
	int value;
	bool sees; /* packets that are no DHCP */
} filters[] = {
	{ "never set", NEVER, false },
	{ "ALL", PXE_PROV_FILTER_ALL, true },
	{ "ALL, then DHCP_ONLY", ALL_BUT_DHCP_LATER, false },
	{ "DHCP_ONLY", PXE_PROV_FILTER_DHCP_ONLY, false },
	{ "PXE_ONLY", PXE_PROV_FILTER_PXE_ONLY, false },
};

static void set(struct puppet *puppet, PXE_PROVIDER_ATTRIBUTE attribute, ULONG value)
{
	ck_assert_uint_eq(PxeProviderSetAttribute(puppet->handle, attribute, &value, sizeof(value)),
			  0);
}

static void set_filter(struct puppet *puppet, int value)
{
	ULONG filter = value == ALL_BUT_DHCP_LATER ? PXE_PROV_FILTER_ALL : (ULONG)value;

	set(puppet, PXE_PROV_ATTR_IPV6_CAPABLE, TRUE);
	if (value == NEVER)
		return;
	set(puppet, PXE_PROV_ATTR_FILTER, filter);
	set(puppet, PXE_PROV_ATTR_FILTER_IPV6, filter);
	if (value == ALL_BUT_DHCP_LATER)
		set_filter(puppet, PXE_PROV_FILTER_DHCP_ONLY);
}

static void start(struct puppet *puppet, int filter)
{
	rig_start(64, 64);
	rig_load(puppet);
	set_filter(puppet, filter);
	rig_chain(&puppet, 1, NULL);
}

static void stop(struct puppet *puppet)
{
	rig_chain(NULL, 0, NULL);
	rig_unload(puppet);
	host_free(rig.host);
}

/* Sends a packet of that kind, with another transaction each time; its length. */
static uint32_t receive_from(unsigned kind, struct ip from)
{
	static uint8_t xid;
	uint8_t octets[DISCOVER_LEN + 1];
	bool v6 = kinds[kind].family == IP_V6;
	struct arrival in = { .octets = octets,
			      .port = kinds[kind].port,
			      .interface = "fake0",
			      .on_link = true,
			      .from = { from, 1068, 2 },
			      .own = v6 ? ip_v6("\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\2")
					: ip_v4("\xc0\x00\x02\x01") };

	in.len = PxeFakeDiscover(octets, DISCOVER_LEN, "52:54:00:00:00:01", 7);
	octets[DHCP4_XID] = ++xid;
	in.len = kinds[kind].make(octets, in.len);
	memcpy(original, octets, in.len);
	rig.now_ms += 1000;
	host_receive(rig.host, &in, rig.now_ms);
	return in.len;
}

static uint32_t receive(unsigned kind)
{
	return receive_from(kind, kinds[kind].family == IP_V6
					  ? ip_v6("\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\5")
					  : ip_v4("\xc0\x00\x02\x09"));
}

START_TEST(explicit_filter_of_all_sees_every_packet)
{
	unsigned kind = (unsigned)_i / ARRAY_LEN(filters),
		 filter = (unsigned)_i % ARRAY_LEN(filters);
	struct puppet puppet = { .name = "puppet", .receive = look };
	bool dhcp = kinds[kind].outcome < 0, sees = dhcp || filters[filter].sees;
	uint32_t len;

	start(&puppet, filters[filter].value);
	len = receive(kind);
	ck_assert_msg(puppet.asked == sees, "%s, %s", kinds[kind].name, filters[filter].name);
	if (sees) {
		ck_assert_msg(seen_len == len && memcmp(seen, original, len) == 0, "%s",
			      kinds[kind].name);
		ck_assert_msg(seen_valid == dhcp || kinds[kind].family == IP_V6, "%s",
			      kinds[kind].name);
	}
	if (!dhcp)
		ck_assert_msg(rig.ended[kinds[kind].outcome] == sees &&
				      rig.dropped[kinds[kind].outcome] == !sees,
			      "%s, %s", kinds[kind].name, filters[filter].name);
	stop(&puppet);
}
END_TEST

/* The index of the request that had the slot before must not answer for this one. */
START_TEST(getters_read_what_is_there)
{
	struct puppet puppet = { .name = "puppet", .receive = look };
	unsigned bootp_kind = 10;

	ck_assert_str_eq(kinds[bootp_kind].name, "BOOTP");
	start(&puppet, PXE_PROV_FILTER_ALL);
	receive(0);
	ck_assert_uint_eq(seen_class, ERROR_SUCCESS);
	receive(bootp_kind);
	ck_assert_uint_eq(seen_class, ERROR_SUCCESS);
	receive(1);
	ck_assert_uint_eq(seen_len, 0);
	ck_assert_uint_ne(seen_class, ERROR_SUCCESS);
	stop(&puppet);
}
END_TEST

/* ---- answers ---- */

static PXE_ADDRESS to;
static ULONG reply_len;
static DWORD sent;

static DWORD answer(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	BYTE *octets = PxePacketAllocate(self->handle, request, 1000);

	(void)packet, (void)len, (void)remote;
	ck_assert_ptr_nonnull(octets);
	sent = PxeSendReply(request, octets, reply_len, to.uFlags ? &to : NULL);
	*action = PXE_BA_CUSTOM;
	return ERROR_SUCCESS;
}

#define SENDER "\xc0\x00\x02\x09"
#define OTHER  "\xc0\x00\x02\x0a"

static const struct {
	const char *name, *from; /* of a text of five octets */
	ULONG flags;
	const char *address;
	USHORT port;
	ULONG len;
	DWORD code;
} answers[] = {
	{ "NULL", SENDER, 0, SENDER, 0, 5, ERROR_SUCCESS },
	{ "the sender's address", SENDER, PXE_ADDR_USE_ADDR, SENDER, 0, 5, ERROR_SUCCESS },
	{ "and port", SENDER, PXE_ADDR_USE_ADDR | PXE_ADDR_USE_PORT, SENDER, 1068, 5,
	  ERROR_SUCCESS },
	{ "a sender without address", "\0\0\0\0", 0, SENDER, 0, 5, ERROR_SUCCESS },
	{ "longer than the request", SENDER, 0, SENDER, 0, 6, ERROR_INSUFFICIENT_BUFFER },
	{ "another's address", SENDER, PXE_ADDR_USE_ADDR, OTHER, 0, 5, ERROR_ACCESS_DENIED },
	{ "another port", SENDER, PXE_ADDR_USE_PORT, SENDER, 53, 5, ERROR_ACCESS_DENIED },
	{ "everybody", SENDER, PXE_ADDR_BROADCAST, SENDER, 0, 5, ERROR_ACCESS_DENIED },
	{ "DHCP rules", SENDER, PXE_ADDR_USE_DHCP_RULES, SENDER, 0, 5, ERROR_INVALID_DATA },
};

START_TEST(foreign_packet_is_answered_to_its_sender_only)
{
	struct puppet puppet = { .name = "puppet", .receive = answer };
	bool taken = answers[_i].code == ERROR_SUCCESS;
	unsigned text_kind = 3;

	ck_assert_str_eq(kinds[text_kind].name, "text");
	to = (PXE_ADDRESS){ .uFlags = answers[_i].flags, .uAddrLen = 4, .uPort = answers[_i].port };
	memcpy(to.bAddress, answers[_i].address, 4);
	reply_len = answers[_i].len;
	start(&puppet, PXE_PROV_FILTER_ALL);
	receive_from(text_kind, ip_v4(answers[_i].from));
	ck_assert_msg(sent == answers[_i].code, "%s: %u", answers[_i].name, sent);
	ck_assert_uint_eq(rig.n_sent, taken);
	ck_assert_uint_eq(rig.ended[OUTCOME_CUSTOM], taken);
	stop(&puppet);
}
END_TEST

/* A flood of garbage is held to the limits that hold for clients. */
START_TEST(foreign_packets_are_within_the_limits)
{
	struct puppet puppet = { .name = "puppet", .receive = look };
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	unsigned wrong_cookie_kind = 6;

	ck_assert_str_eq(kinds[wrong_cookie_kind].name, "wrong cookie");
	start(&puppet, PXE_PROV_FILTER_ALL);
	limits.per_client = 2;
	ck_assert_int_eq(host_set_limits(rig.host, &limits), 0);
	for (int i = 0; i < 4; i++)
		receive(wrong_cookie_kind);
	ck_assert_uint_eq(puppet.asked, 2);
	ck_assert_uint_eq(rig.dropped[OUTCOME_CLIENT_RATE], 2);
	receive_from(wrong_cookie_kind, ip_v4(OTHER));
	ck_assert_uint_eq(puppet.asked, 3);
	stop(&puppet);
}
END_TEST

/* A mistake, for what is said about it names the client. */
static DWORD do_wrong(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		      PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)self, (void)request, (void)packet, (void)len, (void)remote;
	*action = 9;
	return ERROR_SUCCESS;
}

START_TEST(foreign_packet_has_its_sender_as_a_name)
{
	struct puppet puppet = { .name = "puppet", .receive = do_wrong };
	bool v6 = _i == 1;

	start(&puppet, PXE_PROV_FILTER_ALL);
	receive(v6 ? 12 : 3);
	ck_assert_msg(rig_said(v6 ? "client fd77:0:0:0:0:0:0:5" : "client 192.0.2.9"), "%s",
		      rig.said);
	stop(&puppet);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("foreign");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, explicit_filter_of_all_sees_every_packet, 0,
			    (int)(ARRAY_LEN(kinds) * ARRAY_LEN(filters)));
	tcase_add_test(tcase, getters_read_what_is_there);
	TEST_ROWS(tcase, foreign_packet_is_answered_to_its_sender_only, answers);
	tcase_add_test(tcase, foreign_packets_are_within_the_limits);
	tcase_add_loop_test(tcase, foreign_packet_has_its_sender_as_a_name, 0, 2);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("foreign", tcase);
}
