/* provider/order, provider/calm: a command beside ServiceControl, Shutdown and late writers. */
#include <errno.h>
#include <semaphore.h>

#include "base/clock.h"
#include "provider/order.h"
#include "provider/rig.h"
#include "provider/state.h"
#include "suite.h"

enum { SOON_MS = 300, NEVER_MS = 1000000 };

static sem_t inside, go;                           /* a command is there; it may return */
static _Atomic unsigned in_life, controlled, shut; /* who is inside; calls that came */
static _Atomic bool beside;                        /* two were, at once */
static HANDLE last;                                /* the last command's handle */
static DWORD wrote;

static void enter(void)
{
	if (in_life++ > 0)
		beside = true;
}

static void leave(void)
{
	in_life--;
}

static DWORD receive(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		     PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)self, (void)request, (void)packet, (void)len, (void)remote;
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD control(struct puppet *self, DWORD code)
{
	(void)self, (void)code;
	enter();
	controlled++;
	leave();
	return ERROR_SUCCESS;
}

static void shut_down(struct puppet *self)
{
	(void)self;
	enter();
	shut++;
	leave();
}

static DWORD write_word(HANDLE handle, const char *text)
{
	return PxeCommandWrite(handle, text, (ULONG)strlen(text));
}

/* "hold": until it may go. Then it answers. */
static DWORD command(struct puppet *self, HANDLE handle, const PXE_COMMAND *asked)
{
	(void)self;
	enter();
	last = handle;
	ck_assert_uint_eq(asked->cbSize, sizeof(*asked));
	ck_assert_ptr_null(asked->ppszWords[asked->nWords]);
	if (!strcmp(asked->ppszWords[0], "hold")) {
		sem_post(&inside);
		sem_wait(&go);
	}
	wrote = write_word(handle, "{\"word\":\"");
	write_word(handle, asked->ppszWords[0]);
	write_word(handle, "\"}");
	leave();
	return 5;
}

static struct puppet puppet;
static struct puppet *const all[] = { &puppet };

static void begin(void)
{
	sem_init(&inside, 0, 0);
	sem_init(&go, 0, 0);
	puppet = (struct puppet){ .name = "orders",
				  .receive = receive,
				  .controlled = true,
				  .control = control,
				  .shut_down = shut_down,
				  .commanded = true,
				  .command = command };
	rig_start(64, 64);
	rig_load(&puppet);
	rig_chain(all, 1, NULL);
}

static void end(void)
{
	rig_chain(NULL, 0, NULL);
	rig_turn();
	rig_unload(&puppet);
	host_free(rig.host);
	ck_assert(!beside);
	ck_assert_uint_eq(shut, 1);
}

/* ---- an order on a thread ---- */

static LPCSTR words[2];

static struct order order_of(const char *word, uint64_t ms)
{
	words[0] = word;
	return (struct order){
		.command = { .cbSize = sizeof(PXE_COMMAND), .nWords = 1, .ppszWords = words },
		.until_ms = clock_ms() + ms
	};
}

static void *run(void *order)
{
	order_run(order);
	return NULL;
}

static pthread_t start(struct order *order)
{
	pthread_t thread;

	ck_assert_int_eq(order_take(order, puppet.provider), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, run, order), 0);
	return thread;
}

static void *send_control(void *result)
{
	bool called;

	*(uint32_t *)result = provider_control(puppet.provider, 128, &called);
	return NULL;
}

START_TEST(answer_and_status_come_back)
{
	struct order order = order_of("list", NEVER_MS);

	begin();
	pthread_join(start(&order), NULL);
	order_done(&order);
	ck_assert_int_eq(order.end, ORDER_DONE);
	ck_assert_uint_eq(order.status, 5);
	ck_assert_uint_eq(order.len, strlen("{\"word\":\"list\"}"));
	ck_assert_mem_eq(order.text, "{\"word\":\"list\"}", order.len);
	free(order.text);
	ck_assert_uint_eq(write_word(last, "more"), ERROR_INVALID_HANDLE);
	end();
}
END_TEST

/* ServiceControl waits for a command that is in time. */
START_TEST(control_waits_for_a_command)
{
	struct order order = order_of("hold", NEVER_MS);
	pthread_t one, two;
	uint32_t result = 77;

	begin();
	one = start(&order);
	sem_wait(&inside);
	ck_assert_int_eq(pthread_create(&two, NULL, send_control, &result), 0);
	for (int i = 0; i < 20; i++)
		rig_nap();
	ck_assert_uint_eq(controlled, 0);
	sem_post(&go);
	pthread_join(two, NULL);
	pthread_join(one, NULL);
	order_done(&order);
	free(order.text);
	ck_assert_uint_eq(result, ERROR_SUCCESS);
	ck_assert_uint_eq(controlled, 1);
	end();
}
END_TEST

/* One that is late is waited for no longer; and what it writes goes nowhere. */
START_TEST(control_does_not_wait_for_a_late_command)
{
	struct order order = order_of("hold", SOON_MS);
	uint32_t result = 77;
	pthread_t thread;

	begin();
	thread = start(&order);
	sem_wait(&inside);
	send_control(&result);
	ck_assert_uint_eq(result, ERROR_BUSY);
	ck_assert_uint_ge(clock_ms(), order.until_ms);
	order_give_up(&order, clock_ms());
	sem_post(&go);
	pthread_join(thread, NULL);
	order_done(&order);
	ck_assert_uint_eq(wrote, ERROR_OPERATION_ABORTED);
	ck_assert_int_eq(order.end, ORDER_ABORTED);
	free(order.text);
	send_control(&result); /* it has returned */
	ck_assert_uint_eq(result, ERROR_SUCCESS);
	ck_assert(!host_has_abandoned(rig.host));
	end();
}
END_TEST

