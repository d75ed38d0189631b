/* PxeBootClient by a request's kind (PxeDhcpKind): as if it were read whole. */
#include <glob.h>

#include <wdspxe-boot.h>
#include <wdspxe-host.h>

/* The kit's floor and the daemon's are strangers, with names of their own for the same things. */
#define ip_equal net_ip_equal
#define ip_parse net_ip_parse
#include "dhcp/kind_own.h"
#include "pcap.h"
#undef ip_equal
#undef ip_parse

#include "boot/kinds.h"
#include "suite.h"

#define CAPTURES TEST_SOURCE "/tests/fixtures/captures/*.pcap"

static struct local two_links[] = {
	{ { { 10, 1, 0, 1 }, 4 }, 16, "eth1" },
	{ { { 10, 2, 0, 2 }, 4 }, 16, "eth2" },
};
static const struct wanted looked_at = { { { 61, 0 },
					   { 82, 1 },
					   { 82, 2 },
					   { 82, 0 },
					   { 175, 19 },
					   { 43, 71 },
					   { 97, 0 },
					   { 55, 0 } },
					 8 };

static struct home home;
static PXE_BOOT boot;

static void setup(void)
{
	home = (struct home){ .users = 1, .lock = PTHREAD_MUTEX_INITIALIZER };
	boot = (PXE_BOOT){ .home = &home, .locals = { two_links, 2 } };
	boot.options.wanted4 = looked_at;
	ck_assert_int_eq(memory_init(&home.memory), 0);
}

static void teardown(void)
{
	kinds_free(boot.kinds);
	memory_done(&home.memory);
}

struct packet {
	uint8_t at[1500];
	ULONG len;
	PXE_ADDRESS local, remote;
};

/* Reads a packet as the daemon would have it read, of that kind; 0: not known. */
static DWORD read_client(struct packet *packet, ULONGLONG kind, PXE_BOOT_CLIENT *out)
{
	struct dhcp4_index index;
	DWORD status;

	ck_assert_int_eq(dhcp4_index_build(span_of(packet->at, packet->len), &index), 0);
	index.kind = kind;
	out->cbSize = sizeof *out;
	PxeHostSetPacket(packet->at, packet->len, &index, sizeof index);
	ck_assert_uint_eq(PxeDhcpKind(packet->at, packet->len), kind);
	status = PxeBootClient(&boot, NULL, packet->at, packet->len, &packet->local,
			       &packet->remote, out);
	PxeHostSetPacket(NULL, 0, NULL, 0);
	ck_assert_uint_eq(PxeDhcpKind(packet->at, packet->len), 0);
	return status;
}

static void same_octets(PXE_BOOT_OCTETS a, PXE_BOOT_OCTETS b)
{
	ck_assert_uint_eq(a.cbData, b.cbData);
	ck_assert_ptr_eq(a.pData, b.pData);
}

static void same_rest(const struct rest *a, const struct rest *b)
{
	ck_assert(a->port == b->port && a->pxe_port == b->pxe_port &&
		  a->arch_said == b->arch_said && a->asks_item == b->asks_item &&
		  a->item_type == b->item_type && a->item_layer == b->item_layer &&
		  a->names_network == b->names_network && a->alias == b->alias &&
		  a->room == b->room && a->relays == b->relays && a->n_said == b->n_said);
	ck_assert(a->packet == b->packet && a->len == b->len);
	same_octets(a->class_text, b->class_text);
	same_octets(a->class_echo, b->class_echo);
	same_octets(a->key, b->key);
	same_octets(a->sent_uuid, b->sent_uuid);
	same_octets(a->sent_id, b->sent_id);
	ck_assert_mem_eq(a->identity.keys, b->identity.keys, sizeof a->identity.keys);
	for (uint8_t i = 0; i < a->n_said; i++)
		ck_assert(a->said[i].name.code == b->said[i].name.code &&
			  a->said[i].name.sub == b->said[i].name.sub &&
			  a->said[i].in == b->said[i].in && a->said[i].at == b->said[i].at &&
			  a->said[i].len == b->said[i].len);
}

