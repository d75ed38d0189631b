/* What the kit reads out of a request, where it must not believe all of it. */
#include <wdspxe-fake.h>

#include "suite.h"

#include "boot/client4.h"

/* Two links of ours. */
static struct local two_links[] = {
	{ { { 10, 1, 0, 1 }, 4 }, 16, "eth1" },
	{ { { 10, 2, 0, 2 }, 4 }, 16, "eth2" },
};

#define LINK(...)                                                                                  \
	{                                                                                          \
		82, 6, 5, 4, __VA_ARGS__                                                           \
	}
#define SUBNET(...)                                                                                \
	{                                                                                          \
		118, 4, __VA_ARGS__                                                                \
	}

/* A request that came in on eth1. */
static const struct {
	const char *name;
	uint8_t option[8], giaddr[4];
	const char *network;
} rows[] = {
	{ "nothing is said", { 0 }, { 0 }, "10.1.0.1" },
	{ "82.5 names its own link", LINK(10, 1, 9, 0), { 0 }, "10.1.9.0" },
	{ "82.5 names another link of ours", LINK(10, 2, 9, 0), { 0 }, "10.1.0.1" },
	{ "82.5 names a network of others", LINK(172, 16, 0, 0), { 172, 17, 0, 1 }, "172.16.0.0" },
	{ "82.5 of a relay names another link of ours",
	  LINK(10, 2, 9, 0),
	  { 172, 17, 0, 1 },
	  "172.17.0.1" },
	{ "118 names its own link", SUBNET(10, 1, 9, 0), { 0 }, "10.1.9.0" },
	{ "118 names another link of ours", SUBNET(10, 2, 9, 0), { 0 }, "10.1.0.1" },
	{ "118 names a network of others", SUBNET(172, 16, 0, 0), { 0 }, "172.16.0.0" },
};

/* 82.5 and 118 that name a link of ours were believed from another one: subnet conditions held for
 * who wrote them, and what others had said was overwritten. */
START_TEST(a_network_of_ours_is_believed_on_its_own_link)
{
	struct home home = { .users = 1, .lock = PTHREAD_MUTEX_INITIALIZER };
	PXE_BOOT boot = { .home = &home, .locals = { two_links, 2 } };
	PXE_ADDRESS local = { .uAddrLen = 4, .uPort = 67, .bAddress = { 10, 1, 0, 1 } };
	PXE_ADDRESS remote = { .uAddrLen = 4, .uPort = 68 };
	uint8_t packet[600];
	ULONG len = PxeFakeDiscover(packet, sizeof packet, "52:54:00:00:00:01", 7) - 1;
	PXE_BOOT_CLIENT client = { .cbSize = sizeof client };
	PXE_BOOT_IP network;

	memcpy(packet + 24, rows[_i].giaddr, 4);
	if (rows[_i].option[0] != 0)
		ck_assert_uint_eq(PxeDhcpAppendOption(packet, sizeof packet, &len,
						      rows[_i].option[0], rows[_i].option[1],
						      (PVOID)(rows[_i].option + 2)),
				  ERROR_SUCCESS);
	ck_assert_uint_eq(PxeDhcpAppendOption(packet, sizeof packet, &len, 255, 0, NULL), 0);
	ck_assert(client4_read(&boot, &(struct request){ NULL, packet, len, &local, &remote },
			       &client));
	ck_assert(ip_parse(rows[_i].network, &network));
	ck_assert_msg(ip_equal(&client.Network, &network), "%s: %u.%u.%u.%u", rows[_i].name,
		      client.Network.bAddress[0], client.Network.bAddress[1],
		      client.Network.bAddress[2], client.Network.bAddress[3]);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the kit's reading");

	TEST_ROWS(tcase, a_network_of_ours_is_believed_on_its_own_link, rows);
	return suite_run("kit/client", tcase);
}
