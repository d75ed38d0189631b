/* Entries, and machines in them, that an earlier entry takes. */
#include "doubts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "chain.h"
#include "condition.h"
#include "menu.h"
#include "room.h"

/* ---- entries that others take ------------------------------------------------------------------
 */

/* The families whose clients an entry's outcome reaches. */
static unsigned families_reached(const struct entry *entry)
{
	unsigned families = entry_families(entry) ? entry_families(entry) : FAMILY_4 | FAMILY_6;
	const PXE_BOOT_SERVER *server = &entry->gives->server;
	bool needs_server = entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_MENU ||
			    (entry->outcome == OUTCOME_URL && strstr(entry->text, "${server}"));

	if (!needs_server || server->bAutomatic)
		return families;
	return families & ((server->V4.uAddrLen > 0 ? FAMILY_4 : 0u) |
			   (server->V6.uAddrLen > 0 ? FAMILY_6 : 0u));
}

/* May HTTP Boot clients be among its clients? */
static bool reaches_http(const struct entry *entry)
{
	if (entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_MENU)
		return false;
	for (size_t i = 0; i < entry_archs(entry)->n; i++)
		if (!PxeBootArchName(entry_archs(entry)->at[i]) ||
		    PxeBootArchIsHttp(entry_archs(entry)->at[i]))
			return true;
	return entry_archs(entry)->n == 0;
}

/* Does entry a take every client that b would take, but for the conditions in `without`? */
static bool takes_all(const struct entry *a, const struct entry *b, uint32_t without)
{
	uint32_t left = a->conditions & ~without;

	if ((left & ~b->conditions) != 0 || a->outcome == OUTCOME_MACHINE)
		return false;
	for (; left != 0; left &= left - 1)
		if (!condition_covers((unsigned)__builtin_ctz(left), a, b))
			return false;
	return (families_reached(b) & ~families_reached(a)) == 0 &&
	       ((a->outcome != OUTCOME_FILE && a->outcome != OUTCOME_MENU) || !reaches_http(b)) &&
	       (!entry_menu(a) || menu_has_for_all(entry_menu(a)));
}

enum { WHERE_SIZE = 300 };

/* Where an entry is written, for a message that is told at the place of another: "line 6". */
static const char *where_of(const struct settings *settings, const struct entry *entry,
			    unsigned line, const struct entry *other, char out[WHERE_SIZE])
{
	const char *file = entry_file_of(entry, settings->file);

	if (file == entry_file_of(other, settings->file))
		snprintf(out, WHERE_SIZE, "line %u", line);
	else
		snprintf(out, WHERE_SIZE, "%s:%u", file, line);
	return out;
}

static void tell_unreachable(const struct keys *boot, const struct settings *settings,
			     const struct entry *late, const struct entry *early)
{
	char place[16], label[32], where[WHERE_SIZE];

	snprintf(place, sizeof place, "%u", late->index);
	snprintf(label, sizeof label, "boot[%u]", late->index);
	keys_warn_at(boot, place, label,
		     "is never used: boot[%u] (%s) matches all its clients [W0161]", early->index,
		     where_of(settings, early, early->line, late, where));
}

enum { COMPARISONS_MAX = 20000000 }; /* so that no list holds up a start */

/* An entry that looks for an earlier one: as a client that it names would, of which nothing is
 * known but what the entry says. Whoever takes all its clients takes that one. */
struct late {
	struct index_ask ask;
	const struct settings *settings;
	const struct entry *entry;
	uint64_t *left;
};

static enum more value_of_late(const struct index_ask *ask, size_t row, unsigned number,
			       struct value *out)
{
	const struct late *late = (const struct late *)ask;
	const union list *list = entry_list(late->entry, row, false);
	struct member member;

	(void)number;
	if (!list || !conditions[row].type->member(list, 0, &member))
		return VALUE_NONE;
	value_of_member(&member, out);
	return VALUE_LAST;
}

