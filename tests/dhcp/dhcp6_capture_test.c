/* Every DHCPv6 packet that real firmware sent in the captures hits the row that it should, and
 * every answer that it took in them goes where our rules send it.
 */
#include <check.h>

#include "dhcp/dhcp6_reply.h"
#include "dhcp/dhcp6_route.h"
#include "dhcp/dhcp6_row.h"
#include "dhcp/dhcp6_valid.h"
#include "dhcp/duid.h"
#include "pcap.h"
#include "suite.h"

/* One letter for each packet of a client, in order. */
static const char letters[DHCP6_ROW_COUNT] = {
	[DHCP6_ROW_SOLICIT] = 's',         [DHCP6_ROW_SOLICIT_PLAIN] = 'p',
	[DHCP6_ROW_LEASE] = 'l',           [DHCP6_ROW_PXE_REQUEST] = 'r',
	[DHCP6_ROW_PXE_REQUEST_ANY] = 'a', [DHCP6_ROW_PXE_FOREIGN] = 'f',
	[DHCP6_ROW_MALFORMED] = 'm',
};

static const struct {
	const char *file, *rows;
	const char *duid; /* of the boot service in this capture, where it had one of its own */
	uint16_t arch;    /* of the firmware's first packet that boots */
	const char *class;
} captures[] = {
	{ "x64-pxe6", "spllrl", "00030001368480292b21", 7, "PXEClient" },
	{ "x64-pxe6.multicast4011", "spllrl", "000300018ee1bf17a549", 7, "PXEClient" },
	{ "x64-pxe6.same", "plslal", "000300014adf2bbc4d3b", 7, "PXEClient" },
	{ "x64-pxe6.full", "plsll", NULL, 7, "PXEClient" },
	{ "x64-pxe6.noboot", "spl", NULL, 7, "PXEClient" },
	{ "aa64-pxe6", "spllrl", "00030001de114fdd720b", 11, "PXEClient" },
	{ "aa64-pxe6.full", "splll", NULL, 11, "PXEClient" },
	{ "x64-http6", "spllll", "00030001bec0274dc7a8", 16, "HTTPClient" },
	{ "x64-http6.full", "spllll", NULL, 16, "HTTPClient" },
	{ "x64-http6.same", "spl", NULL, 16, "HTTPClient" },
	{ "aa64-http6", "spllll", "000300017afe95ae3507", 19, "HTTPClient" },
	{ "x64-ipxe-chain6", "plslrllsl", "00030001a2ba478821dc", 7, "PXEClient" },
	{ "x64-ipxe-chain6.full", "plslllsl", NULL, 7, "PXEClient" },
	{ "other-dhclient6", "pl", NULL, 0, NULL },
	/* IPv4 boots whose iPXE asked over IPv6 as well */
	{ "bios-ipxe", "sl", NULL, 0, "PXEClient" },
	{ "bios-ipxe-script", "sl", NULL, 0, "PXEClient" },
	{ "bios-ipxe.noboot", "sl", NULL, 0, "PXEClient" },
	{ "bios-ipxe.same", "sl", NULL, 0, "PXEClient" },
	{ "x64-ipxe-chain", "sl", NULL, 7, "PXEClient" },
};

enum { PACKETS_MAX = 64 };

/* What is known of a capture so far. */
struct story {
	const char *name;
	struct pxe_client6_self self;
	uint8_t duid[DUID_MAX];
	unsigned n; /* of the packets that clients sent */
	char rows[PACKETS_MAX + 1];
	struct pcap_datagram ask[PACKETS_MAX];
	struct pxe_client6 client[PACKETS_MAX];
	unsigned n_answers; /* of the boot service */
};

static void client_packet(struct story *story, const struct pcap_datagram *packet)
{
	struct pxe_client6 *client = &story->client[story->n];
	enum dhcp6_row row;
	bool pxe;

	ck_assert_uint_lt(story->n, PACKETS_MAX);
	row = dhcp6_row_read(packet->payload, packet->dst.port, false, &story->self, client);
	ck_assert_msg(letters[row], "%s:%u: %s", story->name, packet->frame, dhcp6_row_name(row));
	ck_assert(dhcp6_valid(packet->payload, true, &pxe));
	ck_assert_msg(pxe == (client->class == PXE6_CLASS_PXE), "%s:%u", story->name,
		      packet->frame);
	story->rows[story->n] = letters[row];
	story->ask[story->n] = *packet;
	story->n++;
}

