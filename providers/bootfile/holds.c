/* When conditions hold that look at options of the request. */
#include "holds.h"

#include "values.h"

/* The feature is in iPXE's own list: whatever its value, which is its version. */
static bool has_feature(PXE_BOOT_OCTETS ipxe, uint8_t code)
{
	for (size_t at = 0; at + 2 <= ipxe.cbData && ipxe.pData[at] != PXE_DHCP4_OPT_END;) {
		if (ipxe.pData[at] == code)
			return true;
		at += ipxe.pData[at] == PXE_DHCP4_OPT_PAD ? 1u : 2u + ipxe.pData[at + 1];
	}
	return false;
}

bool ipxe_holds(const struct surroundings *around, const union list *list,
		const PXE_BOOT_CLIENT *client)
{
	PXE_BOOT_OCTETS ipxe;

	(void)around;
	if ((client->bIpxe != 0) != list->features.ipxe)
		return false;
	if (list->features.codes == 0)
		return true;
	if (client->uFamily != 4 || !PxeBootClientOption(client, PXE_DHCP4_OPT_IPXE, 0, &ipxe))
		return false;
	for (uint32_t left = list->features.codes; left != 0; left &= left - 1)
		if (!has_feature(ipxe, (uint8_t)(FEATURE_FIRST + __builtin_ctz(left))))
			return false;
	return true;
}

static bool ids_have(const struct ids *ids, const struct value *value)
{
	for (size_t i = 0; i < ids->n; i++)
		if ((value->space == 0 || ids->at[i].is_text) &&
		    id_matches(&ids->at[i], value->octets))
			return true;
	return false;
}

/* A value of the client's is one of the list. */
static bool
any_id(enum more (*value)(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			  unsigned number, struct value *out),
       const struct surroundings *around, const union list *list, const PXE_BOOT_CLIENT *client)
{
	enum more more = VALUE_MORE;
	struct value out;

	for (unsigned i = 0; more == VALUE_MORE; i++) {
		more = value(around, client, i, &out);
		if (more != VALUE_NONE && ids_have(&list->ids, &out))
			return true;
	}
	return false;
}

bool client_id_holds(const struct surroundings *around, const union list *list,
		     const PXE_BOOT_CLIENT *client)
{
	return any_id(client_id_value, around, list, client);
}

bool circuit_id_holds(const struct surroundings *around, const union list *list,
		      const PXE_BOOT_CLIENT *client)
{
	return any_id(circuit_id_value, around, list, client);
}

bool remote_id_holds(const struct surroundings *around, const union list *list,
		     const PXE_BOOT_CLIENT *client)
{
	return any_id(remote_id_value, around, list, client);
}

bool subscriber_id_holds(const struct surroundings *around, const union list *list,
			 const PXE_BOOT_CLIENT *client)
{
	return any_id(subscriber_id_value, around, list, client);
}

/* The digits of a class such as PXEClient:Arch:00007:UNDI:003016. */
static bool undi_of_class(PXE_BOOT_OCTETS text, uint8_t out[2])
{
	static const char mark[] = "UNDI:";
	enum { MARK = sizeof mark - 1, DIGITS = 6 };

	for (size_t i = 0; i + MARK + DIGITS <= text.cbData; i++) {
		const uint8_t *at = text.pData + i;
		unsigned number = 0;
		int n = 0;

		if (memcmp(at, mark, MARK) != 0)
			continue;
		for (at += MARK; n < DIGITS && at[n] >= '0' && at[n] <= '9'; n++)
			number = number * 10 + (unsigned)(at[n] - '0');
		out[0] = (uint8_t)(number / 1000);
		out[1] = (uint8_t)(number % 1000);
		return n == DIGITS && number / 1000 <= UINT8_MAX && number % 1000 <= UINT8_MAX;
	}
	return false;
}

/* The version of its driver, by the option; by the digits in its class where it has none. */
static bool undi_read(const PXE_BOOT_CLIENT *client, uint8_t out[2])
{
	const ULONG four = PXE_DHCP4_OPT_INTERFACE, six = PXE_DHCP6_OPT_NII;
	PXE_BOOT_OCTETS value;

	if (PxeBootClientOption(client, client->uFamily == 6 ? six : four, 0, &value) &&
	    value.cbData == 3) {
		memcpy(out, value.pData + 1, 2);
		return true;
	}
	for (ULONG i = 0; i < client->nVendorClasses; i++)
		if (undi_of_class(client->VendorClasses[i], out))
			return true;
	return false;
}

bool undi_holds(const struct surroundings *around, const union list *list,
		const PXE_BOOT_CLIENT *client)
{
	uint8_t undi[2];

	(void)around;
	if (!undi_read(client, undi))
		return false;
	for (size_t i = 0; i < list->versions.n; i++) {
		const struct version_pattern *version = &list->versions.at[i];

		if (version->major == undi[0] && (version->any_minor || version->minor == undi[1]))
			return true;
	}
	return false;
}
