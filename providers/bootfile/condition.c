#include "condition.h"

#include <stddef.h>

static bool arch_holds(const struct surroundings *around, const struct entry *entry,
		       const PXE_BOOT_CLIENT *client)
{
	for (size_t i = 0; i < entry->archs.n; i++) {
		uint16_t arch = entry->archs.at[i];

		if (arch == client->uArch)
			return true;
		/* Firmware of both schools exists: x64 UEFI that says 7, and that says 9. */
		if (arch == PXE_ARCH_X64_UEFI && client->uArch == PXE_ARCH_EBC &&
		    around->settings->ebc_is_x64)
			return true;
	}
	return false;
}

static bool mac_holds(const struct surroundings *around, const struct entry *entry,
		      const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < entry->macs.n; i++)
		if (mac_matches(&entry->macs.at[i], client->Mac))
			return true;
	return false;
}

static bool uuid_holds(const struct surroundings *around, const struct entry *entry,
		       const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < entry->uuids.n && client->Uuid.cbData > 0; i++)
		if (uuid_matches(&entry->uuids.at[i], client->Uuid.pData))
			return true;
	return false;
}

static bool user_class_holds(const struct surroundings *around, const struct entry *entry,
			     const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < entry->user_classes.n; i++)
		for (size_t j = 0; j < client->nUserClasses; j++)
			if (octets_equal(octets_text(entry->user_classes.at[i]),
					 client->UserClasses[j]))
				return true;
	return false;
}

static bool vendor_class_holds(const struct surroundings *around, const struct entry *entry,
			       const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < entry->vendor_classes.n; i++)
		for (size_t j = 0; j < client->nVendorClasses; j++)
			if (octets_begin(client->VendorClasses[j],
					 octets_text(entry->vendor_classes.at[i])))
				return true;
	return false;
}

static bool subnet_condition_holds(const struct surroundings *around, const struct entry *entry,
				   const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < entry->subnets.n; i++)
		if (subnet_holds(&entry->subnets.at[i], &client->Network))
			return true;
	return false;
}

static bool interface_holds(const struct surroundings *around, const struct entry *entry,
			    const PXE_BOOT_CLIENT *client)
{
	char name[PXE_BOOT_INTERFACE_SIZE];

	if (!PxeBootInterface(around->boot, client, name))
		return false;
	for (size_t i = 0; i < entry->interfaces.n; i++)
		if (strcmp(entry->interfaces.at[i], name) == 0)
			return true;
	return false;
}

static unsigned family_bit(const PXE_BOOT_CLIENT *client)
{
	return client->uFamily == 6 ? FAMILY_6 : FAMILY_4;
}

static bool family_holds(const struct surroundings *around, const struct entry *entry,
			 const PXE_BOOT_CLIENT *client)
{
	(void)around;
	return (entry->families.bits & family_bit(client)) != 0;
}

static bool duid_holds(const struct surroundings *around, const struct entry *entry,
		       const PXE_BOOT_CLIENT *client)
{
	(void)around;
	for (size_t i = 0; i < entry->duids.n; i++)
		if (octets_equal(octets_of(entry->duids.at[i].at, entry->duids.at[i].len),
				 client->Duid))
			return true;
	return false;
}

/* Another machine's entry is farther off than one for another kind of machine, or another place. */
enum { NEAR = 2, FAR = 3 };

/* A condition: its key, the member of an entry that has its list, what kind of list that is, when
 * it holds, and how far off an entry is that it does not hold for. */
#define MEMBER(member) offsetof(struct entry, member)

const struct condition conditions[] = {
	{ "arch", MEMBER(archs), &list_archs, arch_holds, NEAR },
	{ "mac", MEMBER(macs), &list_macs, mac_holds, FAR },
	{ "uuid", MEMBER(uuids), &list_uuids, uuid_holds, FAR },
	{ "user-class", MEMBER(user_classes), &list_texts, user_class_holds, FAR },
	{ "vendor-class", MEMBER(vendor_classes), &list_beginnings, vendor_class_holds, FAR },
	{ "subnet", MEMBER(subnets), &list_subnets, subnet_condition_holds, NEAR },
	{ "interface", MEMBER(interfaces), &list_texts, interface_holds, NEAR },
	{ "family", MEMBER(families), &list_families, family_holds, NEAR },
	{ "duid", MEMBER(duids), &list_duids, duid_holds, FAR },
};
const size_t n_conditions = sizeof conditions / sizeof *conditions;
_Static_assert(sizeof conditions / sizeof *conditions <= 32, "entry.conditions has 32 bits");

uint32_t condition_bit(const char *name)
{
	for (size_t i = 0; i < n_conditions; i++)
		if (strcmp(conditions[i].name, name) == 0)
			return UINT32_C(1) << i;
	return 0;
}

static const void *list_of(const struct condition *condition, const struct entry *entry)
{
	return (const char *)entry + condition->list;
}

int condition_compile(const struct condition *condition, const struct keys *keys, const char *name,
		      const struct scalars *scalars, struct entry *out)
{
	return condition->type->compile(keys, name, scalars, (char *)out + condition->list);
}

bool condition_covers(const struct condition *condition, const struct entry *a,
		      const struct entry *b)
{
	return condition->type->covers(list_of(condition, a), list_of(condition, b));
}

void conditions_done(struct entry *entry)
{
	for (size_t i = 0; i < n_conditions; i++)
		conditions[i].type->done((char *)entry + conditions[i].list);
}