static void same_client(const PXE_BOOT_CLIENT *a, const PXE_BOOT_CLIENT *b)
{
	ck_assert_mem_eq(&a->uFamily, &b->uFamily,
			 offsetof(PXE_BOOT_CLIENT, nVendorClasses) -
				 offsetof(PXE_BOOT_CLIENT, uFamily));
	ck_assert(a->nVendorClasses == b->nVendorClasses && a->nUserClasses == b->nUserClasses);
	same_octets(a->Mac, b->Mac);
	same_octets(a->Uuid, b->Uuid);
	same_octets(a->Duid, b->Duid);
	ck_assert(ip_equal(&a->Local, &b->Local) && ip_equal(&a->Network, &b->Network));
	for (ULONG i = 0; i < a->nVendorClasses; i++)
		same_octets(a->VendorClasses[i], b->VendorClasses[i]);
	for (ULONG i = 0; i < a->nUserClasses; i++)
		same_octets(a->UserClasses[i], b->UserClasses[i]);
	same_rest(client_rest_of(a), client_rest_of(b));
}

/* Fills what is each machine's own by something else. */
static void make_other(const struct packet *packet, struct packet *out, unsigned round)
{
	struct dhcp4_index index;
	struct dhcp4_kind kind;

	ck_assert_int_eq(dhcp4_index_build(span_of(packet->at, packet->len), &index), 0);
	ck_assert(dhcp4_kind_of(span_of(packet->at, packet->len), &index, &kind));
	*out = *packet;
	for (ULONG i = 0; i < packet->len; i++)
		if (kind_is_own(&kind, i))
			out->at[i] = (uint8_t)(packet->at[i] + 41 * round);
	if (!kind.has_ciaddr)
		memset(out->at + 12, 0, 4);
	if (!kind.has_giaddr)
		memset(out->at + 24, 0, 4);
	out->remote.bAddress[3] = (BYTE)round;
}

/* The kind that is read next: each packet has its own. */
static ULONGLONG last_kind;

static void look(const struct packet *packet)
{
	static struct packet first, other;
	static PXE_BOOT_CLIENT whole, client;
	ULONGLONG kind = ++last_kind;
	DWORD status;

	first = *packet;
	status = read_client(&first, kind, &client);
	for (unsigned round = 0; round < 6; round++) {
		memset(&client, 0xee, sizeof client);
		memset(&whole, 0xdd, sizeof whole);
		make_other(packet, &other, round);
		ck_assert_uint_eq(read_client(&other, 0, &whole), status);
		ck_assert_uint_eq(read_client(&other, kind, &client), status);
		if (status == ERROR_SUCCESS)
			same_client(&client, &whole);
	}
}

