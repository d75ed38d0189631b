/* What Windows' boot programs are told: the setting `windows`, as option 250 and over IPv6 as
 * options 50001 to 50018. */
#pragma once

#include "keys.h"

struct windows {
	PXE_BOOT_OCTETS nbp4, nbp6; /* owned: encoded by WdsBp*; empty: there are none */
};

/** Reads the group. 0; -ENOMEM, or -EINVAL with a trace; windows_done() frees what there is. */
int windows_open(const struct keys *keys, const char *name, struct windows *out);
void windows_done(struct windows *windows);
