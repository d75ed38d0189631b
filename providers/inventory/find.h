/* Whose machine a client is. */
#pragma once

#include "snapshot.h"

struct found {
	const struct device *device; /* NULL: nobody's */
	enum id_kind by;
	struct id_view id; /* that was found; its octets are the client's or `turned` */
	uint8_t turned[16];
};

void find_device(const struct snapshot *snapshot, const PXE_BOOT_CLIENT *client, struct found *out);

enum { CLIENT_ID_OPTION = 61 };
