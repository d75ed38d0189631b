/* no allocation · no lock · no log */
#include "dhcp/pxe_uuid.h"

bool pxe_uuid_is_blank(const uint8_t uuid[static PXE_UUID_LEN])
{
	uint8_t any = 0, all = 0xff;

	for (size_t i = 0; i < PXE_UUID_LEN; i++) {
		any |= uuid[i];
		all &= uuid[i];
	}
	return any == 0 || all == 0xff;
}

const char *pxe_uuid_efi_text(const uint8_t uuid[static PXE_UUID_LEN],
			      char text[static PXE_UUID_TEXT])
{
	static const uint8_t order[PXE_UUID_LEN] = { 3, 2, 1,  0,  5,  4,  7,  6,
						     8, 9, 10, 11, 12, 13, 14, 15 };
	static const char digits[] = "0123456789abcdef";
	char *at = text;

	for (size_t i = 0; i < PXE_UUID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[uuid[order[i]] >> 4];
		*at++ = digits[uuid[order[i]] & 15];
	}
	*at = '\0';
	return text;
}
