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

/** The first with that code in a value that is a list: of codes, lengths and octets. Zeros pad it,
 * and 255 ends it, as in iPXE's 175. Empty, and at NULL, where there is none. */
static inline PXE_BOOT_OCTETS option4_sub(PXE_BOOT_OCTETS list, uint8_t code)
{
	size_t at = 0;

	while (at + 2 <= list.cbData && list.pData[at] != PXE_DHCP4_OPT_END) {
		const uint8_t *sub = list.pData + at;

		if (sub[0] == PXE_DHCP4_OPT_PAD) {
			at++;
			continue;
		}
		if (sub[1] > list.cbData - at - 2)
			break;
		if (sub[0] == code)
			return octets_of(sub + 2, sub[1]);
		at += 2u + sub[1];
	}
	return octets_of(NULL, 0);
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
