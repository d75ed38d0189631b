#include "entry.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "condition.h"
#include "doubts.h"
#include "menu.h"
#include "variables.h"
#include "words.h"

#define ONE_OUTCOME "only one of file, url, menu, machine and action is allowed [W0147]"

/* ---- the outcome -------------------------------------------------------------------------------
 */

static int outcome_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			   enum outcome outcome, struct entry *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (out->outcome != OUTCOME_NONE)
		return keys_error(keys, name, ONE_OUTCOME);
	if (strlen(text) > TEXT_MAX)
		return keys_error(keys, name, "is longer than %d bytes [W0125]", TEXT_MAX);
	out->outcome = outcome;
	out->text = strdup(text);
	return out->text ? 0 : -ENOMEM;
}

static int url_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		   struct entry *out)
{
	int r = outcome_compile(keys, name, scalars, OUTCOME_URL, out);
	const char *colon;

	if (r < 0)
		return r;
	colon = strstr(out->text, "://");
	if (!colon || colon == out->text)
		return keys_error(keys, name,
				  "\"%s\" is not a URL: write http://${server}/..., or file = for "
				  "TFTP [W0148]",
				  out->text);
	return 0;
}

static int file_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		    struct entry *out)
{
	int r = outcome_compile(keys, name, scalars, OUTCOME_FILE, out);

	if (r == 0 && strstr(out->text, "://"))
		return keys_error(keys, name, "\"%s\" is a URL: write url = [W0148]", out->text);
	return r;
}

static int action_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		      struct entry *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (strcmp(text, "ignore") != 0 && strcmp(text, "reject") != 0)
		return keys_error(keys, name,
				  "must be \"ignore\" or \"reject\", not \"%s\" [W0117]", text);
	return outcome_compile(keys, name, scalars, *text == 'i' ? OUTCOME_IGNORE : OUTCOME_REJECT,
			       out);
}

static int shape_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		     struct entry *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (strcmp(text, "direct") != 0 && strcmp(text, "redirect") != 0)
		return keys_error(keys, name,
				  "must be \"direct\" or \"redirect\", not \"%s\" [W0117]", text);
	out->gives->answer.uShape = *text == 'd' ? PXE_BOOT_SHAPE_DIRECT : PXE_BOOT_SHAPE_REDIRECT;
	return 0;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static int server_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		      struct entry *out)
{
	out->gives->has_server = true;
	return server_compile(keys, name, scalars, &out->gives->server, &out->gives->several);
}

static int identity_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			struct entry *out)
{
	struct added *added = added_of(&out->gives->added);

	if (!added)
		return -ENOMEM;
	added->has_identity = true;
	return identity_compile(keys, name, scalars, &added->identity);
}

static int bcd_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		   struct entry *out)
{
	struct added *added = added_of(&out->gives->added);
	const char *text = NULL;
	int r = added ? keys_want_text(keys, name, scalars, &text) : -ENOMEM;

	if (r == 0 && strlen(text) >= TEXT_MAX)
		return keys_error(keys, name, "is longer than %d bytes [W0125]", TEXT_MAX - 1);
	if (r == 0)
		r = variables_check(keys, name, text, VARIABLES_FOR_FILES, &added->varies);
	if (r < 0)
		return r;
	added->bcd = strdup(text);
	return added->bcd ? 0 : -ENOMEM;
}

static int options_key(const struct keys *keys, const char *name, struct entry *out)
{
	struct added *added = added_of(&out->gives->added);
	int r = added ? options_open(keys, name, &added->options) : -ENOMEM;

	if (r == 0)
		added->varies |= added->options.varies;
	return r;
}

static int windows_key(const struct keys *keys, const char *name, struct entry *out)
{
	struct added *added = added_of(&out->gives->added);

	return added ? windows_open(keys, name, &added->windows) : -ENOMEM;
}

static int params_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		      struct entry *out)
{
	return texts_compile(keys, name, scalars, &out->gives->params);
}

static int machine_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct entry *out)
{
	bool set = false;
	int r = keys_want_bool(keys, name, scalars, &set);

	if (r < 0)
		return r;
	if (!set)
		return keys_error(keys, name, "must be true, or left out [W0117]");
	if (out->outcome != OUTCOME_NONE)
		return keys_error(keys, name, ONE_OUTCOME);
	out->outcome = OUTCOME_MACHINE;
	return 0;
}

/* A flag of the answer, by true or false. */
static int flag_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		    ULONG flag, struct entry *out)
{
	bool set = false;
	int r = keys_want_bool(keys, name, scalars, &set);

	if (set)
		out->gives->answer.uFlags |= flag;
	return r;
}

static int delay_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		     struct entry *out)
{
	return keys_want_number(keys, name, scalars, PXE_BOOT_DELAY_MAX,
				&out->gives->answer.uDelay);
}

static int response_delay_key(const struct keys *keys, const char *name,
			      const struct scalars *scalars, struct entry *out)
{
	out->gives->has_response_delay = true;
	return keys_want_number(keys, name, scalars, UINT16_MAX, &out->gives->response_delay_s);
}

