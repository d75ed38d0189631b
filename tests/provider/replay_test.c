/* What real firmware sent, replayed through the daemon's own code with a net that only remembers:
 * whole conversations, packet after packet, and every packet that a client sent has its row.
 *
 * The provider is bootfile as it is built, with a list of entries as an admin writes it. Beside the
 * table there hold, for every answer: it is valid; it carries the request's identity back and no
 * address of any kind; our server identifier; a fixed order of options.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "pcap.h"
#include "suite.h"

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

#define US4 "10.77.0.2"
#define US6 "fd77::2"

static const char settings[] = "server = [ \"10.77.0.9\", \"fd77::9\" ];\n"
			       "boot = (\n"
			       "  { mac = \"00:11:22:*\"; action = \"ignore\"; },\n"
			       "  { user-class = \"iPXE\"; file = \"boot.ipxe\"; },\n"
			       "  { arch = \"x86-bios\"; file = \"undionly.kpxe\"; },\n"
			       "  { arch = [ \"x64-uefi\", \"ebc\" ]; file = \"ipxe.efi\"; },\n"
			       "  { arch = \"arm64-uefi\"; file = \"arm/ipxe.efi\"; },\n"
			       "  { arch = [ \"x64-uefi-http\", \"arm64-uefi-http\" ]; url = "
			       "\"http://${server}/ipxe.efi\"; }\n"
			       ");\n";

/* ---- what is sent ------------------------------------------------------------------------------
 */

struct replay {
	PXE_FAKE *fake;
	PXE_FAKE_VERDICT verdict;
	uint8_t packet[1500];
	size_t len;
	struct pcap_datagram datagram; /* its payload is dead: see packet */
	char says[512];
};

static struct replay replay_open(void)
{
	struct replay replay = { .fake = PxeFakeNew() };
	char why[1024] = "";

	ck_assert_ptr_nonnull(replay.fake);
	ck_assert_msg(PxeFakeLoad(replay.fake, built_module("providers/bootfile.so"), settings, why,
				  sizeof(why)) == ERROR_SUCCESS,
		      "%s", why);
	return replay;
}

static void replay_close(struct replay *replay)
{
	PxeFakeFree(replay->fake);
}

static struct pcap capture_open(const char *file)
{
	char path[512];

	snprintf(path, sizeof(path), TEST_SOURCE "/tests/fixtures/captures/%s.pcap", file);
	return pcap_open(path);
}

static bool is_v6(const struct pcap_datagram *datagram)
{
	return datagram->dst.ip.family == IP_V6;
}

/* Did a client send it, and not a server? */
static bool is_clients(const struct pcap_datagram *datagram)
{
	uint8_t first = datagram->payload.at[0];

	if (is_v6(datagram))
		return first != DHCP6_ADVERTISE && first != DHCP6_REPLY;
	return first == DHCP4_BOOTREQUEST;
}

/* The next datagram of that side, in replay->packet. Of captures beside a DHCP server on the same
 * host (".same") only port 4011 is ours. */
static bool next_of(struct replay *replay, const char *file, struct pcap *pcap, bool clients)
{
	bool same_host = strstr(file, ".same") != NULL;
	struct pcap_datagram *datagram = &replay->datagram;

	while (pcap_next(pcap, datagram)) {
		if (is_clients(datagram) != clients ||
		    (clients && same_host && datagram->dst.port != 4011))
			continue;
		ck_assert_uint_le(datagram->payload.len, sizeof(replay->packet));
		replay->len = datagram->payload.len;
		memcpy(replay->packet, datagram->payload.at, replay->len);
		return true;
	}
	return false;
}

/* Hands replay->packet in, the way the capture says. The one reply, or NULL. */
static const PXE_FAKE_REPLY *hand_in(struct replay *replay, uint16_t port)
{
	const struct pcap_datagram *datagram = &replay->datagram;
	char from[IP_TEXT_MAX];
	PXE_FAKE_REQUEST request = { .pPacket = replay->packet,
				     .uPacketLen = (ULONG)replay->len,
				     .pszFrom = ip_text(&datagram->src.ip, from),
				     .uFromPort = datagram->src.port,
				     .pszLocal = is_v6(datagram) ? US6 : US4,
				     .uPort = port,
				     .bUnicast = !ip_is_multicast(&datagram->dst.ip) &&
						 !ip_is_limited_broadcast(&datagram->dst.ip) };

	ck_assert_uint_eq(PxeFakeReceive(replay->fake, &request, &replay->verdict), ERROR_SUCCESS);
	ck_assert_uint_le(replay->verdict.uReplies, 1);
	return PxeFakeReply(replay->fake, 0);
}

