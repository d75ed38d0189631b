/* dhcp/pxe_client.h, pxe_arch.h, pxe_uuid.h: what a request says about its client. */
#include <check.h>

#include "dhcp/packet4.h"
#include "dhcp/pxe_client.h"
#include "suite.h"

static uint8_t scratch[1024];

/* Reads a client out of a request with these options. */
static struct pxe_client read_client(struct packet4 *packet, struct span options)
{
	static const struct span prefix[] = { TEXT("HW-Client"), { NULL, 0 }, TEXT("U-Boot") };
	static const struct pxe_aliases aliases = { prefix, 3 };
	struct dhcp4_index index;
	struct pxe_client client;

	packet4_make(packet, DHCP4_BOOTREQUEST, options);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(packet), &index), 0);
	pxe_client_read(packet4_span(packet), &index, &aliases, scratch, sizeof(scratch), &client);
	return client;
}

static const struct {
	struct span vendor_class;
	enum pxe_class class;
	const char *echo;
} classes[] = {
	{ TEXT("PXEClient"), PXE_CLASS_PXE, "PXEClient" },
	{ TEXT("PXEClient:Arch:00007:UNDI:003016"), PXE_CLASS_PXE, "PXEClient" },
	{ TEXT("HTTPClient:Arch:00016:UNDI:003001"), PXE_CLASS_HTTP, "HTTPClient" },
	{ TEXT("HW-Client:1"), PXE_CLASS_ALIAS, "HW-Client" },
	{ TEXT("U-Boot.armv8"), PXE_CLASS_ALIAS, "U-Boot" },
	{ TEXT("PXEServer:x"), PXE_CLASS_SERVER, "PXEServer" },
	{ TEXT("AAPLBSDPC/i386/x"), PXE_CLASS_APPLE, "AAPLBSDPC" },
	{ TEXT("PXEClien"), PXE_CLASS_NONE, "" },
	{ TEXT("pxeclient"), PXE_CLASS_NONE, "" },
	{ TEXT("udhcp 1.35.0"), PXE_CLASS_NONE, "" },
	{ TEXT(""), PXE_CLASS_NONE, "" },
};

START_TEST(class_is_the_start_of_option_60)
{
	uint8_t field[64] = { 53, 1, 1, 60, (uint8_t)classes[_i].vendor_class.len };
	struct packet4 packet;
	struct pxe_client client;

	memcpy(field + 5, classes[_i].vendor_class.at, classes[_i].vendor_class.len);
	client = read_client(&packet, span_of(field, 5 + classes[_i].vendor_class.len));
	ck_assert_int_eq(client.class, classes[_i].class);
	ck_assert(span_equal(client.class_echo, span_str(classes[_i].echo)));
	ck_assert(span_equal(client.vendor_class, classes[_i].vendor_class));
	ck_assert_int_eq(pxe_client_is_pxe(&client), classes[_i].class == PXE_CLASS_PXE ||
							     classes[_i].class == PXE_CLASS_ALIAS);
}
END_TEST

START_TEST(no_class_is_no_class)
{
	struct span options = OCTETS(53, 1, 8, 255);
	struct packet4 packet;
	struct pxe_client client = read_client(&packet, options);

	ck_assert_int_eq(client.class, PXE_CLASS_NONE);
	ck_assert_int_eq(client.type, DHCP4_INFORM);
	ck_assert(!client.has_arch && !client.has_uuid && !client.is_ipxe && !client.has_boot_item);
	ck_assert(client.max_size == 0 && client.network.family == IP_NONE && !client.relay_port);
	ck_assert(client.has_mac && client.chaddr.at[5] == 1);
	ck_assert_int_eq(pxe_class_of(SPAN_NONE, NULL, NULL), PXE_CLASS_NONE);
}
END_TEST

#define PXE_ARCH(a, b, c, d, e)                                                                    \
	60, 20, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 'A', 'r', 'c', 'h', ':', a, b,   \
		c, d, e

