/* Counts the instructions that a program's main thread runs in user mode while a command runs, where
 * there is no counter in the processor to ask (most virtual machines): one step at a time.
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
#include <sys/wait.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 2;
}

int main(int argc, char **argv)
{
	uint64_t steps = 0;
	bool over = false;
	int status, result = 2;
	pid_t pid, command;

	if (argc < 3)
		return fprintf(stderr, "usage: steps PID COMMAND …\n"), 2;
	pid = (pid_t)strtol(argv[1], NULL, 10);
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
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

	for (int deliver = 0;;) {
		pid_t who;

		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, (void *)(intptr_t)deliver) < 0)
			return fail("step");
		deliver = 0;
		/* A thread that sleeps in a call makes no step: then the command's end is waited for. */
		for (;;) {
			who = waitpid(-1, &status, __WALL);
			if (who == command && (WIFEXITED(status) || WIFSIGNALED(status))) {
				result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
				/* A signal, not PTRACE_INTERRUPT: that stop could come before the
				 * last step's trap, which would then end the program. */
				over = true;
				if (syscall(SYS_tgkill, pid, pid, SIGURG) < 0)
					return fail("tgkill");
				continue;
			}
			if (who == pid || (who < 0 && errno != EINTR))
				break;
		}
		if (who < 0)
			return fail("wait");
		if (!WIFSTOPPED(status))
			return fprintf(stderr, "steps: the program ended\n"), 2;
		if (over && WSTOPSIG(status) == SIGURG)
			break;
		if (WSTOPSIG(status) == SIGTRAP)
			steps++;
		else
			deliver = WSTOPSIG(status);
	}
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	printf("%llu\n", (unsigned long long)steps);
	return result;
}
