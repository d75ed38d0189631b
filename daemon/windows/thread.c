/* Threads that are started: CreateThread, _beginthreadex, and how they end. */
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

#include <windows/process.h>
#include <windows/processthreadsapi.h>

#include "windows/handle.h"
#include "windows/module_hold.h"
#include "windows/thread_create.h"
#include "windows/thread_self.h"

enum routine_kind { ROUTINE, ROUTINE_EX, ROUTINE_PLAIN };

/* What a new thread is to do. It lies on the creator's stack until `begun`. */
struct start {
	enum routine_kind kind;
	union {
		LPTHREAD_START_ROUTINE routine;
		_beginthreadex_proc_type ex;
		_beginthread_proc_type plain;
		void (*any)(void);
	};
	LPVOID parameter;
	DWORD flags;
	struct thread *thread;
	HANDLE handle;
	sem_t begun;
	bool failed;
};

/* ---- on the new thread ---- */

static void sem_down(sem_t *sem)
{
	while (sem_wait(sem) != 0 && errno == EINTR)
		;
}

static DWORD call(const struct start *start)
{
	switch (start->kind) {
	case ROUTINE_EX:
		return start->ex(start->parameter);
	case ROUTINE_PLAIN:
		start->plain(start->parameter);
		return 0;
	case ROUTINE:
		break;
	}
	return start->routine(start->parameter);
}

static void *thread_run(void *context)
{
	struct start start = *(struct start *)context;
	struct start *creators = context;
	jmp_buf out;

	creators->failed = !thread_begin(start.thread);
	if (creators->failed) {
		sem_post(&creators->begun);
		return NULL;
	}
	sem_post(&creators->begun);
	if (start.flags & CREATE_SUSPENDED)
		sem_down(&start.thread->resumed);
	start.thread->out = &out;
	if (_setjmp(out) == 0)
		start.thread->exit_code = call(&start);
	start.thread->out = NULL;
	if (start.kind == ROUTINE_PLAIN)
		CloseHandle(start.handle);
	return NULL;
}

void ExitThread(DWORD dwExitCode)
{
	struct thread *thread = thread_self();

	if (thread)
		thread->exit_code = dwExitCode;
	if (thread && thread->out)
		_longjmp(*thread->out, 1);
	pthread_exit(NULL);
}

/* ---- on the creator's ---- */

static DWORD start_check(const struct start *start)
{
	const DWORD known = CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION;

	return start->any && !(start->flags & ~known) ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

/* The object, with a reference of the thread's, one of the caller's and a handle. False: no memory.
 */
static bool object_make(struct start *start)
{
	struct thread *thread = thread_new();

	if (!thread)
		return false;
	thread->suspended = start->flags & CREATE_SUSPENDED;
	sem_init(&thread->resumed, 0, 0);
	pthread_mutex_lock(&object_lock);
	start->handle = handle_new(&thread->object);
	object_ref(&thread->object);
	pthread_mutex_unlock(&object_lock);
	start->thread = thread;
	if (start->handle)
		return true;
	handle_put(&thread->object);
	handle_put(&thread->object);
	return false;
}

static bool begin(struct start *start, SIZE_T stack_size)
{
	bool created;

	sem_init(&start->begun, 0, 0);
	start->thread->module = module_hold(start->any);
	created = thread_create(thread_run, start, stack_size);
	if (created)
		sem_down(&start->begun);
	sem_destroy(&start->begun);
	if (created && !start->failed)
		return true;
	module_release(start->thread->module);
	CloseHandle(start->handle);
	handle_put(&start->thread->object);
	return false;
}

/* ERROR_SUCCESS, with a handle; or the error. */
static DWORD start_thread(struct start *start, SIZE_T stack_size, DWORD *id)
{
	DWORD error = start_check(start);

	if (error == ERROR_SUCCESS && !object_make(start))
		error = ERROR_NOT_ENOUGH_MEMORY;
	if (error != ERROR_SUCCESS)
		return error;
	if (!begin(start, stack_size))
		error = ERROR_NOT_ENOUGH_MEMORY;
	else if (id)
		*id = start->thread->id;
	handle_put(&start->thread->object);
	return error;
}

HANDLE CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
		    LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
		    DWORD dwCreationFlags, LPDWORD lpThreadId)
{
	struct start start = { .kind = ROUTINE,
			       .routine = lpStartAddress,
			       .parameter = lpParameter,
			       .flags = dwCreationFlags };
	DWORD error = start_thread(&start, dwStackSize, lpThreadId);

	(void)lpThreadAttributes;
	if (error == ERROR_SUCCESS)
		return start.handle;
	SetLastError(error);
	return NULL;
}

/* As Microsoft's C library tells it. */
static void errno_set(DWORD error)
{
	errno = error == ERROR_INVALID_PARAMETER ? EINVAL : EAGAIN;
}

uintptr_t _beginthreadex(void *security, unsigned stack_size,
			 _beginthreadex_proc_type start_address, void *arglist, unsigned initflag,
			 unsigned *thrdaddr)
{
	struct start start = {
		.kind = ROUTINE_EX, .ex = start_address, .parameter = arglist, .flags = initflag
	};
	DWORD error = start_thread(&start, stack_size, thrdaddr);

	(void)security;
	if (error == ERROR_SUCCESS)
		return (uintptr_t)start.handle;
	errno_set(error);
	return 0;
}

uintptr_t _beginthread(_beginthread_proc_type start_address, unsigned stack_size, void *arglist)
{
	struct start start = { .kind = ROUTINE_PLAIN,
			       .plain = start_address,
			       .parameter = arglist };
	DWORD error = start_thread(&start, stack_size, NULL);

	if (error == ERROR_SUCCESS)
		return (uintptr_t)start.handle;
	errno_set(error);
	return (uintptr_t)-1;
}

void _endthreadex(unsigned retval)
{
	ExitThread(retval);
}

void _endthread(void)
{
	ExitThread(0);
}

/* ---- asking and resuming ---- */

/* A reference to the thread of a handle, or NULL and the last error. */
static struct thread *thread_get(HANDLE handle)
{
	return (struct thread *)handle_get(handle, &thread_type);
}

DWORD ResumeThread(HANDLE hThread)
{
	struct thread *thread = thread_get(hThread);
	DWORD before;

	if (!thread)
		return (DWORD)-1;
	before = atomic_exchange(&thread->suspended, false);
	if (before)
		sem_post(&thread->resumed);
	handle_put(&thread->object);
	return before;
}

DWORD GetThreadId(HANDLE Thread)
{
	struct thread *thread = thread_get(Thread);
	DWORD id;

	if (!thread)
		return 0;
	id = thread->id;
	handle_put(&thread->object);
	return id;
}

BOOL GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode)
{
	struct thread *thread;

	if (!lpExitCode) {
		SetLastError(ERROR_NOACCESS);
		return FALSE;
	}
	thread = thread_get(hThread);
	if (!thread)
		return FALSE;
	pthread_mutex_lock(&object_lock);
	*lpExitCode = thread->ended ? thread->exit_code : STILL_ACTIVE;
	pthread_mutex_unlock(&object_lock);
	handle_put(&thread->object);
	return TRUE;
}
