/* <wdspxe-fake.h>: other settings and other files, all or nothing; control codes; what an operator
 * sees of a provider.
 */
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>

#include "fake/bench.h"

static DWORD reload(PXE_FAKE *fake, char why[512])
{
	why[0] = '\0';
	return PxeFakeReload(fake, why, 512);
}

static void reload_well(PXE_FAKE *fake)
{
	char why[512];

	ck_assert_msg(reload(fake, why) == ERROR_SUCCESS, "%s", why);
}

static ULONG instance(PXE_FAKE *fake, ULONG at)
{
	PXE_FAKE_PROVIDER provider;

	ck_assert_uint_eq(PxeFakeProvider(fake, at, &provider), ERROR_SUCCESS);
	return provider.uInstance;
}

START_TEST(unchanged_is_left_alone)
{
	PXE_FAKE *fake = bench_new();

	bench_load(fake, SCRIPTED, "action = \"ignore\";");
	PxeFakeChange(fake, 0, "action = \"ignore\"; # a comment");
	reload_well(fake);
	ck_assert_uint_eq(instance(fake, 0), 1);
	ck_assert_str_eq(bench_outcome(fake, 1), "ignored");
	PxeFakeFree(fake);
}
END_TEST

START_TEST(paramchange_to_the_same_instance)
{
	PXE_FAKE *fake = bench_new();

	bench_load(fake, SCRIPTED, "action = \"ignore\"; control = 0;");
	ck_assert_uint_eq(PxeFakeChange(fake, 0, "action = \"reject\"; control = 0;"),
			  ERROR_SUCCESS);
	ck_assert_str_eq(bench_outcome(fake, 1), "ignored");
	reload_well(fake);
	ck_assert_uint_eq(instance(fake, 0), 1);
	ck_assert_str_eq(bench_outcome(fake, 1), "rejected");
	PxeFakeFree(fake);
}
END_TEST

static const struct {
	const char *before, *after;
} replaced[] = {
	{ "action = \"ignore\";", "action = \"reject\";" }, /* it has no ServiceControl */
	{ "action = \"ignore\"; control = 50;", "action = \"reject\"; control = 50;" },
	{ "action = \"ignore\"; control = 0;",
	  "action = \"reject\"; control = 0; }; threads = 2;" },
};

START_TEST(a_new_instance_takes_its_place)
{
	PXE_FAKE *fake = bench_new();

	bench_load(fake, SCRIPTED, replaced[_i].before);
	PxeFakeChange(fake, 0, replaced[_i].after);
	reload_well(fake);
	ck_assert_uint_eq(instance(fake, 0), 2);
	ck_assert_str_eq(bench_outcome(fake, 1), "rejected");
	PxeFakeFree(fake);
}
END_TEST

/* ---- requests that a reload finds ---- */

static struct {
	HANDLE request;
	unsigned asked, shut;
	char colour[16];
} seen;

static DWORD PXEAPI later(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			  PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)packet, (void)len, (void)local, (void)remote, (void)context, (void)action;
	seen.request = request;
	seen.asked++;
	return ERROR_IO_PENDING;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	(void)context;
	seen.shut++;
	return ERROR_SUCCESS;
}

static DWORD initialize(HANDLE provider, HKEY key)
{
	DWORD type, len = sizeof(seen.colour) - 1;
	BOOL yes = TRUE;

	memset(seen.colour, 0, sizeof(seen.colour));
	RegQueryValueExA(key, "colour", NULL, &type, (BYTE *)seen.colour, &len);
	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &yes, sizeof(yes));
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)later, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}

static const struct hooks hooks = { initialize };

START_TEST(old_requests_finish_with_the_old_one)
{
	const PXE_FAKE_REQUEST request = bench_discover(1);
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_PROVIDER provider;
	PXE_FAKE_JOURNEY *it;
	HANDLE first;

	bench_load(fake, HOOKED, bench_hooked(&hooks, "colour = \"red\";"));
	ck_assert_uint_eq(PxeFakeBegin(fake, &request, &it), ERROR_SUCCESS);
	first = seen.request;
	PxeFakeChange(fake, 0, bench_hooked(&hooks, "colour = \"blue\";"));
	reload_well(fake);
	ck_assert_str_eq(seen.colour, "blue");
	PxeFakeProvider(fake, 0, &provider);
	ck_assert_uint_eq(provider.uOld, 1);
	ck_assert_uint_eq(seen.shut, 0);
	ck_assert_uint_eq(PxeAsyncRecvDone(first, PXE_BA_IGNORE), ERROR_SUCCESS);
	PxeFakeTurn(fake);
	ck_assert_uint_eq(seen.shut, 1);
	PxeFakeProvider(fake, 0, &provider);
	ck_assert_uint_eq(provider.uOld, 0);
	PxeFakeEnd(it);
	PxeFakeFree(fake);
	ck_assert_uint_eq(seen.shut, 2);
}
END_TEST

