/* A provider that does what none should.
 *
 * settings:
 *   in     = "initialize" | "request" | "control" | "shutdown": where
 *   does   = "exit" | "_exit" | "sleep" (for ever) | "abort" | "block-signals" | "ignore-signals" |
 * "thread" (leaves one behind that runs its code) | "fall" (through NULL) | "fall-in-libc" |
 *            "call-null" | "overflow" (the stack) | "own-fall" | "own-overflow" (on a thread of its
 *            own) | "alarm" (a signal that ends a process) | "thread-exit" | "thread-cancel" |
 *            "thread-cancel-later" | "quick-exit" | "free" (a packet) | "own-free" | "close"
 * (descriptors that are not its own) | "" (nothing)
 *   note   = the path of a file that is there once it begins to do so
 *   nonblocking = 1
 *
 * The environment: ROGUE_CONSTRUCTOR = "exit" | "abort" | "sleep", as the module is loaded.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wdspxe.h>

static char where[16], does[16], note[256];
static HANDLE itself;
static PVOID packet;
static ULONG first_descriptor, last_descriptor;

static void *run_for_ever(void *unused)
{
	for (volatile unsigned n = 0;; n++)
		(void)unused;
	return NULL;
}

static void block_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
}

__attribute__((noinline)) static void fall_here(void)
{
	volatile int *volatile nowhere = NULL;

	*nowhere = 1;
}

__attribute__((noinline)) static void fall_in_libc(void)
{
	char *volatile nowhere = NULL;

	does[1] = (char)strlen(nowhere);
}

__attribute__((noinline)) static void call_null(void)
{
	void (*volatile nothing)(void) = NULL;

	nothing();
	does[1]++;
}

__attribute__((noinline)) static int overflow_here(volatile char *above)
{
	volatile char frame[512];

	frame[0] = above ? *above : 1;
	return frame[0] ? overflow_here(frame) + frame[0]
			: 0; /* for ever, but not for the compiler */
}

__attribute__((noinline)) static void free_here(void *volatile what)
{
	free(what);
	does[1] = 'r';
}

static void *own_thread(void *how)
{
	PxeTrace(itself, PXE_TRACE_INFO, L"a thread of its own");
	if (!strcmp(how, "own-fall"))
		fall_here();
	else if (!strcmp(how, "own-free"))
		free_here(packet);
	else
		overflow_here(NULL);
	return NULL;
}

static void misbehave(const char *how)
{
	pthread_t thread;

	if (!strcmp(how, "exit"))
		exit(0);
	if (!strcmp(how, "_exit"))
		_exit(0);
	if (!strcmp(how, "abort"))
		abort();
	if (!strcmp(how, "fall"))
		fall_here();
	if (!strcmp(how, "fall-in-libc"))
		fall_in_libc();
	if (!strcmp(how, "call-null"))
		call_null();
	if (!strcmp(how, "overflow"))
		overflow_here(NULL);
	if (!strcmp(how, "quick-exit"))
		quick_exit(0);
	if (!strcmp(how, "thread-exit"))
		pthread_exit(NULL);
	if (!strcmp(how, "thread-cancel")) {
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
		pthread_cancel(pthread_self());
		pthread_testcancel();
	}
	if (!strcmp(how, "thread-cancel-later")) {
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
		pthread_cancel(pthread_self()); /* in the next function that waits, whose ever */
	}
	if (!strcmp(how, "free"))
		free_here(packet);
	if (!strcmp(how, "close"))
		close_range(first_descriptor, last_descriptor, 0);
	if (!strncmp(how, "own-", 4))
		pthread_create(&thread, NULL, own_thread, (void *)(uintptr_t)how);
	if (!strcmp(how, "block-signals"))
		block_signals();
	if (!strcmp(how, "ignore-signals"))
		for (int i = 1; i < 32; i++)
			signal(i, SIG_IGN);
	if (!strcmp(how, "thread"))
		pthread_create(&thread, NULL, run_for_ever, NULL);
	if (!strcmp(how, "alarm"))
		kill(getpid(), SIGALRM);
	while (!strcmp(how, "sleep"))
		pause();
}

static void misbehave_in(const char *place)
{
	int fd;

	if (strcmp(place, where))
		return;
	fd = *note ? open(note, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (fd >= 0)
		close(fd);
	misbehave(does);
}

__attribute__((constructor)) static void construct(void)
{
	const char *how = getenv("ROGUE_CONSTRUCTOR");

	if (how)
		misbehave(how);
}

static DWORD PXEAPI recv_request(HANDLE request, PVOID received, ULONG len, PXE_ADDRESS *local,
				 PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)received;
	(void)len;
	(void)local;
	(void)remote;
	(void)context;
	packet = PxePacketAllocate(itself, request, 300);
	misbehave_in("request");
	PxePacketFree(itself, request, packet);
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI service_control(PVOID context, DWORD code)
{
	(void)context;
	if (code == SERVICE_CONTROL_INTERROGATE)
		misbehave_in("control");
	return ERROR_SUCCESS;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	(void)context;
	misbehave_in("shutdown");
	return ERROR_SUCCESS;
}

static void read_text(HKEY key, const char *name, char *out, DWORD size)
{
	DWORD type, len = size - 1;

	memset(out, 0, size);
	RegQueryValueExA(key, name, NULL, &type, (BYTE *)out, &len);
}

static void read_number(HKEY key, const char *name, ULONG *out)
{
	DWORD type, len = sizeof(*out);

	RegQueryValueExA(key, name, NULL, &type, (BYTE *)out, &len);
}

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	ULONG nonblocking = 0;

	itself = provider;
	read_text(key, "in", where, sizeof(where));
	read_text(key, "does", does, sizeof(does));
	read_text(key, "note", note, sizeof(note));
	read_number(key, "nonblocking", &nonblocking);
	read_number(key, "first", &first_descriptor);
	read_number(key, "last", &last_descriptor);
	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &nonblocking,
				sizeof(nonblocking));
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)recv_request, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)service_control, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
	misbehave_in("initialize");
	return ERROR_SUCCESS;
}
