#include "words.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include <wdspxe-words.h>

enum place { ENTRY, SETTINGS, DROPIN, DAEMON, NONE };

static const struct word {
	const char *word;
	enum place place;
	const char *text;
} words[] = {
#define WORD(word, server, place, text) { word, place, text },
	PXE_WORDS(WORD)
#undef WORD
};

static const struct {
	const char *word;
	enum place place;
} own[] = {
#define WORD(word, place) { word, place },
	PXE_WORDS_OF_BOOTFILE(WORD)
#undef WORD
};

/* Whatever the case of letters; some write '_' for '-'. */
static bool is_word(const char *word, const char *name)
{
	for (; *word && *name; word++, name++)
		if (tolower((unsigned char)*word) !=
		    tolower((unsigned char)(*name == '_' ? '-' : *name)))
			return false;
	return !*word && !*name;
}

static const struct word *word_find(const char *name)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is_word(words[i].word, name))
			return &words[i];
	return NULL;
}

static bool own_place(const char *name, enum place *out)
{
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		if (!is_word(own[i].word, name))
			continue;
		*out = own[i].place;
		return true;
	}
	return false;
}

static bool is_known(const char *const *known, const char *word, size_t len)
{
	for (; *known; known++)
		if (strlen(*known) == len && strncasecmp(*known, word, len) == 0)
			return true;
	return false;
}

static int refuse_own(const struct keys *keys, const char *name, const char *said,
		      enum place belongs)
{
	static const char *const where[] = { "in an entry of boot = ( { ... } )",
					     "in settings, beside boot",
					     "at the top of the file, beside settings" };

	return keys_error(keys, name, "%s: it belongs %s [W0111]", said, where[belongs]);
}

static int refuse_word(const struct keys *keys, const char *name, const char *said,
		       const struct word *word, bool here)
{
	static const char *const where[] = { " in an entry of boot = ( { ... } )", " in settings",
					     " at the top of the file, beside settings",
					     " in wdspxed.conf" };

	if (word->place == NONE)
		return keys_error(keys, name, "%s: %s [W0109]", said, word->text);
	return keys_error(keys, name, "%s: write %s%s [W0109]", said, word->text,
			  here ? "" : where[word->place]);
}

/* "not-ipxe" and the like: the condition that is meant; NULL: it is none. */
static const char *negated(const char *name, const char *const *known)
{
	static const char *const no[] = { "not-", "not_", "no-", "no_" };

	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		const char *rest = name + strlen(no[i]);

		if (strncasecmp(name, no[i], strlen(no[i])) == 0 &&
		    is_known(known, rest, strlen(rest)))
			return rest;
	}
	return NULL;
}

int words_refuse(const struct keys *keys, const char *name, enum words_place place,
		 const char *what, const char *const *known)
{
	static const enum place places[] = {
		[WORDS_SETTINGS] = SETTINGS, [WORDS_ENTRY] = ENTRY, [WORDS_MENU] = NONE
	};
	enum place ours = places[place], belongs;
	const struct word *word = word_find(name);
	const char *meant = PxeBootNearest(name, known);
	char said[80];

	snprintf(said, sizeof said, "unknown setting%s%s", *what ? " " : "", what);
	if (own_place(name, &belongs) && belongs != ours)
		return refuse_own(keys, name, said, belongs);
	if (word)
		return refuse_word(keys, name, said, word,
				   word->place == ours ||
					   is_known(known, word->text, strcspn(word->text, " ")));
	if (negated(name, known))
		return keys_error(keys, name, "%s: write not = { %s = ...; } [W0109]", said,
				  negated(name, known));
	if (meant)
		return keys_error(keys, name, "%s: did you mean \"%s\"? [W0110]", said, meant);
	return keys_error(keys, name, "%s: see wdspxed-bootfile(5) [W0110]", said);
}
