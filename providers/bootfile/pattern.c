#include "pattern.h"

#include <arpa/inet.h>
#include <stdlib.h>

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool octet_parse(const char *text, uint8_t *out)
{
	int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);

	if (low < 0)
		return false;
	*out = (uint8_t)(high << 4 | low);
	return true;
}

/* How the octets of a MAC address are grouped, as far as it was read. */
struct grouping {
	char sign;     /* between groups: '.', or ':' for '-' too; 0: not known */
	unsigned size; /* octets in each group, once a sign was seen */
	unsigned n;    /* octets in this group */
};

/* Takes the sign behind an octet, if one must be or may be here. False: it is another. */
static bool take_sign(struct grouping *grouping, const char **text)
{
	char sign = **text == '-' ? ':' : **text;

	grouping->n++;
	if (sign != ':' && sign != '.')
		return grouping->size == 0 || grouping->n < grouping->size;
	if (grouping->size == 0 && grouping->n <= 3) {
		grouping->sign = sign;
		grouping->size = grouping->n;
	}
	if (grouping->sign != sign || grouping->n != grouping->size)
		return false;
	grouping->n = 0;
	++*text;
	return true;
}

/* A pattern's octets, and a bit for each that any octet fits. */
static bool mac_octets(const char *text, uint8_t at[MAC_LEN], unsigned *any)
{
	struct grouping grouping = { .n = 0 };

	for (unsigned n = 0; n < MAC_LEN;) {
		bool star = *text == '*';

		if (star && text[1] == '\0' && !(n > 0 && *any >> (n - 1) & 1)) {
			*any |= 0x3fu & ~0u << n;
			return true;
		}
		if (!star && !octet_parse(text, &at[n]))
			return false;
		text += star ? 1 : 2;
		*any |= (unsigned)star << n++;
		if (n == MAC_LEN)
			return *text == '\0';
		if (*text == '\0' || !take_sign(&grouping, &text))
			return false;
	}
	return false;
}

bool mac_parse(const char *text, struct mac_pattern *out)
{
	unsigned any = 0;

	memset(out, 0, sizeof *out);
	if (!mac_octets(text, out->at, &any))
		return false;
	out->n = any == 0 ? MAC_LEN : (uint8_t)__builtin_ctz(any);
	out->more = (uint8_t)(0x3fu & ~any & ~0u << out->n);
	return true;
}

/* Where an octet of the first three fields is in the other order. */
static const uint8_t turned_from[UUID_LEN] = {
	3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15
};

static void uuid_turn(const uint8_t in[UUID_LEN], uint8_t out[UUID_LEN])
{
	for (int i = 0; i < UUID_LEN; i++)
		out[i] = in[turned_from[i]];
}

enum { UUID_FIELD = 4 }; /* octets of the first field */

/* The dash before an octet of a text that has them. */
static bool is_dash_before(int octet_number)
{
	return octet_number == 4 || octet_number == 6 || octet_number == 8 || octet_number == 10;
}

/* A `*` for the rest, or one for each field of it. */
static bool is_uuid_rest(const char *text)
{
	while (text[0] == '*' && text[1] == '-')
		text += 2;
	return strcmp(text, "*") == 0;
}

/* Its octets in the text's order: how many; -1 where it is none. */
static int uuid_octets(const char *text, bool dashes, const char *end, uint8_t out[UUID_LEN])
{
	for (int i = 0; i < UUID_LEN; i++) {
		if (dashes && is_dash_before(i) && *text == '-')
			text++;
		else if (dashes && is_dash_before(i) && *text != '*')
			return -1;
		if (*text == '*')
			return *end == '\0' && is_uuid_rest(text) ? i : -1;
		if (!octet_parse(text, &out[i]))
			return -1;
		text += 2;
	}
	return strcmp(text, end) == 0 ? UUID_LEN : -1;
}

bool uuid_parse(const char *text, struct uuid_pattern *out)
{
	uint8_t straight[UUID_LEN] = { 0 };
	bool braces = *text == '{', dashes;
	int n;

	memset(out, 0, sizeof *out);
	text += braces;
	dashes = strlen(text) > 8 && text[8] == '-';
	n = uuid_octets(text, dashes, braces ? "}" : "", straight);
	if (n < 0 || (!dashes && n > UUID_FIELD && n < UUID_LEN))
		return false;
	out->open = (uint8_t)(UUID_LEN - n);
	out->one = !dashes && n == UUID_LEN;
	if (out->one)
		memcpy(out->turned, straight, UUID_LEN);
	else
		uuid_turn(straight, out->turned);
	return true;
}

bool address_parse(const char *text, PXE_BOOT_IP *out)
{
	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, text, out->bAddress) == 1)
		out->uAddrLen = 4;
	else if (inet_pton(AF_INET6, text, out->bAddress) == 1)
		out->uAddrLen = 16;
	return out->uAddrLen > 0;
}

