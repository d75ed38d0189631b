/* The end of a host: what a provider hears whose requests were not decided within the grace. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "memory_limit.h"
#include "provider/chain.h"
#include "provider/host.h"
#include "provider/provider.h"
#include "providers/hooked.h"
#include "suite.h"
#include "temporary.h"

#define HOOKED built_module("tests/providers/hooked.so")

static struct {
	HANDLE provider, request;
	PVOID packet;
	BOOL shut_down;
	unsigned ended[OUTCOME_COUNT], sent;
	uint32_t mask;
	char tracer[32]; /* who traced last */
} seen;

static DWORD PXEAPI on_receive(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			       PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	/* A wrong handle, and a request's: it is known all the same who is being called. */
	const HANDLE tracers[] = { NULL, (HANDLE)(uintptr_t)0x1234, request };

	(void)packet, (void)len, (void)local, (void)remote, (void)action, (void)context;
	seen.request = request;
	for (size_t i = 0; i < sizeof(tracers) / sizeof(tracers[0]); i++) {
		seen.tracer[0] = '\0';
		PxeTrace(tracers[i] ? tracers[i] : seen.provider, PXE_TRACE_INFO, L"here");
		ck_assert_str_eq(seen.tracer, "hooked");
	}
	PxeTrace(NULL, PXE_TRACE_INFO, L"here");
	ck_assert_str_eq(seen.tracer, "hooked");
	seen.packet = PxePacketAllocate(seen.provider, request, 300);
	return ERROR_IO_PENDING;
}

static DWORD PXEAPI on_shutdown(PVOID context)
{
	(void)context;
	seen.shut_down = TRUE;
	ck_assert_uint_eq(PxeSendReply(seen.request, seen.packet, 300, NULL),
			  ERROR_OPERATION_ABORTED);
	ck_assert_ptr_null(PxePacketAllocate(seen.provider, seen.request, 300));
	/* A7: what the grace ended may still be given back here, once. */
	ck_assert_uint_eq(PxePacketFree(seen.provider, seen.request, seen.packet), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeAsyncRecvDone(seen.request, PXE_BA_NBP), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeAsyncRecvDone(seen.request, PXE_BA_NBP), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxePacketFree(seen.provider, seen.request, seen.packet),
			  ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxeTrace(seen.provider, PXE_TRACE_INFO, L"bye"), ERROR_SUCCESS);
	return ERROR_SUCCESS;
}

static DWORD initialize(HANDLE provider, HKEY key)
{
	BOOL yes = TRUE;

	(void)key;
	seen.provider = provider;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)on_receive, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)on_shutdown, NULL);
	return PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &yes, sizeof(yes));
}

static void on_wake(void *context)
{
	(void)context;
}

static void on_send(void *context, struct outgoing *out)
{
	(void)context;
	seen.sent++;
	outgoing_release(out);
}

static const char *on_unreachable(void *context, const struct endpoint *to, unsigned named_on)
{
	(void)context;
	(void)named_on;
	return to->ip.octet[0] == 203 ? "no way to" : NULL;
}

static void on_ended(void *context, const struct ending *end)
{
	(void)context;
	if (!end->dropped)
		seen.ended[end->outcome]++;
}

static void on_trace(void *context, const char *provider, const struct request *req,
		     uint32_t severity, const char *utf8)
{
	(void)context, (void)req, (void)severity, (void)utf8;
	snprintf(seen.tracer, sizeof(seen.tracer), "%s", provider);
}

static bool on_trace_enabled(void *context, uint32_t severity)
{
	(void)context;
	return severity == 0 ? seen.mask != 0 : (severity & seen.mask) != 0;
}

static const struct host_hooks host_hooks = { .wake = on_wake,
					      .send = on_send,
					      .unreachable = on_unreachable,
					      .ended = on_ended,
					      .trace = on_trace,
					      .trace_enabled = on_trace_enabled };

static struct host *host_make(void)
{
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	struct host *host;

	memset(&seen, 0, sizeof(seen));
	ck_assert_int_eq(host_new(&limits, &host_hooks, &host), 0);
	return host;
}

static struct provider *provider_make(struct host *host)
{
	static const struct hooks hooks = { initialize };
	char path[TEMPORARY_MAX], why[512];
	struct provider_spec spec = { .name = "hooked",
				      .module = HOOKED,
				      .dropin = path,
				      .threads = -1,
				      .pending_timeout = -1 };
	struct provider *provider;
	struct chain *chain;
	int fd = mkstemp(temporary_template(path, "stop"));

