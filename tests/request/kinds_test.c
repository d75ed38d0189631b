/* request/kinds: what is read by a request's kind is what reading it whole finds. */
#include <glob.h>

#include "dhcp/kind_own.h"
#include "pcap.h"
#include "request/intake.h"
#include "suite.h"

#define CAPTURES TEST_SOURCE "/tests/fixtures/captures/*.pcap"

/* The same packet, read by kind and whole, each in a slot of its own. */
static struct request *by_kind, *whole;
static struct intake with_kinds, without;

static void setup(void)
{
	by_kind = calloc(1, sizeof(*by_kind));
	whole = calloc(1, sizeof(*whole));
	with_kinds = (struct intake){ .kinds = kinds_new() };
	ck_assert(by_kind && whole && with_kinds.kinds);
}

static void teardown(void)
{
	kinds_free(with_kinds.kinds);
	free(by_kind);
	free(whole);
}

static int read_one(struct request *req, const uint8_t *octets, size_t len, uint16_t port,
		    const struct intake *intake)
{
	struct arrival in = { .octets = (uint8_t *)(uintptr_t)octets,
			      .len = (uint32_t)len,
			      .port = port,
			      .interface = "eth0" };

	in.from.ip = ip_v4((const uint8_t[]){ 10, 0, 0, 9 });
	memset(&req->v4, 0xee, sizeof(req->v4));
	return request_read(req, &in, intake);
}

static void same_span(struct span a, struct span b)
{
	ck_assert_uint_eq(a.len, b.len);
	if (a.len == 0)
		return;
	if (a.at >= by_kind->octets && a.at < by_kind->octets + sizeof(by_kind->octets))
		ck_assert_uint_eq(a.at - by_kind->octets, b.at - whole->octets);
	ck_assert(span_equal(a, b));
}

static void same_index(const struct dhcp4_index *a, const struct dhcp4_index *b)
{
	ck_assert_mem_eq(a->has, b->has, sizeof(a->has));
	ck_assert_mem_eq(a->again, b->again, sizeof(a->again));
	for (unsigned code = 0; code < 256; code++)
		if (dhcp4_index_has(a, (uint8_t)code))
			ck_assert_uint_eq(a->first[code], b->first[code]);
	ck_assert(a->end == b->end && a->count == b->count && a->stop == b->stop &&
		  a->overload == b->overload && a->type == b->type);
	for (unsigned i = 0; i < 2; i++)
		if (a->overload >> i & 1)
			ck_assert(a->field[i].stop == b->field[i].stop &&
				  a->field[i].end == b->field[i].end);
}

static void same_client(const struct pxe_client *a, const struct pxe_client *b)
{
	ck_assert(a->class == b->class && a->type == b->type && a->arch == b->arch &&
		  a->has_arch == b->has_arch && a->arch_assumed == b->arch_assumed &&
		  a->arch_mismatch == b->arch_mismatch && a->has_uuid == b->has_uuid &&
		  a->has_mac == b->has_mac && a->is_ipxe == b->is_ipxe &&
		  a->max_size == b->max_size && a->has_boot_item == b->has_boot_item &&
		  a->relay_port == b->relay_port && ip_equal(&a->network, &b->network));
	if (a->has_uuid)
		ck_assert_mem_eq(a->uuid, b->uuid, sizeof(a->uuid));
	if (a->has_boot_item)
		ck_assert(a->boot_item.type == b->boot_item.type &&
			  a->boot_item.layer == b->boot_item.layer);
	same_span(a->class_echo, b->class_echo);
	same_span(a->vendor_class, b->vendor_class);
	same_span(a->arch_list, b->arch_list);
	same_span(a->chaddr, b->chaddr);
	same_span(a->user_class, b->user_class);
}

