#include "reason.h"

#include <stdio.h>

#include "exclusion.h"
#include "machine_answer.h"
#include "match.h"

enum { TEXT_SIZE = 200 }; /* what PxeRequestReason takes */
enum {
	EACH_MAX = 64
}; /* entries that are all looked at; of more, those that can be the machine's */

static const uint32_t NOT_BIT = UINT32_C(1) << CONDITION_NOT;

static void say(const struct surroundings *around, HANDLE request, ULONG kind, const char *text,
		const struct entry *entry)
{
	const char *file = around->settings->file;

	PxeRequestReason(request, kind, text, entry ? entry_file_of(entry, file) : file,
			 entry ? entry->line : 0);
}

static void what_client(const PXE_BOOT_CLIENT *client, char *out, size_t size)
{
	const char *name = client->uArch == PXE_BOOT_ARCH_NONE ? "a client without option 93"
							       : PxeBootArchName(client->uArch);

	if (name)
		snprintf(out, size, "%s", name);
	else
		snprintf(out, size, "architecture %u", client->uArch);
}

enum { NAMES_SIZE = 100 };

static void put_names(uint32_t bits, const char *before, char out[NAMES_SIZE])
{
	size_t used = strlen(out);

	for (uint32_t left = bits; left != 0 && used < NAMES_SIZE; left &= left - 1)
		used += (size_t)snprintf(out + used, NAMES_SIZE - used, "%s%s%s", used ? ", " : "",
					 before, conditions[__builtin_ctz(left)].name);
}

/* "arch, mac": the conditions whose bits are set, but for not. */
static void condition_names(uint32_t bits, char out[NAMES_SIZE])
{
	out[0] = '\0';
	put_names(bits & ~NOT_BIT, "", out);
}

/* "not.mac": what excludes the client from the entry. */
static void exclusion_names(const struct surroundings *around, const struct entry *entry,
			    const PXE_BOOT_CLIENT *client, char out[NAMES_SIZE])
{
	out[0] = '\0';
	put_names(not_excludes(around, entry_own(entry, CONDITION_NOT), client), "not.", out);
}

static void nearest_text(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			 const struct nearest *nearest, char *out, size_t size)
{
	char who[40], names[NAMES_SIZE], excludes[NAMES_SIZE] = "";

	what_client(client, who, sizeof who);
	condition_names(nearest->failed, names);
	if (nearest->failed & NOT_BIT)
		exclusion_names(around, nearest->entry, client, excludes);
	if (!nearest->entry)
		snprintf(out, size, "no entry for this machine (%s)", who);
	else if (nearest->failed == 0)
		snprintf(out, size, "%s", answer_obstacle(around, nearest->entry, client));
	else if (strcmp(names, "arch") == 0 && !*excludes)
		snprintf(out, size, "no entry for %s", who);
	else
		snprintf(out, size, "no entry fits %s: the nearest one differs in %s%s%s", who,
			 names, *names && *excludes ? ", " : "", excludes);
}

static void say_nearest(const struct surroundings *around, HANDLE request,
			const PXE_BOOT_CLIENT *client)
{
	struct nearest nearest;
	char text[TEXT_SIZE];

	if (!PxeRequestWanted(request))
		return;
	nearest = match_nearest(around, client);
	nearest_text(around, client, &nearest, text, sizeof text);
	say(around, request, PXE_REASON_NEAREST, text, nearest.entry);
}

static void say_early(const struct surroundings *around, HANDLE request,
		      const PXE_BOOT_CLIENT *client, const struct entry *entry)
{
	char text[TEXT_SIZE];

	if (!PxeRequestWanted(request))
		return;
	snprintf(text, sizeof text, "the client has waited %u of %u s (response-delay)%s",
		 client->uWaited, entry->gives->response_delay_s,
		 client->uWaited == 0 ? "; firmware that always sends secs = 0 is never answered"
				      : "");
	say(around, request, PXE_REASON_DECIDED, text, entry);
}

static void passed_text(const struct surroundings *around, const struct entry *entry,
			const PXE_BOOT_CLIENT *client, char *out, size_t size)
{
	uint32_t failed = match_failed(around, entry, client);
	const char *obstacle = answer_obstacle(around, entry, client);
	uint32_t unlike = failed & ~NOT_BIT;
	char names[NAMES_SIZE], excludes[NAMES_SIZE] = "";

	condition_names(failed, names);
	if (failed & NOT_BIT)
		exclusion_names(around, entry, client, excludes);
	if (failed)
		snprintf(out, size, "%s%s%s%s%s", names,
			 unlike == 0                    ? ""
			 : (unlike & (unlike - 1)) != 0 ? " do not match"
							: " does not match",
			 unlike && *excludes ? "; " : "", *excludes ? "excluded by " : "",
			 excludes);
	else
		snprintf(out, size, "%s", obstacle ? obstacle : "");
}

/* One after the other; of thousands, those that the machine was compared with. */
static void say_passed(const struct surroundings *around, HANDLE request,
		       const PXE_BOOT_CLIENT *client, uint32_t n)
{
	const struct settings *settings = around->settings;
	struct candidates candidates = match_candidates(around, client);
	bool few = n <= EACH_MAX;
	int64_t i, last = -1;
	char text[TEXT_SIZE];

	for (;; last = i) {
		i = few ? last + 1 : index_next(&candidates);
		if (i < 0 || i >= (int64_t)n)
			return;
		passed_text(around, &settings->entries[i], client, text, sizeof text);
		say(around, request, PXE_REASON_PASSED, text, &settings->entries[i]);
	}
}

void reason_passed(const struct surroundings *around, HANDLE request, const PXE_BOOT_CLIENT *client,
		   const struct entry *decisive)
{
	if (PxeRequestWanted(request) == PXE_WANTED_EACH)
		say_passed(around, request, client,
			   decisive ? (uint32_t)(decisive - around->settings->entries)
				    : around->settings->n_entries);
}

void reason_silence(const struct surroundings *around, HANDLE request,
		    const PXE_BOOT_CLIENT *client, const struct entry *entry)
{
	if (!entry)
		say_nearest(around, request, client);
	else if (entry_serves(entry))
		say_early(around, request, client, entry);
	else
		say(around, request, PXE_REASON_DECIDED,
		    entry->outcome == OUTCOME_REJECT ? "action = \"reject\""
						     : "action = \"ignore\"",
		    entry);
}
