/* A provider that does what its settings say: the tests' puppet.
 *
 * settings:
 *   action     = "nbp" | "custom" | "ignore" | "reject" | "error" | "pending" | "invalid"
 *   error      = the code of "error", default ERROR_GEN_FAILURE
 *   reason     = text of PxeRequestReason: "KIND text", KIND 1 to 3; file and line are fixed
 *   then       = "error" | "ignore" | "reject": what is returned after nbp or custom has sent
 *   complete   = "nbp" | … what PxeAsyncRecvDone says; "never": nothing ever completes it;
 *                "fail": PxeRequestFail with `error`
 *   when       = "after" | "before" (before the callback returns) | "other-thread"
 *   delay-ms   = sleep in the callback
 *   hold       = file: the callback does not return before it is gone
 *   mac        = hexadecimal digits: clients whose address does not begin so are rejected at once
 *   reply      = how many replies to send, default 1 for nbp and custom
 *   pad        = octets that the reply is made longer by, after its END
 *   file       = boot file name of the reply
 *   type       = message type of the reply, default OFFER or ACK
 *   address    = "rules" (default) | "null" | "broadcast"
 *   filter     = 0 | 1 | 2; absent: it sets none
 *   echo       = 1: the reply is what came, octet for octet
 *   ipv6, nonblocking = 1
 *   trial      = 1: it knows trial requests
 *   initialize = error code that Initialize returns
 *   initialize-hold = file: Initialize does not return before it is gone
 *   callbacks  = 0: registers none
 *   control    = error code that ServiceControl returns; absent: no such callback
 *   mark       = number that is logged at each ServiceControl
 *   write      = "NAME text": what ServiceControl 200 sets a setting of its own to; then it returns
 *                RegSetValueEx's result
 *   control-hold = file: ServiceControl does not return before it is gone
 *   leak       = 1: does not free its packets
 *   crash, spin = 1: dereferences NULL, or never returns, in RecvRequest
 *   log        = file that one line a call is appended to
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wdspxe.h>

/* What the settings said at one time: never changed once others see it, so that a callback that
 * reads them again leaves those that run beside it what they began with.
 */
struct script {
	char reason[512], action[16], then[16], complete[16], when[16], file[128], address[16],
		log[256], hold[256], mac[16];
	char control_hold[256], initialize_hold[256], write[128];
	DWORD delay_ms, replies, filter, ipv6, nonblocking, trial, initialize, callbacks, leak,
		crash, spin;
	DWORD type, error, pad;
	DWORD control, mark;
	DWORD echo;
	BOOL has_control, has_filter;
	struct script *before; /* the one that it took the place of; freed together at Shutdown */
};

static HANDLE provider_handle;
static HKEY settings;
static _Atomic(struct script *) current;

static void note(const char *format, ...)
{
	const struct script *script = current;
	FILE *log = script && script->log[0] ? fopen(script->log, "ae") : NULL;
	va_list args;

	if (!log)
		return;
	va_start(args, format);
	vfprintf(log, format, args);
	va_end(args);
	fputc('\n', log);
	fclose(log);
}

static void read_text(HKEY key, const char *name, char *out, DWORD size, const char *preset)
{
	DWORD type, len = size - 1;

	memset(out, 0, size);
	if (RegQueryValueExA(key, name, NULL, &type, (BYTE *)out, &len) != ERROR_SUCCESS)
		strncpy(out, preset, size - 1);
}

static BOOL read_number(HKEY key, const char *name, DWORD *out, DWORD preset)
{
	DWORD type, len = sizeof(*out);

	*out = preset;
	return RegQueryValueExA(key, name, NULL, &type, (BYTE *)out, &len) == ERROR_SUCCESS;
}

