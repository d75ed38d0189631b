/* PxeSendReply. */
#pragma once

#include <wdspxe.h>

struct host;
struct outgoing;

/** A reply that was taken over goes out, or to who asks. [loop] */
void send_now(struct host *host, struct outgoing *out);
DWORD send_reply(HANDLE request, PVOID packet, ULONG len, const PXE_ADDRESS *address);
