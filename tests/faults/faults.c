/* Makes calls of a program fail, by LD_PRELOAD: one, the Nth of a kind; or those that a test orders
 * while the program runs (ordered.h).
 *
 * FAULT=memory:17 is the 17th allocation, FAULT=system:9 the 9th system call of those below. The
 * file that FAULT_LOG names gets a line that says what failed, and at exit how many calls of each
 * kind there were.
 *
 * A call is let through, and the line says so, where a library among its callers ends the program
 * when it fails (memory: libconfig, libev, a sanitizer; libev's own wake-up). Children run without
 * this.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ordered.h"

enum kind { MEMORY, SYSTEM, KINDS };

static const char *const kind_names[KINDS] = { "memory", "system" };
static atomic_ulong calls[KINDS];
static int wanted_kind = -1;
static unsigned long wanted;
static int log_fd = -1;
static __thread bool inside; /* what we call ourselves is never made to fail */
static atomic_bool over;     /* the program has ended: what is called now is not its own */

static void say(const char *format, ...)
{
	char line[512];
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	if (log_fd >= 0 && n > 0)
		syscall(SYS_write, log_fd, line,
			(size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

__attribute__((constructor)) static void begin(void)
{
	const char *fault = getenv("FAULT"), *path = getenv("FAULT_LOG");
	void *frame[4];

	inside = true;
	backtrace(frame, 4); /* it allocates at its first call */
	if (path)
		log_fd = (int)syscall(SYS_openat, AT_FDCWD, path,
				      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	for (int i = 0; fault && i < KINDS; i++) {
		size_t n = strlen(kind_names[i]);

		if (strncmp(fault, kind_names[i], n) == 0 && fault[n] == ':') {
			wanted_kind = i;
			wanted = strtoul(fault + n + 1, NULL, 10);
		}
	}
	unsetenv("LD_PRELOAD");
	inside = false;
}

__attribute__((destructor)) static void end(void)
{
	atomic_store(&over, true);
	for (int i = 0; i < KINDS; i++)
		say("calls %s %lu\n", kind_names[i], atomic_load(&calls[i]));
}

/* The module and offset of the first frame outside of us and libc, for the line; and whether a
 * library is among the callers that cannot bear it. */
static bool caller(char *where, size_t size)
{
	void *frame[48];
	int n = backtrace(frame, 48);
	bool bears = true, named = false;
	Dl_info self, at;

	dladdr((void *)caller, &self);
	for (int i = 0; i < n; i++) {
		if (!dladdr(frame[i], &at) || !at.dli_fname || at.dli_fbase == self.dli_fbase)
			continue;
		if (strstr(at.dli_fname, "/libconfig") || strstr(at.dli_fname, "/libev") ||
		    strstr(at.dli_fname, "san.so"))
			bears = false;
		if (named || strstr(at.dli_fname, "/libc.so") || strstr(at.dli_fname, "san.so"))
			continue;
		snprintf(where, size, "%s+0x%lx",
			 strrchr(at.dli_fname, '/') ? strrchr(at.dli_fname, '/') + 1 : at.dli_fname,
			 (unsigned long)((char *)frame[i] - (char *)at.dli_fbase));
		named = true;
	}
	return bears;
}

/* Is this the one that shall fail? Counts it. */
static bool hit(enum kind kind, const char *name)
{
	char where[256] = "?";
	bool fails;

	if (inside || atomic_load(&over) || atomic_fetch_add(&calls[kind], 1) + 1 != wanted ||
	    (int)kind != wanted_kind)
		return false;
	inside = true;
	fails = caller(where, sizeof(where)) ||
		(kind == SYSTEM && strcmp(name, "write") != 0 && strcmp(name, "epoll_ctl") != 0);
	say("%s %s %s\n", fails ? "failed" : "spared", name, where);
	inside = false;
	return fails;
}

/* The next definition of a name. malloc is wanted by dlsym itself at times: those calls get memory
 * of our own that is never given back. */
static void *next(const char *name, void *_Atomic *cache)
{
	void *found = atomic_load(cache);

	if (!found) {
		bool was = inside;

		inside = true;
		found = dlsym(RTLD_NEXT, name);
		inside = was;
		atomic_store(cache, found);
	}
	return found;
}

#define NEXT(name, type)                                                                           \
	({                                                                                         \
		static void *_Atomic cache;                                                        \
		(type) next(name, &cache);                                                         \
	})

/* ---- memory ---- */

void *malloc(size_t size)
{
	if (hit(MEMORY, "malloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return NEXT("malloc", void *(*)(size_t))(size);
}

void *calloc(size_t n, size_t size)
{
	static _Alignas(16) char early[4096];
	static atomic_size_t used;
	static void *_Atomic found;
	static __thread bool looking;

	if (!atomic_load(&found) && looking) { /* dlsym allocates while it looks for calloc */
		size_t at = atomic_fetch_add(&used, (n * size + 15) & ~(size_t)15);

		return at + n * size <= sizeof(early) ? early + at : NULL;
	}
	looking = true;
	next("calloc", &found);
	looking = false;
	if (hit(MEMORY, "calloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return ((void *(*)(size_t, size_t))atomic_load(&found))(n, size);
}

void *realloc(void *old, size_t size)
{
	if (hit(MEMORY, "realloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return NEXT("realloc", void *(*)(void *, size_t))(old, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
	if (hit(MEMORY, "posix_memalign"))
		return ENOMEM;
	return NEXT("posix_memalign", int (*)(void **, size_t, size_t))(out, alignment, size);
}

/* ---- on order ---- */

static bool ordered(enum ordered_call call)
{
	bool was = inside, fails;

	inside = true;
	fails = ordered_to_fail(call);
	inside = was;
	return fails;
}

static bool is_internet(int fd)
{
	int domain = 0;
	socklen_t len = sizeof(domain);

	return syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
	       (domain == AF_INET || domain == AF_INET6);
}

/* ---- system calls: CALL(result, name, what it returns, errno, parameters, arguments) ---- */

#define CALL(...) ORDERED_CALL(false, __VA_ARGS__)
static bool is_epoll(int fd)
{
	char path[64], target[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return readlink(path, target, sizeof(target) - 1) > 0 && strstr(target, "eventpoll");
}

static bool watch_is_ordered(int fd)
{
	return is_internet(fd) ? ordered(ORDERED_EPOLL_CTL)
			       : is_epoll(fd) && ordered(ORDERED_NESTED);
}

/* ... and a condition on which it was ordered to fail, with errno. */
#define ORDERED_CALL(fails, type, name, failure, error, parameters, arguments)                     \
	type name parameters                                                                       \
	{                                                                                          \
		if (fails)                                                                         \
			return failure;                                                            \
		if (hit(SYSTEM, #name)) {                                                          \
			errno = error;                                                             \
			return failure;                                                            \
		}                                                                                  \
		return NEXT(#name, type(*) parameters) arguments;                                  \
	}

CALL(void *, mmap, MAP_FAILED, ENOMEM, (void *at, size_t n, int p, int f, int fd, off_t o),
     (at, n, p, f, fd, o))
CALL(FILE *, fopen, NULL, EMFILE, (const char *path, const char *mode), (path, mode))
CALL(FILE *, fdopen, NULL, ENOMEM, (int fd, const char *mode), (fd, mode))
CALL(DIR *, opendir, NULL, EMFILE, (const char *path), (path))
CALL(ssize_t, read, -1, EIO, (int fd, void *to, size_t n), (fd, to, n))
CALL(ssize_t, write, -1, ENOSPC, (int fd, const void *from, size_t n), (fd, from, n))
CALL(int, fstat, -1, EIO, (int fd, struct stat *out), (fd, out))
CALL(int, stat, -1, EACCES, (const char *path, struct stat *out), (path, out))
CALL(int, lstat, -1, EACCES, (const char *path, struct stat *out), (path, out))
CALL(int, mkdir, -1, ENOSPC, (const char *path, mode_t mode), (path, mode))
CALL(int, rename, -1, ENOSPC, (const char *from, const char *to), (from, to))
CALL(int, symlink, -1, ENOSPC, (const char *to, const char *path), (to, path))
CALL(int, fsync, -1, EIO, (int fd), (fd))
CALL(int, ftruncate, -1, ENOSPC, (int fd, off_t n), (fd, n))
CALL(int, memfd_create, -1, EMFILE, (const char *name, unsigned flags), (name, flags))
CALL(int, socket, -1, EMFILE, (int domain, int type, int protocol), (domain, type, protocol))
CALL(int, bind, -1, EADDRNOTAVAIL, (int fd, const struct sockaddr *at, socklen_t n), (fd, at, n))
CALL(int, listen, -1, EADDRINUSE, (int fd, int backlog), (fd, backlog))
CALL(int, connect, -1, EAGAIN, (int fd, const struct sockaddr *at, socklen_t n), (fd, at, n))
CALL(int, accept4, -1, EMFILE, (int fd, struct sockaddr *at, socklen_t *n, int flags),
     (fd, at, n, flags))
ORDERED_CALL(l == IPPROTO_IPV6 && o == IPV6_JOIN_GROUP && ordered(ORDERED_JOIN), int, setsockopt,
	     -1, ENOPROTOOPT, (int fd, int l, int o, const void *v, socklen_t n), (fd, l, o, v, n))
CALL(int, getsockopt, -1, ENOBUFS, (int fd, int l, int o, void *v, socklen_t *n), (fd, l, o, v, n))
CALL(int, getsockname, -1, ENOBUFS, (int fd, struct sockaddr *at, socklen_t *n), (fd, at, n))
CALL(ssize_t, send, -1, ENOBUFS, (int fd, const void *from, size_t n, int flags),
     (fd, from, n, flags))
ORDERED_CALL(to && to->sa_family == AF_NETLINK && ordered(ORDERED_ASK), ssize_t, sendto, -1,
	     ENOBUFS,
	     (int fd, const void *from, size_t n, int flags, const struct sockaddr *to,
	      socklen_t to_n),
	     (fd, from, n, flags, to, to_n))
CALL(ssize_t, sendmsg, -1, ENOBUFS, (int fd, const struct msghdr *m, int flags), (fd, m, flags))
ORDERED_CALL(ordered(ORDERED_SEND), int, sendmmsg, -1, ENOBUFS,
	     (int fd, struct mmsghdr *m, unsigned n, int flags), (fd, m, n, flags))
CALL(ssize_t, recv, -1, ENOMEM, (int fd, void *to, size_t n, int flags), (fd, to, n, flags))
CALL(ssize_t, recvmsg, -1, ENOMEM, (int fd, struct msghdr *m, int flags), (fd, m, flags))
CALL(int, recvmmsg, -1, ENOMEM,
     (int fd, struct mmsghdr *m, unsigned n, int flags, struct timespec *t), (fd, m, n, flags, t))
CALL(int, epoll_create1, -1, EMFILE, (int flags), (flags))
ORDERED_CALL(op != EPOLL_CTL_DEL && watch_is_ordered(fd), int, epoll_ctl, -1, ENOSPC,
	     (int e, int op, int fd, struct epoll_event *event), (e, op, fd, event))
CALL(int, eventfd, -1, EMFILE, (unsigned n, int flags), (n, flags))
CALL(int, timerfd_create, -1, EMFILE, (int clock, int flags), (clock, flags))
CALL(int, pipe2, -1, EMFILE, (int fd[2], int flags), (fd, flags))
CALL(int, dup, -1, EMFILE, (int fd), (fd))
CALL(int, chmod, -1, EPERM, (const char *path, mode_t mode), (path, mode))

/* The C library's look-up of names asserts that it gets memory. */
int getgrnam_r(const char *name, struct group *out, char *buffer, size_t size, struct group **found)
{
	typedef int look(const char *, struct group *, char *, size_t, struct group **);
	int r;

	inside = true;
	r = NEXT("getgrnam_r", look *)(name, out, buffer, size, found);
	inside = false;
	return r;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
		   void *context)
{
	typedef int create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	if (hit(SYSTEM, "pthread_create"))
		return EAGAIN;
	return NEXT("pthread_create", create *)(thread, attributes, run, context);
}

/* The mode follows only where a file is made; it is passed on as it comes. */
int open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
	va_end(list);
	if (hit(SYSTEM, "open")) {
		errno = EMFILE;
		return -1;
	}
	return NEXT("open", int (*)(const char *, int, ...))(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
	va_end(list);
	if (hit(SYSTEM, "openat")) {
		errno = EMFILE;
		return -1;
	}
	return NEXT("openat", int (*)(int, const char *, int, ...))(folder, path, flags, mode);
}
