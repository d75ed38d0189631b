/* A line of the state file: a record, checked. */
#pragma once

#include "draft.h"

enum { RECORD_SIZE = 16384 }; /* no record is as long */

struct record {
	uint64_t write; /* the number of the write that it is of */
	uint32_t left;  /* how many of that write follow it */
	bool drop;      /* the draft has the key alone */
	struct draft draft;
};

enum record_fault {
	RECORD_WHOLE,
	RECORD_TORN,   /* not all of it is there, or it is not as it was written */
	RECORD_UNKNOWN /* it is as it was written, by who knows more: `why` */
};

/** Writes a line, with its end. Returns its length; 0: it would be too long. */
size_t record_write(const struct record *record, char out[RECORD_SIZE]);
/** Reads a line, without its end. */
enum record_fault record_read(const char *line, size_t len, struct record *out, char why[WHY_SIZE]);