	dprintf(fd, "name = \"hooked\";\nmodule = \"%s\";\nsettings: { hooks = \"%llx\"; };\n",
		HOOKED, (unsigned long long)(uintptr_t)&hooks);
	close(fd);
	ck_assert_int_eq(provider_new(host, &spec, &provider), 0);
	ck_assert_msg(provider_start(provider, why, sizeof(why)) == 0, "%s", why);
	unlink(path);
	ck_assert_int_eq(chain_new(&provider, 1, NULL, NULL, &chain), 0);
	host_set_chain(host, chain);
	chain_unref(chain);
	return provider;
}

static void receive(struct host *host)
{
	uint8_t octets[601];
	struct arrival in = { .octets = octets, .port = 67, .interface = "fake0", .on_link = true };

	in.len = PxeFakeDiscover(octets, 600, "52:54:00:00:00:01", 7);
	in.from = (struct endpoint){ ip_v4("\0\0\0\0"), 68, 2 };
	in.own = ip_v4("\xc0\x00\x02\x01");
	host_receive(host, &in, 1000);
}

static void end(struct host *host, struct provider *provider)
{
	host_set_chain(host, NULL);
	provider_stop(provider);
	provider_free(provider);
	host_free(host);
}

START_TEST(aborted_request_says_so)
{
	struct host *host = host_make();
	struct provider *provider = provider_make(host);

	seen.mask = PXE_TRACE_INFO;
	receive(host);
	ck_assert_uint_eq(host_pending(host), 1);
	PxeTrace((HANDLE)(uintptr_t)0x1234, PXE_TRACE_INFO, L"nobody is being called");
	ck_assert_str_eq(seen.tracer, "provider");
	ck_assert_uint_eq(PxeSendReply(seen.request, seen.packet, 300, NULL), ERROR_SUCCESS);
	host_abort(host);
	host_turn(host, 1000);
	ck_assert_uint_eq(host_pending(host), 0);
	ck_assert_uint_eq(seen.ended[OUTCOME_ABORTED], 1);
	end(host, provider);
	ck_assert(seen.shut_down);
	ck_assert_uint_eq(seen.sent, 1);
}
END_TEST

START_TEST(no_route_is_said_at_once)
{
	struct host *host = host_make();
	struct provider *provider = provider_make(host);
	PXE_ADDRESS to = { .uFlags = PXE_ADDR_USE_ADDR,
			   .bAddress = { 203, 0, 113, 7 },
			   .uAddrLen = 4 };

	seen.mask = PXE_TRACE_INFO;
	receive(host);
	ck_assert_uint_eq(PxeSendReply(seen.request, seen.packet, 300, &to),
			  ERROR_NETWORK_UNREACHABLE);
	ck_assert_uint_eq(seen.sent, 0);
	host_abort(host);
	end(host, provider);
}
END_TEST

/* O-53: of the severities that are logged, any. */
START_TEST(trace_enabled_follows_the_mask)
{
	struct host *host = host_make();
	BOOL traced = 77;

	ck_assert_uint_eq(PxeGetServerInfo(PXE_GSI_TRACE_ENABLED, &traced, sizeof(traced)), 0);
	ck_assert_int_eq(traced, FALSE);
	seen.mask = PXE_TRACE_FATAL;
	ck_assert_uint_eq(PxeGetServerInfo(PXE_GSI_TRACE_ENABLED, &traced, sizeof(traced)), 0);
	ck_assert_int_eq(traced, TRUE);
	host_free(host);
}
END_TEST

/* S11: no memory for the request table is an error, not a crash in the clean-up. */
START_TEST(host_without_memory_is_not_made)
{
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	struct host *host = NULL;

	limits.table = 1 << 18;
	memory_limit(64 << 20);
	ck_assert_int_eq(host_new(&limits, &host_hooks, &host), -ENOMEM);
	ck_assert_ptr_null(host);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("stop");

	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, aborted_request_says_so);
	tcase_add_test(tcase, no_route_is_said_at_once);
	tcase_add_test(tcase, trace_enabled_follows_the_mask);
	tcase_add_test(tcase, host_without_memory_is_not_made);
	return suite_run("stop", tcase);
}
