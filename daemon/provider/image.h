/* Which code lies where in memory: read where nothing may be locked or allocated, in the handler of
 * a crash.
 *
 * The table knows the modules of providers, also those that were unloaded. Everything else, and
 * what is not noted yet, /proc/self/maps tells.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IMAGE_NAME_MAX = 64 };

/* A place in code: NAME+0xOFFSET, as addr2line takes it. */
struct image_place {
	char name[IMAGE_NAME_MAX]; /* the module's file, without folders; "": in no file */
	uintptr_t offset;     /* from where the file begins in memory; without name: the address */
	const char *provider; /* NULL: no provider's module */
	bool gone;            /* it was unloaded */
};

/** Notes a module that dlopen() gave; `path` is its own, `provider` lives for ever. [any, one at a
 * time] */
void image_note(void *handle, const char *path, const char *provider);
/** Before it is unloaded: its name stays, as gone, until the place is taken. The same thread. */
void image_forget(void *handle);

/** Where an address lies. [any, async-signal-safe] */
void image_find(uintptr_t address, struct image_place *out);
/** The first place in a provider's module that the words of a stack lead to, from `sp` upwards:
 * who called, most probably. False: none is found. [any, async-signal-safe] */
bool image_find_caller(uintptr_t sp, struct image_place *out);
/** Does a word before that one satisfy `is`? What the code that was called there has in hand. [any,
 * async-signal-safe] */
bool image_stack_has(uintptr_t sp, bool (*is)(uintptr_t word));
