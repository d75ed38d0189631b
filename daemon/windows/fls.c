/* Fiber-local storage, of which each thread is the only fiber: values with a callback for when a
 * thread ends or the index is freed. The callbacks' modules stay until then.
 *
 * One lock is over all values: whoever frees an index takes them from other threads.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <windows/fibersapi.h>

#include "windows/module_hold.h"

/* An index is another's again when nobody refers to it any more: it is in use, or a call lasts. */
struct index {
	bool used;
	unsigned refs;
	PFLS_CALLBACK_FUNCTION callback;
	void *module;
};

struct values {
	PVOID at[FLS_MAXIMUM_AVAILABLE];
	struct values *prev, *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct index indexes[FLS_MAXIMUM_AVAILABLE];
static struct values *all;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;
static _Thread_local struct values *own; /* NULL: none was set */

/* ---- an index ---- */

/* With the lock. What to pass to module_release() without it. */
static void *index_put(struct index *index)
{
	void *module = index->module;

	if (--index->refs > 0)
		return NULL;
	*index = (struct index){ .used = false };
	return module;
}

/* With the lock, which is given up meanwhile: the value is taken out, and its callback called. */
static void value_end(struct values *values, DWORD i)
{
	struct index *index = &indexes[i];
	PVOID value = values->at[i];
	void *module;

	values->at[i] = NULL;
	index->refs++;
	pthread_mutex_unlock(&lock);
	if (index->callback)
		index->callback(value);
	pthread_mutex_lock(&lock);
	module = index_put(index);
	if (!module)
		return;
	pthread_mutex_unlock(&lock);
	module_release(module);
	pthread_mutex_lock(&lock);
}

/* ---- a thread's values ---- */

static void values_leave(struct values *values)
{
	if (values->prev)
		values->prev->next = values->next;
	else
		all = values->next;
	if (values->next)
		values->next->prev = values->prev;
}

/* A callback may still ask for other values; what it sets is gone without another call. */
static void on_thread_end(void *context)
{
	struct values *values = context;

	pthread_mutex_lock(&lock);
	for (DWORD i = 0; i < FLS_MAXIMUM_AVAILABLE; i++)
		if (values->at[i])
			value_end(values, i);
	values_leave(values);
	pthread_mutex_unlock(&lock);
	own = NULL;
	free(values);
}

static void key_make(void)
{
	has_key = pthread_key_create(&key, on_thread_end) == 0;
}

static bool values_make(void)
{
	struct values *made;

	if (own)
		return true;
	pthread_once(&once, key_make);
	made = has_key ? calloc(1, sizeof(*made)) : NULL;
	if (!made)
		return false;
	if (pthread_setspecific(key, made) != 0) {
		free(made);
		return false;
	}
	pthread_mutex_lock(&lock);
	made->next = all;
	if (all)
		all->prev = made;
	all = made;
	pthread_mutex_unlock(&lock);
	own = made;
	return true;
}

/* ---- the functions ---- */

static DWORD index_take(PFLS_CALLBACK_FUNCTION callback, void *module)
{
	for (DWORD i = 0; i < FLS_MAXIMUM_AVAILABLE; i++)
		if (indexes[i].refs == 0) {
			indexes[i] = (struct index){ true, 1, callback, module };
			return i;
		}
	return FLS_OUT_OF_INDEXES;
}

DWORD FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback)
{
	void *module = lpCallback ? module_hold((void (*)(void))lpCallback) : NULL;
	DWORD i;

	pthread_mutex_lock(&lock);
	i = index_take(lpCallback, module);
	pthread_mutex_unlock(&lock);
	if (i == FLS_OUT_OF_INDEXES) {
		module_release(module);
		SetLastError(ERROR_NO_MORE_ITEMS);
	}
	return i;
}

/* With the lock. */
static bool is_used(DWORD i)
{
	return i < FLS_MAXIMUM_AVAILABLE && indexes[i].used;
}

PVOID FlsGetValue(DWORD dwFlsIndex)
{
	PVOID value = NULL;
	bool used;

	pthread_mutex_lock(&lock);
	used = is_used(dwFlsIndex);
	if (used && own)
		value = own->at[dwFlsIndex];
	pthread_mutex_unlock(&lock);
	SetLastError(used ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER);
	return value;
}

BOOL FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData)
{
	bool made = values_make(), used;

	pthread_mutex_lock(&lock);
	used = is_used(dwFlsIndex);
	if (used && made)
		own->at[dwFlsIndex] = lpFlsData;
	pthread_mutex_unlock(&lock);
	if (used && made)
		return TRUE;
	SetLastError(used ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
	return FALSE;
}

/* Some thread's values with one at that index. */
static struct values *with_value(DWORD i)
{
	struct values *values = all;

	while (values && !values->at[i])
		values = values->next;
	return values;
}

BOOL FlsFree(DWORD dwFlsIndex)
{
	struct values *values;
	void *module = NULL;
	bool used;

	pthread_mutex_lock(&lock);
	used = is_used(dwFlsIndex);
	if (used) {
		indexes[dwFlsIndex].used = false;
		while ((values = with_value(dwFlsIndex)))
			value_end(values, dwFlsIndex);
		module = index_put(&indexes[dwFlsIndex]);
	}
	pthread_mutex_unlock(&lock);
	module_release(module);
	if (!used)
		SetLastError(ERROR_INVALID_PARAMETER);
	return used;
}