static void fill_script(HKEY key, struct script *script)
{
	read_text(key, "action", script->action, sizeof(script->action), "reject");
	read_text(key, "reason", script->reason, sizeof(script->reason), "");
	read_text(key, "then", script->then, sizeof(script->then), "");
	read_number(key, "error", &script->error, ERROR_GEN_FAILURE);
	read_number(key, "pad", &script->pad, 0);
	read_text(key, "complete", script->complete, sizeof(script->complete), "nbp");
	read_text(key, "when", script->when, sizeof(script->when), "after");
	read_text(key, "file", script->file, sizeof(script->file), "scripted.0");
	read_text(key, "address", script->address, sizeof(script->address), "rules");
	read_text(key, "log", script->log, sizeof(script->log), "");
	read_text(key, "hold", script->hold, sizeof(script->hold), "");
	read_text(key, "write", script->write, sizeof(script->write), "");
	read_text(key, "control-hold", script->control_hold, sizeof(script->control_hold), "");
	read_text(key, "initialize-hold", script->initialize_hold, sizeof(script->initialize_hold),
		  "");
	read_text(key, "mac", script->mac, sizeof(script->mac), "");
	read_number(key, "delay-ms", &script->delay_ms, 0);
	read_number(key, "reply", &script->replies, 1);
	read_number(key, "type", &script->type, 0);
	script->has_filter = read_number(key, "filter", &script->filter, PXE_PROV_FILTER_ALL);
	read_number(key, "echo", &script->echo, 0);
	read_number(key, "ipv6", &script->ipv6, 0);
	read_number(key, "nonblocking", &script->nonblocking, 0);
	read_number(key, "trial", &script->trial, 0);
	read_number(key, "initialize", &script->initialize, 0);
	read_number(key, "callbacks", &script->callbacks, 1);
	read_number(key, "leak", &script->leak, 0);
	read_number(key, "crash", &script->crash, 0);
	read_number(key, "spin", &script->spin, 0);
	script->has_control = read_number(key, "control", &script->control, 0);
	read_number(key, "mark", &script->mark, 0);
}

/* Reads the settings into a script of its own, and shows it to all callbacks that begin from now
 * on. One thread at a time: Initialize, or ServiceControl.
 */
static struct script *read_script(void)
{
	struct script *script = calloc(1, sizeof(*script));

	if (!script)
		abort();
	fill_script(settings, script);
	script->before = current;
	current = script;
	return script;
}

/* No callback runs any more. */
static void free_scripts(void)
{
	struct script *script = atomic_exchange(&current, NULL), *before;

	for (; script; script = before) {
		before = script->before;
		free(script);
	}
}

static PXE_BOOT_ACTION action_of(const char *name)
{
	static const char *const names[] = { "", "nbp", "custom", "ignore", "reject" };

	for (PXE_BOOT_ACTION a = PXE_BA_NBP; a <= PXE_BA_REJECTED; a++)
		if (strcmp(name, names[a]) == 0)
			return a;
	return 77;
}

static ULONG build_reply(const struct script *script, void *request, ULONG request_len, BYTE *reply,
			 ULONG size, const PXE_ADDRESS *local)
{
	PXE_DHCP_MESSAGE *message = (PXE_DHCP_MESSAGE *)(void *)reply;
	void *type = NULL;
	BYTE answer = 2;
	ULONG len = 0;

	PxeDhcpInitialize(request, request_len, reply, size, &len);
	if (PxeDhcpGetOptionValue(request, request_len, 1, 53, NULL, &type) == ERROR_SUCCESS &&
	    *(BYTE *)type != 1)
		answer = 5;
	if (script->type)
		answer = (BYTE)script->type;
	memcpy(&message->BootstrapServerAddress, local->bAddress, 4);
	memcpy(message->BootFileName, script->file, strlen(script->file));
	PxeDhcpAppendOption(reply, size, &len, 53, 1, &answer);
	PxeDhcpAppendOption(reply, size, &len, 54, 4, (PVOID)(uintptr_t)local->bAddress);
	PxeDhcpAppendOption(reply, size, &len, 60, 9, (PVOID)(uintptr_t) "PXEClient");
	PxeDhcpAppendOption(reply, size, &len, 255, 0, NULL);
	return len;
}

