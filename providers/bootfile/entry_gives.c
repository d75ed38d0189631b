/* What entries give, as it is shared and put together; and where text and lists are kept. */
#include <errno.h>
#include <stdlib.h>

#include "condition.h"
#include "menu.h"

int entry_pool(struct entry *entry, struct pool *pool)
{
	const char *text;

	if (entry->text) {
		text = pool_text(pool, entry->text);
		if (!text)
			return -ENOMEM;
		free(entry->text);
		entry->text = (char *)text;
		entry->pooled |= POOLED_TEXT;
	}
	return conditions_pool(entry, pool);
}

static bool same_server(const struct gives *a, const struct gives *b)
{
	return a->has_server == b->has_server &&
	       memcmp(&a->server, &b->server, sizeof a->server) == 0;
}

bool gives_alike(const struct gives *a, const struct gives *b)
{
	return a->plain != 0 && a->plain == b->plain && a->file == b->file && same_server(a, b) &&
	       a->answer.uFlags == b->answer.uFlags && a->answer.uShape == b->answer.uShape &&
	       a->answer.uDelay == b->answer.uDelay &&
	       a->has_response_delay == b->has_response_delay &&
	       a->response_delay_s == b->response_delay_s &&
	       a->answer_lease_requests == b->answer_lease_requests;
}

static void answer_put(const struct entry *entry, const char *file, PXE_BOOT_ANSWER *out)
{
	if (entry->outcome == OUTCOME_FILE)
		out->pszFile = entry->text;
	if (entry->outcome == OUTCOME_URL)
		out->pszUrl = entry->text;
	out->pszReasonFile = entry_file_of(entry, file);
	out->uReasonLine = entry->line;
}

void entry_settle(struct entry *entry, const char *file)
{
	struct gives *gives = entry->gives;
	PXE_BOOT_ANSWER *answer = &gives->answer;

	if (gives->settled)
		return;
	gives->settled = true;
	answer->cbSize = sizeof *answer;
	answer->uFlags |= PXE_BOOT_ANSWER_STATIC;
	answer->pServer = &gives->server;
	added_settle(gives->added, answer);
	answer->ppszParams = (const LPCSTR *)gives->params.at;
	answer->nParams = (ULONG)gives->params.n;
	answer_put(entry, file, answer);
}

void entry_answer(const struct entry *entry, const char *settings_file, PXE_BOOT_ANSWER *out)
{
	*out = entry->gives->answer;
	answer_put(entry, settings_file, out);
	out->pOriginal = &entry->gives->answer;
	out->ullOutcome = entry->pooled & POOLED_TEXT ? pool_number(entry->text) : 0;
}

void gives_done(struct gives *gives)
{
	menu_free(gives->menu);
	texts_done(&gives->params);
	servers_done(gives->several);
	added_done(gives->added);
	*gives = (struct gives){ .users = 0 };
}

void entry_done(struct entry *entry)
{
	conditions_done(entry);
	if ((entry->pooled & POOLED_TEXT) == 0)
		free(entry->text);
	*entry = (struct entry){ .line = 0 };
}
