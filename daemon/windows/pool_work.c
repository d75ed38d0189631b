/* Work: CreateThreadpoolWork and its like, and what is called once. */
#include <stddef.h>

#include <windows/threadpoollegacyapiset.h>

#include "windows/pool.h"

struct _TP_WORK {
	struct pool_item item;
	union {
		PTP_WORK_CALLBACK work;
		PTP_SIMPLE_CALLBACK simple;
		LPTHREAD_START_ROUTINE user;
		void (*any)(void);
	} callback;
};

static void call_work(struct pool_item *item, PTP_CALLBACK_INSTANCE instance)
{
	PTP_WORK work = (PTP_WORK)item;

	work->callback.work(instance, item->context, work);
}

static void call_simple(struct pool_item *item, PTP_CALLBACK_INSTANCE instance)
{
	((PTP_WORK)item)->callback.simple(instance, item->context);
}

static void call_user(struct pool_item *item, PTP_CALLBACK_INSTANCE instance)
{
	(void)instance;
	((PTP_WORK)item)->callback.user(item->context);
}

/* NULL, and the last error. */
static PTP_WORK work_new(void (*function)(void), PVOID context, PTP_CALLBACK_ENVIRON environment,
			 void (*call)(struct pool_item *item, PTP_CALLBACK_INSTANCE instance))
{
	struct pool_item *item;
	DWORD error = pool_item_new(function, context, environment, sizeof(struct _TP_WORK), &item);
	PTP_WORK work;

	if (error != ERROR_SUCCESS) {
		SetLastError(error);
		return NULL;
	}
	work = (PTP_WORK)item;
	work->callback.any = function;
	item->call = call;
	return work;
}

static BOOL call_once(PTP_WORK work, bool runs_long)
{
	if (!work)
		return FALSE;
	pthread_mutex_lock(&pool_lock);
	work->item.runs_long |= runs_long;
	pool_item_queue(&work->item);
	pool_item_close(&work->item); /* it goes after its call */
	pthread_mutex_unlock(&pool_lock);
	return TRUE;
}

BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags)
{
	return call_once(work_new((void (*)(void))Function, Context, NULL, call_user),
			 Flags & WT_EXECUTELONGFUNCTION);
}

BOOL TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK pfns, PVOID pv, PTP_CALLBACK_ENVIRON pcbe)
{
	return call_once(work_new((void (*)(void))pfns, pv, pcbe, call_simple), false);
}

PTP_WORK CreateThreadpoolWork(PTP_WORK_CALLBACK pfnwk, PVOID pv, PTP_CALLBACK_ENVIRON pcbe)
{
	return work_new((void (*)(void))pfnwk, pv, pcbe, call_work);
}

void SubmitThreadpoolWork(PTP_WORK pwk)
{
	pthread_mutex_lock(&pool_lock);
	pool_item_queue(&pwk->item);
	pthread_mutex_unlock(&pool_lock);
}

void WaitForThreadpoolWorkCallbacks(PTP_WORK pwk, BOOL fCancelPendingCallbacks)
{
	pthread_mutex_lock(&pool_lock);
	if (fCancelPendingCallbacks)
		pool_item_cancel(&pwk->item);
	pool_item_wait(&pwk->item);
	pthread_mutex_unlock(&pool_lock);
}

void CloseThreadpoolWork(PTP_WORK pwk)
{
	struct pool_item *dead;

	pthread_mutex_lock(&pool_lock);
	dead = pool_item_close(&pwk->item);
	pthread_mutex_unlock(&pool_lock);
	pool_item_free(dead);
}
