/* Lists of what firmware can do: iPXE's features, UNDI's version. */
#include <strings.h>

#include "list_type.h"

/* ---- iPXE ---------------------------------------------------------------------------------------
 */

#define FEATURE(code, name) [(code)-FEATURE_FIRST] = (name),
static const char *const features[FEATURE_LAST - FEATURE_FIRST + 1] = { PXE_IPXE_FEATURES(
	FEATURE) };

enum { N_FEATURES = sizeof features / sizeof *features };
_Static_assert(N_FEATURES <= 32, "a bit for each");

static int no_such_feature(const struct keys *keys, const char *name, size_t i, const char *text)
{
	const char *known[N_FEATURES + 1] = { NULL }, *meant;
	size_t n = 0;

	for (size_t j = 0; j < N_FEATURES; j++)
		if (features[j])
			known[n++] = features[j];
	if (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0)
		return keys_error_member(keys, name, i,
					 "\"%s\" is in quotes: write %s = %s [W0171]", text, name,
					 text);
	meant = PxeBootNearest(text, known);
	if (meant)
		return keys_error_member(keys, name, i,
					 "iPXE has no feature \"%s\": did you mean \"%s\"? [W0171]",
					 text, meant);
	return keys_error_member(
		keys, name, i,
		"iPXE has no feature \"%s\": see wdspxed-bootfile(5) for their names [W0171]",
		text);
}

static int feature_compile(const struct keys *keys, const char *name, size_t i, const char *text,
			   struct features *out)
{
	for (size_t j = 0; j < N_FEATURES; j++) {
		if (!features[j] || strcasecmp(features[j], text) != 0)
			continue;
		out->codes |= UINT32_C(1) << j;
		return 0;
	}
	return no_such_feature(keys, name, i, text);
}

static int features_compile(const struct keys *keys, const char *name,
			    const struct scalars *scalars, struct features *out)
{
	int r;

	if (scalars->n == 1 && !scalars->at[0].text)
		return keys_want_bool(keys, name, scalars, &out->ipxe);
	r = keys_want_texts(keys, name, scalars);
	out->ipxe = true;
	for (size_t i = 0; i < scalars->n; i++)
		if (scalars->at[i].text && scalars->at[i].text[0] &&
		    feature_compile(keys, name, i, scalars->at[i].text, out) < 0)
			r = -EINVAL;
	return r;
}

static bool features_cover(const struct features *a, const struct features *b)
{
	return a->ipxe == b->ipxe && (a->codes & ~b->codes) == 0;
}

static void features_done(struct features *list)
{
	*list = (struct features){ 0, false };
}

enum { features_size = 0 };

LIST_TYPE_WITHOUT_SETS(features, features)

/* ---- UNDI ---------------------------------------------------------------------------------------
 */

static int version_read(const struct keys *keys, const char *name, size_t i, const char *text,
			struct version_pattern *out)
{
	if (version_parse(text, out))
		return 0;
	return keys_error_member(keys, name, i,
				 "must be a version such as \"3.16\" or \"3.*\", not \"%s\" "
				 "[W0117]",
				 text);
}

LIST_COMPILE(static, versions, versions, version_read)
LIST_DONE(versions, versions)
COVERS(versions, versions, version_covers)
LIST_TYPE_WITHOUT_SETS(versions, versions)
