/* All that providers say about one request, where somebody reads it: a book, of which there are
 * few, for the time from the request's begin to its end.
 *
 * Any thread writes, none waits: a remark has its place before it is written, and is read when it
 * is ready. A thread that is late finds the book closed, or somebody else's, by the number that it
 * was opened with. What has no room is counted.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum {
	REMARKS_MAX = 256,       /* of one request */
	REMARKS_ROOM = 40 << 10, /* octets of their texts */
	REMARK_TEXT_MAX = 200,   /* with its NUL */
	REMARK_BOOKS = 32,
};

struct remark {
	const char *provider; /* who says it; a static copy */
	uint32_t kind;        /* enum reason_kind */
	uint32_t line;
	const char *text, *file; /* plain UTF-8; may be "" */
};

struct remark_book {
	_Atomic uint64_t word; /* number << 32 | who uses it; nobody: it is free */
	_Atomic uint32_t n, used, left_out;
	struct {
		_Atomic bool ready;
		uint32_t kind, line, text, file;
		const char *provider;
	} entry[REMARKS_MAX];
	char room[REMARKS_ROOM];
};

struct remark_books {
	struct remark_book *book; /* REMARK_BOOKS */
	uint32_t last;            /* [loop] */
};

/* What a request has of it. */
struct remarks {
	struct remark_book *book; /* NULL: its reasons are not kept */
	uint32_t number;
};

/** 0 or -ENOMEM. Their memory is touched when they are used. */
int remark_books_init(struct remark_books *books);
void remark_books_done(struct remark_books *books);

/** Takes one that is free; without, where all are in use. [loop] */
struct remarks remarks_open(struct remark_books *books);
/** Nothing more is written or read. [loop] */
void remarks_close(const struct remarks *remarks);
/** Adds one; texts may be NULL, and are copied. [any] */
void remarks_add(const struct remarks *remarks, const struct remark *remark);
/** How many there are, and how many more had no room. Until the book is closed. [loop] */
uint32_t remarks_count(const struct remarks *remarks, uint32_t *left_out);
/** The remark at a place below that; false: it is being written still, or had no room. [loop] */
bool remarks_read(const struct remarks *remarks, uint32_t place, struct remark *out);