/* Entries with hosts take hosts: see below. The search ends at the entry itself. */
static bool takes_late(const struct index_ask *ask, uint32_t number, uint64_t known)
{
	const struct late *late = (const struct late *)ask;
	const struct entry *early = &late->settings->entries[number];

	(void)known;
	if (early >= late->entry)
		return true;
	if (*late->left == 0 || index_is_for_machines(&late->settings->index, number))
		return false;
	--*late->left;
	return takes_all(early, late->entry, 0);
}

/* An entry whose clients another one takes. */
static void doubt_order(const struct keys *boot, const struct settings *settings)
{
	uint64_t left = COMPARISONS_MAX;

	for (uint32_t b = 1; b < settings->n_entries && left > 0; b++) {
		const struct late late = {
			{ value_of_late, takes_late }, settings, &settings->entries[b], &left
		};
		int64_t early = index_first(&settings->index, &late.ask);

		if (early >= 0 && early < b)
			tell_unreachable(boot, settings, late.entry, &settings->entries[early]);
	}
}

/* ---- iPXE that loads itself ---------------------------------------------------------------------
 */

static bool loads_ipxe(const struct entry *entry)
{
	return (entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_URL) &&
	       chain_is_ipxe(entry->text);
}

static bool is_for_ipxe(const struct entry *entry)
{
	if (entry_has(entry, CONDITION_IPXE))
		return entry_own(entry, CONDITION_IPXE)->features.ipxe;
	for (size_t i = 0; i < entry_texts(entry, CONDITION_USER_CLASS)->n; i++)
		if (strcmp(entry_texts(entry, CONDITION_USER_CLASS)->at[i], "iPXE") == 0)
			return true;
	return false;
}

/* Does `early` take some iPXE that `late` is for? Of all conditions only the architecture may be
 * early's alone: it divides the same machines. */
static bool takes_ipxe_of(const struct entry *early, const struct entry *late)
{
	uint32_t left = early->conditions;

	if (!(late->conditions & 1u << CONDITION_ARCH))
		left &= ~(1u << CONDITION_ARCH);
	if ((left & ~late->conditions) != 0)
		return false;
	for (; left != 0; left &= left - 1)
		if (!condition_covers((unsigned)__builtin_ctz(left), early, late))
			return false;
	return true;
}

static void doubt_ipxe(const struct keys *boot, const struct settings *settings,
		       const struct entry *late)
{
	char place[16], label[32], where[WHERE_SIZE];

	for (uint32_t i = 0; i < settings->index.n_others; i++) {
		const struct entry *early = &settings->entries[settings->index.others[i]];

		if (early >= late)
			return;
		if (!entry_may_be_firmware(early) || !takes_ipxe_of(early, late) ||
		    !loads_ipxe(early))
			continue;
		snprintf(place, sizeof place, "%u", late->index);
		snprintf(label, sizeof label, "boot[%u]", late->index);
		keys_warn_at(boot, place, label,
			     "iPXE that boot[%u] (%s) loads asks again and gets itself: put this "
			     "entry before that one [W0162]",
			     early->index, where_of(settings, early, early->line, late, where));
		return;
	}
}

enum { IPXE_ENTRIES_MAX = 64 }; /* so that no list holds up a start */

static void doubt_loops(const struct keys *boot, const struct settings *settings)
{
	unsigned left = IPXE_ENTRIES_MAX;

	for (uint32_t i = 1; i < settings->n_entries && left > 0; i++) {
		if (!is_for_ipxe(&settings->entries[i]))
			continue;
		doubt_ipxe(boot, settings, &settings->entries[i]);
		left--;
	}
}

/* ---- machines -----------------------------------------------------------------------------------
 */

/* A machine that an entry names: by its MAC, or its UUID. */
struct named {
	uint8_t id[UUID_LEN];
	uint32_t entry, member;
	unsigned condition; /* that it is in: CONDITION_MAC, CONDITION_UUID */
};

static int by_id(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = (x->condition > y->condition) - (x->condition < y->condition);

	if (order == 0)
		order = memcmp(x->id, y->id, sizeof x->id);
	if (order == 0)
		order = (x->entry > y->entry) - (x->entry < y->entry);
	return order != 0 ? order : (x->member > y->member) - (x->member < y->member);
}

