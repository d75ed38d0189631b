/* Threads, as Microsoft's C library starts them: as CreateThread does, with errno in place of the
 * last error. <windows.h> does not include this header. */
#ifndef WDSPXE_WINDOWS_PROCESS_H
#define WDSPXE_WINDOWS_PROCESS_H

#include "processthreadsapi.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef void (*_beginthread_proc_type)(void *);
typedef unsigned (*_beginthreadex_proc_type)(void *);

/** A handle, which the caller closes. 0: errno is EINVAL or EAGAIN. */
uintptr_t _beginthreadex(void *security, unsigned stack_size,
			 _beginthreadex_proc_type start_address, void *arglist, unsigned initflag,
			 unsigned *thrdaddr);
/** A handle that is closed when the thread ends. (uintptr_t)-1: errno is EINVAL or EAGAIN. */
uintptr_t _beginthread(_beginthread_proc_type start_address, unsigned stack_size, void *arglist);
/** As ExitThread. */
__attribute__((noreturn)) void _endthreadex(unsigned retval);
/** The same, with 0. */
__attribute__((noreturn)) void _endthread(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
