/* What a provider says of its files where it reads them again is the reason of a refusal. */
#include "provider/rig.h"
#include "suite.h"

static _Atomic bool rereading, asked;

/* A request is under way while it reads, and fails. */
static DWORD receive(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		     PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)request, (void)packet, (void)len, (void)remote;
	PxeTrace(self->handle, PXE_TRACE_ERROR, L"this client is in no list");
	asked = true;
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD refuse(struct puppet *self, DWORD code)
{
	ck_assert_uint_eq(code, PXE_CONTROL_FILES);
	rereading = true;
	while (!asked)
		rig_nap();
	PxeTrace(self->handle, PXE_TRACE_ERROR, L"list.csv:3: no such group");
	PxeTrace(self->handle, PXE_TRACE_ERROR, L"list.csv:4: nor this");
	return ERROR_INVALID_DATA;
}

static char why[512];

static void *reread(void *provider)
{
	return (void *)(uintptr_t)provider_reread(provider, why, sizeof(why));
}

static const int rows[] = { 0, 2 }; /* threads */

START_TEST(what_it_says_of_a_request_is_no_reason)
{
	struct puppet puppet = { .name = "lists",
				 .threads = rows[_i],
				 .receive = receive,
				 .controlled = true,
				 .control = refuse };
	struct puppet *const all[] = { &puppet };
	pthread_t thread;
	void *result;

	rig_start(64, 64);
	rig_load(&puppet);
	rig_chain(all, 1, NULL);
	ck_assert_int_eq(pthread_create(&thread, NULL, reread, puppet.provider), 0);
	RIG_UNTIL(rereading);
	rig_discover(1);
	RIG_UNTIL(asked);
	pthread_join(thread, &result);
	ck_assert_uint_eq((uintptr_t)result, ERROR_INVALID_DATA);
	ck_assert_msg(strstr(why, "list.csv:3: no such group") && !strstr(why, "client"), "%s",
		      why);
	ck_assert(rig_said("lists: this client is in no list"));
	RIG_UNTIL(puppet.asked == 1);
	rig_chain(NULL, 0, NULL);
	rig_turn();
	rig_unload(&puppet);
	host_free(rig.host);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("reread");

	TEST_ROWS(tcase, what_it_says_of_a_request_is_no_reason, rows);
	tcase_set_timeout(tcase, 60);
	return suite_run("reread", tcase);
}