static void *unload(void *unused)
{
	(void)unused;
	provider_stop(puppet.provider);
	provider_free(puppet.provider);
	return NULL;
}

/* Shutdown waits; and who hurries makes the wait shorter. */
START_TEST(shutdown_leaves_a_late_command_alone)
{
	struct order order = order_of("hold", NEVER_MS);
	pthread_t one, two;

	begin();
	one = start(&order);
	sem_wait(&inside);
	rig_chain(NULL, 0, NULL);
	rig_turn();
	ck_assert_int_eq(pthread_create(&two, NULL, unload, NULL), 0);
	for (int i = 0; i < 20; i++)
		rig_nap();
	ck_assert_uint_eq(shut, 0);
	order_give_up(&order, clock_ms() + 50);
	pthread_join(two, NULL);
	ck_assert_uint_eq(shut, 0);
	ck_assert(host_has_abandoned(rig.host));
	ck_assert(rig_said("it is left without its Shutdown"));
	sem_post(&go); /* its code and its handle are still there */
	pthread_join(one, NULL);
	order_done(&order);
	ck_assert_uint_eq(wrote, ERROR_OPERATION_ABORTED);
	free(order.text);
	_exit(0); /* as the daemon ends then */
}
END_TEST

START_TEST(shutdown_waits_for_a_command)
{
	struct order order = order_of("hold", NEVER_MS);
	pthread_t one, two;

	begin();
	one = start(&order);
	sem_wait(&inside);
	rig_chain(NULL, 0, NULL);
	rig_turn();
	ck_assert_int_eq(pthread_create(&two, NULL, unload, NULL), 0);
	for (int i = 0; i < 20; i++)
		rig_nap();
	ck_assert_uint_eq(shut, 0);
	sem_post(&go);
	pthread_join(two, NULL);
	pthread_join(one, NULL);
	order_done(&order);
	free(order.text);
	ck_assert_uint_eq(shut, 1);
	ck_assert(!beside);
	host_free(rig.host);
}
END_TEST

/* Its place was taken, and then it shut down: it is not called. */
START_TEST(command_of_one_that_shuts_down_is_not_called)
{
	struct order order = order_of("list", NEVER_MS);
	pthread_t two;

	begin();
	ck_assert_int_eq(order_take(&order, puppet.provider), 0);
	rig_chain(NULL, 0, NULL);
	rig_turn();
	ck_assert_int_eq(pthread_create(&two, NULL, unload, NULL), 0);
	while (!atomic_load(&order.provider->calm.closed))
		rig_nap();
	order_run(&order);
	pthread_join(two, NULL); /* it was waited for all the same */
	order_done(&order);
	ck_assert_int_eq(order.end, ORDER_GONE);
	ck_assert_uint_eq(shut, 1);
	host_free(rig.host);
}
END_TEST

START_TEST(places_are_bounded)
{
	struct order order[ORDERS_MAX + 1];

	begin();
	for (int i = 0; i < ORDERS_MAX; i++) {
		order[i] = order_of("list", NEVER_MS);
		ck_assert_int_eq(order_take(&order[i], puppet.provider), 0);
	}
	order[ORDERS_MAX] = order_of("list", NEVER_MS);
	ck_assert_int_eq(order_take(&order[ORDERS_MAX], puppet.provider), -EAGAIN);
	order_cancel(&order[3]);
	ck_assert_int_eq(order_take(&order[ORDERS_MAX], puppet.provider), 0);
	for (int i = 0; i <= ORDERS_MAX; i++)
		if (i != 3)
			order_cancel(&order[i]);
	end();
}
END_TEST

START_TEST(who_has_no_command_takes_none)
{
	struct order order = order_of("list", NEVER_MS);
	struct puppet none = { .name = "none", .receive = receive };

	begin();
	rig_load(&none);
	ck_assert_int_eq(order_take(&order, none.provider), -ENOSYS);
	rig_unload(&none);
	end();
}
END_TEST

/* ---- many at once ---- */

static void *hammer(void *unused)
{
	(void)unused;
	for (int i = 0; i < 2000; i++) {
		uint32_t result;

		send_control(&result);
		ck_assert_uint_eq(result, ERROR_SUCCESS);
	}
	return NULL;
}

START_TEST(commands_and_codes_are_never_beside_each_other)
{
	pthread_t thread;

	begin();
	ck_assert_int_eq(pthread_create(&thread, NULL, hammer, NULL), 0);
	for (int i = 0; i < 2000; i++) {
		struct order order = order_of("list", NEVER_MS);

		ck_assert_int_eq(order_take(&order, puppet.provider), 0);
		order_run(&order);
		order_done(&order);
		ck_assert_int_eq(order.end, ORDER_DONE);
		free(order.text);
	}
	pthread_join(thread, NULL);
	ck_assert_uint_eq(controlled, 2000);
	end();
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("order");

	tcase_add_test(tcase, answer_and_status_come_back);
	tcase_add_test(tcase, control_waits_for_a_command);
	tcase_add_test(tcase, control_does_not_wait_for_a_late_command);
	tcase_add_test(tcase, shutdown_leaves_a_late_command_alone);
	tcase_add_test(tcase, shutdown_waits_for_a_command);
	tcase_add_test(tcase, command_of_one_that_shuts_down_is_not_called);
	tcase_add_test(tcase, places_are_bounded);
	tcase_add_test(tcase, who_has_no_command_takes_none);
	tcase_add_test(tcase, commands_and_codes_are_never_beside_each_other);
	tcase_set_timeout(tcase, 60);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("provider/order", tcase);
}
