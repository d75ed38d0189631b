#include "members.h"

static struct member whole(const void *at, size_t len)
{
	return (struct member){ .form = MEMBER_WHOLE, .octets = octets_of(at, len) };
}

static struct member beginning(const void *at, size_t len, unsigned bits)
{
	return (struct member){ .form = MEMBER_BEGINNING,
				.bits = (uint16_t)bits,
				.octets = octets_of(at, len) };
}

/* Of `at`, which has 16 octets at most, those that `bits` names, the first one in its lowest. */
static struct member masked(const void *at, size_t len, unsigned bits)
{
	struct member member = { .form = MEMBER_MASKED, .octets = octets_of(at, len) };

	for (size_t i = 0; i < len; i++)
		member.mask[i] = bits >> i & 1 ? 0xff : 0;
	return member;
}

bool archs_member(const struct archs *list, size_t i, struct member *out)
{
	if (i >= list->n)
		return false;
	*out = whole(&list->at[i], sizeof list->at[i]);
	return true;
}

bool macs_member(const struct macs *list, size_t i, struct member *out)
{
	const struct mac_pattern *mac;

	if (i >= list->n)
		return false;
	mac = &list->at[i];
	if (mac->more != 0)
		*out = masked(mac->at, MAC_LEN, ((1u << mac->n) - 1) | mac->more);
	else
		*out = mac->n == MAC_LEN ? whole(mac->at, MAC_LEN)
					 : beginning(mac->at, MAC_LEN, 8u * mac->n);
	return true;
}

static void straight(const struct uuid_pattern *uuid, struct member *out)
{
	*out = uuid->open == 0
		       ? whole(out->mask, UUID_LEN)
		       : beginning(out->mask, UUID_LEN, 8u * (UUID_LEN - (unsigned)uuid->open));
	uuid_straight(uuid, out->mask);
}

/* Two each, for there are two forms on the wire. */
bool uuids_member(const struct uuids *list, size_t i, struct member *out)
{
	const struct uuid_pattern *uuid;

	if (i / 2 >= list->n)
		return false;
	uuid = &list->at[i / 2];
	if (i % 2)
		straight(uuid, out);
	else if (uuid->open == 0)
		*out = whole(uuid->turned, UUID_LEN);
	else
		*out = masked(uuid->turned, UUID_LEN, uuid_turned_bits(uuid));
	return true;
}

bool subnets_member(const struct subnets *list, size_t i, struct member *out)
{
	const struct subnet_pattern *subnet;

	if (i >= list->n)
		return false;
	subnet = &list->at[i];
	*out = beginning(subnet->base.bAddress, subnet->base.uAddrLen, subnet->bits);
	out->space = (uint8_t)subnet->base.uAddrLen;
	return true;
}

bool duids_member(const struct duids *list, size_t i, struct member *out)
{
	if (i >= list->n)
		return false;
	*out = whole(list->at[i].at, list->at[i].len);
	return true;
}

bool texts_member(const struct texts *list, size_t i, struct member *out)
{
	if (i >= list->n)
		return false;
	*out = whole(list->at[i], strlen(list->at[i]));
	return true;
}

bool beginnings_member(const struct texts *list, size_t i, struct member *out)
{
	if (i >= list->n)
		return false;
	*out = beginning(list->at[i], strlen(list->at[i]), 8u * (unsigned)strlen(list->at[i]));
	return true;
}

bool names_member(const struct texts *list, size_t i, struct member *out)
{
	size_t len;

	if (i >= list->n)
		return false;
	len = strlen(list->at[i]);
	*out = name_begins(list->at[i]) ? beginning(list->at[i], len - 1, 8u * ((unsigned)len - 1))
					: whole(list->at[i], len);
	return true;
}

/* "*" is where each name begins, and the empty one of who is in none. */
bool groups_member(const struct texts *list, size_t i, struct member *out)
{
	if (!texts_member(list, i, out))
		return false;
	if (strcmp(list->at[i], "*") == 0)
		*out = beginning(list->at[i], 0, 0);
	return true;
}

/* Two each: a text is sought behind a client id's type, too, which has a space of its own. */
bool ids_member(const struct ids *list, size_t i, struct member *out)
{
	const struct id_pattern *id = &list->at[i / 2];

	if (i / 2 >= list->n)
		return false;
	*out = id->begins ? beginning(id->at, id->len, 8u * (unsigned)id->len)
			  : whole(id->at, id->len);
	out->space = i % 2 && id->is_text;
	return true;
}

bool families_member(const struct families *list, size_t i, struct member *out)
{
	static const uint8_t four = 4, six = 6;
	bool first_is_six = list->bits == FAMILY_6;

	if (i >= (unsigned)__builtin_popcount(list->bits))
		return false;
	*out = whole(i == 1 || first_is_six ? &six : &four, 1);
	return true;
}