bool subnet_parse(const char *text, struct subnet_pattern *out)
{
	const char *slash = strchr(text, '/');
	char base[INET6_ADDRSTRLEN];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char *end = NULL;
	unsigned long bits;

	if (len >= sizeof base)
		return false;
	memcpy(base, text, len);
	base[len] = '\0';
	if (!address_parse(base, &out->base))
		return false;
	out->bits = (uint8_t)(out->base.uAddrLen * 8);
	if (!slash)
		return out->base.bAddress[out->base.uAddrLen - 1] != 0;
	if (slash[1] < '0' || slash[1] > '9')
		return false;
	bits = strtoul(slash + 1, &end, 10);
	if (*end != '\0' || bits > out->bits)
		return false;
	out->bits = (uint8_t)bits;
	return true;
}

bool duid_parse(const char *text, struct duid_pattern *out)
{
	out->len = 0;
	for (;;) {
		if (out->len == DUID_MAX || !octet_parse(text, &out->at[out->len]))
			return false;
		out->len++;
		text += 2;
		if (*text == '\0')
			return out->len >= 3;
		if (*text == ':' || *text == '-')
			text++;
	}
}

bool mac_matches(const struct mac_pattern *pattern, PXE_BOOT_OCTETS mac)
{
	if (mac.cbData != MAC_LEN || memcmp(pattern->at, mac.pData, pattern->n) != 0)
		return false;
	for (unsigned left = pattern->more; left != 0; left &= left - 1) {
		int i = __builtin_ctz(left);

		if (pattern->at[i] != mac.pData[i])
			return false;
	}
	return true;
}

/* A bit for each octet that counts. */
static unsigned mac_bits(const struct mac_pattern *pattern)
{
	return ((1u << pattern->n) - 1) | pattern->more;
}

bool mac_covers(const struct mac_pattern *a, const struct mac_pattern *b)
{
	return (mac_bits(a) & ~mac_bits(b)) == 0 && mac_matches(a, octets_of(b->at, MAC_LEN));
}

unsigned uuid_turned_bits(const struct uuid_pattern *pattern)
{
	unsigned bits = 0;

	for (int i = 0; i < UUID_LEN; i++)
		if (turned_from[i] < UUID_LEN - pattern->open)
			bits |= 1u << i;
	return bits;
}

static bool turned_begins(const struct uuid_pattern *pattern, const uint8_t uuid[UUID_LEN])
{
	unsigned bits = uuid_turned_bits(pattern);

	for (int i = 0; i < UUID_LEN; i++)
		if ((bits >> i & 1) != 0 && pattern->turned[i] != uuid[i])
			return false;
	return true;
}

/* Turned twice it is what it was. */
void uuid_straight(const struct uuid_pattern *pattern, uint8_t out[UUID_LEN])
{
	if (pattern->one)
		memcpy(out, pattern->turned, UUID_LEN);
	else
		uuid_turn(pattern->turned, out);
}

static bool straight_begins(const struct uuid_pattern *pattern, const uint8_t uuid[UUID_LEN])
{
	for (int i = 0; i < UUID_LEN - pattern->open; i++)
		if (pattern->turned[pattern->one ? i : turned_from[i]] != uuid[i])
			return false;
	return true;
}

/* The last octets of a whole one are the same in both forms. */
bool uuid_matches(const struct uuid_pattern *pattern, const uint8_t uuid[UUID_LEN])
{
	if (pattern->open > 0)
		return straight_begins(pattern, uuid) || turned_begins(pattern, uuid);
	return memcmp(pattern->turned + 8, uuid + 8, UUID_LEN - 8) == 0 &&
	       (memcmp(pattern->turned, uuid, 8) == 0 || straight_begins(pattern, uuid));
}

bool uuid_covers(const struct uuid_pattern *a, const struct uuid_pattern *b)
{
	uint8_t straight[UUID_LEN];

	uuid_straight(b, straight);
	return a->open >= b->open && straight_begins(a, straight) &&
	       (a->open > 0 || memcmp(a->turned, b->turned, UUID_LEN) == 0);
}

bool subnet_holds(const struct subnet_pattern *subnet, const PXE_BOOT_IP *address)
{
	unsigned whole = subnet->bits / 8, rest = subnet->bits % 8;

	if (address->uAddrLen != subnet->base.uAddrLen ||
	    memcmp(subnet->base.bAddress, address->bAddress, whole) != 0)
		return false;
	return rest == 0 ||
	       (subnet->base.bAddress[whole] ^ address->bAddress[whole]) >> (8 - rest) == 0;
}

bool subnet_covers(const struct subnet_pattern *a, const struct subnet_pattern *b)
{
	return a->bits <= b->bits && subnet_holds(a, &b->base);
}

void address_text(const PXE_BOOT_IP *address, char out[64])
{
	out[0] = '\0';
	inet_ntop(address->uAddrLen == 4 ? AF_INET : AF_INET6, address->bAddress, out, 64);
}