START_TEST(an_old_one_is_ended_with_the_host)
{
	const PXE_FAKE_REQUEST request = bench_discover(1);
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_JOURNEY *it;

	bench_load(fake, HOOKED, bench_hooked(&hooks, ""));
	PxeFakeBegin(fake, &request, &it);
	PxeFakeChange(fake, 0, bench_hooked(&hooks, "colour = \"blue\";"));
	reload_well(fake);
	PxeFakeFree(fake);
	ck_assert_uint_eq(seen.shut, 2);
}
END_TEST

/* ---- all or nothing ---- */

static unsigned lines_of(const char *file, const char *begin)
{
	unsigned n = 0;

	for (const char *at = scratch_read(file); (at = strstr(at, begin)); at++)
		n++;
	return n;
}

/* The first takes its new settings; the second refuses them, and its new instance does not start.
 */
START_TEST(whoever_was_told_goes_back)
{
	char before[400], after[400], why[512];
	PXE_FAKE *fake = bench_new();

	scratch_make();
	snprintf(before, sizeof(before), "action = \"ignore\"; control = 0; log = \"%s\";",
		 scratch_path("log"));
	snprintf(after, sizeof(after), "action = \"reject\"; control = 0; log = \"%s\";",
		 scratch_path("log"));
	bench_load(fake, SCRIPTED, before);
	bench_load(fake, SCRIPTED, "action = \"ignore\"; control = 50;");
	PxeFakeChange(fake, 0, after);
	PxeFakeChange(fake, 1, "action = \"reject\"; control = 50; initialize = 87;");
	ck_assert_uint_eq(reload(fake, why), ERROR_DLL_INIT_FAILED);
	ck_assert_msg(strstr(why, "87") != NULL, "%s", why);
	ck_assert_uint_eq(lines_of("log", "control 6"), 2);
	ck_assert_uint_eq(instance(fake, 0), 1);
	ck_assert_uint_eq(instance(fake, 1), 1);
	ck_assert_str_eq(bench_outcome(fake, 1), "ignored");
	PxeFakeChange(fake, 1, "action = \"ignore\"; control = 50;");
	reload_well(fake); /* what it did not take before, it takes now */
	ck_assert_str_eq(bench_outcome(fake, 1), "ignored");
	PxeFakeFree(fake);
	scratch_remove();
}
END_TEST

/* New instances come first, so that nobody is told in vain. */
START_TEST(nobody_is_told_where_one_does_not_start)
{
	char settings[400], why[512];
	PXE_FAKE *fake = bench_new();

	scratch_make();
	snprintf(settings, sizeof(settings), "action = \"ignore\"; control = 0; log = \"%s\";",
		 scratch_path("log"));
	bench_load(fake, SCRIPTED, settings);
	bench_load(fake, SCRIPTED, "action = \"ignore\";");
	strcat(settings, " mark = 1;");
	PxeFakeChange(fake, 0, settings);
	PxeFakeChange(fake, 1, "initialize = 87;");
	ck_assert_uint_eq(reload(fake, why), ERROR_DLL_INIT_FAILED);
	ck_assert_uint_eq(lines_of("log", "control"), 0);
	PxeFakeChange(fake, 1, "initialize = ;");
	ck_assert_uint_eq(reload(fake, why), ERROR_INVALID_DATA);
	ck_assert_msg(strncmp(why, "settings:1: ", 12) == 0, "%s", why);
	PxeFakeFree(fake);
	scratch_remove();
}
END_TEST

/* ---- a file of the administrator's ---- */

