/* A provider's module: opened, checked, and loaded from a sealed copy.
 *
 * The copy is why a new file at the same path is really the new code (dlopen() would hand out the
 * old one), and why truncating or overwriting a loaded file does not hurt (its pages would turn
 * into SIGBUS).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODULE_E_UNTRUSTED = 1, MODULE_E_UNLOADABLE };

struct module {
	void *image; /* of dlopen() */
	int fd;      /* the copy; open as long as the image is loaded */
	uint64_t hash;
	uint64_t size;
	bool sticky; /* it has symbols that keep it in memory for ever (C++, -fno-gnu-unique) */
};

/** Loads the file. 0, or MODULE_E_* with a sentence that names the file in `why`. */
int module_load(const char *path, struct module *out, char *why, size_t size);
void module_unload(struct module *module);
/** The address of an exported function, or NULL. */
void *module_find(const struct module *module, const char *name);
/** Do the file's octets differ from those that were loaded, or can they not be read? */
bool module_changed(const struct module *module, const char *path);
