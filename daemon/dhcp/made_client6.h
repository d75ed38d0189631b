/* Made-up clients over DHCPv6, and what both families share. Internal to made_client*.c. */
#pragma once

#include "dhcp/made_client.h"

enum { MADE_UNDI_LEN = 3, MADE_CLASS_MAX = 48 };

/** The type and version of its network driver: DHCPv4's option 94, DHCPv6's 62. */
void made_undi(const struct made_client *c, uint8_t out[static MADE_UNDI_LEN]);
/** The vendor class; where `family_only`, no more than PXEClient. */
struct span made_class(const struct made_client *c, bool family_only,
		       char text[static MADE_CLASS_MAX]);
struct span made_user_class(const struct made_client *c);

size_t made_client6_write(const struct made_client *c, enum made_message message, uint8_t *out,
			  size_t size);
