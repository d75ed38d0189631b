/* A boot program for PC BIOS, loaded by a PXE ROM at 0:7C00. It says on the first serial port what
 * the ROM passes on to a loader: the packets of "get cached info" (PXE 2.1 §3.3.1). A test reads
 * it.
 *
 * Everything lies below 64 KB and all segments are 0; start.S is the way in.
 */
#include "say.h"

struct far {
	uint16_t offset, segment;
};

/* PXENV_GET_CACHED_INFO; with a buffer of ours the ROM copies the packet into it. */
struct cached_info {
	uint16_t status;
	uint16_t type;
	uint16_t size;
	struct far buffer;
	uint16_t limit;
} __attribute__((packed));

enum { GET_CACHED_INFO = 0x71, DHCP_ACK = 2, CACHED_REPLY = 3 };

/* Calls the ROM's PXENV+ entry point; the parameters lie in segment 0. */
uint16_t pxenv_call(uint16_t function, void *parameters);

static uint8_t packet[1600];

static void show(const char *name, uint16_t type)
{
	struct cached_info info = {
		.type = type,
		.size = sizeof(packet),
		.buffer = { (uint16_t)(uintptr_t)packet, 0 },
		.limit = sizeof(packet),
	};

	say(name);
	say(": ");
	if (pxenv_call(GET_CACHED_INFO, &info) || info.status || info.size < 240)
		say("none\n");
	else
		say_dhcp4(packet, info.size < sizeof(packet) ? info.size : sizeof(packet));
}

void start_c(void)
{
	say("\n\nThe boot program speaks: PC BIOS.\n");
	show("DhcpAck", DHCP_ACK);
	show("PxeReply", CACHED_REPLY);
	say("The boot program has spoken.\n");
	for (;;)
		__asm__ volatile("hlt");
}
