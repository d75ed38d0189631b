/* no allocation · no lock · no log */
#include "story/decode_names.h"

#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6.h"
#include "dhcp/pxe43.h"

/* ---- what is nested in options of DHCPv4 ---- */

/* PXE 2.1, table 2-1. */
static const struct decode_row pxe[] = {
	{ 1, "MTFTP IP", FIELD_ADDRESSES4, NULL },
	{ 2, "MTFTP client port", FIELD_NUMBER, NULL },
	{ 3, "MTFTP server port", FIELD_NUMBER, NULL },
	{ 4, "MTFTP timeout", FIELD_NUMBER, NULL },
	{ 5, "MTFTP delay", FIELD_NUMBER, NULL },
	{ PXE43_DISCOVERY_CONTROL, "discovery control", FIELD_HEX, NULL },
	{ PXE43_DISCOVERY_MCAST, "discovery multicast address", FIELD_ADDRESSES4, NULL },
	{ PXE43_BOOT_SERVERS, "boot servers", FIELD_BOOT_SERVERS, NULL },
	{ PXE43_BOOT_MENU, "boot menu", FIELD_MENU, NULL },
	{ PXE43_MENU_PROMPT, "menu prompt", FIELD_PROMPT, NULL },
	{ 11, "multicast address allocation", FIELD_OCTETS, NULL },
	{ PXE43_CREDENTIAL_TYPES, "credential types", FIELD_OCTETS, NULL },
	{ PXE43_BOOT_ITEM, "boot item", FIELD_ITEM, NULL },
	{ 0, NULL, FIELD_OCTETS, NULL },
};

/* IANA, "Relay Agent Information Option Sub-Option Codes". */
static const struct decode_row relay[] = {
	{ 1, "circuit id", FIELD_OCTETS, NULL },
	{ 2, "remote id", FIELD_OCTETS, NULL },
	{ DHCP4_RELAY_LINK, "link selection", FIELD_ADDRESSES4, NULL },
	{ 6, "subscriber id", FIELD_TEXT, NULL },
	{ DHCP4_RELAY_SERVER_ID, "server identifier override", FIELD_ADDRESSES4, NULL },
	{ 12, "relay agent id", FIELD_OCTETS, NULL },
	{ DHCP4_RELAY_PORT, "relay source port", FIELD_OCTETS, NULL },
	{ 151, "virtual subnet selection", FIELD_OCTETS, NULL },
	{ 152, "virtual subnet selection control", FIELD_OCTETS, NULL },
	{ 0, NULL, FIELD_OCTETS, NULL },
};

/* iPXE's encapsulated options: settings, and a mark for each feature that it was built with. */
static const struct decode_row ipxe[] = {
	{ 1, "priority", FIELD_NUMBER, NULL },
	{ 8, "keep-san", FIELD_NUMBER, NULL },
	{ 9, "skip-san-boot", FIELD_NUMBER, NULL },
#define FEATURE(code, name) { (code), "feature " name, FIELD_NUMBER, NULL },
	PXE_IPXE_FEATURES(FEATURE)
#undef FEATURE
		{ 0xb0, "no-pxedhcp", FIELD_NUMBER, NULL },
	{ 0xb1, "bus id", FIELD_OCTETS, NULL },
	{ 0xbd, "san-drive", FIELD_HEX, NULL },
	{ 0xeb, "version", FIELD_OCTETS, NULL },
	{ 0, NULL, FIELD_OCTETS, NULL },
};

static const struct decode_shape shape_pxe = { .rest = REST_TAGS, .tags = pxe },
				 shape_relay = { .rest = REST_TAGS_ONLY, .tags = relay },
				 shape_ipxe = { .rest = REST_TAGS, .tags = ipxe };
/* RFC 4578 §2.2 and §2.3. */
static const struct decode_shape shape_interface = { .part = { { "type", 1, FIELD_NUMBER },
							       { "major", 1, FIELD_NUMBER },
							       { "minor", 1, FIELD_NUMBER } } },
				 shape_uuid = { .part = { { "type", 1, FIELD_NUMBER },
							  { "uuid", 16, FIELD_UUID } } };

/* IANA, "BOOTP Vendor Extensions and DHCP Options": its names, and those that network boot gives to
 * codes of the private range. */
