/* Counters of a provider's own: registered in Initialize, added to by anybody, kept over reloads.
 */
#include "libwdspxe/api_cases.h"
#include "provider/counter.h"
#include "provider/rig.h"

static struct counter_view view[PXE_COUNTERS_MAX];

static void set_up(void)
{
	rig_start(64, 64);
}

/* The value of a counter of "it", as the statistics have it; -1: there is none. */
static int64_t value_of(const struct puppet *puppet, const char *name)
{
	size_t n = counters_read(rig.host, "it", puppet ? puppet->provider : NULL, view);

	for (size_t i = 0; i < n; i++)
		if (strcmp(view[i].name, name) == 0)
			return view[i].value;
	return -1;
}

/* ---- in Initialize ---- */

static DWORD reject(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)self, (void)request, (void)packet, (void)len, (void)remote;
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static void load(struct puppet *puppet, void (*what)(HANDLE provider))
{
	puppet->initialize = what;
	rig_load(puppet);
}

static struct puppet it(void)
{
	return (struct puppet){ .name = "it", .receive = reject };
}

static void end(struct puppet *puppet)
{
	rig_chain(NULL, 0, NULL);
	rig_unload(puppet);
	host_free(rig.host);
}

/* ---- PxeCounterRegister ---- */

#define N48 "a23456789_123456789_123456789_123456789_12345678"

static const struct {
	const char *name, *counter, *help;
	ULONG kind;
	bool out, handle;
	DWORD r;
} register_rows[] = {
	{ "a total", "hits", "Hits.", PXE_COUNTER_TOTAL, true, true, ERROR_SUCCESS },
	{ "a level", "machines", "Machines.", PXE_COUNTER_LEVEL, true, true, ERROR_SUCCESS },
	{ "again", "known", "Again.", PXE_COUNTER_TOTAL, true, true, ERROR_SUCCESS },
	{ "as another kind", "known", "Known.", PXE_COUNTER_LEVEL, true, true,
	  ERROR_ALREADY_EXISTS },
	{ "the longest name", N48, "", PXE_COUNTER_TOTAL, true, true, ERROR_SUCCESS },
	{ "a longer one", N48 "9", "", PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_NAME },
	{ "empty", "", "", PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_NAME },
	{ "a digit first", "1st", "", PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_NAME },
	{ "an underline first", "_a", "", PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_NAME },
	{ "a capital", "aB", "", PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_NAME },
	{ "a hyphen", "a-b", "", PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_NAME },
	{ "the suffix", "hits_total", "", PXE_COUNTER_LEVEL, true, true, ERROR_INVALID_NAME },
	{ "a word that ends so", "subtotal", "", PXE_COUNTER_LEVEL, true, true, ERROR_SUCCESS },
	{ "no name", NULL, "", PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_PARAMETER },
	{ "no help", "hits", NULL, PXE_COUNTER_TOTAL, true, true, ERROR_INVALID_PARAMETER },
	{ "no number", "hits", "", PXE_COUNTER_TOTAL, false, true, ERROR_INVALID_PARAMETER },
	{ "no kind", "hits", "", 0, true, true, ERROR_INVALID_PARAMETER },
	{ "an unknown kind", "hits", "", 3, true, true, ERROR_INVALID_PARAMETER },
	{ "no handle", "hits", "", PXE_COUNTER_TOTAL, true, false, ERROR_INVALID_HANDLE },
};
API_CASES(PxeCounterRegister, register_rows);

static int row;

static void register_one(HANDLE provider)
{
	ULONG known, number = 77;
	DWORD r;

	ck_assert_uint_eq(
		PxeCounterRegister(provider, "known", "Known.", PXE_COUNTER_TOTAL, &known), 0);
	r = PxeCounterRegister(register_rows[row].handle ? provider : NULL,
			       register_rows[row].counter, register_rows[row].help,
			       register_rows[row].kind, register_rows[row].out ? &number : NULL);
	ck_assert_msg(r == register_rows[row].r, "%s: %u", register_rows[row].name, r);
	ck_assert_uint_eq(number != 77, r == ERROR_SUCCESS);
	if (r == ERROR_SUCCESS)
		ck_assert_uint_eq(number == known, !strcmp(register_rows[row].counter, "known"));
}

START_TEST(register_by_row)
{
	struct puppet puppet = it();

	row = _i;
	load(&puppet, register_one);
	if (register_rows[_i].r == ERROR_SUCCESS)
		ck_assert_int_eq(value_of(&puppet, register_rows[_i].counter), 0);
	end(&puppet);
}
END_TEST

static ULONG total, level;

static void register_two(HANDLE provider)
{
	ck_assert_uint_eq(
		PxeCounterRegister(provider, "total", "A \n help.", PXE_COUNTER_TOTAL, &total), 0);
	ck_assert_uint_eq(
		PxeCounterRegister(provider, "level", "Level.", PXE_COUNTER_LEVEL, &level), 0);
}

