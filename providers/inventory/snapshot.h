/* All devices at one moment: an index that never changes, of devices that never change. */
#pragma once

#include "device.h"

struct snapshot;

/** How many numbers there are; some may have no device any more. */
uint32_t snapshot_numbers(const struct snapshot *snapshot);
/** How many devices there are. */
uint32_t snapshot_count(const struct snapshot *snapshot);
/** By number; NULL: it is gone. A device keeps its number until the next start or reload. */
const struct device *snapshot_at(const struct snapshot *snapshot, uint32_t number);
/** Has any device an id of that kind? */
bool snapshot_has(const struct snapshot *snapshot, enum id_kind kind);
/** The device that has the id; NULL: none has. */
const struct device *snapshot_find(const struct snapshot *snapshot, enum id_kind kind,
				   const void *octets, size_t len);
/** By what people call it: its name, in any case of letters, or one of its ids. *several: there are
 * more of that name. Slow: for commands. */
const struct device *snapshot_called(const struct snapshot *snapshot, const char *who,
				     bool *several);
