/* Work whose pieces of heap shall stand apart from all others. */
#pragma once

/**
 * Calls the function on a thread of its own, which takes no signals, and waits until it returns:
 * the C library gives each thread another part of the heap. So what is freed later, all of it, goes
 * back to the system as a whole, and what lives longer does not stand in its holes. Where there can
 * be no thread it is called here.
 */
void apart_call(void (*function)(void *context), void *context);
