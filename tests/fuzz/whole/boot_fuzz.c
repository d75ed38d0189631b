/* The whole path of a packet: any octets, on any port, through the host to bootfile and back.
 *
 * The last octet of the input says how the rest comes in. What comes out must be right whatever
 * went in: a valid reply to a request that may be answered, of a size that the road takes, to where
 * the rules say; or nothing.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wdspxe-fake.h>

#include "fake/state.h" /* for the limits, which the host for tests leaves off */
#include "provider/state.h"

#define HOLDS(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* One of each key and condition; what is rare comes first, so that it is reached. */
static const char settings[] =
	"server = \"auto\"; classes = [ \"HW-Client\", \"U-Boot\" ];\n"
	"banned-uuids = [ \"00112233-4455-6677-8899-aabbccddeeff\" ];\n"
	"boot = (\n"
	"  { mac = \"00:11:22:*\"; action = \"ignore\"; },\n"
	"  { mac = [ \"52:54:00:77:00:01\", \"08:00:27:*\" ]; file = \"one.0\";\n"
	"    server = [ \"10.77.0.9\", \"fd77::9\" ]; delay = 1; },\n"
	"  { mac = [ \"b8:27:eb:*\", \"dc:a6:32:*\" ]; raspberry-pi = true; delay = 1; },\n"
	"  { duid = \"000400112233445566778899aabbccddeeff\"; file = \"duid.efi\"; },\n"
	"  { uuid = \"564d9b6f-7d5c-4d4e-8b5e-0123456789ab\"; action = \"reject\"; },\n"
	"  { user-class = \"iPXE\"; subnet = [ \"10.78.0.0/16\", \"fd78::/64\" ];\n"
	"    url = \"http://${server}/${net0/mac}.ipxe\"; },\n"
	"  { user-class = \"iPXE\"; file = \"boot.ipxe\"; },\n"
	"  { arch = [ \"x64-uefi-http\", \"arm64-uefi-http\" ]; url = "
	"\"http://${server}/ipxe.efi\"; },\n"
	"  { arch = \"x86-bios\"; subnet = \"10.79.0.0/24\"; file = \"far.0\"; "
	"response-delay = 4; options-66-67 = true; },\n"
	"  { arch = \"x86-bios\"; url = \"tftp://10.77.0.7/undionly.kpxe\"; },\n"
	"  { arch = \"x64-uefi\"; subnet = \"10.80.0.0/16\"; file = \"d.efi\"; shape = \"direct\"; "
	"},\n"
	"  { family = 6; vendor-class = \"HTTPClient\"; url = \"http://${server}/six.efi\"; },\n"
	"  { family = 6; file = \"six.efi\"; params = [ \"a\", \"b\" ]; },\n"
	"  { vendor-class = \"PXEClient\"; file = \"any.efi\"; }\n"
	");\n";

/* Is asked before bootfile, on a thread of its own, and pends before it lets each request go on. */
static const char puppet[] = "action = \"pending\"; complete = \"reject\"; when = \"before\"; "
			     "ipv6 = 1; }; threads = 1;";

