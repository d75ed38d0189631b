/* An option of DHCPv4: one occurrence read, one written. */
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

/** Writes one; returns where it ends. Its value has at most 255 octets. */
static inline uint8_t *option4_put(uint8_t *at, uint8_t code, PXE_BOOT_OCTETS value)
{
	at[0] = code;
	at[1] = (uint8_t)value.cbData;
	if (value.cbData > 0)
		memcpy(at + 2, value.pData, value.cbData);
	return at + 2 + value.cbData;
}
