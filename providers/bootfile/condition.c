#include "condition.h"

#include <errno.h>
#include <stdlib.h>

#include "machines.h"
#include "values.h"

static bool arch_holds(const struct surroundings *around, const union list *list,
		       const PXE_BOOT_CLIENT *client)
{
	for (size_t i = 0; i < list->archs.n; i++) {
		uint16_t arch = list->archs.at[i];

		if (arch == client->uArch)
			return true;
		/* Firmware of both schools exists: x64 UEFI that says 7, and that says 9. */
		if (arch == PXE_ARCH_X64_UEFI && client->uArch == PXE_ARCH_EBC &&
		    around->settings->ebc_is_x64)
			return true;
	}
	return false;
}

static bool mac_holds(const struct surroundings *around, const union list *list,
		      const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < list->macs.n; i++)
		if (mac_matches(&list->macs.at[i], client->Mac))
			return true;
	return false;
}

static bool uuid_holds(const struct surroundings *around, const union list *list,
		       const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < list->uuids.n && client->Uuid.cbData > 0; i++)
		if (uuid_matches(&list->uuids.at[i], client->Uuid.pData))
			return true;
	return false;
}

static bool user_class_holds(const struct surroundings *around, const union list *list,
			     const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < list->texts.n; i++)
		for (size_t j = 0; j < client->nUserClasses; j++)
			if (octets_equal(octets_text(list->texts.at[i]), client->UserClasses[j]))
				return true;
	return false;
}

static bool vendor_class_holds(const struct surroundings *around, const union list *list,
			       const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < list->texts.n; i++)
		for (size_t j = 0; j < client->nVendorClasses; j++)
			if (octets_begin(client->VendorClasses[j], octets_text(list->texts.at[i])))
				return true;
	return false;
}

static bool subnet_condition_holds(const struct surroundings *around, const union list *list,
				   const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < list->subnets.n; i++)
		if (subnet_holds(&list->subnets.at[i], &client->Network))
			return true;
	return false;
}

static bool interface_holds(const struct surroundings *around, const union list *list,
			    const PXE_BOOT_CLIENT *client)
{
	char name[PXE_BOOT_INTERFACE_SIZE];

	if (!PxeBootInterface(around->boot, client, name))
		return false;
	for (size_t i = 0; i < list->texts.n; i++)
		if (strcmp(list->texts.at[i], name) == 0)
			return true;
	return false;
}

static unsigned family_bit(const PXE_BOOT_CLIENT *client)
{
	return client->uFamily == 6 ? FAMILY_6 : FAMILY_4;
}

static bool family_holds(const struct surroundings *around, const union list *list,
			 const PXE_BOOT_CLIENT *client)
{
	(void)around;
	return (list->families.bits & family_bit(client)) != 0;
}

static bool duid_holds(const struct surroundings *around, const union list *list,
		       const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < list->duids.n; i++)
		if (octets_equal(octets_of(list->duids.at[i].at, list->duids.at[i].len),
				 client->Duid))
			return true;
	return false;
}

/* "*" is any group, and who is in none but in a list. */
static bool group_holds(const struct surroundings *around, const union list *list,
			const PXE_BOOT_CLIENT *client)
{
	const char *group;

	(void)client;
	if (!around->whose || around->whose->n == 0)
		return false;
	for (size_t i = 0; i < list->texts.n; i++) {
		if (strcmp(list->texts.at[i], "*") == 0)
			return true;
		for (unsigned j = 0; (group = whose_group(around->whose, j)) != NULL; j++)
			if (strcmp(list->texts.at[i], group) == 0)
				return true;
	}
	return false;
}

/* Another machine's entry is farther off than one for another kind of machine, or another place. */
enum { NEAR = 2, FAR = 3 };

/* A condition: its key, the kind of its list, when it holds, and how far off an entry is that it
 * does not hold for. Its number is its place here. */
