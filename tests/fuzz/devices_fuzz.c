/* Any text as a list of devices (CSV, what wdsutil prints, dnsmasq's hosts), as a line of the state
 * file and as the list of pending machines: what is taken of it can be kept, and is read again as
 * the same.
 *
 * Input: one octet for whose text it is, the text.
 */
#include <sys/mman.h>

#include "fuzz/holds.h"

#include "../../providers/inventory/lists.h"
#include "../../providers/inventory/pending_file.h"
#include "../../providers/inventory/record.h"

static char why[WHY_SIZE];

static void check_fields(const struct draft *draft)
{
	for (unsigned i = 0; i < draft->n_texts; i++) {
		const char *text = draft->octets + draft->texts[i].at;

		HOLDS(draft->texts[i].at < draft->used);
		HOLDS(!*text || field_check(draft->texts[i].word, text, why));
	}
}

static bool same(const struct draft *a, const struct draft *b)
{
	if (a->n_ids != b->n_ids || a->n_texts != b->n_texts)
		return false;
	for (unsigned i = 0; i < a->n_ids; i++)
		if (!id_is(&a->ids[i], (enum id_kind)b->ids[i].kind, b->ids[i].at, b->ids[i].len))
			return false;
	for (unsigned i = 0; i < a->n_texts; i++) {
		const char *text = draft_text(b, a->texts[i].word);

		if (!text || strcmp(a->octets + a->texts[i].at, text) != 0)
			return false;
	}
	return true;
}

/* As it is written to the state file. */
static void check_kept(const struct draft *draft)
{
	static struct record record, again;
	static char line[RECORD_SIZE];
	size_t len;

	record = (struct record){ .write = 7, .left = 2 };
	record.draft = *draft;
	len = record_write(&record, line);
	HOLDS(len > 0 && len < RECORD_SIZE && line[len - 1] == '\n');
	HOLDS(!memchr(line, '\n', len - 1));
	HOLDS(record_read(line, len - 1, &again, why) == RECORD_WHOLE);
	HOLDS(again.write == 7 && again.left == 2 && !again.drop);
	HOLDS(same(&record.draft, &again.draft));
}

static bool on_device(void *context, const struct draft *draft, unsigned line)
{
	(void)context;
	HOLDS(line > 0 && draft->n_ids > 0 && draft->n_ids <= DRAFT_IDS);
	HOLDS(draft->n_texts <= DRAFT_TEXTS && draft->used <= DRAFT_OCTETS);
	check_fields(draft);
	check_kept(draft);
	return true;
}

static void on_words(void *context, unsigned line, const char *what)
{
	(void)context;
	(void)line;
	HOLDS(what[0] && strlen(what) < WHY_SIZE);
}

/* With the checksum that it would have. */
static void check_record(char *text, size_t len)
{
	static struct record record;

	if (record_read(text, len, &record, why) == RECORD_WHOLE && !record.drop)
		check_kept(&record.draft);
}

static void check_pending(const char *text, size_t len)
{
	enum { MOST = 20 };
	static struct pending_view at[MOST];
	uint32_t n = 0, next = 0;
	char path[32];
	int fd = memfd_create("pending", MFD_CLOEXEC);

	HOLDS(fd >= 0 && write(fd, text, len) == (ssize_t)len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (pending_file_read(path, at, MOST, &n, &next, why) == 0) {
		HOLDS(n <= MOST && (n == 0 || at[n - 1].number < next));
		for (uint32_t i = 0; i < n; i++)
			HOLDS(at[i].n_ids > 0 && at[i].n_ids <= ID_KINDS);
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct read_told told = { { NULL, on_device, on_words }, on_words };
	_cleanup_(freep) char *text = NULL;
	unsigned whose = size > 0 ? data[0] % 5 : 0;

	if (size == 0)
		return 0;
	size--;
	text = (char *)copy_of(span_of(data + 1, size), size + 1);
	text[size] = '\0';
	if (whose == 0)
		(void)csv_read(text, size, &told.csv);
	else if (whose == 1)
		(void)wds_read(text, &told);
	else if (whose == 2)
		(void)dnsmasq_read(text, &told);
	else if (whose == 3)
		check_record(text, size);
	else
		check_pending(text, size);
	return 0;
}
