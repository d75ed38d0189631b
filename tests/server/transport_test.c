/* server/transport: each row is whole, no two are the same, and what is special about one is there.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "server/transport.h"
#include "suite.h"

START_TEST(a_row_is_whole)
{
	char *multicast[] = { "239.255.43.71", NULL };
	const struct config config = { .multicast = multicast };
	const struct transport *t = &transports[_i];
	const char *const *groups = t->groups ? t->groups(&config) : NULL;
	char name[64], port[16];

	snprintf(name, sizeof(name), "UDP port %u over IPv%u", t->number, t->family);
	snprintf(port, sizeof(port), ":%u'", t->number);
	ck_assert_str_eq(t->name, name);
	ck_assert_ptr_nonnull(strstr(t->in_use, port));
	ck_assert_ptr_nonnull(strstr(t->in_use, t->key));
	ck_assert(strncmp(t->key, "listen.", 7) == 0 && t->stored[0]);
	ck_assert_int_eq(transport_find(t->family, t->number), _i);
	for (int other = 0; other < _i; other++)
		ck_assert_str_ne(transports[other].stored, t->stored);
	ck_assert(!groups == (_i == TRANSPORT_DHCP4));
	for (int g = 0; groups && groups[g]; g++) {
		struct ip ip;

		ck_assert(ip_parse(groups[g], &ip) && ip.family == t->family);
		ck_assert(ip_is_multicast(&ip));
	}
}
END_TEST

START_TEST(a_key_switches_off_what_it_names)
{
	struct config config = { .dhcp = true };

	ck_assert(transports[TRANSPORT_DHCP4].wanted(&config));
	ck_assert(!transports[TRANSPORT_PXE4].wanted(&config));
	ck_assert(!transports[TRANSPORT_DHCP6].wanted(&config));
	config = (struct config){ .pxe = true };
	ck_assert(transports[TRANSPORT_PXE4].wanted(&config));
	ck_assert(transports[TRANSPORT_PXE6].wanted(&config));
	ck_assert(!transports[TRANSPORT_DHCP4].wanted(&config));
	config = (struct config){ .dhcpv6 = true };
	ck_assert(transports[TRANSPORT_DHCP6].wanted(&config));
	ck_assert(!transports[TRANSPORT_PXE6].wanted(&config));
}
END_TEST

START_TEST(only_replies_of_4011_over_ipv6_wait)
{
	for (int i = 0; i < PORT_COUNT; i++)
		ck_assert_int_eq(transports[i].holds, i == TRANSPORT_PXE6);
	ck_assert_int_eq(transport_find(IP_V6, 67), -1);
	ck_assert_int_eq(transport_find(IP_V4, 547), -1);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("transport");

	tcase_add_loop_test(tcase, a_row_is_whole, 0, PORT_COUNT);
	tcase_add_test(tcase, a_key_switches_off_what_it_names);
	tcase_add_test(tcase, only_replies_of_4011_over_ipv6_wait);
	return suite_run("server/transport", tcase);
}
