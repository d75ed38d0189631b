#include "condition.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "exclusion.h"
#include "holds.h"
#include "machines.h"
#include "request_options.h"
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
		if (name_matches(list->texts.at[i], octets_text(name)))
			return true;
	return false;
}

static bool target_holds(const struct target *target, const PXE_BOOT_CLIENT *client,
			 const char *interface)
{
	return target->interface[0] == '\0'
		       ? subnet_holds(&target->subnet, &client->Local)
		       : name_matches(target->interface, octets_text(interface));
}

static bool sent_to_holds(const struct surroundings *around, const union list *list,
			  const PXE_BOOT_CLIENT *client)
{
	char name[PXE_BOOT_INTERFACE_SIZE];

	if (!PxeBootInterface(around->boot, client, name))
		name[0] = '\0';
	for (size_t i = 0; i < list->targets.n; i++)
		if (target_holds(&list->targets.at[i], client, name))
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
	PXE_BOOT_OCTETS group;
	bool more;

	(void)client;
	if (!around->whose || around->whose->n == 0)
		return false;
	for (size_t i = 0; i < list->texts.n; i++) {
		if (strcmp(list->texts.at[i], "*") == 0)
			return true;
		more = true;
		for (unsigned j = 0; more; j++) {
			group = whose_group(around->whose, j, &more);
			if (group.pData && octets_equal(octets_text(list->texts.at[i]), group))
				return true;
		}
	}
	return false;
}

/* ---- the families in which a client may have what a list names: FAMILY_4, FAMILY_6 ---- */

static unsigned in_family_4(const union list *list)
{
	(void)list;
	return FAMILY_4;
}

static unsigned in_family_6(const union list *list)
{
	(void)list;
	return FAMILY_6;
}

static unsigned in_named_families(const union list *list)
{
	return list->families.bits;
}

/* iPXE says over IPv4 alone what it can do. */
static unsigned in_families_of_ipxe(const union list *list)
{
	return list->features.codes != 0 ? FAMILY_4 : FAMILY_4 | FAMILY_6;
}

static unsigned in_family_of(const PXE_BOOT_IP *ip)
{
	return ip->uAddrLen == 4 ? FAMILY_4 : FAMILY_6;
}

static unsigned in_families_of_subnets(const union list *list)
{
	unsigned families = 0;

	for (size_t i = 0; i < list->subnets.n; i++)
		families |= in_family_of(&list->subnets.at[i].base);
	return families;
}

static unsigned in_families_of_targets(const union list *list)
{
	unsigned families = 0;

	for (size_t i = 0; i < list->targets.n; i++)
		families |= list->targets.at[i].interface[0] != '\0'
				    ? FAMILY_4 | FAMILY_6
				    : in_family_of(&list->targets.at[i].subnet.base);
	return families;
}

/* ---- what the kit must know ---- */

int wanted_add(ULONG family, ULONG code, ULONG sub, struct wanted *out)
{
	const PXE_BOOT_WANTED wanted = { family, code, sub };
	ULONG n = 0;

	if (code == 0)
		return 0;
	for (ULONG i = 0; i < out->n; i++) {
		if (memcmp(&out->at[i], &wanted, sizeof wanted) == 0)
			return 0;
		n += out->at[i].uFamily == family;
	}
	if (n == PXE_BOOT_WANTED_MAX)
		return -ENOSPC;
	out->at[out->n++] = wanted;
	return 0;
}

/* Whether it is iPXE the kit says anyway. */
static int want_features(const union list *list, struct wanted *out)
{
	return list->features.codes != 0 ? wanted_add(4, PXE_DHCP4_OPT_IPXE, 0, out) : 0;
}

/* ---- the table ----------------------------------------------------------------------------------
 */

/* Another machine's entry is farther off than one for another kind of machine, or another place. */
enum { NEAR = 2, FAR = 3 };

#define ROW(key, list, function, far, ...)                                                         \
	{                                                                                          \
		.name = (key), .type = &list_##list, .holds = (function), .distance = (far),       \
		##__VA_ARGS__                                                                      \
	}