static const char *drop_in(const char *action)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "name = \"mine\";\nmodule = \"%s\";\nsettings: { action = \"%s\"; };\n", SCRIPTED,
		 action);
	return scratch_write("50-mine.conf", text);
}

START_TEST(a_file_is_loaded_and_read_again)
{
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_PROVIDER provider;
	char why[512];

	scratch_make();
	ck_assert_msg(PxeFakeLoadFile(fake, drop_in("ignore"), NULL, why, sizeof(why)) == 0, "%s",
		      why);
	PxeFakeProvider(fake, 0, &provider);
	ck_assert_str_eq(provider.pszName, "mine");
	ck_assert_str_eq(bench_outcome(fake, 1), "ignored");
	ck_assert_uint_eq(PxeFakeChange(fake, 0, ""), ERROR_ACCESS_DENIED);
	drop_in("reject");
	reload_well(fake);
	ck_assert_str_eq(bench_outcome(fake, 1), "rejected");
	scratch_write("50-mine.conf", "name = \"mine\";\nmodule = ;\n");
	ck_assert_uint_eq(reload(fake, why), ERROR_INVALID_DATA);
	ck_assert_msg(strstr(why, "50-mine.conf:2: ") != NULL, "%s", why);
	PxeFakeFree(fake);
	ck_assert_int_eq(access(scratch_path("50-mine.conf"), F_OK), 0); /* it is not ours */
	scratch_remove();
}
END_TEST

START_TEST(another_module_than_the_files)
{
	PXE_FAKE *fake = bench_new();
	char why[512];

	scratch_make();
	scratch_write("a.conf", "name = \"a\"; module = \"/nowhere/a.so\"; settings: { };");
	ck_assert_uint_eq(PxeFakeLoadFile(fake, scratch_path("a.conf"), NULL, why, sizeof(why)),
			  ERROR_BAD_FORMAT);
	ck_assert_msg(strstr(why, "/nowhere/a.so") != NULL, "%s", why);
	ck_assert_uint_eq(PxeFakeLoadFile(fake, scratch_path("a.conf"), SCRIPTED, why, sizeof(why)),
			  ERROR_SUCCESS);
	ck_assert_uint_eq(PxeFakeLoadFile(fake, scratch_path("b.conf"), SCRIPTED, why, sizeof(why)),
			  ERROR_FILE_NOT_FOUND);
	ck_assert_str_eq(bench_outcome(fake, 1), "rejected");
	PxeFakeFree(fake);
	scratch_remove();
}
END_TEST

/* ---- control ---- */

