/* server/jobs: service control codes reach the providers in order, and the loop never waits. */
#include "server/rig.h"
#include "suite.h"

static void begin(unsigned providers)
{
	rig_begin();
	rig_dropin("one", "", "");
	if (providers > 1)
		rig_dropin("two", "", "");
	rig_start();
	ck_assert_uint_eq(rig.started, providers);
}

START_TEST(a_code_to_all_reaches_each)
{
	bool pending = false;

	begin(2);
	server_control_all(&rig.server, SERVICE_CONTROL_STOP, &pending);
	ck_assert(pending);
	rig_settle();
	ck_assert(!pending);
	ck_assert_uint_eq(rig.n_codes, 2);
	ck_assert(rig.code[0] == SERVICE_CONTROL_STOP && rig.code[1] == SERVICE_CONTROL_STOP);
	rig_stop();
}
END_TEST

/* While one is on its way, another of the same kind says nothing new. */
START_TEST(the_same_code_is_not_sent_twice_at_once)
{
	bool pending = false;
	sem_t gate;

	begin(1);
	sem_init(&gate, 0, 0);
	rig.gate = &gate;
	server_control_all(&rig.server, SERVICE_CONTROL_STOP, &pending);
	server_control_all(&rig.server, SERVICE_CONTROL_STOP, &pending);
	sem_post(&gate);
	rig_settle();
	ck_assert_uint_eq(rig.n_codes, 1);
	rig.gate = NULL;
	rig_stop();
}
END_TEST

/* The new instance is there already, and is not told with the old one's roster. */
START_TEST(a_pause_during_a_reload_holds_for_the_new_instance)
{
	begin(2);
	rig_dropin("one", "threads = 2;", "");
	server_reload(&rig.server);
	server_control_all(&rig.server, SERVICE_CONTROL_PAUSE, NULL);
	rig_settle();
	ck_assert_uint_eq(rig.started, 3);
	ck_assert_uint_eq(roster_paused(rig.server.roster), 2);
	rig_stop();
}
END_TEST

START_TEST(a_reload_that_fails_loses_no_code)
{
	begin(2);
	rig_dropin("one", "thread = 2;", "");
	server_reload(&rig.server);
	server_control_all(&rig.server, SERVICE_CONTROL_PAUSE, NULL);
	rig_settle();
	ck_assert_uint_eq(rig.server.reloads_failed, 1);
	ck_assert_uint_eq(roster_paused(rig.server.roster), 2);
	rig_stop();
}
END_TEST

static const struct {
	const char *name;
	DWORD came[6]; /* the first is with the provider when the others come */
	DWORD told[6];
} rows[] = {
	{ "up", { SERVICE_CONTROL_NETBINDADD }, { SERVICE_CONTROL_NETBINDADD } },
	{ "up, down", { 7, 8 }, { 7, 8 } },
	{ "up, and once more: what it was told may be old by now", { 7, 7 }, { 7, 7 } },
	{ "many of one kind become one", { 7, 8, 8, 8 }, { 7, 8 } },
	{ "many of both kinds: each once more, the latest last", { 7, 8, 7, 8, 7 }, { 7, 8, 7 } },
	{ "and the other way round", { 8, 8, 7, 8, 7, 8 }, { 8, 7, 8 } },
};

START_TEST(what_the_net_does_is_told_in_few_codes)
{
	sem_t gate;
	unsigned n = 0;

	ck_assert_int_eq(SERVICE_CONTROL_NETBINDADD, 7);
	ck_assert_int_eq(SERVICE_CONTROL_NETBINDREMOVE, 8);
	begin(1);
	sem_init(&gate, 0, 0);
	rig.gate = &gate;
	for (unsigned i = 0; i < 6 && rows[_i].came[i]; i++)
		server_control_net(&rig.server, rows[_i].came[i]);
	for (unsigned i = 0; i < 6; i++)
		sem_post(&gate);
	rig_settle();
	while (n < 6 && rows[_i].told[n])
		n++;
	ck_assert_msg(rig.n_codes == n && !memcmp(rig.code, rows[_i].told, n * sizeof(DWORD)),
		      "%s: %u codes: %u %u %u", rows[_i].name, rig.n_codes, rig.code[0],
		      rig.code[1], rig.code[2]);
	rig.gate = NULL;
	rig_stop();
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("jobs");

	tcase_add_test(tcase, a_code_to_all_reaches_each);
	tcase_add_test(tcase, the_same_code_is_not_sent_twice_at_once);
	tcase_add_test(tcase, a_pause_during_a_reload_holds_for_the_new_instance);
	tcase_add_test(tcase, a_reload_that_fails_loses_no_code);
	TEST_ROWS(tcase, what_the_net_does_is_told_in_few_codes, rows);
	suite_apart(); /* there is one server */
	return suite_run("server/jobs", tcase);
}
