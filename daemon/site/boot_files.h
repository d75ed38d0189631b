/* The files that the configuration has machines boot, as far as it says so itself: the entries of
 * bootfile. What another provider names is its own. */
#pragma once

#include <stdbool.h>

#include "base/ip.h"
#include "registry/dropin.h"

enum { BOOT_FILE_URL_MAX = 2048, BOOT_FILE_ARCHS_MAX = 512 };

/* A file that one entry names, on one server. */
struct boot_file {
	const char *path; /* where the entry stands */
	int line;
	const char *url;   /* what is to be asked for */
	bool open;         /* in `url` stands ${...}: only iPXE knows it, when it asks */
	const char *archs; /* of the entry's `arch`, with commas between; "": any */
	bool ipxe;         /* the entry is for iPXE */
};

struct boot_files_hooks {
	void *context;
	/** All pointers are borrowed. */
	void (*found)(void *context, const struct boot_file *file);
	/** This host's own address of a family, as clients on an interface see it; NULL: on any.
	 * False: it has none, and the file is asked for on the loopback. */
	bool (*own)(void *context, const char *interface, uint8_t family, struct ip *out);
};

/** Calls found() for each file that an entry of the provider names. The settings have been checked:
 * what is wrong in them is passed over. No other provider's settings are looked at. */
void boot_files_walk(const struct dropin *dropin, const struct boot_files_hooks *hooks);
/** Is it bootfile? */
bool boot_files_has(const struct dropin *dropin);
