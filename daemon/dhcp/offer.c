/* no allocation · no lock · no log */
#include "dhcp/offer.h"

#include <string.h>
#include <strings.h>

#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "dhcp/pxe43.h"

enum { OPT4_DNS = 6, OPT6_DNS = 23, OPT6_IAADDR = 5 };
enum { IPXE_PRIORITY = 1, IPXE_WITHOUT_PROXY = 176 };
enum { IA_HEADER = 12, IA_TA_HEADER = 4, ITEM_HEADER = 3 };

static enum offer_class class_of(struct span text)
{
	if (span_starts(text, span_str("PXEClient")))
		return OFFER_CLASS_PXE;
	return span_starts(text, span_str("HTTPClient")) ? OFFER_CLASS_HTTP : OFFER_CLASS_NONE;
}

/* ---- IPv4 -------------------------------------------------------------------------------------
 */

/* Firmware reads the first option of a code. At NULL: there is none. */
static struct span option4(struct span packet, uint8_t code)
{
	struct span value = SPAN_NONE;

	(void)dhcp4_option_find(packet, code, 1, &value);
	return value;
}

static struct ip address4(const uint8_t *at)
{
	return load_be32(at) ? ip_v4(at) : (struct ip){ .family = IP_NONE };
}

static void read_tag(const struct dhcp4_option *tag, struct offer *out)
{
	bool is_discovery = tag->code >= PXE43_DISCOVERY_CONTROL && tag->code <= PXE43_MENU_PROMPT;

	out->has_discovery |= is_discovery;
	if (tag->code == PXE43_DISCOVERY_CONTROL && tag->value.len > 0) {
		out->has_control = true;
		out->control = tag->value.at[0];
	} else if (tag->code == PXE43_DISCOVERY_MCAST && tag->value.len >= 4) {
		out->group = address4(tag->value.at);
	} else if (tag->code == PXE43_BOOT_SERVERS) {
		out->servers = tag->value;
	} else if (tag->code == PXE43_BOOT_MENU) {
		out->menu = tag->value;
	} else if (tag->code == PXE43_BOOT_ITEM && tag->value.len >= 4) {
		out->has_item = true;
		out->item = load_be16(tag->value.at);
	}
}

static void read_vendor(struct span vendor, struct offer *out)
{
	struct dhcp4_option tag;

	while (pxe43_next(&vendor, &tag) == 0)
		read_tag(&tag, out);
}

static int signed_of(uint8_t octet)
{
	return octet < 128 ? octet : octet - 256;
}

static void read_ipxe(struct span container, struct offer *out)
{
	struct dhcp4_option option;

	while (dhcp4_option_next(&container, &option) == 0) {
		if (option.value.len == 0)
			continue;
		if (option.code == IPXE_PRIORITY)
			out->priority = signed_of(option.value.at[0]);
		else if (option.code == IPXE_WITHOUT_PROXY)
			out->is_without_proxy = option.value.at[0] != 0;
	}
}

/* A name ends at its NUL, or, where the server knows no better, at what no name has. */
static struct span name_of(struct span value)
{
	return span_take(value, value.at ? strnlen((const char *)value.at, value.len) : 0);
}

static void read_file4(struct span packet, struct offer *out)
{
	struct span overload = option4(packet, DHCP4_OPT_OVERLOAD);
	struct span header = dhcp4_file(packet.at);

	if (overload.at && dhcp4_overload(overload) & DHCP4_IN_FILE)
		header = SPAN_NONE;
	out->file = name_of(option4(packet, DHCP4_OPT_BOOT_FILE));
	if (out->file.len == 0)
		out->file = header;
}

int offer_read4(struct span packet, struct offer *out)
{
	struct dhcp4_index index;
	struct span id;

	if (dhcp4_index_build(packet, &index) || dhcp4_op(packet.at) != DHCP4_BOOTREPLY)
		return DHCP4_E_MALFORMED;
	*out = (struct offer){ .type = index.type };
	out->has_address = dhcp4_has_addr(packet.at, DHCP4_YIADDR);
	out->address = ip_v4(packet.at + DHCP4_YIADDR);
	out->next_server = address4(packet.at + DHCP4_SIADDR);
	id = option4(packet, DHCP4_OPT_SERVER_ID);
	if (id.len == 4)
		out->server_id = address4(id.at);
	out->class_text = option4(packet, DHCP4_OPT_VENDOR_CLASS);
	out->class = class_of(out->class_text);
	out->has_dns = option4(packet, OPT4_DNS).len >= 4;
	read_file4(packet, out);
	if (out->class == OFFER_CLASS_PXE)
		read_vendor(option4(packet, DHCP4_OPT_VENDOR), out);
	read_ipxe(option4(packet, DHCP4_OPT_IPXE), out);
	return 0;
}

