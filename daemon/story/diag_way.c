/* What a request shows about its machine's way. */
#include <string.h>

#include "dhcp/dhcp4.h"
#include "story/diag_parts.h"

enum { UP_MS = 30000, DELAY_ASKED = 3, DELAY_MS = 8000 };

/* ---- before it is noted ---- */

/* Firmware was told a URL, took its lease, and now tries its next way to boot. A program that was
 * loaded is not firmware any more. */
static void next_way(struct look *look)
{
	const struct request *req = look->req;
	bool http = req->family == IP_V6 ? req->v6.client.class == PXE6_CLASS_HTTP
					 : req->v4.client.class == PXE_CLASS_HTTP;
	bool ipxe = req->family == IP_V6 ? req->v6.client.is_ipxe : req->v4.client.is_ipxe;

	if (look->heard != HEARD_FIRST || ipxe)
		return;
	for (unsigned family = 0; family < 2; family++) {
		const struct exchange *x = &look->c->exchange[family];
		struct finding finding;

		if (!x->http || !x->done || !x->has_lease || (http && x == look->x) ||
		    look->now_ms - x->lease_ms > DIAG_NEXT_MS)
			continue;
		finding = (struct finding){ .kind = FINDING_NEXT_WAY };
		if (x->name_url)
			finding.kind = FINDING_NEXT_WAY_NAME;
		else if (x->http_url)
			finding.kind = FINDING_NEXT_WAY_PLAIN;
		finding.n = (unsigned)((look->now_ms - x->lease_ms) / 1000);
		finding_say(&finding, "%s", look->c->told);
		look_tell_client(look, &finding);
	}
}

/* It asked again before the answer to the time before went out. */
static void retried(struct look *look)
{
	const struct exchange *x = look->x;
	struct finding finding;

	if (x->took_ms < DIAG_SLOW_MS || x->answered_ms <= look->req->arrived_ms || !x->slow)
		return;
	finding = (struct finding){ .kind = FINDING_SLOW, .n = x->took_ms };
	finding_say(&finding, "%s", x->slow);
	look_tell_client(look, &finding);
}

/* It comes to 4011 from behind a router, and no relay has brought its DISCOVER. */
static void unheard_before(struct look *look)
{
	const struct request *req = look->req;
	const struct diag *diag = look->diag;
	struct finding finding;

	if (look->heard != HEARD_4011 || req->family != IP_V4 || req->on_link || !req->may_answer ||
	    look->x->began_ms != 0 || !diag->hears_67 || look->now_ms - diag->since_ms < UP_MS ||
	    conversations_missed(diag->all) != diag->missed_told)
		return;
	finding = (struct finding){ .kind = FINDING_DISCOVER_UNHEARD, .ip = req->from.ip };
	look_tell_client(look, &finding);
}

void diag_way_before(struct look *look)
{
	next_way(look);
	retried(look);
	unheard_before(look);
}

/* ---- how it ended ---- */

static void no_entry(struct look *look)
{
	const struct conversation *c = look->c;
	struct finding finding;

	if (look->outcome != OUTCOME_REJECTED || !c->nearest || !c->reason[0])
		return;
	finding = (struct finding){ .kind = FINDING_NO_ENTRY_FITS };
	if (look->x->http && strstr(c->reason, "needs a url"))
		finding.kind = FINDING_FILE_FOR_HTTP;
	if (c->line)
		finding_say(&finding, "%s (%s %s:%u)", c->reason,
			    finding.kind == FINDING_NO_ENTRY_FITS ? "nearest:" : "entry", c->file,
			    c->line);
	else
		finding_say(&finding, "%s", c->reason);
	look_tell_client(look, &finding);
}