static void register_many(HANDLE provider)
{
	char name[16];
	ULONG number;

	for (unsigned i = 0; i < PXE_COUNTERS_MAX; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		ck_assert_uint_eq(
			PxeCounterRegister(provider, name, name, PXE_COUNTER_TOTAL, &number), 0);
		ck_assert_uint_eq(number, i);
	}
	ck_assert_uint_eq(PxeCounterRegister(provider, "more", "", PXE_COUNTER_TOTAL, &number),
			  ERROR_NOT_ENOUGH_MEMORY);
	ck_assert_uint_eq(PxeCounterRegister(provider, "n7", "", PXE_COUNTER_TOTAL, &number), 0);
	ck_assert_uint_eq(number, 7);
}

START_TEST(counters_are_bounded)
{
	struct puppet puppet = it();

	load(&puppet, register_many);
	ck_assert_uint_eq(counters_read(rig.host, "it", puppet.provider, view), PXE_COUNTERS_MAX);
	end(&puppet);
}
END_TEST

START_TEST(only_initialize_registers)
{
	struct puppet puppet = it();
	ULONG number = 77;

	load(&puppet, register_two);
	ck_assert_uint_eq(PxeCounterRegister(puppet.handle, "late", "", PXE_COUNTER_TOTAL, &number),
			  ERROR_INVALID_STATE);
	ck_assert_uint_eq(
		PxeCounterRegister(puppet.handle, "total", "", PXE_COUNTER_TOTAL, &number),
		ERROR_INVALID_STATE);
	ck_assert_uint_eq(number, 77);
	ck_assert_uint_eq(counters_read(rig.host, "it", puppet.provider, view), 2);
	ck_assert_str_eq(view[0].help, "A   help."); /* one line */
	end(&puppet);
}
END_TEST

/* ---- PxeCounterAdd, PxeCounterSet ---- */

enum which { TOTAL, LEVEL, NO_SUCH };

static const struct {
	const char *name;
	enum which which;
	bool set, handle;
	LONGLONG value;
	DWORD r;
	int64_t after; /* from 5 */
} add_rows[] = {
	{ "to a total", TOTAL, false, true, 3, ERROR_SUCCESS, 8 },
	{ "nothing to a total", TOTAL, false, true, 0, ERROR_SUCCESS, 5 },
	{ "a total does not fall", TOTAL, false, true, -1, ERROR_INVALID_PARAMETER, 5 },
	{ "a total is not set", TOTAL, true, true, 9, ERROR_INVALID_PARAMETER, 5 },
	{ "to a level", LEVEL, false, true, 3, ERROR_SUCCESS, 8 },
	{ "a level falls", LEVEL, false, true, -7, ERROR_SUCCESS, -2 },
	{ "a level is set", LEVEL, true, true, -9, ERROR_SUCCESS, -9 },
	{ "no such counter", NO_SUCH, false, true, 1, ERROR_INVALID_PARAMETER, 5 },
	{ "no such counter is set", NO_SUCH, true, true, 1, ERROR_INVALID_PARAMETER, 5 },
	{ "no handle", TOTAL, false, false, 1, ERROR_INVALID_HANDLE, 5 },
	{ "no handle, set", LEVEL, true, false, 1, ERROR_INVALID_HANDLE, 5 },
};
API_CASES(PxeCounterAdd, add_rows);
API_CASES(PxeCounterSet, add_rows);

static DWORD add(struct puppet *puppet)
{
	HANDLE handle = add_rows[row].handle ? puppet->handle : NULL;
	ULONG number = add_rows[row].which == TOTAL   ? total
		       : add_rows[row].which == LEVEL ? level
						      : 2;

	return add_rows[row].set ? PxeCounterSet(handle, number, add_rows[row].value)
				 : PxeCounterAdd(handle, number, add_rows[row].value);
}

static DWORD add_inside(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	ck_assert_uint_eq(add(self), add_rows[row].r);
	return reject(self, request, packet, len, remote, action);
}

/* On any thread, and in RecvRequest, where the handle is known already. */
START_TEST(add_by_row)
{
	for (int inside = 0; inside < 2; inside++) {
		struct puppet puppet = it();
		struct puppet *const all[] = { &puppet };
		DWORD r;

		row = _i;
		puppet.receive = add_inside;
		load(&puppet, register_two);
		ck_assert_uint_eq(PxeCounterAdd(puppet.handle, total, 5), 0);
		ck_assert_uint_eq(PxeCounterSet(puppet.handle, level, 5), 0);
		rig_chain(all, 1, NULL);
		if (inside) {
			rig_discover((unsigned)_i);
			ck_assert_uint_eq(puppet.asked, 1);
		} else {
			r = add(&puppet);
			ck_assert_msg(r == add_rows[_i].r, "%s: %u", add_rows[_i].name, r);
		}
		ck_assert_int_eq(value_of(&puppet, add_rows[_i].which == LEVEL ? "level" : "total"),
				 add_rows[_i].after);
		end(&puppet);
		if (!inside)
			rig_start(64, 64);
	}
}
END_TEST

