/* What a client is given: from its device, or by policy, as an answer of the kit's. */
#pragma once

#include "settings.h"

/* Windows' boot programs are told more than their file. */
struct windows {
	BYTE four[256], six[1024];
	ULONG four_len, six_len;
};

/* An answer, and what it points to. It must not be moved. */
struct given {
	PXE_BOOT_ANSWER answer;
	PXE_BOOT_SERVER server;
	PXE_BOOT_MENU menu;
	PXE_BOOT_MENU_ITEM items[2];
	struct windows windows;
	bool says_no_prompt; /* one is wanted, and the client's firmware has none */
	char file[512], url[512];
	char reason[200];
};

/* What a device boots: by its own words, or the policy's. */
struct booting {
	const char *file, *url, *server;
	const struct boot *boot; /* the policy's, where it has no file and no URL of its own */
	bool once;               /* those that are for once */
};

/** Is there something for the client that is this device? */
bool given_find(const struct settings *settings, const struct device *device,
		const PXE_BOOT_CLIENT *client, struct booting *out);
/** For a device: what was found. */
void given_device(const struct settings *settings, const struct device *device,
		  const struct booting *booting, const char *csv, const PXE_BOOT_CLIENT *client,
		  struct given *out);
/** For an unknown machine. */
void given_unknown(const struct settings *settings, const PXE_BOOT_CLIENT *client,
		   struct given *out);
/** For one that waits, with its number; false: there is nothing for it. */
bool given_pending(const struct settings *settings, const PXE_BOOT_CLIENT *client, uint32_t number,
		   struct given *out);
/** Will the answer to this request name the file? An answer for a device that boots once is made so
 * that this is right. */
bool given_names(const PXE_BOOT_CLIENT *client);
