/* Threads without threads: each is a fiber, and runs when the simulator says so. What the daemon
 * calls of pthread_ and sem_ ends here, by --wrap. What is a thread's own is changed with the
 * fiber.
 */
#include <errno.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "libwdspxe/door.h"
#include "provider/call.h"
#include "sim/sim.h"

enum { FIBERS_MAX = 128, STACK_SIZE = 128 << 10 };

enum fiber_state { FIBER_NONE, FIBER_READY, FIBER_SEM, FIBER_JOIN, FIBER_OVER };

/* What the daemon keeps for each thread. */
struct own {
	struct call_asked asked;
	struct host_call call;
	struct door_call door;
};

struct fiber {
	ucontext_t context;
	struct fiber *below; /* who let it run; NULL: the loop */
	enum fiber_state state;
	void *(*run)(void *);
	void *argument;
	sem_t *sem;
	struct fiber *joined;
	bool thread; /* somebody joins it */
	struct own own;
	void (*ended)(void *context);
	void *ended_context;
	char *stack;
};

static struct fiber fibers[FIBERS_MAX];
static struct fiber *current;
static ucontext_t loop_context;
static struct own loop_own;

static void own_save(struct own *own)
{
	own->asked = call_asked;
	memcpy(&own->call, host_call_current(), sizeof(own->call));
	own->door = door_call;
}

static void own_load(const struct own *own)
{
	call_asked = own->asked;
	memcpy((void *)(uintptr_t)host_call_current(), &own->call, sizeof(own->call));
	door_call = own->door;
}

struct fiber *fiber_current(void)
{
	return current;
}

/* ---- semaphores: a number in the memory of the real one ---- */

struct number {
	uint32_t magic, value;
};

enum { MAGIC = 0x5e3a900d };

static struct number *number_of(const sem_t *sem)
{
	struct number *number = (struct number *)(void *)(uintptr_t)sem;

	HOLDS(number->magic == MAGIC, "a semaphore is used that is not there");
	return number;
}

static bool can_run(const struct fiber *f)
{
	switch (f->state) {
	case FIBER_READY:
		return true;
	case FIBER_SEM:
		return number_of(f->sem)->value > 0;
	case FIBER_JOIN:
		return f->joined->state == FIBER_OVER;
	case FIBER_NONE:
	case FIBER_OVER:
		break;
	}
	return false;
}

/* ---- switching ---- */

static void resume(struct fiber *f)
{
	struct fiber *before = current;
	struct own own;

	own_save(&own);
	f->below = before;
	current = f;
	own_load(&f->own);
	swapcontext(before ? &before->context : &loop_context, &f->context);
	current = before;
	own_load(&own);
	if (f->state == FIBER_OVER && !f->thread)
		f->state = FIBER_NONE;
}

static void leave(void)
{
	struct fiber *f = current;

	own_save(&f->own);
	swapcontext(&f->context, f->below ? &f->below->context : &loop_context);
}

void fiber_yield(void)
{
	current->state = FIBER_READY;
	leave();
}

_Noreturn void fiber_exit(void)
{
	struct fiber *f = current;

	if (f->ended) /* as the destructor of its key does */
		f->ended(f->ended_context);
	f->state = FIBER_OVER;
	leave();
	abort();
}

static void begin(void)
{
	current->run(current->argument);
	current->ended = NULL;
	fiber_exit();
}

static struct fiber *place(void)
{
	for (size_t i = 0; i < FIBERS_MAX; i++)
		if (fibers[i].state == FIBER_NONE)
			return &fibers[i];
	sim_fail("more than %d threads", FIBERS_MAX);
}

struct fiber *fiber_new(void *(*run)(void *), void *argument)
{
	struct fiber *f = place();
	char *stack = f->stack;

	if (!stack)
		stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	*f = (struct fiber){
		.state = FIBER_READY, .run = run, .argument = argument, .stack = stack
	};
	getcontext(&f->context);
	f->context.uc_stack.ss_sp = stack;
	f->context.uc_stack.ss_size = STACK_SIZE;
	f->context.uc_link = NULL;
	makecontext(&f->context, begin, 0);
	return f;
}

bool fiber_run_one(void)
{
	uint32_t able = 0, nth;

	for (size_t i = 0; i < FIBERS_MAX; i++)
		able += can_run(&fibers[i]);
	if (able == 0)
		return false;
	nth = sim_below(able);
	for (size_t i = 0; i < FIBERS_MAX; i++)
		if (can_run(&fibers[i]) && nth-- == 0) {
			resume(&fibers[i]);
			return true;
		}
	return false;
}

