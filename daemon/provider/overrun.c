#include "provider/overrun.h"

#include "provider/say.h"
#include "provider/state.h"

void overrun_say(const struct request *req, const struct packet_overrun *overrun, const char *found)
{
	const struct provider *p = req->asked;
	bool behind = overrun->by > 0;
	uint32_t n = behind ? overrun->by : overrun->before;
	uint32_t most = behind ? PACKET_ROOM : PACKET_FRONT;

	if (!overrun->found || overrun->told)
		return;
	host_say_of(p->host, p->name, req, PXE_TRACE_ERROR,
		    "wrote %s%u byte%s %s a packet of %u bytes from PxePacketAllocate: %s",
		    n == most ? "at least " : "", n, n == 1 ? "" : "s",
		    behind ? "past the end of" : "in front of", overrun->size, found);
}
