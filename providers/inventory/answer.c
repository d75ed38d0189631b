#include "answer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "find.h"
#include "given.h"

uint32_t clock_steady_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint32_t)now.tv_sec + 1;
}

uint32_t clock_wall_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint32_t)now.tv_sec;
}

/* ---- why ---------------------------------------------------------------------------------------
 */

enum { REASON_SIZE = 200 }; /* what PxeRequestReason takes */

static const char *const sentences[WHYS] = {
	[WHY_NOBODY_IS_ANSWERED] = "answer = \"none\": nobody is answered",
	[WHY_REJECTED] = "the device is rejected",
	[WHY_USED_UP] = "the device has booted once, and is left to its disk until it is rearmed",
	[WHY_ONCE_AGAIN] = "boots once: the same again",
	[WHY_ONCE] = "boots once",
	[WHY_DEVICE] = "",
	[WHY_DEVICE_HAS_NO_BOOT] = "a known device, and nothing says what it boots",
	[WHY_ONCE_HAS_NO_BOOT] = "boots once, and nothing says what",
	[WHY_UNKNOWN] = "unknown, and answer = \"known\"",
	[WHY_UNKNOWN_PASSED] = "unknown: handed on",
	[WHY_UNKNOWN_EARLY] = "unknown: waits for response-delay",
	[WHY_UNKNOWN_PENDING] = "unknown: waits for approval",
	[WHY_UNKNOWN_BOOTS] = "unknown",
	[WHY_UNKNOWN_HAS_NO_BOOT] = "unknown: unknown-boot has nothing for it",
	[WHY_OFFERED_BEFORE] = "was offered something here, and is not handed on to others now",
};

enum { BY_SIZE = 20 };

static const char by_words[ID_KINDS][BY_SIZE] = {
	[ID_UUID] = " (by its UUID)",
	[ID_MAC] = " (by its MAC)",
	[ID_DUID] = " (by its DUID)",
	[ID_CLIENT] = " (by its client id)",
};

/* A request being decided: what is known of it. */
struct work {
	struct turn *turn;
	struct inventory *inventory;
	const struct snapshot *snapshot;
	struct found found;
	struct booting *booting; /* where it is a device's */
	struct decision decision;
};

/* Nothing is remembered of a trial. Asked only where something would be: it takes its time. */
static bool is_trial(const struct work *work)
{
	return PxeRequestIsTrial(work->turn->request);
}

/* A text in the making: printf takes longer than all else. */
struct sentence {
	char *at;
	size_t used;
};

static void put(struct sentence *sentence, const char *text)
{
	size_t len = strlen(text);

	if (len > REASON_SIZE - 1 - sentence->used)
		len = REASON_SIZE - 1 - sentence->used;
	memcpy(sentence->at + sentence->used, text, len);
	sentence->used += len;
	sentence->at[sentence->used] = '\0';
}

static void put_more(struct sentence *sentence, const char *text)
{
	if (!*text)
		return;
	if (sentence->used > 0)
		put(sentence, ": ");
	put(sentence, text);
}

/* "pc01 (by its MAC): boots once". */
static void reason_text(const struct work *work, const char *more, char out[REASON_SIZE])
{
	const struct device *device = work->found.device;
	struct sentence sentence = { out, 0 };
	char room[ID_TEXT_SIZE];

	out[0] = '\0';
	if (device) {
		put(&sentence, device_called(device, room));
		put(&sentence, by_words[work->found.by]);
	}
	put_more(&sentence, sentences[work->decision.why]);
	put_more(&sentence, more);
}

static void say(const struct work *work, ULONG kind, const char *more)
{
	const struct device *device = work->found.device;
	const struct settings *settings = &work->inventory->settings;
	const char *file = settings->file[0] ? settings->file : NULL;
	char text[REASON_SIZE];

	if (!PxeRequestWanted(work->turn->request))
		return;
	reason_text(work, more ? more : "", text);
	if (device)
		file = device->line ? store_csv_path(work->inventory->store) : settings->state_path;
	PxeRequestReason(work->turn->request, kind, text, file, device ? device->line : 0);
}

static enum turned silence(const struct work *work, const char *more)
{
	say(work, PXE_REASON_DECIDED, more);
	work->turn->action = PXE_BA_IGNORE;
	return TURN_DONE;
}

/* ---- answering ---------------------------------------------------------------------------------
 */