const struct condition conditions[] = {
	[CONDITION_ARCH] = { "arch", &list_archs, arch_holds, NEAR, arch_value },
	[CONDITION_MAC] = { "mac", &list_macs, mac_holds, FAR, mac_value },
	[CONDITION_UUID] = { "uuid", &list_uuids, uuid_holds, FAR, uuid_value },
	[CONDITION_USER_CLASS] = { "user-class", &list_texts, user_class_holds, FAR,
				   user_class_value },
	[CONDITION_VENDOR_CLASS] = { "vendor-class", &list_beginnings, vendor_class_holds, FAR,
				     vendor_class_value },
	[CONDITION_SUBNET] = { "subnet", &list_subnets, subnet_condition_holds, NEAR,
			       subnet_value },
	[CONDITION_INTERFACE] = { "interface", &list_texts, interface_holds, NEAR,
				  interface_value },
	[CONDITION_FAMILY] = { "family", &list_families, family_holds, NEAR, family_value },
	[CONDITION_DUID] = { "duid", &list_duids, duid_holds, FAR, duid_value },
	[CONDITION_GROUP] = { "group", &list_texts, group_holds, FAR, group_value },
};
const size_t n_conditions = sizeof conditions / sizeof *conditions;
_Static_assert(sizeof conditions / sizeof *conditions <= CONDITIONS_MAX,
	       "an entry has no more lists");

int condition_compile(size_t number, const struct keys *keys, const char *name,
		      const struct scalars *scalars, struct entry *out)
{
	return conditions[number].type->compile(keys, name, scalars, &out->list[number]);
}

/* ---- long lists --------------------------------------------------------------------------------
 */

const struct set *condition_set(size_t number, const struct entry *entry, bool negated)
{
	for (unsigned i = 0; i < entry->n_long; i++)
		if (entry->long_lists[i].row == number && entry->long_lists[i].negated == negated)
			return &entry->long_lists[i].set;
	return NULL;
}

bool condition_set_holds(size_t number, const struct surroundings *around, const struct set *set,
			 const PXE_BOOT_CLIENT *client)
{
	enum more more = VALUE_MORE;
	struct value value;

	for (unsigned i = 0; more == VALUE_MORE; i++) {
		more = conditions[number].value(around, client, i, &value);
		if (more != VALUE_NONE && set_has(set, &value))
			return true;
	}
	return false;
}

static int set_fill(size_t number, const union list *list, struct set *out)
{
	struct member member;
	uint32_t at;
	int r = 0;

	for (size_t i = 0; r == 0 && conditions[number].type->member(list, i, &member); i++)
		r = set_add(out, &member, &at);
	return r == 0 ? set_seal(out) : r;
}

static int list_gather(struct entry *entry, size_t number, bool negated,
		       const PXE_BOOT_SECRET *secret, unsigned most)
{
	const union list *list = entry_list(entry, number, negated);
	struct long_list *at;
	struct member member;

	if (!list || !conditions[number].type->member(list, most, &member))
		return 0;
	at = realloc(entry->long_lists, (entry->n_long + 1) * sizeof *at);
	if (!at)
		return -ENOMEM;
	entry->long_lists = at;
	at += entry->n_long++;
	*at = (struct long_list){ .row = (unsigned)number, .negated = negated };
	set_init(secret, &at->set);
	return set_fill(number, list, &at->set);
}

int conditions_gather(struct entry *entry, const PXE_BOOT_SECRET *secret, unsigned most)
{
	int r = 0;

	for (size_t i = 0; i < n_conditions && r == 0; i++) {
		if (!condition_is_dimension(i))
			continue;
		r = list_gather(entry, i, false, secret, most);
		if (r == 0)
			r = list_gather(entry, i, true, secret, most);
	}
	return r;
}

/* Is there for each member of a list one in the set that holds wherever it does? */
static bool set_covers(size_t number, const struct set *set, const union list *list)
{
	struct member member;

	for (size_t i = 0; conditions[number].type->member(list, i, &member); i++) {
		struct value value = value_of_member(&member);

		if (!set_has(set, &value))
			return false;
	}
	return true;
}

/* ---- all rows ----------------------------------------------------------------------------------
 */

bool condition_covers(size_t number, const struct entry *a, const struct entry *b)
{
	const struct set *set = a->n_long ? condition_set(number, a, false) : NULL;

	if (set)
		return set_covers(number, set, &b->list[number]);
	return conditions[number].type->covers(&a->list[number], &b->list[number]);
}

void conditions_done(struct entry *entry)
{
	for (size_t i = 0; i < n_conditions; i++)
		conditions[i].type->done(&entry->list[i]);
	for (unsigned i = 0; i < entry->n_long; i++)
		set_done(&entry->long_lists[i].set);
	free(entry->long_lists);
	entry->long_lists = NULL;
	entry->n_long = 0;
}
