/* Telling what a request shows, as often as it is to be told. */
#include "story/diag_look.h"

#include "request/log_client.h"

enum { BURST_MS = 8000 }; /* 8 findings, each worth a second */

static bool bucket_take(struct diag_bucket *bucket, uint64_t now_ms)
{
	uint64_t from = bucket->full_ms > now_ms ? bucket->full_ms : now_ms;

	if (from >= now_ms + BURST_MS)
		return false;
	bucket->full_ms = from + 1000;
	return true;
}

bool diag_may_tell(uint64_t *told_ms, uint64_t apart_ms, uint64_t now_ms)
{
	if (*told_ms && now_ms - *told_ms < apart_ms)
		return false;
	*told_ms = now_ms;
	return true;
}

bool look_tell(struct look *look, const struct finding *finding)
{
	struct finding *out = &look->out[look->n];

	if (look->n == DIAG_FINDINGS ||
	    !bucket_take(&look->diag->bucket[finding->kind], look->now_ms))
		return false; /* it will be said when it comes again */
	*out = *finding;
	log_client_of(look->req, &out->client);
	if (look->c)
		conversation_found(look->c, out, look->now_ms);
	look->n++;
	return true;
}

static bool look_may_tell(const struct look *look, enum finding_kind kind)
{
	return look->c && !conversation_was_told(look->c, kind, DIAG_AGAIN_MS, look->now_ms);
}

bool look_tell_client(struct look *look, const struct finding *finding)
{
	struct finding again = *finding;

	if (look_may_tell(look, finding->kind))
		return look_tell(look, finding);
	log_client_of(look->req, &again.client);
	if (look->c)
		conversation_found_again(look->c, &again, look->now_ms);
	return false;
}