/* ---- what comes back ---------------------------------------------------------------------------
 */

static void say(struct replay *replay, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct replay *replay, const char *format, ...)
{
	size_t used = strlen(replay->says);
	va_list args;

	va_start(args, format);
	vsnprintf(replay->says + used, sizeof(replay->says) - used, format, args);
	va_end(args);
}

static void say_text(struct replay *replay, struct span text)
{
	say(replay, "%.*s", (int)text.len, (const char *)text.at);
}

static struct span option4(const void *packet, size_t len, uint8_t code)
{
	BYTE value_len = 0;
	PVOID value = NULL;

	if (PxeDhcpGetOptionValue((PVOID)(uintptr_t)packet, (ULONG)len, 1, code, &value_len,
				  &value) != ERROR_SUCCESS)
		return span_of(NULL, 0);
	return span_of(value, value_len);
}

static struct span option6(const void *packet, size_t len, uint16_t code)
{
	WORD value_len = 0;
	PVOID value = NULL;

	if (PxeDhcpv6GetOptionValue((PVOID)(uintptr_t)packet, (ULONG)len, 1, code, &value_len,
				    &value) != ERROR_SUCCESS)
		return span_of(NULL, 0);
	return span_of(value, value_len);
}

/* The header's fields, and what is carried back (97, 61, 82). */
static void check_header4(const struct replay *replay, const PXE_FAKE_REPLY *reply)
{
	static const uint8_t echoed[] = { 97, 61, 82 };
	const uint8_t *ask = replay->packet, *answer = reply->pPacket;
	bool offer = option4(answer, reply->uPacketLen, 53).at[0] == DHCP4_OFFER;

	ck_assert_uint_eq(answer[DHCP4_OP], DHCP4_BOOTREPLY);
	ck_assert_int_eq(memcmp(answer + 1, ask + 1, 2), 0); /* htype, hlen */
	ck_assert_int_eq(memcmp(answer + DHCP4_XID, ask + DHCP4_XID, 4), 0);
	ck_assert_uint_eq(load_be32(answer + DHCP4_YIADDR), 0);
	ck_assert_uint_eq(load_be32(answer + DHCP4_CIADDR),
			  offer ? 0 : load_be32(ask + DHCP4_CIADDR));
	ck_assert_int_eq(memcmp(answer + DHCP4_GIADDR, ask + DHCP4_GIADDR, 4), 0);
	ck_assert_int_eq(memcmp(answer + DHCP4_CHADDR, ask + DHCP4_CHADDR, 16), 0);
	ck_assert_uint_eq(answer[DHCP4_FLAGS], reply->uFromPort == 67 ? 0x80 : ask[DHCP4_FLAGS]);
	for (size_t i = 0; i < sizeof(echoed); i++)
		ck_assert(span_equal(option4(answer, reply->uPacketLen, echoed[i]),
				     option4(ask, replay->len, echoed[i])));
	ck_assert(span_equal(option4(answer, reply->uPacketLen, 54), span_of("\x0a\x4d\0\2", 4)));
	ck_assert_uint_ge(reply->uPacketLen, 300);
}

