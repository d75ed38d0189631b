#include "doubts.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "chain.h"
#include "condition.h"
#include "menu.h"

/* ---- one entry ---------------------------------------------------------------------------------
 */

/* May firmware itself be among its clients, and not only iPXE? */
static bool may_be_firmware(const struct entry *entry)
{
	return entry_texts(entry, CONDITION_USER_CLASS)->n == 0;
}

/* Those at an end are nobody's intention. */
static bool has_outer_blank(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && (strchr(" \t", text[0]) || strchr(" \t", text[len - 1]));
}

/* The folder that TFTP servers serve, for the same name is sought below it. NULL: none of them. */
static const char *server_folder(const char *file)
{
	static const char *const folders[] = { "/srv/tftp/",         "/srv/tftpboot/",
					       "/var/lib/tftpboot/", "/var/lib/tftp/",
					       "/var/ftpd/",         "/tftpboot/" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (strncmp(file, folders[i], strlen(folders[i])) == 0)
			return folders[i];
	return NULL;
}

static void doubt_path(const struct keys *keys, const char *file)
{
	const char *folder = server_folder(file);

	if (has_outer_blank(file))
		keys_warn(keys, "file",
			  "\"%s\" begins or ends with a blank, which is part of the name: remove "
			  "it [W0151]",
			  file);
	if (folder)
		keys_warn(keys, "file",
			  "a TFTP server seeks \"%s\" below the folder that it serves: write "
			  "\"%s\" [W0152]",
			  file, file + strlen(folder));
}

static void doubt_file(const struct keys *keys, const struct entry *entry)
{
	const char *variable = strstr(entry->text, "${");

	doubt_path(keys, entry->text);
	chain_doubt_file(keys, entry->text);
	for (size_t i = 0; i < entry_archs(entry)->n; i++)
		if (PxeBootArchIsHttp(entry_archs(entry)->at[i]))
			keys_warn_member(keys, "arch", i,
					 "%s is HTTP Boot, which cannot take a file: write url = "
					 "\"...\" in an entry for it [W0153]",
					 PxeBootArchName(entry_archs(entry)->at[i]));
	if (variable)
		keys_warn(keys, "file",
			  "variables are not replaced in file: \"%.*s\" is sent unchanged; only "
			  "url may contain ${server} and iPXE's own variables [W0154]",
			  (int)strcspn(variable, "}") + 1, variable);
	if (entry->text[0] != '\0' && entry->text[1] == ':' &&
	    (entry->text[2] == '\\' || entry->text[2] == '/'))
		keys_warn(keys, "file", "a TFTP path has no drive letter: remove \"%.2s\" [W0155]",
			  entry->text);
}

/* The first ${ } that stays for iPXE to replace; NULL: none. */
static const char *own_variable(const char *url)
{
	while ((url = strstr(url, "${")) && strncmp(url, "${server}", 9) == 0)
		url += 9;
	return url;
}

/* ${server}, the host of a URL, as a shell or a template has it. */
static void doubt_host(const struct keys *keys, const char *url)
{
	static const char *const others[] = { "$server", "$(server)", "{server}", "%server%" };
	const char *host = strstr(url, "://");

	for (size_t i = 0; host && i < sizeof others / sizeof *others; i++)
		if (strcspn(host + 3, "/:") == strlen(others[i]) &&
		    strncasecmp(host + 3, others[i], strlen(others[i])) == 0)
			keys_warn(keys, "url", "\"%s\" is sent unchanged: write ${server} [W0154]",
				  others[i]);
}

/* Firmware has no other; iPXE, which has some, may be built with more. */
static void doubt_scheme(const struct keys *keys, const struct entry *entry)
{
	static const char *const known[] = { "http", "https", "tftp" };
	size_t len = strcspn(entry->text, ":");

	if (!may_be_firmware(entry))
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
	const char *variable = own_variable(entry->text);

	if (strpbrk(entry->text, " \t"))
		keys_warn(keys, "url",
			  "\"%s\" contains a blank, which a URL must write as %%20 [W0157]",
			  entry->text);
	doubt_host(keys, entry->text);
	doubt_scheme(keys, entry);
	if (variable && may_be_firmware(entry))
		keys_warn(keys, "url",
			  "only iPXE replaces \"%.*s\", firmware requests it unchanged; add "
			  "user-class = \"iPXE\" to match iPXE only [W0154]",
			  (int)strcspn(variable, "}") + 1, variable);
	if (strncasecmp(entry->text, "tftp://", 7) == 0 || !may_be_firmware(entry) ||
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
		if (has_outer_blank(texts->at[i]))
			keys_warn_member(keys, name, i,
					 "\"%s\" begins or ends with a blank: remove it [W0151]",
					 texts->at[i]);
}

/* Interfaces may come later, so this is no mistake for certain. */
static void doubt_interfaces(const struct keys *keys, const struct texts *interfaces)
{
	for (size_t i = 0; i < interfaces->n; i++) {
		const char *name = interfaces->at[i];
		char real[IF_NAMESIZE];
		unsigned index = if_nametoindex(name);

		if (strpbrk(name, "*? \t"))
			continue; /* told */
		if (index == 0)
			keys_warn_member(keys, "interface", i,
					 "this host has no interface \"%s\": no client matches "
					 "until it has one [W0160]",
					 name);
		else if (if_indextoname(index, real) && strcmp(real, name) != 0)
			keys_warn_member(keys, "interface", i,
					 "\"%s\" never matches, because it is another name or a "
					 "label of %s: write \"%s\" [W0132]",
					 name, real, real);
	}
}

void doubts_entry(const struct keys *keys, const struct entry *entry)
{
	if (entry->outcome == OUTCOME_FILE)
		doubt_file(keys, entry);
	if (entry->outcome == OUTCOME_URL)
		doubt_url(keys, entry);
	doubt_wildcards(keys, "user-class", entry_texts(entry, CONDITION_USER_CLASS),
			"write the whole class");
	doubt_wildcards(keys, "vendor-class", entry_texts(entry, CONDITION_VENDOR_CLASS),
			"write how the class begins, such as \"PXEClient:Arch:00007\"");
	doubt_wildcards(keys, "interface", entry_texts(entry, CONDITION_INTERFACE),
			"write a list of whole names");
	doubt_blanks(keys, "user-class", entry_texts(entry, CONDITION_USER_CLASS));
	doubt_blanks(keys, "vendor-class", entry_texts(entry, CONDITION_VENDOR_CLASS));
	doubt_blanks(keys, "interface", entry_texts(entry, CONDITION_INTERFACE));
	doubt_interfaces(keys, entry_texts(entry, CONDITION_INTERFACE));
}

/* ---- entries that others take ------------------------------------------------------------------
 */

/* The families whose clients an entry's outcome reaches. */
static unsigned families_reached(const struct entry *entry)
{
	unsigned families = entry_families(entry) ? entry_families(entry) : FAMILY_4 | FAMILY_6;
	const PXE_BOOT_SERVER *server = &entry->server;
	bool needs_server = entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_MENU ||
			    (entry->outcome == OUTCOME_URL && strstr(entry->text, "${server}"));

	if (!needs_server || server->bAutomatic)
		return families;
	return families & ((server->V4.uAddrLen > 0 ? FAMILY_4 : 0u) |
			   (server->V6.uAddrLen > 0 ? FAMILY_6 : 0u));
}

/* May HTTP Boot clients be among its clients? */
static bool reaches_http(const struct entry *entry)
{
	if (entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_MENU)
		return false;
	for (size_t i = 0; i < entry_archs(entry)->n; i++)
		if (!PxeBootArchName(entry_archs(entry)->at[i]) ||
		    PxeBootArchIsHttp(entry_archs(entry)->at[i]))
			return true;
	return entry_archs(entry)->n == 0;
}

/* Does entry a take every client that b would take, but for the conditions in `without`? */
static bool takes_all(const struct entry *a, const struct entry *b, uint32_t without)
{
	uint32_t left = a->conditions & ~without;

	if ((left & ~b->conditions) != 0)
		return false;
	for (; left != 0; left &= left - 1)
		if (!condition_covers((unsigned)__builtin_ctz(left), a, b))
			return false;
	return (families_reached(b) & ~families_reached(a)) == 0 &&
	       ((a->outcome != OUTCOME_FILE && a->outcome != OUTCOME_MENU) || !reaches_http(b)) &&
	       (!a->menu || menu_has_for_all(a->menu));
}

enum { WHERE_SIZE = 300 };

/* Where an entry is written, for a message that is told at the place of another: "line 6". */
static const char *where_of(const struct settings *settings, const struct entry *entry,
			    unsigned line, const struct entry *other, char out[WHERE_SIZE])
{
	const char *file = entry->file ? entry->file : settings->file;

	if (entry->file == other->file)
		snprintf(out, WHERE_SIZE, "line %u", line);
	else
		snprintf(out, WHERE_SIZE, "%s:%u", file, line);
	return out;
}

static void tell_unreachable(const struct keys *boot, const struct settings *settings,
			     const struct entry *late, const struct entry *early)
{
	char place[16], label[32], where[WHERE_SIZE];

	snprintf(place, sizeof place, "%u", late->index);
	snprintf(label, sizeof label, "boot[%u]", late->index);
	keys_warn_at(boot, place, label,
		     "is never used: boot[%u] (%s) matches all its clients [W0161]", early->index,
		     where_of(settings, early, early->line, late, where));
}

enum { COMPARISONS_MAX = 20000000 }; /* so that no list holds up a start */

/* An entry whose clients another one takes. Entries with hosts take hosts: see below. */
static void doubt_order(const struct keys *boot, const struct settings *settings)
{
	uint64_t left = COMPARISONS_MAX;

	for (uint32_t b = 1; b < settings->n_entries; b++) {
		const struct entry *late = &settings->entries[b];

		for (uint32_t i = 0; i < settings->hosts.n_general; i++) {
			const struct entry *early = &settings->entries[settings->hosts.general[i]];

			if (early >= late || left-- == 0)
				break;
			if (!takes_all(early, late, 0))
				continue;
			tell_unreachable(boot, settings, late, early);
			break;
		}
	}
}

/* ---- iPXE that loads itself ---------------------------------------------------------------------
 */

static bool loads_ipxe(const struct entry *entry)
{
	return (entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_URL) &&
	       chain_is_ipxe(entry->text);
}

static bool is_for_ipxe(const struct entry *entry)
{
	for (size_t i = 0; i < entry_texts(entry, CONDITION_USER_CLASS)->n; i++)
		if (strcmp(entry_texts(entry, CONDITION_USER_CLASS)->at[i], "iPXE") == 0)
			return true;
	return false;
}

/* Does `early` take some iPXE that `late` is for? Of all conditions only the architecture may be
 * early's alone: it divides the same machines. */
static bool takes_ipxe_of(const struct entry *early, const struct entry *late)
{
	uint32_t left = early->conditions;

	if (!(late->conditions & 1u << CONDITION_ARCH))
		left &= ~(1u << CONDITION_ARCH);
	if ((left & ~late->conditions) != 0)
		return false;
	for (; left != 0; left &= left - 1)
		if (!condition_covers((unsigned)__builtin_ctz(left), early, late))
			return false;
	return true;
}

static void doubt_ipxe(const struct keys *boot, const struct settings *settings,
		       const struct entry *late)
{
	char place[16], label[32], where[WHERE_SIZE];

	for (uint32_t i = 0; i < settings->hosts.n_general; i++) {
		const struct entry *early = &settings->entries[settings->hosts.general[i]];

		if (early >= late)
			return;
		if (!may_be_firmware(early) || !loads_ipxe(early) || !takes_ipxe_of(early, late))
			continue;
		snprintf(place, sizeof place, "%u", late->index);
		snprintf(label, sizeof label, "boot[%u]", late->index);
		keys_warn_at(boot, place, label,
			     "iPXE that boot[%u] (%s) loads asks again and gets itself: put this "
			     "entry before that one [W0162]",
			     early->index, where_of(settings, early, early->line, late, where));
		return;
	}
}

enum { IPXE_ENTRIES_MAX = 64 }; /* so that no list holds up a start */

static void doubt_loops(const struct keys *boot, const struct settings *settings)
{
	unsigned left = IPXE_ENTRIES_MAX;

	for (uint32_t i = 1; i < settings->n_entries && left > 0; i++) {
		if (!is_for_ipxe(&settings->entries[i]))
			continue;
		doubt_ipxe(boot, settings, &settings->entries[i]);
		left--;
	}
}

/* ---- machines -----------------------------------------------------------------------------------
 */

/* A machine that an entry names: by its MAC, or its UUID. */
struct machine {
	uint8_t id[UUID_LEN];
	uint32_t entry, member;
	unsigned condition; /* that it is in: CONDITION_MAC, CONDITION_UUID */
};

static int by_id(const void *a, const void *b)
{
	const struct machine *x = a, *y = b;
	int order = (x->condition > y->condition) - (x->condition < y->condition);

	if (order == 0)
		order = memcmp(x->id, y->id, sizeof x->id);
	if (order == 0)
		order = (x->entry > y->entry) - (x->entry < y->entry);
	return order != 0 ? order : (x->member > y->member) - (x->member < y->member);
}

static size_t machines_of(const struct settings *settings, struct machine *out)
{
	size_t n = 0;

	for (uint32_t e = 0; e < settings->n_entries; e++) {
		const struct entry *entry = &settings->entries[e];

		for (uint32_t i = 0; i < entry_macs(entry)->n; i++) {
			if (entry_macs(entry)->at[i].n < MAC_LEN)
				continue;
			if (out) {
				out[n] = (struct machine){ { 0 }, e, i, CONDITION_MAC };
				memcpy(out[n].id, entry_macs(entry)->at[i].at, MAC_LEN);
			}
			n++;
		}
		for (uint32_t i = 0; i < entry_uuids(entry)->n; i++, n++) {
			if (!out)
				continue;
			out[n] = (struct machine){ { 0 }, e, i, CONDITION_UUID };
			memcpy(out[n].id, entry_uuids(entry)->at[i].straight, UUID_LEN);
		}
	}
	return n;
}

/* The machine of `late` stands in an earlier place too, whose entry takes it: true, and told. */
static bool doubt_twin(const struct keys *boot, const struct settings *settings,
		       const struct machine *early, const struct machine *late)
{
	const struct entry *a = &settings->entries[early->entry];
	const struct entry *b = &settings->entries[late->entry];
	const char *name = conditions[late->condition].name;
	char place[48], label[32], where[WHERE_SIZE];
	unsigned line;

	if (a != b && !takes_all(a, b, UINT32_C(1) << late->condition))
		return false;
	snprintf(place, sizeof place, "%u\\%s\\%u", a->index, conditions[early->condition].name,
		 early->member);
	line = keys_line(boot, place, a->line);
	snprintf(place, sizeof place, "%u\\%s\\%u", b->index, name, late->member);
	snprintf(label, sizeof label, "boot[%u].%s", b->index, name);
	if (a == b)
		keys_warn_at(boot, place, label, "this machine is listed twice (line %u) [W0163]",
			     line);
	else
		keys_warn_at(boot, place, label,
			     "is never used: boot[%u] (%s) already matches this machine [W0161]",
			     a->index, where_of(settings, a, line, b, where));
	return true;
}

static bool same_machine(const struct machine *a, const struct machine *b)
{
	return a->condition == b->condition && memcmp(a->id, b->id, UUID_LEN) == 0;
}

static void doubt_machines(const struct keys *boot, const struct settings *settings,
			   struct machine *machines, size_t n)
{
	qsort(machines, n, sizeof *machines, by_id);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (!same_machine(&machines[first], &machines[i]))
			first = i;
		for (size_t early = first; early < i; early++)
			if (doubt_twin(boot, settings, &machines[early], &machines[i]))
				break;
	}
}

int doubts_settings(const struct keys *boot, const struct settings *settings)
{
	size_t n = machines_of(settings, NULL);
	struct machine *machines = calloc(n + 1, sizeof *machines);

	if (!machines)
		return -ENOMEM;
	doubt_machines(boot, settings, machines, machines_of(settings, machines));
	free(machines);
	doubt_order(boot, settings);
	doubt_loops(boot, settings);
	return 0;
}
