/* <wdspxe-fake.h>: made-up clients, and what their firmware makes of what they get. The provider is
 * bootfile, whose answers real firmware was seen to take.
 */
#include "fake/bench.h"

#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "dhcp/pxe_client.h"
#include "dhcp/pxe_client6.h"

#define MAC "52:54:00:77:00:01"

static const uint8_t circuit[] = "port 7";

/* ---- what is written ---- */

static const struct {
	const char *what;
	PXE_FAKE_CLIENT client;
	ULONG message;
	BYTE type;
	USHORT from_port, port;
	const char *from;
	BOOL unicast;
	const char *class; /* begins so */
} rows[] = {
	{ "DISCOVER",
	  { .uArch = 7 },
	  PXE_FAKE_DISCOVER,
	  1,
	  68,
	  67,
	  "0.0.0.0",
	  FALSE,
	  "PXEClient:Arch:00007" },
	{ "of a ROM",
	  { .uArch = 0 },
	  PXE_FAKE_DISCOVER,
	  1,
	  68,
	  67,
	  "0.0.0.0",
	  FALSE,
	  "PXEClient:Arch:00000" },
	{ "of HTTP Boot",
	  { .uArch = 16 },
	  PXE_FAKE_DISCOVER,
	  1,
	  68,
	  67,
	  "0.0.0.0",
	  FALSE,
	  "HTTPClient:Arch:00016" },
	{ "of iPXE",
	  { .uArch = 7, .bIpxe = TRUE },
	  PXE_FAKE_DISCOVER,
	  1,
	  68,
	  67,
	  "0.0.0.0",
	  FALSE,
	  "PXEClient" },
	{ "REQUEST of a lease",
	  { .uArch = 7 },
	  PXE_FAKE_REQUEST_LEASE,
	  3,
	  68,
	  67,
	  "0.0.0.0",
	  FALSE,
	  "PXEClient" },
	{ "REQUEST on 4011",
	  { .uArch = 7 },
	  PXE_FAKE_REQUEST_BOOT,
	  3,
	  4011,
	  4011,
	  "192.0.2.100",
	  TRUE,
	  "PXEClient" },
	{ "of a ROM, with an address of its own",
	  { .uArch = 0, .pszAddress = "192.0.2.9" },
	  PXE_FAKE_REQUEST_BOOT,
	  3,
	  68,
	  4011,
	  "192.0.2.9",
	  TRUE,
	  "PXEClient" },
	{ "INFORM", { .uArch = 7 }, PXE_FAKE_INFORM, 8, 68, 67, "192.0.2.100", FALSE, "PXEClient" },
	{ "through a relay",
	  { .uArch = 7, .pszRelay = "198.51.100.1" },
	  PXE_FAKE_DISCOVER,
	  1,
	  67,
	  67,
	  "198.51.100.1",
	  TRUE,
	  "PXEClient" },
	{ "with a class of its own",
	  { .uArch = 7, .pszVendorClass = "mine" },
	  PXE_FAKE_DISCOVER,
	  1,
	  68,
	  67,
	  "0.0.0.0",
	  FALSE,
	  "mine" },
};

static PXE_FAKE_REQUEST make(const PXE_FAKE_CLIENT *client, ULONG message)
{
	static BYTE packet[1472];
	PXE_FAKE_CLIENT whole = *client;
	PXE_FAKE_REQUEST request = { .pPacket = NULL };

	whole.pszMac = MAC;
	ck_assert_uint_eq(PxeFakeClient(&whole, message, packet, sizeof(packet), &request),
			  ERROR_SUCCESS);
	return request;
}

static struct span packet_of(const PXE_FAKE_REQUEST *request)
{
	return span_of(request->pPacket, request->uPacketLen);
}