/* "OFFER to:port siaddr name [codes …]": the codes in their order, without 53 and END. */
static void describe4(struct replay *replay, const PXE_FAKE_REPLY *reply)
{
	const uint8_t *at = reply->pPacket + DHCP4_HEADER + 3, *packet = reply->pPacket;
	struct ip siaddr = ip_v4(packet + DHCP4_SIADDR);
	uint8_t type = option4(packet, reply->uPacketLen, 53).at[0];
	char text[IP_TEXT_MAX];

	ck_assert_uint_eq(PxeDhcpIsValid((PVOID)(uintptr_t)packet, reply->uPacketLen, FALSE, NULL),
			  ERROR_SUCCESS);
	ck_assert_uint_eq(packet[DHCP4_HEADER], 53);
	say(replay, "%s %s:%u %s %s [",
	    type == 2   ? "OFFER"
	    : type == 5 ? "ACK"
			: "?",
	    reply->pszTo, reply->uToPort, ip_text(&siaddr, text),
	    packet[DHCP4_FILE] ? (const char *)packet + DHCP4_FILE : "-");
	for (; *at != 255; at += 2 + at[1]) {
		say(replay, at == packet + DHCP4_HEADER + 3 ? "%u" : " %u", at[0]);
		if (at[0] == 60)
			say(replay, "="), say_text(replay, span_of(at + 2, at[1]));
		for (uint8_t i = 0; (at[0] == 43 || at[0] == 175) && i < at[1]; i++)
			say(replay, i ? "%02x" : "=%02x", at[2 + i]);
	}
	say(replay, "]");
	check_header4(replay, reply);
}

/* "ADVERTISE to:port URL [codes …]" */
static void describe6(struct replay *replay, const PXE_FAKE_REPLY *reply)
{
	static const char intel[] = "\0\0\x01\x57\0";
	const uint8_t *packet = reply->pPacket, *end = packet + reply->uPacketLen;
	struct span class = option6(packet, reply->uPacketLen, 16);

	ck_assert_uint_eq(
		PxeDhcpv6IsValid((PVOID)(uintptr_t)packet, reply->uPacketLen, FALSE, NULL),
		ERROR_SUCCESS);
	ck_assert_int_eq(memcmp(packet + 1, replay->packet + 1, 3), 0);
	ck_assert(span_equal(option6(packet, reply->uPacketLen, 1),
			     option6(replay->packet, replay->len, 1)));
	ck_assert_uint_eq(reply->uFromPort, reply->uToPort == 4011 ? 4011 : 547);
	say(replay, "%s %s:%u ", packet[0] == DHCP6_ADVERTISE ? "ADVERTISE" : "REPLY", reply->pszTo,
	    reply->uToPort);
	say_text(replay, option6(packet, reply->uPacketLen, 59));
	for (const uint8_t *at = packet + 4; at < end; at += 4 + load_be16(at + 2)) {
		say(replay, at == packet + 4 ? " [%u" : " %u", load_be16(at));
		if (load_be16(at) != 16)
			continue;
		ck_assert_uint_gt(class.len, 6);
		ck_assert_int_eq(memcmp(class.at, intel, 5), 0);
		ck_assert_uint_eq(class.at[5], class.len - 6);
		say(replay, "="), say_text(replay, span_drop(class, 6));
	}
	say(replay, "]");
}

static const char *comes_to(struct replay *replay)
{
	const PXE_FAKE_REPLY *reply = hand_in(replay, replay->datagram.dst.port);

	snprintf(replay->says, sizeof(replay->says), "%s", replay->verdict.pszOutcome);
	if (!reply)
		return replay->says;
	replay->says[0] = '\0';
	ck_assert_str_eq(replay->verdict.pszOutcome, "answered");
	ck_assert_str_eq(replay->verdict.pszProvider, "bootfile.so");
	if (is_v6(&replay->datagram))
		describe6(replay, reply);
	else
		describe4(replay, reply);
	return replay->says;
}

/* ---- the table ---------------------------------------------------------------------------------
 */

/* What is said of an answer, and the daemon's word for silence. */
#define ALL4       "255.255.255.255:68"
#define ALL6       "fe80::5054:ff:fe77:1:546"
#define BARE       " [54 60=PXEClient 97]"
#define MENU       "43=0601080a0400505845ff" /* fetch the file at once; a prompt that some ROMs want */
#define FIRST      " 175=010101"             /* iPXE: before what the lease server says (W3) */
#define CLASS_6    " [1 2 16=PXEClient 59]"
#define REDIRECT   "OFFER " ALL4 " " US4 " -" BARE
#define BIOS_OFFER "OFFER " ALL4 " 10.77.0.9 undionly.kpxe [54 60=PXEClient 97 " MENU "]"
#define BIOS_ACK   "ACK 10.77.0.100:68 10.77.0.9 undionly.kpxe" BARE
#define X64_ACK    "ACK 10.77.0.100:4011 10.77.0.9 ipxe.efi" BARE
#define ARM_ACK    "ACK 10.77.0.100:4011 10.77.0.9 arm/ipxe.efi" BARE
#define HTTP_OFFER "OFFER " ALL4 " 10.77.0.9 http://10.77.0.9/ipxe.efi [54 60=HTTPClient 97]"
#define IPXE_OFFER                                                                                 \
	"OFFER " ALL4 " 10.77.0.9 tftp://10.77.0.9/boot.ipxe [54 60=PXEClient 97 61 " MENU FIRST "]"
