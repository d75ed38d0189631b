/* wdspxectl why: what the table of findings has about an id. */
#include <stdio.h>
#include <string.h>

#include "base/finding_id.h"
#include "base/level.h"
#include "base/nearest.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "story/finding.h"

enum { WORDS_MAX = 1024, INDENT = 2 };

static json_t *row_json(const struct finding_row *row)
{
	json_t *json =
		json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", row->id, "name", row->name, "level",
			  level_words[row->level], "sentence", row->sentence, "page", row->page);

	if (row->remedy)
		json_object_set_new(json, "remedy", json_string(row->remedy));
	return json;
}

static void print_row(const struct finding_row *row)
{
	char words[WORDS_MAX];

	paint(row->level <= LOG_ERR ? RED : YELLOW, row->id);
	printf("  %s (%s)\n\n", row->name, level_words[row->level]);
	pad(0, INDENT);
	print_words(INDENT, finding_words(row, words, sizeof(words)));
	putchar('\n');
	pad(0, INDENT);
	print_words(INDENT, row->page);
}

/* Each on a line, which is cut nowhere: for grep. */
static void print_all(void)
{
	for (int kind = 0; kind < FINDING_KINDS; kind++) {
		const struct finding_row *row = finding_row((enum finding_kind)kind);

		printf("%s  %s\n", row->id, row->name);
	}
}

static json_t *all_json(void)
{
	json_t *all = json_array();

	for (int kind = 0; kind < FINDING_KINDS; kind++)
		json_array_append_new(all, row_json(finding_row((enum finding_kind)kind)));
	return all;
}

static void answer(json_t *findings)
{
	json_t *answer = json_pack("{s:b,s:o}", "ok", 1, "findings", findings);

	print_json(answer);
	json_decref(answer);
}

static int unknown(const char *word)
{
	const char *names[FINDING_KINDS + 1] = { NULL }, *meant;

	for (int kind = 0; kind < FINDING_KINDS; kind++)
		names[kind] = finding_row((enum finding_kind)kind)->name;
	meant = finding_id_valid(word) ? NULL : nearest(word, names);
	fprintf(stderr, "wdspxectl: there is no finding \"%.100s\"%s%s%s\n", word,
		meant ? ": did you mean \"" : "", meant ? meant : "",
		meant ? "\"?" : "; wdspxectl why lists all");
	return CTL_FAILED;
}

int run_why(const struct call *call)
{
	const char *word = call->arguments.word[0];
	const struct finding_row *row;
	char id[64];

	if (!word) {
		call->json ? answer(all_json()) : print_all();
		return CTL_OK;
	}
	snprintf(id, sizeof(id), "%s", word + strspn(word, "["));
	id[strcspn(id, "]")] = '\0';
	row = finding_find(id);
	if (!row)
		return unknown(id);
	if (call->json)
		answer(json_pack("[o]", row_json(row)));
	else
		print_row(row);
	return CTL_OK;
}