static int answer_lease_requests_key(const struct keys *keys, const char *name,
				     const struct scalars *scalars, struct entry *out)
{
	return keys_want_bool(keys, name, scalars, &out->gives->answer_lease_requests);
}

static int raspberry_pi_key(const struct keys *keys, const char *name,
			    const struct scalars *scalars, struct entry *out)
{
	return flag_key(keys, name, scalars, PXE_BOOT_ANSWER_RASPBERRY_PI, out);
}

static int options_66_67_key(const struct keys *keys, const char *name,
			     const struct scalars *scalars, struct entry *out)
{
	return flag_key(keys, name, scalars, PXE_BOOT_ANSWER_OPTIONS_66_67, out);
}

static int menu_key(const struct keys *keys, const char *name, struct entry *out)
{
	if (out->outcome != OUTCOME_NONE)
		return keys_error(keys, name, ONE_OUTCOME);
	out->outcome = OUTCOME_MENU;
	return menu_compile(keys, name, &out->gives->menu);
}

/* All keys but the conditions: a value or a list of them (`compile`), or one of groups (`open`). */
static const struct {
	const char *name;
	int (*compile)(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct entry *out);
	bool beside_action; /* may stand there where nothing is given to the client */
	int (*open)(const struct keys *keys, const char *name, struct entry *out);
} outcomes[] = {
	{ "file", file_key, false, NULL },
	{ "url", url_key, false, NULL },
	{ "action", action_key, true, NULL },
	{ "menu", NULL, false, menu_key },
	{ "machine", machine_key, false, NULL },
	{ "server", server_key, false, NULL },
	{ "shape", shape_key, false, NULL },
	{ "params", params_key, false, NULL },
	{ "delay", delay_key, false, NULL },
	{ "response-delay", response_delay_key, false, NULL },
	{ "answer-lease-requests", answer_lease_requests_key, false, NULL },
	{ "raspberry-pi", raspberry_pi_key, false, NULL },
	{ "options-66-67", options_66_67_key, false, NULL },
	{ "server-id", identity_key, false, NULL },
	{ "bcd", bcd_key, false, NULL },
	{ "options", NULL, false, options_key },
	{ "windows", NULL, false, windows_key },
};

enum { N_OUTCOMES = sizeof outcomes / sizeof *outcomes };

_Static_assert(N_OUTCOMES < 32, "with 32 conditions, fewer than 64 keys: see no_such_key()");

struct work {
	const struct keys *keys;
	struct entry entry;
	bool more_than_action; /* keys that may not stand beside action */
};

/* The number of the outcome of that name; N_OUTCOMES: there is none. */
static size_t outcome_find(const char *name)
{
	size_t i = 0;

	while (i < N_OUTCOMES && strcasecmp(outcomes[i].name, name) != 0)
		i++;
	return i;
}

bool entry_has_key(const char *name)
{
	return condition_find(name) < n_conditions || outcome_find(name) < N_OUTCOMES;
}

static int no_such_key(const struct keys *keys, const char *name)
{
	const char *known[64] = { NULL };
	size_t n = 0;

	for (size_t i = 0; i < n_conditions; i++)
		known[n++] = conditions[i].name;
	for (size_t i = 0; i < N_OUTCOMES; i++)
		known[n++] = outcomes[i].name;
	return words_refuse(keys, name, WORDS_ENTRY, "in an entry of boot", known);
}

int entry_condition(const struct keys *keys, const char *name, struct entry *out)
{
	size_t condition = condition_find(name);

	return condition == n_conditions ? 1 : condition_read(condition, keys, name, out);
}

static int outcome_key(struct work *work, const char *name, size_t outcome)
{
	struct scalars scalars = { .n = 0 };
	int r;

	work->more_than_action |= !outcomes[outcome].beside_action;
	if (outcomes[outcome].open)
		return outcomes[outcome].open(work->keys, name, &work->entry);
	r = keys_read(work->keys, name, &scalars);
	if (r < 0)
		return r;
	r = outcomes[outcome].compile(work->keys, name, &scalars, &work->entry);
	scalars_done(&scalars);
	return r;
}

static int name_compile(void *context, const char *name)
{
	struct work *work = context;
	size_t outcome = outcome_find(name);
	int r = entry_condition(work->keys, name, &work->entry);

	if (r <= 0)
		return r;
	if (outcome < N_OUTCOMES)
		return outcome_key(work, name, outcome);
	return no_such_key(work->keys, name);
}

static bool is_raspberry_pi(const struct entry *entry)
{
	return (entry->gives->answer.uFlags & PXE_BOOT_ANSWER_RASPBERRY_PI) != 0;
}

/* Is something in its text, or in those of its menu, for the kit to replace? */
static int variables_look(const struct keys *keys, const struct entry *entry, bool *varies)
{
	enum variables_for reader =
		entry_may_be_firmware(entry) ? VARIABLES_FOR_URLS : VARIABLES_FOR_IPXE;
	int r = 0;

	if (entry->outcome == OUTCOME_FILE)
		r = variables_check(keys, "file", entry->text, VARIABLES_FOR_FILES, varies);
	if (entry->outcome == OUTCOME_URL)
		r = variables_check(keys, "url", entry->text, reader, varies);
	for (unsigned i = 0; entry_menu(entry) && i < entry_menu(entry)->n; i++)
		*varies |= entry_menu(entry)->at[i].varies; /* read with the item */
	return r;
}

