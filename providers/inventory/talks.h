/* Who asked when, and whom we offered something: a few thousand machines, the last ones. Any
 * thread, without a lock: what two threads write at once may be lost, and then a machine waits
 * anew. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <wdspxe-boot.h>

struct talks;

/** NULL: no memory, or no random numbers. */
struct talks *talks_new(void);
void talks_free(struct talks *talks);

/** For how many seconds a machine has asked, by our own clock: 0 for its first DISCOVER, and for
 * the first one after a minute of silence. */
uint32_t talks_waited(const struct talks *talks, const PXE_BOOT_CLIENT *client, uint32_t now_s);
/** It asks now. */
void talks_note(struct talks *talks, const PXE_BOOT_CLIENT *client, uint32_t now_s);
