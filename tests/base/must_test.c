/* base/must: it is there in every build, and says what is wrong and where. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/handle.h"
#include "base/must.h"
#include "suite.h"

/* What a child says on stderr that does it; it has to die of SIGABRT. */
static void dies(void (*it)(void), char *said, size_t size)
{
	int ends[2], status;
	ssize_t n;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		it();
		_exit(0);
	}
	close(ends[1]);
	n = read(ends[0], said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void two_pins(void)
{
	struct guard guard = { 0 };

	guard_open(&guard);
	guard_unpin(&guard);
	guard_unpin(&guard);
}

static void open_twice(void)
{
	struct guard guard = { 0 };

	guard_open(&guard);
	guard_open(&guard);
}

static void free_open(void)
{
	struct guard guard = { 0 };

	guard_open(&guard);
	guard_free(&guard);
}

static const struct {
	void (*it)(void);
	const char *says;
} rows[] = {
	{ two_pins, "(before & HANDLE_PINS_MAX) > 0" },
	{ open_twice, "before.state == HANDLE_FREE" },
	{ free_open, "is_last(v)" },
};

START_TEST(what_must_hold_ends_the_process)
{
	char said[256];

	dies(rows[_i].it, said, sizeof(said));
	ck_assert_msg(strncmp(said, "must hold: ", 11) == 0 && strstr(said, rows[_i].says) &&
			      strstr(said, "base/handle.c:"),
		      "%s", said);
}
END_TEST

START_TEST(what_holds_costs_nothing)
{
	struct guard guard = { 0 };
	bool overruled, last;

	guard_open(&guard);
	guard_close(&guard, 1, &overruled, &last);
	ck_assert(guard_unpin(&guard));
	guard_free(&guard);
	MUST(guard_view(&guard).state == HANDLE_FREE);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("must");

	TEST_ROWS(tcase, what_must_hold_ends_the_process, rows);
	tcase_add_test(tcase, what_holds_costs_nothing);
	return suite_run("base/must", tcase);
}
