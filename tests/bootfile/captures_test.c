/* bootfile answers what real firmware sent, octet by octet, and nobody else. */
#include "bench.h"

#include "pcap.h"

#define CAPTURES TEST_SOURCE "/tests/fixtures/captures/"

/* The packet of a frame, in bench->packet; the way it came. */
static PXE_FAKE_REQUEST take_frame(struct bench *bench, const char *file, unsigned frame)
{
	static char from[IP_TEXT_MAX];
	char path[512];
	struct pcap pcap;
	struct pcap_datagram datagram = { .frame = 0 };

	snprintf(path, sizeof path, CAPTURES "%s.pcap", file);
	pcap = pcap_open(path);
	while (pcap_next(&pcap, &datagram) && datagram.frame < frame)
		;
	ck_assert_uint_eq(datagram.frame, frame);
	bench->len = 0;
	bench_add(bench, datagram.payload.at, datagram.payload.len);
	ip_text(&datagram.src.ip, from);
	pcap_close(&pcap);
	return (PXE_FAKE_REQUEST){ .pszFrom = from,
				   .uFromPort = datagram.src.port,
				   .pszLocal = datagram.dst.ip.family == IP_V6 ? "fd77::2"
									       : "10.77.0.2",
				   .uPort = datagram.dst.port };
}

#define SETTINGS                                                                                   \
	SAMPLE_SERVER "boot = (\n"                                                                 \
		      "  { user-class = \"iPXE\"; url = \"http://${server}/boot.ipxe\"; },\n"      \
		      "  { arch = \"x86-bios\"; file = \"undionly.kpxe\"; },\n"                    \
		      "  { arch = [ \"x64-uefi\", \"arm64-uefi\" ]; file = \"efi/boot.efi\"; },\n" \
		      "  { arch = [ \"x64-uefi-http\", \"arm64-uefi-http\" ];"                     \
		      "    url = \"http://${server}/boot.efi\"; }\n"                               \
		      ");\n"
#define SAMPLE_SERVER "server = [ \"10.77.0.9\", \"fd77::9\" ];\n"

/* What each request of the captures comes to. */
static const struct {
	const char *file;
	unsigned frame;
	int type;         /* of the answer; 0: silence */
	const char *name; /* in its file field */
	USHORT to_port;
} frames[] = {
	{ "bios-etherboot", 1, 2, "undionly.kpxe", 68 },
	{ "bios-etherboot", 4, 0, NULL, 0 },             /* REQUEST to the lease server */
	{ "bios-etherboot", 6, 5, "undionly.kpxe", 68 }, /* without END */
	{ "bios-ipxe", 1, 2, "http://10.77.0.9/boot.ipxe", 68 },
	{ "bios-ipxe", 4, 0, NULL, 0 },
	{ "bios-ipxe", 10, 0, NULL, 0 }, /* a boot item: another server's menu */
	{ "bios-ipxe.noboot", 1, 2, "http://10.77.0.9/boot.ipxe", 68 },
	{ "x64-pxe4", 1, 2, "", 68 },
	{ "x64-pxe4", 4, 0, NULL, 0 },
	{ "x64-pxe4", 6, 5, "efi/boot.efi", 4011 },
	{ "x64-pxe4.same", 5, 5, "efi/boot.efi", 4011 },
	{ "aa64-pxe4", 1, 2, "", 68 },
	{ "aa64-pxe4", 6, 5, "efi/boot.efi", 4011 },
	{ "x64-http4", 1, 2, "http://10.77.0.9/boot.efi", 68 },
	{ "x64-http4", 4, 0, NULL, 0 },
	{ "x64-ipxe-chain", 1, 2, "", 68 },
	{ "x64-ipxe-chain", 6, 5, "efi/boot.efi", 4011 },
	{ "x64-ipxe-chain", 8, 2, "http://10.77.0.9/boot.ipxe", 68 },
	{ "x64-ipxe-chain", 11, 0, NULL, 0 },
	{ "x64-ipxe-chain", 17, 5, "http://10.77.0.9/boot.ipxe", 68 },
	{ "x64-grub", 1, 2, "", 68 },
	{ "other-dhclient4", 1, 0, NULL, 0 },
	{ "other-dhclient4", 3, 0, NULL, 0 },
	{ "other-udhcpc", 1, 0, NULL, 0 },
	{ "other-dhcpcd", 1, 0, NULL, 0 },
};

START_TEST(each_request_comes_to)
{
	struct bench bench = bench_open(SETTINGS);
	PXE_FAKE_REQUEST way = take_frame(&bench, frames[_i].file, frames[_i].frame);
	const PXE_FAKE_REPLY *reply = bench_send(&bench, &way);

	ck_assert_msg((reply ? reply_option(reply, 53).at[0] : 0) == frames[_i].type, "%s, %u: %s",
		      frames[_i].file, frames[_i].frame, bench.verdict.pszOutcome);
	if (reply) {
		ck_assert_msg(strcmp(reply_file(reply), frames[_i].name) == 0, "%s, %u: %s",
			      frames[_i].file, frames[_i].frame, reply_file(reply));
		ck_assert_uint_eq(reply->uToPort, frames[_i].to_port);
		ck_assert(reply_option_is(reply, 54, RAW(10, 77, 0, 2)));
	}
	bench_close(&bench);
}
END_TEST