/* ---- IPv6 -------------------------------------------------------------------------------------
 */

static bool is_failure(struct span status)
{
	return status.len >= 2 && load_be16(status.at) != 0;
}

/* The addresses of an IA_NA or IA_TA, and a status in it. */
static void read_ia(struct span value, size_t header, struct offer *out)
{
	struct span area = span_drop(value, header);
	struct dhcp6_option option;

	while (dhcp6_option_next(&area, &option) == 0) {
		if (option.code == DHCP6_OPT_STATUS_CODE)
			out->is_refused |= is_failure(option.value);
		if (option.code != OPT6_IAADDR || option.value.len < 16 || out->has_address)
			continue;
		out->has_address = true;
		out->address = ip_v6(option.value.at);
	}
}

/* PXEClient and HTTPClient count under Intel's number only. */
static void read_class6(struct span value, struct offer *out)
{
	struct span items = span_drop(value, 4), item;

	if (value.len < 4 || load_be32(value.at) != DHCP6_ENTERPRISE_INTEL ||
	    dhcp6_item_next(&items, &item) != 0)
		return;
	out->class_text = item;
	out->class = class_of(item);
}

static void read_option6(const struct dhcp6_option *option, struct offer *out)
{
	if (option->code == DHCP6_OPT_IA_NA)
		read_ia(option->value, IA_HEADER, out);
	else if (option->code == DHCP6_OPT_IA_TA)
		read_ia(option->value, IA_TA_HEADER, out);
	else if (option->code == DHCP6_OPT_STATUS_CODE)
		out->is_refused |= is_failure(option->value);
	else if (option->code == DHCP6_OPT_SERVERID)
		out->duid = option->value;
	else if (option->code == DHCP6_OPT_VENDOR_CLASS && !out->class_text.at)
		read_class6(option->value, out);
	else if (option->code == DHCP6_OPT_BOOTFILE_URL)
		out->file = name_of(option->value);
	else if (option->code == OPT6_DNS)
		out->has_dns = option->value.len >= 16;
}

int offer_read6(struct span packet, struct offer *out)
{
	struct dhcp6_option option;
	struct span area;

	if (dhcp6_options_of(packet, &area) || dhcp6_is_relay(dhcp6_type_of(packet)) ||
	    !dhcp6_option_area_ok(area))
		return DHCP6_E_MALFORMED;
	*out = (struct offer){ .type = dhcp6_type_of(packet) };
	while (dhcp6_option_next(&area, &option) == 0)
		read_option6(&option, out);
	return 0;
}

/* ---- menus and URLs ---------------------------------------------------------------------------
 */

bool offer_first_item(const struct offer *offer, struct offer_item *out)
{
	struct span menu = offer->menu;

	if (menu.len < ITEM_HEADER || menu.len < ITEM_HEADER + (size_t)menu.at[2])
		return false;
	*out = (struct offer_item){ .type = load_be16(menu.at),
				    .text = span_take(span_drop(menu, ITEM_HEADER), menu.at[2]) };
	return true;
}

bool offer_server_of(const struct offer *offer, uint16_t type, struct ip *out)
{
	struct span left = offer->servers;

	while (left.len >= ITEM_HEADER) {
		size_t len = ITEM_HEADER + 4u * left.at[2];

		if (load_be16(left.at) == type && left.at[2] > 0 && left.len >= ITEM_HEADER + 4) {
			*out = ip_v4(left.at + ITEM_HEADER);
			return true;
		}
		left = span_drop(left, len);
	}
	return false;
}

/* Where what follows "://" begins; 0: it is no URL. */
static size_t scheme_len(struct span file)
{
	static const char *const schemes[] = { "http://", "https://", "tftp://", "ftp://",
					       "nfs://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (file.len > strlen(schemes[i]) &&
		    strncasecmp((const char *)file.at, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	return 0;
}

bool offer_is_url(struct span file)
{
	return scheme_len(file) > 0;
}

static size_t until(struct span text, const char *ends)
{
	size_t n = 0;

	while (n < text.len && !strchr(ends, text.at[n]))
		n++;
	return n;
}

struct span offer_url_host(struct span url, bool *is_address, struct ip *address)
{
	size_t begin = scheme_len(url);
	struct span host = span_drop(url, begin);
	char text[IP_TEXT_MAX];

	*is_address = false;
	if (begin == 0)
		return SPAN_NONE;
	if (host.len > 0 && host.at[0] == '[')
		host = span_take(span_drop(host, 1), until(span_drop(host, 1), "]/"));
	else
		host = span_take(host, until(host, ":/"));
	if (host.len < sizeof(text)) {
		memcpy(text, host.at, host.len);
		text[host.len] = '\0';
		*is_address = ip_parse(text, address);
	}
	return host;
}
