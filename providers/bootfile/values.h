/* What a client says in each row of condition.c, as sets look it up. */
#pragma once

#include "condition.h"

/* In option 82: RFC 3046, RFC 3993. */
enum { RELAY_CIRCUIT = 1, RELAY_REMOTE = 2, RELAY_SUBSCRIBER = 6 };

enum more arch_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		     unsigned number, struct value *out);
enum more mac_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		    unsigned number, struct value *out);
enum more uuid_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		     unsigned number, struct value *out);
enum more user_class_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			   unsigned number, struct value *out);
enum more vendor_class_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			     unsigned number, struct value *out);
enum more subnet_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		       unsigned number, struct value *out);
enum more interface_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			  unsigned number, struct value *out);
enum more family_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		       unsigned number, struct value *out);
enum more duid_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		     unsigned number, struct value *out);
enum more group_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		      unsigned number, struct value *out);
enum more client_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			  unsigned number, struct value *out);
enum more circuit_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			   unsigned number, struct value *out);
enum more remote_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			  unsigned number, struct value *out);
enum more subscriber_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			      unsigned number, struct value *out);
