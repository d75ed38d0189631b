#include "doubts.h"

#include <strings.h>

#include "chain.h"
#include "condition.h"
#include "interfaces.h"
#include "never.h"
#include "paths.h"
#include "variables.h"

static void tell_file(void *context, const char *doubt)
{
	const struct keys *const *keys = context;

	keys_warn(*keys, "file", "%s", doubt);
}

static void doubt_file(const struct keys *keys, const struct entry *entry)
{
	path_doubts(entry->text, tell_file, &keys);
	for (size_t i = 0; i < entry_archs(entry)->n; i++)
		if (PxeBootArchIsHttp(entry_archs(entry)->at[i]))
			keys_warn_member(keys, "arch", i,
					 "%s is HTTP Boot, which cannot take a file: write url = "
					 "\"...\" in an entry for it [W0153]",
					 PxeBootArchName(entry_archs(entry)->at[i]));
}

static void doubt_host(const struct keys *keys, const char *url)
{
	const char *host = url_foreign_host(url);

	if (host)
		keys_warn(keys, "url", "\"%s\" is sent unchanged: write ${server} [W0154]", host);
}

/* Firmware has no other; iPXE, which has some, may be built with more. */
static void doubt_scheme(const struct keys *keys, const struct entry *entry)
{
	static const char *const known[] = { "http", "https", "tftp" };
	size_t len = strcspn(entry->text, ":");

	if (!entry_may_be_firmware(entry))
		return;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == len && strncasecmp(entry->text, known[i], len) == 0)
			return;
	keys_warn(keys, "url",
		  "firmware loads from http, https and tftp, not from \"%.*s\"; for iPXE alone add "
		  "user-class = \"iPXE\" [W0156]",
		  (int)len, entry->text);
}

static void doubt_url(const struct keys *keys, const struct entry *entry)
{
	const char *variable = variables_foreign(entry->text);

	if (strpbrk(entry->text, " \t"))
		keys_warn(keys, "url",
			  "\"%s\" contains a blank, which a URL must write as %%20 [W0157]",
			  entry->text);
	doubt_host(keys, entry->text);
	doubt_scheme(keys, entry);
	if (variable && entry_may_be_firmware(entry))
		keys_warn(keys, "url",
			  "only iPXE replaces \"%.*s\", firmware requests it unchanged; add "
			  "user-class = \"iPXE\" to match iPXE only [W0154]",
			  (int)strcspn(variable, "}") + 1, variable);
	if (strncasecmp(entry->text, "tftp://", 7) == 0 || !entry_may_be_firmware(entry) ||
	    entry_families(entry) == FAMILY_6)
		return;
	for (size_t i = 0; i < entry_archs(entry)->n; i++)
		if (PxeBootArchName(entry_archs(entry)->at[i]) &&
		    !PxeBootArchIsHttp(entry_archs(entry)->at[i]))
			keys_warn_member(
				keys, "arch", i,
				"a PXE ROM (%s) does not accept a URL over IPv4: write "
				"file =, or add user-class = \"iPXE\" to match iPXE only [W0158]",
				PxeBootArchName(entry_archs(entry)->at[i]));
}

static void doubt_wildcards(const struct keys *keys, const char *name, const struct texts *texts,
			    const char *remedy)
{
	for (size_t i = 0; i < texts->n; i++)
		if (strpbrk(texts->at[i], "*?"))
			keys_warn_member(keys, name, i,
					 "\"%s\" never matches, because wildcards are not "
					 "supported here: %s [W0159]",
					 texts->at[i], remedy);
}

static void doubt_blanks(const struct keys *keys, const char *name, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		if (path_has_outer_blank(texts->at[i]))
			keys_warn_member(keys, name, i,
					 "\"%s\" begins or ends with a blank: remove it [W0151]",
					 texts->at[i]);
}

void doubts_conditions(const struct keys *keys, const struct entry *group, bool excludes)
{
	doubt_wildcards(keys, "user-class", entry_texts(group, CONDITION_USER_CLASS),
			"write the whole class");
	doubt_wildcards(keys, "vendor-class", entry_texts(group, CONDITION_VENDOR_CLASS),
			"write how the class begins, such as \"PXEClient:Arch:00007\"");
	doubt_blanks(keys, "user-class", entry_texts(group, CONDITION_USER_CLASS));
	doubt_blanks(keys, "vendor-class", entry_texts(group, CONDITION_VENDOR_CLASS));
	doubt_blanks(keys, "interface", entry_texts(group, CONDITION_INTERFACE));
	interfaces_doubt(keys, group, excludes);
}

void doubts_entry(const struct keys *keys, const struct entry *entry)
{
	if (entry->outcome == OUTCOME_FILE)
		doubt_file(keys, entry);
	if (entry->outcome == OUTCOME_URL)
		doubt_url(keys, entry);
	doubts_conditions(keys, entry, false);
	never_tell(keys, entry);
}
