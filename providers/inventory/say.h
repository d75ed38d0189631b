/* The answer of a command: JSON, written as it is said. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <wdspxe.h>

enum { SAY_ROOM = 4096 };

struct say {
	HANDLE command;
	DWORD status; /* the first error of PxeCommandWrite */
	bool behind;  /* something stands before, in the same brackets */
	unsigned used;
	char room[SAY_ROOM];
};

void say_begin(struct say *say, HANDLE command);
/** An object or an array, as its bracket says; `key` NULL: in an array, or the whole answer. */
void say_open(struct say *say, const char *key, char bracket);
void say_close(struct say *say, char bracket);
/** A text. Octets that are no UTF-8 become U+FFFD. NULL is "". */
void say_text(struct say *say, const char *key, const char *text);
/** A text that has that length. */
void say_octets(struct say *say, const char *key, const char *text, size_t len);
void say_number(struct say *say, const char *key, uint64_t number);
void say_yes(struct say *say, const char *key);
/** Sends what is left. ERROR_SUCCESS, or why nobody hears it. */
DWORD say_end(struct say *say);
