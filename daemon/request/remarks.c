#include "request/remarks.h"

#include <errno.h>
#include <stdlib.h>

#include "base/plain.h"

enum { NUMBER_SHIFT = 32 };

int remark_books_init(struct remark_books *books)
{
	books->book = calloc(REMARK_BOOKS, sizeof(*books->book));
	books->last = 0;
	return books->book ? 0 : -ENOMEM;
}

void remark_books_done(struct remark_books *books)
{
	free(books->book);
	books->book = NULL;
}

static bool is_free(const struct remark_book *book)
{
	return (uint32_t)atomic_load_explicit(&book->word, memory_order_acquire) == 0;
}

/* Whoever was late has left: nobody else touches it. */
static void wipe(struct remark_book *book)
{
	uint32_t n = atomic_load_explicit(&book->n, memory_order_relaxed);

	for (uint32_t i = 0; i < n && i < REMARKS_MAX; i++)
		atomic_store_explicit(&book->entry[i].ready, false, memory_order_relaxed);
	atomic_store_explicit(&book->n, 0, memory_order_relaxed);
	atomic_store_explicit(&book->used, 0, memory_order_relaxed);
	atomic_store_explicit(&book->left_out, 0, memory_order_relaxed);
}

struct remarks remarks_open(struct remark_books *books)
{
	for (uint32_t i = 0; books->book && i < REMARK_BOOKS; i++) {
		struct remark_book *book = &books->book[i];

		if (!is_free(book))
			continue;
		wipe(book);
		books->last++;
		atomic_store_explicit(&book->word, (uint64_t)books->last << NUMBER_SHIFT | 1,
				      memory_order_release);
		return (struct remarks){ book, books->last };
	}
	return (struct remarks){ NULL, 0 };
}

static void leave(struct remark_book *book)
{
	atomic_fetch_sub_explicit(&book->word, 1, memory_order_release);
}

void remarks_close(const struct remarks *remarks)
{
	if (remarks->book)
		leave(remarks->book);
}

/* Uses it, unless it has been closed. */
static bool enter(const struct remarks *remarks)
{
	uint64_t word = atomic_load_explicit(&remarks->book->word, memory_order_relaxed);

	do {
		if (word >> NUMBER_SHIFT != remarks->number || (uint32_t)word == 0)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
		&remarks->book->word, &word, word + 1, memory_order_acquire, memory_order_relaxed));
	return true;
}

/* A number of a counter that grows to `most`; `most` where it is full. */
static uint32_t take(_Atomic uint32_t *counter, uint32_t by, uint32_t most)
{
	uint32_t value = atomic_load_explicit(counter, memory_order_relaxed);

	do {
		if (most - value < by)
			return most;
	} while (!atomic_compare_exchange_weak_explicit(
		counter, &value, value + by, memory_order_relaxed, memory_order_relaxed));
	return value;
}

/* Made plain, with its NUL: its length. */
static uint32_t plain(const char *text, char out[static REMARK_TEXT_MAX])
{
	plain_text(span_of(text, text ? strnlen(text, REMARK_TEXT_MAX) : 0), out, REMARK_TEXT_MAX);
	return (uint32_t)strlen(out) + 1;
}

/* Its place and its room are its own from here on; it is read when it is ready. */
static bool write_remark(struct remark_book *book, const struct remark *remark)
{
	char text[REMARK_TEXT_MAX], file[REMARK_TEXT_MAX];
	uint32_t text_len = plain(remark->text, text), file_len = plain(remark->file, file);
	uint32_t at = take(&book->used, text_len + file_len, REMARKS_ROOM);
	uint32_t place = at < REMARKS_ROOM ? take(&book->n, 1, REMARKS_MAX) : REMARKS_MAX;

	if (place == REMARKS_MAX)
		return false;
	memcpy(book->room + at, text, text_len);
	memcpy(book->room + at + text_len, file, file_len);
	book->entry[place].text = at;
	book->entry[place].file = at + text_len;
	book->entry[place].kind = remark->kind;
	book->entry[place].line = remark->line;
	book->entry[place].provider = remark->provider;
	atomic_store_explicit(&book->entry[place].ready, true, memory_order_release);
	return true;
}

void remarks_add(const struct remarks *remarks, const struct remark *remark)
{
	if (!remarks->book || !enter(remarks))
		return;
	if (!write_remark(remarks->book, remark))
		atomic_fetch_add_explicit(&remarks->book->left_out, 1, memory_order_relaxed);
	leave(remarks->book);
}

uint32_t remarks_count(const struct remarks *remarks, uint32_t *left_out)
{
	*left_out = 0;
	if (!remarks->book)
		return 0;
	*left_out = atomic_load_explicit(&remarks->book->left_out, memory_order_relaxed);
	return atomic_load_explicit(&remarks->book->n, memory_order_relaxed);
}

bool remarks_read(const struct remarks *remarks, uint32_t place, struct remark *out)
{
	const struct remark_book *book = remarks->book;

	if (!atomic_load_explicit(&book->entry[place].ready, memory_order_acquire))
		return false;
	*out = (struct remark){ .provider = book->entry[place].provider,
				.kind = book->entry[place].kind,
				.line = book->entry[place].line,
				.text = book->room + book->entry[place].text,
				.file = book->room + book->entry[place].file };
	return true;
}
