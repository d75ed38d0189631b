/* dhcp/made_client: octet for octet what real firmware sent (tests/fixtures/captures), and valid
 * whatever is asked for.
 */
#include <check.h>

#include "dhcp/dhcp4_mend.h"
#include "dhcp/dhcp4_row.h"
#include "dhcp/dhcp4_valid.h"
#include "dhcp/dhcp6_valid.h"
#include "dhcp/made_client.h"
#include "dhcp/packet4.h"
#include "dhcp/pxe_client6.h"
#include "pcap.h"
#include "suite.h"

#define CAPTURES TEST_SOURCE "/tests/fixtures/captures/"

static const uint8_t mac[6] = { 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };
static const uint8_t uuid[16] = { 0x3b, 0x6c, 0x1a, 0x52, 0x7f, 0x0e, 0x4d, 0x8b,
				  0x9a, 0x41, 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };
static const uint8_t rom_uuid[16] = { 0xef, 0xbe, 0xad, 0xde, 0xad, 0xde, 0xef, 0xbe,
				      0xde, 0xad, 0xbe, 0xef, 0xde, 0xad, 0xbe, 0xef };

/* How far a packet is compared. This BIOS ROM breaks its request on 4011 behind the class; this
 * AAVMF has an octet that nobody has set among the options it asks for. */
enum { WHOLE = 0, ROM_GOOD_PART = 309, AAVMF_GOOD_PART = 273 };

static const struct {
	const char *file;
	unsigned frame; /* as tshark counts; 0: the first of its type and port */
	uint8_t family;
	enum made_message message;
	enum made_firmware firmware;
	uint16_t arch;
	bool http, has_item;
	size_t compared;
} seen[] = {
	{ "x64-pxe4", 0, IP_V4, MADE_DISCOVER, MADE_EDK2, 7, false, false, WHOLE },
	{ "x64-pxe4", 0, IP_V4, MADE_LEASE_REQUEST, MADE_EDK2, 7, false, false, WHOLE },
	{ "x64-pxe4", 0, IP_V4, MADE_BOOT_REQUEST, MADE_EDK2, 7, false, false, WHOLE },
	{ "x64-pxe4.same", 0, IP_V4, MADE_BOOT_REQUEST, MADE_EDK2, 7, false, false, WHOLE },
	{ "aa64-pxe4", 0, IP_V4, MADE_DISCOVER, MADE_EDK2, 11, false, false, WHOLE },
	{ "aa64-pxe4", 0, IP_V4, MADE_BOOT_REQUEST, MADE_EDK2, 11, false, false, WHOLE },
	{ "x64-http4", 0, IP_V4, MADE_DISCOVER, MADE_EDK2, 16, true, false, WHOLE },
	{ "x64-http4", 0, IP_V4, MADE_LEASE_REQUEST, MADE_EDK2, 16, true, false, WHOLE },
	{ "aa64-http4", 0, IP_V4, MADE_DISCOVER, MADE_EDK2, 19, true, false, AAVMF_GOOD_PART },
	{ "bios-etherboot", 0, IP_V4, MADE_DISCOVER, MADE_ROM, 0, false, false, WHOLE },
	{ "bios-etherboot", 0, IP_V4, MADE_LEASE_REQUEST, MADE_ROM, 0, false, false, WHOLE },
	{ "bios-etherboot", 0, IP_V4, MADE_BOOT_REQUEST, MADE_ROM, 0, false, false, ROM_GOOD_PART },
	{ "bios-ipxe", 0, IP_V4, MADE_DISCOVER, MADE_IPXE, 0, false, false, WHOLE },
	{ "bios-ipxe", 0, IP_V4, MADE_LEASE_REQUEST, MADE_IPXE, 0, false, false, WHOLE },
	{ "bios-ipxe", 0, IP_V4, MADE_BOOT_REQUEST, MADE_IPXE, 0, false, true, WHOLE },
	{ "bios-ipxe.same", 0, IP_V4, MADE_BOOT_REQUEST, MADE_IPXE, 0, false, false, WHOLE },
	{ "x64-pxe6", 0, IP_V6, MADE_DISCOVER, MADE_EDK2, 7, false, false, WHOLE },
	{ "x64-pxe6", 0, IP_V6, MADE_BOOT_REQUEST, MADE_EDK2, 7, false, false, WHOLE },
	{ "aa64-pxe6", 0, IP_V6, MADE_BOOT_REQUEST, MADE_EDK2, 11, false, false, WHOLE },
	{ "x64-http6", 0, IP_V6, MADE_DISCOVER, MADE_EDK2, 16, true, false, WHOLE },
	{ "bios-ipxe", 0, IP_V6, MADE_DISCOVER, MADE_IPXE, 0, false, false, WHOLE },
	{ "bios-ipxe", 0, IP_V6, MADE_LEASE_REQUEST, MADE_IPXE, 0, false, false, WHOLE },
	{ "x64-ipxe-chain6", 18, IP_V6, MADE_DISCOVER, MADE_IPXE, 7, false, false, WHOLE },
};

