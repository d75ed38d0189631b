/* no allocation · no lock · no log */
#include "dhcp/pxe_client6.h"

#include "dhcp/duid.h"
#include "dhcp/pxe_client.h"

enum { ENTERPRISE_LEN = 4 };

static enum pxe6_class class_of(struct span item, uint32_t enterprise,
				const struct pxe_client6_self *self)
{
	if (enterprise == DHCP6_ENTERPRISE_INTEL) {
		if (span_starts(item, span_str("PXEClient")))
			return PXE6_CLASS_PXE;
		if (span_starts(item, span_str("HTTPClient")))
			return PXE6_CLASS_HTTP;
	}
	for (unsigned i = 0; i < self->n_aliases; i++)
		if (self->alias[i].len > 0 && span_starts(item, self->alias[i]))
			return PXE6_CLASS_PXE;
	return PXE6_CLASS_NONE;
}

static void take_vendor_class(struct pxe_client6 *client, struct span value,
			      const struct pxe_client6_self *self)
{
	struct span items = span_drop(value, ENTERPRISE_LEN), item;
	uint32_t enterprise;

	if (value.len < ENTERPRISE_LEN)
		return;
	enterprise = load_be32(value.at);
	while (!dhcp6_item_next(&items, &item)) {
		enum pxe6_class class = class_of(item, enterprise, self);

		if (client->vendor_class.at &&
		    (client->class != PXE6_CLASS_NONE || class == PXE6_CLASS_NONE))
			continue;
		client->class = class;
		client->vendor_class = item;
		client->enterprise = enterprise;
	}
}

/* One class of option 15: the items where they tile the value, else the value whole. */
static int user_class_next(struct span *cursor, struct span whole, struct span *out)
{
	int r = dhcp6_item_next(cursor, out);

	if (r != DHCP6_E_MALFORMED)
		return r;
	*cursor = SPAN_NONE;
	*out = whole;
	return 0;
}

static bool item_is_ipxe(struct span item)
{
	static const char name[] = "ipxe";

	if (item.len != sizeof(name) - 1)
		return false;
	for (size_t i = 0; i < item.len; i++)
		if ((item.at[i] | 0x20) != name[i])
			return false;
	return true;
}

static void take_user_class(struct pxe_client6 *client, struct span value)
{
	struct span items = value, item;

	while (!user_class_next(&items, value, &item))
		client->is_ipxe = client->is_ipxe || item_is_ipxe(item);
	if (!client->user_class.at)
		client->user_class = value;
}

static int take_duid(struct span *slot, struct span value)
{
	if (slot->at || !duid_ok(value))
		return DHCP6_E_MALFORMED;
	*slot = value;
	return 0;
}

static void take_oro(struct pxe_client6 *client, struct span value)
{
	for (size_t i = 0; i + 1 < value.len; i += 2) {
		uint16_t code = load_be16(value.at + i);

		client->wants_url = client->wants_url || code == DHCP6_OPT_BOOTFILE_URL;
		client->wants_param = client->wants_param || code == DHCP6_OPT_BOOTFILE_PARAM;
	}
}

static void take_archs(struct pxe_client6 *client, struct span value)
{
	if (client->archs.at || value.len == 0 || value.len % 2)
		return;
	client->archs = value;
	client->has_arch = true;
	client->arch = load_be16(value.at);
	for (size_t i = 0; i < value.len; i += 2) {
		uint16_t arch = load_be16(value.at + i);

		if (arch <= PXE_ARCH_LAST) {
			client->arch = arch;
			break;
		}
	}
}

static void take_elapsed(struct pxe_client6 *client, struct span value)
{
	if (value.len != 2)
		return;
	client->has_elapsed = true;
	client->elapsed_ms = load_be16(value.at) * 10u;
}

