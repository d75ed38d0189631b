#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"

static const struct verb verbs[] = {
	{ "list",
	  "[--name PATTERN] [--group PATTERN] [--id PATTERN] [--referral PATTERN] [--state STATE] "
	  "[--once armed|used] [--from csv|state] [--limit N] [--after N]",
	  0,
	  0,
	  false,
	  { "name=", "group=", "id=", "referral=", "state=", "once=", "from=", "limit=", "after=" },
	  command_list },
	{ "show", "NAME", 1, 1, false, { NULL }, command_show },
	{ "add", "[NAME] --mac MAC [--FIELD TEXT ...]", 0, 1, true, { NULL }, command_add },
	{ "set", "NAME [--FIELD TEXT ...] [--unset FIELD]", 1, 1, true, { "unset=" }, command_set },
	{ "remove", "NAME ...", 1, ASKED_WORDS, false, { NULL }, command_remove },
	{ "boot",
	  "NAME --once [--boot FILE-OR-URL] [--server ADDRESS]",
	  1,
	  1,
	  false,
	  { "once", "boot=", "file=", "url=", "server=" },
	  command_boot },
	{ "pending", "", 0, 0, false, { NULL }, command_pending },
	{ "approve",
	  "NUMBER ... | all [--name NAME] [--FIELD TEXT ...]",
	  1,
	  ASKED_WORDS,
	  true,
	  { NULL },
	  command_approve },
	{ "reject", "NUMBER ... | all", 1, ASKED_WORDS, false, { NULL }, command_reject },
	{ "rearm", "NAME ...", 1, ASKED_WORDS, false, { NULL }, command_rearm },
	{ "forget", "NAME ... | NUMBER ...", 1, ASKED_WORDS, false, { NULL }, command_forget },
	{ "import",
	  "[--format csv|wds|dnsmasq] [--replace] [--dry-run] [--skip-wrong] [--yes]",
	  0,
	  0,
	  false,
	  { "format=", "replace", "dry-run", "skip-wrong", "yes" },
	  command_import },
	{ "export",
	  "[--limit N] [--after N]",
	  0,
	  0,
	  false,
	  { "limit=", "after=" },
	  command_export },
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static DWORD no_verb(struct asked *asked, const char *name)
{
	const char *known[VERBS + 1] = { NULL }, *meant;
	char why[WHY_SIZE];

	for (size_t i = 0; i < VERBS; i++)
		known[i] = verbs[i].name;
	meant = PxeBootNearest(name, known);
	if (meant)
		snprintf(why, sizeof why, "unknown verb \"%.40s\": did you mean \"%s\"?", name,
			 meant);
	else
		snprintf(why, sizeof why,
			 "%s%.40s%s: there are list, show, add, set, remove, boot, pending, "
			 "approve, "
			 "reject, rearm, forget, import and export",
			 *name ? "unknown verb \"" : "a verb is missing", name, *name ? "\"" : "");
	return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
}

static DWORD carry_out(struct asked *asked)
{
	const char *name = asked->command->nWords > 0 ? asked->command->ppszWords[0] : "";
	char why[WHY_SIZE];

	asked->verb = verb_find(name);
	if (!asked->verb)
		return no_verb(asked, name);
	if (!asked_read(asked, why))
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	return asked->verb->run(asked);
}

/* A device's description is too large for a stack. */
DWORD PXEAPI inventory_command(PVOID pContext, HANDLE hCommand, const PXE_COMMAND *pCommand)
{
	struct draft *draft = malloc(sizeof *draft);
	struct asked asked = { .inventory = pContext, .command = pCommand, .draft = draft };
	struct say say;
	DWORD status = ERROR_NOT_ENOUGH_MEMORY;

	if (!draft)
		return status;
	draft_begin(draft);
	say_begin(&say, hCommand);
	asked.say = &say;
	status = carry_out(&asked);
	counters_tell(asked.inventory);
	free(draft);
	return status;
}