#define IPXE_ACK                                                                                   \
	"ACK 10.77.0.100:68 10.77.0.9 tftp://10.77.0.9/boot.ipxe [54 60=PXEClient 97 61" FIRST "]"
#define X64_6     "ADVERTISE " ALL6 " tftp://[" US6 "]/ipxe.efi" CLASS_6
#define ARM_6     "ADVERTISE " ALL6 " tftp://[" US6 "]/arm/ipxe.efi" CLASS_6
#define IPXE_6    "ADVERTISE " ALL6 " tftp://[fd77::9]/boot.ipxe" CLASS_6
#define HTTP_6    "ADVERTISE " ALL6 " http://[fd77::9]/ipxe.efi [1 2 16=HTTPClient 59]"
#define X64_REPLY "REPLY fe80::5054:ff:fe77:1:4011 tftp://[fd77::9]/ipxe.efi" CLASS_6
#define SILENT    "not-ours" /* by the rules: lease traffic, another server's, no boot client */
#define ITEM      "rejected" /* nobody here serves that boot server type */

/* Every capture, every packet of its client. Requests on 4011 over IPv6 name the server of the
 * recording; how they come out when they name us is below. */
static const struct {
	const char *file;
	struct {
		unsigned frame;
		const char *says;
	} step[16];
} captures[] = {
	/* clang-format off */
	/* plain BIOS: its request on 4011 lacks END, is mended, and answered to its port 68 */
	{ "bios-etherboot",
	  { { 1, BIOS_OFFER }, { 4, SILENT }, { 6, BIOS_ACK } } },
	{ "bios-etherboot.no-siaddr-offer",
	  { { 1, BIOS_OFFER }, { 4, SILENT }, { 6, BIOS_OFFER }, { 9, BIOS_OFFER },
	    { 12, SILENT }, { 14, BIOS_OFFER }, { 17, SILENT } } },
	/* iPXE's ROM: a boot item (43.71) is another server's menu */
	{ "bios-ipxe",
	  { { 1, IPXE_OFFER }, { 4, SILENT }, { 5, IPXE_6 }, { 8, SILENT }, { 10, ITEM } } },
	{ "bios-ipxe-script",
	  { { 1, IPXE_OFFER }, { 4, SILENT }, { 6, IPXE_6 }, { 8, SILENT }, { 10, ITEM } } },
	{ "bios-ipxe.noboot",
	  { { 1, IPXE_OFFER }, { 3, IPXE_6 }, { 5, SILENT }, { 7, IPXE_OFFER },
	    { 9, SILENT } } },
	{ "bios-ipxe.same",
	  { { 9, IPXE_ACK }, { 11, ITEM } } },
	/* OVMF: PXE, HTTP Boot, and what it loads */
	{ "x64-grub",
	  { { 1, REDIRECT }, { 4, SILENT }, { 6, X64_ACK } } },
	{ "x64-http4",
	  { { 1, HTTP_OFFER }, { 4, SILENT } } },
	{ "x64-http4.full",
	  { { 1, HTTP_OFFER }, { 3, SILENT } } },
	{ "x64-http4.noboot",
	  { { 1, HTTP_OFFER }, { 3, HTTP_OFFER }, { 5, HTTP_OFFER }, { 7, HTTP_OFFER } } },
	{ "x64-http4.same", { { 0 } } }, /* it never asks on 4011 */
	{ "x64-http6",
	  { { 1, HTTP_6 }, { 4, SILENT }, { 6, SILENT }, { 8, SILENT }, { 10, SILENT },
	    { 12, SILENT } } },
	{ "x64-http6.full",
	  { { 1, HTTP_6 }, { 3, SILENT }, { 5, SILENT }, { 7, SILENT }, { 9, SILENT },
	    { 11, SILENT } } },
	{ "x64-http6.same", { { 0 } } }, /* it never asks on 4011 */
	{ "x64-ipxe-chain",
	  { { 1, REDIRECT }, { 4, SILENT }, { 6, X64_ACK }, { 8, IPXE_OFFER },
	    { 11, SILENT }, { 13, IPXE_6 }, { 15, SILENT }, { 17, IPXE_ACK } } },
	{ "x64-ipxe-chain6",
	  { { 1, SILENT }, { 3, SILENT }, { 5, X64_6 }, { 8, SILENT }, { 10, SILENT },
	    { 12, SILENT }, { 14, SILENT }, { 16, IPXE_OFFER }, { 18, IPXE_6 },
	    { 21, SILENT }, { 23, IPXE_OFFER }, { 25, SILENT } } },
	{ "x64-ipxe-chain6.full",
	  { { 1, SILENT }, { 3, SILENT }, { 5, X64_6 }, { 7, SILENT }, { 9, SILENT },
	    { 11, SILENT }, { 13, IPXE_OFFER }, { 14, IPXE_6 }, { 16, SILENT },
	    { 18, IPXE_OFFER }, { 19, IPXE_OFFER }, { 20, IPXE_OFFER } } },
	{ "x64-pxe4",
	  { { 1, REDIRECT }, { 4, SILENT }, { 6, X64_ACK } } },
	{ "x64-pxe4.full",
	  { { 1, REDIRECT }, { 3, SILENT } } },
	{ "x64-pxe4.noboot",
	  { { 1, REDIRECT }, { 3, REDIRECT }, { 5, REDIRECT }, { 7, REDIRECT } } },
	{ "x64-pxe4.same",
	  { { 5, X64_ACK } } },
	{ "x64-pxe6",
	  { { 1, X64_6 }, { 4, SILENT }, { 6, SILENT }, { 8, SILENT }, { 10, SILENT },
	    { 12, SILENT } } },
	{ "x64-pxe6.full",
	  { { 1, SILENT }, { 3, SILENT }, { 5, X64_6 }, { 7, SILENT }, { 9, SILENT } } },
	{ "x64-pxe6.multicast4011",
	  { { 1, X64_6 }, { 4, SILENT }, { 6, SILENT }, { 8, SILENT }, { 10, SILENT },
	    { 12, SILENT } } },
	{ "x64-pxe6.noboot",
	  { { 1, X64_6 }, { 3, SILENT }, { 5, SILENT }, { 7, REDIRECT } } },
	{ "x64-pxe6.same",
	  { { 9, X64_REPLY } } },
	/* AAVMF */
	{ "aa64-http4",
	  { { 1, HTTP_OFFER }, { 4, SILENT } } },
	{ "aa64-http6",
	  { { 1, HTTP_6 }, { 4, SILENT }, { 6, SILENT }, { 8, SILENT }, { 10, SILENT },
	    { 12, SILENT } } },
	{ "aa64-pxe4",
	  { { 1, REDIRECT }, { 4, SILENT }, { 6, ARM_ACK } } },
	{ "aa64-pxe4.same",
	  { { 5, ARM_ACK } } },
	{ "aa64-pxe6",
	  { { 1, ARM_6 }, { 4, SILENT }, { 6, SILENT }, { 8, SILENT }, { 10, SILENT },
	    { 12, SILENT } } },
	{ "aa64-pxe6.full",
	  { { 1, ARM_6 }, { 3, SILENT }, { 5, SILENT }, { 7, SILENT }, { 9, SILENT } } },
	/* clients that a boot service never answers */
	{ "other-dhclient4",
	  { { 1, SILENT }, { 3, SILENT } } },
	{ "other-dhclient6",
	  { { 1, SILENT }, { 3, SILENT } } },
	{ "other-dhcpcd",
	  { { 1, SILENT } } },
	{ "other-udhcpc",
	  { { 1, SILENT }, { 3, SILENT } } },
	/* clang-format on */
};

