/* Counts the instructions that a program's main thread runs in user mode while a command runs,
 * where there is no counter in the processor to ask (most virtual machines): one step at a time.
 *
 *     steps PID COMMAND [ARGUMENT …]
 *
 * Prints the count, and ends as the command ended. An instruction with a repeat prefix counts once
 * for each repetition.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEPS_AFTER = 20000 };

static int fail(const char *what)
{
	perror(what);
	return 2;
}

static volatile sig_atomic_t ticked;

static void note_tick(int number)
{
	(void)number;
	ticked = 1;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = note_tick }; /* no SA_RESTART: it ends a wait */
	const struct itimerval tick = { { 0, 25000 }, { 0, 25000 } };
	uint64_t steps = 0, last = 0, steps_over = 0;
	bool over = false, given_up = false;
	int status, result = 2;
	pid_t pid, command;

	if (argc < 3)
		return fprintf(stderr, "usage: steps PID COMMAND …\n"), 2;
	pid = (pid_t)strtol(argv[1], NULL, 10);
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		return fail("ptrace");
	if (waitpid(pid, &status, __WALL) != pid)
		return fail("waitpid");
	command = fork();
	if (command == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (command < 0)
		return fail("fork");

	/* What it still does after the command's last answer belongs to the requests too: it is
	 * over when the thread sleeps, and has made no step between two ticks. */
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &tick, NULL);
	for (int deliver = 0;;) {
		pid_t who;

		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, (void *)(intptr_t)deliver) < 0)
			return fail("step");
		deliver = 0;
		while ((who = waitpid(-1, &status, __WALL)) != pid) {
			if (who == command) {
				result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
				over = true;
				steps_over = steps;
			} else if (who < 0 && errno != EINTR) {
				return fail("wait");
			} else if (over && ticked && steps == last) {
				/* A signal, not PTRACE_INTERRUPT: that stop could come before the
				 * last step's trap, which would then end the program. */
				if (syscall(SYS_tgkill, pid, pid, SIGURG) < 0)
					return fail("tgkill");
			}
			if (ticked)
				last = steps;
			ticked = 0;
		}
		if (!WIFSTOPPED(status))
			return fprintf(stderr, "steps: the program ended\n"), 2;
		if (over && WSTOPSIG(status) == SIGURG)
			break;
		/* A program that its own timers keep awake, as slow as it is now, never sleeps. */
		if (over && !given_up && steps - steps_over > STEPS_AFTER) {
			given_up = true;
			if (syscall(SYS_tgkill, pid, pid, SIGURG) < 0)
				return fail("tgkill");
		}
		if (WSTOPSIG(status) == SIGTRAP)
			steps++;
		else
			deliver = WSTOPSIG(status);
	}
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	printf("%llu\n", (unsigned long long)steps);
	return result;
}
