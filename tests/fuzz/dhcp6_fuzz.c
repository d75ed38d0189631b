/* Anything at all as a DHCPv6 datagram: the codec stays in its memory, what it says in different
 * ways agrees, what is read and written again is the same, and an answer to what may be answered
 * is one that the client can take.
 */
#include "dhcp/choice.h"
#include "dhcp/dhcp6_reply.h"
#include "dhcp/dhcp6_route.h"
#include "dhcp/dhcp6_row.h"
#include "dhcp/dhcp6_valid.h"
#include "dhcp/duid.h"
#include "dhcp/judge.h"
#include "fuzz/holds.h"

static const uint8_t our_duid[] = { 0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static const struct span alias[] = { { (const uint8_t *)"HW", 2 } };
static const struct pxe_client6_self self = { { our_duid, sizeof(our_duid) }, alias, 1 };

/* The cursor, the search and the writer tell the same of an option area. */
static void check_area(struct span message, struct span area)
{
	_cleanup_(freep) uint8_t *octets = copy_of(SPAN_NONE, message.len);
	struct dhcp6_writer writer = { octets, 0, message.len };
	struct span cursor = area, value;
	struct dhcp6_option option;
	unsigned n = 0;
	int r;

	HOLDS(dhcp6_writer_put_raw(&writer, span_take(message, message.len - area.len)) == 0);
	while (!(r = dhcp6_option_next(&cursor, &option))) {
		HOLDS(lies_in(option.value, area) && option.value.at);
		HOLDS(dhcp6_writer_put(&writer, option.code, option.value) == 0);
		if (n++ < 40) { /* it walks: keep the work in bounds */
			HOLDS(dhcp6_option_find(area, option.code, 1, &value) == 0);
			HOLDS(value.at <= option.value.at);
		}
	}
	HOLDS(r == DHCP6_E_END || r == DHCP6_E_MALFORMED);
	HOLDS(dhcp6_option_area_ok(area) == (r == DHCP6_E_END));
	HOLDS(writer.len + cursor.len == message.len);
	HOLDS(memcmp(octets, message.at, writer.len) == 0);
	if (r == DHCP6_E_END)
		HOLDS(dhcp6_writer_put(&writer, 1, SPAN_NONE) == DHCP6_E_NO_ROOM);
}

static void check_vendor(struct span area)
{
	struct span value;

	for (unsigned instance = 1; instance < 4; instance++)
		if (dhcp6_option_find_vendor(area, DHCP6_ENTERPRISE_INTEL, 1, instance, &value) ==
		    0)
			HOLDS(lies_in(value, area));
}

static void check_valid(struct span message)
{
	bool pxe_request, pxe_server;
	bool request = dhcp6_valid(message, true, &pxe_request);
	bool server = dhcp6_valid(message, false, &pxe_server);
	struct span options;

	HOLDS(!(request && server));
	HOLDS((request || !pxe_request) && (server || !pxe_server));
	if (!request && !server)
		return;
	HOLDS(dhcp6_options_of(message, &options) == 0 && dhcp6_option_area_ok(options));
	HOLDS((dhcp6_reply_type(message.at[0]) != 0) == request);
}

static void check_duid(struct span duid)
{
	char text[2 * DUID_MAX + 1];
	uint8_t octets[DUID_MAX];
	size_t len = 0;

	if (!duid.at)
		return;
	HOLDS(duid_ok(duid));
	for (size_t i = 0; i < duid.len; i++)
		snprintf(text + 2 * i, 3, "%02x", duid.at[i]);
	HOLDS(duid_parse(text, octets, &len));
	HOLDS(span_equal(duid, span_of(octets, len)));
}

static void check_facts(struct span datagram, const struct pxe_client6 *client)
{
	struct span cursor = client->user_class, item;
	struct span options;

	HOLDS(lies_in(client->message, datagram));
	HOLDS(lies_in(client->vendor_class, client->message));
	HOLDS(lies_in(client->user_class, client->message));
	HOLDS(lies_in(client->archs, client->message) && client->archs.len % 2 == 0);
	HOLDS(client->has_arch || (!client->arch_from_class && client->arch == 0));
	HOLDS(client->class == PXE6_CLASS_NONE || client->vendor_class.at);
	HOLDS(client->xid <= 0xffffff && client->n_relays <= DHCP6_RELAY_LIMIT);
	HOLDS((client->n_relays > 0) == (dhcp6_type_of(datagram) == DHCP6_RELAY_FORW));
	HOLDS((client->server_id == PXE6_SERVER_ID_ABSENT) == !client->server_duid.at);
	HOLDS(dhcp6_options_of(client->message, &options) == 0 && dhcp6_option_area_ok(options));
	check_duid(client->duid);
	check_duid(client->server_duid);
	while (dhcp6_item_next(&cursor, &item) == 0)
		HOLDS(lies_in(item, client->user_class));
}

/* A boot service's least answer, sent back the way the request came. */
static void check_answer(struct span datagram, const struct pxe_client6 *client)
{
	uint8_t inner[512], outer[8192];
	struct dhcp6_writer writer = { inner, DHCP6_HEADER_LEN, sizeof(inner) };
	struct dhcp6_relay relay;
	struct span answer;
	size_t len = 0;
	unsigned facts;

	store_be32(inner, (uint32_t)dhcp6_reply_type(client->type) << 24 | client->xid);
	if (client->duid.at)
		HOLDS(dhcp6_writer_put(&writer, DHCP6_OPT_CLIENTID, client->duid) == 0);
	HOLDS(dhcp6_writer_put(&writer, DHCP6_OPT_SERVERID, self.duid) == 0);
	HOLDS(dhcp6_writer_put(&writer, DHCP6_OPT_VENDOR_CLASS,
			       span_of("\0\0\x01\x57\0\x09PXEClient", 15)) == 0);
	HOLDS(dhcp6_writer_put(&writer, DHCP6_OPT_BOOTFILE_URL, span_str("tftp://[::1]/x")) == 0);
	answer = span_of(inner, writer.len);
	if (client->n_relays > 0) {
		HOLDS(dhcp6_relay_parse(datagram, &relay) == 0);
		if (dhcp6_relay_build(relay.level, relay.n_levels, answer, outer, sizeof(outer),
				      &len) != 0)
			return;
		answer = span_of(outer, len);
	}
	facts = dhcp6_reply_check(datagram, answer);
	HOLDS((facts & ~(unsigned)DHCP6_REPLY_LARGE) == 0);
	HOLDS(span_equal(dhcp6_reply_url(answer), span_str("tftp://[::1]/x")));
}

static void check_row(struct span datagram, uint16_t port, bool information)
{
	struct endpoint from = { .ip = ip_v6("\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1"),
				 .port = 9,
				 .ifindex = 3 };
	struct pxe_client6 client;
	enum dhcp6_row row = dhcp6_row_read(datagram, port, information, &self, &client);
	struct dhcp6_route route;

	HOLDS(row < DHCP6_ROW_COUNT);
	if (row == DHCP6_ROW_MALFORMED)
		return;
	check_facts(datagram, &client);
	if (!dhcp6_row_may_answer(row))
		return;
	HOLDS(client.server_id != PXE6_SERVER_ID_FOREIGN);
	HOLDS(port == DHCP6_PORT_PXE ? client.type == DHCP6_REQUEST
				     : pxe_client6_boots(&client) && client.type != DHCP6_REQUEST);
	HOLDS(information || client.type != DHCP6_INFORMATION_REQUEST);
	route = dhcp6_route_of(&client, from, port);
	HOLDS(route.to.port != 0 && route.to.ifindex == 3 && route.from_port == port);
	check_answer(datagram, &client);
}

/* A server's answer to each kind of firmware: what is chosen lies in the packet. */
static void check_offer(struct span packet)
{
	struct offer offer;

	if (offer_read6(packet, &offer) != 0)
		return;
	for (enum made_firmware firmware = MADE_ROM; firmware <= MADE_IPXE; firmware++) {
		struct made_client client = { .family = IP_V6, .firmware = firmware };
		struct choice choice;

		client.http = firmware == MADE_EDK2 && packet.at[1] & 1;
		choice_make(&client, &offer, 1, &choice);
		for (int i = 0; choice.step != CHOICE_END; i++) {
			HOLDS(i < 2 && choice.boot == 0);
			choice_go_on(&client, &offer, &offer, &choice);
		}
		HOLDS(choice.result != CHOICE_OPEN && lies_in(choice.file, packet));
	}
}

/* The same as the reply to a client that is made to fit it, and to itself. */
static void check_judge(struct span packet)
{
	uint8_t octets[MADE_PACKET_MAX];
	struct made_client client = {
		.family = IP_V6, .firmware = MADE_EDK2, .arch = 7, .xid = dhcp6_xid_of(packet)
	};
	struct judge_case it = { .family = IP_V6, .port = DHCP6_PORT_PXE, .reply = packet };
	struct span options;

	if (dhcp6_options_of(packet, &options) == 0)
		(void)dhcp6_option_find(options, DHCP6_OPT_CLIENTID, 1, &client.duid);
	for (enum made_message message = MADE_DISCOVER; message <= MADE_INFORM; message++) {
		struct judgement judgement;

		it.request = span_of(
			octets, made_client_write(&client, message, octets, sizeof(octets), NULL));
		judgement = judge_reply(&it);
		HOLDS(judgement.why[0] && lies_in(judgement.file, packet));
		HOLDS(judgement.verdict != JUDGE_BOOTS || judgement.file.len > 0);
	}
	it.request = packet;
	HOLDS(judge_reply(&it).verdict != JUDGE_BOOTS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(freep) uint8_t *octets = copy_of(span_of(data, size), size);
	struct span datagram = span_of(octets, size), options;

	if (dhcp6_options_of(datagram, &options) == 0) {
		check_area(datagram, options);
		check_vendor(options);
	}
	check_valid(datagram);
	check_offer(datagram);
	check_judge(datagram);
	check_row(datagram, DHCP6_PORT_SERVER, true);
	check_row(datagram, DHCP6_PORT_SERVER, false);
	check_row(datagram, DHCP6_PORT_PXE, true);
	return 0;
}