enum { N_CAPTURES = sizeof(captures) / sizeof(captures[0]) };

START_TEST(conversation_comes_to)
{
	struct replay replay = replay_open();
	struct pcap pcap = capture_open(captures[_i].file);
	size_t n = 0;

	for (; next_of(&replay, captures[_i].file, &pcap, true); n++) {
		ck_assert_uint_lt(n, sizeof(captures[_i].step) / sizeof(captures[_i].step[0]));
		ck_assert_uint_eq(replay.datagram.frame, captures[_i].step[n].frame);
		ck_assert_msg(strcmp(comes_to(&replay), captures[_i].step[n].says) == 0,
			      "%s, frame %u:\n%s\n%s\nwas expected", captures[_i].file,
			      replay.datagram.frame, replay.says, captures[_i].step[n].says);
	}
	ck_assert_ptr_null(captures[_i].step[n].says);
	pcap_close(&pcap);
	replay_close(&replay);
}
END_TEST

/* No capture is left out. */
START_TEST(every_capture_has_its_row)
{
	DIR *folder = opendir(TEST_SOURCE "/tests/fixtures/captures");
	size_t n = 0, i;

	ck_assert_ptr_nonnull(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char *suffix = strstr(entry->d_name, ".pcap");

		if (!suffix)
			continue;
		*suffix = '\0';
		for (i = 0; i < N_CAPTURES && strcmp(captures[i].file, entry->d_name) != 0; i++)
			;
		ck_assert_msg(i < N_CAPTURES, "%s has no row", entry->d_name);
		n++;
	}
	closedir(folder);
	ck_assert_uint_eq(n, N_CAPTURES);
}
END_TEST

