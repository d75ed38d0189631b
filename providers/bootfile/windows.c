#include "windows.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include <wdsbp.h>

#include "pattern.h"

struct work {
	const struct keys *keys;
	HANDLE builder4, builder6;
	bool asks, approves;       /* poll-interval and its like; action = "approval" */
	bool refers, has_referral; /* action = "referral"; referral */
	bool refers4, refers6;     /* with an address of that family */
};

/* Adds a value to one family's data. */
static int add_to(struct work *work, HANDLE builder, const char *name, ULONG option, void *value,
		  size_t len)
{
	DWORD status = WdsBpAddOption(builder, option, (ULONG)len, value);

	if (status == ERROR_INSUFFICIENT_BUFFER)
		return keys_error(work->keys, name,
				  "Windows' boot programs take 255 octets in all, message and "
				  "numbers: shorten the message [W0180]");
	return status == ERROR_SUCCESS ? 0 : -ENOMEM;
}

/* For both families. */
static int add(struct work *work, const char *name, ULONG option4, ULONG option6, void *value,
	       size_t len)
{
	int r = add_to(work, work->builder4, name, option4, value, len);

	return r < 0 ? r : add_to(work, work->builder6, name, option6, value, len);
}

/* A word that stands for a number; the list ends at NULL. */
struct word {
	const char *text;
	BYTE number;
};

static int word_key(struct work *work, const char *name, const struct scalars *scalars,
		    const struct word *words, const char *wanted, BYTE *out)
{
	const char *text = NULL;
	int r = keys_want_text(work->keys, name, scalars, &text);

	if (r < 0)
		return r;
	for (; words->text; words++)
		if (strcasecmp(words->text, text) == 0) {
			*out = words->number;
			return 0;
		}
	return keys_error(work->keys, name, "must be %s, not \"%s\" [W0117]", wanted, text);
}

static int prompt_key(struct work *work, const char *name, const struct scalars *scalars)
{
	static const struct word words[] = { { "opt-in", WDSBP_OPTVAL_PXE_PROMPT_OPTIN },
					     { "no-prompt", WDSBP_OPTVAL_PXE_PROMPT_NOPROMPT },
					     { "opt-out", WDSBP_OPTVAL_PXE_PROMPT_OPTOUT },
					     { NULL, 0 } };
	BYTE prompt = 0;
	int r = word_key(work, name, scalars, words, "\"opt-in\", \"opt-out\" or \"no-prompt\"",
			 &prompt);

	return r < 0 ? r
		     : add(work, name, WDSBP_OPT_PXE_CLIENT_PROMPT, WDSBP_OPTV6_PXE_CLIENT_PROMPT,
			   &prompt, sizeof prompt);
}

static int action_key(struct work *work, const char *name, const struct scalars *scalars)
{
	static const struct word words[] = { { "approval", WDSBP_OPTVAL_ACTION_APPROVAL },
					     { "referral", WDSBP_OPTVAL_ACTION_REFERRAL },
					     { "abort", WDSBP_OPTVAL_ACTION_ABORT },
					     { NULL, 0 } };
	BYTE action = 0;
	int r = word_key(work, name, scalars, words, "\"approval\", \"referral\" or \"abort\"",
			 &action);

	work->approves = action == WDSBP_OPTVAL_ACTION_APPROVAL;
	work->refers = action == WDSBP_OPTVAL_ACTION_REFERRAL;
	return r < 0 ? r
		     : add(work, name, WDSBP_OPT_NEXT_ACTION, WDSBP_OPTV6_NEXT_ACTION, &action,
			   sizeof action);
}

static int message_key(struct work *work, const char *name, const struct scalars *scalars)
{
	const char *text = NULL;
	int r = keys_want_text(work->keys, name, scalars, &text);

	for (const char *at = text; r == 0 && *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at >= 0x7f)
			return keys_error(work->keys, name,
					  "\"%s\" is shown by a boot program that knows ASCII only "
					  "[W0180]",
					  text);
	return r < 0 ? r
		     : add(work, name, WDSBP_OPT_MESSAGE, WDSBP_OPTV6_MESSAGE,
			   (void *)(uintptr_t)text, strlen(text));
}

static int interval_key(struct work *work, const char *name, const struct scalars *scalars)
{
	uint32_t number = 0;
	int r = keys_want_number(work->keys, name, scalars, UINT16_MAX, &number);
	USHORT value = (USHORT)number;

	work->asks = true;
	return r < 0 ? r
		     : add(work, name, WDSBP_OPT_POLL_INTERVAL, WDSBP_OPTV6_POLL_INTERVAL, &value,
			   sizeof value);
}

static int count_key(struct work *work, const char *name, const struct scalars *scalars)
{
	uint32_t number = 0;
	int r = keys_want_number(work->keys, name, scalars, UINT16_MAX, &number);
	USHORT value = (USHORT)number;

	work->asks = true;
	return r < 0 ? r
		     : add(work, name, WDSBP_OPT_POLL_RETRY_COUNT, WDSBP_OPTV6_POLL_RETRY_COUNT,
			   &value, sizeof value);
}

static int id_key(struct work *work, const char *name, const struct scalars *scalars)
{
	uint32_t number = 0;
	int r = keys_want_number(work->keys, name, scalars, UINT32_MAX, &number);
	ULONG value = number;

	work->asks = true;
	return r < 0 ? r
		     : add(work, name, WDSBP_OPT_REQUEST_ID, WDSBP_OPTV6_REQUEST_ID, &value,
			   sizeof value);
}

