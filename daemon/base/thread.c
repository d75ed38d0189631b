#include "base/thread.h"

#include <signal.h>

/* Those that a fault raises on the thread itself stay: the crash's last line needs them. */
static sigset_t all_but_faults(void)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGSEGV);
	sigdelset(&set, SIGBUS);
	sigdelset(&set, SIGFPE);
	sigdelset(&set, SIGILL);
	sigdelset(&set, SIGABRT);
	return set;
}

int thread_start(pthread_t *out, void *(*run)(void *arg), void *arg, const char *name)
{
	sigset_t masked = all_but_faults(), before;
	int r;

	pthread_sigmask(SIG_SETMASK, &masked, &before);
	r = pthread_create(out, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r == 0)
		pthread_setname_np(*out, name);
	return -r;
}
