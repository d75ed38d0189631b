/* story/conversation: where a machine is, in both families, and who keeps a place. */
#include "machine.h"
#include "story/log.h"
#include "story/log_stderr.h"
#include "suite.h"

enum { X64 = 7, BIOS = 0, S = 1000 };

static void set_up(void)
{
	log_init(LOG_EMERG, log_stderr_write);
	site_open();
}

static unsigned count(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < CONVERSATIONS; i++)
		n += conversations_at(diag_conversations(site.diag), i) != NULL;
	return n;
}

static struct conversation *the_one(const struct made_client *c)
{
	struct conversation *found;

	request_make(c, MADE_DISCOVER, 0);
	found = conversation_find(diag_conversations(site.diag), site.req);
	ck_assert_ptr_nonnull(found);
	return found;
}

static void is_at(const struct made_client *c, enum conversation_state state, uint64_t now_ms)
{
	ck_assert_str_eq(conversation_state_name(conversation_state(the_one(c), now_ms)),
			 conversation_state_name(state));
}

/* A menu stands in the OFFER, or behind a redirect, and is looked at as long as one likes. */
START_TEST(a_way_by_a_menu)
{
	struct made_client bios = machine(1, 0), uefi = machine(2, X64);

	hear(&bios, MADE_DISCOVER, SHOWN(DHCP4_OFFER), 5 * S);
	is_at(&bios, CONVERSATION_SHOWN, 5 * S);
	lease(&bios, 6 * S);
	is_at(&bios, CONVERSATION_SHOWN, 500 * S);
	bios.has_item = true;
	hear(&bios, MADE_BOOT_REQUEST, ACKED("rescue.0"), 501 * S);
	is_at(&bios, CONVERSATION_ANSWERED, 501 * S);
	ck_assert_str_eq(the_one(&bios)->told, "rescue.0");
	hear(&uefi, MADE_DISCOVER, REDIRECTED, 5 * S);
	is_at(&uefi, CONVERSATION_REDIRECTED, 5 * S);
	lease(&uefi, 6 * S);
	hear(&uefi, MADE_BOOT_REQUEST, SHOWN(DHCP4_ACK), 7 * S);
	is_at(&uefi, CONVERSATION_SHOWN, 500 * S);
	uefi.has_item = true;
	hear(&uefi, MADE_BOOT_REQUEST, (struct came){ .outcome = OUTCOME_REJECTED }, 501 * S);
	is_at(&uefi, CONVERSATION_ASKED_4011, 501 * S);
	hear(&uefi, MADE_BOOT_REQUEST, ACKED("rescue.efi"), 502 * S);
	is_at(&uefi, CONVERSATION_ANSWERED, 502 * S);
}
END_TEST

START_TEST(a_way_by_4011)
{
	struct made_client c = machine(1, X64);
	struct came came = REDIRECTED;

	came.decided = "";
	hear(&c, MADE_DISCOVER, (struct came){ .outcome = OUTCOME_REJECTED }, S);
	is_at(&c, CONVERSATION_ASKED, S);
	hear(&c, MADE_DISCOVER, came, 5 * S);
	is_at(&c, CONVERSATION_REDIRECTED, 5 * S);
	ck_assert_uint_eq(the_one(&c)->line, 24);
	ck_assert_str_eq(the_one(&c)->file, "50-bootfile.conf");
	lease(&c, 6 * S);
	is_at(&c, CONVERSATION_LEASED_FIRST, 6 * S);
	is_at(&c, CONVERSATION_SILENT, 66 * S);
	hear(&c, MADE_BOOT_REQUEST, (struct came){ .outcome = OUTCOME_REJECTED }, 7 * S);
	is_at(&c, CONVERSATION_ASKED_4011, 7 * S);
	hear(&c, MADE_BOOT_REQUEST, ACKED("ipxe.efi"), 8 * S);
	is_at(&c, CONVERSATION_ANSWERED, 8 * S);
	is_at(&c, CONVERSATION_ANSWERED, 800 * S);
	ck_assert_str_eq(the_one(&c)->told, "ipxe.efi");
	c.firmware = MADE_IPXE;
	hear(&c, MADE_DISCOVER, DIRECT("boot.ipxe"), 12 * S);
	is_at(&c, CONVERSATION_OFFERED, 12 * S);
	ck_assert(the_one(&c)->chained && the_one(&c)->client.is_ipxe);
	lease(&c, 13 * S);
	is_at(&c, CONVERSATION_LEASED, 13 * S);
	ck_assert_uint_eq(the_one(&c)->exchange[0].boots, 0);
	c.firmware = MADE_EDK2;
	hear(&c, MADE_DISCOVER, REDIRECTED, 100 * S);
	ck_assert(!the_one(&c)->chained);
	ck_assert_uint_eq(the_one(&c)->exchange[0].boots, 1);
	ck_assert_uint_eq(the_one(&c)->first_ms, S);
	ck_assert_uint_eq(the_one(&c)->last_ms, 100 * S);
	ck_assert_uint_eq(count(), 1);
}
END_TEST