/* Is the packet, read now, as if it were read whole? */
static void is_read_alike(const uint8_t *octets, size_t len, uint16_t port)
{
	int outcome = read_one(by_kind, octets, len, port, &with_kinds);

	ck_assert_int_eq(read_one(whole, octets, len, port, &without), outcome);
	if (outcome >= 0)
		return;
	ck_assert(by_kind->v4.row == whole->v4.row && by_kind->valid == whole->valid &&
		  by_kind->pxe == whole->pxe && by_kind->may_answer == whole->may_answer &&
		  by_kind->mended == whole->mended && by_kind->len == whole->len);
	ck_assert_mem_eq(by_kind->octets, whole->octets, whole->len);
	same_index(&by_kind->v4.index, &whole->v4.index);
	same_client(&by_kind->v4.client, &whole->v4.client);
}

/* Each octet of a packet is another in turn, after the packet itself has been read; of one that
 * was not met before. */
static void each_octet(const uint8_t *octets, size_t len, uint16_t port)
{
	static uint64_t last;
	uint8_t changed[REQUEST_PACKET_MAX];

	ck_assert_int_eq(read_one(by_kind, octets, len, port, &with_kinds), -1);
	if (by_kind->v4.index.kind != 0 && by_kind->v4.index.kind <= last)
		return;
	last = by_kind->v4.index.kind;
	memcpy(changed, octets, len);
	for (size_t at = 0; at < len; at++) {
		ck_assert_int_eq(read_one(by_kind, octets, len, port, &with_kinds), -1);
		changed[at] = octets[at] ^ (at % 2 ? 0x01 : 0xff);
		is_read_alike(changed, len, port);
		changed[at] = octets[at];
	}
	last = by_kind->v4.index.kind > last ? by_kind->v4.index.kind : last;
}

