/* A network of a test's own: libcheck runs each test in a process of its own, and the fixture
 * netns_setup gives that process an empty network namespace.
 */
#pragma once

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ip.h"

/* True where namespaces may be made; else it says once that these tests are skipped. */
static inline bool netns_possible(const char *suite)
{
	pid_t child;
	int status = 1;

	child = fork();
	if (child == 0)
		_exit(unshare(CLONE_NEWNET) < 0);
	if (child > 0)
		waitpid(child, &status, 0);
	if (status == 0)
		return true;
	printf("%s: SKIPPED what needs a network namespace: root is needed for that\n", suite);
	return false;
}

/* Runs shell commands up to the first that fails; then the test fails. */
static inline void __attribute__((format(printf, 1, 2))) run(const char *format, ...)
{
	char command[2048] = "set -e; ";
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(command + 8, sizeof(command) - 8, format, args);
	va_end(args);
	ck_assert_int_lt(len, (int)sizeof(command) - 8);
	ck_assert_msg(system(command) == 0, "failed: %s", command);
}

/* An empty network with lo up. IPv6 addresses are usable at once. */
static inline void netns_setup(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "unshare: %s", strerror(errno));
	/* sysctl files are shown for the namespace of who opens them. */
	run("echo 0 > /proc/sys/net/ipv6/conf/all/disable_ipv6;"
	    "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad;"
	    "echo 0 > /proc/sys/net/ipv6/conf/all/accept_dad;"
	    "ip link set lo up");
}

static int netns_own = -1, netns_peer = -1;

/* Two empty networks: one to be in, and one for the far ends of cables. */
static inline void netns_setup_two(void)
{
	netns_setup();
	netns_peer = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	netns_setup();
	netns_own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ck_assert(netns_peer >= 0 && netns_own >= 0);
}

/* Goes to the far network, or comes back. */
static inline void netns_go(int where)
{
	ck_assert_int_eq(setns(where, CLONE_NEWNET), 0);
}

static inline struct ip ip_from(const char *text)
{
	struct ip ip;

	ck_assert_msg(ip_parse(text, &ip), "no address: %s", text);
	return ip;
}

/* Waits until the descriptor is ready; false after `ms`. */
static inline bool ready(int fd, short events, int ms)
{
	struct pollfd pollfd = { .fd = fd, .events = events };

	return poll(&pollfd, 1, ms) == 1;
}