START_TEST(each_message)
{
	const PXE_FAKE_REQUEST request = make(&rows[_i].client, rows[_i].message);
	struct span class, type;

	ck_assert_int_eq(dhcp4_option_find(packet_of(&request), 53, 1, &type), 0);
	ck_assert_uint_eq(type.at[0], rows[_i].type);
	ck_assert_uint_eq(request.uFromPort, rows[_i].from_port);
	ck_assert_uint_eq(request.uPort, rows[_i].port);
	ck_assert_str_eq(request.pszFrom, rows[_i].from);
	ck_assert_int_eq(request.bUnicast, rows[_i].unicast);
	ck_assert_int_eq(dhcp4_option_find(packet_of(&request), 60, 1, &class), 0);
	ck_assert_msg(span_starts(class, span_str(rows[_i].class)), "%s", rows[_i].what);
}
END_TEST

START_TEST(what_is_given_is_in_it)
{
	static const PXE_FAKE_OPTION options[] = { { 12, 4, "pc01" } };
	const PXE_FAKE_CLIENT client = { .uArch = 7,
					 .pszUuid = "00112233-4455-6677-8899-aabbccddeeff",
					 .pszUserClass = "lab",
					 .uXid = 0x01020304,
					 .uSecs = 9,
					 .uMaxSize = 700,
					 .pszRelay = "198.51.100.1",
					 .pCircuitId = circuit,
					 .uCircuitId = sizeof(circuit) - 1,
					 .pOptions = options,
					 .uOptions = 1 };
	const PXE_FAKE_REQUEST request = make(&client, PXE_FAKE_DISCOVER);
	struct span packet = packet_of(&request);
	struct dhcp4_index index;
	struct pxe_client read;
	char uuid[PXE_UUID_TEXT];
	struct span value;

	ck_assert_int_eq(dhcp4_index_build(packet, &index), 0);
	pxe_client_read(packet, &index, NULL, NULL, 0, &read);
	ck_assert(read.has_uuid);
	ck_assert_str_eq(pxe_uuid_efi_text(read.uuid, uuid), client.pszUuid);
	ck_assert_uint_eq(dhcp4_xid(packet.at), 0x01020304);
	ck_assert_uint_eq(read.max_size, 700);
	ck_assert(span_equal(read.user_class, span_str("lab")));
	ck_assert_int_eq(dhcp4_option_find(packet, 12, 1, &value), 0);
	ck_assert(span_equal(value, span_str("pc01")));
	ck_assert_int_eq(dhcp4_option_find(packet, 82, 1, &value), 0);
	ck_assert(span_equal(span_drop(value, 2), span_str("port 7")));
	ck_assert_uint_eq(dhcp4_giaddr(packet.at).octet[0], 198);
}
END_TEST

START_TEST(item_of_a_menu)
{
	const PXE_FAKE_CLIENT client = { .uArch = 7, .bItem = TRUE, .uItem = 0x8001, .uLayer = 0 };
	const PXE_FAKE_REQUEST request = make(&client, PXE_FAKE_REQUEST_BOOT);
	struct dhcp4_index index;
	struct pxe_client read;

	ck_assert_int_eq(dhcp4_index_build(packet_of(&request), &index), 0);
	pxe_client_read(packet_of(&request), &index, NULL, NULL, 0, &read);
	ck_assert(read.has_boot_item);
	ck_assert_uint_eq(read.boot_item.type, 0x8001);
}
END_TEST

static const struct {
	const char *what;
	PXE_FAKE_CLIENT client;
	ULONG message;
	BYTE type;
	USHORT from_port, port;
	const char *from;
	unsigned relays;
} rows6[] = {
	{ "SOLICIT", { .uArch = 7 }, PXE_FAKE_DISCOVER, 1, 546, 547, "fe80::1", 0 },
	{ "Request", { .uArch = 7 }, PXE_FAKE_REQUEST_LEASE, 3, 546, 547, "fe80::1", 0 },
	{ "on 4011", { .uArch = 7 }, PXE_FAKE_REQUEST_BOOT, 3, 4011, 4011, "2001:db8::100", 0 },
	{ "Information-request", { .uArch = 7 }, PXE_FAKE_INFORM, 11, 546, 547, "fe80::1", 0 },
	{ "RELAY-FORW",
	  { .uArch = 7, .pszRelay = "2001:db8:1::1", .bLinkLayer = TRUE },
	  PXE_FAKE_DISCOVER,
	  1,
	  547,
	  547,
	  "2001:db8:1::1",
	  1 },
};

