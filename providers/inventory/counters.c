#include "counters.h"

#include "instance.h"

static const struct {
	const char *name, *help;
	ULONG kind;
} rows[COUNTERS] = {
	[COUNTER_REJECTED] = { "lookups_rejected", "Requests of machines whose device is rejected.",
			       PXE_COUNTER_TOTAL },
	[COUNTER_UNKNOWN] = { "lookups_unknown", "Requests of machines that are no device.",
			      PXE_COUNTER_TOTAL },
	[COUNTER_ONCE] = { "boot_once", "Devices that were given what they boot once.",
			   PXE_COUNTER_TOTAL },
	[COUNTER_ONCE_LATE] = { "boot_once_late",
				"Requests that waited too long for the disk to boot once.",
				PXE_COUNTER_TOTAL },
	[COUNTER_APPROVED] = { "approvals", "Pending machines that were approved.",
			       PXE_COUNTER_TOTAL },
	[COUNTER_TURNED_DOWN] = { "rejections", "Pending machines that were rejected.",
				  PXE_COUNTER_TOTAL },
	[COUNTER_PENDING_DROPPED] = { "pending_dropped",
				      "Unknown machines for which the pending list had no room.",
				      PXE_COUNTER_TOTAL },
	[COUNTER_WRITE_FAILED] = { "write_failures", "Writes of the state that failed.",
				   PXE_COUNTER_TOTAL },
	[COUNTER_DEVICES] = { "devices", "Devices in force.", PXE_COUNTER_LEVEL },
	[COUNTER_PENDING] = { "pending", "Machines that wait for approval.", PXE_COUNTER_LEVEL },
};

DWORD counters_register(HANDLE provider, ULONG out[COUNTERS])
{
	DWORD status = ERROR_SUCCESS;

	for (unsigned i = 0; i < COUNTERS && status == ERROR_SUCCESS; i++)
		status = PxeCounterRegister(provider, rows[i].name, rows[i].help, rows[i].kind,
					    &out[i]);
	return status;
}

void counter_add(const struct inventory *inventory, enum counter counter, LONGLONG by)
{
	PxeCounterAdd(inventory->provider, inventory->counter[counter], by);
}

void counters_tell(struct inventory *inventory)
{
	const struct snapshot *snapshot = store_hold(inventory->store);

	PxeCounterSet(inventory->provider, inventory->counter[COUNTER_DEVICES],
		      snapshot_count(snapshot));
	store_release(inventory->store, snapshot);
	PxeCounterSet(inventory->provider, inventory->counter[COUNTER_PENDING],
		      pending_count(inventory->pending));
}