static bool is_message(struct span packet, uint8_t family, enum made_message message)
{
	static const uint8_t type4[] = { DHCP4_DISCOVER, DHCP4_REQUEST, DHCP4_REQUEST };
	static const uint8_t type6[] = { DHCP6_SOLICIT, DHCP6_REQUEST, DHCP6_REQUEST };
	struct dhcp4_index index;

	if (family == IP_V6)
		return dhcp6_type_of(packet) == type6[message];
	return dhcp4_index_scan(packet, &index) == 0 && dhcp4_op(packet.at) == DHCP4_BOOTREQUEST &&
	       index.type == type4[message];
}

/* The packet of row `i` in its capture. */
static struct pcap seen_open(int i, struct pcap_datagram *out)
{
	bool boot = seen[i].message == MADE_BOOT_REQUEST;
	struct pcap pcap;
	char path[256];

	snprintf(path, sizeof(path), CAPTURES "%s.pcap", seen[i].file);
	pcap = pcap_open(path);
	*out = (struct pcap_datagram){ .frame = 0 };
	while (pcap_next(&pcap, out)) {
		if (out->dst.ip.family != seen[i].family || out->frame < seen[i].frame ||
		    (out->dst.port == 4011) != boot ||
		    !is_message(out->payload, seen[i].family, seen[i].message))
			continue;
		return pcap;
	}
	ck_abort_msg("%s has no such packet", seen[i].file);
}

/* What a real client had from others, or made up itself: identifiers, times, addresses. */
static void take_facts4(struct made_client *c, struct span packet)
{
	struct dhcp4_index index;
	struct span value;

	ck_assert_int_eq(dhcp4_index_scan(packet, &index), 0);
	c->xid = dhcp4_xid(packet.at);
	c->secs = load_be16(packet.at + DHCP4_SECS);
	c->address = dhcp4_ciaddr(packet.at);
	value = dhcp4_index_get(&index, packet, DHCP4_OPT_SERVER_ID);
	if (value.len == 4)
		c->server = ip_v4(value.at);
	value = dhcp4_index_get(&index, packet, DHCP4_OPT_REQUESTED_ADDRESS);
	if (value.len == 4)
		c->address = ip_v4(value.at);
	value = dhcp4_index_get(&index, packet, DHCP4_OPT_VENDOR);
	if (c->has_item)
		c->item_type = load_be16(value.at + 2);
}

static void take_facts6(struct made_client *c, struct span packet)
{
	struct span area, value;

	ck_assert_int_eq(dhcp6_options_of(packet, &area), 0);
	c->xid = dhcp6_xid_of(packet);
	if (dhcp6_option_find(area, DHCP6_OPT_IA_NA, 1, &value) == 0) {
		c->iaid = load_be32(value.at);
		if (value.len == 40)
			c->address = ip_v6(value.at + 16);
	}
	if (c->arch == 11 && dhcp6_option_find(area, DHCP6_OPT_CLIENTID, 1, &value) == 0)
		c->duid = value; /* with a time of its own */
	if (dhcp6_option_find(area, DHCP6_OPT_SERVERID, 1, &value) == 0)
		c->server_duid = value;
	if (dhcp6_option_find(area, DHCP6_OPT_ELAPSED_TIME, 1, &value) == 0)
		c->secs = load_be16(value.at) / 100;
}

START_TEST(it_sends_what_real_firmware_sent)
{
	struct pcap_datagram datagram;
	struct pcap pcap = seen_open(_i, &datagram);
	struct span real = datagram.payload;
	struct made_client client = { .family = seen[_i].family,
				      .firmware = seen[_i].firmware,
				      .arch = seen[_i].arch,
				      .http = seen[_i].http,
				      .has_item = seen[_i].has_item,
				      .has_uuid = true };
	struct made_ports ports;
	uint8_t made[MADE_PACKET_MAX];
	size_t len;

	memcpy(client.mac, mac, sizeof(mac));
	memcpy(client.uuid, seen[_i].firmware == MADE_ROM ? rom_uuid : uuid, sizeof(uuid));
	if (seen[_i].family == IP_V4)
		take_facts4(&client, real);
	else
		take_facts6(&client, real);
	len = made_client_write(&client, seen[_i].message, made, sizeof(made), &ports);
	ck_assert_uint_eq(len, real.len);
	if (seen[_i].compared)
		len = seen[_i].compared;
	for (size_t i = 0; i < len; i++)
		ck_assert_msg(made[i] == real.at[i], "%s: octet %zu is %u, not %u", seen[_i].file,
			      i, made[i], real.at[i]);
	ck_assert_uint_eq(ports.from, datagram.src.port);
	ck_assert_uint_eq(ports.to, datagram.dst.port);
	pcap_close(&pcap);
}
END_TEST

