/* What a table of machines is made of. Internal to machines.c and machine_table.c. */
#pragma once

#include "machine_file.h"
#include "machines.h"
#include "sets.h"

enum { SPACE_MAC = 1, SPACE_UUID, SPACE_ID, SPACE_ID_TEXT, SPACES };

/* A line. Texts are places in the heap, 0: not said. */
struct record {
	uint32_t name, file, url;
	uint32_t groups; /* texts one after the other, and an empty one; 0 is such a place */
	uint32_t line;
	uint32_t alike : 31; /* the first record that boots the same, or this one */
	uint32_t varies : 1; /* there is a variable in file or url */
	uint16_t server;     /* 1 + its number; 0: not said */
	uint16_t source;
};

/* A machine's lines, one after the other. */
struct link {
	uint32_t record, next; /* next: 1 + its number; 0: none */
};

struct machines {
	uint32_t edition; /* no other table has the same */
	struct set set;   /* of what the lines name machines by */
	bool has[SPACES]; /* some line has one of that space */
	bool has_others;  /* ... of another one than SPACE_MAC, which most lists have alone */
	uint32_t *first;  /* by the set's numbers: 1 + its first link */
	uint32_t n_first;
	struct link *links;
	uint32_t n_links;
	struct record *records;
	uint32_t n_records;
	bool boot;  /* some line says what its machine boots */
	char *heap; /* begins with two NULs */
	uint32_t heap_len;
	PXE_BOOT_SERVER *servers;
	uint32_t n_servers;
	char **names; /* of the sources, for messages: owned */
	struct stamp *stamps;
	size_t n_sources;
};