static int take_option(struct pxe_client6 *client, const struct dhcp6_option *option,
		       const struct pxe_client6_self *self)
{
	switch (option->code) {
	case DHCP6_OPT_CLIENTID:
		return take_duid(&client->duid, option->value);
	case DHCP6_OPT_SERVERID:
		return take_duid(&client->server_duid, option->value);
	case DHCP6_OPT_ORO:
		take_oro(client, option->value);
		break;
	case DHCP6_OPT_ELAPSED_TIME:
		take_elapsed(client, option->value);
		break;
	case DHCP6_OPT_USER_CLASS:
		take_user_class(client, option->value);
		break;
	case DHCP6_OPT_VENDOR_CLASS:
		take_vendor_class(client, option->value, self);
		break;
	case DHCP6_OPT_CLIENT_ARCH_TYPE:
		take_archs(client, option->value);
		break;
	case DHCP6_OPT_IA_NA:
	case DHCP6_OPT_IA_TA:
	case DHCP6_OPT_IA_PD:
		client->has_ia = true;
		break;
	default:
		break;
	}
	return 0;
}

/* What several options say together, or a relay. `link_layer`: option 79 of the innermost one. */
static void conclude(struct pxe_client6 *client, struct span link_layer,
		     const struct pxe_client6_self *self)
{
	if (client->server_duid.at)
		client->server_id = span_equal(client->server_duid, self->duid)
					    ? PXE6_SERVER_ID_OURS
					    : PXE6_SERVER_ID_FOREIGN;
	client->has_uuid =
		duid_uuid(client->duid, client->uuid) && !pxe_uuid_is_blank(client->uuid);
	client->has_mac = duid_mac(client->duid, client->mac);
	if (!client->has_mac && link_layer.len == 2 + 6 && load_be16(link_layer.at) == 1) {
		client->has_mac = true;
		memcpy(client->mac, link_layer.at + 2, 6);
	}
	if (!client->has_arch && client->class != PXE6_CLASS_NONE)
		client->has_arch = client->arch_from_class =
			pxe_class_arch(client->vendor_class, &client->arch);
	if (client->has_arch && client->class != PXE6_CLASS_NONE)
		client->arch = pxe_arch_by_class(client->arch, client->class == PXE6_CLASS_HTTP);
}

/* Unwraps; *link_layer: option 79 of the relay that heard the client itself. */
static int unwrap(struct pxe_client6 *client, struct span datagram, struct span *link_layer)
{
	struct dhcp6_relay relay;

	if (dhcp6_relay_parse(datagram, &relay) || !dhcp6_relay_hops_ok(&relay))
		return DHCP6_E_MALFORMED;
	client->n_relays = (uint8_t)relay.n_levels;
	client->relay_port = relay.level[0].relay_port.at != NULL;
	client->peer = dhcp6_relay_peer(&relay.level[relay.n_levels - 1]);
	client->link = dhcp6_relay_client_link(&relay);
	client->message = relay.inner;
	*link_layer = relay.level[relay.n_levels - 1].link_layer;
	return 0;
}

int pxe_client6_read(struct span datagram, const struct pxe_client6_self *self,
		     struct pxe_client6 *out)
{
	struct span options, link_layer = SPAN_NONE;
	unsigned n = 0;
	struct dhcp6_option option;
	int r;

	*out = (struct pxe_client6){ .message = datagram };
	if (dhcp6_type_of(datagram) == DHCP6_RELAY_FORW && unwrap(out, datagram, &link_layer))
		return DHCP6_E_MALFORMED;
	if (dhcp6_options_of(out->message, &options))
		return DHCP6_E_MALFORMED;
	out->type = dhcp6_type_of(out->message);
	if (!dhcp6_is_relay(out->type))
		out->xid = dhcp6_xid_of(out->message);
	while (!(r = dhcp6_option_next(&options, &option)))
		if (n++ == PXE_CLIENT6_OPTIONS_MAX || take_option(out, &option, self))
			return DHCP6_E_MALFORMED;
	if (r != DHCP6_E_END)
		return DHCP6_E_MALFORMED;
	conclude(out, link_layer, self);
	return 0;
}
