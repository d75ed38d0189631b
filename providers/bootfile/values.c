#include "values.h"

#include "machines.h"

/* Not all of a value: this is on the path of every request. */
static void put(struct value *out, uint8_t space, PXE_BOOT_OCTETS octets)
{
	out->octets = octets;
	out->mask = NULL;
	out->bits = (uint32_t)(8 * octets.cbData);
	out->space = space;
}

/* Octets that are nobody else's. */
static void put_own(struct value *out, const void *at, size_t len)
{
	memcpy(out->own, at, len);
	put(out, 0, octets_of(out->own, len));
}

enum more arch_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		     unsigned number, struct value *out)
{
	uint16_t arch = (uint16_t)client->uArch;

	bool ebc = client->uArch == PXE_ARCH_EBC && around->settings->ebc_is_x64;

	if (client->uArch > UINT16_MAX)
		return VALUE_NONE;
	/* Firmware of both schools exists: x64 UEFI that says 7, and that says 9. */
	if (number == 1)
		arch = PXE_ARCH_X64_UEFI;
	put_own(out, &arch, sizeof arch);
	return ebc && number == 0 ? VALUE_MORE : VALUE_LAST;
}

enum more mac_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		    unsigned number, struct value *out)
{
	(void)around, (void)number;
	if (client->Mac.cbData != MAC_LEN)
		return VALUE_NONE;
	put(out, 0, client->Mac);
	return VALUE_LAST;
}

enum more uuid_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		     unsigned number, struct value *out)
{
	(void)around, (void)number;
	if (client->Uuid.cbData == 0)
		return VALUE_NONE;
	put(out, 0, client->Uuid);
	return VALUE_LAST;
}

enum more user_class_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			   unsigned number, struct value *out)
{
	(void)around;
	if (number >= client->nUserClasses)
		return VALUE_NONE;
	put(out, 0, client->UserClasses[number]);
	return number + 1 < client->nUserClasses ? VALUE_MORE : VALUE_LAST;
}

enum more vendor_class_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			     unsigned number, struct value *out)
{
	(void)around;
	if (number >= client->nVendorClasses)
		return VALUE_NONE;
	put(out, 0, client->VendorClasses[number]);
	return number + 1 < client->nVendorClasses ? VALUE_MORE : VALUE_LAST;
}

enum more subnet_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		       unsigned number, struct value *out)
{
	(void)around, (void)number;
	if (client->Network.uAddrLen == 0)
		return VALUE_NONE;
	put(out, (uint8_t)client->Network.uAddrLen,
	    octets_of(client->Network.bAddress, client->Network.uAddrLen));
	return VALUE_LAST;
}

enum more interface_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			  unsigned number, struct value *out)
{
	_Static_assert(sizeof out->own >= PXE_BOOT_INTERFACE_SIZE, "its name has room");
	(void)number;
	if (!PxeBootInterface(around->boot, client, (char *)out->own))
		return VALUE_NONE;
	put(out, 0, octets_text((const char *)out->own));
	return VALUE_LAST;
}

enum more family_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		       unsigned number, struct value *out)
{
	uint8_t family = client->uFamily == 6 ? 6 : 4;

	(void)around, (void)number;
	put_own(out, &family, sizeof family);
	return VALUE_LAST;
}

enum more duid_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		     unsigned number, struct value *out)
{
	(void)around, (void)number;
	if (client->Duid.cbData == 0)
		return VALUE_NONE;
	put(out, 0, client->Duid);
	return VALUE_LAST;
}

enum more group_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
		      unsigned number, struct value *out)
{
	PXE_BOOT_OCTETS group;
	bool more;

	(void)client;
	if (!around->whose || around->whose->n == 0)
		return VALUE_NONE;
	group = whose_group(around->whose, number, &more);
	put(out, 0, group.pData ? group : octets_text(""));
	return more ? VALUE_MORE : VALUE_LAST;
}

/* An option of the request, behind its first octets. */
static enum more option_value(const PXE_BOOT_CLIENT *client, ULONG code, ULONG sub, size_t skip,
			      struct value *out)
{
	PXE_BOOT_OCTETS value;

	if (!PxeBootClientOption(client, code, sub, &value) || value.cbData < skip)
		return VALUE_NONE;
	put(out, 0, octets_of(value.pData + skip, value.cbData - skip));
	return VALUE_LAST;
}

/* The whole, and the text behind a type, of which 0 says that it is no hardware address. */
enum more client_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			  unsigned number, struct value *out)
{
	(void)around;
	if (client->uFamily != 4 ||
	    option_value(client, PXE_DHCP4_OPT_CLIENT_ID, 0, 0, out) == VALUE_NONE ||
	    out->octets.cbData == 0)
		return VALUE_NONE;
	if (number == 1)
		put(out, 1, octets_of(out->octets.pData + 1, out->octets.cbData - 1));
	return number == 0 && out->octets.pData[0] == 0 ? VALUE_MORE : VALUE_LAST;
}

/* What a relay says of the client: a sub-option of 82, or an option of its own message. */
static enum more relay_value(const PXE_BOOT_CLIENT *client, ULONG sub4, ULONG code6, size_t skip6,
			     struct value *out)
{
	return client->uFamily == 6 ? option_value(client, code6, 0, skip6, out)
				    : option_value(client, PXE_DHCP4_OPT_RELAY, sub4, 0, out);
}

enum more circuit_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			   unsigned number, struct value *out)
{
	(void)around, (void)number;
	return relay_value(client, RELAY_CIRCUIT, PXE_DHCP6_OPT_INTERFACE_ID, 0, out);
}

/* DHCPv6 has the maker's enterprise number before it. */
enum more remote_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			  unsigned number, struct value *out)
{
	(void)around, (void)number;
	return relay_value(client, RELAY_REMOTE, PXE_DHCP6_OPT_REMOTE_ID, 4, out);
}

enum more subscriber_id_value(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			      unsigned number, struct value *out)
{
	(void)around, (void)number;
	return relay_value(client, RELAY_SUBSCRIBER, PXE_DHCP6_OPT_SUBSCRIBER_ID, 0, out);
}