static void each_packet(void (*look)(const uint8_t *octets, size_t len, uint16_t port))
{
	struct pcap_datagram datagram;
	unsigned n = 0;
	glob_t found;

	ck_assert_int_eq(glob(CAPTURES, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct pcap pcap = pcap_open(found.gl_pathv[i]);

		datagram = (struct pcap_datagram){ .frame = 0 };
		while (pcap_next(&pcap, &datagram)) {
			struct span packet = datagram.payload;

			if (datagram.dst.ip.family != IP_V4 || packet.len < DHCP4_HEADER ||
			    (datagram.dst.port != 67 && datagram.dst.port != 4011) ||
			    read_one(whole, packet.at, packet.len, datagram.dst.port, &without) >=
				    0)
				continue;
			look(packet.at, packet.len, datagram.dst.port);
			n++;
		}
		pcap_close(&pcap);
	}
	globfree(&found);
	ck_assert_uint_gt(n, 50);
}

START_TEST(a_changed_packet_is_read_as_if_it_were_the_first)
{
	each_packet(each_octet);
}
END_TEST

/* Real firmware's packet, with all that is each machine's own filled by something else. */
static void another_machine(const uint8_t *octets, size_t len, uint16_t port)
{
	struct dhcp4_kind kind;
	uint8_t changed[REQUEST_PACKET_MAX];
	uint64_t number;

	ck_assert_int_eq(read_one(by_kind, octets, len, port, &with_kinds), -1);
	number = by_kind->v4.index.kind;
	if (number == 0) /* mended, or something comes twice */
		return;
	ck_assert(dhcp4_kind_of(span_of(octets, len), &by_kind->v4.index, &kind));
	for (unsigned round = 1; round < 8; round++) {
		for (size_t i = 0; i < len; i++)
			changed[i] = !kind_is_own(&kind, i) ? octets[i]
							    : (uint8_t)(octets[i] + 37 * round);
		/* whether it has an address is its kind's */
		if (!kind.has_ciaddr)
			memset(changed + DHCP4_CIADDR, 0, 4);
		if (!kind.has_giaddr)
			memset(changed + DHCP4_GIADDR, 0, 4);
		is_read_alike(changed, len, port);
		ck_assert_uint_eq(by_kind->v4.index.kind, number);
	}
	memset(changed + DHCP4_CIADDR, kind.has_ciaddr ? 0 : 10, 4);
	is_read_alike(changed, len, port);
	ck_assert_uint_ne(by_kind->v4.index.kind, number);
	kinds_forget(with_kinds.kinds);
	is_read_alike(octets, len, port);
	ck_assert_uint_ne(by_kind->v4.index.kind, number);
}

START_TEST(what_is_each_machines_own_changes_no_kind)
{
	each_packet(another_machine);
}
END_TEST

/* A blank UUID is nobody's. */
START_TEST(a_uuid_is_looked_at_each_time)
{
	static uint8_t packet[300] = { 1, 1, 6 };
	static const uint8_t options[] = { 99,  130, 83,  99,  53,  1,   1,   60,  9,  'P',
					   'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', 97, 17 };
	uint8_t *uuid = packet + DHCP4_COOKIE + sizeof(options) + 1;

	memcpy(packet + DHCP4_COOKIE, options, sizeof(options));
	uuid[16] = DHCP4_OPT_END;
	for (unsigned round = 0; round < 4; round++) {
		memset(uuid, round % 2 ? 0xff : 0, 16);
		is_read_alike(packet, sizeof(packet), 67);
		ck_assert(!by_kind->v4.client.has_uuid);
		uuid[3] = 9;
		is_read_alike(packet, sizeof(packet), 67);
		ck_assert(by_kind->v4.client.has_uuid);
		ck_assert_uint_eq(by_kind->v4.index.kind, 1);
	}
}
END_TEST

/* Relays differ in their addresses and ports: those are read each time. */
START_TEST(a_relay_is_looked_at_each_time)
{
	static const uint8_t head[] = { 99,  130, 83,  99,  53,  1,   1,   60,  9,
					'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't' };
	static const uint8_t relay[] = { 82, 14, 1, 4, 0, 0, 0, 0, 2, 6, 0, 0, 0, 0, 0, 0, 255 };
	static uint8_t packet[300] = { 1, 1, 6, 1 };
	uint8_t *at = packet + DHCP4_COOKIE + sizeof(head);

	memcpy(packet + DHCP4_COOKIE, head, sizeof(head));
	memcpy(at, relay, sizeof(relay));
	for (uint8_t i = 1; i < 20; i++) {
		memset(packet + DHCP4_GIADDR, i, 4);
		at[4] = at[10] = i;
		is_read_alike(packet, sizeof(packet), 67);
		ck_assert_uint_eq(by_kind->v4.index.kind, 1);
		ck_assert_uint_eq(by_kind->v4.client.network.octet[3], i);
	}
	at[2] = 5; /* link selection, which is no place */
	is_read_alike(packet, sizeof(packet), 67);
	ck_assert_uint_ne(by_kind->v4.index.kind, 1);
}
END_TEST

/* Packets that are all different do not have each of them kept. */
START_TEST(strangers_are_seldom_kept)
{
	static uint8_t packet[300] = { 1, 1, 6 };
	static const uint8_t options[] = { 99, 130, 83, 99, 53, 1, 1, 12, 4, 0, 0, 0, 0, 255 };
	unsigned kept = 0;

	memcpy(packet + DHCP4_COOKIE, options, sizeof(options));
	for (uint32_t i = 1; i <= 1600; i++) {
		store_be32(packet + DHCP4_COOKIE + 9, i);
		is_read_alike(packet, sizeof(packet), 67);
		kept += by_kind->v4.index.kind != 0;
	}
	ck_assert_uint_ge(kept, 100);
	ck_assert_uint_le(kept, 104);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("kinds");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_changed_packet_is_read_as_if_it_were_the_first);
	tcase_add_test(tests, what_is_each_machines_own_changes_no_kind);
	tcase_add_test(tests, a_uuid_is_looked_at_each_time);
	tcase_add_test(tests, a_relay_is_looked_at_each_time);
	tcase_add_test(tests, strangers_are_seldom_kept);
	return suite_run("request/kinds", tests);
}
