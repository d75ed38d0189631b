/* Real firmware's packets (tests/fixtures/captures), each read as the daemon reads it: mended,
 * indexed, classified, routed.
 */
#include <check.h>
#include <glob.h>

#include "dhcp/dhcp4_mend.h"
#include "dhcp/dhcp4_reply.h"
#include "dhcp/dhcp4_row.h"
#include "dhcp/dhcp4_valid.h"
#include "dhcp/packet4.h"
#include "pcap.h"
#include "suite.h"

#define CAPTURES TEST_SOURCE "/tests/fixtures/captures/"

/* A client's packet out of a capture, with all that is known about it. */
struct reading {
	struct pcap_datagram datagram;
	struct packet4 packet;
	int mend;
	struct dhcp4_index index;
	struct pxe_client client;
	enum dhcp4_row row;
};

static bool is_from_client(const struct pcap_datagram *datagram)
{
	return datagram->dst.ip.family == IP_V4 && datagram->payload.len > DHCP4_HEADER &&
	       (datagram->dst.port == 67 || datagram->dst.port == 4011) &&
	       dhcp4_op(datagram->payload.at) == DHCP4_BOOTREQUEST;
}

/* Reads the next packet of a client; false after the last. */
static bool reading_next(struct pcap *pcap, struct reading *out)
{
	do {
		if (!pcap_next(pcap, &out->datagram))
			return false;
	} while (!is_from_client(&out->datagram));

	ck_assert_uint_lt(out->datagram.payload.len, sizeof(out->packet.at));
	memset(&out->packet, 0xee, sizeof(out->packet));
	out->packet.len = out->datagram.payload.len;
	memcpy(out->packet.at, out->datagram.payload.at, out->packet.len);
	out->mend =
		dhcp4_mend(out->packet.at, sizeof(out->packet.at), &out->packet.len, &out->index);
	ck_assert(out->mend == 0 || out->mend == DHCP4_MENDED);
	pxe_client_read(packet4_span(&out->packet), &out->index, NULL, NULL, 0, &out->client);
	out->row = dhcp4_row_of(out->datagram.dst.port, packet4_span(&out->packet), &out->client);
	return true;
}

static const struct {
	const char *file;
	const char *rows; /* of the client's packets, in order */
	uint16_t arch;    /* of the first */
	unsigned n_ipxe, n_mended;
} captures[] = {
	{ "aa64-http4", "4 7", 19, 0, 0 },
	{ "aa64-pxe4", "3 7 13", 11, 0, 0 },
	{ "aa64-pxe4.same", "3 7 13", 11, 0, 0 },
	{ "bios-etherboot", "3 7 13", 0, 0, 1 },
	{ "bios-etherboot.no-siaddr-offer", "3 7 3 3 7 3 7", 0, 0, 0 },
	{ "bios-ipxe", "3 7 14", 0, 3, 0 },
	{ "bios-ipxe-script", "3 7 14", 0, 3, 0 },
	{ "bios-ipxe.noboot", "3 3 7", 0, 3, 0 },
	{ "bios-ipxe.same", "3 7 13 14", 0, 4, 0 },
	{ "other-dhclient4", "5 7", 0, 0, 0 },
	{ "other-dhcpcd", "5", 0, 0, 0 },
	{ "other-udhcpc", "5 7", 0, 0, 0 },
	{ "x64-grub", "3 7 13", 7, 0, 0 },
	{ "x64-http4", "4 7", 16, 0, 0 },
	{ "x64-http4.full", "4 7", 16, 0, 0 },
	{ "x64-http4.noboot", "4 4 4 4", 16, 0, 0 },
	{ "x64-http4.same", "4 4 4 4 3", 16, 0, 0 },
	{ "x64-ipxe-chain", "3 7 13 3 7 13", 7, 3, 0 },
	{ "x64-pxe4", "3 7 13", 7, 0, 0 },
	{ "x64-pxe4.full", "3 7", 7, 0, 0 },
	{ "x64-pxe4.noboot", "3 3 3 3", 7, 0, 0 },
	{ "x64-pxe4.same", "3 7 13", 7, 0, 0 },
};

static struct pcap capture_open(const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), CAPTURES "%s.pcap", file);
	return pcap_open(path);
}

