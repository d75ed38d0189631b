/* A provider that wrote beyond its packet. */
#pragma once

#include "request/packet.h"

/** Tells, once for each packet, that its provider wrote beyond its bounds; `found` says how that
 * came out. The request is pinned, or the loop's. [any] */
void overrun_say(const struct request *req, const struct packet_overrun *overrun,
		 const char *found);
