/* The condition `request-option`: any option of the request. */
#pragma once

#include "condition.h"

bool request_option_holds(const struct surroundings *around, const union list *list,
			  const PXE_BOOT_CLIENT *client);
unsigned request_option_families(const union list *list);
int request_option_wants(const union list *list, struct wanted *out);
