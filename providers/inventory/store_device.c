/* Changes of one device. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store_work.h"

enum { PROVISIONAL = 1 }; /* a version, until the write has one */

int edit_put(struct edit *edit, const struct draft *draft, char why[WHY_SIZE])
{
	struct device *over = device_new(draft, 0, PROVISIONAL, NULL);
	uint32_t other;

	if (!over || !edit_put_over(edit, over, false, &other))
		return store_no_memory(why);
	return 0;
}

struct device *edit_find(const struct edit *edit, const struct id *id)
{
	uint32_t number = snapshot_number(edit->fresh, (enum id_kind)id->kind, id->at, id->len);

	return number ? edit->fresh->at[number - 1] : NULL;
}

static int not_there(const struct id *id, char why[WHY_SIZE])
{
	char text[ID_TEXT_SIZE];

	id_text((enum id_kind)id->kind, id->at, id->len, text);
	snprintf(why, WHY_SIZE, "there is no device %.200s", text);
	return -ENOENT;
}

static int is_another(const struct device *other, const struct id *id, char why[WHY_SIZE])
{
	char text[ID_TEXT_SIZE], room[ID_TEXT_SIZE];

	id_text((enum id_kind)id->kind, id->at, id->len, text);
	snprintf(why, WHY_SIZE, "%.100s is the device %.100s already", text,
		 device_called(other, room));
	return -EEXIST;
}

/* Does another device have one of the ids? */
int edit_check_ids(const struct edit *edit, const struct draft *draft, const struct device *device,
		   char why[WHY_SIZE])
{
	for (unsigned i = 0; i < draft->n_ids; i++) {
		const struct device *other = edit_find(edit, &draft->ids[i]);

		if (other && other != device)
			return is_another(other, &draft->ids[i], why);
	}
	return 0;
}

static int check_name(const struct edit *edit, const struct draft *draft, char why[WHY_SIZE])
{
	static const struct word word = { FIELD_NAME, ARCH_ANY };
	const char *name = draft_text(draft, word);

	for (uint32_t i = 0; name && *name && i < edit->fresh->n; i++) {
		const struct device *device = edit->fresh->at[i];
		const char *other = device ? device_text(device, FIELD_NAME, ARCH_ANY) : NULL;
		char key[ID_TEXT_SIZE];

		if (!other || strcasecmp(name, other) != 0)
			continue;
		device_key(device, key);
		snprintf(why, WHY_SIZE, "there is a device %.80s already: %.100s", other, key);
		return -EEXIST;
	}
	return 0;
}

static int add(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	const struct draft *draft = context;
	const char *doubt = draft_doubt(draft);
	int r;

	(void)store;
	if (doubt) {
		snprintf(why, WHY_SIZE, "the device %s", doubt);
		return -EINVAL;
	}
	r = edit_check_ids(edit, draft, NULL, why);
	if (r == 0)
		r = check_name(edit, draft, why);
	return r == 0 ? edit_put(edit, draft, why) : r;
}

int store_add(struct store *store, const struct draft *draft, char why[WHY_SIZE])
{
	return store_change(store, add, (void *)(uintptr_t)draft, why);
}

struct target {
	const struct id *id;
	const struct draft *draft;
	struct word word;
};

/* What the state says of the device until now: its key at least. */
static void describe_over(const struct device *device, struct draft *out)
{
	const struct device *over = device_over(device);
	struct id key;
	char why[WHY_SIZE];

	draft_begin(out);
	if (over)
		device_describe(over, out);
	else if (device_key_id(device, &key))
		(void)draft_add_id(out, &key, why);
}

/* An empty text takes away what the state says, and hides what the CSV says. */
static bool lay_text(const struct device *under, struct word word, const char *text,
		     struct draft *out, char why[WHY_SIZE])
{
	if (*text == '\0' && (!under || !device_text(under, (enum field)word.field, word.arch))) {
		draft_forget(out, word);
		return true;
	}
	return draft_put(out, word, text, why);
}

static bool lay_over(const struct device *device, const struct draft *draft, struct draft *out,
		     char why[WHY_SIZE])
{
	for (unsigned i = 0; i < draft->n_ids; i++)
		if (!device_has_id(device, &draft->ids[i]) &&
		    !draft_add_id(out, &draft->ids[i], why))
			return false;
	for (unsigned i = 0; i < draft->n_texts; i++)
		if (!lay_text(device_under(device), draft->texts[i].word,
			      draft->octets + draft->texts[i].at, out, why))
			return false;
	return true;
}