START_TEST(firmware_is_classified_as_its_rows)
{
	struct pcap pcap = capture_open(captures[_i].file);
	struct reading reading = { .mend = 0 };
	unsigned n_ipxe = 0, n_mended = 0;
	char rows[64] = "";

	for (unsigned n = 0; reading_next(&pcap, &reading); n++) {
		bool pxe;

		if (n == 0)
			ck_assert_uint_eq(reading.client.arch, captures[_i].arch);
		snprintf(rows + strlen(rows), sizeof(rows) - strlen(rows), "%s%u", n ? " " : "",
			 reading.row);
		n_ipxe += reading.client.is_ipxe;
		n_mended += reading.mend == DHCP4_MENDED;
		ck_assert(reading.client.has_mac);
		ck_assert(!reading.client.arch_mismatch && !reading.client.arch_assumed);
		ck_assert(dhcp4_is_valid(packet4_span(&reading.packet), DHCP4_BOOTREQUEST, &pxe));
		ck_assert_int_eq(pxe, reading.client.class == PXE_CLASS_PXE);
		ck_assert_int_eq(reading.client.has_uuid, reading.client.class != PXE_CLASS_NONE);
	}
	ck_assert_str_eq(rows, captures[_i].rows);
	ck_assert_uint_eq(n_ipxe, captures[_i].n_ipxe);
	ck_assert_uint_eq(n_mended, captures[_i].n_mended);
	pcap_close(&pcap);
}
END_TEST

/* Those of DHCPv6 conversations are named ...6 and are not this table's. */
static bool is_ipv4_capture(const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	return name[strcspn(name, ".") - 1] != '6';
}

