#include "entry.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "arch.h"

/* ---- conditions --------------------------------------------------------------------------------
 */

static int archs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
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

static int macs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
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

static int duids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
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

static int subnets_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
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

static int families_compile(const struct keys *keys, const char *name,
			    const struct scalars *scalars, unsigned *out)
{
	if (scalars->n == 0)
		return keys_error(keys, name, "the list is empty");
	for (size_t i = 0; i < scalars->n; i++) {
		if (scalars->at[i].text ||
		    (scalars->at[i].number != 4 && scalars->at[i].number != 6))
			return keys_error(keys, name, "must be 4 or 6");
		*out |= scalars->at[i].number == 4 ? FAMILY_4 : FAMILY_6;
	}
	return 0;
}

/* ---- the outcome -------------------------------------------------------------------------------
 */

static int outcome_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			   enum outcome outcome, struct entry *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (out->outcome != OUTCOME_NONE)
		return keys_error(keys, name, "only one of file, url and action may stand here");
	if (strlen(text) > TEXT_MAX)
		return keys_error(keys, name, "is longer than %d octets", TEXT_MAX);
	out->outcome = outcome;
	out->text = strdup(text);
	return out->text ? 0 : -ENOMEM;
}

static int url_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct entry *out)
{
	int r = outcome_compile(keys, name, scalars, OUTCOME_URL, out);
	const char *colon;

	if (r < 0)
		return r;
	colon = strstr(out->text, "://");
	if (!colon || colon == out->text)
		return keys_error(keys, name, "\"%s\" is no URL: http://, tftp:// ...", out->text);
	return 0;
}

static int file_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			struct entry *out)
{
	int r = outcome_compile(keys, name, scalars, OUTCOME_FILE, out);

	if (r == 0 && strstr(out->text, "://"))
		return keys_error(keys, name, "\"%s\" is a URL: write url =", out->text);
	return r;
}

static int action_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			  struct entry *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (strcmp(text, "ignore") != 0 && strcmp(text, "reject") != 0)
		return keys_error(keys, name, "must be \"ignore\" or \"reject\"");
	return outcome_compile(keys, name, scalars, *text == 'i' ? OUTCOME_IGNORE : OUTCOME_REJECT,
			       out);
}

static int shape_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			 enum shape *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (strcmp(text, "direct") != 0 && strcmp(text, "redirect") != 0)
		return keys_error(keys, name, "must be \"direct\" or \"redirect\"");
	*out = *text == 'd' ? SHAPE_DIRECT : SHAPE_REDIRECT;
	return 0;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

enum name {
	NAME_ARCH,
	NAME_MAC,
	NAME_UUID,
	NAME_USER_CLASS,
	NAME_VENDOR_CLASS,
	NAME_SUBNET,
	NAME_INTERFACE,
	NAME_FAMILY,
	NAME_DUID,
	NAME_FILE,
	NAME_URL,
	NAME_ACTION,
	NAME_SERVER,
	NAME_SHAPE,
	NAME_PARAMS,
	NAME_DELAY,
	NAME_RESPONSE_DELAY,
	NAME_ANSWER_LEASE_REQUESTS,
	NAME_RASPBERRY_PI,
	NAME_OPTIONS_66_67,
	N_NAMES
};

static const char *const names[N_NAMES] = {
	[NAME_ARCH] = "arch",
	[NAME_MAC] = "mac",
	[NAME_UUID] = "uuid",
	[NAME_USER_CLASS] = "user-class",
	[NAME_VENDOR_CLASS] = "vendor-class",
	[NAME_SUBNET] = "subnet",
	[NAME_INTERFACE] = "interface",
	[NAME_FAMILY] = "family",
	[NAME_DUID] = "duid",
	[NAME_FILE] = "file",
	[NAME_URL] = "url",
	[NAME_ACTION] = "action",
	[NAME_SERVER] = "server",
	[NAME_SHAPE] = "shape",
	[NAME_PARAMS] = "params",
	[NAME_DELAY] = "delay",
	[NAME_RESPONSE_DELAY] = "response-delay",
	[NAME_ANSWER_LEASE_REQUESTS] = "answer-lease-requests",
	[NAME_RASPBERRY_PI] = "raspberry-pi",
	[NAME_OPTIONS_66_67] = "options-66-67",
};

static int condition_compile(enum name which, const struct keys *keys, const char *name,
			     const struct scalars *scalars, struct entry *out)
{
	switch (which) {
	case NAME_ARCH:
		return archs_compile(keys, name, scalars, &out->archs);
	case NAME_MAC:
		return macs_compile(keys, name, scalars, &out->macs);
	case NAME_UUID:
		return uuids_compile(keys, name, scalars, &out->uuids);
	case NAME_USER_CLASS:
		return texts_compile(keys, name, scalars, &out->user_classes);
	case NAME_VENDOR_CLASS:
		return texts_compile(keys, name, scalars, &out->vendor_classes);
	case NAME_SUBNET:
		return subnets_compile(keys, name, scalars, &out->subnets);
	case NAME_INTERFACE:
		return texts_compile(keys, name, scalars, &out->interfaces);
	case NAME_FAMILY:
		return families_compile(keys, name, scalars, &out->families);
	default:
		return duids_compile(keys, name, scalars, &out->duids);
	}
}