/* ---- whole answers --------------------------------------------------------------------------- */

/* A field of the header, or an option as it stands; len 0 ends the list. */
struct piece {
	const char *octets;
	size_t at, len; /* at 0: next */
};
#define AT(offset, text)                                                                           \
	{                                                                                          \
		text, offset, sizeof(text) - 1                                                     \
	}
#define NEXT(text)                                                                                 \
	{                                                                                          \
		text, 0, sizeof(text) - 1                                                          \
	}

static const struct {
	const char *file;
	unsigned frame;
	struct piece pieces[16];
} answers[] = {
	/* Etherboot's DISCOVER: shape A. BROADCAST is set though the client did not. */
	{ "bios-etherboot",
	  1,
	  { AT(0, "\2\1\6\0\0\x77\xf0\x28\0\0\x80\0"), AT(20, "\x0a\x4d\0\x09"),
	    AT(28, "\x52\x54\0\x77\0\1"), AT(44, "10.77.0.9"), AT(108, "undionly.kpxe"),
	    AT(236, "\x63\x82\x53\x63"), NEXT("\x35\1\2"), NEXT("\x36\4\x0a\x4d\0\2"),
	    NEXT("\x3c\x09PXEClient"),
	    NEXT("\x61\x11\0\xde\xad\xbe\xef\xde\xad\xbe\xef\xde\xad\xbe\xef\xde\xad\xbe\xef"),
	    NEXT("\x2b\x0a\6\1\x08\x0a\4\0PXE\xff"), NEXT("\xff") } },
	/* OVMF's DISCOVER: shape B. No 43, no file, siaddr is us. */
	{ "x64-pxe4",
	  1,
	  { AT(0, "\2\1\6\0\x11\xcd\x95\xa9\0\0\x80\0"), AT(20, "\x0a\x4d\0\2"),
	    AT(28, "\x52\x54\0\x77\0\1"), AT(236, "\x63\x82\x53\x63"), NEXT("\x35\1\2"),
	    NEXT("\x36\4\x0a\x4d\0\2"), NEXT("\x3c\x09PXEClient"),
	    NEXT("\x61\x11\0\x52\x1a\x6c\x3b\x0e\x7f\x8b\x4d\x9a\x41\x52\x54\0\x77\0\1"),
	    NEXT("\xff") } },
	/* OVMF's DISCOVER for HTTP Boot: the URL, no second exchange. */
	{ "x64-http4",
	  1,
	  { AT(0, "\2\1\6\0"), AT(10, "\x80"), AT(20, "\x0a\x4d\0\x09"),
	    AT(28, "\x52\x54\0\x77\0\1"), AT(108, "http://10.77.0.9/boot.efi"),
	    AT(236, "\x63\x82\x53\x63"), NEXT("\x35\1\2"), NEXT("\x36\4\x0a\x4d\0\2"),
	    NEXT("\x3c\x0aHTTPClient"),
	    NEXT("\x61\x11\0\x52\x1a\x6c\x3b\x0e\x7f\x8b\x4d\x9a\x41\x52\x54\0\x77\0\1"),
	    NEXT("\xff") } },
};

/* All octets of an answer are as listed, and those not listed are zero; the xid, where it is not
 * listed, is the request's. */
START_TEST(answer_is_octet_by_octet)
{
	struct bench bench = bench_open(SETTINGS);
	PXE_FAKE_REQUEST way = take_frame(&bench, answers[_i].file, answers[_i].frame);
	const PXE_FAKE_REPLY *reply = bench_send(&bench, &way);
	uint8_t expected[600] = { 0 };
	size_t at = 0;

	memcpy(expected + 4, bench.packet + 4, 4);
	for (const struct piece *piece = answers[_i].pieces; piece->len; piece++) {
		at = piece->at || piece == answers[_i].pieces ? piece->at : at;
		memcpy(expected + at, piece->octets, piece->len);
		at += piece->len;
	}
	ck_assert_ptr_nonnull(reply);
	ck_assert_uint_eq(reply->uPacketLen, at < 300 ? 300 : at);
	for (size_t i = 0; i < reply->uPacketLen; i++)
		ck_assert_msg(reply->pPacket[i] == expected[i], "octet %zu is %02x, not %02x", i,
			      reply->pPacket[i], expected[i]);
	bench_close(&bench);
}
END_TEST

/* ---- IPv6 ------------------------------------------------------------------------------------ */

#define US    "tftp://[fd77::2]/efi/boot.efi"
#define FILE6 "tftp://[fd77::9]/efi/boot.efi"
#define URL6  "http://[fd77::9]/boot.efi"

