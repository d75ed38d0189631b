/* Each thread as an object: made when it is started by the library, or when it first needs one. */
#pragma once

#include <semaphore.h>
#include <setjmp.h>
#include <stdatomic.h>

#include "windows/object.h"

/* A mutex that a thread owns: when that thread has ended, it is abandoned. */
struct owned {
	struct owned *prev, *next;
	void (*abandon)(struct owned *owned);
};

struct thread {
	struct object object;
	DWORD id, exit_code;
	bool ended;
	_Atomic bool suspended; /* from its creation: until `resumed` */
	sem_t resumed;
	struct owned *owned;  /* its first one */
	jmp_buf *out;         /* where ExitThread goes; NULL: it is not the library's */
	unsigned rounds_left; /* of destructors at its end, until no other code follows */
	void *module;         /* module_hold(): what it runs in */
};

extern const struct object_type thread_type;

/** The calling thread; NULL: no memory. It refers to itself until it ends. [any] */
struct thread *thread_self(void);
/** An object for a thread that is about to be started; NULL: no memory. */
struct thread *thread_new(void);
/** The calling thread is this one, and takes over the reference. False: no memory. */
bool thread_begin(struct thread *thread);
/** NULL for NULL. */
struct object *thread_object(struct thread *thread);
