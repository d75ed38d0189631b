/* no allocation · no lock · no log */
#include "story/overheard.h"

#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "dhcp/pxe43.h"
#include "dhcp/pxe_client.h"

enum { IP4_HEADER = 20, IP6_HEADER = 40, UDP_HEADER = 8, UDP = 17 };
enum { OPTION_DNS = 6, OPTION_MESSAGE = 56, OPTION_IPV6_ONLY = 108, IPXE_PRIORITY = 1 };
enum { OPTION6_IAADDR = 5, OPTION6_DNS = 23, IA_HEAD = 12 };

/* ---- the record and the headers ---- */

static int read_head(struct span record, struct overheard *out, struct span *packet)
{
	struct heard_record head;

	if (record.len < HEARD_HEAD)
		return OVERHEARD_E_RECORD;
	memcpy(&head, record.at, HEARD_HEAD);
	if (memcmp(head.magic, HEARD_MAGIC, sizeof(head.magic)) != 0 ||
	    head.version != HEARD_VERSION || head.kind < HEARD_HELLO || head.kind > HEARD_BYE)
		return OVERHEARD_E_RECORD;
	*packet = span_drop(record, HEARD_HEAD);
	if (head.len != packet->len || head.len > HEARD_OCTETS_MAX)
		return OVERHEARD_E_RECORD;
	*out = (struct overheard){ .kind = (enum heard_kind)head.kind,
				   .us = head.us,
				   .lost = head.lost };
	out->from.ifindex = head.ifindex;
	return 0;
}

/* Of a run of datagrams in one frame the first is read, and of one that was cut what is there. */
static struct span udp_payload(struct span udp, struct overheard *out)
{
	out->from.port = load_be16(udp.at);
	out->to.port = load_be16(udp.at + 2);
	if (load_be16(udp.at + 4) < UDP_HEADER)
		return SPAN_NONE;
	return span_drop(span_take(udp, load_be16(udp.at + 4)), UDP_HEADER);
}

static struct span read_ip4(struct span packet, struct overheard *out)
{
	size_t header = (size_t)(packet.at[0] & 15u) * 4;

	if (packet.len < IP4_HEADER || header < IP4_HEADER || packet.at[9] != UDP ||
	    load_be16(packet.at + 6) & 0x3fff || packet.len < header + UDP_HEADER)
		return SPAN_NONE;
	out->family = IP_V4;
	out->from.ip = ip_v4(packet.at + 12);
	out->to.ip = ip_v4(packet.at + 16);
	return udp_payload(span_drop(packet, header), out);
}

static struct span read_ip6(struct span packet, struct overheard *out)
{
	if (packet.len < IP6_HEADER + UDP_HEADER || packet.at[6] != UDP)
		return SPAN_NONE;
	out->family = IP_V6;
	out->from.ip = ip_v6(packet.at + 8);
	out->to.ip = ip_v6(packet.at + 24);
	return udp_payload(span_drop(packet, IP6_HEADER), out);
}

static struct span read_datagram(struct span packet, struct overheard *out)
{
	if (packet.len > 0 && packet.at[0] >> 4 == 4)
		return read_ip4(packet, out);
	if (packet.len > 0 && packet.at[0] >> 4 == 6)
		return read_ip6(packet, out);
	return SPAN_NONE;
}

/* ---- IPv4 ---- */

static bool has_boot_tags(struct span vendor)
{
	struct dhcp4_option tag;

	while (pxe43_next(&vendor, &tag) == 0)
		if (tag.code >= PXE43_DISCOVERY_CONTROL && tag.code <= PXE43_MENU_PROMPT)
			return true;
	return false;
}

static enum heard_class class_of(struct span text)
{
	enum pxe_class class = pxe_class_of(text, NULL, NULL);

	return class == PXE_CLASS_PXE    ? HEARD_CLASS_PXE
	       : class == PXE_CLASS_HTTP ? HEARD_CLASS_HTTP
					 : HEARD_CLASS_NONE;
}

/* Header field or option 67, whichever is there; the field may have been given to options. */
static struct span file_of(struct span packet, const struct dhcp4_index *index)
{
	struct span option = dhcp4_index_get(index, packet, DHCP4_OPT_BOOT_FILE), file;

	file = index->overload & DHCP4_IN_FILE ? SPAN_NONE : dhcp4_file(packet.at);
	if (file.len > 0)
		return file;
	while (option.len > 0 && option.at[option.len - 1] == 0)
		option.len--;
	return option;
}

