/* Groups of items that are closed together, and what a callback says of itself. */
#include <stdlib.h>

#include "windows/pool.h"

PTP_CLEANUP_GROUP CreateThreadpoolCleanupGroup(void)
{
	PTP_CLEANUP_GROUP group = calloc(1, sizeof(*group));

	if (!group)
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
	return group;
}

/* With the lock, which is given up meanwhile. */
static void close_member(struct pool_item *item, BOOL cancels, PVOID context)
{
	struct pool_item *dead;
	unsigned dropped;

	pool_item_pin(item);
	alarm_unset(&item->alarm);
	dropped = cancels ? pool_item_cancel(item) : 0;
	pool_item_wait(item);
	pthread_mutex_unlock(&pool_lock);
	if (dropped > 0 && item->on_cancel)
		item->on_cancel(item->context, context);
	pthread_mutex_lock(&pool_lock);
	pool_item_close(item);
	dead = pool_item_unpin(item);
	pthread_mutex_unlock(&pool_lock);
	pool_item_free(dead);
	pthread_mutex_lock(&pool_lock);
}

void CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP ptpcg, BOOL fCancelPendingCallbacks,
					PVOID pvCleanupContext)
{
	pthread_mutex_lock(&pool_lock);
	while (ptpcg->first) {
		struct pool_item *item = ptpcg->first;

		ptpcg->first = item->group_next;
		item->group = NULL;
		close_member(item, fCancelPendingCallbacks, pvCleanupContext);
	}
	pthread_mutex_unlock(&pool_lock);
}

void CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP ptpcg)
{
	free(ptpcg);
}

/* ---- in a callback ---- */

void SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE evt)
{
	pci->event = evt;
}

void ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE sem, DWORD crel)
{
	pci->semaphore = sem;
	pci->semaphore_count = crel;
}

void ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE mut)
{
	pci->mutex = mut;
}

void LeaveCriticalSectionWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, PCRITICAL_SECTION pcs)
{
	pci->section = pcs;
}

void DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE pci)
{
	pthread_mutex_lock(&pool_lock);
	pool_item_disassociate(pci);
	pthread_mutex_unlock(&pool_lock);
}

BOOL CallbackMayRunLong(PTP_CALLBACK_INSTANCE pci)
{
	bool may;

	pthread_mutex_lock(&pool_lock);
	may = pool_thread_for_others(pci->item);
	pthread_mutex_unlock(&pool_lock);
	return may;
}
