#include "machines.h"

#include "machine_table.h"

/* ---- who it is ---------------------------------------------------------------------------------
 */

static bool says_boot(const struct record *record)
{
	return record->file != 0 || record->url != 0;
}

static void whose_add(struct whose *whose, uint32_t record)
{
	unsigned at = whose->n;

	for (unsigned i = 0; i < whose->n; i++)
		if (whose->at[i] == record)
			return;
	if (whose->n == WHOSE_MAX)
		return;
	for (; at > 0 && whose->at[at - 1] > record; at--)
		whose->at[at] = whose->at[at - 1];
	whose->at[at] = record;
	whose->n++;
	if (whose->machines->boot && says_boot(&whose->machines->records[record]) &&
	    (whose->boots == 0 || record < whose->boots))
		whose->boots = record + 1;
}

static inline __attribute__((always_inline)) void
find_by(const struct machines *machines, uint8_t space, PXE_BOOT_OCTETS octets, struct whose *out)
{
	struct value value;
	uint32_t members[WHOSE_MAX];
	unsigned n;

	if (octets.cbData == 0 || !machines->has[space])
		return;
	value.octets = octets;
	value.mask = NULL;
	value.bits = (uint32_t)(8 * octets.cbData);
	value.space = space;
	n = set_find(&machines->set, &value, members, WHOSE_MAX);
	for (unsigned i = 0; i < n && i < WHOSE_MAX; i++)
		for (uint32_t at = machines->first[members[i]]; at != 0;
		     at = machines->links[at - 1].next)
			whose_add(out, machines->links[at - 1].record);
}

/* Option 61: a text may stand behind a type, of which 0 says that it is no hardware address. */
static void find_by_client_id(const struct machines *machines, const PXE_BOOT_CLIENT *client,
			      struct whose *out)
{
	PXE_BOOT_OCTETS id;

	if (!PxeBootClientOption(client, PXE_DHCP4_OPT_CLIENT_ID, 0, &id) || id.cbData == 0)
		return;
	find_by(machines, SPACE_ID, id, out);
	if (id.pData[0] == 0)
		find_by(machines, SPACE_ID_TEXT, octets_of(id.pData + 1, id.cbData - 1), out);
}

/* By all but the MAC. */
static __attribute__((noinline)) void
find_by_others(const struct machines *machines, const PXE_BOOT_CLIENT *client, struct whose *out)
{
	find_by(machines, SPACE_UUID, client->Uuid, out);
	find_by(machines, SPACE_ID, client->Duid, out);
	if (client->uFamily == 4 && (machines->has[SPACE_ID] || machines->has[SPACE_ID_TEXT]))
		find_by_client_id(machines, client, out);
}

void machines_find(const struct machines *machines, const PXE_BOOT_CLIENT *client,
		   struct whose *out)
{
	out->machines = machines;
	out->n = 0;
	out->boots = 0;
	if (!machines)
		return;
	find_by(machines, SPACE_MAC, client->Mac, out);
	if (machines->has_others)
		find_by_others(machines, client, out);
}

/* ---- what is said of it ------------------------------------------------------------------------
 */

static const struct record *record_at(const struct whose *whose, unsigned i)
{
	return &whose->machines->records[whose->at[i]];
}

static const char *text_at(const struct whose *whose, uint32_t at)
{
	return at ? whose->machines->heap + at : NULL;
}

PXE_BOOT_OCTETS whose_group(const struct whose *whose, unsigned number, bool *more)
{
	PXE_BOOT_OCTETS found = octets_of(NULL, 0);

	*more = true;
	for (unsigned i = 0; i < whose->n; i++) {
		const char *group = whose->machines->heap + record_at(whose, i)->groups;

		while (*group) {
			size_t len = strlen(group);

			if (found.pData)
				return found;
			if (number-- == 0)
				found = octets_of(group, len);
			group += len + 1;
		}
	}
	*more = false;
	return found;
}

struct machine whose_machine(const struct whose *whose)
{
	struct machine machine = { .name = NULL };
	bool more;

	for (unsigned i = 0; i < whose->n && !machine.name; i++)
		machine.name = text_at(whose, record_at(whose, i)->name);
	machine.group = (const char *)whose_group(whose, 0, &more).pData;
	return machine;
}

void whose_boots(const struct whose *whose, struct boots *out)
{
	const struct machines *machines = whose->machines;
	const struct record *record = &machines->records[whose->boots - 1];

	out->file = text_at(whose, record->file);
	out->url = text_at(whose, record->url);
	out->varies = record->varies;
	out->server = record->server ? &machines->servers[record->server - 1] : NULL;
	out->outcome = (uint64_t)machines->edition << 32 | (record->alike + UINT64_C(1));
	out->source = machines->names[record->source];
	out->line = record->line;
}

/* ---- all of them -------------------------------------------------------------------------------
 */

bool machines_have_group(const struct machines *machines, const char *group)
{
	for (uint32_t i = 0; machines && i < machines->n_records; i++) {
		const char *at = machines->heap + machines->records[i].groups;

		if (i > 0 && machines->records[i].groups == machines->records[i - 1].groups)
			continue;
		for (; *at; at += strlen(at) + 1)
			if (strcmp(at, group) == 0)
				return true;
	}
	return false;
}

bool machines_say(const struct machines *machines, enum machines_said what)
{
	for (uint32_t i = 0; machines && i < machines->n_records; i++) {
		const struct record *record = &machines->records[i];

		if ((what == MACHINES_NAME && record->name) ||
		    (what == MACHINES_GROUP && machines->heap[record->groups]) ||
		    (what == MACHINES_BOOT && says_boot(record)))
			return true;
	}
	return false;
}

uint32_t machines_count(const struct machines *machines)
{
	return machines->n_records;
}

bool machines_changed(const struct machines *machines, const struct sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->at[i].path &&
		    !machine_file_is(sources->at[i].path, &machines->stamps[i]))
			return true;
	return false;
}
