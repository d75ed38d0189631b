/* When a process that runs providers dies of a signal or of exit(): one line that says who, in
 * which request, and where in the code.
 *
 * The line never waits for its reader for longer than a second, so that a process that is dead lets
 * go of its ports.
 */
#pragma once

/** Handlers for SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT, on stacks of their own. They write one
 * line to stderr, which begins with `prefix` (kept), then the signal takes its usual course. */
void crash_install(const char *prefix);

/** The same in a process that only has us for a guest, a test: without prefix, only for signals
 * that nobody handles (a sanitizer may), and exit() is its own affair. May be called again. */
void crash_install_guest(void);

/** Ends the process with status 1 and such a line if it is not over in so many seconds, whatever
 * the calling thread does then. Called again, that many from then; 0: no limit any more. Always on
 * the one thread. 0, or -errno. */
int crash_limit(unsigned seconds);

/** Ends the process with status 1 and a line that says why. */
void crash_end(const char *why);

/** A provider has ended the calling thread by pthread_exit(), and nothing can take the thread's
 * place: ends the process with status 1 and such a line. */
void crash_thread_ended(void);

/** The process ends as it should: an exit() before this is a provider's, and named as such, with
 * status 1. */
void crash_over(void);
