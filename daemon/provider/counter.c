#include "provider/counter.h"

#include <stdlib.h>
#include <string.h>

#include "base/plain.h"
#include "base/utf.h"
#include "provider/call.h"
#include "provider/life.h"
#include "provider/name.h"
#include "provider/pin.h"
#include "provider/process.h"
#include "provider/state.h"

static struct counter_table *table_of(const struct provider *p)
{
	struct provider_name *name = CONTAINER_OF(p->count, struct provider_name, count);

	return atomic_load_explicit(&name->counters, memory_order_acquire);
}

/* Made for the first counter. The place of those without a name is not one provider's. */
static struct counter_table *table_make(struct provider *p)
{
	struct provider_name *name = CONTAINER_OF(p->count, struct provider_name, count);
	struct counter_table *table = atomic_load(&name->counters);

	if (!table && atomic_load(&name->text)) {
		table = calloc(1, sizeof(*table));
		atomic_store_explicit(&name->counters, table, memory_order_release);
	}
	return table;
}

static ULONG counter_find(const struct counter_table *table, const char *name)
{
	ULONG n = atomic_load(&table->n), i = 0;

	while (i < n && strcmp(table->at[i].name, name) != 0)
		i++;
	return i;
}

static DWORD counter_make(struct counter_table *table, ULONG i, const char *name, const char *help,
			  ULONG kind)
{
	struct counter *counter = &table->at[i];

	if (i == PXE_COUNTERS_MAX)
		return ERROR_NOT_ENOUGH_MEMORY;
	strcpy(counter->name, name); /* it fits: the door has looked */
	plain_words(span_of(help, strnlen(help, 4 * sizeof(counter->help))), counter->help,
		    sizeof(counter->help));
	counter->kind = kind;
	atomic_store_explicit(&table->n, i + 1, memory_order_release);
	return ERROR_SUCCESS;
}

static DWORD register_in(struct counter_table *table, const char *name, const char *help,
			 ULONG kind, ULONG *out)
{
	ULONG i = counter_find(table, name);
	DWORD code = ERROR_SUCCESS;

	if (i == atomic_load(&table->n))
		code = counter_make(table, i, name, help, kind);
	else if (table->at[i].kind != kind)
		code = ERROR_ALREADY_EXISTS;
	if (code == ERROR_SUCCESS)
		*out = i;
	return code;
}

DWORD counter_register(HANDLE handle, const char *name, const char *help, ULONG kind,
		       ULONG *counter)
{
	struct provider *p = provider_pin(host_the, handle);
	DWORD code = ERROR_INVALID_STATE;

	if (!p)
		return ERROR_INVALID_HANDLE;
	if (atomic_load(&p->state) == PROVIDER_INITIALIZING) {
		struct counter_table *table;

		/* Of who registers, in Initialize; who adds or reads waits for nobody. */
		while (sem_wait(&p->host->counting) != 0)
			;
		table = table_make(p);
		code = table ? register_in(table, name, help, kind, counter)
			     : ERROR_NOT_ENOUGH_MEMORY;
		sem_post(&p->host->counting);
	}
	provider_unpin(p);
	return code;
}

static DWORD add(struct provider *p, ULONG i, int64_t value, bool set)
{
	struct counter_table *table = table_of(p);
	_Atomic int64_t *at;

	if (!table || i >= atomic_load_explicit(&table->n, memory_order_acquire))
		return ERROR_INVALID_PARAMETER;
	at = table->at[i].kind == PXE_COUNTER_TOTAL ? &table->at[i].total : &p->level[i];
	if (at == &table->at[i].total && (set || value < 0))
		return ERROR_INVALID_PARAMETER;
	if (call_request() && call_request()->trial)
		return ERROR_SUCCESS; /* nobody's request counts nowhere */
	if (set)
		atomic_store_explicit(at, value, memory_order_relaxed);
	else
		atomic_fetch_add_explicit(at, value, memory_order_relaxed);
	return ERROR_SUCCESS;
}

/* The provider whose RecvRequest runs on this thread lives as long as that. */
static struct provider *provider_called(HANDLE handle)
{
	const struct request *req = call_request();

	return req && req->asked->handle == handle ? req->asked : NULL;
}

DWORD counter_add(HANDLE handle, ULONG counter, LONGLONG value, int set)
{
	struct provider *p = provider_called(handle);
	DWORD code;

	if (p)
		return add(p, counter, value, set != 0);
	p = provider_pin(host_the, handle);
	if (!p)
		return ERROR_INVALID_HANDLE;
	code = add(p, counter, value, set != 0);
	provider_unpin(p);
	return code;
}

size_t counters_read(struct host *host, const char *name, const struct provider *p,
		     struct counter_view out[static PXE_COUNTERS_MAX])
{
	struct counter_table *table =
		atomic_load_explicit(&host_name_find(host, name)->counters, memory_order_acquire);
	size_t n = table ? atomic_load_explicit(&table->n, memory_order_acquire) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct counter *counter = &table->at[i];
		bool is_level = counter->kind == PXE_COUNTER_LEVEL;

		out[i] = (struct counter_view){
			.name = counter->name,
			.help = counter->help,
			.is_level = is_level,
			.value = !is_level ? atomic_load(&counter->total)
				 : p       ? atomic_load(&p->level[i])
					   : 0,
		};
	}
	return n;
}