static DWORD send_one(const struct script *script, HANDLE request, void *packet, ULONG packet_len,
		      const PXE_ADDRESS *local)
{
	PXE_ADDRESS to = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	BYTE *reply = PxePacketAllocate(provider_handle, request, 600 + script->pad);
	DWORD code;
	ULONG len;

	if (!reply) {
		note("allocate %u", GetLastError());
		return GetLastError();
	}
	if (script->echo)
		memcpy(reply, packet, len = packet_len < 600 ? packet_len : 600);
	else
		len = build_reply(script, packet, packet_len, reply, 600, local) + script->pad;
	if (strcmp(script->address, "broadcast") == 0)
		to.uFlags = PXE_ADDR_BROADCAST;
	code = PxeSendReply(request, reply, len, strcmp(script->address, "null") == 0 ? NULL : &to);
	note("send %u", code);
	if (!script->leak)
		PxePacketFree(provider_handle, request, reply);
	return code;
}

static void send_all(const struct script *script, HANDLE request, void *packet, ULONG len,
		     const PXE_ADDRESS *local, const char *action)
{
	if (strcmp(action, "nbp") != 0 && strcmp(action, "custom") != 0)
		return;
	for (DWORD i = 0; i < script->replies; i++)
		send_one(script, request, packet, len, local);
}

struct later {
	const struct script *script; /* that of the request */
	HANDLE request;
	void *packet;
	ULONG len;
	PXE_ADDRESS *local;
	pthread_t before; /* each thread waits for the one before it, and Shutdown for the last: */
	bool has_before;  /* none may run on in a module that is unloaded */
};

static struct {
	pthread_mutex_t lock;
	pthread_t thread;
	bool is;
} last = { .lock = PTHREAD_MUTEX_INITIALIZER };

static DWORD complete(const struct script *script, HANDLE request)
{
	if (strcmp(script->complete, "fail") == 0)
		return PxeRequestFail(request, script->error);
	return PxeAsyncRecvDone(request, action_of(script->complete));
}

static void *complete_later(void *arg)
{
	struct later *later = arg;
	const struct timespec nap = { .tv_nsec = 20000000 };

	nanosleep(&nap, NULL);
	send_all(later->script, later->request, later->packet, later->len, later->local,
		 later->script->complete);
	note("done %u", complete(later->script, later->request));
	if (later->has_before)
		pthread_join(later->before, NULL);
	free(later);
	return NULL;
}

static void complete_in_thread(const struct script *script, HANDLE request, void *packet, ULONG len,
			       PXE_ADDRESS *local)
{
	struct later *later = malloc(sizeof(*later));

	pthread_mutex_lock(&last.lock);
	*later = (struct later){ script, request, packet, len, local, last.thread, last.is };
	last.is = true;
	pthread_create(&last.thread, NULL, complete_later, later);
	pthread_mutex_unlock(&last.lock);
}

static DWORD pend(const struct script *script, HANDLE request, void *packet, ULONG len,
		  PXE_ADDRESS *local)
{
	if (strcmp(script->complete, "never") == 0)
		return ERROR_IO_PENDING;
	if (strcmp(script->when, "before") == 0) {
		send_all(script, request, packet, len, local, script->complete);
		note("done %u", complete(script, request));
		note("late %u", PxeSendReply(request, packet, len, NULL));
	} else {
		complete_in_thread(script, request, packet, len, local);
	}
	return ERROR_IO_PENDING;
}

/* A sanitizer would end it as a mistake of the test's. */
__attribute__((no_sanitize("undefined"))) static void misbehave(const struct script *script)
{
	volatile int *nowhere = NULL;
	volatile int forever = 1;

	if (script->crash)
		*nowhere = 1;
	while (script->spin && forever)
		;
}

static void wait_gone(const char *file)
{
	while (file[0] && access(file, F_OK) == 0)
		usleep(5000);
}