static size_t machines_of(const struct settings *settings, struct named *out)
{
	size_t n = 0;

	for (uint32_t e = 0; e < settings->n_entries; e++) {
		const struct entry *entry = &settings->entries[e];

		for (uint32_t i = 0; i < entry_macs(entry)->n; i++) {
			if (entry_macs(entry)->at[i].n < MAC_LEN)
				continue;
			if (out) {
				out[n] = (struct named){ { 0 }, e, i, CONDITION_MAC };
				memcpy(out[n].id, entry_macs(entry)->at[i].at, MAC_LEN);
			}
			n++;
		}
		for (uint32_t i = 0; i < entry_uuids(entry)->n; i++) {
			if (entry_uuids(entry)->at[i].open > 0)
				continue;
			if (out) {
				out[n] = (struct named){ { 0 }, e, i, CONDITION_UUID };
				uuid_straight(&entry_uuids(entry)->at[i], out[n].id);
			}
			n++;
		}
	}
	return n;
}

/* The machine of `late` stands in an earlier place too, whose entry takes it: true, and told. */
static bool doubt_twin(const struct keys *boot, const struct settings *settings,
		       const struct named *early, const struct named *late)
{
	const struct entry *a = &settings->entries[early->entry];
	const struct entry *b = &settings->entries[late->entry];
	const char *name = conditions[late->condition].name;
	char place[48], label[32], where[WHERE_SIZE];
	unsigned line;

	if (a != b && !takes_all(a, b, UINT32_C(1) << late->condition))
		return false;
	snprintf(place, sizeof place, "%u\\%s\\%u", a->index, conditions[early->condition].name,
		 early->member);
	line = keys_line(boot, place, a->line);
	snprintf(place, sizeof place, "%u\\%s\\%u", b->index, name, late->member);
	snprintf(label, sizeof label, "boot[%u].%s", b->index, name);
	if (a == b)
		keys_warn_at(boot, place, label, "this machine is listed twice (line %u) [W0163]",
			     line);
	else
		keys_warn_at(boot, place, label,
			     "is never used: boot[%u] (%s) already matches this machine [W0161]",
			     a->index, where_of(settings, a, line, b, where));
	return true;
}

static bool same_machine(const struct named *a, const struct named *b)
{
	return a->condition == b->condition && memcmp(a->id, b->id, UUID_LEN) == 0;
}

static void doubt_machines(const struct keys *boot, const struct settings *settings,
			   struct named *machines, size_t n)
{
	uint64_t left = COMPARISONS_MAX;

	qsort(machines, n, sizeof *machines, by_id);
	for (size_t i = 1, first = 0; i < n && left > 0; i++) {
		if (!same_machine(&machines[first], &machines[i]))
			first = i;
		for (size_t early = first; early < i && left > 0; early++, left--)
			if (doubt_twin(boot, settings, &machines[early], &machines[i]))
				break;
	}
}

int doubts_settings(const struct keys *boot, const struct settings *settings)
{
	size_t n = machines_of(settings, NULL);
	struct named *machines = room_new((n + 1) * sizeof *machines);

	if (!machines)
		return -ENOMEM;
	doubt_machines(boot, settings, machines, machines_of(settings, machines));
	room_free(machines);
	doubt_order(boot, settings);
	doubt_loops(boot, settings);
	return 0;
}

/* ---- groups ------------------------------------------------------------------------------------
 */

static void doubt_group(HANDLE provider, struct told *told, const struct settings *settings,
			const struct entry *entry, const char *where, const char *group)
{
	told_at(provider, told, PXE_TRACE_WARNING, entry_file_of(entry, settings->file),
		entry->line, "boot[%u].%s: no list has a machine in \"%s\" [W0168]", entry->index,
		where, group);
}

/* A variable that stands for itself has another $ before it. */
static bool octets_have(PXE_BOOT_OCTETS text, const char *variable)
{
	const uint8_t *at = text.pData, *end = at + text.cbData;

	do
		at = memmem(at, (size_t)(end - at), variable, strlen(variable));
	while (at && at > text.pData && at[-1] == '$' && ++at);
	return at != NULL;
}