/* What most answers say: a name, and what it was found by. */
static inline bool reason_short(const struct work *work, const struct given *given,
				char out[REASON_SIZE])
{
	size_t len = given->answer.pszName ? strlen(given->answer.pszName) : REASON_SIZE;

	if (len >= REASON_SIZE - BY_SIZE || work->decision.why != WHY_DEVICE ||
	    given->says_no_prompt)
		return false;
	memcpy(out, given->answer.pszName, len);
	memcpy(out + len, by_words[work->found.by], BY_SIZE);
	return true;
}

/* Whether somebody reads it takes as long to ask as to say. */
static void put_reason(const struct work *work, struct given *given)
{
	const char *more =
		given->says_no_prompt ? "without a prompt, which its firmware has not" : "";
	char number[64];

	given->answer.pszReason = given->reason;
	if (reason_short(work, given, given->reason))
		return;
	if (work->turn->number > 0) {
		snprintf(number, sizeof number, "number %u", (unsigned)work->turn->number);
		more = number;
	}
	reason_text(work, more, given->reason);
}

static enum turned answer(const struct work *work, struct given *given)
{
	struct inventory *inventory = work->inventory;
	struct turn *turn = work->turn;

	put_reason(work, given);
	turn->status = PxeBootAnswer(inventory->boot, turn->request, turn->client, &given->answer,
				     &turn->action);
	/* What cannot reach the client (no URL, no address, a variable without a value) is not
	 * another provider's either. */
	if (turn->status == ERROR_SUCCESS && turn->action == PXE_BA_REJECTED)
		turn->action = PXE_BA_IGNORE;
	return TURN_DONE;
}

static enum turned answer_known(const struct work *work)
{
	struct given given;

	given_device(&work->inventory->settings, work->found.device, work->booting,
		     store_csv_path(work->inventory->store), work->turn->client, &given);
	return answer(work, &given);
}

static enum turned answer_unknown(const struct work *work)
{
	struct given given;

	given_unknown(&work->inventory->settings, work->turn->client, &given);
	return answer(work, &given);
}

/* ---- what must be written first ----------------------------------------------------------------
 */

static void id_of(const struct found *found, struct id *out)
{
	out->kind = (uint8_t)found->id.kind;
	out->len = found->id.len;
	memcpy(out->at, found->id.at, found->id.len);
}

/* A trial uses nothing up, and sees what would be sent. */
static enum turned use_up(const struct work *work, struct id *id)
{
	if (is_trial(work))
		return answer_known(work);
	if (work->turn->by == ASKED_IN_VAIN)
		return silence(work, work->turn->why);
	id_of(&work->found, id);
	return TURN_USE_UP;
}

static enum turned wait(const struct work *work)
{
	const struct settings *settings = &work->inventory->settings;
	const struct turn *turn = work->turn;
	struct given given;

	if (turn->by == ASKED_IN_VAIN)
		return silence(work, turn->why);
	if (!given_pending(settings, turn->client, turn->number, &given)) {
		silence(work, NULL);
		return is_trial(work) || turn->by != ASKED_ON_LOOP ? TURN_DONE : TURN_LIST;
	}
	if (is_trial(work) || turn->number > 0)
		return answer(work, &given);
	return TURN_WAIT;
}

/* ---- deciding ----------------------------------------------------------------------------------
 */

static void learn(struct work *work, struct facts *out)
{
	struct inventory *inventory = work->inventory;
	const struct policy *policy = &inventory->settings.policy;
	const PXE_BOOT_CLIENT *client = work->turn->client;
	uint32_t now_s, waited_s;

	*out = (struct facts){ .device = work->found.device, .first = client->bFirst };
	if (out->device)
		out->has_boot =
			given_find(&inventory->settings, out->device, client, work->booting);
	else
		out->has_boot = boots_find(&inventory->settings.unknown, client) != NULL;
	if (out->device && out->device->once != ONCE_ALWAYS) {
		out->names = given_names(client);
		out->now_s = clock_wall_s();
	}
	if (!out->first)
		out->offered = PxeBootOffered(client);
	if (out->device || !out->first || policy->delay_s == 0)
		return;
	now_s = clock_steady_s();
	if (!is_trial(work))
		talks_note(inventory->talks, client, now_s);
	waited_s = talks_waited(inventory->talks, client, now_s);
	out->waited_s = waited_s > client->uWaited ? waited_s : client->uWaited;
}

