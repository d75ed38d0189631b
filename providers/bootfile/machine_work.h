/* A table of machines in the making. Internal to the files that make it. */
#pragma once

#include "machine_line.h"
#include "machine_table.h"

/* The table, and the source that is read. */
struct work {
	HANDLE provider;
	struct told *told;
	struct machines *out;
	const struct machines *before; /* of the same sources; NULL: none was read */
	const struct source *source;
	uint16_t number; /* of the source */
	uint32_t line;
	bool wrong;
	uint32_t groups; /* of the line before, which often has the same */
	char group_text[512];
	uint32_t last[COLUMNS]; /* ... and texts */
};

/** Tells what is wrong with the line. -EINVAL. */
int work_wrong(struct work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Tells what can only be a mistake. */
void work_doubt(struct work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Keeps octets in the heap. 0 or -ENOMEM. */
int work_keep(struct work *work, const char *text, size_t len, uint32_t *out);
/** Each word of a text is taken, in spite of -EINVAL; which is then returned. */
int work_words(struct work *work, const char *text,
	       int (*take)(struct work *work, const char *word));

/** Checks what a line says of its machine, and keeps it. 0, -EINVAL with a trace, -ENOMEM. */
int said_take(struct work *work, const struct row *row, struct record *out);
/** Keeps the groups of a line (NULL: it has none) and of the source. */
int groups_take(struct work *work, const char *text, uint32_t *out);
