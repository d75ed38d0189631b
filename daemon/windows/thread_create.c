#include "windows/thread_create.h"

#include <pthread.h>
#include <signal.h>

/* What a thread does to itself still reaches it: a crash is told by the daemon. */
static void signals_block(sigset_t *before)
{
	static const int own[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP };
	sigset_t blocked;

	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&blocked, own[i]);
	pthread_sigmask(SIG_SETMASK, &blocked, before);
}

static void stack_set(pthread_attr_t *attr, size_t size)
{
	const size_t page = 4096;
	size_t usual;

	if (pthread_attr_getstacksize(attr, &usual) == 0 && size > usual)
		pthread_attr_setstacksize(attr, (size + page - 1) & ~(page - 1));
}

bool thread_create(void *(*run)(void *context), void *context, size_t stack_size)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t before;
	int r;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	stack_set(&attr, stack_size);
	signals_block(&before);
	r = pthread_create(&thread, &attr, run, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return r == 0;
}
