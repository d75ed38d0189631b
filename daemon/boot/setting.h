/* Settings that are being read. Internal to the files that do it. */
#pragma once

#include "boot/kit.h"

enum { SETTING_NAME_SIZE = 256 };

struct tagPXE_BOOT_SETTINGS {
	PXE_BOOT *boot;
	HKEY key;
	PXE_BOOT_SETTINGS *whole; /* of which this is a group, whose key is ours; NULL: none */
	DWORD status;             /* the worst so far */
	unsigned told;
	char **asked; /* owned, with the names; a NULL at its end */
	size_t n_asked;
};

/** Traces what is wrong with a setting (NULL: with the key itself), with its place. */
void setting_tell(PXE_BOOT_SETTINGS *settings, DWORD status, const char *name, const char *format,
		  ...) __attribute__((format(printf, 4, 5)));
void setting_tell_failed(PXE_BOOT_SETTINGS *settings, const char *name, LSTATUS status);
void setting_tell_no_memory(PXE_BOOT_SETTINGS *settings, const char *name);
/** A name that is asked for: no mistake any more. False: no memory, which was told. */
bool setting_note_asked(PXE_BOOT_SETTINGS *settings, const char *name);