static void read_options4(struct span packet, const struct dhcp4_index *index,
			  struct overheard *out)
{
	struct span id = dhcp4_index_get(index, packet, DHCP4_OPT_SERVER_ID), priority;

	if (id.len == 4 && load_be32(id.at) != 0)
		out->server = ip_v4(id.at);
	out->has_dns = dhcp4_index_get(index, packet, OPTION_DNS).len >= 4;
	out->class = class_of(dhcp4_index_get(index, packet, DHCP4_OPT_VENDOR_CLASS));
	out->boots = has_boot_tags(dhcp4_index_get(index, packet, DHCP4_OPT_VENDOR));
	out->only_ipv6 = dhcp4_index_has(index, OPTION_IPV6_ONLY);
	out->file = file_of(packet, index);
	out->message = dhcp4_index_get(index, packet, OPTION_MESSAGE);
	if (dhcp4_relay_get(dhcp4_index_get(index, packet, DHCP4_OPT_IPXE), IPXE_PRIORITY,
			    &priority) &&
	    priority.len == 1)
		out->priority = (int8_t)priority.at[0];
}

static int read_dhcp4(struct span packet, struct overheard *out)
{
	struct dhcp4_index index;

	if (dhcp4_index_scan(packet, &index) || dhcp4_op(packet.at) != DHCP4_BOOTREPLY)
		return OVERHEARD_E_PACKET;
	out->type = index.type;
	out->xid = dhcp4_xid(packet.at);
	out->client = dhcp4_chaddr(packet.at);
	out->gives_address = dhcp4_has_addr(packet.at, DHCP4_YIADDR);
	if (dhcp4_has_addr(packet.at, DHCP4_SIADDR))
		out->next = dhcp4_siaddr(packet.at);
	read_options4(packet, &index, out);
	return 0;
}

/* ---- IPv6 ---- */

/* The class that PXE and HTTP Boot clients look for, in whichever of the options 16. */
static enum heard_class class6_of(struct span area)
{
	struct span option, item;

	for (unsigned i = 1; dhcp6_option_find(area, DHCP6_OPT_VENDOR_CLASS, i, &option) == 0;
	     i++) {
		if (option.len < 4 || load_be32(option.at) != DHCP6_ENTERPRISE_INTEL)
			continue;
		option = span_drop(option, 4);
		if (dhcp6_item_next(&option, &item) == 0 && class_of(item) != HEARD_CLASS_NONE)
			return class_of(item);
	}
	return HEARD_CLASS_NONE;
}

static bool gives_address6(struct span area)
{
	struct span ia, address;

	for (unsigned i = 1; dhcp6_option_find(area, DHCP6_OPT_IA_NA, i, &ia) == 0; i++)
		if (ia.len >= IA_HEAD &&
		    dhcp6_option_find(span_drop(ia, IA_HEAD), OPTION6_IAADDR, 1, &address) == 0)
			return true;
	return false;
}

static int read_dhcp6(struct span message, struct overheard *out)
{
	struct span area, value;

	if (dhcp6_options_of(message, &area) || !dhcp6_option_area_ok(area) ||
	    dhcp6_option_find(area, DHCP6_OPT_CLIENTID, 1, &out->client))
		return OVERHEARD_E_PACKET;
	out->type = dhcp6_type_of(message);
	if (out->type != DHCP6_ADVERTISE && out->type != DHCP6_REPLY)
		return OVERHEARD_E_PACKET;
	out->xid = dhcp6_xid_of(message);
	out->gives_address = gives_address6(area);
	out->class = class6_of(area);
	out->has_dns = dhcp6_option_find(area, OPTION6_DNS, 1, &value) == 0;
	if (dhcp6_option_find(area, DHCP6_OPT_BOOTFILE_URL, 1, &value) == 0)
		out->file = value;
	return 0;
}

int overheard_read(struct span record, struct overheard *out)
{
	struct span packet, payload;
	int r = read_head(record, out, &packet);

	if (r || out->kind != HEARD_PACKET)
		return r;
	payload = read_datagram(packet, out);
	out->to.ifindex = out->from.ifindex;
	out->server = out->from.ip;
	if (payload.len == 0)
		return OVERHEARD_E_PACKET;
	return out->family == IP_V4 ? read_dhcp4(payload, out) : read_dhcp6(payload, out);
}
