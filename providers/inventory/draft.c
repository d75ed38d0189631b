#include "draft.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- ids ---------------------------------------------------------------------------------------
 */

static const struct {
	const char *word;
	enum id_kind kind;
} id_words[] = {
	{ "uuid", ID_UUID },        { "guid", ID_UUID },        { "mac", ID_MAC },
	{ "macs", ID_MAC },         { "mac-address", ID_MAC },  { "mac_address", ID_MAC },
	{ "mac address", ID_MAC },  { "macaddress", ID_MAC },   { "hwaddr", ID_MAC },
	{ "ethernet", ID_MAC },     { "duid", ID_DUID },        { "id", ID_CLIENT },
	{ "client-id", ID_CLIENT }, { "client_id", ID_CLIENT },
};

bool draft_is_id(const char *word, enum id_kind *out)
{
	for (size_t i = 0; i < sizeof id_words / sizeof *id_words; i++)
		if (strcasecmp(id_words[i].word, word) == 0) {
			*out = id_words[i].kind;
			return true;
		}
	return false;
}

bool draft_add_id(struct draft *draft, const struct id *id, char why[WHY_SIZE])
{
	for (unsigned i = 0; i < draft->n_ids; i++)
		if (id_is(&draft->ids[i], id->kind, id->at, id->len))
			return true;
	if (draft->n_ids == DRAFT_IDS) {
		snprintf(why, WHY_SIZE, "has more than %d addresses and ids", DRAFT_IDS);
		return false;
	}
	draft->ids[draft->n_ids++] = *id;
	return true;
}

static bool add_word(struct draft *draft, enum id_kind kind, const char *word, char why[WHY_SIZE])
{
	static const char *const such[ID_KINDS] = {
		[ID_UUID] = "a UUID such as 3b6c1a52-7f0e-4d8b-9a41-525400770001",
		[ID_MAC] = "a MAC address such as 00:11:22:33:44:55",
		[ID_DUID] = "a DUID such as 00:03:00:01:52:54:00:77:00:01",
		[ID_CLIENT] = "a client id such as 01:52:54:00:77:00:01",
	};
	struct id id;

	if (id_parse_kind(kind, word, &id))
		return draft_add_id(draft, &id, why);
	snprintf(why, WHY_SIZE, "\"%.60s\" is not %s", word, such[kind]);
	return false;
}

bool draft_add_ids(struct draft *draft, enum id_kind kind, const char *text, char why[WHY_SIZE])
{
	const char *signs = kind == ID_CLIENT ? "|" : " \t|";

	while (*(text += strspn(text, signs))) {
		size_t len = strcspn(text, signs);
		char word[ID_TEXT_SIZE];

		if (len >= sizeof word) {
			snprintf(why, WHY_SIZE, "\"%.60s\" is too long", text);
			return false;
		}
		memcpy(word, text, len);
		word[len] = '\0';
		if (!add_word(draft, kind, word, why))
			return false;
		text += len;
	}
	return true;
}

/* ---- fields ------------------------------------------------------------------------------------
 */

static bool is_word(struct word a, struct word b)
{
	return a.field == b.field && a.arch == b.arch;
}

void draft_forget(struct draft *draft, struct word word)
{
	unsigned n = 0;

	for (unsigned i = 0; i < draft->n_texts; i++)
		if (!is_word(draft->texts[i].word, word))
			draft->texts[n++] = draft->texts[i];
	draft->n_texts = n;
}

const char *draft_text(const struct draft *draft, struct word word)
{
	for (unsigned i = 0; i < draft->n_texts; i++)
		if (is_word(draft->texts[i].word, word))
			return draft->octets + draft->texts[i].at;
	return NULL;
}

/* Those in force move together where others were forgotten. */
static void squeeze(struct draft *draft)
{
	char octets[DRAFT_OCTETS];
	size_t used = 0;

	for (unsigned i = 0; i < draft->n_texts; i++) {
		size_t size = strlen(draft->octets + draft->texts[i].at) + 1;

		memcpy(octets + used, draft->octets + draft->texts[i].at, size);
		draft->texts[i].at = (uint16_t)used;
		used += size;
	}
	memcpy(draft->octets, octets, used);
	draft->used = used;
}

/* What people write for it, in a spreadsheet too. */
static const char *plain_once(const char *text)
{
	static const char *const yes[] = { "armed", "yes", "true", "1" };
	static const char *const no[] = { "no", "false", "0" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (strcasecmp(yes[i], text) == 0)
			return "armed";
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (strcasecmp(no[i], text) == 0)
			return "";
	return text;
}

bool draft_put(struct draft *draft, struct word word, const char *text, char why[WHY_SIZE])
{
	size_t size;

	if (word.field == FIELD_ONCE)
		text = plain_once(text);
	size = strlen(text) + 1;
	if (*text && !field_check(word, text, why))
		return false;
	draft_forget(draft, word);
	if (draft->used + size > DRAFT_OCTETS)
		squeeze(draft);
	if (draft->used + size > DRAFT_OCTETS || draft->n_texts == DRAFT_TEXTS) {
		snprintf(why, WHY_SIZE, "a device cannot say so much: leave something out");
		return false;
	}
	memcpy(draft->octets + draft->used, text, size);
	draft->texts[draft->n_texts].word = word;
	draft->texts[draft->n_texts++].at = (uint16_t)draft->used;
	draft->used += size;
	return true;
}

bool draft_set(struct draft *draft, const char *word, const char *text, char why[WHY_SIZE])
{
	enum id_kind kind;
	struct word field;

	if (draft_is_id(word, &kind))
		return draft_add_ids(draft, kind, text, why);
	if (!field_parse(word, &field, why))
		return false;
	return draft_put(draft, field, text, why);
}

const char *draft_doubt(const struct draft *draft)
{
	static const struct word once = { FIELD_ONCE, ARCH_ANY },
				 once_file = { FIELD_ONCE_FILE, ARCH_ANY },
				 once_url = { FIELD_ONCE_URL, ARCH_ANY };
	const char *says_once = draft_text(draft, once);

	if (draft->n_ids == 0)
		return "names no machine: it needs a MAC, a UUID, a DUID or a client id";
	if ((!says_once || !*says_once) &&
	    (draft_text(draft, once_file) || draft_text(draft, once_url)))
		return "says what it boots once, and not that it does: once = armed";
	return NULL;
}
