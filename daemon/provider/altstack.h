/* A stack for signals on every thread that runs a provider's code, so that a crash by stack
 * overflow is told too: without one the kernel ends the process before any handler.
 */
#pragma once

/** Gives the calling thread one, unless it has one; it goes with the thread. Cheap when called
 * again. [any] */
void altstack_have(void);