static BOOL is_wanted(const struct script *script, const BYTE *packet, ULONG len)
{
	char mac[13];

	if (!script->mac[0] || len < 34)
		return TRUE;
	for (int i = 0; i < 6; i++)
		snprintf(mac + 2 * i, 3, "%02x", packet[28 + i]);
	return strncmp(mac, script->mac, strlen(script->mac)) == 0;
}

static DWORD PXEAPI recv_request(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				 PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	const struct script *script = current;
	const struct timespec nap = { .tv_sec = script->delay_ms / 1000,
				      .tv_nsec = script->delay_ms % 1000 * 1000000L };

	(void)remote;
	(void)context;
	if (!is_wanted(script, packet, len))
		return ERROR_SUCCESS;
	note("request %u flags %u", len, local->uFlags);
	if (script->reason[0])
		note("reason %u", PxeRequestReason(request, (ULONG)(script->reason[0] - '0'),
						   script->reason + 1, "/etc/rules/10-rules", 7));
	misbehave(script);
	if (script->delay_ms)
		nanosleep(&nap, NULL);
	wait_gone(script->hold);
	if (strcmp(script->action, "pending") == 0)
		return pend(script, request, packet, len, local);
	if (strcmp(script->action, "error") == 0)
		return script->error;
	send_all(script, request, packet, len, local, script->action);
	if (strcmp(script->then, "error") == 0)
		return script->error;
	*action = action_of(script->then[0] ? script->then : script->action);
	return ERROR_SUCCESS;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	(void)context;
	if (last.is)
		pthread_join(last.thread, NULL);
	last.is = false;
	note("shutdown");
	free_scripts();
	return ERROR_SUCCESS;
}

static DWORD write_setting(const struct script *script)
{
	char name[128] = "";
	int n = 0;

	sscanf(script->write, "%127s %n", name, &n);
	return (DWORD)RegSetValueExA(settings, name, 0, REG_SZ, (const BYTE *)script->write + n,
				     (DWORD)strlen(script->write + n) + 1);
}

static DWORD PXEAPI service_control(PVOID context, DWORD code)
{
	const struct script *script = code == SERVICE_CONTROL_PARAMCHANGE ? read_script() : current;

	(void)context;
	note("control %u", code);
	wait_gone(script->control_hold);
	if (script->mark)
		note("mark %u", script->mark);
	return code == 200 && script->write[0] ? write_setting(script) : script->control;
}

static void set_attribute(PXE_PROVIDER_ATTRIBUTE attribute, ULONG value)
{
	DWORD code = PxeProviderSetAttribute(provider_handle, attribute, &value, sizeof(value));

	if (code != ERROR_SUCCESS)
		note("attribute %u: %u", attribute, code);
}

static DWORD start(const struct script *script, HANDLE provider)
{
	if (script->initialize) {
		PxeTrace(provider, PXE_TRACE_ERROR, L"told to fail with %u", script->initialize);
		return script->initialize;
	}
	if (!script->callbacks)
		return ERROR_SUCCESS;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)recv_request, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
	if (script->has_control)
		PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)service_control,
				    NULL);
	if (script->has_filter) {
		set_attribute(PXE_PROV_ATTR_FILTER, script->filter);
		set_attribute(PXE_PROV_ATTR_FILTER_IPV6, script->filter);
	}
	set_attribute(PXE_PROV_ATTR_IPV6_CAPABLE, script->ipv6);
	set_attribute(PXE_PROV_ATTR_NONBLOCKING, script->nonblocking);
	set_attribute(PXE_PROV_ATTR_TRIAL, script->trial);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	const struct script *script;
	DWORD code;

	provider_handle = provider;
	settings = key;
	script = read_script();
	note("initialize");
	wait_gone(script->initialize_hold);
	code = start(script, provider);
	if (code != ERROR_SUCCESS || !script->callbacks)
		free_scripts(); /* nobody calls Shutdown */
	return code;
}