static const struct {
	const char *name;
	struct span options;
	uint16_t arch;
	bool has, assumed, mismatch;
} archs[] = {
	{ "93 alone", OCTETS(93, 2, 0, 7), 7, true, false, false },
	{ "0 then 6: the first known", OCTETS(93, 4, 0, 0, 0, 6, PXE_CLASS), 0, true, false,
	  false },
	{ "unknown then 11", OCTETS(93, 4, 0, 99, 0, 11), 11, true, false, false },
	{ "unknown alone", OCTETS(93, 2, 0, 99, PXE_CLASS), 99, true, false, false },
	{ "two octets, high one too", OCTETS(93, 2, 1, 7), 263, true, false, false },
	{ "93 in two parts", OCTETS(93, 2, 0, 99, 93, 2, 0, 16), 16, true, false, false },
	{ "93 of odd length: 60", OCTETS(93, 3, 0, 9, 0, PXE_ARCH('0', '0', '0', '0', '7')), 7,
	  true, false, false },
	{ "93 empty: 60", OCTETS(93, 0, PXE_ARCH('0', '0', '0', '1', '1')), 11, true, false,
	  false },
	{ "93 absent: 60, decimal", OCTETS(PXE_ARCH('0', '0', '0', '2', '1')), 21, true, false,
	  false },
	/* W16: the class decides whether it is HTTP Boot's; that is no mismatch */
	{ "PXE with HTTP Boot's code", OCTETS(PXE_ARCH('0', '0', '0', '1', '6')), 7, true, false,
	  false },
	{ "the same in 93", OCTETS(93, 2, 0, 16, PXE_ARCH('0', '0', '0', '0', '7')), 7, true, false,
	  false },
	{ "HTTP with PXE's code", OCTETS(93, 2, 0, 7, HTTP_CLASS), 16, true, false, false },
	{ "no class: as it is", OCTETS(93, 2, 0, 16), 16, true, false, false },
	{ "both absent, PXE: assumed 0", OCTETS(PXE_CLASS), 0, true, true, false },
	{ "60 with letters", OCTETS(PXE_ARCH('0', '0', '0', 'x', '7')), 0, true, true, false },
	{ "60 above 16 bits", OCTETS(PXE_ARCH('7', '0', '0', '0', '0')), 0, true, true, false },
	{ "60 with four digits",
	  OCTETS(60, 19, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 'A', 'r', 'c', 'h', ':',
		 '0', '0', '0', '7'),
	  0, true, true, false },
	{ "both absent, HTTP: none", OCTETS(HTTP_CLASS), 0, false, false, false },
	{ "disagreement: 93 wins", OCTETS(93, 2, 0, 9, PXE_ARCH('0', '0', '0', '0', '7')), 9, true,
	  false, true },
	{ "agreement", OCTETS(93, 2, 0, 7, PXE_ARCH('0', '0', '0', '0', '7')), 7, true, false,
	  false },
	{ "60 names the second of 93", OCTETS(93, 4, 0, 0, 0, 6, PXE_ARCH('0', '0', '0', '0', '6')),
	  0, true, false, false },
};

START_TEST(arch_is_chosen_by_each_row)
{
	struct packet4 packet;
	struct pxe_client client = read_client(&packet, archs[_i].options);

	ck_assert_msg(client.arch == archs[_i].arch && client.has_arch == archs[_i].has &&
			      client.arch_assumed == archs[_i].assumed &&
			      client.arch_mismatch == archs[_i].mismatch,
		      "%s: %u", archs[_i].name, client.arch);
}
END_TEST

START_TEST(each_arch_has_a_name_of_its_own)
{
	for (uint16_t i = 0; i <= PXE_ARCH_LAST; i++) {
		ck_assert_ptr_nonnull(pxe_arch_name(i));
		for (uint16_t j = 0; j < i; j++)
			ck_assert_str_ne(pxe_arch_name(i), pxe_arch_name(j));
	}
	ck_assert_ptr_null(pxe_arch_name(PXE_ARCH_LAST + 1));
}
END_TEST

#define UUID(first)                                                                                \
	first, 0x5a, 0x6c, 0x3b, 0x0e, 0x7f, 0x8b, 0x4d, 0x9a, 0x41, 0x52, 0x54, 0x00, 0x77, 0x00, \
		0x01
#define X16(v) v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v

static const struct {
	const char *name;
	struct span options;
	bool has;
} uuids[] = {
	{ "17 octets, type 0", OCTETS(97, 17, 0, UUID(0x52)), true },
	{ "type 1", OCTETS(97, 17, 1, UUID(0x52)), false },
	{ "16 octets", OCTETS(97, 16, UUID(0x52)), false },
	{ "18 octets", OCTETS(97, 18, 0, UUID(0x52), 0), false },
	{ "none", OCTETS(97, 0), false },
	{ "absent", OCTETS(53, 1, 1), false },
	{ "zeros", OCTETS(97, 17, 0, X16(0)), false },
	{ "ones", OCTETS(97, 17, 0, X16(255)), false },
	{ "in two parts", OCTETS(97, 1, 0, 97, 16, UUID(0x52)), true },
};