const struct decode_row decode_options4[] = {
	{ 1, "Subnet Mask", FIELD_ADDRESSES4, NULL },
	{ 2, "Time Offset", FIELD_NUMBER, NULL },
	{ 3, "Router", FIELD_ADDRESSES4, NULL },
	{ 4, "Time Server", FIELD_ADDRESSES4, NULL },
	{ 6, "Domain Server", FIELD_ADDRESSES4, NULL },
	{ 7, "Log Server", FIELD_ADDRESSES4, NULL },
	{ 12, "Hostname", FIELD_TEXT, NULL },
	{ 13, "Boot File Size", FIELD_NUMBER, NULL },
	{ 15, "Domain Name", FIELD_TEXT, NULL },
	{ 17, "Root Path", FIELD_TEXT, NULL },
	{ 26, "MTU Interface", FIELD_NUMBER, NULL },
	{ 28, "Broadcast Address", FIELD_ADDRESSES4, NULL },
	{ 42, "NTP Servers", FIELD_ADDRESSES4, NULL },
	{ DHCP4_OPT_VENDOR, "Vendor Specific", FIELD_OCTETS, &shape_pxe },
	{ DHCP4_OPT_REQUESTED_ADDRESS, "Address Request", FIELD_ADDRESSES4, NULL },
	{ 51, "Address Time", FIELD_NUMBER, NULL },
	{ DHCP4_OPT_OVERLOAD, "Overload", FIELD_NUMBER, NULL },
	{ DHCP4_OPT_TYPE, "DHCP Msg Type", FIELD_TYPE4, NULL },
	{ DHCP4_OPT_SERVER_ID, "DHCP Server Id", FIELD_ADDRESSES4, NULL },
	{ DHCP4_OPT_PARAMETERS, "Parameter List", FIELD_CODES8, NULL },
	{ 56, "DHCP Message", FIELD_TEXT, NULL },
	{ DHCP4_OPT_MAX_SIZE, "DHCP Max Msg Size", FIELD_NUMBER, NULL },
	{ 58, "Renewal Time", FIELD_NUMBER, NULL },
	{ 59, "Rebinding Time", FIELD_NUMBER, NULL },
	{ DHCP4_OPT_VENDOR_CLASS, "Class Id", FIELD_TEXT, NULL },
	{ DHCP4_OPT_CLIENT_ID, "Client Id", FIELD_OCTETS, NULL },
	{ DHCP4_OPT_TFTP_SERVER, "Server-Name", FIELD_TEXT, NULL },
	{ DHCP4_OPT_BOOT_FILE, "Bootfile-Name", FIELD_TEXT, NULL },
	{ DHCP4_OPT_USER_CLASS, "User-Class", FIELD_TEXT, NULL },
	{ 81, "Client FQDN", FIELD_OCTETS, NULL },
	{ DHCP4_OPT_RELAY, "Relay Agent Information", FIELD_OCTETS, &shape_relay },
	{ DHCP4_OPT_ARCH, "Client System", FIELD_ARCHES, NULL },
	{ DHCP4_OPT_INTERFACE, "Client NDI", FIELD_OCTETS, &shape_interface },
	{ DHCP4_OPT_UUID, "UUID/GUID", FIELD_OCTETS, &shape_uuid },
	{ DHCP4_OPT_SUBNET, "Subnet Selection Option", FIELD_ADDRESSES4, NULL },
	{ 121, "Classless Static Route Option", FIELD_OCTETS, NULL },
	{ 124, "V-I Vendor Class", FIELD_OCTETS, NULL },
	{ 125, "V-I Vendor-Specific Information", FIELD_OCTETS, NULL },
	{ 150, "TFTP server address", FIELD_ADDRESSES4, NULL },
	{ DHCP4_OPT_IPXE, "Etherboot (iPXE)", FIELD_OCTETS, &shape_ipxe },
	{ 209, "Configuration File", FIELD_TEXT, NULL },
	{ 210, "Path Prefix", FIELD_TEXT, NULL },
	{ 250, "WDS network boot program", FIELD_OCTETS, NULL },
	{ 252, "WDS boot data (BCD)", FIELD_TEXT, NULL },
	{ 0, NULL, FIELD_OCTETS, NULL },
};

/* ---- DHCPv6 ---- */

static const struct decode_shape shape_message = { .rest = REST_MESSAGE },
				 shape_items = { .rest = REST_ITEMS };
static const struct decode_shape shape_ia = { .part = { { "IAID", 4, FIELD_HEX },
							{ "T1", 4, FIELD_NUMBER },
							{ "T2", 4, FIELD_NUMBER } },
					      .rest = REST_OPTIONS6 },
				 shape_ta = { .part = { { "IAID", 4, FIELD_HEX } },
					      .rest = REST_OPTIONS6 },
				 shape_address = { .part = { { "address", 16, FIELD_ADDRESSES6 },
							     { "preferred", 4, FIELD_NUMBER },
							     { "valid", 4, FIELD_NUMBER } },
						   .rest = REST_OPTIONS6 };
