#include "provider/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "provider/altstack.h"
#include "provider/call.h"
#include "provider/image.h"
#include "provider/process.h"
#include "provider/thrown.h"
#include "request/intake.h"

enum { PATIENCE_MS = 1000, LAST_RESORT_S = 5 };

static const struct {
	int number;
	const char *name;
} signals[] = {
	{ SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" },   { SIGFPE, "SIGFPE" },
	{ SIGILL, "SIGILL" },   { SIGABRT, "SIGABRT" },
};

static const char *prefix = "";
static atomic_bool is_over, is_dying;

/* ---- a line, with async-signal-safe means only ---- */

struct line {
	char text[512]; /* less than PIPE_BUF: a pipe takes it whole or not at all */
	size_t len;
};

static void put(struct line *line, const char *text)
{
	while (*text && line->len < sizeof(line->text) - 1)
		line->text[line->len++] = *text++;
}

/* In at least `digits` hexadecimal digits. */
static void put_hex(struct line *line, uint64_t number, unsigned digits)
{
	char text[19] = "", *at = text + sizeof(text) - 1;

	for (; number || digits > 0; number >>= 4, digits -= digits > 0)
		*--at = "0123456789abcdef"[number & 15];
	put(line, "0x");
	put(line, at);
}

static void put_call(struct line *line, const struct host_call *call)
{
	const char *callback = atomic_load(&call->callback);
	const struct request *req = atomic_load(&call->request);
	char client[40];

	put(line, "in provider ");
	put(line, atomic_load(&call->provider));
	put(line, ", ");
	put(line, callback ? callback : "?");
	if (!req)
		return;
	put(line, ", client ");
	put(line, host_call_client(call, client));
	put(line, ", transaction ");
	put_hex(line, request_xid(req), 8);
}

static void put_no_call(struct line *line, const char *provider)
{
	const char *unloaded = host_call_unloaded();

	if (provider) {
		put(line, "in a thread started by provider ");
		put(line, provider);
		return;
	}
	put(line, "no provider is being called on this thread");
	if (unloaded) {
		put(line, "; did ");
		put(line, unloaded);
		put(line, ", which was unloaded, leave a thread behind?");
	}
}

static void put_place(struct line *line, const char *how, const struct image_place *place)
{
	put(line, how);
	if (place->name[0]) {
		put(line, place->name);
		put(line, "+");
	}
	put_hex(line, place->offset, 1);
	if (place->gone)
		put(line, " (unloaded)");
}

/* Who, and where: the place itself and, where that is no provider's code (in libc, say), the
 * nearest on the stack that is. `pc` 0: only the stack tells, as in exit(). */
static void put_all(struct line *line, uintptr_t pc, uintptr_t sp, bool has_pc)
{
	const struct host_call *call = host_call_current();
	struct image_place place = { .provider = NULL }, caller = { .provider = NULL };
	bool has_caller;

	if (has_pc)
		image_find(pc, &place);
	has_caller = (!place.provider || place.gone) && image_find_caller(sp, &caller);
	if (atomic_load(&call->provider))
		put_call(line, call);
	else
		put_no_call(line, !place.provider ? caller.provider
				  : place.gone    ? NULL
						  : place.provider);
	if (has_pc)
		put_place(line, "; at ", &place);
	if (has_caller)
		put_place(line, has_pc ? ", called from " : "; called from ", &caller);
}

/* ---- writing it ---- */

/* A descriptor of stderr for one write that does not wait: opened again, for O_NONBLOCK belongs to
 * all who share one. Not of a file, which never waits: there the offset is to be shared. */
static int stderr_reopen(void)
{
	struct stat st;

	if (fstat(STDERR_FILENO, &st) < 0 || !(S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		return -1;
	return open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Without waiting, whatever stderr is. True: written, or never to be. */
static bool try_to_write(const struct line *line)
{
	struct pollfd room = { STDERR_FILENO, POLLOUT, 0 };
	int fd;
	ssize_t n = send(STDERR_FILENO, line->text, line->len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n >= 0 || errno != ENOTSOCK)
		return n >= 0 || (errno != EAGAIN && errno != EINTR);
	fd = stderr_reopen();
	if (fd < 0 && poll(&room, 1, 0) <= 0)
		return false;
	n = write(fd < 0 ? STDERR_FILENO : fd, line->text, line->len);
	if (fd >= 0)
		close(fd);
	return n >= 0 || (errno != EAGAIN && errno != EINTR);
}

static void say(struct line *line)
{
	struct pollfd room = { STDERR_FILENO, POLLOUT, 0 };

	line->text[line->len++] = '\n';
	if (!try_to_write(line) && poll(&room, 1, PATIENCE_MS) > 0)
		try_to_write(line);
}

/* Should anything in here hang all the same, the kernel ends it. */
static void limit_time(void)
{
	sigset_t set;

	signal(SIGALRM, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	alarm(LAST_RESORT_S);
}

/* The first one speaks; another thread that dies meanwhile waits for the end. False: this is the
 * handler itself, which has failed. */
static bool first_only(void)
{
	static _Thread_local volatile sig_atomic_t mine;

	if (mine)
		return false;
	mine = 1;
	if (!atomic_exchange(&is_dying, true))
		return true;
	for (;;)
		pause();
}

/* ---- the ends ---- */

__attribute__((noreturn)) static void end(const char *how, uintptr_t sp)
{
	struct line line = { .len = 0 };

	if (first_only()) {
		limit_time();
		put(&line, prefix);
		put(&line, how);
		put_all(&line, 0, sp, false);
		say(&line);
	}
	_exit(1);
}

/* A module that calls exit() would end the service with status 0, as if all were well. */
static void on_exit_called(void)
{
	if (!atomic_load(&is_over))
		end("exit() was called: ", (uintptr_t)__builtin_frame_address(0));
}

static void on_late(int number)
{
	(void)number;
	end("has not returned in time: ", (uintptr_t)__builtin_frame_address(0));
}

void crash_thread_ended(void)
{
	end("pthread_exit() was called: ", (uintptr_t)__builtin_frame_address(0));
}

int crash_limit(unsigned seconds)
{
	/* To this thread, for it is the one whose call is named. */
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM };
	struct itimerspec when = { .it_value = { .tv_sec = seconds } };
	struct sigaction action = { .sa_handler = on_late, .sa_flags = SA_ONSTACK };
	static bool is_made;
	static timer_t timer;

	event._sigev_un._tid = gettid();
	sigemptyset(&action.sa_mask);
	if (!is_made && (sigaction(SIGALRM, &action, NULL) < 0 ||
			 timer_create(CLOCK_MONOTONIC, &event, &timer) < 0))
		return -errno;
	is_made = true;
	return timer_settime(timer, 0, &when, NULL) < 0 ? -errno : 0;
}

void crash_end(const char *why)
{
	struct line line = { .len = 0 };

	if (first_only()) {
		limit_time();
		put(&line, prefix);
		put(&line, why);
		say(&line);
	}
	_exit(1);
}

void crash_over(void)
{
	atomic_store(&is_over, true);
}

static uintptr_t pc_of(const ucontext_t *context, uintptr_t *sp)
{
#if defined(__x86_64__)
	*sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
	return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	*sp = context->uc_mcontext.sp;
	return context->uc_mcontext.pc;
#else
	*sp = (uintptr_t)context;
	return 0;
#endif
}

static const char *name_of(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (signals[i].number == number)
			return signals[i].name;
	return "a signal";
}

/* Who calls abort(), or has it called, mostly knows why. */
static void put_abort(struct line *line, uintptr_t sp)
{
	const char *type = thrown_type();

	if (type) {
		put(line, "; a C++ exception was thrown: ");
		put(line, type);
	} else if (image_stack_has(sp, host_is_packet)) {
		put(line,
		    "; free() of a packet from PxePacketAllocate, which PxePacketFree frees?");
	}
}

static void tell(int number, const siginfo_t *info, const ucontext_t *context)
{
	struct line line = { .len = 0 };
	uintptr_t pc, sp;

	pc = pc_of(context, &sp);
	put(&line, prefix);
	put(&line, "crashed by ");
	put(&line, name_of(number));
	put(&line, ": ");
	put_all(&line, pc, sp, true);
	if (number == SIGABRT)
		put_abort(&line, sp);
	if ((number == SIGSEGV || number == SIGBUS) && info->si_code > 0) {
		put(&line, ", accessing ");
		put_hex(&line, (uintptr_t)info->si_addr, 1);
	}
	say(&line);
}

static void crashed(int number, siginfo_t *info, void *context)
{
	if (first_only()) {
		limit_time();
		tell(number, info, context);
	}
	signal(number, SIG_DFL);
	raise(number); /* its usual course now */
}

static bool is_handled(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 &&
	       ((now.sa_flags & SA_SIGINFO) != 0 || now.sa_handler != SIG_DFL);
}

static void install(const char *line_prefix, bool guest)
{
	struct sigaction action = { .sa_sigaction = crashed,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	prefix = line_prefix;
	altstack_have();
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (!guest || !is_handled(signals[i].number))
			sigaction(signals[i].number, &action, NULL);
}

void crash_install(const char *line_prefix)
{
	install(line_prefix, false);
	atexit(on_exit_called);
	(void)at_quick_exit(on_exit_called);
}

void crash_install_guest(void)
{
	install("", true);
}
