/* The tests' own puppet, which reads its settings again while requests run in it. */
#include <stdio.h>
#include <unistd.h>

#include "provider/rig.h"
#include "suite.h"

#define SCRIPTED built_module("tests/providers/scripted.so")

enum { REQUESTS = 400, AT_ONCE = 8 };

static struct provider *load(const char *settings)
{
	char path[TEMPORARY_MAX], why[512];
	struct provider_spec spec = { .name = "scripted",
				      .module = SCRIPTED,
				      .dropin = path,
				      .threads = 4,
				      .pending_timeout = -1 };
	struct provider *provider;
	int fd = mkstemp(temporary_template(path, "scripted"));

	ck_assert_int_ge(fd, 0);
	dprintf(fd, "name = \"%s\";\nmodule = \"%s\";\nsettings: { %s };\n", spec.name, spec.module,
		settings);
	close(fd);
	ck_assert_int_eq(provider_new(rig.host, &spec, &provider), 0);
	ck_assert_msg(provider_start(provider, why, sizeof(why)) == 0, "%s", why);
	unlink(path);
	return provider;
}

static _Atomic bool all_ended;
static _Atomic unsigned changes;

static void *change_parameters(void *provider)
{
	bool called;

	while (!all_ended) {
		provider_control(provider, SERVICE_CONTROL_PARAMCHANGE, &called);
		changes++;
		rig_nap();
	}
	return NULL;
}

static const char *const rows[] = {
	"action = \"nbp\"; control = 0;",
	"action = \"pending\"; control = 0;",
};

/* H5: PARAMCHANGE while its callbacks run on other threads, and complete on yet others: each
 * request is answered as it was begun, once. */
START_TEST(a_script_read_again_leaves_those_that_run)
{
	struct provider *provider;
	struct chain *chain;
	pthread_t changer;

	rig_start(64, 256);
	provider = load(rows[_i]);
	ck_assert_int_eq(chain_new(&provider, 1, NULL, NULL, &chain), 0);
	host_set_chain(rig.host, chain);
	chain_unref(chain);
	all_ended = false;
	ck_assert_int_eq(pthread_create(&changer, NULL, change_parameters, provider), 0);
	RIG_UNTIL(changes > 0);
	for (unsigned client = 0; client < REQUESTS; client++) {
		rig_discover(client);
		RIG_UNTIL(client + 1 - rig.ended[OUTCOME_NBP] < AT_ONCE);
	}
	RIG_UNTIL(rig.ended[OUTCOME_NBP] == REQUESTS);
	RIG_UNTIL(rig.n_sent >= REQUESTS); /* the last one may leave in the next turn */
	ck_assert_uint_eq(rig.n_sent, REQUESTS);
	all_ended = true;
	pthread_join(changer, NULL);
	rig_chain(NULL, 0, NULL);
	rig_turn();
	provider_stop(provider);
	provider_free(provider);
	host_free(rig.host);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("scripted");

	TEST_ROWS(tcase, a_script_read_again_leaves_those_that_run, rows);
	tcase_set_timeout(tcase, 60);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("scripted", tcase);
}