static const struct decode_shape shape_status = { .part = { { "status", 2, FIELD_NUMBER } },
						  .rest = REST_VALUE },
				 shape_class = { .part = { { "enterprise", 4, FIELD_NUMBER } },
						 .rest = REST_ITEMS },
				 shape_vendor = { .part = { { "enterprise", 4, FIELD_NUMBER } },
						  .rest = REST_VALUE },
				 shape_link = { .part = { { "type", 2, FIELD_NUMBER } },
						.rest = REST_VALUE };

/* IANA, "Option Codes" of DHCPv6. */
const struct decode_row decode_options6[] = {
	{ DHCP6_OPT_CLIENTID, "CLIENTID", FIELD_OCTETS, NULL },
	{ DHCP6_OPT_SERVERID, "SERVERID", FIELD_OCTETS, NULL },
	{ DHCP6_OPT_IA_NA, "IA_NA", FIELD_OCTETS, &shape_ia },
	{ DHCP6_OPT_IA_TA, "IA_TA", FIELD_OCTETS, &shape_ta },
	{ 5, "IAADDR", FIELD_OCTETS, &shape_address },
	{ DHCP6_OPT_ORO, "ORO", FIELD_CODES16, NULL },
	{ DHCP6_OPT_PREFERENCE, "PREFERENCE", FIELD_NUMBER, NULL },
	{ DHCP6_OPT_ELAPSED_TIME, "ELAPSED_TIME", FIELD_NUMBER, NULL },
	{ DHCP6_OPT_RELAY_MSG, "RELAY_MSG", FIELD_OCTETS, &shape_message },
	{ 11, "AUTH", FIELD_OCTETS, NULL },
	{ 12, "UNICAST", FIELD_ADDRESSES6, NULL },
	{ DHCP6_OPT_STATUS_CODE, "STATUS_CODE", FIELD_TEXT, &shape_status },
	{ DHCP6_OPT_RAPID_COMMIT, "RAPID_COMMIT", FIELD_OCTETS, NULL },
	{ DHCP6_OPT_USER_CLASS, "USER_CLASS", FIELD_OCTETS, &shape_items },
	{ DHCP6_OPT_VENDOR_CLASS, "VENDOR_CLASS", FIELD_OCTETS, &shape_class },
	{ DHCP6_OPT_VENDOR_OPTS, "VENDOR_OPTS", FIELD_OCTETS, &shape_vendor },
	{ DHCP6_OPT_INTERFACE_ID, "INTERFACE_ID", FIELD_OCTETS, NULL },
	{ 23, "DNS_SERVERS", FIELD_ADDRESSES6, NULL },
	{ 24, "DOMAIN_LIST", FIELD_OCTETS, NULL },
	{ DHCP6_OPT_IA_PD, "IA_PD", FIELD_OCTETS, &shape_ia },
	{ 26, "IAPREFIX", FIELD_OCTETS, NULL },
	{ 37, "REMOTE_ID", FIELD_OCTETS, &shape_vendor },
	{ 38, "SUBSCRIBER_ID", FIELD_OCTETS, NULL },
	{ 39, "CLIENT_FQDN", FIELD_OCTETS, NULL },
	{ DHCP6_OPT_BOOTFILE_URL, "BOOTFILE_URL", FIELD_TEXT, NULL },
	{ DHCP6_OPT_BOOTFILE_PARAM, "BOOTFILE_PARAM", FIELD_OCTETS, &shape_items },
	{ DHCP6_OPT_CLIENT_ARCH_TYPE, "CLIENT_ARCH_TYPE", FIELD_ARCHES, NULL },
	{ DHCP6_OPT_NII, "NII", FIELD_OCTETS, &shape_interface },
	{ DHCP6_OPT_CLIENT_LINKLAYER_ADDR, "CLIENT_LINKLAYER_ADDR", FIELD_HARDWARE, &shape_link },
	{ DHCP6_OPT_RELAY_PORT, "RELAY_SOURCE_PORT", FIELD_NUMBER, NULL },
	{ 0, NULL, FIELD_OCTETS, NULL },
};

const struct decode_row *decode_row(const struct decode_row *table, uint16_t code)
{
	static const struct decode_row unknown = { 0, "", FIELD_OCTETS, NULL };

	for (; table->name; table++)
		if (table->code == code)
			return table;
	return &unknown;
}