/* Those of no device, or of a rejected one, once each; what is asked in all the daemon counts. */
static void count_look_up(const struct work *work)
{
	bool rejected = work->decision.why == WHY_REJECTED;

	if ((!work->found.device || rejected) && work->turn->by == ASKED_ON_LOOP)
		counter_add(work->inventory, rejected ? COUNTER_REJECTED : COUNTER_UNKNOWN, 1);
}

static enum turned carry_out(const struct work *work, struct id *id)
{
	switch (work->decision.verdict) {
	case VERDICT_ANSWER:
		return work->found.device ? answer_known(work) : answer_unknown(work);
	case VERDICT_USE_UP:
		return use_up(work, id);
	case VERDICT_WAIT:
		return wait(work);
	case VERDICT_SILENCE:
		return silence(work, NULL);
	case VERDICT_PASS:
		break;
	}
	say(work, PXE_REASON_NEAREST, NULL);
	work->turn->action = PXE_BA_REJECTED;
	return TURN_DONE;
}

enum turned answer_request(struct turn *turn, struct id *id)
{
	struct inventory *inventory = turn->inventory;
	struct store_now *now = store_now(inventory->store);
	struct booting booting;
	struct work work = { .turn = turn, .inventory = inventory, .booting = &booting };
	struct facts facts;
	enum turned turned;
	unsigned place;

	turn->status = ERROR_SUCCESS;
	place = store_enter(now, &work.snapshot);
	find_device(work.snapshot, turn->client, &work.found);
	learn(&work, &facts);
	work.decision = policy_decide(&inventory->settings.policy, &facts);
	if (turn->by == ASKED_BY_THREAD && work.decision.why == WHY_ONCE_AGAIN)
		work.decision.why = WHY_ONCE; /* for this request it was used up a moment ago */
	count_look_up(&work);
	turned = carry_out(&work, id);
	store_leave(now, place);
	return turned;
}

/* ---- for the list of those that wait -----------------------------------------------------------
 */

static void describe_id(enum id_kind kind, PXE_BOOT_OCTETS octets, struct asker *out)
{
	struct id *id = &out->ids[out->n_ids];

	if (octets.cbData == 0 || octets.cbData > ID_MAX)
		return;
	id->kind = (uint8_t)kind;
	id->len = (uint8_t)octets.cbData;
	if (kind == ID_UUID)
		uuid_turn(octets.pData, id->at);
	else
		memcpy(id->at, octets.pData, octets.cbData);
	out->n_ids++;
}

/* Words of a stranger: what is no letter becomes a question mark. */
static void describe_class(const PXE_BOOT_CLIENT *client, char out[PENDING_WHAT_SIZE])
{
	size_t len = client->nVendorClasses > 0 ? client->VendorClasses[0].cbData : 0;

	len = len < PENDING_WHAT_SIZE ? len : PENDING_WHAT_SIZE - 1;
	for (size_t i = 0; i < len; i++) {
		char c = (char)client->VendorClasses[0].pData[i];

		out[i] = c < ' ' || c == 0x7f || c == '<' ? '?' : c;
	}
	out[len] = '\0';
}

static void describe_place(struct inventory *inventory, HANDLE request,
			   const PXE_BOOT_CLIENT *client, char out[PENDING_PLACE_SIZE])
{
	CHAR interface[PXE_BOOT_INTERFACE_SIZE] = "";
	const BYTE *at = client->Network.bAddress;

	(void)request;
	(void)PxeBootInterface(inventory->boot, client, interface);
	if (!client->bRelayed)
		snprintf(out, PENDING_PLACE_SIZE, "%s", interface);
	else if (client->Network.uAddrLen == 4)
		snprintf(out, PENDING_PLACE_SIZE, PENDING_RELAY "%u.%u.%u.%u", at[0], at[1], at[2],
			 at[3]);
	else
		snprintf(out, PENDING_PLACE_SIZE, PENDING_RELAY "%x:%x:%x:%x::/64",
			 at[0] << 8 | at[1], at[2] << 8 | at[3], at[4] << 8 | at[5],
			 at[6] << 8 | at[7]);
}

void answer_describe(struct inventory *inventory, HANDLE request, const PXE_BOOT_CLIENT *client,
		     struct asker *out)
{
	out->n_ids = 0;
	describe_id(ID_UUID, client->Uuid, out);
	describe_id(ID_MAC, client->Mac, out);
	describe_id(ID_DUID, client->Duid, out);
	out->arch = client->uArch;
	describe_class(client, out->what);
	describe_place(inventory, request, client, out->place);
}