/* What a server sent is nobody's request, on whatever port of ours it comes in. */
START_TEST(a_servers_packet_is_not_answered)
{
	static const uint16_t ports4[] = { 67, 4011 }, ports6[] = { 547, 4011 };
	struct replay replay = replay_open();
	struct pcap pcap = capture_open(captures[_i].file);

	while (next_of(&replay, captures[_i].file, &pcap, false))
		for (int i = 0; i < 2; i++) {
			const uint16_t *ports = is_v6(&replay.datagram) ? ports6 : ports4;

			ck_assert_ptr_null(hand_in(&replay, ports[i]));
			ck_assert_str_eq(replay.verdict.pszProvider, "");
		}
	pcap_close(&pcap);
	replay_close(&replay);
}
END_TEST

/* ---- port 4011 ----------------------------------------------------------------------------------
 */

/* Takes options out of the packet, as firmware that says less on 4011 does: 60 keeps only its
 * first nine octets. */
static void say_less(struct replay *replay)
{
	static const uint8_t dropped[] = { 77, 93, 94, 97, 61, 175 };
	uint8_t *from = replay->packet + DHCP4_HEADER, *end = replay->packet + replay->len;
	uint8_t *to = from;

	while (from + 1 < end && *from != 255) {
		uint8_t code = from[0], len = from[1], *next = from + 2 + len;

		if (!memchr(dropped, code, sizeof(dropped))) {
			memmove(to, from, 2u + len);
			if (code == 60)
				to[1] = 9;
			to += 2 + to[1];
		}
		from = next;
	}
	*to++ = 255;
	memset(to, 0, (size_t)(end - to));
}

/* A request on 4011 that says less is answered as the OFFER meant it; without an OFFER before it,
 * as a PXE client that says nothing of itself: a BIOS. */
static const struct {
	const char *file;
	unsigned frame; /* of the request on 4011 */
	const char *says;
} lesser[] = {
	{ "bios-etherboot", 6, "ACK 10.77.0.100:68 10.77.0.9 undionly.kpxe [54 60=PXEClient]" },
	{ "x64-pxe4", 6, "ACK 10.77.0.100:4011 10.77.0.9 ipxe.efi [54 60=PXEClient]" },
	{ "x64-grub", 6, "ACK 10.77.0.100:4011 10.77.0.9 ipxe.efi [54 60=PXEClient]" },
	{ "aa64-pxe4", 6, "ACK 10.77.0.100:4011 10.77.0.9 arm/ipxe.efi [54 60=PXEClient]" },
	{ "x64-ipxe-chain", 17,
	  "ACK 10.77.0.100:68 10.77.0.9 tftp://10.77.0.9/boot.ipxe [54 60=PXEClient" FIRST "]" },
	{ "x64-pxe4.same", 5, "ACK 10.77.0.100:4011 10.77.0.9 undionly.kpxe [54 60=PXEClient]" },
	{ "aa64-pxe4.same", 5, "ACK 10.77.0.100:4011 10.77.0.9 undionly.kpxe [54 60=PXEClient]" },
};

