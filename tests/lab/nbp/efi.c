/* A boot program for UEFI x64. It says on the first serial port what the firmware passes on to a
 * loader: the address that it was loaded from, where that is a URL, and the packets that the PXE
 * base code keeps (UEFI 2.10 §24.3): DhcpAck, ProxyOffer, PxeReply. A test reads it.
 *
 * Built without an SDK: the few structures of UEFI that are needed stand here.
 */
#include <stddef.h>

#include "say.h"

struct guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

struct boot_services {
	uint8_t header[24];
	void *before_handle_protocol[16];
	uint64_t (*handle_protocol)(void *handle, const struct guid *protocol, void *out);
};

struct system_table {
	uint8_t header[24];
	void *before_boot_services[9];
	struct boot_services *boot;
};

struct loaded_image {
	uint32_t revision;
	void *parent, *system;
	void *device; /* the handle that the program was loaded from */
};

struct pxe_base_code {
	uint64_t revision;
	void *calls[12];
	const uint8_t *mode;
};

/* EFI_PXE_BASE_CODE_MODE by octets: flags of one octet, two addresses, and the packets. */
enum {
	MODE_USING_IPV6 = 3,
	MODE_DHCP_ACK_RECEIVED = 9,
	MODE_PROXY_OFFER_RECEIVED = 10,
	MODE_PXE_REPLY_RECEIVED = 12,
	MODE_PACKETS = 52,
	PACKET_SIZE = 1472,
};
enum { DHCP_DISCOVER, DHCP_ACK, PROXY_OFFER, PXE_DISCOVER, PXE_REPLY }; /* the packets, in order */

static const struct guid loaded_image_guid = {
	0x5b1b31a1, 0x9562, 0x11d2, { 0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b }
};
static const struct guid loaded_image_path_guid = {
	0xbc62157e, 0x3e33, 0x4fec, { 0x99, 0x20, 0x2d, 0x3b, 0x36, 0xd7, 0x50, 0xdf }
};
static const struct guid pxe_base_code_guid = {
	0x03c4e603, 0xac28, 0x11d3, { 0x9a, 0x2d, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d }
};

static void *protocol_of(struct boot_services *boot, void *handle, const struct guid *guid)
{
	void *protocol = NULL;

	return handle && boot->handle_protocol(handle, guid, &protocol) == 0 ? protocol : NULL;
}

/* Device path nodes are type, subtype, length (little-endian, the four octets included). */
static void show_url(const uint8_t *path)
{
	enum { MESSAGING = 3, URI = 24, END = 0x7f };

	while (path && path[0] != END) {
		unsigned len = path[2] | (unsigned)path[3] << 8;

		if (len < 4)
			return;
		if (path[0] == MESSAGING && path[1] == URI && len > 4) {
			say("LoadedFrom: ");
			say_text(path + 4, len - 4);
			say("\n");
		}
		path += len;
	}
}

static void show(const uint8_t *mode, const char *name, int received, int packet)
{
	const uint8_t *at = mode + MODE_PACKETS + packet * PACKET_SIZE;

	say(name);
	say(": ");
	if (!mode[received])
		say("none\n");
	else if (mode[MODE_USING_IPV6])
		say_dhcp6(at, PACKET_SIZE);
	else
		say_dhcp4(at, PACKET_SIZE);
}

uint64_t efi_main(void *image, struct system_table *system)
{
	struct boot_services *boot = system->boot;
	struct loaded_image *loaded = protocol_of(boot, image, &loaded_image_guid);
	struct pxe_base_code *pxe = NULL;

	say("\n\nThe boot program speaks: UEFI x64.\n");
	show_url(protocol_of(boot, image, &loaded_image_path_guid));
	if (loaded)
		pxe = protocol_of(boot, loaded->device, &pxe_base_code_guid);
	if (pxe) {
		show(pxe->mode, "DhcpAck", MODE_DHCP_ACK_RECEIVED, DHCP_ACK);
		show(pxe->mode, "ProxyOffer", MODE_PROXY_OFFER_RECEIVED, PROXY_OFFER);
		show(pxe->mode, "PxeReply", MODE_PXE_REPLY_RECEIVED, PXE_REPLY);
	}
	say("The boot program has spoken.\n");
	for (;;)
		__asm__ volatile("pause");
}
