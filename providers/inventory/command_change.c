/* Changes of devices: add, set, remove, boot, rearm, forget. Each says where it wrote. */
#include <stdio.h>
#include <string.h>

#include "command.h"

/* The key, and what people call it, of the device that somebody names. False: *status. */
static bool find(struct asked *asked, const char *who, struct id *key, char called[ID_TEXT_SIZE],
		 DWORD *status)
{
	struct store *store = inventory_store(asked->inventory);
	const struct snapshot *snapshot = store_hold(store);
	const struct device *device = asked_device(asked, snapshot, who, status);
	char room[ID_TEXT_SIZE];
	bool found = device && device_key_id(device, key);

	if (found)
		snprintf(called, ID_TEXT_SIZE, "%s", device_called(device, room));
	store_release(store, snapshot);
	return found;
}

static DWORD done(struct asked *asked, const char *what, const char *const *called, unsigned n)
{
	struct say *say = asked->say;

	say_open(say, NULL, '{');
	say_open(say, what, '[');
	for (unsigned i = 0; i < n; i++)
		say_text(say, NULL, called[i]);
	say_close(say, ']');
	say_text(say, "written", store_state_path(inventory_store(asked->inventory)));
	say_close(say, '}');
	return say_end(say);
}

static DWORD done_one(struct asked *asked, const char *what, const char *called)
{
	return done(asked, what, &called, 1);
}

/* ---- one device --------------------------------------------------------------------------------
 */

DWORD command_add(struct asked *asked)
{
	static const struct word name = { FIELD_NAME, ARCH_ANY };
	char why[WHY_SIZE], key[ID_TEXT_SIZE];
	struct draft *draft = asked->draft;
	int r;

	if (asked->n_words > 0 && !draft_put(draft, name, asked->words[0], why))
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	if (draft->n_ids == 0)
		return asked_fail(
			asked, ERROR_INVALID_PARAMETER,
			"a device needs an address: --mac, --uuid, --duid or --client-id");
	r = store_add(inventory_store(asked->inventory), draft, why);
	if (r < 0)
		return asked_fail_store(asked, r, why);
	id_text((enum id_kind)draft->ids[0].kind, draft->ids[0].at, draft->ids[0].len, key);
	return done_one(asked, "added", draft_text(draft, name) ? draft_text(draft, name) : key);
}

/* With --unset, one field is again as the CSV has it. */
DWORD command_set(struct asked *asked)
{
	struct store *store = inventory_store(asked->inventory);
	const char *unset = asked_option(asked, "unset");
	char called[ID_TEXT_SIZE], why[WHY_SIZE];
	DWORD status = ERROR_NOT_FOUND;
	struct word word;
	struct id key;
	int r = 0;

	if (!asked->has_fields && !unset)
		return asked_fail(asked, ERROR_INVALID_PARAMETER,
				  "say what is to be set, as --file or --server with a text, or "
				  "--unset with a field");
	if (unset && !field_parse(unset, &word, why))
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	if (!find(asked, asked->words[0], &key, called, &status))
		return status;
	if (asked->has_fields)
		r = store_set(store, &key, asked->draft, why);
	if (r == 0 && unset)
		r = store_unset(store, &key, word, why);
	return r < 0 ? asked_fail_store(asked, r, why) : done_one(asked, "changed", called);
}

/* What a device boots at its next try, and then no more. */
DWORD command_boot(struct asked *asked)
{
	static const struct {
		const char *option, *field;
	} texts[] = { { "file", "once-file" }, { "url", "once-url" }, { "server", "once-server" } };
	const char *boot = asked_option(asked, "boot");
	char called[ID_TEXT_SIZE], why[WHY_SIZE];
	DWORD status = ERROR_NOT_FOUND;
	struct id key;
	bool good;
	int r;

	if (!asked_option(asked, "once"))
		return asked_fail(asked, ERROR_INVALID_PARAMETER,
				  "boot is for one boot: say --once; for every boot it is set");
	good = draft_set(asked->draft, "once", "armed", why);
	if (boot)
		good = good && draft_set(asked->draft,
					 strstr(boot, "://") ? "once-url" : "once-file", boot, why);
	for (size_t i = 0; good && i < sizeof texts / sizeof *texts; i++)
		if (asked_option(asked, texts[i].option))
			good = draft_set(asked->draft, texts[i].field,
					 asked_option(asked, texts[i].option), why);
	if (!good)
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	if (!find(asked, asked->words[0], &key, called, &status))
		return status;
	r = store_set(inventory_store(asked->inventory), &key, asked->draft, why);
	return r < 0 ? asked_fail_store(asked, r, why) : done_one(asked, "armed", called);
}

/* ---- several -----------------------------------------------------------------------------------
 */

/* For each of the words; ends at the first that fails, and says how far it came. */
static DWORD for_each(struct asked *asked, const char *what,
		      int (*change)(struct asked *asked, const struct id *key, char why[WHY_SIZE]))
{
	const char *called[ASKED_WORDS];
	char names[ASKED_WORDS][128], room[ID_TEXT_SIZE], why[WHY_SIZE];
	DWORD status = ERROR_NOT_FOUND;
	struct id key;

	for (unsigned i = 0; i < asked->n_words; i++) {
		int r;

		if (!find(asked, asked->words[i], &key, room, &status))
			return status;
		snprintf(names[i], sizeof names[i], "%.127s", room);
		called[i] = names[i];
		r = change(asked, &key, why);
		if (r < 0 && i > 0)
			snprintf(room, sizeof room, "%s (%u before it are done)", why, i);
		if (r < 0)
			return asked_fail_store(asked, r, i > 0 ? room : why);
	}
	return done(asked, what, called, asked->n_words);
}

static int remove_one(struct asked *asked, const struct id *key, char why[WHY_SIZE])
{
	return store_remove(inventory_store(asked->inventory), key, why);
}

DWORD command_remove(struct asked *asked)
{
	return for_each(asked, "removed", remove_one);
}

static int rearm_one(struct asked *asked, const struct id *key, char why[WHY_SIZE])
{
	return store_set(inventory_store(asked->inventory), key, asked->draft, why);
}

DWORD command_rearm(struct asked *asked)
{
	char why[WHY_SIZE];

	if (!draft_set(asked->draft, "once", "armed", why))
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	return for_each(asked, "armed", rearm_one);
}

static int forget_one(struct asked *asked, const struct id *key, char why[WHY_SIZE])
{
	return store_forget(inventory_store(asked->inventory), key, why);
}

/* A number that waits is no longer pending; of any other device the state is forgotten. */
DWORD command_forget(struct asked *asked)
{
	uint32_t number;

	if (!waiting_number(asked, asked->words[0], &number))
		return for_each(asked, "forgotten", forget_one);
	for (unsigned i = 0; i < asked->n_words; i++) {
		if (!waiting_number(asked, asked->words[i], &number))
			return asked_fail(
				asked, ERROR_NOT_FOUND,
				"machines that wait and devices are forgotten one kind at "
				"a time");
		(void)pending_forget(inventory_pending(asked->inventory), number);
	}
	return done(asked, "forgotten", asked->words, asked->n_words);
}
