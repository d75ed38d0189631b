/* dhcp/choice: what firmware does with a list of offers. Each row is a network that was seen, or a
 * rule of a kind of firmware. */
#include <check.h>

#include "dhcp/choice.h"
#include "suite.h"

#define A(a, b, c, d)                                                                              \
	{                                                                                          \
		.family = IP_V4, .octet = { a, b, c, d }                                           \
	}

enum { MAX = 4 };

/* Servers of the rows: the DHCP server, two boot servers. */
#define DHCP_SERVER  A(10, 77, 0, 1)
#define BOOT_SERVER  A(10, 77, 0, 2)
#define BOOT_SERVER2 A(10, 77, 0, 3)

static const uint8_t menu[] = { 0x80, 0, 3, 'P', 'X', 'E' }, local[] = { 0, 0, 1, 'x' };
static const uint8_t list[] = { 0x80, 0, 1, 10, 77, 0, 3 };
static const uint8_t duid[] = { 0, 4, 1, 2, 3 };

#define TEXT(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}
#define OCTETS(array)                                                                              \
	{                                                                                          \
		array, sizeof(array)                                                               \
	}

#define NONE                                                                                       \
	{                                                                                          \
		.type = 0                                                                          \
	}
#define LEASE                                                                                      \
	.type = DHCP4_OFFER, .has_address = true, .address = A(10, 77, 0, 100),                    \
	.server_id = DHCP_SERVER
#define BOOT                                                                                       \
	.type = DHCP4_OFFER, .server_id = BOOT_SERVER, .class = OFFER_CLASS_PXE,                   \
	.class_text = TEXT("PXEClient"), .next_server = BOOT_SERVER
#define BOOT2                                                                                      \
	.type = DHCP4_OFFER, .server_id = BOOT_SERVER2, .class = OFFER_CLASS_PXE,                  \
	.class_text = TEXT("PXEClient"), .next_server = BOOT_SERVER2
#define AT_ONCE  .has_discovery = true, .has_control = true, .control = 8
#define PXE      .class = OFFER_CLASS_PXE, .class_text = TEXT("PXEClient")
#define HTTP     .class = OFFER_CLASS_HTTP, .class_text = TEXT("HTTPClient")
#define FILE_    .file = TEXT("boot.0")
#define URL      .file = TEXT("http://10.77.0.2/boot.efi")
#define NAME_URL .file = TEXT("http://boot.example/boot.efi")
#define LEASE6   .type = DHCP6_ADVERTISE, .has_address = true, .duid = OCTETS(duid)
#define BOOT6    .type = DHCP6_ADVERTISE, .duid = OCTETS(duid), PXE

static const struct {
	const char *what;
	struct made_client client;
	struct offer offers[MAX];
	size_t n;
	enum choice_step step;
	enum choice_result result; /* of CHOICE_END */
	int lease, boot;
	const char *file;
	enum offer_fate fates[MAX];
} rows[] = {
#define EDK2                                                                                       \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_EDK2, .arch = 7                                  \
	}
#define IPXE                                                                                       \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_IPXE, .arch = 0                                  \
	}
#define IPXE_EFI                                                                                   \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_IPXE, .arch = 7                                  \
	}
#define ROM                                                                                        \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_ROM, .arch = 0                                   \
	}
#define EDK2_HTTP                                                                                  \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_EDK2, .arch = 16, .http = true                   \
	}
#define EDK2_6                                                                                     \
	{                                                                                          \
		.family = IP_V6, .firmware = MADE_EDK2, .arch = 7                                  \
	}