/* Who sent it: the firmware by the MAC in its DUID, iPXE by the machine's UUID. */
static void check_identity(const struct story *story, const struct pxe_client6 *client)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };
	static const uint8_t uuid[] = { 0x3b, 0x6c, 0x1a, 0x52, 0x7f, 0x0e, 0x4d, 0x8b,
					0x9a, 0x41, 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };

	ck_assert_msg(client->has_uuid == client->is_ipxe, "%s", story->name);
	ck_assert_msg(client->has_mac == !client->is_ipxe, "%s", story->name);
	if (client->has_mac)
		ck_assert_mem_eq(client->mac, mac, sizeof(mac));
	else
		ck_assert_mem_eq(client->uuid, uuid, sizeof(uuid));
	ck_assert(client->wants_url && client->wants_param && client->has_elapsed);
	ck_assert(client->has_arch && !client->arch_from_class);
}

/* An answer in the capture was taken: so ours would be, if it goes the same way. */
static void server_packet(struct story *story, const struct pcap_datagram *packet)
{
	uint32_t xid = dhcp6_xid_of(packet->payload);
	bool pxe;

	ck_assert(dhcp6_valid(packet->payload, false, &pxe));
	for (unsigned i = story->n; i-- > 0;) {
		const struct pcap_datagram *ask = &story->ask[i];
		struct dhcp6_route route;
		struct span options, id;

		if (story->client[i].xid != xid || ask->dst.port != packet->src.port)
			continue;
		route = dhcp6_route_of(&story->client[i], ask->src, ask->dst.port);
		ck_assert_msg(ip_equal(&route.to.ip, &packet->dst.ip) &&
				      route.to.port == packet->dst.port &&
				      route.from_port == packet->src.port,
			      "%s:%u", story->name, packet->frame);
		ck_assert_int_eq(dhcp6_options_of(packet->payload, &options), 0);
		ck_assert_int_eq(dhcp6_option_find(options, DHCP6_OPT_SERVERID, 1, &id), 0);
		if (span_equal(id, story->self.duid)) {
			ck_assert_uint_eq(dhcp6_reply_check(ask->payload, packet->payload), 0);
			story->n_answers++;
		}
		return;
	}
	ck_abort_msg("%s:%u: an answer to nothing", story->name, packet->frame);
}

START_TEST(firmware_hits_its_rows)
{
	struct pcap_datagram packet = { .frame = 0 };
	struct story story = { .name = captures[_i].file };
	bool first = true;
	struct pcap pcap;
	char path[512];
	size_t len;

	if (captures[_i].duid) {
		ck_assert(duid_parse(captures[_i].duid, story.duid, &len));
		story.self.duid = span_of(story.duid, len);
	}
	snprintf(path, sizeof(path), TEST_SOURCE "/tests/fixtures/captures/%s.pcap",
		 captures[_i].file);
	pcap = pcap_open(path);
	while (pcap_next(&pcap, &packet)) {
		if (packet.src.ip.family != IP_V6)
			continue;
		if (dhcp6_reply_type(dhcp6_type_of(packet.payload)))
			client_packet(&story, &packet);
		else
			server_packet(&story, &packet);
	}
	ck_assert_str_eq(story.rows, captures[_i].rows);
	ck_assert_msg(!captures[_i].duid || story.n_answers > 0, "%s", story.name);
	for (unsigned i = 0; i < story.n; i++) {
		const struct pxe_client6 *client = &story.client[i];

		if (story.rows[i] != 's' && story.rows[i] != 'r' && story.rows[i] != 'a')
			continue;
		check_identity(&story, client);
		if (first) {
			ck_assert_uint_eq(client->arch, captures[_i].arch);
			ck_assert(span_starts(client->vendor_class, span_str(captures[_i].class)));
		}
		first = false;
	}
	pcap_close(&pcap);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp6_capture");

	TEST_ROWS(tcase, firmware_hits_its_rows, captures);
	return suite_run("dhcp6_capture", tcase);
}
