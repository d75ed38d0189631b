/* One instance of the provider. A process may hold several: while a reload replaces one by another,
 * both live. */
#pragma once

#include "draft.h"
#include "pending.h"
#include "store.h"

struct inventory;

struct store *inventory_store(struct inventory *inventory);
struct pending *inventory_pending(struct inventory *inventory);

/** Makes a device of the pending machine of that number, with its ids and what the draft says
 * beside (its own ids too): state = "approved" or "rejected". The machine is then no longer
 * pending. As store_add(); -ENOENT: there is none of that number. Any thread but the loop. */
int inventory_approve(struct inventory *inventory, uint32_t number, const struct draft *draft,
		      char why[WHY_SIZE]);
int inventory_reject(struct inventory *inventory, uint32_t number, char why[WHY_SIZE]);
