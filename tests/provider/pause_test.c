/* Pause and continue: what a provider that takes them is asked meanwhile. */
#include "provider/rig.h"
#include "suite.h"

static DWORD take(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
		  PXE_BOOT_ACTION *action)
{
	(void)self, (void)request, (void)packet, (void)len, (void)remote;
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD refuse(struct puppet *self, DWORD code)
{
	(void)self, (void)code;
	return ERROR_GEN_FAILURE;
}

static const struct {
	const char *name;
	bool controlled, refuses;
	DWORD r;
	bool paused;
} rows[] = {
	{ "it takes the code", true, false, ERROR_SUCCESS, true },
	{ "it refuses", true, true, ERROR_GEN_FAILURE, false },
	{ "it has no ServiceControl", false, false, ERROR_CALL_NOT_IMPLEMENTED, false },
};

/* S9: a provider that takes a pause is asked nothing; one that does not goes on as before. */
START_TEST(paused_provider_is_not_asked)
{
	struct puppet first = { .name = "first",
				.receive = take,
				.controlled = rows[_i].controlled };
	struct puppet second = { .name = "second", .receive = take };
	struct puppet *const all[] = { &first, &second };
	bool called;

	first.control = rows[_i].refuses ? refuse : NULL;
	rig_start(64, 64);
	rig_load(&first);
	rig_load(&second);
	rig_chain(all, 2, NULL);
	ck_assert_uint_eq(provider_control(first.provider, SERVICE_CONTROL_PAUSE, &called),
			  rows[_i].r);
	ck_assert_msg(provider_paused(first.provider) == rows[_i].paused, "%s", rows[_i].name);
	ck_assert_str_eq(provider_state_text(first.provider),
			 rows[_i].paused ? "paused" : "running");
	ck_assert_uint_eq(rig_said_times("first: paused"), rows[_i].paused);
	rig_discover(1);
	ck_assert_uint_eq(first.asked, !rows[_i].paused);
	ck_assert_uint_eq(second.asked, rows[_i].paused);
	provider_control(first.provider, 200, &called); /* another code changes nothing */
	ck_assert_int_eq(provider_paused(first.provider), rows[_i].paused);

	provider_control(first.provider, SERVICE_CONTROL_CONTINUE, &called);
	provider_control(first.provider, SERVICE_CONTROL_CONTINUE, &called);
	ck_assert(!provider_paused(first.provider));
	ck_assert_uint_eq(rig_said_times("first: continued"), rows[_i].paused);
	rig_discover(2);
	ck_assert_uint_eq(first.asked, rows[_i].paused ? 1 : 2);
	rig_chain(NULL, 0, NULL);
	rig_unload(&second);
	rig_unload(&first);
	host_free(rig.host);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pause");

	tcase_set_timeout(tcase, 60);
	TEST_ROWS(tcase, paused_provider_is_not_asked, rows);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("pause", tcase);
}