static int rest_compile(enum name which, const struct keys *keys, const char *name,
			const struct scalars *scalars, struct entry *out)
{
	switch (which) {
	case NAME_FILE:
		return file_compile(keys, name, scalars, out);
	case NAME_URL:
		return url_compile(keys, name, scalars, out);
	case NAME_ACTION:
		return action_compile(keys, name, scalars, out);
	case NAME_SERVER:
		out->has_server = true;
		return server_compile(keys, name, scalars, &out->server);
	case NAME_SHAPE:
		return shape_compile(keys, name, scalars, &out->shape);
	case NAME_PARAMS:
		return texts_compile(keys, name, scalars, &out->params);
	case NAME_DELAY:
		return keys_want_number(keys, name, scalars, DELAY_MAX_MS, &out->delay_ms);
	case NAME_RESPONSE_DELAY:
		out->has_response_delay = true;
		return keys_want_number(keys, name, scalars, UINT16_MAX, &out->response_delay_s);
	case NAME_ANSWER_LEASE_REQUESTS:
		return keys_want_bool(keys, name, scalars, &out->answer_lease_requests);
	case NAME_RASPBERRY_PI:
		return keys_want_bool(keys, name, scalars, &out->raspberry_pi);
	default:
		return keys_want_bool(keys, name, scalars, &out->options_66_67);
	}
}

struct work {
	const struct keys *keys;
	struct entry entry;
	unsigned seen; /* a bit for each enum name */
};

static int name_compile(void *context, const char *name)
{
	struct work *work = context;
	struct scalars scalars = { .n = 0 };
	enum name which = 0;
	int r;

	while (which < N_NAMES && strcasecmp(names[which], name) != 0)
		which++;
	if (which == N_NAMES)
		return keys_error(work->keys, name, "there is no such setting in an entry of boot");
	work->seen |= 1u << which;
	r = keys_read(work->keys, name, &scalars);
	if (r < 0)
		return r;
	if (which < NAME_FILE)
		r = condition_compile(which, work->keys, name, &scalars, &work->entry);
	else
		r = rest_compile(which, work->keys, name, &scalars, &work->entry);
	scalars_done(&scalars);
	return r;
}

/* What the settings of one entry say together. */
static int entry_check(const struct work *work)
{
	const struct entry *entry = &work->entry;
	bool serves = entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_URL;
	unsigned with_action = (1u << NAME_FILE) - 1;

	if (entry->outcome == OUTCOME_NONE)
		return keys_error(work->keys, NULL, "has no outcome: file, url or action");
	if (!serves && (work->seen & ~(with_action | 1u << NAME_ACTION)) != 0)
		return keys_error(work->keys, "action", "only conditions may stand beside action");
	if (entry->answer_lease_requests && entry->macs.n == 0)
		return keys_error(work->keys, names[NAME_ANSWER_LEASE_REQUESTS],
				  "only in an entry with a mac condition");
	if (entry->raspberry_pi && entry->shape == SHAPE_REDIRECT)
		return keys_error(work->keys, names[NAME_SHAPE],
				  "a Raspberry Pi is always answered directly");
	if (entry->families == FAMILY_4 && entry->duids.n > 0)
		return keys_error(work->keys, names[NAME_DUID], "IPv4 clients have none");
	if (entry->families == FAMILY_4 && entry->params.n > 0)
		return keys_error(work->keys, names[NAME_PARAMS], "IPv4 clients take none");
	return 0;
}

static int raspberry_pi_complete(struct entry *entry)
{
	if (!entry->raspberry_pi || entry->outcome != OUTCOME_NONE)
		return 0;
	entry->outcome = OUTCOME_FILE; /* it knows by itself what to fetch */
	entry->text = strdup("");
	return entry->text ? 0 : -ENOMEM;
}

int entry_compile(const struct keys *keys, struct entry *out)
{
	struct work work = { keys, { .line = 0 }, 0 };
	char file[4096];
	DWORD line = 0;
	int r = keys_each(keys, name_compile, &work);

	if (r == 0)
		r = raspberry_pi_complete(&work.entry);
	if (r == 0)
		r = entry_check(&work);
	if (r < 0) {
		entry_done(&work.entry);
		return r;
	}
	if (PxeKeyLocationA(keys->key, NULL, file, sizeof file, &line) == ERROR_SUCCESS)
		work.entry.line = line;
	*out = work.entry;
	return 0;
}

void entry_done(struct entry *entry)
{
	free(entry->archs.at);
	free(entry->macs.at);
	free(entry->uuids.at);
	free(entry->duids.at);
	free(entry->subnets.at);
	texts_done(&entry->user_classes);
	texts_done(&entry->vendor_classes);
	texts_done(&entry->interfaces);
	texts_done(&entry->params);
	free(entry->text);
	*entry = (struct entry){ .line = 0 };
}
