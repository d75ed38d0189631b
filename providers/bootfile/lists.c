#include "list_type.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "members.h"
#include "room.h"

int list_room(const struct keys *keys, const char *name, const struct scalars *scalars, size_t size,
	      void **out)
{
	int r = keys_want_texts(keys, name, scalars);

	*out = room_new((scalars->n + 1) * size);
	return *out ? r : -ENOMEM;
}

/* ---- architectures ----------------------------------------------------------------------------
 */

/* 00:07, as dhcpd's option 93 is compared, or 0x0007, as Kea's. */
static bool octets_of_dhcpd(const char *text, ULONG *out)
{
	unsigned high, low;
	int end = 0;

	if (sscanf(text, "%2x:%2x%n", &high, &low, &end) == 2 && end > 0 && !text[end]) {
		*out = high << 8 | low;
		return true;
	}
	return strncasecmp(text, "0x", 2) == 0 && sscanf(text, "%6x%n", out, &end) == 1 &&
	       !text[end];
}

static int arch_compile(const struct keys *keys, const char *name, size_t i,
			const struct scalar *scalar, uint16_t *out)
{
	const char *meant;
	ULONG code;

	if (!scalar->text && scalar->number > UINT16_MAX)
		return keys_error_member(
			keys, name, i,
			"%d is not an architecture: write a number from 0 to 65535 [W0141]",
			(int)scalar->number); /* as it was written: -1 too */
	if (!scalar->text) {
		*out = (uint16_t)scalar->number;
		return 0;
	}
	code = PxeBootArchParse(scalar->text);
	if (code != PXE_BOOT_ARCH_NONE) {
		*out = (uint16_t)code;
		return 0;
	}
	if (scalar->text[0] && scalar->text[strspn(scalar->text, "0123456789")] == '\0')
		return keys_error_member(keys, name, i,
					 "\"%s\" is in quotes, and so no number: write arch = %s; "
					 "without them [W0141]",
					 scalar->text, scalar->text);
	if (octets_of_dhcpd(scalar->text, &code))
		return keys_error_member(keys, name, i,
					 "\"%s\" is a number as dhcpd or Kea writes it: write "
					 "arch = %u; [W0141]",
					 scalar->text, (unsigned)code);
	meant = PxeBootArchMeant(scalar->text);
	if (meant)
		return keys_error_member(
			keys, name, i, "unknown architecture \"%s\": did you mean \"%s\"? [W0141]",
			scalar->text, meant);
	return keys_error_member(
		keys, name, i,
		"unknown architecture \"%s\": see wdspxed-bootfile(5) for their names [W0141]",
		scalar->text);
}

static int archs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			 struct archs *out)
{
	int r = 0;

	if (scalars->n == 0)
		return keys_error(keys, name, "the list is empty [W0119]");
	out->at = room_new(scalars->n * sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; i < scalars->n; i++)
		if (arch_compile(keys, name, i, &scalars->at[i], &out->at[out->n]) == 0)
			out->n++;
		else
			r = -EINVAL;
	return r;
}

/* ---- MAC addresses ----------------------------------------------------------------------------
 */

/* How a MAC address, or the beginning of one, is written that was written like this. */
static const char *mac_remedy(const char *text)
{
	size_t digits = 0, signs = 0;

	for (const char *c = text; *c; c++) {
		signs += *c == ':' || *c == '-';
		if (isxdigit((unsigned char)*c))
			digits++;
		else if (*c != ':' && *c != '-' && *c != '.' && *c != '*')
			return "its digits must be 0 to 9 and a to f";
	}
	if (digits == 14 && (strncmp(text, "01", 2) == 0))
		return "remove the leading 01, which is the hardware type";
	if (strchr(text, '*'))
		return "a * stands for whole bytes: 00:11:22:* or 00:*:22:33:44:55";
	if (digits < 12 && signs == 5)
		return "each of its bytes must have two digits: 00:01:02:03:04:05";
	if (digits < 12)
		return "it must have 6 bytes; write 00:11:22:* to match a prefix";
	return "write 00:11:22:33:44:55";
}

static int mac_read(const struct keys *keys, const char *name, size_t i, const char *text,
		    struct mac_pattern *out)
{
	if (mac_parse(text, out))
		return 0;
	return keys_error_member(keys, name, i, "\"%s\" is not a MAC address: %s [W0142]", text,
				 mac_remedy(text));
}

LIST_COMPILE(static, macs, macs, mac_read)
LIST_DONE(macs, macs)

/* ---- UUIDs and DUIDs
 * --------------------------------------------------------------------------
 */

static int uuid_read(const struct keys *keys, const char *name, size_t i, const char *text,
		     struct uuid_pattern *out)
{
	if (uuid_parse(text, out))
		return 0;
	return keys_error_member(keys, name, i,
				 "\"%s\" is not a UUID such as "
				 "3b6c1a52-7f0e-4d8b-9a41-525400770001, or its beginning such as "
				 "3b6c1a52-* [W0143]",
				 text);
}

LIST_COMPILE(extern, uuids, uuids, uuid_read)
LIST_DONE(uuids, uuids)

static int duid_read(const struct keys *keys, const char *name, size_t i, const char *text,
		     struct duid_pattern *out)
{
	if (duid_parse(text, out))
		return 0;
	return keys_error_member(
		keys, name, i, "\"%s\" is not a DUID such as 00:03:00:01:52:54:00:77:00:01 [W0144]",
		text);
}

