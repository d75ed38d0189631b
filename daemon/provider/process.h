/* The one host of this process, and the thread that it calls the loop. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct host;

extern struct host *host_the; /* NULL: there is none */

/** Makes it the host, and the calling thread its loop; NULL: there is none any more. */
void process_set(struct host *host);
bool host_on_loop(void);
/** Is this where a packet of PxePacketAllocate may begin, or its block? [any, async-signal-safe] */
bool host_is_packet(uintptr_t address);
