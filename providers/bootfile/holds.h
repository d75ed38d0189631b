/* When conditions hold, by an entry's list: of those that look at options of the request. */
#pragma once

#include "condition.h"

bool ipxe_holds(const struct surroundings *around, const union list *list,
		const PXE_BOOT_CLIENT *client);
bool client_id_holds(const struct surroundings *around, const union list *list,
		     const PXE_BOOT_CLIENT *client);
bool circuit_id_holds(const struct surroundings *around, const union list *list,
		      const PXE_BOOT_CLIENT *client);
bool remote_id_holds(const struct surroundings *around, const union list *list,
		     const PXE_BOOT_CLIENT *client);
bool subscriber_id_holds(const struct surroundings *around, const union list *list,
			 const PXE_BOOT_CLIENT *client);
bool undi_holds(const struct surroundings *around, const union list *list,
		const PXE_BOOT_CLIENT *client);