static DWORD add_both(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		      PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	ck_assert_uint_eq(PxeCounterAdd(self->handle, total, 1), 0);
	ck_assert_uint_eq(PxeCounterAdd(self->handle, level, 1), 0);
	return reject(self, request, packet, len, remote, action);
}

/* A reload: totals go on, levels are each instance's own. */
START_TEST(totals_outlast_an_instance)
{
	struct puppet old = it(), fresh = it();

	load(&old, register_two);
	PxeCounterAdd(old.handle, total, 5);
	PxeCounterAdd(old.handle, level, 5);
	load(&fresh, register_two);
	ck_assert_int_eq(value_of(&fresh, "total"), 5);
	ck_assert_int_eq(value_of(&fresh, "level"), 0);
	PxeCounterAdd(fresh.handle, total, 1);
	PxeCounterAdd(fresh.handle, level, 1);
	PxeCounterAdd(old.handle, total, 1); /* its last requests */
	PxeCounterAdd(old.handle, level, -5);
	ck_assert_int_eq(value_of(&fresh, "total"), 7);
	ck_assert_int_eq(value_of(&fresh, "level"), 1);
	rig_unload(&old);
	ck_assert_uint_eq(PxeCounterAdd(old.handle, total, 1), ERROR_INVALID_HANDLE);
	ck_assert_int_eq(value_of(&fresh, "total"), 7);
	rig_unload(&fresh);
	ck_assert_int_eq(value_of(NULL, "total"), 7); /* none runs */
	ck_assert_int_eq(value_of(NULL, "level"), 0);
	host_free(rig.host);
}
END_TEST

/* ---- many threads ---- */

enum { THREADS = 4, TIMES = 20000 };

static void *add_often(void *handle)
{
	for (int i = 0; i < TIMES; i++) {
		PxeCounterAdd(handle, total, 1);
		PxeCounterAdd(handle, level, i % 2 ? -1 : 1);
	}
	return NULL;
}

START_TEST(nothing_is_lost_between_threads)
{
	struct puppet puppet = it();
	pthread_t thread[THREADS];

	load(&puppet, register_two);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, add_often, puppet.handle), 0);
	while (value_of(&puppet, "total") < THREADS * TIMES / 2)
		rig_nap();
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	ck_assert_int_eq(value_of(&puppet, "total"), THREADS * TIMES);
	ck_assert_int_eq(value_of(&puppet, "level"), 0);
	end(&puppet);
}
END_TEST

/* ---- trial requests ---- */

static void trial_sent(void *context, const struct outgoing *out)
{
	(void)context, (void)out;
}

static void trial_ended(void *context, const struct ending *end)
{
	(void)end;
	*(bool *)context = true;
}

START_TEST(trials_do_not_count)
{
	struct puppet puppet = it();
	struct puppet *const all[] = { &puppet };
	uint8_t octets[601];
	struct arrival in = { .octets = octets, .port = 67, .interface = "fake0", .on_link = true };
	bool ended = false;
	const struct host_trial asker = {
		.context = &ended, .ask_all = true, .sent = trial_sent, .ended = trial_ended
	};

	puppet.receive = add_both;
	load(&puppet, register_two);
	rig_chain(all, 1, NULL);
	in.len = PxeFakeDiscover(octets, 600, "52:54:00:00:00:01", 7);
	in.from = (struct endpoint){ ip_v4("\0\0\0\0"), 68, 2 };
	in.own = ip_v4("\xc0\x00\x02\x01");
	ck_assert_int_eq(host_try(rig.host, &in, &asker, rig.now_ms), 0);
	ck_assert(ended);
	ck_assert_uint_eq(puppet.asked, 1);
	ck_assert_int_eq(value_of(&puppet, "total"), 0);
	rig_discover(1);
	ck_assert_int_eq(value_of(&puppet, "total"), 1);
	ck_assert_int_eq(value_of(&puppet, "level"), 1);
	end(&puppet);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("counter");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, set_up, NULL);
	TEST_ROWS(tcase, register_by_row, register_rows);
	tcase_add_test(tcase, counters_are_bounded);
	tcase_add_test(tcase, only_initialize_registers);
	TEST_ROWS(tcase, add_by_row, add_rows);
	tcase_add_test(tcase, totals_outlast_an_instance);
	tcase_add_test(tcase, nothing_is_lost_between_threads);
	tcase_add_test(tcase, trials_do_not_count);
	return suite_run("counter", tcase);
}