START_TEST(uuid_is_read_by_each_row)
{
	struct packet4 packet;
	struct pxe_client client = read_client(&packet, uuids[_i].options);
	char efi[PXE_UUID_TEXT];

	ck_assert_msg(client.has_uuid == uuids[_i].has, "%s", uuids[_i].name);
	if (!client.has_uuid)
		return;
	ck_assert_str_eq(pxe_uuid_efi_text(client.uuid, efi),
			 "3b6c5a52-7f0e-4d8b-9a41-525400770001");
}
END_TEST

static const struct {
	const char *name;
	struct span option; /* the value of 77 */
	bool ipxe;
} users[] = {
	{ "iPXE as it sends it", TEXT("iPXE"), true },
	{ "iPXE by RFC 3004", TEXT("\4iPXE"), true },
	{ "two classes, iPXE second", TEXT("\3lab\4iPXE"), true },
	{ "a lone class", TEXT("\3lab"), false },
	{ "raw text", TEXT("lab room 7"), false },
	{ "lengths that do not end at the end", TEXT("\3lab\5iPXE"), false },
	{ "a length of 0 tiles nothing", TEXT("\4iPXE\0"), false },
	{ "other case", TEXT("IPXE"), false },
	{ "more than iPXE", TEXT("iPXE-lab"), false },
	{ "none", TEXT(""), false },
};

START_TEST(user_class_is_read_by_each_row)
{
	uint8_t field[64] = { 77, (uint8_t)users[_i].option.len };
	struct packet4 packet;
	struct pxe_client client;

	if (users[_i].option.len > 0)
		memcpy(field + 2, users[_i].option.at, users[_i].option.len);
	client = read_client(&packet, span_of(field, 2 + users[_i].option.len));
	ck_assert_msg(client.is_ipxe == users[_i].ipxe, "%s", users[_i].name);
	ck_assert(span_equal(client.user_class, users[_i].option));
}
END_TEST

START_TEST(option_175_marks_ipxe)
{
	struct span options = OCTETS(53, 1, 1, 175, 3, 19, 1, 1, 255);
	struct packet4 packet;

	ck_assert(read_client(&packet, options).is_ipxe);
}
END_TEST

static const struct {
	const char *name;
	uint8_t giaddr; /* last octet of 10.9.9.x; 0: none */
	struct span options;
	const char *network; /* NULL: where it came in */
	bool relay_port;
} networks[] = {
	{ "nothing", 0, OCTETS(53, 1, 1), NULL, false },
	{ "giaddr", 1, OCTETS(53, 1, 1), "10.9.9.1", false },
	{ "118 before giaddr", 1, OCTETS(118, 4, 10, 8, 0, 0), "10.8.0.0", false },
	{ "82.5 before both", 1, OCTETS(118, 4, 10, 8, 0, 0, 82, 6, 5, 4, 10, 7, 0, 0), "10.7.0.0",
	  false },
	{ "82.5 without giaddr", 0, OCTETS(82, 9, 1, 1, 'p', 5, 4, 10, 7, 0, 0), "10.7.0.0",
	  false },
	{ "82.5 of wrong length", 1, OCTETS(82, 5, 5, 3, 10, 7, 0), "10.9.9.1", false },
	{ "82.5 of 0.0.0.0", 1, OCTETS(82, 6, 5, 4, 0, 0, 0, 0), "10.9.9.1", false },
	{ "82.19", 1, OCTETS(82, 5, 1, 1, 'p', 19, 0), "10.9.9.1", true },
	{ "82 in two parts, split in a sub-option", 1,
	  OCTETS(82, 3, 5, 4, 10, 82, 5, 7, 0, 0, 19, 0), "10.7.0.0", true },
	{ "82 broken: what is before counts", 1, OCTETS(82, 4, 19, 0, 5, 9), "10.9.9.1", true },
};

START_TEST(network_is_found_by_each_row)
{
	struct dhcp4_index index;
	struct packet4 packet;
	struct pxe_client client;
	struct ip network = { .family = IP_NONE };

	packet4_make(&packet, DHCP4_BOOTREQUEST, networks[_i].options);
	if (networks[_i].giaddr)
		memcpy(packet.at + DHCP4_GIADDR, (uint8_t[]){ 10, 9, 9, networks[_i].giaddr }, 4);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	pxe_client_read(packet4_span(&packet), &index, NULL, scratch, sizeof(scratch), &client);
	ck_assert(!networks[_i].network || ip_parse(networks[_i].network, &network));
	ck_assert_msg(ip_equal(&client.network, &network) &&
			      client.relay_port == networks[_i].relay_port,
		      "%s", networks[_i].name);
}
END_TEST

