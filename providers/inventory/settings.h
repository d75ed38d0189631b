/* The provider's settings, compiled: what an admin writes under `settings` in its file. */
#pragma once

#include <wdspxe-boot.h>

#include "policy.h"

/* What is booted by policy: the first entry for an architecture. */
struct boot {
	ULONGLONG outcome; /* a number that no other entry has */
	uint64_t archs;    /* a bit for each; all of them where none is named */
	LPCSTR file, url, bcd;
	const PXE_BOOT_SERVER *server;
	ULONG line;
};

struct boots {
	struct boot *at;
	unsigned n;
};

enum { PROMPTS = PROMPT_NONE + 1 };

/* What Windows' boot programs are told of a prompt: options 250 and, over IPv6, 50013. */
struct prompt_data {
	BYTE four[16], six[16];
};

struct settings {
	char file[256];     /* where they are, for reasons; "": not known */
	LPCSTR devices;     /* the CSV */
	bool devices_asked; /* it must be there */
	char state_path[4096], pending_path[4096];
	struct policy policy;
	const PXE_BOOT_SERVER *server; /* NULL: this host */
	struct boots known, unknown, pending;
	uint8_t prompt, unknown_prompt; /* enum device_prompt */
	ULONG prompt_timeout_s;
	LPCSTR message;                    /* to who waits */
	ULONG poll_interval_s, poll_count; /* of who waits */
	ULONG pending_most;
	BYTE (*banned)[16]; /* both forms of each */
	ULONG n_banned;
	struct prompt_data prompts[PROMPTS];
	PXE_BOOT_ANSWER originals[PROMPTS]; /* that the kit prepares answers by */
};

/** Reads and checks all of it. What is wrong was traced, with file and line. ERROR_SUCCESS, and the
 * texts live until PxeBootClose; settings_done() in any case. */
DWORD settings_read(HANDLE provider, PXE_BOOT *boot, HKEY key, struct settings *out);
void settings_done(struct settings *settings);

/** The first entry for the architecture that the client could take; NULL: there is none. */
const struct boot *boots_find(const struct boots *boots, const PXE_BOOT_CLIENT *client);
