/* From a handle that came from anywhere to what it names, which stays meanwhile. */
#pragma once

#include <wdspxe-types.h>

#include "request/request.h"

struct host;
struct provider;

/** Finds and pins the provider of a handle; NULL: none such lives. Who gets one unpins its slot. */
struct provider *provider_pin(struct host *host, HANDLE handle);
/** The same for the provider in a slot of host->slot, for a look from the loop. */
struct provider *provider_pin_at(struct host *host, uint32_t slot);
void provider_unpin(struct provider *p);
/** The request of a handle that came from a provider: it stays until request_leave(), which the
 * same thread calls. NULL: the handle is stale, forged or decided. [any] */
struct request *request_enter(struct host *host, HANDLE handle, enum guard_use use);
/** The last who leaves sends it home to the loop. [any] */
void request_leave(struct host *host, struct request *req);