LIST_COMPILE(static, duids, duids, duid_read)
LIST_DONE(duids, duids)

/* ---- subnets
 * ----------------------------------------------------------------------------------
 */

static const char *subnet_remedy(const char *text)
{
	const char *slash = strchr(text, '/');
	PXE_BOOT_IP address;

	if (strchr(text, '*'))
		return "wildcards are not supported, write its prefix length: 10.0.0.0/24";
	if (slash && strchr(slash, '.'))
		return "write the prefix length instead of the mask: 10.0.0.0/24";
	if (!slash && address_parse(text, &address))
		return "its prefix length is missing: 10.0.0.0/24";
	if (strchr(text, '-') && !slash)
		return "ranges are not supported, write one or more subnets like 10.0.0.0/24";
	return "write 10.0.0.0/24 or fd77::/64";
}

void doubt_host_bits(const struct keys *keys, const char *name, size_t i, const char *text,
		     const struct subnet_pattern *subnet)
{
	struct subnet_pattern whole = *subnet;
	char base[64];

	subnet_clear_host(&whole);
	if (memcmp(whole.base.bAddress, subnet->base.bAddress, sizeof whole.base.bAddress) == 0)
		return;
	address_text(&whole.base, base);
	keys_warn_member(keys, name, i,
			 "\"%s\" has bits set after its prefix length: taken as %s/%u [W0145]",
			 text, base, subnet->bits);
}

static int subnet_read(const struct keys *keys, const char *name, size_t i, const char *text,
		       struct subnet_pattern *out)
{
	if (!subnet_parse(text, out))
		return keys_error_member(keys, name, i, "\"%s\" is not a subnet: %s [W0146]", text,
					 subnet_remedy(text));
	doubt_host_bits(keys, name, i, text, out);
	return 0;
}

LIST_COMPILE(static, subnets, subnets, subnet_read)
LIST_DONE(subnets, subnets)

/* ---- texts
 * ------------------------------------------------------------------------------------
 */

static int text_read(const struct keys *keys, const char *name, size_t i, const char *text,
		     char **out)
{
	if (strlen(text) > TEXT_MAX)
		return keys_error_member(keys, name, i, "is longer than %d bytes [W0125]",
					 TEXT_MAX);
	*out = strdup(text);
	return *out ? 0 : -ENOMEM;
}

LIST_COMPILE(extern, texts, texts, text_read)

void texts_done(struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->at[i]);
	room_free(texts->at);
	*texts = (struct texts){ NULL, 0 };
}

LIST_DONE(archs, archs)

/* ---- IP versions ------------------------------------------------------------------------------
 */

static int families_compile(const struct keys *keys, const char *name,
			    const struct scalars *scalars, struct families *out)
{
	int r = 0;

	if (scalars->n == 0)
		return keys_error(keys, name, "the list is empty [W0119]");
	for (size_t i = 0; i < scalars->n; i++) {
		const struct scalar *scalar = &scalars->at[i];

		if (scalar->text || (scalar->number != 4 && scalar->number != 6))
			r = keys_error_member(keys, name, i, "must be 4 or 6 [W0117]");
		else
			out->bits |= scalar->number == 4 ? FAMILY_4 : FAMILY_6;
	}
	return r;
}

static void families_done(struct families *families)
{
	families->bits = 0;
}

/* ---- which of two holds wherever the other does ------------------------------------------------
 */

static bool arch_same(const uint16_t *a, const uint16_t *b)
{
	return *a == *b;
}

static bool text_same(char *const *a, char *const *b)
{
	return strcmp(*a, *b) == 0;
}

static bool text_begins(char *const *a, char *const *b)
{
	return octets_begin(octets_text(*b), octets_text(*a));
}

static bool duid_same(const struct duid_pattern *a, const struct duid_pattern *b)
{
	return octets_equal(octets_of(a->at, a->len), octets_of(b->at, b->len));
}

static bool name_covers(char *const *a, char *const *b)
{
	return name_matches(*a, octets_text(*b));
}

static bool group_covers(char *const *a, char *const *b)
{
	return strcmp(*a, "*") == 0 || strcmp(*a, *b) == 0;
}

COVERS(archs, archs, arch_same)
COVERS(macs, macs, mac_covers)
COVERS(uuids, uuids, uuid_covers)
COVERS(texts, texts, text_same)
COVERS(beginnings, texts, text_begins)
COVERS(names, texts, name_covers)
COVERS(groups, texts, group_covers)
COVERS(subnets, subnets, subnet_covers)
COVERS(duids, duids, duid_same)

static bool families_cover(const struct families *a, const struct families *b)
{
	return (b->bits & ~a->bits) == 0;
}

/* ---- the kinds ---------------------------------------------------------------------------------
 */

const union list list_none;

/* Texts are owned, and families are no members. */
enum { texts_size = 0, families_size = 0 };

LIST_TYPE(archs, archs)
LIST_TYPE(macs, macs)
LIST_TYPE(uuids, uuids)
LIST_TYPE(texts, texts)
LIST_TYPE(names, texts)
LIST_TYPE(groups, texts)
LIST_TYPE(beginnings, texts)
LIST_TYPE(subnets, subnets)
LIST_TYPE(duids, duids)
LIST_TYPE(families, families)
