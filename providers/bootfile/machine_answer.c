#include "machine_answer.h"

#include "machines.h"

static void put_names(const struct machine *machine, PXE_BOOT_ANSWER *answer)
{
	answer->uFlags &= ~(ULONG)PXE_BOOT_ANSWER_STATIC; /* a reload may take the list away */
	answer->pszName = machine->name;
	answer->pszGroup = machine->group;
}

void answer_put_machine(const struct surroundings *around, PXE_BOOT_ANSWER *answer)
{
	const struct machine machine = whose_machine(around->whose);

	put_names(&machine, answer);
}

static bool has_variable(const char *text)
{
	return text && strstr(text, "${") != NULL;
}

static bool line_boots(const struct surroundings *around)
{
	return around->whose && around->whose->boots;
}

/* A line boots something. */
static void line_answer(const struct surroundings *around, const struct entry *entry,
			PXE_BOOT_ANSWER *out)
{
	const struct machine machine = whose_machine(around->whose);

	*out = entry->answer;
	put_names(&machine, out);
	out->pszFile = machine.file;
	out->pszUrl = machine.url;
	if (has_variable(machine.file) || has_variable(machine.url))
		out->uFlags |= PXE_BOOT_ANSWER_VARIABLES;
	if (machine.server)
		out->pServer = machine.server;
	out->pszReasonFile = machine.source;
	out->uReasonLine = machine.line;
}

bool machine_answer(const struct surroundings *around, const struct entry *entry,
		    PXE_BOOT_ANSWER *out)
{
	if (!line_boots(around))
		return false;
	line_answer(around, entry, out);
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
