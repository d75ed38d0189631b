/* no allocation · no lock · no log */
#include "dhcp/pxe_client.h"

#define PREFIX(text)                                                                               \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

static const struct {
	struct span prefix;
	enum pxe_class class;
} families[] = {
	{ PREFIX("PXEClient"), PXE_CLASS_PXE },
	{ PREFIX("HTTPClient"), PXE_CLASS_HTTP },
	{ PREFIX("PXEServer"), PXE_CLASS_SERVER },
	{ PREFIX("AAPLBSDPC"), PXE_CLASS_APPLE },
};

enum pxe_class pxe_class_of(struct span vendor_class, const struct pxe_aliases *aliases,
			    struct span *echo)
{
	struct span prefix = SPAN_NONE;
	enum pxe_class class = PXE_CLASS_NONE;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && !class; i++) {
		prefix = families[i].prefix;
		if (span_starts(vendor_class, prefix))
			class = families[i].class;
	}
	for (size_t i = 0; aliases && i < aliases->count && !class; i++) {
		prefix = aliases->prefix[i];
		if (prefix.len > 0 && span_starts(vendor_class, prefix)) /* empty: all the world */
			class = PXE_CLASS_ALIAS;
	}
	if (echo)
		*echo = class ? prefix : SPAN_NONE;
	return class;
}

/* What follows the first "Arch:"; nothing when there is none. */
static struct span behind_arch(struct span vendor_class)
{
	static const struct span usual = PREFIX("PXEClient:Arch:"), mark = PREFIX("Arch:");
	const uint8_t *found;

	if (span_starts(vendor_class, usual))
		return span_drop(vendor_class, usual.len);
	if (vendor_class.len < mark.len)
		return SPAN_NONE;
	found = memmem(vendor_class.at, vendor_class.len, mark.at, mark.len);
	if (!found)
		return SPAN_NONE;
	return span_drop(vendor_class, (size_t)(found - vendor_class.at) + mark.len);
}

bool pxe_class_arch(struct span vendor_class, uint16_t *out)
{
	struct span digits = span_take(behind_arch(vendor_class), 5);
	uint32_t arch = 0;

	if (digits.len < 5)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return false;
		arch = arch * 10 + (uint32_t)(digits.at[i] - '0');
	}
	if (arch > UINT16_MAX)
		return false;
	*out = (uint16_t)arch;
	return true;
}

/* RFC 3004 lengths, none of them 0, that end where the option ends. */
static bool user_class_tiles(struct span option)
{
	while (option.len > 0) {
		if (option.at[0] == 0 || option.at[0] > option.len - 1)
			return false;
		option = span_drop(option, 1u + option.at[0]);
	}
	return true;
}

static struct span user_class_take(struct span *cursor)
{
	struct span one = span_take(span_drop(*cursor, 1), cursor->at[0]);

	*cursor = span_drop(*cursor, 1u + cursor->at[0]);
	return one;
}

static bool user_class_is_ipxe(struct span option)
{
	struct span ipxe = span_of("iPXE", 4);

	if (option.len < ipxe.len)
		return false;
	if (!user_class_tiles(option))
		return span_equal(option, ipxe);
	while (option.len > 0)
		if (span_equal(user_class_take(&option), ipxe))
			return true;
	return false;
}

/* Where values that came in parts are joined. */
struct reader {
	struct span packet;
	const struct dhcp4_index *index;
	uint8_t *scratch;
	size_t left;
};

__attribute__((noinline)) static struct span read_parts(struct reader *reader, uint8_t code)
{
	struct span value;

	if (dhcp4_index_join(reader->index, reader->packet, code, reader->scratch, reader->left,
			     &value) != 0)
		return dhcp4_index_get(reader->index, reader->packet, code);
	reader->scratch += value.len;
	reader->left -= value.len;
	return value;
}

/* Nearly every value is whole. */
static inline struct span read_value(struct reader *reader, uint8_t code)
{
	if (dhcp4_index_repeats(reader->index, code))
		return read_parts(reader, code);
	return dhcp4_index_get(reader->index, reader->packet, code);
}

/* A code as the class would have it: the class decides whether a client speaks HTTP Boot. */
static uint16_t arch_of_client(const struct pxe_client *client, uint16_t code)
{
	bool http = client->class == PXE_CLASS_HTTP;

	return http || pxe_client_is_pxe(client) ? pxe_arch_by_class(code, http) : code;
}

