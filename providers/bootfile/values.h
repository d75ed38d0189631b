/* What a client says in each row of condition.c, as sets look it up. */
#pragma once

#include "condition.h"

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
