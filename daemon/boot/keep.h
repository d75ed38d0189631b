/* What is read once and lives as long as the kit: texts and servers of the settings. */
#pragma once

#include "boot/kit.h"

/** Keeps some memory, which is freed when the kit is closed. NULL, and it is freed now: there is no
 * memory. NULL for NULL. One thread at a time. */
void *kit_keep(PXE_BOOT *boot, void *memory);
void kept_free(struct kept *kept);
