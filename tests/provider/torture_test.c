/* Misuse cannot hurt: two torture providers and a blocking queue between them, requests from the
 * loop without pause, until the API has been called TORTURE_OPERATIONS times (default 10 million)
 * and requests have ended in each way.
 */
#include <check.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "provider/chain.h"
#include "provider/host.h"
#include "provider/provider.h"
#include "providers/torture.h"
#include "suite.h"
#include "temporary.h"

#define TORTURE built_module("tests/providers/torture.so")

enum { N_PROVIDERS = 2 };

static struct torture_shared shared;

static struct {
	int wake;
	uint64_t ended[OUTCOME_COUNT], dropped[OUTCOME_COUNT], sent;
	_Atomic uint64_t traced;
} seen;

static void on_wake(void *context)
{
	uint64_t one = 1;

	(void)context;
	ck_assert_int_eq(write(seen.wake, &one, sizeof(one)), sizeof(one));
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
	return to->ip.octet[0] == 7 ? "no route to" : NULL; /* some networks have none */
}

static void on_ended(void *context, const struct ending *end)
{
	(void)context;
	(end->dropped ? seen.dropped : seen.ended)[end->outcome]++;
	if (end->outcome == OUTCOME_TIMEOUT)
		atomic_fetch_add(&shared.timeouts, 1);
}

static void on_trace(void *context, const char *provider, const struct request *req,
		     uint32_t severity, const char *utf8)
{
	(void)context;
	(void)provider;
	(void)req;
	(void)severity;
	(void)utf8;
	atomic_fetch_add(&seen.traced, 1);
}

static bool on_trace_enabled(void *context, uint32_t severity)
{
	(void)context;
	return (severity & PXE_TRACE_VERBOSE) == 0;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void feed(struct host *host, uint32_t n)
{
	uint8_t octets[601];
	char mac[24];
	struct arrival in = { .octets = octets, .port = 67, .interface = "fake0", .on_link = true };

	snprintf(mac, sizeof(mac), "52:54:%02x:%02x:%02x:%02x", n >> 24, n >> 16 & 255,
		 n >> 8 & 255, n & 255);
	in.len = PxeFakeDiscover(octets, 600, mac, 7);
	ck_assert_uint_gt(in.len, 0);
	in.from = (struct endpoint){ ip_v4("\0\0\0\0"), 68, 2 };
	in.own = ip_v4("\xc0\x00\x02\x01");
	if (n % 7 == 0)
		octets[240] = 0xee; /* option 53 goes: malformed, or bootp */
	host_receive(host, &in, now_ms());
}

static void turn(struct host *host)
{
	struct pollfd poll_wake = { .fd = seen.wake, .events = POLLIN };
	uint64_t many;

	if (poll(&poll_wake, 1, host_pending(host) > 200 ? 10 : 0) > 0)
		ck_assert_int_eq(read(seen.wake, &many, sizeof(many)), sizeof(many));
	host_turn(host, now_ms());
	host_tick(host, now_ms());
}

static void start(struct host *host, struct provider *out[], char path[][TEMPORARY_MAX])
{
	struct chain *chain;
	char why[512];

	for (int i = 0; i < N_PROVIDERS; i++) {
		struct provider_spec spec = { .name = i ? "second" : "first",
					      .module = TORTURE,
					      .dropin = path[i],
					      .threads = i ? 2 : 3,
					      .pending_timeout = 0.05 };
		int fd;

		fd = mkstemp(temporary_template(path[i], "torture"));
		dprintf(fd, "name = \"%s\";\nmodule = \"%s\";\nsettings: { shared = \"%llx\"; };\n",
			spec.name, TORTURE, (unsigned long long)(uintptr_t)&shared);
		close(fd);
		ck_assert_int_eq(provider_new(host, &spec, &out[i]), 0);
		ck_assert_msg(provider_start(out[i], why, sizeof(why)) == 0, "%s", why);
	}
	ck_assert_int_eq(chain_new(out, N_PROVIDERS, NULL, NULL, &chain), 0);
	host_set_chain(host, chain);
	chain_unref(chain);
}

static void drain(struct host *host)
{
	uint64_t until = now_ms() + 20000;

	while (host_pending(host) > 0 && now_ms() < until)
		turn(host);
	ck_assert_uint_eq(host_pending(host), 0);
	host_turn(host, now_ms());
}

static void check_counts(struct host *host, uint32_t fed)
{
	struct host_counters counters;
	uint64_t sum = 0;

	host_counters(host, &counters);
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		ck_assert_uint_eq(counters.outcomes[i], seen.ended[i] + seen.dropped[i]);
		sum += counters.outcomes[i];
	}
	ck_assert_uint_eq(counters.received, fed);
	ck_assert_uint_eq(sum, fed);
	ck_assert_uint_eq(counters.packets_used, 0);
}

/* Whether each kind of end has been seen. */
static bool is_varied(void)
{
	return seen.sent > 0 && seen.ended[OUTCOME_TIMEOUT] > 0 && seen.ended[OUTCOME_NBP] > 0 &&
	       atomic_load(&shared.told) > 0;
}

START_TEST(misuse_is_answered_and_hurts_nobody)
{
	static struct provider *provider[N_PROVIDERS];
	const char *wanted = getenv("TORTURE_OPERATIONS");
	uint64_t operations = wanted ? strtoull(wanted, NULL, 10) : 10000000;
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	struct host_hooks hooks = { .wake = on_wake,
				    .send = on_send,
				    .unreachable = on_unreachable,
				    .ended = on_ended,
				    .trace = on_trace,
				    .trace_enabled = on_trace_enabled };
	char path[N_PROVIDERS][TEMPORARY_MAX];
	struct host *host;
	uint32_t fed = 0;

	seen.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	limits.table = limits.packets = 256;
	ck_assert_int_eq(host_new(&limits, &hooks, &host), 0);
	start(host, provider, path);
	while (atomic_load(&shared.operations) < operations || !is_varied()) {
		for (int i = 0; i < 8; i++)
			feed(host, ++fed);
		turn(host);
	}
	drain(host);
	host_set_chain(host, NULL);
	for (int i = N_PROVIDERS - 1; i >= 0; i--) {
		provider_stop(provider[i]);
		provider_free(provider[i]);
		unlink(path[i]);
	}
	check_counts(host, fed);
	host_free(host);
	close(seen.wake);
	ck_assert_msg(atomic_load(&shared.wrong) == 0, "%llu wrong, first: %s",
		      (unsigned long long)atomic_load(&shared.wrong), shared.first_wrong);
	ck_assert_uint_gt(atomic_load(&shared.misuses), operations / 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("torture");
	TCase *tcase = tcase_create("torture");

	tcase_set_timeout(tcase, 280);
	tcase_add_test(tcase, misuse_is_answered_and_hurts_nobody);
	suite_add_tcase(suite, tcase);
	return suite_run_whole(suite);
}
