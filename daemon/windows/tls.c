/* Thread-local storage by index. An index has a generation, so that a value of who had it before is
 * not one. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include <windows/processthreadsapi.h>

enum { INDEXES = 1088 };

struct value {
	uint32_t generation;
	LPVOID at;
};

/* An odd generation is in use. */
static _Atomic uint32_t generations[INDEXES];
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;
static _Thread_local struct value *values; /* INDEXES of them; NULL: none is set */

/* A destructor that runs later may set one again. */
static void on_thread_end(void *at)
{
	values = NULL;
	free(at);
}

static void key_make(void)
{
	has_key = pthread_key_create(&key, on_thread_end) == 0;
}

static bool values_make(void)
{
	struct value *made;

	if (values)
		return true;
	pthread_once(&once, key_make);
	made = has_key ? calloc(INDEXES, sizeof(*made)) : NULL;
	if (made && pthread_setspecific(key, made) != 0) {
		free(made);
		made = NULL;
	}
	values = made;
	return made != NULL;
}

/* 0: nobody has that index. */
static uint32_t generation_of(DWORD index)
{
	uint32_t generation =
		index < INDEXES ? atomic_load_explicit(&generations[index], memory_order_acquire)
				: 0;

	return generation & 1 ? generation : 0;
}

DWORD TlsAlloc(void)
{
	for (DWORD i = 0; i < INDEXES; i++) {
		uint32_t now = atomic_load(&generations[i]);

		if (!(now & 1) && atomic_compare_exchange_strong(&generations[i], &now, now + 1))
			return i;
	}
	SetLastError(ERROR_NO_MORE_ITEMS);
	return TLS_OUT_OF_INDEXES;
}

LPVOID TlsGetValue(DWORD dwTlsIndex)
{
	uint32_t generation = generation_of(dwTlsIndex);

	SetLastError(generation ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER);
	if (!generation || !values || values[dwTlsIndex].generation != generation)
		return NULL;
	return values[dwTlsIndex].at;
}

BOOL TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue)
{
	uint32_t generation = generation_of(dwTlsIndex);

	if (!generation || !values_make()) {
		SetLastError(generation ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER);
		return FALSE;
	}
	values[dwTlsIndex] = (struct value){ generation, lpTlsValue };
	return TRUE;
}

BOOL TlsFree(DWORD dwTlsIndex)
{
	uint32_t generation = generation_of(dwTlsIndex);

	if (generation &&
	    atomic_compare_exchange_strong(&generations[dwTlsIndex], &generation, generation + 1))
		return TRUE;
	SetLastError(ERROR_INVALID_PARAMETER);
	return FALSE;
}
