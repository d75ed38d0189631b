/* One occurrence of an option of DHCPv4. */
#pragma once

#include "boot/octets.h"

/** Its value; empty, and at NULL, where there is none. */
static inline PXE_BOOT_OCTETS option4_of(uint8_t *packet, ULONG packet_len, uint8_t code,
					 ULONG instance)
{
	BYTE len = 0;
	PVOID value = NULL;

	if (PxeDhcpGetOptionValue(packet, packet_len, instance, code, &len, &value) !=
	    ERROR_SUCCESS)
		return octets_of(NULL, 0);
	return octets_of(value, len);
}