/* ---- whatever is asked for is a packet that is read as what was asked for -------------------- */

enum { MESSAGES = MADE_INFORM + 1, FIRMWARES = MADE_IPXE + 1 };

static void read4(const struct made_client *c, enum made_message message, struct packet4 *packet,
		  struct pxe_client *out)
{
	static struct dhcp4_index index;
	bool pxe;

	packet->len = made_client_write(c, message, packet->at, sizeof(packet->at), NULL);
	ck_assert_uint_gt(packet->len, DHCP4_HEADER);
	ck_assert(dhcp4_is_valid(packet4_span(packet), DHCP4_BOOTREQUEST, &pxe));
	ck_assert_int_eq(pxe, !c->http);
	ck_assert_int_eq(dhcp4_mend(packet->at, sizeof(packet->at), &packet->len, &index), 0);
	pxe_client_read(packet4_span(packet), &index, NULL, NULL, 0, out);
}

START_TEST(each_of_dhcpv4_is_valid_and_read_as_it_is)
{
	struct made_client c = { .family = IP_V4,
				 .firmware = (enum made_firmware)(_i / MESSAGES),
				 .arch = 7,
				 .mac = { 2, 0, 0, 0, 0, 9 },
				 .has_uuid = true,
				 .uuid = { 1, 2, 3, 4, 5, 6 },
				 .max_size = 1024,
				 .secs = 3,
				 .xid = 0xabcd0123 };
	enum made_message message = (enum made_message)(_i % MESSAGES);
	struct pxe_client read;
	struct packet4 packet;
	char text[PXE_UUID_TEXT];

	ck_assert(ip_parse("10.1.0.9", &c.address) && ip_parse("10.2.0.1", &c.relay));
	c.circuit_id = span_str("port 7");
	read4(&c, message, &packet, &read);
	ck_assert(read.class == PXE_CLASS_PXE && read.has_arch && read.arch == 7);
	ck_assert_int_eq(read.is_ipxe, c.firmware == MADE_IPXE);
	ck_assert(read.has_mac && span_equal(read.chaddr, span_of(c.mac, 6)));
	ck_assert_str_eq(pxe_uuid_efi_text(read.uuid, text),
			 "01020304-0506-0000-0000-000000000000");
	ck_assert_uint_eq(read.max_size, 1024);
	ck_assert_uint_eq(dhcp4_xid(packet.at), c.xid);
	ck_assert_int_eq(read.network.family == IP_NONE, message == MADE_BOOT_REQUEST);
	ck_assert(message == MADE_BOOT_REQUEST || ip_equal(&read.network, &c.relay));
	ck_assert_uint_eq(dhcp4_hops(packet.at), message == MADE_BOOT_REQUEST ? 0 : 1);
}
END_TEST

START_TEST(each_of_dhcpv6_is_valid_and_read_as_it_is)
{
	const struct pxe_client6_self self = { .duid = { rom_uuid, 16 } };
	struct made_client c = { .family = IP_V6,
				 .firmware = _i / MESSAGES == 0 ? MADE_EDK2 : MADE_IPXE,
				 .arch = 11,
				 .has_uuid = true,
				 .link_layer = true,
				 .xid = 0x012345,
				 .secs = 2,
				 .server_duid = { rom_uuid, 16 } };
	enum made_message message = (enum made_message)(_i % MESSAGES);
	uint8_t octets[MADE_PACKET_MAX];
	struct pxe_client6 read;
	struct span packet;
	bool pxe;

	memcpy(c.mac, mac, sizeof(mac));
	memcpy(c.uuid, uuid, sizeof(uuid));
	ck_assert(ip_parse("fd77::1", &c.relay) && ip_parse("fe80::9", &c.peer));
	packet = span_of(octets, made_client_write(&c, message, octets, sizeof(octets), NULL));
	ck_assert(dhcp6_valid(packet, true, &pxe) && pxe);
	ck_assert_int_eq(pxe_client6_read(packet, &self, &read), 0);
	ck_assert(read.class == PXE6_CLASS_PXE && read.has_arch && read.arch == 11);
	ck_assert_int_eq(read.is_ipxe, c.firmware == MADE_IPXE);
	ck_assert(read.has_mac || message == MADE_BOOT_REQUEST);
	ck_assert_uint_eq(read.xid, 0x012345);
	ck_assert_uint_eq(read.n_relays, message == MADE_BOOT_REQUEST ? 0 : 1);
	ck_assert_uint_eq(read.elapsed_ms, 2000);
	ck_assert_int_eq(read.server_id,
			 message == MADE_DISCOVER ? PXE6_SERVER_ID_ABSENT : PXE6_SERVER_ID_OURS);
	ck_assert_int_eq(read.has_ia, message == MADE_DISCOVER || message == MADE_LEASE_REQUEST);
}
END_TEST