/* An address of one family, for the clients of it. */
static int referral_add(struct work *work, const char *name, size_t i, const PXE_BOOT_IP *ip)
{
	PXE_BOOT_IP address = *ip;
	bool four = ip->uAddrLen == 4, *has = four ? &work->refers4 : &work->refers6;

	if (*has)
		return keys_error_member(work->keys, name, i,
					 "only one address of each family is allowed [W0139]");
	*has = true;
	return add_to(work, four ? work->builder4 : work->builder6, name,
		      four ? WDSBP_OPT_REFERRAL_SERVER : WDSBP_OPTV6_REFERRAL_SERVER,
		      address.bAddress, address.uAddrLen);
}

static int referral_key(struct work *work, const char *name, const struct scalars *scalars)
{
	int r = keys_want_texts(work->keys, name, scalars);

	work->has_referral = true;
	for (size_t i = 0; i < scalars->n && r == 0; i++) {
		PXE_BOOT_IP ip;

		r = address_parse(scalars->at[i].text, &ip)
			    ? referral_add(work, name, i, &ip)
			    : keys_error_member(work->keys, name, i,
						"\"%s\" is not an address [W0139]",
						scalars->at[i].text);
	}
	return r;
}

static int selection_key(struct work *work, const char *name, const struct scalars *scalars)
{
	bool allowed = false;
	int r = keys_want_bool(work->keys, name, scalars, &allowed);
	BYTE value = allowed;

	return r < 0 ? r
		     : add(work, name, WDSBP_OPT_ALLOW_SERVER_SELECTION,
			   WDSBP_OPTV6_ALLOW_SERVER_SELECTION, &value, sizeof value);
}

static const struct {
	const char *name;
	int (*compile)(struct work *work, const char *name, const struct scalars *scalars);
} windows_keys[] = {
	{ "prompt", prompt_key },     { "action", action_key },
	{ "message", message_key },   { "poll-interval", interval_key },
	{ "poll-count", count_key },  { "request-id", id_key },
	{ "referral", referral_key }, { "server-selection", selection_key },
};

enum { N_KEYS = sizeof windows_keys / sizeof *windows_keys };

static int no_such_key(const struct keys *keys, const char *name)
{
	const char *known[N_KEYS + 1] = { NULL }, *meant;

	for (size_t i = 0; i < N_KEYS; i++)
		known[i] = windows_keys[i].name;
	meant = PxeBootNearest(name, known);
	if (meant)
		return keys_error(keys, name, "unknown setting: did you mean \"%s\"? [W0110]",
				  meant);
	return keys_error(keys, name, "unknown setting: see wdspxed-bootfile(5) [W0110]");
}

static int each_key(void *context, const char *name)
{
	struct work *work = context;
	struct scalars scalars = { .n = 0 };
	size_t i = 0;
	int r;

	while (i < N_KEYS && strcasecmp(windows_keys[i].name, name) != 0)
		i++;
	if (i == N_KEYS)
		return no_such_key(work->keys, name);
	r = keys_read(work->keys, name, &scalars);
	if (r == 0)
		r = windows_keys[i].compile(work, name, &scalars);
	scalars_done(&scalars);
	return r;
}

/* What the builder has; nothing where nothing was added. */
static int take(HANDLE builder, PXE_BOOT_OCTETS *out)
{
	ULONG len = 0;
	BYTE *at;

	WdsBpGetOptionBuffer(builder, 0, NULL, &len);
	at = malloc((size_t)len + 1);
	if (!at)
		return -ENOMEM;
	if (len > 0 && WdsBpGetOptionBuffer(builder, len, at, &len) != ERROR_SUCCESS) {
		free(at);
		return -ENOMEM;
	}
	*out = octets_of(at, len);
	return 0;
}

static int windows_read(void *context, const struct keys *group)
{
	struct work *work = context;
	int r;

	work->keys = group;
	r = keys_each(group, each_key, work);
	if (r == 0 && work->asks && !work->approves)
		r = keys_error(group, NULL,
			       "poll-interval, poll-count and request-id need action = "
			       "\"approval\" [W0150]");
	if (r == 0 && work->refers && !work->has_referral)
		r = keys_error(group, NULL,
			       "action = \"referral\" needs referral = \"ADDRESS\" [W0150]");
	return r;
}

int windows_open(const struct keys *keys, const char *name, struct windows *out)
{
	struct work work = { .keys = NULL };
	int r = 0;

	if (WdsBpInitialize(WDSBP_PK_TYPE_WDSNBP, &work.builder4) != ERROR_SUCCESS ||
	    WdsBpInitialize(WDSBP_PK_TYPE_DHCPV6, &work.builder6) != ERROR_SUCCESS)
		r = -ENOMEM;
	if (r == 0)
		r = keys_one_group(keys, name, windows_read, &work);
	if (r == 0)
		r = take(work.builder4, &out->nbp4);
	if (r == 0)
		r = take(work.builder6, &out->nbp6);
	WdsBpCloseHandle(work.builder4);
	WdsBpCloseHandle(work.builder6);
	return r;
}

void windows_done(struct windows *windows)
{
	free((void *)(uintptr_t)windows->nbp4.pData);
	free((void *)(uintptr_t)windows->nbp6.pData);
	*windows = (struct windows){ .nbp4 = { NULL, 0 } };
}