/* The same machine, whichever family it tries first: by its MAC, or by the UUID in its DUID. */
START_TEST(both_families_are_one_machine)
{
	for (int six_first = 0; six_first < 2; six_first++) {
		struct made_client c = machine((uint8_t)(1 + six_first), X64), c6;
		uint8_t duid[18];

		c6 = over6(&c, duid);
		if (six_first)
			hear(&c6, MADE_DISCOVER, ADVERTISED("tftp://[fd77::2]/x.efi"), S);
		hear(&c, MADE_DISCOVER, REDIRECTED, 2 * S);
		hear(&c6, MADE_DISCOVER, ADVERTISED("tftp://[fd77::2]/x.efi"), 3 * S);
		ck_assert_uint_eq(count(), 1 + six_first);
		ck_assert_uint_eq(the_one(&c)->exchange[0].redirects, 1);
		ck_assert_uint_eq(the_one(&c)->exchange[1].redirects, 1 + six_first);
		ck_assert_uint_eq(the_one(&c)->family, IP_V6);
	}
}
END_TEST

START_TEST(one_mac_on_two_interfaces_is_two_machines)
{
	struct made_client c = machine(1, X64);

	hear(&c, MADE_DISCOVER, REDIRECTED, S);
	site.interface = "eth1";
	hear(&c, MADE_DISCOVER, REDIRECTED, S);
	ck_assert_uint_eq(count(), 2);
}
END_TEST

/* What does not boot has no conversation. */
START_TEST(others_have_none)
{
	struct made_client c = machine(1, X64);

	c.vendor_class = span_str("MSFT 5.0");
	hear(&c, MADE_DISCOVER, NOT_OURS, S);
	lease(&c, 2 * S);
	ck_assert_uint_eq(count(), 0);
}
END_TEST

static void flood(unsigned n, uint64_t now_ms)
{
	struct made_client c = machine(0, X64);

	c.has_uuid = false;
	for (unsigned i = 0; i < n; i++) {
		store_be32(c.mac + 2, 0x10000 + i);
		c.mac[0] = 2;
		hear(&c, MADE_DISCOVER, REDIRECTED, now_ms + i / 20);
	}
}

/* Whoever invents machines pushes out neither one that is about to be told of nor one that was. */
START_TEST(a_flood_displaces_nobody_of_interest)
{
	struct made_client soon = machine(1, X64), told = machine(2, X64), twice = machine(3, BIOS);

	hear(&told, MADE_DISCOVER,
	     (struct came){ .outcome = OUTCOME_REJECTED, .nearest = "no entry for x64-uefi" }, S);
	hear(&soon, MADE_DISCOVER, REDIRECTED, S);
	lease(&soon, 2 * S);
	for (unsigned i = 0; i < 3; i++)
		hear(&twice, MADE_DISCOVER, DIRECT("a.0"), (1 + i) * S);
	site.n = 0;
	flood(50000, 4 * S);
	ck_assert_uint_eq(count(), CONVERSATIONS);
	is_at(&soon, CONVERSATION_LEASED_FIRST, 7 * S);
	is_at(&told, CONVERSATION_ASKED, 7 * S);
	is_at(&twice, CONVERSATION_OFFERED, 7 * S);
	turn(25 * S);
	ck_assert_uint_eq(site.n, 3); /* soon, twice, and that there was a crowd */
}
END_TEST