/* A standby's entry, and a client whose patience does not grow. */
static void never_its_turn(struct look *look)
{
	struct finding finding;
	uint16_t secs = look->req->family == IP_V6
				? (uint16_t)(look->req->v6.client.elapsed_ms / 1000)
				: load_be16(look->req->octets + DHCP4_SECS);

	if (look->outcome != OUTCOME_IGNORED || !strstr(look->c->reason, "(response-delay)") ||
	    look->x->asked < DELAY_ASKED || secs > look->x->secs ||
	    look->now_ms - look->x->began_ms < DELAY_MS)
		return;
	finding = (struct finding){ .kind = FINDING_RESPONSE_DELAY, .n = look->x->asked };
	finding_say(&finding, "%s:%u", look->c->file, look->c->line);
	look_tell_client(look, &finding);
}

static bool relay_unreachable(const struct look *look, struct finding *out)
{
	if (look->outcome != OUTCOME_NO_ROUTE || ip_is_any(&look->x->relay))
		return false;
	*out = (struct finding){ .kind = FINDING_RELAY_UNREACHABLE, .ip = look->x->relay };
	return true;
}

/* Its own line has said the most of it. */
static bool has_failed(const struct look *look, struct finding *out)
{
	const struct request_fault *fault = &look->req->fault;
	enum finding_kind kind = FINDING_TOO_LONG;
	char longest[DHCP4_LONGEST_TEXT];

	if (look->outcome == OUTCOME_FAILED)
		kind = FINDING_PROVIDER_FAILED;
	else if (look->outcome == OUTCOME_TIMEOUT)
		kind = FINDING_PROVIDER_TIMEOUT;
	else if (look->outcome != OUTCOME_TOO_LONG)
		return false;
	*out = (struct finding){ .kind = kind, .n = fault->most, .quiet = true };
	if (kind == FINDING_TOO_LONG)
		finding_say(out, "%u%s", fault->len, dhcp4_longest_text(&fault->longest, longest));
	else
		finding_say(out, "%s", fault->provider ? fault->provider : "its provider");
	return true;
}

static void failed(struct look *look)
{
	struct finding finding;

	if (look->outcome != OUTCOME_NBP &&
	    (relay_unreachable(look, &finding) || has_failed(look, &finding)))
		look_tell_client(look, &finding);
}

/* A ROM speaks TFTP only, and knows no other URL. */
static void url_for_rom(struct look *look)
{
	const struct request *req = look->req;
	bool rom = req->family == IP_V6 ? req->v6.client.class == PXE6_CLASS_PXE
					: pxe_client_is_pxe(&req->v4.client);
	struct finding finding;

	if (!rom || look->x->ipxe || atomic_load(&req->reply_noted) != REPLY_NOTED ||
	    strncmp(req->reply.file, "http", 4) != 0 || !strstr(req->reply.file, "://"))
		return;
	finding = (struct finding){ .kind = FINDING_URL_FOR_ROM };
	finding_say(&finding, "%s", req->reply.file);
	look_tell_client(look, &finding);
}

/* ---- again and again ---- */

static void chain_loop(struct look *look)
{
	struct finding finding = { .kind = FINDING_IPXE_AGAIN, .n = look->x->chains };

	finding_say(&finding, "%s", look->c->told);
	look_tell_client(look, &finding);
}

static void boot_loop(struct look *look)
{
	struct finding finding = { .kind = FINDING_BOOT_LOOP, .n = look->x->boots };
	unsigned minutes = (unsigned)((look->now_ms - look->x->boots_ms) / 60000) + 1;

	finding_say(&finding, "%u minute%s", minutes, minutes == 1 ? "" : "s");
	look_tell_client(look, &finding);
}

static void loops(struct look *look)
{
	const struct exchange *x = look->x;

	if (look->heard != HEARD_FIRST || x->asked != 1)
		return;
	if (!x->ipxe && x->boots >= DIAG_BOOTS)
		boot_loop(look);
	else if (x->ipxe && x->chains >= DIAG_CHAINS &&
		 look->now_ms - x->chains_ms <= DIAG_CHAINS_MS)
		chain_loop(look);
}

void diag_way_after(struct look *look)
{
	if (look->heard != HEARD_FIRST && look->heard != HEARD_4011)
		return;
	no_entry(look);
	never_its_turn(look);
	failed(look);
	url_for_rom(look);
	loops(look);
}
