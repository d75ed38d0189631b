#include "story/diag.h"

#include <stdlib.h>

#include "dhcp/dhcp4.h"
#include "story/diag_parts.h"

enum { INFORMATION_MS = 15000 };

struct diag *diag_new(void)
{
	struct diag *diag = calloc(1, sizeof(*diag));

	if (!diag)
		return NULL;
	diag->all = conversations_new();
	if (!diag->all) {
		free(diag);
		return NULL;
	}
	hash_key_random(&diag->key);
	return diag;
}

void diag_free(struct diag *diag)
{
	if (diag)
		conversations_free(diag->all);
	free(diag);
}

struct conversations *diag_conversations(struct diag *diag)
{
	return diag->all;
}

/* ---- a request ---- */

static bool boots(const struct request *req)
{
	if (req->family == IP_V6)
		return pxe_client6_boots(&req->v6.client);
	return pxe_client_is_pxe(&req->v4.client) || req->v4.client.class == PXE_CLASS_HTTP;
}

/* Who boots has a conversation; what others send may belong to one. */
static struct conversation *conversation_for(struct diag *diag, const struct request *req,
					     enum heard heard, uint64_t now_ms)
{
	if ((heard == HEARD_FIRST || heard == HEARD_4011) && boots(req))
		return conversation_of(diag->all, req, now_ms);
	return heard == HEARD_OTHER && !boots(req) ? NULL : conversation_find(diag->all, req);
}

unsigned diag_ended(struct diag *diag, const struct request *req, enum outcome outcome,
		    const struct links_view *view, uint64_t now_ms,
		    struct finding out[static DIAG_FINDINGS])
{
	struct look look = { .diag = diag,
			     .req = req,
			     .outcome = outcome,
			     .view = view,
			     .now_ms = now_ms,
			     .out = out };

	if (req->foreign)
		return 0;
	look.heard = conversation_heard(req);
	look.c = conversation_for(diag, req, look.heard, now_ms);
	if (!diag->since_ms)
		diag->since_ms = now_ms;
	if (req->port == DHCP4_PORT_SERVER)
		diag->hears_67 = true;
	if (look.c) {
		look.x = conversation_exchange(look.c, req->family);
		look.c->order = ++diag->order;
		diag_way_before(&look);
		conversation_step(look.c, req, outcome, view, now_ms);
		diag_way_after(&look);
		diag_twins(&look);
	}
	diag_shows(&look);
	return look.n;
}

bool diag_dropped(struct diag *diag, const struct request *req, enum outcome outcome,
		  uint64_t now_ms, struct finding *out)
{
	struct look look = { .diag = diag, .req = req, .now_ms = now_ms, .out = out };
	struct finding limited = { .kind = FINDING_LIMITED, .quiet = true };

	if (req->foreign)
		return false;
	look.c = conversation_find(diag->all, req);
	if (!look.c)
		return false;
	look.x = conversation_exchange(look.c, req->family);
	if (req->port == DHCP4_PORT_PXE)
		look.x->redirects = look.x->directs = 0;
	if (outcome_lines(outcome) == OUTCOME_LINES_EACH) /* not by a limit */
		return false;
	finding_say(&limited, "%s", outcome_meaning(outcome));
	return look_tell_client(&look, &limited);
}

void diag_note(struct diag *diag, const struct finding *finding, uint64_t now_ms)
{
	struct conversation *c = conversation_of_client(diag->all, &finding->client, now_ms);

	if (!c)
		return;
	if (!c->heard) {
		c->client = finding->client;
		c->family = finding->client.family;
		c->last_ms = now_ms;
		c->order = ++diag->order;
		c->outcome = OUTCOME_INTERFACE;
	}
	conversation_found(c, finding, now_ms);
}

/* ---- what did not follow ---- */

static enum finding_kind kind_of_silence(const struct exchange *x)
{
	if (!ip_is_any(&x->relay))
		return FINDING_RELAY_SILENT;
	if (x->redirects > 0)
		return FINDING_NEVER_ON_4011;
	if (x->http && x->name_url)
		return FINDING_NAME_WITHOUT_DNS;
	return x->uefi && !x->http && !x->ipxe ? FINDING_DIRECT_IGNORED : FINDING_NO_LEASE;
}

static bool is_silent(const struct exchange *x, uint64_t now_ms)
{
	if (x->done || x->has_lease)
		return false;
	if (x->redirects > 0)
		return x->redirects >= DIAG_OFFERS && now_ms - x->last_ms >= DIAG_WAIT_MS;
	return x->directs >= DIAG_DIRECTS && now_ms - x->began_ms >= DIAG_DIRECT_MS;
}

/* Nobody answered it, by any way, since it asked. */
static bool asked_in_vain(const struct conversation *c, const struct exchange *x, uint64_t now_ms)
{
	return x->in_vain_ms && now_ms - x->in_vain_ms >= INFORMATION_MS &&
	       c->exchange[0].answered_ms < x->in_vain_ms &&
	       c->exchange[1].answered_ms < x->in_vain_ms;
}

/* What is due of an exchange, which is over then; false: nothing. */
static bool due(const struct conversation *c, struct exchange *x, uint64_t now_ms,
		struct finding *out)
{
	*out = (struct finding){ .client = c->client,
				 .n = (unsigned)x->redirects + x->directs,
				 .ip = x->lease };
	if (x->redirects > 0 && x->has_lease && now_ms - x->lease_ms >= DIAG_LEASE_MS) {
		out->kind = FINDING_LEASE_BUT_NOT_4011;
	} else if (is_silent(x, now_ms)) {
		out->kind = kind_of_silence(x);
		out->ip = x->relay;
		finding_say(out, "%s", c->told);
	} else if (asked_in_vain(c, x, now_ms)) {
		out->kind = FINDING_INFORMATION_OFF;
		x->in_vain_ms = 0;
		return true;
	} else {
		return false;
	}
	x->redirects = x->directs = 0;
	return true;
}

static bool crowd(struct diag *diag, uint64_t now_ms, struct finding *out)
{
	unsigned missed = conversations_missed(diag->all) - diag->missed_told;

	if (missed == 0 || !diag_may_tell(&diag->missed_told_ms, DIAG_AGAIN_MS, now_ms))
		return false;
	diag->missed_told += missed;
	*out = (struct finding){ .kind = FINDING_CROWD, .n = missed };
	return true;
}

bool diag_turn(struct diag *diag, uint64_t now_ms, struct finding *out)
{
	while (diag->turn < 2 * CONVERSATIONS) {
		unsigned at = diag->turn++;
		struct conversation *c = conversations_at(diag->all, at / 2);

		if (!c || !due(c, &c->exchange[at % 2], now_ms, out))
			continue;
		conversations_changed(diag->all, at / 2);
		if (!conversation_was_told(c, out->kind, DIAG_AGAIN_MS, now_ms)) {
			conversation_found(c, out, now_ms);
			return true;
		}
		conversation_found_again(c, out, now_ms);
	}
	diag->turn = 0;
	return crowd(diag, now_ms, out);
}
