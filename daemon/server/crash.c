#include "server/crash.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dhcp/dhcp4.h"
#include "server/log.h"
#include "server/log_sink.h"

static const struct {
	int number;
	const char *name;
} signals[] = {
	{ SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" },   { SIGFPE, "SIGFPE" },
	{ SIGILL, "SIGILL" },   { SIGABRT, "SIGABRT" },
};

static const char *prefix = "";
static atomic_bool is_over;

/* A line under construction, with async-signal-safe means only. */
struct line {
	char text[512];
	size_t len;
};

static void put(struct line *line, const char *text)
{
	while (*text && line->len < sizeof(line->text) - 1)
		line->text[line->len++] = *text++;
}

static void put_hex32(struct line *line, uint32_t number)
{
	char digits[9];

	for (int i = 7; i >= 0; i--, number >>= 4)
		digits[i] = "0123456789abcdef"[number & 15];
	digits[8] = 0;
	put(line, digits);
}

static uint32_t xid_of(const struct request *req)
{
	return req->family == IP_V6 ? req->v6.client.xid : load_be32(req->octets + DHCP4_XID);
}

static void put_call(struct line *line, const struct host_call *call)
{
	const char *provider = atomic_load(&call->provider);
	const char *callback = atomic_load(&call->callback);
	const struct request *req = atomic_load(&call->request);
	char client[40];

	if (!provider) {
		const char *unloaded = host_call_unloaded();

		put(line, "no provider is being called on this thread");
		if (unloaded) {
			put(line, "; did ");
			put(line, unloaded);
			put(line, ", which was unloaded, leave a thread behind?");
		}
		return;
	}
	put(line, "in provider ");
	put(line, provider);
	put(line, ", ");
	put(line, callback ? callback : "?");
	if (!req)
		return;
	put(line, ", client ");
	put(line, host_call_client(call, client));
	put(line, ", transaction 0x");
	put_hex32(line, xid_of(req));
}

static void say(struct line *line)
{
	line->text[line->len++] = '\n';
	if (write(STDERR_FILENO, line->text, line->len) < 0)
		_exit(1); /* nobody hears us, and nothing is left to do */
}

/* A module that calls exit() would end the service with status 0, as if all were well. */
static void on_exit_called(void)
{
	struct line line = { .len = 0 };

	if (atomic_load(&is_over))
		return;
	put(&line, prefix);
	put(&line, "exit() was called: ");
	put_call(&line, host_call_current());
	say(&line);
	_exit(1);
}

void crash_over(void)
{
	atomic_store(&is_over, true);
}

static void crashed(int number)
{
	struct line line = { .len = 0 };
	const char *name = "a signal";

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (signals[i].number == number)
			name = signals[i].name;
	put(&line, prefix);
	put(&line, "crashed by ");
	put(&line, name);
	put(&line, ": ");
	put_call(&line, host_call_current());
	line.text[line.len++] = '\n';
	if (write(STDERR_FILENO, line.text, line.len) < 0)
		_exit(128 + number); /* nobody hears us, and nothing is left to do */
	raise(number);               /* SA_RESETHAND: its usual course now */
}

void crash_install(void)
{
	static _Alignas(16) char stack[16384];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = crashed,
				    .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK | SA_NODEFER) };

	if (log_sink_is_journal())
		prefix = "<2>"; /* how a plain line says that it is critical */
	sigaltstack(&alternate, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i].number, &action, NULL);
	atexit(on_exit_called);
}

void crash_watch(const struct host_call *call, const char *where, uint64_t limit_ms,
		 uint64_t now_ms, uint64_t *since_ms)
{
	const char *provider = call ? atomic_load(&call->provider) : NULL;
	uint64_t since = provider ? atomic_load(&call->since_ms) : 0;
	const char *callback;
	char client[40];

	if (!provider || since == *since_ms || now_ms < since + limit_ms)
		return;
	*since_ms = since;
	callback = atomic_load(&call->callback);
	log_provider(LOG_CRIT, provider, "%s has not returned for %.1f s %s; client %s",
		     callback ? callback : "a callback", (double)(now_ms - since) / 1000, where,
		     host_call_client(call, client));
}