START_TEST(port_4011_agrees_with_the_offer)
{
	struct replay replay = replay_open();
	struct pcap pcap = capture_open(lesser[_i].file);

	while (next_of(&replay, lesser[_i].file, &pcap, true) &&
	       replay.datagram.frame < lesser[_i].frame)
		comes_to(&replay);
	ck_assert_uint_eq(replay.datagram.frame, lesser[_i].frame);
	say_less(&replay);
	ck_assert_str_eq(comes_to(&replay), lesser[_i].says);
	pcap_close(&pcap);
	replay_close(&replay);
}
END_TEST

/* Puts our server id, as the answer to the SOLICIT said it, in the place of the recording's. */
static void name_us(struct replay *replay, struct span duid)
{
	uint8_t copy[1500], *to = copy + 4;

	memcpy(copy, replay->packet, 4);
	for (size_t at = 4, next; at < replay->len; at = next) {
		struct span value =
			span_of(replay->packet + at + 4, load_be16(replay->packet + at + 2));
		uint16_t code = load_be16(replay->packet + at);

		next = at + 4 + value.len;
		value = code == 2 ? duid : value;
		store_be16(to, code);
		store_be16(to + 2, (uint16_t)value.len);
		memcpy(to + 4, value.at, value.len);
		to += 4 + value.len;
	}
	replay->len = (size_t)(to - copy);
	memcpy(replay->packet, copy, replay->len);
}

static const struct {
	const char *file;
	unsigned frame;
	const char *says;
} ours6[] = {
	{ "x64-pxe6", 10, "REPLY fd77::1799:4011 tftp://[fd77::9]/ipxe.efi" CLASS_6 },
	{ "x64-pxe6.multicast4011", 10, X64_REPLY },
	{ "aa64-pxe6", 10,
	  "REPLY fe80::5054:ff:fe77:1:4011 tftp://[fd77::9]/arm/ipxe.efi" CLASS_6 },
	{ "x64-ipxe-chain6", 10, "REPLY fd77::1799:4011 tftp://[fd77::9]/ipxe.efi" CLASS_6 },
};

START_TEST(port_4011_over_ipv6_names_the_file)
{
	struct replay replay = replay_open();
	struct pcap pcap = capture_open(ours6[_i].file);
	uint8_t duid[130];
	size_t len = 0;

	while (next_of(&replay, ours6[_i].file, &pcap, true) &&
	       replay.datagram.frame < ours6[_i].frame) {
		const PXE_FAKE_REPLY *reply = hand_in(&replay, replay.datagram.dst.port);
		struct span id =
			reply ? option6(reply->pPacket, reply->uPacketLen, 2) : span_of(NULL, 0);

		ck_assert_uint_le(id.len, sizeof(duid));
		if (id.len > 0)
			memcpy(duid, id.at, len = id.len);
	}
	ck_assert_uint_gt(len, 0);
	ck_assert_uint_eq(replay.datagram.frame, ours6[_i].frame);
	name_us(&replay, span_of(duid, len));
	ck_assert_str_eq(comes_to(&replay), ours6[_i].says);
	pcap_close(&pcap);
	replay_close(&replay);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("real firmware, replayed");

	tcase_set_timeout(tcase, 30);
	TEST_ROWS(tcase, conversation_comes_to, captures);
	tcase_add_test(tcase, every_capture_has_its_row);
	TEST_ROWS(tcase, a_servers_packet_is_not_answered, captures);
	TEST_ROWS(tcase, port_4011_agrees_with_the_offer, lesser);
	TEST_ROWS(tcase, port_4011_over_ipv6_names_the_file, ours6);
	suite_apart(); /* the kit remembers what was offered */
	return suite_run("provider/replay", tcase);
}