START_TEST(each_message6)
{
	const struct pxe_client6_self nobody = { .n_aliases = 0 };
	PXE_FAKE_CLIENT client = rows6[_i].client;
	struct pxe_client6 read;
	PXE_FAKE_REQUEST request;

	client.uFamily = 6;
	request = make(&client, rows6[_i].message);
	ck_assert_int_eq(pxe_client6_read(packet_of(&request), &nobody, &read), 0);
	ck_assert_msg(read.type == rows6[_i].type, "%s", rows6[_i].what);
	ck_assert_uint_eq(read.n_relays, rows6[_i].relays);
	ck_assert(read.has_mac && read.mac[5] == 1);
	ck_assert_uint_eq(request.uFromPort, rows6[_i].from_port);
	ck_assert_uint_eq(request.uPort, rows6[_i].port);
	ck_assert_str_eq(request.pszFrom, rows6[_i].from);
	ck_assert_str_eq(request.pszLocal, "2001:db8::1");
}
END_TEST

static const PXE_FAKE_CLIENT wrong[] = {
	{ .pszMac = NULL },
	{ .pszMac = "52:54:00:00:00" },
	{ .pszMac = MAC, .uFamily = 5 },
	{ .pszMac = MAC, .pszUuid = "0011" },
	{ .pszMac = MAC, .pszUuid = "00112233-4455-6677-8899-aabbccddeeff0" },
	{ .pszMac = MAC, .pszRelay = "2001:db8::1" },
	{ .pszMac = MAC, .pszRelay = "somewhere" },
	{ .pszMac = MAC, .uFamily = 6, .pszRelay = "10.0.0.1" },
	{ .pszMac = MAC, .uOptions = 1 },
};

