#include "condition.h"

/* A condition's list in the entry: how it is read, and freed. */
#define OF_LIST(condition, member, type)                                                           \
	static int condition##_compile(const struct keys *keys, const char *name,                  \
				       const struct scalars *scalars, struct entry *out)           \
	{                                                                                          \
		return type##_compile(keys, name, scalars, &out->member);                          \
	}                                                                                          \
	static void condition##_done(struct entry *entry)                                          \
	{                                                                                          \
		type##_done(&entry->member);                                                       \
	}

OF_LIST(arch, archs, archs)
OF_LIST(mac, macs, macs)
OF_LIST(uuid, uuids, uuids)
OF_LIST(user_class, user_classes, texts)
OF_LIST(vendor_class, vendor_classes, texts)
OF_LIST(subnet, subnets, subnets)
OF_LIST(interface, interfaces, texts)
OF_LIST(duid, duids, duids)

static int family_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			  struct entry *out)
{
	int r = 0;

	if (scalars->n == 0)
		return keys_error(keys, name, "the list is empty");
	for (size_t i = 0; i < scalars->n; i++) {
		const struct scalar *scalar = &scalars->at[i];

		if (scalar->text || (scalar->number != 4 && scalar->number != 6))
			r = keys_error_member(keys, name, i, "must be 4 or 6");
		else
			out->families |= scalar->number == 4 ? FAMILY_4 : FAMILY_6;
	}
	return r;
}

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
	return (entry->families & family_bit(client)) != 0;
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

/* ---- which of two holds wherever the other does ------------------------------------------------
 */

/* All of b's `n` have one among a's that `holds` for it. */
#define COVERS(condition, member, test)                                                            \
	static bool condition##_covers(const struct entry *a, const struct entry *b)               \
	{                                                                                          \
		size_t found = 0;                                                                  \
		for (size_t i = 0; i < b->member.n && found == i; i++)                             \
			for (size_t j = 0; j < a->member.n && found == i; j++)                     \
				found += test(&a->member.at[j], &b->member.at[i]);                 \
		return found == b->member.n;                                                       \
	}

static bool arch_same(const uint16_t *a, const uint16_t *b)
{
	return *a == *b;
}

static bool mac_holds_all(const struct mac_pattern *a, const struct mac_pattern *b)
{
	return a->n <= b->n && mac_matches(a, octets_of(b->at, MAC_LEN));
}

static bool uuid_same(const struct uuid_pattern *a, const struct uuid_pattern *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static bool text_same(char *const *a, char *const *b)
{
	return strcmp(*a, *b) == 0;
}

static bool text_begins(char *const *a, char *const *b)
{
	return octets_begin(octets_text(*b), octets_text(*a));
}

static bool subnet_holds_all(const struct subnet_pattern *a, const struct subnet_pattern *b)
{
	return a->bits <= b->bits && subnet_holds(a, &b->base);
}

static bool duid_same(const struct duid_pattern *a, const struct duid_pattern *b)
{
	return octets_equal(octets_of(a->at, a->len), octets_of(b->at, b->len));
}

COVERS(arch, archs, arch_same)
COVERS(mac, macs, mac_holds_all)
COVERS(uuid, uuids, uuid_same)
COVERS(user_class, user_classes, text_same)
COVERS(vendor_class, vendor_classes, text_begins)
COVERS(subnet, subnets, subnet_holds_all)
COVERS(interface, interfaces, text_same)
COVERS(duid, duids, duid_same)

static bool family_covers(const struct entry *a, const struct entry *b)
{
	return (b->families & ~a->families) == 0;
}

/* Another machine's entry is farther off than one for another kind of machine, or another place. */
enum { NEAR = 2, FAR = 3 };

const struct condition conditions[] = {
	{ "arch", arch_compile, arch_holds, arch_covers, arch_done, NEAR },
	{ "mac", mac_compile, mac_holds, mac_covers, mac_done, FAR },
	{ "uuid", uuid_compile, uuid_holds, uuid_covers, uuid_done, FAR },
	{ "user-class", user_class_compile, user_class_holds, user_class_covers, user_class_done,
	  FAR },
	{ "vendor-class", vendor_class_compile, vendor_class_holds, vendor_class_covers,
	  vendor_class_done, FAR },
	{ "subnet", subnet_compile, subnet_condition_holds, subnet_covers, subnet_done, NEAR },
	{ "interface", interface_compile, interface_holds, interface_covers, interface_done, NEAR },
	{ "family", family_compile, family_holds, family_covers, NULL, NEAR },
	{ "duid", duid_compile, duid_holds, duid_covers, duid_done, FAR },
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