static PXE_FAKE *fake;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load(const char *module, const char *text)
{
	char path[512], why[512] = "";

	snprintf(path, sizeof(path), "%s/%s", getenv("FUZZ_MODULES"), module);
	if (PxeFakeLoad(fake, path, text, why, sizeof(why)) != ERROR_SUCCESS) {
		fprintf(stderr, "%s\n", why);
		abort();
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fake = PxeFakeNew();
	HOLDS(fake != NULL);
	load("scripted.so", puppet);
	load("bootfile.so", settings);
	return 0;
}

/* The message inside one relay's, as it comes in from the relay (RFC 8415 §9): link-address in the
 * network of an entry's `subnet`. Returns its length. */
static size_t wrap(const uint8_t *inner, size_t len, uint8_t out[static 38 + 4096])
{
	static const uint8_t head[38] = { [0] = 12,    [2] = 0xfd,  [3] = 0x78, [17] = 1,
					  [18] = 0xfe, [19] = 0x80, [33] = 9,   [35] = 9 };

	memcpy(out, head, sizeof(head));
	out[36] = (uint8_t)(len >> 8);
	out[37] = (uint8_t)len;
	memcpy(out + sizeof(head), inner, len);
	return sizeof(head) + len;
}

static PXE_FAKE_REQUEST request_of(const uint8_t *data, size_t size)
{
	static uint8_t relayed[38 + 4096];
	static const USHORT ports4[] = { 67, 4011 }, ports6[] = { 547, 4011 };
	uint8_t how = data[size - 1];
	PXE_FAKE_REQUEST request = { .pPacket = data, .uPacketLen = (ULONG)size - 1 };
	bool six = how & 1;

	request.uPort = (six ? ports6 : ports4)[how >> 1 & 1];
	request.bUnicast = how & 4;
	request.pszLocal = six ? "fd77::2" : "10.77.0.2";
	request.pszFrom = six       ? (how & 8 ? "fd77::9" : "fe80::9")
			  : how & 8 ? "10.77.0.9"
				    : "0.0.0.0";
	if (six && (how & 32) && size - 1 <= 4096) {
		request.uPacketLen = (ULONG)wrap(data, size - 1, relayed);
		request.pPacket = relayed;
	}
	if (request.uPort == 4011 && (how & 16))
		request.uFromPort = 4011;
	return request;
}

/* Types that a boot server sends: never a NAK. */
static void check_reply4(const PXE_FAKE_REPLY *reply, const PXE_FAKE_REQUEST *request)
{
	PVOID packet = (PVOID)(uintptr_t)reply->pPacket, type;
	BYTE len;

	HOLDS(PxeDhcpIsValid(packet, reply->uPacketLen, FALSE, NULL) == ERROR_SUCCESS);
	HOLDS(PxeDhcpGetOptionValue(packet, reply->uPacketLen, 1, 53, &len, &type) == 0 &&
	      len == 1);
	HOLDS(*(BYTE *)type == 2 || *(BYTE *)type == 5);
	HOLDS(PxeDhcpGetOptionValue(packet, reply->uPacketLen, 1, 54, &len, NULL) == 0 && len == 4);
	HOLDS(PxeDhcpGetOptionValue(packet, reply->uPacketLen, 1, 51, NULL, NULL) != 0);
	HOLDS(memcmp(reply->pPacket + 16, "\0\0\0\0", 4) == 0); /* yiaddr */
	HOLDS(memcmp(reply->pPacket + 4, (const BYTE *)request->pPacket + 4, 4) == 0);
	HOLDS(reply->uPacketLen >= 300 && reply->uPacketLen <= 1472);
	HOLDS(reply->uFromPort == request->uPort);
}

static void check_reply6(const PXE_FAKE_REPLY *reply, const PXE_FAKE_REQUEST *request)
{
	PVOID packet = (PVOID)(uintptr_t)reply->pPacket;

	HOLDS(PxeDhcpv6IsValid(packet, reply->uPacketLen, FALSE, NULL) == ERROR_SUCCESS);
	HOLDS(PxeDhcpv6GetOptionValue(packet, reply->uPacketLen, 1, 3, NULL, NULL) != 0);
	HOLDS(PxeDhcpv6GetOptionValue(packet, reply->uPacketLen, 1, 13, NULL, NULL) != 0);
	HOLDS(reply->uFromPort == request->uPort);
}

/* Some inputs come with limits, which the clients of a corpus are soon above. */
static void limit(bool limited)
{
	struct host_limits *limits = &fake->host->limits;

	limits->rate = limited ? 1000 : 0;
	limits->per_client = limited ? 3 : 0;
	limits->per_destination = limited ? 3 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const PXE_FAKE_REPLY *reply;
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE_REQUEST request;

	if (size < 2)
		return 0;
	request = request_of(data, size);
	limit(data[size - 1] & 64);
	HOLDS(PxeFakeReceive(fake, &request, &verdict) == ERROR_SUCCESS);
	HOLDS(verdict.pszOutcome[0] != '\0');
	HOLDS((verdict.uReplies > 0) == (strcmp(verdict.pszOutcome, "answered") == 0));
	for (ULONG i = 0; (reply = PxeFakeReply(fake, i)) != NULL; i++) {
		if (strchr(request.pszLocal, ':'))
			check_reply6(reply, &request);
		else
			check_reply4(reply, &request);
	}
	return 0;
}
