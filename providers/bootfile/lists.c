#include "lists.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

/* Room for the members, all of which are to be texts. The caller sees -EINVAL only when it has
 * looked at all of them. */
static int room(const struct keys *keys, const char *name, const struct scalars *scalars,
		size_t size, void **out)
{
	int r = keys_want_texts(keys, name, scalars);

	*out = calloc(scalars->n + 1, size);
	return *out ? r : -ENOMEM;
}

/* ---- architectures ----------------------------------------------------------------------------
 */

static int arch_compile(const struct keys *keys, const char *name, size_t i,
			const struct scalar *scalar, uint16_t *out)
{
	const char *meant;
	ULONG code;

	if (!scalar->text && scalar->number > UINT16_MAX)
		return keys_error_member(
			keys, name, i, "%d is not an architecture: write a number from 0 to 65535",
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
	meant = PxeBootArchMeant(scalar->text);
	if (meant)
		return keys_error_member(keys, name, i,
					 "unknown architecture \"%s\": did you mean \"%s\"?",
					 scalar->text, meant);
	return keys_error_member(
		keys, name, i,
		"unknown architecture \"%s\": see wdspxed-bootfile(5) for their names",
		scalar->text);
}

int archs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct archs *out)
{
	int r = 0;

	if (scalars->n == 0)
		return keys_error(keys, name, "the list is empty");
	out->at = calloc(scalars->n, sizeof *out->at);
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
	size_t digits = 0;

	for (const char *c = text; *c; c++) {
		if (isxdigit((unsigned char)*c))
			digits++;
		else if (*c != ':' && *c != '-' && *c != '.' && *c != '*')
			return "its digits must be 0 to 9 and a to f";
	}
	if (digits == 14 && (strncmp(text, "01", 2) == 0))
		return "remove the leading 01, which is the hardware type";
	if (strchr(text, '*'))
		return "a * must come last, after whole bytes: 00:11:22:*";
	if (digits < 12)
		return "it must have 6 bytes; write 00:11:22:* to match a prefix";
	return "write 00:11:22:33:44:55";
}

int macs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		 struct macs *out)
{
	void *at;
	int r = room(keys, name, scalars, sizeof *out->at, &at);

	out->at = at;
	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *text = scalars->at[i].text;

		if (!text || !*text)
			continue; /* told */
		if (mac_parse(text, &out->at[out->n]))
			out->n++;
		else
			r = keys_error_member(keys, name, i, "\"%s\" is not a MAC address: %s",
					      text, mac_remedy(text));
	}
	return r;
}

/* ---- UUIDs and DUIDs --------------------------------------------------------------------------
 */

int uuids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct uuids *out)
{
	void *at;
	int r = room(keys, name, scalars, sizeof *out->at, &at);

	out->at = at;
	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *text = scalars->at[i].text;

		if (!text || !*text)
			continue;
		if (uuid_parse(text, &out->at[out->n]))
			out->n++;
		else
			r = keys_error_member(keys, name, i,
					      "\"%s\" is not a UUID such as "
					      "3b6c1a52-7f0e-4d8b-9a41-525400770001",
					      text);
	}
	return r;
}

int duids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct duids *out)
{
	void *at;
	int r = room(keys, name, scalars, sizeof *out->at, &at);

	out->at = at;
	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *text = scalars->at[i].text;

		if (!text || !*text)
			continue;
		if (duid_parse(text, &out->at[out->n]))
			out->n++;
		else
			r = keys_error_member(
				keys, name, i,
				"\"%s\" is not a DUID such as 00:03:00:01:52:54:00:77:"
				"00:01",
				text);
	}
	return r;
}

/* ---- subnets ----------------------------------------------------------------------------------
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

/* An address in the subnet, where the subnet itself should be: it is taken. */
static void doubt_host_bits(const struct keys *keys, const char *name, size_t i, const char *text,
			    const struct subnet_pattern *subnet)
{
	struct subnet_pattern whole = *subnet;
	char base[64];

	subnet_clear_host(&whole);
	if (memcmp(whole.base.bAddress, subnet->base.bAddress, sizeof whole.base.bAddress) == 0)
		return;
	address_text(&whole.base, base);
	keys_warn_member(keys, name, i,
			 "\"%s\" has bits set after its prefix length: taken as %s/%u", text, base,
			 subnet->bits);
}

int subnets_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		    struct subnets *out)
{
	void *at;
	int r = room(keys, name, scalars, sizeof *out->at, &at);

	out->at = at;
	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *text = scalars->at[i].text;

		if (!text || !*text)
			continue;
		if (subnet_parse(text, &out->at[out->n]))
			doubt_host_bits(keys, name, i, text, &out->at[out->n++]);
		else
			r = keys_error_member(keys, name, i, "\"%s\" is not a subnet: %s", text,
					      subnet_remedy(text));
	}
	return r;
}

/* ---- texts ------------------------------------------------------------------------------------
 */

int texts_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct texts *out)
{
	void *at;
	int r = room(keys, name, scalars, sizeof *out->at, &at);

	out->at = at;
	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *text = scalars->at[i].text;

		if (!text || !*text)
			continue;
		if (strlen(text) > TEXT_MAX) {
			r = keys_error_member(keys, name, i, "is longer than %d bytes", TEXT_MAX);
			continue;
		}
		out->at[out->n] = strdup(text);
		if (!out->at[out->n])
			return -ENOMEM;
		out->n++;
	}
	return r;
}

void texts_done(struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->at[i]);
	free(texts->at);
	*texts = (struct texts){ NULL, 0 };
}

void archs_done(struct archs *archs)
{
	free(archs->at);
	*archs = (struct archs){ NULL, 0 };
}

void macs_done(struct macs *macs)
{
	free(macs->at);
	*macs = (struct macs){ NULL, 0 };
}

void uuids_done(struct uuids *uuids)
{
	free(uuids->at);
	*uuids = (struct uuids){ NULL, 0 };
}

void subnets_done(struct subnets *subnets)
{
	free(subnets->at);
	*subnets = (struct subnets){ NULL, 0 };
}

void duids_done(struct duids *duids)
{
	free(duids->at);
	*duids = (struct duids){ NULL, 0 };
}