static const struct {
	const char *file;
	unsigned frame;
	int type;
	const char *url;
	USHORT to_port;
} frames6[] = {
	{ "x64-pxe6", 1, 2, US, 546 },
	{ "x64-pxe6", 4, 0, NULL, 0 }, /* no sign of network boot */
	{ "x64-pxe6", 6, 0, NULL, 0 },
	{ "x64-pxe6", 8, 0, NULL, 0 },  /* REQUEST to the lease server, boot options and all */
	{ "x64-pxe6", 10, 0, NULL, 0 }, /* to another server's DUID */
	{ "x64-pxe6", 12, 0, NULL, 0 },
	{ "x64-pxe6.same", 9, 7, FILE6, 4011 }, /* without a server's DUID */
	{ "aa64-pxe6", 1, 2, US, 546 },
	{ "x64-http6", 1, 2, URL6, 546 },
	{ "aa64-http6", 1, 2, URL6, 546 },
	{ "x64-ipxe-chain6", 18, 2, "http://[fd77::9]/boot.ipxe", 546 },
	{ "x64-ipxe-chain6", 21, 0, NULL, 0 },
	{ "other-dhclient6", 1, 0, NULL, 0 },
	{ "other-dhclient6", 3, 0, NULL, 0 },
};

static struct span reply_option6(const PXE_FAKE_REPLY *reply, uint16_t code)
{
	WORD len = 0;
	PVOID value = NULL;

	if (PxeDhcpv6GetOptionValue((PVOID)(uintptr_t)reply->pPacket, reply->uPacketLen, 1, code,
				    &len, &value) != ERROR_SUCCESS)
		return span_of(NULL, 0);
	return span_of(value, len);
}

START_TEST(each_request6_comes_to)
{
	struct bench bench = bench_open(SETTINGS);
	PXE_FAKE_REQUEST way = take_frame(&bench, frames6[_i].file, frames6[_i].frame);
	const PXE_FAKE_REPLY *reply = bench_send(&bench, &way);

	ck_assert_msg((reply ? reply->pPacket[0] : 0) == frames6[_i].type, "%s, %u: %s",
		      frames6[_i].file, frames6[_i].frame, bench.verdict.pszOutcome);
	if (reply) {
		struct span url = reply_option6(reply, 59);

		ck_assert_msg(span_equal(url, span_str(frames6[_i].url)), "%s, %u: %.*s",
			      frames6[_i].file, frames6[_i].frame, (int)url.len,
			      (const char *)url.at);
		ck_assert_uint_eq(reply->uToPort, frames6[_i].to_port);
		ck_assert_int_eq(memcmp(reply->pPacket + 1, bench.packet + 1, 3), 0);
		for (uint16_t code = 3; code < 16; code++) /* no IA, no status, no preference */
			ck_assert_ptr_null(reply_option6(reply, code).at);
	}
	bench_close(&bench);
}
END_TEST

/* ---- broken packets -------------------------------------------------------------------------- */

/* A few octets of the options changed at random, of each request that is answered: whatever comes
 * of it is a valid answer or silence. Under the sanitizers this shows that no length is believed.
 */
START_TEST(changed_octets_do_no_harm)
{
	enum { ROUNDS = 300, N4 = sizeof frames / sizeof *frames };
	bool six = _i >= N4;
	const char *file = six ? frames6[_i - N4].file : frames[_i].file;
	unsigned frame = six ? frames6[_i - N4].frame : frames[_i].frame;
	struct bench bench = bench_open(SETTINGS), pristine;
	PXE_FAKE_REQUEST way = take_frame(&bench, file, frame);
	size_t from = six ? 4 : 240;
	uint32_t dice = 12345u + (uint32_t)_i;

	pristine = bench;
	for (int round = 0; round < ROUNDS; round++) {
		memcpy(bench.packet, pristine.packet, pristine.len);
		for (int n = 1 + round % 4; n > 0; n--) {
			dice = dice * 1664525u + 1013904223u;
			bench.packet[from + (dice >> 8) % (bench.len - from)] =
				(uint8_t)(round % 2 ? dice >> 24 : (dice >> 24) % 20);
		}
		const PXE_FAKE_REPLY *reply = bench_send(&bench, &way);

		if (reply && !six)
			ck_assert_uint_eq(PxeDhcpIsValid((PVOID)(uintptr_t)reply->pPacket,
							 reply->uPacketLen, FALSE, NULL),
					  ERROR_SUCCESS);
		else if (reply)
			ck_assert_uint_eq(PxeDhcpv6IsValid((PVOID)(uintptr_t)reply->pPacket,
							   reply->uPacketLen, FALSE, NULL),
					  ERROR_SUCCESS);
	}
	PxeFakeFree(bench.fake); /* what a broken class is answered with, a client may drop */
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile and real firmware");

	tcase_set_timeout(tcase, 30);
	TEST_ROWS(tcase, each_request_comes_to, frames);
	TEST_ROWS(tcase, answer_is_octet_by_octet, answers);
	TEST_ROWS(tcase, each_request6_comes_to, frames6);
	tcase_add_loop_test(
		tcase, changed_octets_do_no_harm, 0,
		(int)(sizeof frames / sizeof *frames + sizeof frames6 / sizeof *frames6));
	return suite_run("bootfile/captures", tcase);
}