static bool has_variable(const char *text, const char *variable)
{
	return text && octets_have(octets_text(text), variable);
}

/* Which key of an entry has the variable: "" its file or url; NULL: none. */
static const char *key_with(const struct entry *entry, const char *variable)
{
	const struct added *added = entry->gives->added;
	const struct entry *part;

	if (has_variable(entry->text, variable))
		return "";
	for (unsigned n = 1; (part = entry_part(entry, n)) != NULL; n++)
		if (has_variable(part->text, variable))
			return ".menu";
	if (added && has_variable(added->bcd, variable))
		return ".bcd";
	for (uint32_t i = 0; added && i < added->options.n; i++)
		if ((added->options.at[i].uFamily & PXE_BOOT_OPTION_VARIABLES) &&
		    octets_have(added->options.at[i].Value, variable))
			return ".options";
	return NULL;
}

static const struct {
	const char *variable, *what;
	enum machines_said said;
} said_by_lists[] = {
	{ "${name}", "name", MACHINES_NAME },
	{ "${group}", "group", MACHINES_GROUP },
};

enum { N_SAID_BY_LISTS = sizeof said_by_lists / sizeof *said_by_lists };

/* What only lists say, where no list says it: such an entry gives nothing to anybody. */
static void doubt_unsaid(HANDLE provider, struct told *told, const struct settings *settings,
			 const struct entry *entry, const bool said[MACHINES_SAID])
{
	const char *file = entry_file_of(entry, settings->file);

	if (entry->index == UINT32_MAX)
		return;
	if (entry->outcome == OUTCOME_MACHINE && !said[MACHINES_BOOT])
		told_at(provider, told, PXE_TRACE_WARNING, file, entry->line,
			"boot[%u].machine: no list has a file or a url for a machine [W0168]",
			entry->index);
	for (size_t i = 0; i < N_SAID_BY_LISTS; i++) {
		const char *key = key_with(entry, said_by_lists[i].variable);

		if (key && !said[said_by_lists[i].said])
			told_at(provider, told, PXE_TRACE_WARNING, file, entry->line,
				"boot[%u]%s: %s has no value, for no list has a %s: %s [W0168]",
				entry->index, key, said_by_lists[i].variable, said_by_lists[i].what,
				strcmp(key, ".menu") == 0 ? "nobody is shown the item"
							  : "nothing is sent");
	}
}

/* What messages call a part of an entry, of which this is the number. */
static const char *part_name(const struct entry *entry, unsigned number)
{
	if (number == 0)
		return "group";
	return number <= entry_nots(entry)->n ? "not" : "menu";
}

static void doubt_groups(HANDLE provider, struct told *told, const struct settings *settings,
			 const struct entry *entry, const struct machines *machines)
{
	const struct entry *part;

	for (unsigned n = 0; (part = entry_part(entry, n)) != NULL; n++) {
		const struct texts *groups = entry_texts(part, CONDITION_GROUP);

		for (size_t i = 0; i < groups->n; i++)
			if (strcmp(groups->at[i], "*") != 0 &&
			    !machines_have_group(machines, groups->at[i]))
				doubt_group(provider, told, settings, entry, part_name(entry, n),
					    groups->at[i]);
	}
}

void doubts_groups(HANDLE provider, const struct settings *settings,
		   const struct machines *machines)
{
	const bool said[MACHINES_SAID] = {
		[MACHINES_NAME] = machines_say(machines, MACHINES_NAME),
		[MACHINES_GROUP] = machines_say(machines, MACHINES_GROUP),
		[MACHINES_BOOT] = machines_say(machines, MACHINES_BOOT),
	};
	struct told told = { 0, 0 };
	const struct keys keys = { provider, NULL, "settings", &told };

	for (uint32_t i = 0; i < settings->n_entries; i++) {
		doubt_unsaid(provider, &told, settings, &settings->entries[i], said);
		doubt_groups(provider, &told, settings, &settings->entries[i], machines);
	}
	keys_tell_rest(&keys);
}