/* Every request of the captures that has a kind. */
START_TEST(another_machine_of_a_kind_is_read_as_if_it_were_the_first)
{
	struct packet packet;
	unsigned n = 0;
	glob_t found;

	ck_assert_int_eq(glob(CAPTURES, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct pcap_datagram datagram = { .frame = 0 };
		struct pcap pcap = pcap_open(found.gl_pathv[i]);

		while (pcap_next(&pcap, &datagram)) {
			struct dhcp4_index index;

			if (datagram.dst.ip.family != IP_V4 ||
			    (datagram.dst.port != 67 && datagram.dst.port != 4011) ||
			    dhcp4_index_build(datagram.payload, &index) != 0 ||
			    (index.again[0] | index.again[1] | index.again[2] | index.again[3]) ||
			    datagram.payload.len > DHCP4_KIND_LEN)
				continue;
			packet = (struct packet){ .len = (ULONG)datagram.payload.len };
			memcpy(packet.at, datagram.payload.at, packet.len);
			packet.local = (PXE_ADDRESS){ .uAddrLen = 4,
						      .uPort = datagram.dst.port,
						      .bAddress = { 10, 1, 0, 1 } };
			packet.remote = (PXE_ADDRESS){ .uAddrLen = 4,
						       .uPort = datagram.src.port,
						       .bAddress = { 10, 1, 0, 9 } };
			look(&packet);
			n++;
		}
		pcap_close(&pcap);
	}
	globfree(&found);
	ck_assert_uint_gt(n, 50);
}
END_TEST

/* A DISCOVER of a PXE client behind a relay that names its link. */
static struct packet relayed(void)
{
	static const uint8_t options[] = { 99,  130, 83,  99,  53,  1,   1,   60,  9,
					   'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't',
					   82,  6,   5,   4,   10,  2,   9,   0,   255 };
	struct packet packet = { .at = { 1, 1, 6, 1 }, .len = 300 };

	packet.local = (PXE_ADDRESS){ .uAddrLen = 4, .uPort = 67, .bAddress = { 10, 1, 0, 1 } };
	packet.remote = (PXE_ADDRESS){ .uAddrLen = 4, .uPort = 67, .bAddress = { 10, 2, 0, 9 } };
	memcpy(packet.at + 24, packet.remote.bAddress, 4);
	memcpy(packet.at + 236, options, sizeof options);
	return packet;
}

/* What is believed of a network depends on this host's addresses, and on which of them was asked.
 */
START_TEST(addresses_of_this_host_count)
{
	struct packet packet = relayed();
	static PXE_BOOT_CLIENT client;

	ck_assert_uint_eq(read_client(&packet, 7, &client), ERROR_SUCCESS);
	ck_assert_uint_eq(client.Network.bAddress[2], 0); /* another link of ours: not believed */
	packet.local.bAddress[1] = 2;
	ck_assert_uint_eq(read_client(&packet, 7, &client), ERROR_SUCCESS);
	ck_assert_uint_eq(client.Network.bAddress[2], 9);
	packet.local.bAddress[1] = 1;
	ck_assert_uint_eq(read_client(&packet, 7, &client), ERROR_SUCCESS);
	ck_assert_uint_eq(client.Network.bAddress[2], 0);
	boot.locals.n = 1; /* the other link has gone: it is a network of others now */
	replies4_forget(&boot.replies4);
	ck_assert_uint_eq(read_client(&packet, 7, &client), ERROR_SUCCESS);
	ck_assert_uint_eq(client.Network.bAddress[2], 9);
}
END_TEST

/* Where a provider looks into a client id, its form is each machine's own too. */
START_TEST(a_part_of_a_client_id_is_looked_for_each_time)
{
	static const uint8_t options[] = { 99,  130, 83,  99,  53,  1,   1,   60,  9,
					   'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't',
					   61,  4,   1,   2,   7,   8,   255 };
	struct packet packet = relayed();
	static PXE_BOOT_CLIENT client;
	PXE_BOOT_OCTETS value;

	boot.options.wanted4 = (struct wanted){ { { 61, 1 } }, 1 };
	memset(packet.at + 236, 0, 64);
	memcpy(packet.at + 236, options, sizeof options);
	ck_assert_uint_eq(read_client(&packet, 9, &client), ERROR_SUCCESS);
	ck_assert(PxeBootClientOption(&client, 61, 1, &value));
	packet.at[236 + 20] = 3;
	ck_assert_uint_eq(read_client(&packet, 9, &client), ERROR_SUCCESS);
	ck_assert(!PxeBootClientOption(&client, 61, 1, &value));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("kinds");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, another_machine_of_a_kind_is_read_as_if_it_were_the_first);
	tcase_add_test(tests, addresses_of_this_host_count);
	tcase_add_test(tests, a_part_of_a_client_id_is_looked_for_each_time);
	return suite_run("kit/kinds", tests);
}