/* A condition. Its number is its place here; what is left out is nothing, and both families. */
const struct condition conditions[] = {
	[CONDITION_ARCH] = ROW("arch", archs, arch_holds, NEAR, .value = arch_value),
	[CONDITION_MAC] = ROW("mac", macs, mac_holds, FAR, .value = mac_value),
	[CONDITION_UUID] = ROW("uuid", uuids, uuid_holds, FAR, .value = uuid_value),
	[CONDITION_USER_CLASS] =
		ROW("user-class", texts, user_class_holds, FAR, .value = user_class_value),
	[CONDITION_VENDOR_CLASS] = ROW("vendor-class", beginnings, vendor_class_holds, FAR,
				       .value = vendor_class_value),
	[CONDITION_SUBNET] = ROW("subnet", subnets, subnet_condition_holds, NEAR,
				 .families = in_families_of_subnets, .value = subnet_value),
	[CONDITION_INTERFACE] =
		ROW("interface", names, interface_holds, NEAR, .value = interface_value),
	[CONDITION_FAMILY] = ROW("family", families, family_holds, NEAR,
				 .families = in_named_families, .value = family_value),
	[CONDITION_DUID] =
		ROW("duid", duids, duid_holds, FAR, .families = in_family_6, .value = duid_value),
	[CONDITION_GROUP] = ROW("group", groups, group_holds, FAR, .value = group_value),
	[CONDITION_IPXE] = ROW("ipxe", features, ipxe_holds, FAR, .want = want_features,
			       .families = in_families_of_ipxe),
	[CONDITION_CLIENT_ID] = ROW("client-id", ids, client_id_holds, FAR,
				    .looks_at = { PXE_DHCP4_OPT_CLIENT_ID, 0, 0 },
				    .families = in_family_4, .value = client_id_value),
	[CONDITION_SENT_TO] =
		ROW("sent-to", targets, sent_to_holds, NEAR, .families = in_families_of_targets),
	[CONDITION_NOT] = ROW("not", nots, not_holds, NEAR),
	ROW("circuit-id", ids, circuit_id_holds, NEAR,
	    .looks_at = { PXE_DHCP4_OPT_RELAY, RELAY_CIRCUIT, PXE_DHCP6_OPT_INTERFACE_ID },
	    .value = circuit_id_value),
	ROW("remote-id", ids, remote_id_holds, NEAR,
	    .looks_at = { PXE_DHCP4_OPT_RELAY, RELAY_REMOTE, PXE_DHCP6_OPT_REMOTE_ID },
	    .value = remote_id_value),
	ROW("subscriber-id", ids, subscriber_id_holds, NEAR,
	    .looks_at = { PXE_DHCP4_OPT_RELAY, RELAY_SUBSCRIBER, PXE_DHCP6_OPT_SUBSCRIBER_ID },
	    .value = subscriber_id_value),
	ROW("undi", versions, undi_holds, NEAR,
	    .looks_at = { PXE_DHCP4_OPT_INTERFACE, 0, PXE_DHCP6_OPT_NII }),
	ROW("request-option", requested, request_option_holds, NEAR, .want = request_option_wants,
	    .families = request_option_families),
};
const size_t n_conditions = sizeof conditions / sizeof *conditions;
_Static_assert(sizeof conditions / sizeof *conditions <= CONDITIONS_MAX,
	       "an entry has no more lists");
_Static_assert(CONDITIONS_MAX < 26, "two bits of entry.pooled are no rows");

size_t condition_find(const char *name)
{
	size_t i = 0;

	while (i < n_conditions && strcasecmp(conditions[i].name, name) != 0)
		i++;
	return i;
}

/* Other servers write ! for what must not hold. */
static int want_no_negation(const struct keys *keys, const char *name,
			    const struct scalars *scalars)
{
	int r = 0;

	for (size_t i = 0; i < scalars->n; i++) {
		const char *text = scalars->at[i].text;

		if (text && text[0] == '!')
			r = keys_error_member(keys, name, i,
					      "\"%s\": for what must not hold write not = { %s = "
					      "\"%s\"; } [W0109]",
					      text, name, text + 1);
	}
	return r;
}

/* The list of a row, which the entry has from now on; NULL: no memory. */
static union list *list_add(struct entry *entry, size_t row)
{
	uint32_t bit = UINT32_C(1) << row;
	unsigned n = (unsigned)__builtin_popcount(entry->conditions), before;
	const union list *had = entry_lists(entry);
	union list *many, *at = &entry->lists.one;

	if ((entry->conditions & bit) != 0)
		return (union list *)entry_own(entry, row);
	if (n > 0) {
		many = calloc(n + 1, sizeof *many);
		if (!many)
			return NULL;
		before = (unsigned)__builtin_popcount(entry->conditions & (bit - 1));
		memcpy(many, had, before * sizeof *many);
		memcpy(many + before + 1, had + before, (n - before) * sizeof *many);
		if (n > 1)
			free(entry->lists.many);
		entry->lists.many = many;
		at = many + before;
	}
	entry->conditions |= bit;
	*at = list_none;
	return at;
}

int condition_read(size_t number, const struct keys *keys, const char *name, struct entry *out)
{
	const struct list_type *type = conditions[number].type;
	union list *list = list_add(out, number);
	struct scalars scalars = { .n = 0 };
	int r;

	if (!list)
		return -ENOMEM;
	if (type->open)
		return type->open(keys, name, list);
	r = keys_read(keys, name, &scalars);
	if (r < 0)
		return r;
	r = want_no_negation(keys, name, &scalars);
	if (r == 0)
		r = type->compile(keys, name, &scalars, list);
	scalars_done(&scalars);
	return r;
}

unsigned condition_families(size_t number, const struct entry *entry)
{
	const struct condition *condition = &conditions[number];

	return condition->families ? condition->families(entry_own(entry, number))
				   : FAMILY_4 | FAMILY_6;
}

/* ---- all rows ----------------------------------------------------------------------------------
 */

static int condition_wants(size_t number, const struct entry *entry, struct wanted *out)
{
	const struct option_looked_at *option = &conditions[number].looks_at;
	int r;

	if (conditions[number].want)
		return conditions[number].want(entry_own(entry, number), out);
	r = wanted_add(4, option->code4, option->sub4, out);
	return r < 0 ? r : wanted_add(6, option->code6, 0, out);
}

int conditions_want(const struct entry *entry, struct wanted *out)
{
	int r = 0;

	for (uint32_t left = entry->conditions; left != 0 && r == 0; left &= left - 1)
		r = condition_wants((size_t)__builtin_ctz(left), entry, out);
	return r;
}
