/* Machines that wait for an admin: pending, approve, reject. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static bool number_read(const char *word, uint32_t *out)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(word, &end, 10);
	if (*word < '0' || *word > '9' || *end || errno || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

bool waiting_number(struct asked *asked, const char *word, uint32_t *out)
{
	struct pending_view view;

	return number_read(word, out) && *out > 0 &&
	       pending_next(inventory_pending(asked->inventory), *out - 1, &view) &&
	       view.number == *out;
}

/* ---- pending -----------------------------------------------------------------------------------
 */

static const char *time_text(time_t when, char out[static 32])
{
	struct tm tm;

	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	return out;
}

static void say_view(struct say *say, const struct pending_view *view)
{
	char text[ID_TEXT_SIZE], when[32];
	const char *arch = PxeBootArchName(view->arch);

	say_open(say, NULL, '{');
	say_number(say, "number", view->number);
	say_open(say, "ids", '[');
	for (unsigned i = 0; i < view->n_ids; i++) {
		id_text((enum id_kind)view->ids[i].kind, view->ids[i].at, view->ids[i].len, text);
		say_text(say, NULL, text);
	}
	say_close(say, ']');
	say_text(say, "arch", arch);
	say_text(say, "what", view->what);
	say_text(say, "place", view->place);
	say_text(say, "first", time_text(view->first, when));
	say_text(say, "last", time_text(view->last, when));
	say_number(say, "boots", view->boots);
	say_close(say, '}');
}

static bool is_known(const struct snapshot *snapshot, const struct pending_view *view)
{
	for (unsigned i = 0; i < view->n_ids; i++)
		if (snapshot_find(snapshot, (enum id_kind)view->ids[i].kind, view->ids[i].at,
				  view->ids[i].len))
			return true;
	return false;
}

/* A machine that became a device by another way, as by a list, waits no more; nor does one that was
 * approved before a crash, and whose leaving had not come to the disk. */
static void sweep(struct asked *asked)
{
	struct pending *pending = inventory_pending(asked->inventory);
	struct store *store = inventory_store(asked->inventory);
	const struct snapshot *snapshot = store_hold(store);
	struct pending_view view = { .number = 0 };

	while (pending_next(pending, view.number, &view))
		if (is_known(snapshot, &view))
			(void)pending_forget(pending, view.number);
	store_release(store, snapshot);
}

DWORD command_pending(struct asked *asked)
{
	struct pending *pending = inventory_pending(asked->inventory);
	struct pending_view view = { .number = 0 };

	sweep(asked);
	say_open(asked->say, NULL, '{');
	say_open(asked->say, "pending", '[');
	while (pending_next(pending, view.number, &view))
		say_view(asked->say, &view);
	say_close(asked->say, ']');
	say_close(asked->say, '}');
	return say_end(asked->say);
}

/* ---- approve, reject ---------------------------------------------------------------------------
 */

typedef int verdict_fn(struct asked *asked, uint32_t number, char why[WHY_SIZE]);

static int approve_one(struct asked *asked, uint32_t number, char why[WHY_SIZE])
{
	return inventory_approve(asked->inventory, number, asked->draft, why);
}

static int reject_one(struct asked *asked, uint32_t number, char why[WHY_SIZE])
{
	return inventory_reject(asked->inventory, number, why);
}

/* What came of those that were asked for: an array of numbers that stays open while it goes on. */
struct decided {
	struct asked *asked;
	verdict_fn *decide;
	unsigned done;
	int r; /* of the first that failed */
	char why[WHY_SIZE];
};

static void decide(struct decided *it, uint32_t number)
{
	char why[WHY_SIZE];
	int r = it->decide(it->asked, number, why);

	if (r == 0) {
		say_number(it->asked->say, NULL, number);
		it->done++;
	} else if (it->r == 0) {
		it->r = r;
		snprintf(it->why, sizeof it->why, "%u: %.200s", (unsigned)number, why);
	}
}

static void decide_all(struct decided *it)
{
	struct pending *pending = inventory_pending(it->asked->inventory);
	struct pending_view view = { .number = 0 };

	sweep(it->asked);
	while (pending_next(pending, view.number, &view))
		decide(it, view.number);
}

static bool numbers_are_right(struct asked *asked, char why[WHY_SIZE])
{
	uint32_t number;

	for (unsigned i = 0; i < asked->n_words; i++)
		if (!number_read(asked->words[i], &number)) {
			snprintf(why, WHY_SIZE,
				 "\"%.40s\" is no number of wdspxectl device pending",
				 asked->words[i]);
			return false;
		}
	return true;
}

static DWORD decide_words(struct asked *asked, const char *what, verdict_fn *verdict)
{
	bool all = asked->n_words == 1 && strcmp(asked->words[0], "all") == 0;
	struct decided it = { .asked = asked, .decide = verdict };
	struct say *say = asked->say;
	uint32_t number;

	if (!all && !numbers_are_right(asked, it.why))
		return asked_fail(asked, ERROR_INVALID_PARAMETER, it.why);
	say_open(say, NULL, '{');
	say_open(say, what, '[');
	if (all)
		decide_all(&it);
	for (unsigned i = 0; !all && i < asked->n_words; i++)
		if (number_read(asked->words[i], &number))
			decide(&it, number);
	say_close(say, ']');
	if (it.done)
		say_text(say, "written", store_state_path(inventory_store(asked->inventory)));
	if (it.r)
		say_text(say, "error", it.why);
	say_close(say, '}');
	(void)say_end(say);
	return it.r ? ERROR_GEN_FAILURE : ERROR_SUCCESS;
}

/* A name and an address are one machine's. */
DWORD command_approve(struct asked *asked)
{
	static const struct word name = { FIELD_NAME, ARCH_ANY };
	bool one = asked->n_words == 1 && strcmp(asked->words[0], "all") != 0;

	if (!one && (draft_text(asked->draft, name) || asked->draft->n_ids > 0))
		return asked_fail(
			asked, ERROR_INVALID_PARAMETER,
			"a name or an address is for one machine: approve one number at a "
			"time with it");
	return decide_words(asked, "approved", approve_one);
}

DWORD command_reject(struct asked *asked)
{
	return decide_words(asked, "rejected", reject_one);
}