static const struct {
	const char *name;
	struct span options;
	bool has;
	uint16_t type, layer;
} items[] = {
	{ "71", OCTETS(BOOT_ITEM), true, 0x8001, 0 },
	{ "71 behind others", OCTETS(43, 9, 6, 1, 8, 71, 4, 0, 1, 0, 2), true, 1, 2 },
	{ "71 longer than 4", OCTETS(43, 8, 71, 6, 0, 1, 0, 2, 9, 9), true, 1, 2 },
	{ "71 of 3", OCTETS(43, 5, 71, 3, 0, 1, 0), false, 0, 0 },
	{ "71 behind 255", OCTETS(43, 7, 255, 71, 4, 0, 1, 0, 2), false, 0, 0 },
	{ "43 broken before it", OCTETS(43, 8, 6, 9, 71, 4, 0, 1, 0, 2), false, 0, 0 },
	{ "43 in two parts, split in the tag", OCTETS(43, 4, 71, 4, 0, 1, 43, 2, 0, 2), true, 1,
	  2 },
	{ "no 43", OCTETS(53, 1, 1), false, 0, 0 },
};

START_TEST(boot_item_is_read_by_each_row)
{
	struct packet4 packet;
	struct pxe_client client = read_client(&packet, items[_i].options);

	ck_assert_msg(client.has_boot_item == items[_i].has, "%s", items[_i].name);
	if (client.has_boot_item)
		ck_assert_msg(client.boot_item.type == items[_i].type &&
				      client.boot_item.layer == items[_i].layer,
			      "%s", items[_i].name);
}
END_TEST

START_TEST(only_ethernet_of_six_octets_is_a_mac)
{
	static const struct {
		uint8_t htype, hlen;
		bool mac;
	} rows[] = {
		{ 1, 6, true }, { 1, 16, false }, { 1, 0, false }, { 32, 0, false }, { 6, 6, false }
	};
	struct span options = OCTETS(53, 1, 1, 255);
	struct dhcp4_index index;
	struct packet4 packet;
	struct pxe_client client;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		packet4_make(&packet, DHCP4_BOOTREQUEST, options);
		packet.at[DHCP4_HTYPE] = rows[i].htype;
		packet.at[DHCP4_HLEN] = rows[i].hlen;
		ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
		pxe_client_read(packet4_span(&packet), &index, NULL, NULL, 0, &client);
		ck_assert_int_eq(client.has_mac, rows[i].mac);
		ck_assert_uint_eq(client.chaddr.len, rows[i].hlen);
	}
}
END_TEST

START_TEST(max_size_is_two_octets)
{
	struct span good = OCTETS(57, 2, 5, 0xc0), bad = OCTETS(57, 1, 5);
	struct packet4 packet;

	ck_assert_uint_eq(read_client(&packet, good).max_size, 1472);
	ck_assert_uint_eq(read_client(&packet, bad).max_size, 0);
}
END_TEST

START_TEST(parts_without_room_are_read_by_the_first)
{
	struct span options = OCTETS(77, 4, 'i', 'P', 'X', 'E', 77, 1, 'x', 255);
	struct dhcp4_index index;
	struct packet4 packet;
	struct pxe_client client;

	packet4_make(&packet, DHCP4_BOOTREQUEST, options);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	pxe_client_read(packet4_span(&packet), &index, NULL, NULL, 0, &client);
	ck_assert(span_equal(client.user_class, span_str("iPXE")) && client.is_ipxe);
	pxe_client_read(packet4_span(&packet), &index, NULL, scratch, 5, &client);
	ck_assert(span_equal(client.user_class, span_str("iPXEx")) && !client.is_ipxe);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("client");

	TEST_ROWS(tcase, class_is_the_start_of_option_60, classes);
	tcase_add_test(tcase, no_class_is_no_class);
	TEST_ROWS(tcase, arch_is_chosen_by_each_row, archs);
	tcase_add_test(tcase, each_arch_has_a_name_of_its_own);
	TEST_ROWS(tcase, uuid_is_read_by_each_row, uuids);
	TEST_ROWS(tcase, user_class_is_read_by_each_row, users);
	tcase_add_test(tcase, option_175_marks_ipxe);
	TEST_ROWS(tcase, network_is_found_by_each_row, networks);
	TEST_ROWS(tcase, boot_item_is_read_by_each_row, items);
	tcase_add_test(tcase, only_ethernet_of_six_octets_is_a_mac);
	tcase_add_test(tcase, max_size_is_two_octets);
	tcase_add_test(tcase, parts_without_room_are_read_by_the_first);
	return suite_run("pxe_client", tcase);
}
