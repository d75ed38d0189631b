#include "provider/process.h"

#include "provider/state.h"

struct host *host_the;

static _Thread_local bool is_loop;

void process_set(struct host *host)
{
	host_the = host;
	is_loop = host != NULL;
}

bool host_on_loop(void)
{
	return is_loop;
}

bool host_is_packet(uintptr_t address)
{
	return host_the && packet_store_has(&host_the->packets, address);
}