START_TEST(control_has_a_result)
{
	PXE_FAKE *fake = bench_new();

	bench_load(fake, SCRIPTED, "control = 0;");
	bench_load(fake, SCRIPTED, "action = \"reject\";");
	ck_assert_uint_eq(PxeFakeControlOne(fake, 0, 200), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeFakeControlOne(fake, 1, 200), ERROR_CALL_NOT_IMPLEMENTED);
	ck_assert_uint_eq(PxeFakeControlOne(fake, 2, 200), ERROR_NOT_FOUND);
	ck_assert_uint_eq(PxeFakeControl(fake, 200), ERROR_SUCCESS);
	bench_load(fake, SCRIPTED, "control = 50;");
	ck_assert_uint_eq(PxeFakeControl(fake, 200), ERROR_NOT_SUPPORTED);
	PxeFakeFree(fake);
	fake = bench_new();
	bench_load(fake, SCRIPTED, "action = \"reject\";");
	ck_assert_uint_eq(PxeFakeControl(fake, 200), ERROR_CALL_NOT_IMPLEMENTED);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(pause_outlasts_a_new_instance)
{
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_PROVIDER provider;

	bench_load(fake, SCRIPTED, "action = \"ignore\"; control = 0;");
	PxeFakeControlOne(fake, 0, SERVICE_CONTROL_PAUSE);
	PxeFakeProvider(fake, 0, &provider);
	ck_assert_str_eq(provider.pszState, "paused");
	ck_assert_str_eq(bench_outcome(fake, 1), "no-provider");
	PxeFakeChange(fake, 0, "action = \"ignore\"; control = 0; }; threads = 2;");
	reload_well(fake);
	ck_assert_uint_eq(instance(fake, 0), 2);
	ck_assert_str_eq(bench_outcome(fake, 1), "no-provider");
	PxeFakeControlOne(fake, 0, SERVICE_CONTROL_CONTINUE);
	ck_assert_str_eq(bench_outcome(fake, 1), "ignored");
	PxeFakeFree(fake);
}
END_TEST

START_TEST(forgotten_packets_are_counted)
{
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_PROVIDER provider;

	bench_load(fake, SCRIPTED, "action = \"nbp\"; leak = 1;");
	bench_outcome(fake, 1);
	PxeFakeProvider(fake, 0, &provider);
	ck_assert_uint_eq(provider.uLeaked, 1);
	ck_assert_uint_eq(PxeFakeProvider(fake, 1, &provider), ERROR_NOT_FOUND);
	PxeFakeFree(fake);
}
END_TEST

/* ---- counters ---- */

static ULONG machines;
static HANDLE counting;

static DWORD PXEAPI count(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			  PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote, (void)context;
	PxeCounterAdd(counting, machines, 2);
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD initialize_counting(HANDLE provider, HKEY key)
{
	(void)key;
	counting = provider;
	PxeCounterRegister(provider, "machines", "Machines.", PXE_COUNTER_TOTAL, &machines);
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)count, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}

static const struct hooks counts = { initialize_counting };

START_TEST(counters_are_read_and_outlast_a_reload)
{
	PXE_FAKE *fake = bench_new();
	LONGLONG value = -1;

	bench_load(fake, HOOKED, bench_hooked(&counts, ""));
	ck_assert_uint_eq(PxeFakeCounter(fake, 0, "machines", &value), ERROR_SUCCESS);
	ck_assert_int_eq(value, 0);
	bench_outcome(fake, 1);
	PxeFakeChange(fake, 0, bench_hooked(&counts, "colour = 1;"));
	reload_well(fake);
	ck_assert_uint_eq(instance(fake, 0), 2);
	bench_outcome(fake, 1);
	ck_assert_uint_eq(PxeFakeCounter(fake, 0, "machines", &value), ERROR_SUCCESS);
	ck_assert_int_eq(value, 4);
	ck_assert_uint_eq(PxeFakeCounter(fake, 0, "others", &value), ERROR_NOT_FOUND);
	ck_assert_uint_eq(PxeFakeCounter(fake, 1, "machines", &value), ERROR_NOT_FOUND);
	ck_assert_uint_eq(PxeFakeCounter(fake, 0, NULL, &value), ERROR_INVALID_PARAMETER);
	PxeFakeFree(fake);
}
END_TEST

/* ---- what stays loaded ---- */

static int note_module(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	if (!strstr(info->dlpi_name, "/scripted.so"))
		return 0;
	snprintf(context, 512, "%s", info->dlpi_name);
	return 1;
}

START_TEST(modules_stay_where_one_asks)
{
	PXE_FAKE *fake = bench_new();
	char module[512] = "";

	scratch_make();
	setenv("TMPDIR", scratch_path(""), 1);
	PxeFakeKeepModules(fake);
	bench_load(fake, SCRIPTED, "");
	ck_assert_int_eq(dl_iterate_phdr(note_module, module), 1);
	PxeFakeFree(fake);
	ck_assert_ptr_nonnull(dlopen(module, RTLD_NOW | RTLD_NOLOAD));
	scratch_remove();
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("reload");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, unchanged_is_left_alone);
	tcase_add_test(tcase, paramchange_to_the_same_instance);
	TEST_ROWS(tcase, a_new_instance_takes_its_place, replaced);
	tcase_add_test(tcase, old_requests_finish_with_the_old_one);
	tcase_add_test(tcase, an_old_one_is_ended_with_the_host);
	tcase_add_test(tcase, whoever_was_told_goes_back);
	tcase_add_test(tcase, nobody_is_told_where_one_does_not_start);
	tcase_add_test(tcase, a_file_is_loaded_and_read_again);
	tcase_add_test(tcase, another_module_than_the_files);
	tcase_add_test(tcase, control_has_a_result);
	tcase_add_test(tcase, pause_outlasts_a_new_instance);
	tcase_add_test(tcase, forgotten_packets_are_counted);
	tcase_add_test(tcase, counters_are_read_and_outlast_a_reload);
	tcase_add_test(tcase, modules_stay_where_one_asks);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("fake/reload", tcase);
}
