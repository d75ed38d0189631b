/* A thread that looks at the others four times a second, and waits for nothing else: it sees a
 * provider that holds the loop, whatever the log's reader does meanwhile.
 */
#pragma once

/** Calls `look` about every 250 ms, on a thread of its own. It must not block. 0 or -errno. */
int watch_start(void (*look)(void *context), void *context);
/** Ends the thread. Nothing to do where it does not run. */
void watch_stop(void);
