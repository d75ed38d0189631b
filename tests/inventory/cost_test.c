/* What a request costs: steps of a known machine's and of a stranger's, beside bootfile's. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/feed.h"
#include "built.h"
#include "scratch.h"
#include "suite.h"

enum { REQUESTS = 5, DEVICES = 100000, STRANGER = 0x40000000 };
enum { STEPS_MOST = 300 }; /* more than bootfile's answer */

/* ---- the devices --------------------------------------------------------------------------------
 */

static void write_devices(uint32_t n)
{
	FILE *file = fopen(scratch_path("devices.csv"), "w");

	ck_assert_ptr_nonnull(file);
	fprintf(file, "mac,name,group,file\n");
	for (uint32_t i = 1; i <= n; i++) {
		fprintf(file, "5254%08x,pc%u,lab,host.0\n", i, i);
	}
	ck_assert_int_eq(fclose(file), 0);
}

/* ---- steps --------------------------------------------------------------------------------------
 */

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *out);

/* What the kernel maps for this tries again where the clock has ticked, as it does beside steps. */
int clock_gettime(clockid_t clock, struct timespec *out)
{
	return (int)syscall(SYS_clock_gettime, clock, out);
}

static void child_serve(const char *module, const char *settings, uint32_t first)
{
	static struct feeder feeder;
	char dropin[TEMPORARY_MAX];

	kind = kind_find("direct");
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	if (feed_open(&feeder, built_module(module), temporary_template(dropin, "cost"),
		      settings) != 0)
		_exit(2);
	for (uint32_t i = 0; i < REQUESTS; i++)
		feed_one(&feeder, first + i, 1000);
	for (uint32_t i = 0; i < REQUESTS; i++) {
		raise(SIGSTOP);
		feed_one(&feeder, first + i, 60000);
		raise(SIGSTOP);
	}
	flush();
	feed_close(&feeder);
	_exit(0);
}

static void child_run(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP,
		      "the provider did not start: %d", status);
}

static unsigned child_steps(pid_t pid)
{
	unsigned steps = 0;
	int status;

	for (;; steps++) {
		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) != 0 ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			ck_abort_msg("the child is gone");
		if (WSTOPSIG(status) == SIGSTOP)
			return steps;
	}
}

static int by_steps(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of one request: the median. */
static unsigned steps_of(const char *module, const char *settings, uint32_t first)
{
	unsigned steps[REQUESTS];
	int status;
	pid_t pid = fork();

	if (pid == 0)
		child_serve(module, settings, first);
	for (unsigned i = 0; i < REQUESTS; i++) {
		child_run(pid);
		steps[i] = child_steps(pid);
		ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", status);
	qsort(steps, REQUESTS, sizeof *steps, by_steps);
	return steps[REQUESTS / 2];
}

static const char *inventory_settings(const char *more)
{
	static char text[1024];

	snprintf(text, sizeof text, "settings: { devices = \"%s\"; state-dir = \"%s\"; %s };\n",
		 scratch_path("devices.csv"), scratch, more);
	return text;
}

START_TEST(a_request_costs_little_more_than_bootfiles)
{
	unsigned rules = steps_of("providers/bootfile.so",
				  "settings: { boot = ( { mac = [ \"525400000001\", "
				  "\"525400000002\", \"525400000003\", \"525400000004\", "
				  "\"525400000005\" ]; file = \"host.0\"; } ); };\n",
				  1),
		 one, many, stranger_one, stranger_many;

	write_devices(10);
	one = steps_of("providers/inventory.so", inventory_settings(""), 1);
	stranger_one = steps_of("providers/inventory.so", inventory_settings("answer = \"known\";"),
				STRANGER);
	write_devices(DEVICES);
	many = steps_of("providers/inventory.so", inventory_settings(""), 1);
	stranger_many = steps_of("providers/inventory.so",
				 inventory_settings("answer = \"known\";"), STRANGER);
	printf("steps: bootfile %u, a device %u, one of many %u, a stranger %u and %u\n", rules,
	       one, many, stranger_one, stranger_many);
	ck_assert_uint_le(many, rules + STEPS_MOST);
	ck_assert(stranger_many < stranger_one * 1.05);
}
END_TEST

int main(void)
{
	TCase *tcase;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	printf("inventory/cost_test: SKIPPED counting: a sanitizer's instructions are not ours\n");
	return EXIT_SKIPPED;
#endif
	tcase = tcase_create("what devices cost");
	tcase_set_timeout(tcase, 600); /* each step is two switches of the processor */
	tcase_add_checked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, a_request_costs_little_more_than_bootfiles);
	return suite_run("inventory/cost", tcase);
}
