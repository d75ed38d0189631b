/* The admin's devices: CSV with the names of its columns in the first line. Read only. */
#pragma once

#include "draft.h"

enum { CSV_LINE_MAX = 4096, CSV_FILE_MAX = 256 << 20 };

/* What is made of it. */
struct csv_told {
	void *context;
	/** A device. False: it cannot be kept (no memory), and the reading ends. */
	bool (*device)(void *context, const struct draft *draft, unsigned line);
	/** A mistake; the line's device is left out. Line 0: of the file. */
	void (*wrong)(void *context, unsigned line, const char *what);
};

/** Is there nothing in it but empty lines and comments? */
bool csv_says_nothing(const char *text, size_t len);
/** Reads a text, which is changed. False: `device` said so. */
bool csv_read(char *text, size_t len, const struct csv_told *told);