START_TEST(no_such_client)
{
	PXE_FAKE_REQUEST request = { .uPort = 7 };
	BYTE packet[1472];

	ck_assert_uint_eq(
		PxeFakeClient(&wrong[_i], PXE_FAKE_DISCOVER, packet, sizeof(packet), &request),
		ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(request.uPort, 7);
}
END_TEST

START_TEST(no_room_or_no_such_message)
{
	const PXE_FAKE_CLIENT client = { .pszMac = MAC, .uArch = 7 };
	PXE_FAKE_REQUEST request = { .pPacket = NULL };
	BYTE packet[1472];

	ck_assert_uint_eq(PxeFakeClient(&client, PXE_FAKE_DISCOVER, packet, 100, &request),
			  ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(PxeFakeClient(&client, 0, packet, sizeof(packet), &request),
			  ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeFakeClient(&client, 5, packet, sizeof(packet), &request),
			  ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeFakeDiscover(packet, 100, MAC, 7), 0);
	ck_assert_uint_eq(PxeFakeDiscover(packet, sizeof(packet), "x", 7), 0);
	ck_assert_ptr_null(request.pPacket);
}
END_TEST

/* ---- what becomes of the answers ---- */

static const char entries[] =
	"boot = ("
	"{ user-class = \"iPXE\"; file = \"boot.ipxe\"; },"
	"{ arch = \"x86-bios\"; file = \"undionly.kpxe\"; },"
	"{ arch = \"x64-uefi\"; file = \"ipxe.efi\"; },"
	"{ arch = \"x64-uefi-http\"; url = \"http://192.0.2.1/ipxe.efi\"; } );";

static const struct {
	const char *what;
	PXE_FAKE_CLIENT client;
	ULONG message;
	ULONG result;
	const char *file, *server;
} judged[] = {
	{ "EDK2 is sent to 4011",
	  { .uArch = 7 },
	  PXE_FAKE_DISCOVER,
	  PXE_FAKE_ASKS,
	  "",
	  "192.0.2.1" },
	{ "and boots there",
	  { .uArch = 7 },
	  PXE_FAKE_REQUEST_BOOT,
	  PXE_FAKE_BOOTS,
	  "ipxe.efi",
	  "192.0.2.1" },
	{ "a ROM boots at once",
	  { .uArch = 0 },
	  PXE_FAKE_DISCOVER,
	  PXE_FAKE_BOOTS,
	  "undionly.kpxe",
	  "192.0.2.1" },
	{ "or on 4011",
	  { .uArch = 0 },
	  PXE_FAKE_REQUEST_BOOT,
	  PXE_FAKE_BOOTS,
	  "undionly.kpxe",
	  "192.0.2.1" },
	{ "iPXE",
	  { .uArch = 7, .bIpxe = TRUE },
	  PXE_FAKE_DISCOVER,
	  PXE_FAKE_BOOTS,
	  "tftp://192.0.2.1/boot.ipxe",
	  "" },
	{ "HTTP Boot",
	  { .uArch = 16 },
	  PXE_FAKE_DISCOVER,
	  PXE_FAKE_BOOTS,
	  "http://192.0.2.1/ipxe.efi",
	  "" },
	{ "through a relay",
	  { .uArch = 0, .pszRelay = "198.51.100.1" },
	  PXE_FAKE_DISCOVER,
	  PXE_FAKE_BOOTS,
	  "undionly.kpxe",
	  "192.0.2.1" },
	{ "IPv6 is sent to 4011",
	  { .uArch = 7, .uFamily = 6 },
	  PXE_FAKE_DISCOVER,
	  PXE_FAKE_ASKS,
	  "",
	  "2001:db8::1" },
	{ "and boots there",
	  { .uArch = 7, .uFamily = 6 },
	  PXE_FAKE_REQUEST_BOOT,
	  PXE_FAKE_BOOTS,
	  "tftp://[2001:db8::1]/ipxe.efi",
	  "" },
	{ "through a relay",
	  { .uArch = 7, .uFamily = 6, .pszRelay = "2001:db8:1::1" },
	  PXE_FAKE_DISCOVER,
	  PXE_FAKE_ASKS,
	  "",
	  "2001:db8::1" },
};

START_TEST(answers_of_bootfile)
{
	const PXE_FAKE_REQUEST request = make(&judged[_i].client, judged[_i].message);
	PXE_FAKE_JUDGEMENT judgement;
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_VERDICT verdict;

	bench_load(fake, BOOTFILE, entries);
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), ERROR_SUCCESS);
	ck_assert_msg(verdict.uReplies == 1, "%s: %s", judged[_i].what, verdict.pszOutcome);
	ck_assert_uint_eq(PxeFakeJudge(&request, PxeFakeReply(fake, 0), &judgement), ERROR_SUCCESS);
	ck_assert_msg(judgement.uResult == judged[_i].result, "%s: %s", judged[_i].what,
		      judgement.szWord);
	ck_assert_str_eq(judgement.szFile, judged[_i].file);
	ck_assert_str_eq(judgement.szServer, judged[_i].server);
	PxeFakeFree(fake);
}
END_TEST

/* What firmware would leave alone without a word. */
START_TEST(echo_of_a_request_is_dropped)
{
	const PXE_FAKE_CLIENT client = { .uArch = 7 };
	const PXE_FAKE_REQUEST request = make(&client, PXE_FAKE_DISCOVER);
	const PXE_FAKE_REPLY reply = { .pPacket = request.pPacket,
				       .uPacketLen = request.uPacketLen,
				       .uToPort = 68 };
	PXE_FAKE_JUDGEMENT judgement;

	ck_assert_uint_eq(PxeFakeJudge(&request, &reply, &judgement), ERROR_SUCCESS);
	ck_assert_uint_eq(judgement.uResult, PXE_FAKE_DROPS);
	ck_assert_str_eq(judgement.szWord, "the firmware drops it: it is not a DHCP reply");
	ck_assert_uint_eq(PxeFakeJudge(&request, NULL, &judgement), ERROR_INVALID_PARAMETER);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("client");

	TEST_ROWS(tcase, each_message, rows);
	tcase_add_test(tcase, what_is_given_is_in_it);
	tcase_add_test(tcase, item_of_a_menu);
	TEST_ROWS(tcase, each_message6, rows6);
	TEST_ROWS(tcase, no_such_client, wrong);
	tcase_add_test(tcase, no_room_or_no_such_message);
	TEST_ROWS(tcase, answers_of_bootfile, judged);
	tcase_add_test(tcase, echo_of_a_request_is_dropped);
	return suite_run("fake/client", tcase);
}