static int variables_find(const struct keys *keys, struct entry *entry)
{
	bool varies = false;
	int r = variables_look(keys, entry, &varies);

	if (r < 0 || !varies)
		return r;
	if (!added_of(&entry->gives->added))
		return -ENOMEM;
	entry->gives->added->varies = true;
	return 0;
}

/* The condition's networks, where a text of the entry's or of a list's may have ${subnet}. */
static int networks_find(struct entry *entry)
{
	struct gives *gives = entry->gives;

	if (!entry_has(entry, CONDITION_SUBNET) ||
	    (entry->outcome != OUTCOME_MACHINE && !(gives->added && gives->added->varies)))
		return 0;
	if (!added_of(&gives->added))
		return -ENOMEM;
	return added_keep_networks(&entry_own(entry, CONDITION_SUBNET)->subnets, gives->added);
}

/* What the settings of one entry say together. */
static int entry_check(const struct work *work)
{
	const struct entry *entry = &work->entry;
	const struct gives *gives = entry->gives;
	const struct keys *keys = work->keys;
	int r = 0;

	if (entry->outcome == OUTCOME_NONE)
		return keys_error(keys, NULL,
				  "has no outcome: file, url, menu, machine or action [W0149]");
	if (!entry_serves(entry) && work->more_than_action)
		r = keys_error(keys, "action", "only conditions are allowed beside action [W0147]");
	if (gives->answer_lease_requests && entry_macs(entry)->n == 0)
		r = keys_error(keys, "answer-lease-requests",
			       "is only allowed in an entry with a mac condition [W0150]");
	if (is_raspberry_pi(entry) && gives->answer.uShape == PXE_BOOT_SHAPE_REDIRECT)
		r = keys_error(keys, "shape", "a Raspberry Pi is always answered directly [W0150]");
	if (entry_families(entry) == FAMILY_4 && entry_has(entry, CONDITION_DUID))
		r = keys_error(keys, "duid", "IPv4 clients have no DUID [W0150]");
	if (entry_families(entry) == FAMILY_4 && gives->params.n > 0)
		r = keys_error(keys, "params", "IPv4 clients do not accept parameters [W0150]");
	if (gives->menu && is_raspberry_pi(entry))
		r = keys_error(keys, "raspberry-pi", "is a menu of its own [W0150]");
	if (gives->menu && menu_check(keys, entry) < 0)
		r = -EINVAL;
	if ((is_raspberry_pi(entry) || gives->menu) && gives->added &&
	    options_have(&gives->added->options, 4, 43))
		r = keys_error(keys, "options", "%s has its own option 43 [W0150]",
			       gives->menu ? "a menu" : "a Raspberry Pi");
	return r;
}

static int raspberry_pi_complete(struct entry *entry)
{
	if (!is_raspberry_pi(entry) || entry->outcome != OUTCOME_NONE)
		return 0;
	entry->outcome = OUTCOME_FILE; /* it knows by itself what to fetch */
	entry->text = strdup("");
	return entry->text ? 0 : -ENOMEM;
}

/* Nothing beside a file or a URL on one server: what has more is as a rule one of a kind. Of a URL
 * it counts whether it names the server, for some clients need one then. */
static uint8_t plain_of(const struct entry *entry)
{
	const struct gives *gives = entry->gives;

	if (gives->several || gives->added || gives->params.n > 0)
		return 0;
	if (entry->outcome == OUTCOME_URL)
		return strstr(entry->text, "${server}") ? 3 : 2;
	return entry->outcome == OUTCOME_FILE;
}

/* Where the entry is written: a host that cannot say has not read it. */
static int line_read(const struct keys *keys, unsigned *out)
{
	char file[4096];
	DWORD line = 0;
	LSTATUS status = (LSTATUS)PxeKeyLocationA(keys->key, NULL, file, sizeof file, &line);

	if (status != ERROR_SUCCESS)
		return keys_failed(keys, NULL, status);
	*out = line;
	return 0;
}

int entry_compile(const struct keys *keys, unsigned index, struct gives *gives, struct entry *out)
{
	struct work work = { keys, { .index = index, .gives = gives }, false };
	int r = line_read(keys, &work.entry.line);

	if (r == 0)
		r = keys_each(keys, name_compile, &work);
	if (r == 0)
		r = raspberry_pi_complete(&work.entry);
	if (r == 0)
		r = entry_check(&work);
	if (r == 0)
		r = variables_find(keys, &work.entry);
	if (r == 0)
		r = networks_find(&work.entry);
	if (r < 0) {
		entry_done(&work.entry);
		return r;
	}
	doubts_entry(keys, &work.entry);
	gives->plain = plain_of(&work.entry);
	*out = work.entry;
	return 0;
}