#define IPXE_6                                                                                     \
	{                                                                                          \
		.family = IP_V6, .firmware = MADE_IPXE, .arch = 7                                  \
	}
	{ "nobody", EDK2, { NONE }, 0, CHOICE_END, CHOICE_NOBODY, -1, -1, "", { 0 } },
	{ "a lease alone",
	  EDK2,
	  { { LEASE } },
	  1,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE } },
	{ "no lease",
	  EDK2,
	  { { BOOT, FILE_, AT_ONCE } },
	  1,
	  CHOICE_END,
	  CHOICE_NO_LEASE,
	  -1,
	  -1,
	  "",
	  { OFFER_UNUSED } },

	/* EDK2: firmware-findings, one variation each. */
	{ "file without 43: asked all the same",
	  EDK2,
	  { { LEASE }, { BOOT, FILE_ } },
	  2,
	  CHOICE_ASK,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "file and 43.6 = 8",
	  EDK2,
	  { { LEASE }, { BOOT, FILE_, AT_ONCE } },
	  2,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  1,
	  "boot.0",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "43.6 = 8 without a file: PXE-E21",
	  EDK2,
	  { { LEASE }, { BOOT, AT_ONCE } },
	  2,
	  CHOICE_END,
	  CHOICE_AT_ONCE,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "no class",
	  EDK2,
	  { { LEASE }, { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, FILE_ } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_NO_CLASS } },
	{ "no server id",
	  EDK2,
	  { { LEASE }, { .type = DHCP4_OFFER, .class = OFFER_CLASS_PXE, FILE_, AT_ONCE } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_NO_SERVER_ID } },
	{ "the first of two",
	  EDK2,
	  { { BOOT, FILE_, AT_ONCE }, { LEASE }, { BOOT2, FILE_, AT_ONCE } },
	  3,
	  CHOICE_END,
	  CHOICE_FILE,
	  1,
	  0,
	  "boot.0",
	  { OFFER_BOOT, OFFER_LEASE, OFFER_OTHER_BOOT } },
	{ "a file before a redirect",
	  EDK2,
	  { { LEASE }, { BOOT }, { BOOT2, FILE_, AT_ONCE } },
	  3,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  2,
	  "boot.0",
	  { OFFER_LEASE, OFFER_REDIRECT, OFFER_BOOT } },
	{ "two redirects, one after the other",
	  EDK2,
	  { { LEASE }, { BOOT }, { BOOT2 } },
	  3,
	  CHOICE_ASK,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT, OFFER_NEXT } },
	{ "a lease server that says PXEClient",
	  EDK2,
	  { { LEASE, PXE }, { BOOT } },
	  2,
	  CHOICE_ASK,
	  0,
	  0,
	  0,
	  "",
	  { OFFER_LEASE_AND_BOOT, OFFER_BEHIND_CLASS } },
	{ "beside another lease server, a redirect loses to it",
	  EDK2,
	  { { LEASE }, { LEASE, PXE }, { BOOT } },
	  3,
	  CHOICE_ASK,
	  0,
	  1,
	  1,
	  "",
	  { OFFER_BEHIND_CLASS, OFFER_LEASE_AND_BOOT, OFFER_BEHIND_CLASS } },
	{ "and a file does not",
	  EDK2,
	  { { LEASE }, { LEASE, PXE }, { BOOT, FILE_, AT_ONCE } },
	  3,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  2,
	  "boot.0",
	  { OFFER_LEASE, OFFER_OTHER_LEASE, OFFER_BOOT } },
	{ "a lease server that boots",
	  EDK2,
	  { { LEASE, PXE, FILE_, AT_ONCE }, { BOOT } },
	  2,
	  CHOICE_END,
	  CHOICE_LEASE_FILE,
	  0,
	  0,
	  "boot.0",
	  { OFFER_LEASE_AND_BOOT, OFFER_BEHIND_CLASS } },
	{ "a lease server that names a file loses to a boot server",
	  EDK2,
	  { { LEASE, FILE_ }, { BOOT } },
	  2,
	  CHOICE_ASK,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "and boots where there is none",
	  EDK2,
	  { { LEASE }, { LEASE, FILE_ } },
	  2,
	  CHOICE_END,
	  CHOICE_LEASE_FILE,
	  1,
	  1,
	  "boot.0",
	  { OFFER_OTHER_LEASE, OFFER_LEASE_AND_BOOT } },
	{ "a URL",
	  EDK2,
	  { { LEASE }, { BOOT, URL, AT_ONCE } },
	  2,
	  CHOICE_END,
	  CHOICE_URL_FOR_PXE,
	  0,
	  1,
	  "http://10.77.0.2/boot.efi",
	  { OFFER_LEASE, OFFER_BOOT } },

	/* Menus. */
	{ "menu by a list",
	  EDK2,
	  { { LEASE },
	    { BOOT, .has_discovery = true, .has_control = true, .control = 3, .menu = OCTETS(menu),
	      .servers = OCTETS(list) } },
	  2,
	  CHOICE_ITEM,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "no list",
	  EDK2,
	  { { LEASE },
	    { BOOT, .has_discovery = true, .has_control = true, .control = 3,
	      .menu = OCTETS(menu) } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_LIST,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "no 43.6: multicast without a group",
	  EDK2,
	  { { LEASE },
	    { BOOT, .has_discovery = true, .menu = OCTETS(menu), .servers = OCTETS(list) } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_GROUP,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "the same in iPXE: the list",
	  IPXE,
	  { { LEASE },
	    { BOOT, .has_discovery = true, .menu = OCTETS(menu), .servers = OCTETS(list) } },
	  2,
	  CHOICE_ITEM,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "local disk",
	  IPXE,
	  { { LEASE }, { BOOT, .has_discovery = true, .control = 3, .menu = OCTETS(local) } },
	  2,
	  CHOICE_END,
	  CHOICE_LOCAL,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "a menu to iPXE in UEFI",
	  IPXE_EFI,
	  { { LEASE }, { BOOT, .has_discovery = true, .control = 3, .menu = OCTETS(menu) } },
	  2,
	  CHOICE_END,
	  CHOICE_EFI_MENU,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "a menu that iPXE does not show, for the class is longer, and no file",
	  IPXE,
	  { { LEASE },
	    { .type = DHCP4_OFFER,
	      .server_id = BOOT_SERVER,
	      .next_server = BOOT_SERVER,
	      .class = OFFER_CLASS_PXE,
	      .class_text = TEXT("PXEClient:more"),
	      .has_discovery = true,
	      .control = 3,
	      .menu = OCTETS(menu) } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "a menu, a file and 43.6 = 8: the file",
	  IPXE,
	  { { LEASE }, { BOOT, FILE_, AT_ONCE, .menu = OCTETS(menu) } },
	  2,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  1,
	  "boot.0",
	  { OFFER_LEASE, OFFER_BOOT } },

	/* iPXE. */
	{ "iPXE: siaddr and file",
	  IPXE,
	  { { LEASE }, { BOOT, FILE_ } },
	  2,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  1,
	  "boot.0",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "iPXE: no file: 4011",
	  IPXE,
	  { { LEASE }, { BOOT } },
	  2,
	  CHOICE_ASK,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "iPXE: file without siaddr: 4011",
	  IPXE,
	  { { LEASE }, { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, PXE, FILE_ } },
	  2,
	  CHOICE_ASK,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "iPXE: the lease's file comes first",
	  IPXE,
	  { { LEASE, FILE_, .next_server = DHCP_SERVER }, { BOOT, FILE_ } },
	  2,
	  CHOICE_END,
	  CHOICE_LEASE_FILE,
	  0,
	  0,
	  "boot.0",
	  { OFFER_LEASE_AND_BOOT, OFFER_BEHIND_LEASE } },
	{ "iPXE: but not before a priority",
	  IPXE,
	  { { LEASE, FILE_, .next_server = DHCP_SERVER }, { BOOT, URL, .priority = 1 } },
	  2,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  1,
	  "http://10.77.0.2/boot.efi",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "iPXE: a file on no server",
	  IPXE,
	  { { LEASE, FILE_ } },
	  1,
	  CHOICE_END,
	  CHOICE_NO_NEXT_SERVER,
	  0,
	  0,
	  "boot.0",
	  { OFFER_LEASE_AND_BOOT } },
	{ "iPXE: the last boot server before the lease",
	  IPXE,
	  { { BOOT, FILE_ }, { BOOT2, URL }, { LEASE } },
	  3,
	  CHOICE_END,
	  CHOICE_FILE,
	  2,
	  1,
	  "http://10.77.0.2/boot.efi",
	  { OFFER_REPLACED, OFFER_BOOT, OFFER_LEASE } },
	{ "iPXE: the higher priority",
	  IPXE,
	  { { BOOT, FILE_, .priority = 1 }, { BOOT2, URL }, { LEASE } },
	  3,
	  CHOICE_END,
	  CHOICE_FILE,
	  2,
	  0,
	  "boot.0",
	  { OFFER_BOOT, OFFER_PRIORITY, OFFER_LEASE } },
	{ "iPXE: waits no longer with both",
	  IPXE,
	  { { LEASE }, { BOOT, FILE_ }, { BOOT2, URL } },
	  3,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  1,
	  "boot.0",
	  { OFFER_LEASE, OFFER_BOOT, OFFER_LATE } },
	{ "iPXE: too late",
	  IPXE,
	  { { LEASE }, { BOOT, FILE_, .after_ms = 3500 } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_LATE } },
	{ "iPXE: is told not to wait",
	  IPXE,
	  { { LEASE, .is_without_proxy = true }, { BOOT, FILE_ } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_LATE } },
	{ "iPXE: a lease server that says PXEClient is its boot server",
	  IPXE,
	  { { BOOT, FILE_ }, { LEASE, PXE } },
	  2,
	  CHOICE_ASK,
	  0,
	  1,
	  1,
	  "",
	  { OFFER_REPLACED, OFFER_LEASE_AND_BOOT } },
	{ "iPXE: unless ours has a priority",
	  IPXE,
	  { { BOOT, FILE_, .priority = 1 }, { LEASE, PXE } },
	  2,
	  CHOICE_END,
	  CHOICE_FILE,
	  1,
	  0,
	  "boot.0",
	  { OFFER_BOOT, OFFER_LEASE } },

	/* A BIOS ROM. */
	{ "ROM: asks",
	  ROM,
	  { { LEASE }, { BOOT, FILE_ } },
	  2,
	  CHOICE_ASK,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "ROM: at once",
	  ROM,
	  { { LEASE }, { BOOT, FILE_, AT_ONCE } },
	  2,
	  CHOICE_END,
	  CHOICE_FILE,
	  0,
	  1,
	  "boot.0",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "ROM: no siaddr",
	  ROM,
	  { { LEASE }, { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, PXE } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_NO_NEXT_SERVER } },
	{ "ROM: the lease's file",
	  ROM,
	  { { LEASE, FILE_, .next_server = DHCP_SERVER } },
	  1,
	  CHOICE_END,
	  CHOICE_LEASE_FILE,
	  0,
	  0,
	  "boot.0",
	  { OFFER_LEASE_AND_BOOT } },

	/* HTTP Boot. */
	{ "HTTP: URL",
	  EDK2_HTTP,
	  { { LEASE }, { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, HTTP, URL } },
	  2,
	  CHOICE_END,
	  CHOICE_URL,
	  0,
	  1,
	  "http://10.77.0.2/boot.efi",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "HTTP: no URL",
	  EDK2_HTTP,
	  { { LEASE }, { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, HTTP, FILE_ } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_NO_URL } },
	{ "HTTP: an offer for PXE",
	  EDK2_HTTP,
	  { { LEASE }, { BOOT, FILE_ } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_OTHER_CLASS } },
	{ "HTTP: a name, and no DNS",
	  EDK2_HTTP,
	  { { LEASE }, { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, HTTP, NAME_URL } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_NO_DNS } },
	{ "HTTP: a name, and DNS from the lease",
	  EDK2_HTTP,
	  { { LEASE, .has_dns = true },
	    { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, HTTP, NAME_URL } },
	  2,
	  CHOICE_END,
	  CHOICE_URL,
	  0,
	  1,
	  "http://boot.example/boot.efi",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "HTTP: the lease server's URL comes first",
	  EDK2_HTTP,
	  { { .type = DHCP4_OFFER, .server_id = BOOT_SERVER, HTTP, NAME_URL },
	    { LEASE, HTTP, URL } },
	  2,
	  CHOICE_END,
	  CHOICE_URL,
	  1,
	  1,
	  "http://10.77.0.2/boot.efi",
	  { OFFER_BEHIND_CLASS, OFFER_LEASE_AND_BOOT } },

	/* IPv6. */
	{ "IPv6: asked",
	  EDK2_6,
	  { { LEASE6 }, { BOOT6, .file = TEXT("tftp://[fd77::2]/") } },
	  2,
	  CHOICE_ASK,
	  0,
	  0,
	  1,
	  "",
	  { OFFER_LEASE, OFFER_BOOT } },
	{ "IPv6: NoAddrsAvail",
	  EDK2_6,
	  { { LEASE6 }, { BOOT6, .is_refused = true } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_REFUSED } },
	{ "IPv6: the lease server says the class",
	  EDK2_6,
	  { { LEASE6, PXE, .file = TEXT("tftp://[fd77::1]/x") } },
	  1,
	  CHOICE_ASK,
	  0,
	  0,
	  0,
	  "",
	  { OFFER_LEASE_AND_BOOT } },
	{ "IPv6: the lease server's URL",
	  EDK2_6,
	  { { LEASE6, .file = TEXT("tftp://[fd77::1]/x") } },
	  1,
	  CHOICE_END,
	  CHOICE_LEASE_FILE,
	  0,
	  0,
	  "tftp://[fd77::1]/x",
	  { OFFER_LEASE_AND_BOOT } },
	{ "IPv6: iPXE knows no boot server",
	  IPXE_6,
	  { { LEASE6 }, { BOOT6, .file = TEXT("tftp://[fd77::2]/x") } },
	  2,
	  CHOICE_END,
	  CHOICE_NO_BOOT,
	  0,
	  -1,
	  "",
	  { OFFER_LEASE, OFFER_UNUSED } },
};

START_TEST(client_chooses)
{
	struct choice choice;

	choice_make(&rows[_i].client, rows[_i].offers, rows[_i].n, &choice);
	ck_assert_msg(choice.step == rows[_i].step, "%s: step %d, %s", rows[_i].what, choice.step,
		      choice_text(choice.result));
	if (choice.step == CHOICE_END)
		ck_assert_msg(choice.result == rows[_i].result, "%s: %s", rows[_i].what,
			      choice_text(choice.result));
	ck_assert_msg(choice.lease == rows[_i].lease && choice.boot == rows[_i].boot, "%s: %d %d",
		      rows[_i].what, choice.lease, choice.boot);
	ck_assert_msg(span_equal(choice.file, span_str(rows[_i].file)), "%s: file %.*s",
		      rows[_i].what, (int)choice.file.len, (const char *)choice.file.at);
	for (size_t i = 0; i < rows[_i].n; i++)
		ck_assert_msg(choice.fate[i] == rows[_i].fates[i], "%s: offer %zu: %s",
			      rows[_i].what, i, offer_fate_text(choice.fate[i]));
}
END_TEST

/* ---- behind the first step --------------------------------------------------------------------
 */

#define ACK  .type = DHCP4_ACK, .server_id = BOOT_SERVER, PXE
#define ITEM .has_item = true, .item = 0x8000

static const struct {
	const char *what;
	struct made_client client;
	struct offer offers[MAX];
	size_t n, answers;
	struct offer answer[2]; /* .type 0: none */
	enum choice_result result;
	const char *file;
	struct ip server;
} roads[] = {
	{ "file",
	  EDK2,
	  { { LEASE }, { BOOT } },
	  2,
	  1,
	  { { ACK, FILE_, .next_server = BOOT_SERVER2 } },
	  CHOICE_ANSWERED,
	  "boot.0",
	  BOOT_SERVER2 },
	{ "options 66 and 67 alone",
	  EDK2,
	  { { LEASE }, { BOOT } },
	  2,
	  1,
	  { { ACK, FILE_ } },
	  CHOICE_ANSWERED,
	  "boot.0",
	  BOOT_SERVER },
	{ "nobody on 4011",
	  EDK2,
	  { { LEASE }, { BOOT } },
	  2,
	  1,
	  { NONE },
	  CHOICE_NO_ANSWER,
	  "",
	  { 0 } },
	{ "the second answers",
	  EDK2,
	  { { LEASE }, { BOOT }, { BOOT2 } },
	  3,
	  2,
	  { NONE, { ACK, FILE_, .next_server = BOOT_SERVER2 } },
	  CHOICE_ANSWERED,
	  "boot.0",
	  BOOT_SERVER2 },
	{ "no file", EDK2, { { LEASE }, { BOOT } }, 2, 1, { { ACK } }, CHOICE_NO_FILE, "", { 0 } },
	{ "a ROM is told to boot at once, and no file",
	  ROM,
	  { { LEASE }, { BOOT } },
	  2,
	  1,
	  { { ACK, AT_ONCE, .next_server = BOOT_SERVER } },
	  CHOICE_NO_FILE,
	  "",
	  { 0 } },
	{ "the lease server's 4011 is silent",
	  EDK2,
	  { { LEASE, PXE }, { BOOT } },
	  2,
	  1,
	  { NONE },
	  CHOICE_LEASE_SILENT,
	  "",
	  { 0 } },
	{ "menu behind a redirect",
	  EDK2,
	  { { LEASE }, { BOOT } },
	  2,
	  2,
	  { { ACK, .has_discovery = true, .has_control = true, .control = 3, .menu = OCTETS(menu),
	      .servers = OCTETS(list) },
	    { ACK, FILE_, ITEM, .next_server = BOOT_SERVER } },
	  CHOICE_ANSWERED,
	  "boot.0",
	  BOOT_SERVER2 }, /* from whom it asked */
	{ "item",
	  IPXE,
	  { { LEASE },
	    { BOOT, .has_discovery = true, .control = 3, .menu = OCTETS(menu),
	      .servers = OCTETS(list) } },
	  2,
	  1,
	  { { ACK, FILE_, ITEM, .next_server = BOOT_SERVER } },
	  CHOICE_ANSWERED,
	  "boot.0",
	  BOOT_SERVER },
	{ "iPXE wants its item back",
	  IPXE,
	  { { LEASE },
	    { BOOT, .has_discovery = true, .control = 3, .menu = OCTETS(menu),
	      .servers = OCTETS(list) } },
	  2,
	  1,
	  { { ACK, FILE_, .next_server = BOOT_SERVER } },
	  CHOICE_NO_ANSWER,
	  "",
	  { 0 } },
	{ "iPXE: an answer without siaddr is none",
	  IPXE,
	  { { LEASE }, { BOOT } },
	  2,
	  1,
	  { { ACK, FILE_ } },
	  CHOICE_NO_FILE,
	  "",
	  { 0 } },
	{ "iPXE: a silent 4011, and the lease's file",
	  IPXE,
	  { { LEASE, FILE_, .next_server = DHCP_SERVER }, { BOOT } },
	  2,
	  1,
	  { NONE },
	  CHOICE_LEASE_FILE,
	  "boot.0",
	  DHCP_SERVER },
	{ "IPv6",
	  EDK2_6,
	  { { LEASE6 }, { BOOT6, .file = TEXT("tftp://[fd77::2]/") } },
	  2,
	  1,
	  { { .type = DHCP6_REPLY,
	      .duid = OCTETS(duid),
	      .file = TEXT("tftp://[fd77::2]/boot.efi") } },
	  CHOICE_ANSWERED,
	  "tftp://[fd77::2]/boot.efi",
	  { 0 } },
};

START_TEST(client_goes_on)
{
	struct choice choice;

	choice_make(&roads[_i].client, roads[_i].offers, roads[_i].n, &choice);
	for (size_t i = 0; i < roads[_i].answers; i++) {
		const struct offer *answer = &roads[_i].answer[i];

		ck_assert_msg(choice.step != CHOICE_END, "%s: %s", roads[_i].what,
			      choice_text(choice.result));
		choice_go_on(&roads[_i].client, roads[_i].offers, answer->type ? answer : NULL,
			     &choice);
	}
	ck_assert_msg(choice.step == CHOICE_END, "%s: not at its end", roads[_i].what);
	ck_assert_msg(choice.result == roads[_i].result, "%s: %s", roads[_i].what,
		      choice_text(choice.result));
	ck_assert_msg(span_equal(choice.file, span_str(roads[_i].file)), "%s", roads[_i].what);
	ck_assert_msg(ip_equal(&choice.server, &roads[_i].server), "%s: another server",
		      roads[_i].what);
}
END_TEST

START_TEST(whom_it_asks)
{
	static const struct offer offers[] = {
		{ LEASE },
		{ .type = DHCP4_OFFER, .server_id = BOOT_SERVER, .next_server = BOOT_SERVER2, PXE },
	};
	static const struct made_client edk2 = EDK2, ipxe = IPXE;
	static const struct ip by_siaddr = BOOT_SERVER2, by_id = BOOT_SERVER;
	struct choice choice;

	choice_make(&edk2, offers, 2, &choice);
	ck_assert(ip_equal(&choice.to, &by_siaddr));
	choice_make(&ipxe, offers, 2, &choice);
	ck_assert(ip_equal(&choice.to, &by_id));
}
END_TEST

START_TEST(texts_are_there)
{
	for (int i = 0; i <= OFFER_NOT_OFFER; i++)
		ck_assert_uint_gt(strlen(offer_fate_text(i)), 0);
	for (int i = 0; i <= CHOICE_BAD_URL; i++)
		ck_assert_uint_gt(strlen(choice_text(i)), 0);
	ck_assert(choice_boots(CHOICE_URL) && !choice_boots(CHOICE_NOBODY));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("choice");

	TEST_ROWS(tcase, client_chooses, rows);
	TEST_ROWS(tcase, client_goes_on, roads);
	tcase_add_test(tcase, whom_it_asks);
	tcase_add_test(tcase, texts_are_there);
	return suite_run("choice", tcase);
}
