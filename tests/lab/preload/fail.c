/* Makes system calls of a program fail, as LD_PRELOAD: the file that FAIL names says which.
 *
 * A line "CALL ERRNO COUNT": the next COUNT such calls fail. CALL is epoll_ctl (watching an
 * Internet socket), join (IPV6_JOIN_GROUP) or ask (a question to netlink). Written anew under its
 * name, the file counts anew.
 */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { EPOLL, JOIN, ASK, CALLS };

static const char *const names[CALLS] = { "epoll_ctl", "join", "ask" };
static struct {
	int error, left;
} failing[CALLS];
static ino_t seen;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void read_orders(const char *path)
{
	FILE *file = fopen(path, "re");
	char name[32];
	int error, count;

	memset(failing, 0, sizeof(failing));
	while (file && fscanf(file, "%31s %d %d", name, &error, &count) == 3)
		for (int i = 0; i < CALLS; i++)
			if (strcmp(name, names[i]) == 0) {
				failing[i].error = error;
				failing[i].left = count;
			}
	if (file)
		fclose(file);
}

/* True, and errno, where this call is to fail. */
static bool fails(int call)
{
	const char *path = getenv("FAIL");
	struct stat st;
	bool now = false;

	if (!path)
		return false;
	pthread_mutex_lock(&lock);
	if (stat(path, &st) == 0 && st.st_ino != seen) {
		seen = st.st_ino;
		read_orders(path);
	}
	if (failing[call].left > 0) {
		failing[call].left--;
		errno = failing[call].error;
		now = true;
	}
	pthread_mutex_unlock(&lock);
	return now;
}

static bool is_internet(int fd)
{
	int domain = 0;
	socklen_t len = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
	       (domain == AF_INET || domain == AF_INET6);
}

int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	int (*real)(int, int, int, struct epoll_event *) = dlsym(RTLD_NEXT, "epoll_ctl");

	return op != EPOLL_CTL_DEL && is_internet(fd) && fails(EPOLL) ? -1
								      : real(epoll, op, fd, event);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");

	return level == IPPROTO_IPV6 && name == IPV6_JOIN_GROUP && fails(JOIN)
		       ? -1
		       : real(fd, level, name, value, len);
}

ssize_t sendto(int fd, const void *octets, size_t len, int flags, const struct sockaddr *to,
	       socklen_t to_len)
{
	ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) =
		dlsym(RTLD_NEXT, "sendto");

	return to && to->sa_family == AF_NETLINK && fails(ASK)
		       ? -1
		       : real(fd, octets, len, flags, to, to_len);
}
