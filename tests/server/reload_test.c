/* server/reload: all or nothing, and what runs goes on until the new is there. */
#include "server/rig.h"
#include "suite.h"

static void begin(void)
{
	rig_begin();
	rig_dropin("one", "threads = 0;", "");
	rig_start();
	ck_assert_uint_eq(rig.started, 1);
}

static void reload(void)
{
	server_reload(&rig.server);
	ck_assert_int_eq(rig.server.state, SERVER_RELOADING);
	rig_settle();
	ck_assert_int_eq(rig.server.state, SERVER_RUNNING);
}

/* What is changed, and what becomes of the one provider that runs. */
static const struct {
	const char *name, *more, *settings;
	unsigned started, stopped, told;
} rows[] = {
	{ "nothing", "threads = 0;", "", 1, 0, 0 },
	{ "a comment", "threads = 0; # none", "", 1, 0, 0 },
	{ "a key of the daemon's", "threads = 0; pending-timeout = 3.0;", "", 1, 0, 0 },
	{ "settings: PARAMCHANGE", "threads = 0;", "a = 1;", 1, 0, 1 },
	{ "threads: another instance", "threads = 2;", "", 2, 1, 0 },
};

START_TEST(a_change_costs_no_more_than_it_must)
{
	begin();
	rig_dropin("one", rows[_i].more, rows[_i].settings);
	reload();
	ck_assert_msg(rig.started == rows[_i].started && rig.stopped == rows[_i].stopped &&
			      rig.n_codes == rows[_i].told,
		      "%s: %u started, %u stopped, %u told", rows[_i].name, rig.started,
		      rig.stopped, rig.n_codes);
	if (rows[_i].told)
		ck_assert_uint_eq(rig.code[0], SERVICE_CONTROL_PARAMCHANGE);
	ck_assert(rig.server.reloads == 1 && rig.server.reloads_failed == 0);
	ck_assert_str_eq(rig.server.last_reload.text, "");
	rig_stop();
	ck_assert_uint_eq(rig.stopped, rig.started);
}
END_TEST

START_TEST(a_mistake_changes_nothing)
{
	struct roster *roster;
	const struct config *config;

	begin();
	roster = rig.server.roster;
	config = rig.server.config;
	rig_dropin("one", "threads = 2;", "");
	rig_dropin("two", "thread = 1;", "");
	reload();
	ck_assert(rig.server.roster == roster && rig.server.config == config);
	ck_assert(rig.started == 1 && rig.stopped == 0);
	ck_assert_uint_eq(rig.server.reloads_failed, 1);
	ck_assert_msg(strstr(rig.server.last_reload.text, "two.conf:3: unknown key"), "%s",
		      rig.server.last_reload.text);
	scratch_write("providers.d/two.conf",
		      "enabled = false; name = \"two\"; module = \"/m.so\";");
	reload(); /* and what was good in it is taken now */
	ck_assert(rig.started == 2 && rig.stopped == 1);
	ck_assert_str_eq(rig.server.last_reload.text, "");
	rig_stop();
}
END_TEST

/* PARAMCHANGE cannot be undone, so it comes when all else has gone well. */
START_TEST(nobody_is_told_of_settings_that_are_not_taken)
{
	begin();
	rig_dropin("one", "threads = 0;", "a = 1;");
	scratch_write("providers.d/two.conf", "name = \"two\"; module = \"/nowhere.so\";");
	reload();
	ck_assert_uint_eq(rig.server.reloads_failed, 1);
	ck_assert_msg(strstr(rig.server.last_reload.text, "/nowhere.so"), "%s",
		      rig.server.last_reload.text);
	ck_assert(rig.started == 1 && rig.stopped == 0 && rig.n_codes == 0);
	rig_stop();
}
END_TEST

START_TEST(one_that_is_asked_for_meanwhile_follows)
{
	begin();
	server_reload(&rig.server);
	rig_dropin("one", "threads = 2;", ""); /* perhaps too late for the first */
	server_reload(&rig.server);
	server_reload(&rig.server);
	rig_settle();
	ck_assert_uint_eq(rig.server.reloads, 2);
	ck_assert_uint_eq(rig.started, 2);
	ck_assert_int_eq(rig.server.state, SERVER_RUNNING);
	rig_stop();
}
END_TEST

START_TEST(no_reload_while_it_stops)
{
	begin();
	rig.server.state = SERVER_STOPPING;
	server_reload(&rig.server);
	ck_assert_uint_eq(life_pending(), 0);
	ck_assert_str_eq(rig.server.last_reload.text, "the daemon is stopping");
	rig_stop();
}
END_TEST

/* The stop came while the new providers were being started: they are not taken, and are shut down.
 */
START_TEST(a_stop_during_a_reload_wins)
{
	struct roster *roster;

	begin();
	roster = rig.server.roster;
	rig_dropin("one", "threads = 2;", "");
	server_reload(&rig.server);
	rig.server.state = SERVER_STOPPING;
	rig_settle();
	ck_assert_ptr_eq(rig.server.roster, roster);
	ck_assert_int_eq(rig.server.state, SERVER_STOPPING);
	ck_assert(rig.started == 2 && rig.stopped == 1);
	rig_stop();
	ck_assert_uint_eq(rig.stopped, 2);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("reload");

	TEST_ROWS(tcase, a_change_costs_no_more_than_it_must, rows);
	tcase_add_test(tcase, a_mistake_changes_nothing);
	tcase_add_test(tcase, nobody_is_told_of_settings_that_are_not_taken);
	tcase_add_test(tcase, one_that_is_asked_for_meanwhile_follows);
	tcase_add_test(tcase, no_reload_while_it_stops);
	tcase_add_test(tcase, a_stop_during_a_reload_wins);
	suite_apart(); /* there is one server */
	return suite_run("server/reload", tcase);
}
