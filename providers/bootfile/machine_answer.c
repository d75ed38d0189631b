#include "machine_answer.h"

#include "machines.h"

static void put_names(const struct surroundings *around, PXE_BOOT_ANSWER *answer)
{
	const struct machine machine = whose_machine(around->whose);

	answer->pszName = machine.name;
	answer->pszGroup = machine.group;
}

void answer_put_machine(const struct surroundings *around, PXE_BOOT_ANSWER *answer)
{
	answer->uFlags &= ~(ULONG)PXE_BOOT_ANSWER_STATIC; /* a reload may take the list away */
	put_names(around, answer);
}

static bool line_boots(const struct surroundings *around)
{
	return around->whose && around->whose->boots;
}

/* A line boots something. The kit keeps what it builds by the number, which no other list will
 * have.
 */
static void line_answer(const struct surroundings *around, const struct entry *entry,
			PXE_BOOT_ANSWER *out)
{
	struct boots boots;

	whose_boots(around->whose, &boots);
	*out = entry->gives->answer;
	out->pOriginal = &entry->gives->answer;
	out->ullOutcome = boots.outcome;
	out->pszFile = boots.file;
	out->pszUrl = boots.url;
	if (boots.varies)
		out->uFlags |= PXE_BOOT_ANSWER_VARIABLES;
	if (boots.server)
		out->pServer = boots.server;
	out->pszReasonFile = boots.source;
	out->uReasonLine = boots.line;
}

bool machine_answer(const struct surroundings *around, const struct entry *entry,
		    PXE_BOOT_ANSWER *out)
{
	if (!line_boots(around))
		return false;
	line_answer(around, entry, out);
	if (answer_names_machine(around, out))
		put_names(around, out);
	return true;
}

/* Apart from what most machines need: that is on the path of every request. */
static __attribute__((noinline)) const char *line_obstacle(const struct surroundings *around,
							   const struct entry *entry,
							   const PXE_BOOT_CLIENT *client)
{
	PXE_BOOT_ANSWER answer;

	line_answer(around, entry, &answer);
	return PxeBootObstacle(client, &answer);
}

const char *machine_obstacle(const struct surroundings *around, const struct entry *entry,
			     const PXE_BOOT_CLIENT *client)
{
	if (!line_boots(around))
		return "no list of machines says what this machine boots";
	return line_obstacle(around, entry, client);
}
