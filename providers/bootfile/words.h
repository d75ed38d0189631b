/* Keys that there are not: what the administrator meant. */
#pragma once

#include "keys.h"

/* Where the key stands. */
enum words_place {
	WORDS_SETTINGS, /* in settings itself */
	WORDS_ENTRY,    /* in an entry of boot */
	WORDS_MENU,     /* in a menu, or in an item of one: none of an entry's keys but `known` */
};

/**
 * Traces that a key does not exist, with what is to be written: the same thing in our words, if it
 * is a word of another server; its place, if it belongs elsewhere; or the nearest of `known`, the
 * keys that exist there (the list ends with NULL). `what` names the place: "in an entry of boot";
 * "": in settings. -EINVAL.
 */
int words_refuse(const struct keys *keys, const char *name, enum words_place place,
		 const char *what, const char *const *known);
