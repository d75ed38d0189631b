#include "base/apart.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

struct call {
	void (*function)(void *context);
	void *context;
};

static void *run(void *context)
{
	const struct call *call = context;

	call->function(call->context);
	return NULL;
}

void apart_call(void (*function)(void *context), void *context)
{
	struct call call = { function, context };
	sigset_t all, before;
	pthread_t thread;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread, NULL, run, &call);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		function(context);
	else
		pthread_join(thread, NULL);
}