START_TEST(every_ipv4_capture_is_in_the_table)
{
	size_t n = 0;
	glob_t found;

	ck_assert_int_eq(glob(CAPTURES "*.pcap", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		bool named = false;

		for (size_t j = 0; j < sizeof(captures) / sizeof(captures[0]); j++) {
			char path[256];

			snprintf(path, sizeof(path), CAPTURES "%s.pcap", captures[j].file);
			named |= strcmp(path, found.gl_pathv[i]) == 0;
		}
		ck_assert_msg(named == is_ipv4_capture(found.gl_pathv[i]), "%s", found.gl_pathv[i]);
		n += named;
	}
	ck_assert_uint_eq(n, sizeof(captures) / sizeof(captures[0]));
	globfree(&found);
}
END_TEST

/* Reads the first packet of a capture that is of the row. */
static void capture_packet(const char *file, enum dhcp4_row row, struct reading *out)
{
	struct pcap pcap = capture_open(file);
	bool found = false;

	out->datagram.frame = 0;
	while (!found && reading_next(&pcap, out))
		found = out->row == row;
	ck_assert_msg(found, "%s has no row %u", file, row);
	out->datagram.payload = SPAN_NONE; /* dies with the capture; the packet is a copy */
	pcap_close(&pcap);
}

START_TEST(etherboot_on_4011_is_mended)
{
	struct reading r;
	size_t end = 0x1b6 - 0x2a; /* of the frame: right behind "option 58", 85 octets */
	struct span value;
	char text[PXE_UUID_TEXT];

	capture_packet("bios-etherboot", DHCP4_ROW_PXE_REQUEST, &r);
	ck_assert_int_eq(r.mend, DHCP4_MENDED);
	ck_assert_uint_eq(r.packet.len, 548); /* it had free octets: it did not grow */
	ck_assert_uint_eq(r.index.end, end);
	ck_assert_uint_eq(r.packet.at[end], DHCP4_OPT_END);
	ck_assert_uint_eq(r.packet.at[end - 1], 0);
	for (size_t i = end + 1; i < r.packet.len; i++)
		ck_assert_uint_eq(r.packet.at[i], 0);
	ck_assert_int_eq(dhcp4_index_find(&r.index, packet4_span(&r.packet), 58, 1, &value), 0);
	ck_assert_uint_eq(value.len, 85);
	ck_assert(r.client.class == PXE_CLASS_PXE && r.client.type == DHCP4_REQUEST &&
		  r.client.arch == 0 && !r.client.is_ipxe && r.client.max_size == 1500);
	ck_assert_str_eq(pxe_uuid_efi_text(r.client.uuid, text),
			 "efbeadde-adde-efbe-dead-beefdeadbeef");
}
END_TEST

START_TEST(ovmf_says_who_it_is)
{
	struct reading r;
	char text[PXE_UUID_TEXT];

	capture_packet("x64-pxe4", DHCP4_ROW_PXE_REQUEST, &r);
	ck_assert_str_eq(pxe_uuid_efi_text(r.client.uuid, text),
			 "3b6c1a52-7f0e-4d8b-9a41-525400770001");
	ck_assert(span_equal(r.client.vendor_class, span_str("PXEClient:Arch:00007:UNDI:003000")));
	ck_assert_uint_eq(r.client.max_size, 1472);
	ck_assert(span_equal(r.client.chaddr, span_of("\x52\x54\0\x77\0\1", 6)));
	ck_assert(r.client.network.family == IP_NONE && !r.client.relay_port);
	capture_packet("x64-pxe4", DHCP4_ROW_LEASE_REQUEST, &r);
	ck_assert_uint_eq(dhcp4_reply_max(r.client.max_size), 1472); /* it asks for 65280 */
}
END_TEST

START_TEST(ipxe_asks_for_a_boot_item)
{
	struct reading r;

	capture_packet("bios-ipxe", DHCP4_ROW_PXE_ITEM, &r);
	ck_assert(span_equal(r.client.user_class, span_str("iPXE")) && r.client.is_ipxe);
	ck_assert(r.client.has_boot_item && !(r.client.boot_item.layer & PXE43_LAYER_CREDENTIALS));
	ck_assert(span_equal(r.client.vendor_class, span_str("PXEClient")));
	ck_assert_uint_eq(r.client.arch, 0);
	ck_assert(!r.client.arch_assumed); /* 93 is there */
}
END_TEST

static const struct {
	const char *file;
	enum dhcp4_row row;
	const char *to;
	uint16_t port;
	uint8_t rule;
} routes[] = {
	{ "x64-pxe4", DHCP4_ROW_PXE_DISCOVER, "255.255.255.255", 68, 3 },
	{ "x64-http4", DHCP4_ROW_HTTP_DISCOVER, "255.255.255.255", 68, 3 },
	{ "x64-pxe4", DHCP4_ROW_PXE_REQUEST, "10.77.0.100", 4011, 4 },
	{ "bios-ipxe", DHCP4_ROW_PXE_ITEM, "10.77.0.100", 68, 4 },
	{ "bios-etherboot", DHCP4_ROW_PXE_REQUEST, "10.77.0.100", 68, 4 },
};

START_TEST(answers_to_firmware_go_where_it_listens)
{
	struct dhcp4_arrival arrival;
	struct dhcp4_route route;
	struct reading r;
	struct ip to;

	capture_packet(routes[_i].file, routes[_i].row, &r);
	arrival = (struct dhcp4_arrival){ .port = r.datagram.dst.port,
					  .src = r.datagram.src,
					  .local = r.datagram.dst.ip,
					  .ifindex = 2,
					  .on_link = true };
	ck_assert(ip_parse(routes[_i].to, &to));
	ck_assert_int_eq(dhcp4_route_of(&arrival, packet4_span(&r.packet), &r.index, &route), 0);
	ck_assert_uint_eq(route.rule, routes[_i].rule);
	ck_assert(route.count == 1 && ip_equal(&route.to[0].ip, &to));
	ck_assert(route.to[0].port == routes[_i].port && route.to[0].ifindex == 2);
}
END_TEST

START_TEST(what_servers_sent_is_valid_and_no_request)
{
	struct pcap pcap = capture_open(captures[_i].file);
	struct pcap_datagram datagram = { .frame = 0 };
	unsigned n = 0;

	while (pcap_next(&pcap, &datagram)) {
		struct dhcp4_index index;
		struct packet4 packet;

		if (datagram.dst.ip.family != IP_V4 || is_from_client(&datagram))
			continue;
		ck_assert(dhcp4_is_valid(datagram.payload, DHCP4_BOOTREPLY, NULL));
		ck_assert(!dhcp4_is_valid(datagram.payload, DHCP4_BOOTREQUEST, NULL));
		packet.len = datagram.payload.len;
		memcpy(packet.at, datagram.payload.at, packet.len);
		ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
				 DHCP4_E_MALFORMED);
		n++;
	}
	ck_assert_uint_ge(n, 1);
	pcap_close(&pcap);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("captures");

	TEST_ROWS(tcase, firmware_is_classified_as_its_rows, captures);
	tcase_add_test(tcase, every_ipv4_capture_is_in_the_table);
	tcase_add_test(tcase, etherboot_on_4011_is_mended);
	tcase_add_test(tcase, ovmf_says_who_it_is);
	tcase_add_test(tcase, ipxe_asks_for_a_boot_item);
	TEST_ROWS(tcase, answers_to_firmware_go_where_it_listens, routes);
	TEST_ROWS(tcase, what_servers_sent_is_valid_and_no_request, captures);
	return suite_run("captures", tcase);
}
