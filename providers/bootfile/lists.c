#include "lists.h"

#include <errno.h>
#include <stdlib.h>

#include "arch.h"

int archs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct archs *out)
{
	if (scalars->n == 0)
		return keys_error(keys, name, "the list is empty");
	out->at = calloc(scalars->n, sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; i < scalars->n; i++, out->n++) {
		const struct scalar *scalar = &scalars->at[i];

		if (!scalar->text && scalar->number <= UINT16_MAX)
			out->at[i] = (uint16_t)scalar->number;
		else if (!scalar->text)
			return keys_error(keys, name, "%u is no architecture: 0 to 65535",
					  scalar->number);
		else if (!arch_parse(scalar->text, &out->at[i]))
			return keys_error(keys, name,
					  "unknown architecture \"%s\": wdspxed-bootfile(5) "
					  "has their names",
					  scalar->text);
	}
	return 0;
}

int macs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		 struct macs *out)
{
	int r = keys_want_texts(keys, name, scalars);

	if (r < 0)
		return r;
	out->at = calloc(scalars->n, sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; i < scalars->n; i++, out->n++)
		if (!mac_parse(scalars->at[i].text, &out->at[i]))
			return keys_error(
				keys, name,
				"\"%s\" is no MAC address, nor the beginning of one and *",
				scalars->at[i].text);
	return 0;
}

int uuids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct uuids *out)
{
	int r = keys_want_texts(keys, name, scalars);

	if (r < 0)
		return r;
	out->at = calloc(scalars->n, sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; i < scalars->n; i++, out->n++)
		if (!uuid_parse(scalars->at[i].text, &out->at[i]))
			return keys_error(keys, name, "\"%s\" is no UUID", scalars->at[i].text);
	return 0;
}

int duids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct duids *out)
{
	int r = keys_want_texts(keys, name, scalars);

	if (r < 0)
		return r;
	out->at = calloc(scalars->n, sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; i < scalars->n; i++, out->n++)
		if (!duid_parse(scalars->at[i].text, &out->at[i]))
			return keys_error(keys, name, "\"%s\" is no DUID", scalars->at[i].text);
	return 0;
}

int subnets_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		    struct subnets *out)
{
	int r = keys_want_texts(keys, name, scalars);

	if (r < 0)
		return r;
	out->at = calloc(scalars->n, sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; i < scalars->n; i++, out->n++)
		if (!subnet_parse(scalars->at[i].text, &out->at[i]))
			return keys_error(keys, name, "\"%s\" is no subnet such as 10.0.0.0/24",
					  scalars->at[i].text);
	return 0;
}

int texts_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct texts *out)
{
	int r = keys_want_texts(keys, name, scalars);

	if (r < 0)
		return r;
	out->at = calloc(scalars->n, sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; i < scalars->n; i++, out->n++) {
		if (strlen(scalars->at[i].text) > TEXT_MAX)
			return keys_error(keys, name, "is longer than %d octets", TEXT_MAX);
		out->at[i] = strdup(scalars->at[i].text);
		if (!out->at[i])
			return -ENOMEM;
	}
	return 0;
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
