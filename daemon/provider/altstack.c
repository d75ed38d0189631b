#include "provider/altstack.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STACK_SIZE = 64 << 10, GUARD_SIZE = 64 << 10 }; /* the largest page there is */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;
static _Thread_local bool looked;

static size_t whole_size(void)
{
	long needed = sysconf(_SC_SIGSTKSZ); /* more where registers are large */

	return GUARD_SIZE + STACK_SIZE + (needed > 0 ? (size_t)needed : 0);
}

static void release(void *whole)
{
	const stack_t none = { .ss_flags = SS_DISABLE };

	sigaltstack(&none, NULL);
	munmap(whole, whole_size());
}

static void key_make(void)
{
	has_key = pthread_key_create(&key, release) == 0;
}

static void stack_make(void)
{
	size_t size = whole_size();
	void *whole = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	stack_t stack = { .ss_sp = (char *)whole + GUARD_SIZE, .ss_size = size - GUARD_SIZE };

	if (whole == MAP_FAILED)
		return;
	if (mprotect(stack.ss_sp, stack.ss_size, PROT_READ | PROT_WRITE) < 0 ||
	    pthread_setspecific(key, whole) != 0) {
		munmap(whole, size);
		return;
	}
	if (sigaltstack(&stack, NULL) < 0) {
		pthread_setspecific(key, NULL);
		munmap(whole, size);
	}
}

void altstack_have(void)
{
	stack_t now;

	if (looked)
		return;
	looked = true;
	pthread_once(&once, key_make);
	if (has_key && sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE))
		stack_make();
}
