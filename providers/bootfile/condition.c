#include "condition.h"

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

/* Another machine's entry is farther off than one for another kind of machine, or another place. */
enum { NEAR = 2, FAR = 3 };

/* A condition: its key, the kind of its list, when it holds, and how far off an entry is that it
 * does not hold for. Its number is its place here. */
const struct condition conditions[] = {
	[CONDITION_ARCH] = { "arch", &list_archs, arch_holds, NEAR },
	[CONDITION_MAC] = { "mac", &list_macs, mac_holds, FAR },
	[CONDITION_UUID] = { "uuid", &list_uuids, uuid_holds, FAR },
	[CONDITION_USER_CLASS] = { "user-class", &list_texts, user_class_holds, FAR },
	[CONDITION_VENDOR_CLASS] = { "vendor-class", &list_beginnings, vendor_class_holds, FAR },
	[CONDITION_SUBNET] = { "subnet", &list_subnets, subnet_condition_holds, NEAR },
	[CONDITION_INTERFACE] = { "interface", &list_texts, interface_holds, NEAR },
	[CONDITION_FAMILY] = { "family", &list_families, family_holds, NEAR },
	[CONDITION_DUID] = { "duid", &list_duids, duid_holds, FAR },
};
const size_t n_conditions = sizeof conditions / sizeof *conditions;
_Static_assert(sizeof conditions / sizeof *conditions <= CONDITIONS_MAX,
	       "an entry has no more lists");

int condition_compile(size_t number, const struct keys *keys, const char *name,
		      const struct scalars *scalars, struct entry *out)
{
	return conditions[number].type->compile(keys, name, scalars, &out->list[number]);
}

bool condition_covers(size_t number, const struct entry *a, const struct entry *b)
{
	return conditions[number].type->covers(&a->list[number], &b->list[number]);
}

void conditions_done(struct entry *entry)
{
	for (size_t i = 0; i < n_conditions; i++)
		conditions[i].type->done(&entry->list[i]);
}