void fiber_point(void)
{
	static bool inside;

	if (!sim_happens(KIND_INTERLEAVE, 4))
		return;
	if (current) {
		fiber_yield();
	} else if (!inside) {
		inside = true;
		fiber_run_one();
		inside = false;
	}
}

unsigned fiber_count(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < FIBERS_MAX; i++)
		n += fibers[i].state != FIBER_NONE;
	return n;
}

bool fiber_waits_for(const sem_t *sem)
{
	for (size_t i = 0; i < FIBERS_MAX; i++)
		if (fibers[i].state == FIBER_SEM && fibers[i].sem == sem && !can_run(&fibers[i]))
			return true;
	return false;
}

void fiber_reset(void)
{
	current = NULL;
	memset(&loop_own, 0, sizeof(loop_own));
}

/* The loop waits: others have to go on meanwhile. */
static void loop_waits(const char *what)
{
	static unsigned times;

	if (!fiber_run_one() && ++times > 10000)
		sim_fail("the loop waits for ever: %s", what);
}

/* ---- what the daemon calls ---- */

int __wrap_sem_init(sem_t *sem, int shared, unsigned value);
int __wrap_sem_destroy(sem_t *sem);
int __wrap_sem_post(sem_t *sem);
int __wrap_sem_wait(sem_t *sem);
int __wrap_sem_trywait(sem_t *sem);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *),
			  void *argument);
int __wrap_pthread_join(pthread_t thread, void **result);
pthread_t __wrap_pthread_self(void);
int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int __wrap_pthread_setname_np(pthread_t thread, const char *name);
int __wrap_pthread_setcancelstate(int state, int *old);
bool __wrap_host_on_loop(void);
void __wrap_call_thread(void (*ended)(void *context), void *context);

int __wrap_sem_init(sem_t *sem, int shared, unsigned value)
{
	(void)shared;
	*(struct number *)(void *)sem = (struct number){ MAGIC, value };
	return 0;
}

int __wrap_sem_destroy(sem_t *sem)
{
	number_of(sem)->magic = 0;
	for (size_t i = 0; i < FIBERS_MAX; i++)
		HOLDS(fibers[i].state != FIBER_SEM || fibers[i].sem != sem,
		      "a semaphore goes while a thread waits for it");
	return 0;
}

int __wrap_sem_post(sem_t *sem)
{
	number_of(sem)->value++;
	return 0;
}

int __wrap_sem_wait(sem_t *sem)
{
	if (sim_fault(16)) {
		errno = EINTR;
		return -1;
	}
	while (number_of(sem)->value == 0) {
		if (!current) {
			loop_waits("for a semaphore");
			continue;
		}
		current->state = FIBER_SEM;
		current->sem = sem;
		leave();
		current->state = FIBER_READY;
	}
	number_of(sem)->value--;
	return 0;
}

int __wrap_sem_trywait(sem_t *sem)
{
	if (number_of(sem)->value == 0) {
		errno = EAGAIN;
		return -1;
	}
	number_of(sem)->value--;
	return 0;
}

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)wanted;
	(void)left;
	if (current)
		fiber_yield();
	else
		loop_waits("for an interval");
	return 0;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *),
			  void *argument)
{
	struct fiber *f;

	(void)how;
	if (sim_fault(8))
		return EAGAIN;
	f = fiber_new(run, argument);
	f->thread = true;
	*thread = (pthread_t)(f - fibers + 1);
	return 0;
}

int __wrap_pthread_join(pthread_t thread, void **result)
{
	struct fiber *f = &fibers[thread - 1];

	(void)result;
	HOLDS(f->state != FIBER_NONE, "a thread is joined that is not there");
	while (f->state != FIBER_OVER) {
		if (!current) {
			loop_waits("for a thread");
			continue;
		}
		current->state = FIBER_JOIN;
		current->joined = f;
		leave();
		current->state = FIBER_READY;
	}
	f->state = FIBER_NONE;
	return 0;
}

pthread_t __wrap_pthread_self(void)
{
	return current ? (pthread_t)(current - fibers + 1) : 0;
}

int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	(void)how;
	(void)set;
	(void)old;
	return 0;
}

int __wrap_pthread_setname_np(pthread_t thread, const char *name)
{
	(void)thread;
	(void)name;
	return 0;
}

int __wrap_pthread_setcancelstate(int state, int *old)
{
	(void)state;
	*old = 0;
	return 0;
}

bool __wrap_host_on_loop(void)
{
	return current == NULL;
}

void __wrap_call_thread(void (*ended)(void *context), void *context)
{
	if (!current)
		return;
	current->ended = ended;
	current->ended_context = context;
}