void subnet_clear_host(struct subnet_pattern *subnet)
{
	for (unsigned bit = subnet->bits; bit < subnet->base.uAddrLen * 8u; bit++)
		subnet->base.bAddress[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}

/* ---- what a client, a port or a value is called ------------------------------------------------
 */

/* Pairs of digits, with a `:` between if `colons`, and perhaps a `*` at the end. */
static bool id_octets(const char *text, bool colons, struct id_pattern *out)
{
	for (out->len = 0; strcmp(text, "*") != 0; text += 2) {
		if (out->len > 0 && *text == '\0')
			return true;
		if (colons && out->len > 0 && *text++ != ':')
			return false;
		if (strcmp(text, "*") == 0)
			break;
		if (out->len == ID_MAX || !octet_parse(text, &out->at[out->len]))
			return false;
		out->len++;
	}
	out->begins = true;
	return true;
}

static bool id_text(const char *text, struct id_pattern *out)
{
	size_t len = strcspn(text, "*");

	if (len > ID_MAX || (text[len] == '*' && text[len + 1] != '\0'))
		return false;
	memcpy(out->at, text, len);
	out->len = (uint8_t)len;
	out->begins = text[len] == '*';
	out->is_text = true;
	return len > 0 || out->begins;
}

/* Two octets with a `:` between, or one and `:*`. */
static bool looks_like_octets(const char *text)
{
	uint8_t unused;

	return octet_parse(text, &unused) && text[2] == ':' &&
	       (octet_parse(text + 3, &unused) || strcmp(text + 3, "*") == 0);
}

bool octets_parse(const char *text, struct id_pattern *out)
{
	memset(out, 0, sizeof *out);
	if (strncmp(text, "0x", 2) == 0)
		text += 2;
	return id_octets(text, strchr(text, ':') != NULL, out);
}

bool id_parse(const char *text, struct id_pattern *out)
{
	memset(out, 0, sizeof *out);
	if (strncmp(text, "text:", 5) == 0)
		return id_text(text + 5, out);
	if (strncmp(text, "0x", 2) == 0)
		return octets_parse(text, out);
	return looks_like_octets(text) ? id_octets(text, true, out) : id_text(text, out);
}

bool id_matches(const struct id_pattern *pattern, PXE_BOOT_OCTETS octets)
{
	PXE_BOOT_OCTETS wanted = octets_of(pattern->at, pattern->len);

	return pattern->begins ? octets_begin(octets, wanted) : octets_equal(octets, wanted);
}

bool id_covers(const struct id_pattern *a, const struct id_pattern *b)
{
	return (a->begins || !b->begins) && (a->is_text || !b->is_text) &&
	       id_matches(a, octets_of(b->at, b->len));
}

/* A number of up to three digits that an octet holds; the text is behind it then. */
static bool small_number(const char **text, uint8_t *out)
{
	unsigned number = 0;
	int n = 0;

	for (; n < 3 && **text >= '0' && **text <= '9'; n++, ++*text)
		number = 10 * number + (unsigned)(**text - '0');
	*out = (uint8_t)number;
	return n > 0 && number <= UINT8_MAX;
}

bool version_parse(const char *text, struct version_pattern *out)
{
	memset(out, 0, sizeof *out);
	if (!small_number(&text, &out->major))
		return false;
	out->any_minor = *text == '\0' || strcmp(text, ".*") == 0;
	if (out->any_minor)
		return true;
	return *text++ == '.' && small_number(&text, &out->minor) && *text == '\0';
}

bool version_covers(const struct version_pattern *a, const struct version_pattern *b)
{
	return a->major == b->major && (a->any_minor || (!b->any_minor && a->minor == b->minor));
}

bool name_begins(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && name[len - 1] == '*';
}

bool name_matches(const char *name, PXE_BOOT_OCTETS octets)
{
	return name_begins(name) ? octets_begin(octets, octets_of(name, strlen(name) - 1))
				 : octets_equal(octets, octets_text(name));
}

/* Goes back to the last `*` alone: what one takes, a later one can take too. */
bool glob_matches(const char *glob, PXE_BOOT_OCTETS octets)
{
	const char *star = NULL;
	size_t at = 0, from = 0;

	while (at < octets.cbData) {
		if (*glob == '*') {
			star = ++glob;
			from = at;
		} else if (*glob != '\0' && (uint8_t)*glob == octets.pData[at]) {
			glob++;
			at++;
		} else if (star) {
			glob = star;
			at = ++from;
		} else {
			return false;
		}
	}
	return glob[strspn(glob, "*")] == '\0';
}

bool target_parse(const char *text, struct target *out)
{
	memset(out, 0, sizeof *out);
	if (subnet_parse(text, &out->subnet))
		return true;
	if (strpbrk(text, "/: ") || strlen(text) >= sizeof out->interface)
		return false;
	if (text[strspn(text, "0123456789.")] == '\0') /* what is no address */
		return false;
	memcpy(out->interface, text, strlen(text));
	return true;
}

bool target_covers(const struct target *a, const struct target *b)
{
	if (a->interface[0] != '\0' || b->interface[0] != '\0')
		return a->interface[0] != '\0' && b->interface[0] != '\0' &&
		       name_matches(a->interface, octets_text(b->interface)) &&
		       (name_begins(a->interface) || !name_begins(b->interface));
	return subnet_covers(&a->subnet, &b->subnet);
}