/* The first code that has a name, else the first; *found: whether the list holds `claimed`. */
static uint16_t arch_choose(const struct pxe_client *client, struct span list, uint16_t claimed,
			    bool *found)
{
	uint16_t chosen = arch_of_client(client, load_be16(list.at));
	bool known = false;

	for (size_t i = 0; i + 1 < list.len; i += 2) {
		uint16_t arch = arch_of_client(client, load_be16(list.at + i));

		if (!known && pxe_arch_name(arch)) {
			known = true;
			chosen = arch;
		}
		if (arch == claimed)
			*found = true;
	}
	return chosen;
}

static void read_arch(struct reader *reader, struct pxe_client *out)
{
	struct span list = read_value(reader, DHCP4_OPT_ARCH);
	uint16_t claimed = 0;
	bool claims = pxe_class_arch(out->vendor_class, &claimed), found = false;

	claimed = arch_of_client(out, claimed);
	if (list.len >= 2 && list.len % 2 == 0) {
		out->arch_list = list;
		out->has_arch = true;
		out->arch = arch_choose(out, list, claimed, &found);
		out->arch_mismatch = claims && !found;
	} else if (claims) {
		out->has_arch = true;
		out->arch = claimed;
	} else if (pxe_client_is_pxe(out)) {
		out->has_arch = out->arch_assumed = true;
		out->arch = PXE_ARCH_X86_BIOS;
	}
}

static void read_uuid(struct reader *reader, struct pxe_client *out)
{
	struct span value = read_value(reader, DHCP4_OPT_UUID);

	if (value.len != 1 + PXE_UUID_LEN || value.at[0] != 0 || pxe_uuid_is_blank(value.at + 1))
		return;
	out->has_uuid = true;
	memcpy(out->uuid, value.at + 1, PXE_UUID_LEN);
}

static bool read_network_from(struct span value, struct pxe_client *out)
{
	if (value.len != 4 || load_be32(value.at) == 0)
		return false;
	out->network = ip_v4(value.at);
	return true;
}

static void read_relay(struct reader *reader, struct pxe_client *out)
{
	struct span relay = read_value(reader, DHCP4_OPT_RELAY), sub;

	out->relay_port = dhcp4_relay_get(relay, DHCP4_RELAY_PORT, &sub);
	if (dhcp4_relay_get(relay, DHCP4_RELAY_LINK, &sub) && read_network_from(sub, out))
		return;
	if (read_network_from(read_value(reader, DHCP4_OPT_SUBNET), out))
		return;
	read_network_from(span_of(reader->packet.at + DHCP4_GIADDR, 4), out);
}

void pxe_client_read(struct span packet, const struct dhcp4_index *index,
		     const struct pxe_aliases *aliases, uint8_t *scratch, size_t scratch_len,
		     struct pxe_client *out)
{
	struct reader reader = { packet, index, scratch, scratch_len };
	struct span value;

	*out = (struct pxe_client){ .type = (enum dhcp4_type)index->type };
	out->vendor_class = read_value(&reader, DHCP4_OPT_VENDOR_CLASS);
	out->class = pxe_class_of(out->vendor_class, aliases, &out->class_echo);
	read_arch(&reader, out);
	read_uuid(&reader, out);

	out->chaddr = dhcp4_chaddr(packet.at);
	out->has_mac = dhcp4_htype(packet.at) == DHCP4_HTYPE_ETHERNET && out->chaddr.len == 6;
	out->user_class = read_value(&reader, DHCP4_OPT_USER_CLASS);
	out->is_ipxe =
		dhcp4_index_has(index, DHCP4_OPT_IPXE) || user_class_is_ipxe(out->user_class);

	value = read_value(&reader, DHCP4_OPT_MAX_SIZE);
	if (value.len == 2)
		out->max_size = load_be16(value.at);
	value = read_value(&reader, DHCP4_OPT_VENDOR);
	out->has_boot_item = pxe43_boot_item(value, &out->boot_item) == 0;
	read_relay(&reader, out);
}

void pxe_client_read_own(struct span packet, const struct dhcp4_index *index,
			 struct pxe_client *out)
{
	struct reader reader = { packet, index, NULL, 0 };

	out->vendor_class = dhcp4_index_get(index, packet, DHCP4_OPT_VENDOR_CLASS);
	out->user_class = dhcp4_index_get(index, packet, DHCP4_OPT_USER_CLASS);
	if (out->arch_list.len > 0)
		out->arch_list = dhcp4_index_get(index, packet, DHCP4_OPT_ARCH);
	out->chaddr = dhcp4_chaddr(packet.at);
	out->has_uuid = false;
	read_uuid(&reader, out);
	out->network = (struct ip){ 0 };
	read_relay(&reader, out);
}
