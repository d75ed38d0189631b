/* The records of those who watch, as people read them: a block for each client's conversation, in
 * lines of 80 columns. What is shown was made plain by who made the record (journey_json.c), and is
 * once more here. Pure but for what it remembers: which clients it has shown.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "story/watch_lines.h"

enum { WATCH_CLIENTS = 32, WATCH_HEAD_MAX = 1200 };

struct watch_page {
	struct lines lines;
	char head[WATCH_HEAD_MAX]; /* of the block that is open; "": none is */
	json_t *passed; /* entries that did not match, as shown last in this block; NULL: none */
	/* Conversations that were shown: who, and when they began and were last heard. */
	struct {
		char head[WATCH_HEAD_MAX];
		double begun, heard;
		int family; /* 4 or 6 */
	} known[WATCH_CLIENTS];
	unsigned next; /* of those, whose place a new one takes */
};

void watch_page_init(struct watch_page *page, FILE *out, bool coloured);
void watch_page_done(struct watch_page *page);
/** Shows a record; one of another kind is passed over. */
void watch_page_show(struct watch_page *page, const json_t *record);