static int set_over(struct edit *edit, const struct device *device, const struct draft *draft,
		    struct draft *over, char why[WHY_SIZE])
{
	int r = edit_check_ids(edit, draft, device, why);

	if (r < 0)
		return r;
	describe_over(device, over);
	return lay_over(device, draft, over, why) ? edit_put(edit, over, why) : -EINVAL;
}

int edit_set(struct edit *edit, const struct device *device, const struct draft *draft,
	     char why[WHY_SIZE])
{
	struct draft *over = malloc(sizeof *over);
	int r;

	if (!over)
		return store_no_memory(why);
	r = set_over(edit, device, draft, over, why);
	free(over);
	return r;
}

static int set(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	const struct target *target = context;
	const struct device *device = edit_find(edit, target->id);

	(void)store;
	return device ? edit_set(edit, device, target->draft, why) : not_there(target->id, why);
}

int store_set(struct store *store, const struct id *id, const struct draft *draft,
	      char why[WHY_SIZE])
{
	struct target target = { .id = id, .draft = draft };

	return store_change(store, set, &target, why);
}

int edit_drop(struct edit *edit, const struct device *over, char why[WHY_SIZE])
{
	struct id key;

	if (!device_key_id(over, &key))
		return 0;
	return edit_drop_over(edit, &key) ? 0 : store_no_memory(why);
}

static int unset(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	const struct target *target = context;
	const struct device *device = edit_find(edit, target->id);
	struct draft *over;
	int r;

	(void)store;
	if (!device)
		return not_there(target->id, why);
	if (!device_over(device))
		return 0;
	over = malloc(sizeof *over);
	if (!over)
		return store_no_memory(why);
	describe_over(device, over);
	draft_forget(over, target->word);
	if (over->n_texts == 0 && over->n_ids == 1 && device_under(device))
		r = edit_drop(edit, device_over(device), why);
	else
		r = edit_put(edit, over, why);
	free(over);
	return r;
}

int store_unset(struct store *store, const struct id *id, struct word word, char why[WHY_SIZE])
{
	struct target target = { .id = id, .word = word };

	return store_change(store, unset, &target, why);
}

static int forget(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	const struct target *target = context;
	const struct device *device = edit_find(edit, target->id);

	(void)store;
	if (!device)
		return not_there(target->id, why);
	return device_over(device) ? edit_drop(edit, device_over(device), why) : 0;
}

int store_forget(struct store *store, const struct id *id, char why[WHY_SIZE])
{
	struct target target = { .id = id };

	return store_change(store, forget, &target, why);
}

static int remove_device(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	const struct target *target = context;
	const struct device *device = edit_find(edit, target->id);
	char room[ID_TEXT_SIZE];

	if (!device)
		return not_there(target->id, why);
	if (!device->line)
		return edit_drop(edit, device, why);
	snprintf(why, WHY_SIZE,
		 "%.60s is in %.100s:%" PRIu32 ", which is yours: take the line away "
		 "there, and reload",
		 device_called(device, room), store->csv->where, device->line);
	return -EPERM;
}

int store_remove(struct store *store, const struct id *id, char why[WHY_SIZE])
{
	struct target target = { .id = id };

	return store_change(store, remove_device, &target, why);
}

/* ---- boot once ---------------------------------------------------------------------------------
 */

struct uses {
	const struct id *ids;
	size_t n;
	uint32_t when;
};

static int use_one(struct edit *edit, const struct device *device, uint32_t when,
		   char why[WHY_SIZE])
{
	static const struct word once = { FIELD_ONCE, ARCH_ANY };
	struct draft *draft = malloc(sizeof *draft);
	char text[32];
	int r;

	if (!draft)
		return store_no_memory(why);
	snprintf(text, sizeof text, "used %" PRIu32, when);
	draft_begin(draft);
	r = draft_put(draft, once, text, why) ? edit_set(edit, device, draft, why) : -EINVAL;
	free(draft);
	return r;
}

/* Whoever was armed when this began: another instance may have used it up. */
static int use(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	const struct uses *uses = context;
	int r = 0;

	(void)store;
	for (size_t i = 0; i < uses->n && r == 0; i++) {
		const struct device *device = edit_find(edit, &uses->ids[i]);

		if (device && device->once == ONCE_ARMED)
			r = use_one(edit, device, uses->when, why);
	}
	return r;
}

int store_use(struct store *store, const struct id *ids, size_t n, uint32_t when,
	      char why[WHY_SIZE])
{
	struct uses uses = { ids, n, when };

	return store_change(store, use, &uses, why);
}