static bool has_place(const struct made_client *c)
{
	request_make(c, MADE_DISCOVER, 0);
	return conversation_find(diag_conversations(site.diag), site.req);
}

/* What a full table has found out of a machine holds until its time is over, or it is heard. */
START_TEST(a_place_is_kept_as_long_as_there_is_a_reason)
{
	struct made_client soon = machine(1, X64), told = machine(2, X64), late = machine(3, X64);

	hear(&told, MADE_DISCOVER,
	     (struct came){ .outcome = OUTCOME_REJECTED, .nearest = "no entry for x64-uefi" }, S);
	hear(&soon, MADE_DISCOVER, REDIRECTED, S);
	lease(&soon, 2 * S);
	flood(5000, 4 * S);
	hear(&late, MADE_DISCOVER, REDIRECTED, 7 * S);
	flood(CONVERSATIONS / 4, 8 * S);
	lease(&late, 9 * S);
	flood(5000, 10 * S);
	flood(5000, 64 * S); /* longer than CONVERSATION_OPEN_MS after its last one */
	ck_assert(!has_place(&soon) && has_place(&told) && has_place(&late));
	flood(5000, 66 * S); /* who was looked for is looked at again */
	flood(5000, 599 * S);
	ck_assert(!has_place(&late));
	flood(5000, 602 * S);
	ck_assert(!has_place(&told));
}
END_TEST

START_TEST(a_finding_stays_until_it_boots)
{
	struct made_client c = machine(1, BIOS);
	struct finding finding;

	for (unsigned i = 0; i < 3; i++)
		hear(&c, MADE_DISCOVER, DIRECT("a.0"), (1 + 10 * i) * S);
	turn(30 * S);
	ck_assert(conversation_finding(the_one(&c), &finding));
	ck_assert_str_eq(finding_name(finding.kind), "no-lease");
	hear(&c, MADE_DISCOVER, DIRECT("a.0"), 200 * S);
	ck_assert(conversation_finding(the_one(&c), &finding));
	lease(&c, 201 * S);
	ck_assert(!conversation_finding(the_one(&c), &finding));
}
END_TEST

/* That nobody tells it what is no longer so once somebody has; that another answers too is. */
START_TEST(a_finding_of_no_answer_goes_with_the_answer)
{
	struct made_client c = machine(1, X64);
	struct finding finding = { .kind = FINDING_OTHER_PROXY };
	struct came none = { .outcome = OUTCOME_REJECTED };

	none.nearest = "no entry for x64-uefi";
	hear(&c, MADE_DISCOVER, none, S);
	ck_assert(conversation_finding(the_one(&c), &finding));
	ck_assert_str_eq(finding_name(finding.kind), "no-entry-fits");
	hear(&c, MADE_DISCOVER, REDIRECTED, 5 * S); /* the entry is there now */
	ck_assert(!conversation_finding(the_one(&c), &finding));

	finding = (struct finding){ .kind = FINDING_OTHER_PROXY };
	finding.client = the_one(&c)->client;
	conversation_found(the_one(&c), &finding, 6 * S);
	hear(&c, MADE_BOOT_REQUEST, ACKED("ipxe.efi"), 8 * S);
	ck_assert(conversation_finding(the_one(&c), &finding));
	hear(&c, MADE_DISCOVER, none, 100 * S); /* it boots again, and the entry is gone */
	ck_assert(conversation_finding(the_one(&c), &finding));
}
END_TEST

static const char *told(const struct made_client *c)
{
	struct finding finding;

	return conversation_finding(the_one(c), &finding) ? finding_name(finding.kind) : "";
}

/* That it does not come to port 4011 is over when it comes, late, in the same boot; and so is that
 * it takes no lease. */