START_TEST(what_is_given_stands_in_the_packet)
{
	struct made_client c = { .family = IP_V4,
				 .firmware = MADE_EDK2,
				 .arch = 7,
				 .vendor_class = span_str("Acme"),
				 .user_class = span_str("lab"),
				 .client_id = span_str("\1xyz"),
				 .ipxe = span_str("\x13\1\1") };
	struct dhcp4_index index;
	uint8_t octets[600];
	struct span packet;

	c.no_arch = true;
	packet =
		span_of(octets, made_client_write(&c, MADE_DISCOVER, octets, sizeof(octets), NULL));
	ck_assert_int_eq(dhcp4_index_build(packet, &index), 0);
	ck_assert(!dhcp4_index_has(&index, 93) && !dhcp4_index_has(&index, 97));
	ck_assert(span_equal(dhcp4_index_get(&index, packet, 60), c.vendor_class));
	ck_assert(span_equal(dhcp4_index_get(&index, packet, 77), c.user_class));
	ck_assert(span_equal(dhcp4_index_get(&index, packet, 61), c.client_id));
	ck_assert(span_equal(dhcp4_index_get(&index, packet, 175), c.ipxe));
}
END_TEST

START_TEST(each_asks_for_an_item_of_a_menu)
{
	struct made_client c = { .family = IP_V4,
				 .firmware = (enum made_firmware)_i,
				 .has_item = true,
				 .item_type = 0x8001,
				 .layer = 2 };
	struct pxe_client read;
	struct packet4 packet;

	read4(&c, MADE_BOOT_REQUEST, &packet, &read);
	ck_assert(read.has_boot_item && read.boot_item.type == 0x8001 && read.boot_item.layer == 2);
}
END_TEST

START_TEST(what_does_not_fit_is_not_written)
{
	static const char long_text[400];
	struct made_client c = { .family = IP_V4, .firmware = MADE_IPXE, .has_uuid = true };
	uint8_t octets[MADE_PACKET_MAX];
	size_t whole;

	for (int i = 0; i < 2; i++) {
		c.family = i ? IP_V6 : IP_V4;
		whole = made_client_write(&c, MADE_DISCOVER, octets, sizeof(octets), NULL);
		ck_assert_uint_gt(whole, 0);
		ck_assert_uint_eq(made_client_write(&c, MADE_DISCOVER, octets, whole, NULL), whole);
		for (size_t size = 0; size < whole; size++)
			ck_assert_uint_eq(made_client_write(&c, MADE_DISCOVER, octets, size, NULL),
					  0);
		c.user_class = span_of(long_text, sizeof(long_text));
		ck_assert_uint_eq(
			made_client_write(&c, MADE_DISCOVER, octets, sizeof(octets), NULL), 0);
		c.user_class = SPAN_NONE;
	}
	c.family = IP_NONE;
	ck_assert_uint_eq(made_client_write(&c, MADE_DISCOVER, octets, sizeof(octets), NULL), 0);
}
END_TEST

START_TEST(the_firmware_goes_by_the_architecture)
{
	ck_assert_int_eq(made_firmware_of(0, false), MADE_ROM);
	ck_assert_int_eq(made_firmware_of(7, false), MADE_EDK2);
	ck_assert_int_eq(made_firmware_of(0, true), MADE_IPXE);
	ck_assert_int_eq(made_firmware_of(11, true), MADE_IPXE);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("made_client");

	TEST_ROWS(tcase, it_sends_what_real_firmware_sent, seen);
	tcase_add_loop_test(tcase, each_of_dhcpv4_is_valid_and_read_as_it_is, 0,
			    FIRMWARES * MESSAGES);
	tcase_add_loop_test(tcase, each_of_dhcpv6_is_valid_and_read_as_it_is, 0, 2 * MESSAGES);
	tcase_add_test(tcase, what_is_given_stands_in_the_packet);
	tcase_add_loop_test(tcase, each_asks_for_an_item_of_a_menu, 0, FIRMWARES);
	tcase_add_test(tcase, what_does_not_fit_is_not_written);
	tcase_add_test(tcase, the_firmware_goes_by_the_architecture);
	return suite_run("made_client", tcase);
}