START_TEST(a_finding_of_what_did_not_follow_goes_when_it_follows)
{
	struct made_client late = machine(1, X64), slow = machine(2, BIOS);

	hear(&late, MADE_DISCOVER, REDIRECTED, S);
	lease(&late, 2 * S);
	for (unsigned i = 0; i < 3; i++)
		hear(&slow, MADE_DISCOVER, DIRECT("a.0"), (1 + 10 * i) * S);
	turn(30 * S);
	ck_assert_str_eq(told(&late), "lease-but-not-4011");
	ck_assert_str_eq(told(&slow), "no-lease");
	hear(&late, MADE_BOOT_REQUEST, ACKED("ipxe.efi"), 31 * S);
	lease(&slow, 32 * S);
	ck_assert_str_eq(told(&late), "");
	ck_assert_str_eq(told(&slow), "");

	/* It is noted when it is so again, also while it is not to be told again. */
	site.n = 0;
	hear(&late, MADE_DISCOVER, REDIRECTED, 100 * S);
	ck_assert_str_eq(told(&late), "");
	lease(&late, 101 * S);
	turn(130 * S);
	ck_assert_uint_eq(site.n, 0);
	ck_assert_str_eq(told(&late), "lease-but-not-4011");
}
END_TEST

/* The same of a limit, which drops what it asks. */
START_TEST(a_limit_is_noted_again)
{
	struct made_client c = machine(1, X64);
	struct finding finding;

	hear(&c, MADE_DISCOVER, REDIRECTED, S);
	request_make(&c, MADE_DISCOVER, 2 * S);
	ck_assert(diag_dropped(site.diag, site.req, OUTCOME_CLIENT_RATE, 2 * S, &finding));
	ck_assert_str_eq(told(&c), "limited");
	hear(&c, MADE_DISCOVER, REDIRECTED, 4 * S); /* within the limit again */
	ck_assert_str_eq(told(&c), "");
	request_make(&c, MADE_DISCOVER, 5 * S);
	ck_assert(!diag_dropped(site.diag, site.req, OUTCOME_CLIENT_RATE, 5 * S, &finding));
	ck_assert_str_eq(told(&c), "limited");
}
END_TEST

/* That nobody tells it what to boot is over when an entry says that this is meant. */
START_TEST(a_finding_of_no_decision_goes_with_the_decision)
{
	struct made_client c = machine(1, X64);
	struct came none = { .outcome = OUTCOME_REJECTED, .nearest = "no entry for x64-uefi" };
	struct came ignored = { .outcome = OUTCOME_IGNORED, .decided = "" };

	hear(&c, MADE_DISCOVER, none, S);
	ck_assert_str_eq(told(&c), "no-entry-fits");
	hear(&c, MADE_DISCOVER, ignored, 5 * S);
	ck_assert_str_eq(told(&c), "");
	hear(&c, MADE_DISCOVER, none, 9 * S);
	ck_assert_str_eq(told(&c), "no-entry-fits");
}
END_TEST

/* A boot loop is one at each boot, until it is over. */
START_TEST(a_boot_loop_stays_while_it_goes_on)
{
	struct made_client c = machine(1, BIOS);

	for (unsigned i = 0; i < 8; i++) {
		hear(&c, MADE_DISCOVER, DIRECT("a.0"), (1 + 60 * i) * S);
		lease(&c, (2 + 60 * i) * S);
		ck_assert_str_eq(told(&c), i >= DIAG_BOOTS ? "boot-loop" : "");
	}
	hear(&c, MADE_DISCOVER, DIRECT("a.0"), 3000 * S);
	lease(&c, 3001 * S);
	ck_assert_str_eq(told(&c), "");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("conversation");

	tcase_add_checked_fixture(tcase, set_up, site_close);
	tcase_add_test(tcase, a_way_by_4011);
	tcase_add_test(tcase, a_way_by_a_menu);
	tcase_add_test(tcase, both_families_are_one_machine);
	tcase_add_test(tcase, one_mac_on_two_interfaces_is_two_machines);
	tcase_add_test(tcase, others_have_none);
	tcase_add_test(tcase, a_flood_displaces_nobody_of_interest);
	tcase_add_test(tcase, a_place_is_kept_as_long_as_there_is_a_reason);
	tcase_add_test(tcase, a_finding_stays_until_it_boots);
	tcase_add_test(tcase, a_finding_of_no_answer_goes_with_the_answer);
	tcase_add_test(tcase, a_finding_of_what_did_not_follow_goes_when_it_follows);
	tcase_add_test(tcase, a_limit_is_noted_again);
	tcase_add_test(tcase, a_finding_of_no_decision_goes_with_the_decision);
	tcase_add_test(tcase, a_boot_loop_stays_while_it_goes_on);
	return suite_run("story/conversation", tcase);
}
