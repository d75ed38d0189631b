/* What must be true, whatever happens: told by the wraps of the guards at the very moment, and
 * looked at after every step.
 */
#include "provider/life.h"
#include "provider/share.h"
#include "sim/sim.h"

enum { HANDLES = 4 * TURNS_MAX, SLOTS_MAX = 64 };

static struct {
	struct turn turn[TURNS_MAX];
	unsigned n_turns;
	uint16_t by_handle[HANDLES]; /* index + 1 */
	struct sim_case of[CASES_MAX];
	unsigned n_cases;
	struct sim_case *by_number[CASES_MAX];
	uint64_t received, open, ended[OUTCOME_COUNT];
	uint64_t went_out; /* replies */
	struct {
		uint64_t asked, skipped, replies;
	} by_name[NAMES];
	struct turn *slot[SLOTS_MAX]; /* the last turn of each slot of the table */
	struct sim_case *trial[SLOTS_MAX];
} model;

struct sim_case *model_arriving;

static struct host *host(void)
{
	return sim.server.host;
}

void model_begin(void)
{
	memset(model.by_handle, 0, sizeof(model.by_handle));
	memset(model.by_number, 0, sizeof(model.by_number));
	memset(model.ended, 0, sizeof(model.ended));
	memset(model.slot, 0, sizeof(model.slot));
	memset(model.by_name, 0, sizeof(model.by_name));
	memset(model.trial, 0, sizeof(model.trial));
	model.n_turns = model.n_cases = 0;
	model.received = model.open = model.went_out = 0;
	model_arriving = NULL;
}

/* ---- turns ---- */

bool turn_is_live(const struct turn *t)
{
	return turn_is_held(t) && !t->expired;
}

bool turn_is_held(const struct turn *t)
{
	return t->state != TURN_ASKED && !t->decided && !t->closed;
}

/* May the provider still look at its memory? */
static bool has_memory(const struct turn *t)
{
	return t->state == TURN_INSIDE || (t->state == TURN_PENDING && turn_is_held(t)) ||
	       (t->telling && t->packet);
}

bool turn_is_untold(const struct turn *t)
{
	return t->unit->tells && t->claimed && t->expired && !t->told && !t->decided && !t->closed;
}

static uint32_t place_of(uint64_t handle)
{
	uint32_t at = (uint32_t)((handle * 0x9e3779b97f4a7c15u) >> 40) % HANDLES;

	while (model.by_handle[at] && model.turn[model.by_handle[at] - 1].handle != handle)
		at = (at + 1) % HANDLES;
	return at;
}

struct turn *model_turn(uint64_t handle)
{
	uint16_t index = model.by_handle[place_of(handle)];

	return index ? &model.turn[index - 1] : NULL;
}

struct turn *model_any_turn(void)
{
	return model.n_turns ? &model.turn[sim_below(model.n_turns)] : NULL;
}

struct turn *model_pending_turn(void)
{
	uint32_t n = 0, count = host()->table.count;

	for (uint32_t i = 0; i < count; i++)
		n += model.slot[i] && model.slot[i]->state == TURN_PENDING &&
		     turn_is_held(model.slot[i]);
	n = n ? 1 + sim_below(n) : 0;
	for (uint32_t i = 0; n && i < count; i++)
		if (model.slot[i] && model.slot[i]->state == TURN_PENDING &&
		    turn_is_held(model.slot[i]) && --n == 0)
			return model.slot[i];
	return NULL;
}

unsigned model_turns(void)
{
	return model.n_turns;
}

/* ---- cases ---- */

static void chain_note(struct sim_case *c)
{
	const struct chain *chain = host()->chain;

	for (uint32_t i = 0; chain && i < chain->n && i < ROWS_MAX; i++)
		c->chain[c->n_chain++] = unit_of(chain->provider[i]);
}

struct sim_case *model_arrives(bool trial)
{
	struct sim_case *c = &model.of[model.n_cases++];

	HOLDS(model.n_cases < CASES_MAX, "more than %d requests", CASES_MAX);
	*c = (struct sim_case){ .trial = trial, .open = true, .at_ms = sim_ms() };
	chain_note(c);
	model_arriving = c;
	if (trial)
		return c;
	c->number = ++model.received;
	model.by_number[c->number] = c;
	model.open++;
	return c;
}

static struct sim_case *case_of(const struct request *req)
{
	if (req->number)
		return model.by_number[req->number];
	return model.trial[req->index];
}

/* ---- who is asked ---- */

/* Is there a reason why the provider at that place of the chain is not asked? */
static bool may_skip(const struct sim_case *c, unsigned at)
{
	const struct unit *u = c->chain[at];

	return u->paused || (c->busy >> at & 1) || (c->foreign && !u->all) ||
	       (c->trial && !u->trial);
}

static void check_next(struct sim_case *c, const struct unit *u)
{
	while (c->next < c->n_chain && c->chain[c->next] != u) {
		HOLDS(may_skip(c, c->next), "p%u is passed over without a reason",
		      c->chain[c->next]->name);
		c->next++;
	}
	HOLDS(c->next < c->n_chain, "p%u is asked out of turn, or is not of the request's chain",
	      u->name);
	c->next++;
	HOLDS(!u->paused, "p%u is asked, and is paused", u->name);
}

static void check_share(const struct request *req, const struct provider *p);

static uint64_t patience_ms(const struct provider *p, const struct sim_case *c)
{
	double seconds = p->pending_timeout >= 0 ? p->pending_timeout : 2.0;
	uint64_t ms = (uint64_t)(seconds * 1000);

	return c->trial && ms > HOST_TRIAL_MS ? HOST_TRIAL_MS : ms;
}

static struct turn *turn_new(struct request *req, uint64_t generation)
{
	uint64_t handle = request_handle(req, generation);
	uint32_t at = place_of(handle);
	struct turn *t = &model.turn[model.n_turns++];

	HOLDS(model.n_turns < TURNS_MAX, "more than %d turns", TURNS_MAX);
	HOLDS(!model.by_handle[at], "a request's handle is given out twice");
	*t = (struct turn){ .handle = handle };
	model.by_handle[at] = (uint16_t)model.n_turns;
	return t;
}

/* A turn begins. */
static void turn_begins(struct request *req, uint64_t generation, bool queued)
{
	struct turn *before = model.slot[req->index], *t = turn_new(req, generation);
	struct sim_case *c = case_of(req);

	if (!req->number && (!c || !c->open))
		c = model.trial[req->index] = model_arriving;
	HOLDS(c && c->open, "a request is asked about that is over");
	HOLDS(!before || (!has_memory(before) && (before->closed || before->decided)),
	      "a slot is used again that its provider has not given back");
	t->of = c;
	t->unit = unit_of(req->asked);
	t->queued = queued;
	t->claimed = !queued;
	t->deadline_ms = sim_ms() + patience_ms(req->asked, c);
	if (c->turn && c->turn->meant == VERDICT_ERROR)
		c->failures |= 1ull << OUTCOME_FAILED;
	check_next(c, t->unit);
	check_share(req, req->asked);
	c->turn = t;
	c->n_turns++;
	model.by_name[t->unit->name].asked += !c->trial;
	model.slot[req->index] = t;
}

/* ---- shares ---- */

/* Counted from the table, not from what the provider's own counters say. */
static void count_held(const struct provider *p, uint32_t *pending, uint32_t *quarantined)
{
	*pending = *quarantined = 0;
	for (uint32_t i = 0; i < host()->table.count; i++) {
		const struct request *req = &host()->table.slot[i];

		if (req->asked != p || !req->list)
			continue;
		*pending += req->list == &p->pending_visits;
		*quarantined += req->list == &p->quarantine;
	}
}

static bool share_is_spent(const struct request *req, const struct provider *p)
{
	uint32_t table = host()->table.count, pending, quarantined, all = 0;
	uint32_t share = req->chain->n > 1 ? (table + 1) / 2 : table;

	count_held(p, &pending, &quarantined);
	for (uint32_t i = 0; i < table; i++) {
		const struct request *each = &host()->table.slot[i];

		all += each->list && each->list == &each->asked->quarantine;
	}
	return quarantined >= share / 2 || (quarantined > 0 && all >= (table + 1) / 2) ||
	       pending + quarantined >= share;
}

static void check_share(const struct request *req, const struct provider *p)
{
	HOLDS(!share_is_spent(req, p), "p%u is asked, and has its share already", unit_of(p)->name);
}

bool __real_share_is_full(const struct host *host, struct provider *p, const struct request *req);
bool __wrap_share_is_full(const struct host *host, struct provider *p, const struct request *req);

bool __wrap_share_is_full(const struct host *of, struct provider *p, const struct request *req)
{
	bool full = __real_share_is_full(of, p, req);
	struct sim_case *c = req->number ? model.by_number[req->number]
			     : model.trial[req->index] && model.trial[req->index]->open
				     ? model.trial[req->index]
				     : model_arriving;

	HOLDS(full == share_is_spent(req, p), "p%u is %s", unit_of(p)->name,
	      full ? "passed over, and has not its share" : "asked, and has its share");
	for (unsigned i = 0; full && i < c->n_chain; i++)
		if (c->chain[i] == unit_of(p))
			c->busy |= 1u << i;
	model.by_name[unit_of(p)->name].skipped += full && !c->trial;
	return full;
}

/* ---- the guards ---- */

static struct request *request_of_guard(const struct guard *guard)
{
	const struct request_table *table = &host()->table;
	uintptr_t at = (uintptr_t)guard, from = (uintptr_t)table->slot;

	if (at < from || at >= from + table->count * sizeof(struct request))
		return NULL; /* a provider's */
	return CONTAINER_OF(guard, struct request, guard);
}

static struct turn *turn_of_guard(const struct guard *guard)
{
	const struct request *req = request_of_guard(guard);

	return req ? model.slot[req->index] : NULL;
}

uint64_t __real_guard_open(struct guard *guard);
uint64_t __real_guard_queue(struct guard *guard);
bool __real_guard_claim(struct guard *guard, uint64_t generation);
bool __real_guard_pin(struct guard *guard, uint64_t generation, enum guard_use use);
bool __real_guard_unpin(struct guard *guard);
bool __real_guard_park(struct guard *guard);
bool __real_guard_decide(struct guard *guard, uint64_t generation, unsigned verdict, bool *last);
bool __real_guard_close(struct guard *guard, unsigned verdict, bool *overruled, bool *last);
bool __real_guard_expire(struct guard *guard, unsigned verdict, enum handle_state *was, bool *last);
void __real_guard_free(struct guard *guard);
void __wrap_guard_free(struct guard *guard);
uint64_t __wrap_guard_open(struct guard *guard);
uint64_t __wrap_guard_queue(struct guard *guard);
bool __wrap_guard_claim(struct guard *guard, uint64_t generation);
bool __wrap_guard_pin(struct guard *guard, uint64_t generation, enum guard_use use);
bool __wrap_guard_unpin(struct guard *guard);
bool __wrap_guard_park(struct guard *guard);
bool __wrap_guard_decide(struct guard *guard, uint64_t generation, unsigned verdict, bool *last);
bool __wrap_guard_close(struct guard *guard, unsigned verdict, bool *overruled, bool *last);
bool __wrap_guard_expire(struct guard *guard, unsigned verdict, enum handle_state *was, bool *last);

void __wrap_guard_free(struct guard *guard)
{
	fiber_point();
	HOLDS(guard_view(guard).state == HANDLE_CLOSED && guard_view(guard).pins == 0,
	      "a guard is freed that is in state %d, with %u pins", (int)guard_view(guard).state,
	      guard_view(guard).pins);
	__real_guard_free(guard);
}

uint64_t __wrap_guard_open(struct guard *guard)
{
	struct request *req = request_of_guard(guard);
	uint64_t generation = __real_guard_open(guard);

	if (req)
		turn_begins(req, generation, false);
	return generation;
}

uint64_t __wrap_guard_queue(struct guard *guard)
{
	uint64_t generation = __real_guard_queue(guard);

	turn_begins(request_of_guard(guard), generation, true);
	return generation;
}

bool __wrap_guard_claim(struct guard *guard, uint64_t generation)
{
	bool claimed;

	fiber_point();
	claimed = __real_guard_claim(guard, generation);
	if (claimed) {
		struct turn *t = model_turn(request_handle(request_of_guard(guard), generation));

		HOLDS(t && t->queued && !t->claimed && !t->closed, "a turn is claimed twice");
		t->claimed = true;
		fiber_point();
	}
	return claimed;
}

bool __wrap_guard_pin(struct guard *guard, uint64_t generation, enum guard_use use)
{
	bool pinned;

	fiber_point();
	pinned = __real_guard_pin(guard, generation, use);
	if (pinned)
		fiber_point();
	return pinned;
}

bool __wrap_guard_unpin(struct guard *guard)
{
	bool last;

	fiber_point();
	HOLDS(guard_view(guard).pins > 0, "a pin is given back that nobody has");
	last = __real_guard_unpin(guard);
	fiber_point();
	return last;
}

bool __wrap_guard_park(struct guard *guard)
{
	bool last;

	fiber_point();
	last = __real_guard_park(guard);
	fiber_point();
	return last;
}

bool __wrap_guard_decide(struct guard *guard, uint64_t generation, unsigned verdict, bool *last)
{
	struct turn *t;
	bool decided;

	fiber_point();
	decided = __real_guard_decide(guard, generation, verdict, last);
	if (!decided)
		return false;
	t = model_turn(request_handle(request_of_guard(guard), generation));
	HOLDS(t && turn_is_held(t), "a decision is taken for what is over");
	if (!t->expired)
		t->meant = (enum verdict)verdict;
	t->decided_as = (enum verdict)verdict;
	t->decided = true;
	fiber_point();
	return true;
}

bool __wrap_guard_close(struct guard *guard, unsigned verdict, bool *overruled, bool *last)
{
	struct turn *t;
	bool closed;

	fiber_point();
	t = turn_of_guard(guard);
	closed = __real_guard_close(guard, verdict, overruled, last);
	if (!t)
		return closed;
	t->closed = true;
	HOLDS(closed || t->expired || t->state != TURN_BACK,
	      "what p%u returns does not count, and it was in time", t->unit->name);
	if (closed && t->state == TURN_BACK) {
		HOLDS(verdict == t->returned, "p%u returns %u, and %u is noted", t->unit->name,
		      t->returned, verdict);
		t->meant = t->returned;
	}
	if (closed && verdict == VERDICT_BUSY) {
		for (unsigned i = 0; i < t->of->n_chain; i++)
			if (t->of->chain[i] == t->unit)
				t->of->busy |= 1u << i;
		t->meant = VERDICT_BUSY;
	}
	fiber_point();
	return closed;
}

bool __wrap_guard_expire(struct guard *guard, unsigned verdict, enum handle_state *was, bool *last)
{
	bool expired = __real_guard_expire(guard, verdict, was, last);
	struct turn *t = turn_of_guard(guard);

	if (!expired)
		return false;
	HOLDS(!t->decided || *was == HANDLE_LATCHED, "a turn expires that was decided");
	t->expired = true;
	t->closed = *was != HANDLE_OPEN && *was != HANDLE_PARKED;
	t->meant = (enum verdict)verdict;
	if (verdict == VERDICT_TIMEOUT)
		HOLDS(sim_ms() >= t->deadline_ms, "a turn expires %u ms before its deadline",
		      (unsigned)(t->deadline_ms - sim_ms()));
	fiber_point();
	return true;
}

/* ---- packets: between what is found and what is done ---- */

int __real_packet_hold(struct packet_store *store, struct request *req, const void *p,
		       uint32_t len);
void __real_packet_unhold(struct packet_store *store, struct request *req, int place);
int __wrap_packet_hold(struct packet_store *store, struct request *req, const void *p,
		       uint32_t len);
void __wrap_packet_unhold(struct packet_store *store, struct request *req, int place);

int __wrap_packet_hold(struct packet_store *store, struct request *req, const void *p, uint32_t len)
{
	int place = __real_packet_hold(store, req, p, len);

	if (place >= 0)
		model.slot[req->index]->on_way = (void *)(uintptr_t)p;
	fiber_point();
	return place;
}

void __wrap_packet_unhold(struct packet_store *store, struct request *req, int place)
{
	fiber_point();
	HOLDS((atomic_load(&req->packet[place].word) & ~(uintptr_t)15) != 0,
	      "a packet is gone that was being sent");
	model.slot[req->index]->on_way = NULL;
	__real_packet_unhold(store, req, place);
}

/* ---- the end of a request ---- */

static bool is_exhausted(const struct sim_case *c)
{
	for (unsigned i = c->next; i < c->n_chain; i++)
		if (!may_skip(c, i))
			return false;
	return true;
}

static bool has_failed(const struct sim_case *c, enum outcome outcome)
{
	return c->failures >> outcome & 1;
}

void model_refused(struct turn *t, DWORD code)
{
	if (code == ERROR_NETWORK_UNREACHABLE)
		t->of->failures |= 1ull << OUTCOME_NO_ROUTE;
	if (code == ERROR_NOT_ENOUGH_MEMORY)
		t->of->failures |= 1ull << OUTCOME_NO_ROOM;
}

/* Is that how the turns of the case went? */
static bool is_right(const struct sim_case *c, enum outcome outcome)
{
	const struct turn *t = c->turn;
	enum verdict meant = t ? t->meant : VERDICT_NONE;
	bool answers = meant == VERDICT_NBP || meant == VERDICT_CUSTOM;

	switch ((unsigned)outcome) {
	case OUTCOME_NBP:
	case OUTCOME_CUSTOM:
		return meant == (outcome == OUTCOME_NBP ? VERDICT_NBP : VERDICT_CUSTOM) &&
		       t->sent + t->sending > 0;
	case OUTCOME_UNSENT:
		return answers && t->sent == 0;
	case OUTCOME_IGNORED:
		return meant == VERDICT_IGNORE;
	case OUTCOME_TIMEOUT:
		return meant == VERDICT_TIMEOUT;
	case OUTCOME_ABORTED:
		return meant == VERDICT_ABORTED && sim.aborted;
	case OUTCOME_BUSY:
		return c->busy != 0;
	case OUTCOME_NOT_OURS:
		return c->strange;
	case OUTCOME_UNSEEN:
		return c->n_turns == 0 && is_exhausted(c);
	case OUTCOME_REJECTED:
		return is_exhausted(c) && c->n_turns > 0 &&
		       (meant == VERDICT_REJECTED || meant == VERDICT_ERROR ||
			meant == VERDICT_BUSY);
	default:
		break;
	}
	return false;
}

/* Where something went wrong with a reply, or an error was returned, on the way. */
static bool is_failure(const struct sim_case *c, enum outcome outcome)
{
	enum verdict meant = c->turn ? c->turn->meant : VERDICT_NONE;

	switch ((unsigned)outcome) {
	case OUTCOME_NO_ROUTE:
	case OUTCOME_NO_ROOM:
		return c->turn != NULL;
	case OUTCOME_FAILED:
		return meant == VERDICT_ERROR || has_failed(c, OUTCOME_FAILED);
	case OUTCOME_MALFORMED:
	case OUTCOME_BOOTP:
		return c->foreign;
	default:
		return false;
	}
}

/* Does the limit count `a` for the client of `c`? What is no DHCP is nobody's, or everybody's. */
static bool counts_for(const struct sim_case *a, const struct sim_case *c)
{
	if (a == c || a->trial || a->foreign != c->foreign)
		return false;
	return a->foreign || (a->client == c->client && a->outcome < OUTCOME_MALFORMED);
}

/* Requests of its client in the ten seconds before, that were admitted. */
static uint32_t asked_lately(const struct sim_case *c)
{
	uint32_t n = 0;

	for (unsigned i = model.n_cases; i-- > 0 && sim_ms() - model.of[i].at_ms < 10000;)
		n += counts_for(&model.of[i], c);
	return n;
}

static void check_dropped(const struct sim_case *c, enum outcome outcome)
{
	uint32_t used = request_table_used(&host()->table);

	switch ((unsigned)outcome) {
	case OUTCOME_TABLE_FULL:
		HOLDS(used == host()->table.count, "the table is called full with %u of %u", used,
		      host()->table.count);
		return;
	case OUTCOME_DUPLICATE:
		HOLDS(c->again, "a datagram is called a duplicate, and is none");
		return;
	case OUTCOME_MALFORMED:
	case OUTCOME_BOOTP:
		HOLDS(c->foreign, "a good datagram is called %s", outcome_name(outcome));
		return;
	case OUTCOME_CLIENT_RATE:
		HOLDS(asked_lately(c) >= host()->limits.per_client && host()->limits.per_client,
		      "client %u asks too often, and has asked %u times", c->client,
		      asked_lately(c));
		return;
	default:
		sim_fail("a datagram is dropped as %s", outcome_name(outcome));
	}
}

static struct sim_case *ended_case(const struct ending *end)
{
	return end->req && end->req->number ? model.by_number[end->req->number] : model_arriving;
}

void model_ended(const struct ending *end)
{
	struct sim_case *c = ended_case(end);

	if (end->req && !end->req->number && model.trial[end->req->index] &&
	    model.trial[end->req->index]->open)
		c = model.trial[end->req->index];
	HOLDS(c != NULL, "a datagram ends that never came");
	HOLDS(c->open, "a request ends twice: as %s, and as %s", outcome_name(c->outcome),
	      outcome_name(end->outcome));
	c->open = false;
	c->outcome = end->outcome;
	if (!c->trial) {
		model.ended[end->outcome]++;
		model.open--;
	}
	HOLDS(!c->again || c->forgotten || end->outcome == OUTCOME_DUPLICATE,
	      "a duplicate is not seen");
	if (end->dropped)
		check_dropped(c, end->outcome);
	else
		HOLDS(is_right(c, end->outcome) || is_failure(c, end->outcome),
		      "request %u ends as %s, but the last provider's verdict is %d",
		      (unsigned)c->number, outcome_name(end->outcome),
		      c->turn ? (int)c->turn->meant : -1);
}

/* ---- replies ---- */

void model_sent(const struct outgoing *out)
{
	struct sim_case *c = out->number ? model.by_number[out->number] : NULL;

	HOLDS(c != NULL, "a reply goes out to nobody's request");
	HOLDS(out->len > DHCP4_COOKIE && load_be32(out->octets + DHCP4_XID) == c->xid &&
		      load_be32(out->octets + DHCP4_CHADDR + 2) == c->client,
	      "a reply goes out that is another client's");
	HOLDS(ip_equal(&out->to.ip, &c->to.ip) && out->to.port == c->to.port,
	      "a reply goes out to the wrong address");
	HOLDS(c->n_turns > 0, "a reply goes out that no provider has sent");
	model.went_out++;
}

/* ---- after every step ---- */

static void check_counters(void)
{
	struct host_counters now;
	uint64_t sum = 0;

	host_counters(host(), &now);
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		HOLDS(now.outcomes[i] == model.ended[i], "%s is counted %u times, and was %u times",
		      outcome_name((enum outcome)i), (unsigned)now.outcomes[i],
		      (unsigned)model.ended[i]);
		sum += now.outcomes[i];
	}
	HOLDS(now.received == model.received, "received are counted %u, and were %u",
	      (unsigned)now.received, (unsigned)model.received);
	HOLDS(now.received == sum + now.pending, "the counters do not add up");
	HOLDS(now.pending == model.open, "pending are counted %u, and are %u", now.pending,
	      (unsigned)model.open);
}

static uint32_t list_length(const struct visits *list)
{
	uint32_t n = 0;

	for (const struct request *req = list->oldest; req && n < SLOTS_MAX; req = req->after)
		n++;
	return n;
}

static void check_provider(const struct provider *p, uint32_t *quarantined)
{
	uint32_t mine = list_length(&p->quarantine);

	HOLDS(p->pending == list_length(&p->pending_visits), "%s: pending are counted %u, not %u",
	      p->name, p->pending, list_length(&p->pending_visits));
	HOLDS(p->state != PROVIDER_SHUTTING_DOWN || p->handle == NULL || unit_of(p)->inside == 0,
	      "%s is being stopped, and is inside", p->name);
	HOLDS(p->quarantined == mine, "%s: quarantined are counted %u, not %u", p->name,
	      p->quarantined, mine);
	*quarantined += mine;
}

static void check_providers(void)
{
	uint32_t quarantined = 0;

	for (uint32_t i = 0; i < PROVIDERS_MAX && i < UNITS_MAX; i++) {
		const struct provider *p = atomic_load(&host()->slot[i].provider);

		if (p && host()->slot[i].taken)
			check_provider(p, &quarantined);
	}
	HOLDS(host()->quarantined == quarantined, "all quarantined are counted %u, not %u",
	      host()->quarantined, quarantined);
}

void model_check_packet(const struct turn *t)
{
	if (has_memory(t))
		HOLDS(memcmp(t->packet, t->copy, t->len) == 0,
		      "the packet changes that p%u has not given back", t->unit->name);
}

static void check_memory(void)
{
	for (uint32_t i = 0; i < host()->table.count; i++)
		if (model.slot[i])
			model_check_packet(model.slot[i]);
}

/* A thread that ended, and that no other has followed, cannot tell. */
void model_check_told(const struct unit *u)
{
	for (uint32_t i = 0; i < host()->table.count; i++) {
		const struct turn *t = model.slot[i];

		HOLDS(!t || t->unit != u || !turn_is_untold(t) ||
			      (sim_on(KIND_CRASH) && sim_on(KIND_FAULT)),
		      "p%u is shut down, and was not told of a request", u->name);
	}
}

static void check_woken(void)
{
	const struct host *h = host();

	HOLDS(sim.woken || (!atomic_load(&h->verdicts.newest) && !atomic_load(&h->replies.newest) &&
			    !atomic_load(&h->stopped.newest)),
	      "a letter waits, and the loop has not been woken");
}

void model_check(void)
{
	check_counters();
	check_providers();
	check_memory();
	check_woken();
}

/* ---- now and then ---- */

void model_check_deadlines(void)
{
	for (uint32_t i = 0; i < host()->table.count; i++) {
		const struct turn *t = model.slot[i];

		HOLDS(!t || !t->of->open || t->of->turn != t || t->deadline_ms > sim_ms() ||
			      t->closed || t->decided || t->state == TURN_BACK,
		      "a turn of p%u is %u ms over its deadline", t->unit->name,
		      (unsigned)(sim_ms() - t->deadline_ms));
	}
}

static void check_served(const struct provider *p)
{
	const struct request *req = p->pending_visits.oldest;

	for (; req; req = req->after)
		HOLDS(guard_view(&req->guard).state != HANDLE_QUEUED ||
			      !fiber_waits_for(&p->queued),
		      "a request waits for %s, and a thread of it waits for work", p->name);
	HOLDS(ring_level((struct ring *)(uintptr_t)&p->ended) == 0 || !fiber_waits_for(&p->queued),
	      "%s is not told, and a thread of it waits for work", p->name);
}

/* Is somebody outside the loop still to do something about this request? */
static bool is_awaited(const struct request *req)
{
	const struct turn *t = model.slot[req->index];

	if (!t || req->asked->handle != t->unit->handle)
		return false;
	if (!t->of->open) /* it has ended: who may still touch it? */
		return has_memory(t) || (t->claimed && t->state == TURN_ASKED);
	return has_memory(t) || (t->state == TURN_ASKED && !t->closed);
}

static uint32_t packets_of(const struct request *req)
{
	uint32_t n = 0;

	for (int i = 0; i < REQUEST_PACKETS_MAX; i++)
		n += atomic_load(&req->packet[i].word) != 0;
	return n;
}

/* Nothing is on its way: what is held is held by somebody, and counted. */
static void check_held(const struct provider *p)
{
	struct provider *of = (struct provider *)(uintptr_t)p;
	uint32_t packets = 0;

	for (uint32_t i = 0; i < host()->table.count; i++) {
		const struct request *req = &host()->table.slot[i];

		if (req->asked != p || !req->list)
			continue;
		HOLDS(is_awaited(req), "%s holds a request that nobody will give back", p->name);
		HOLDS(model.slot[i]->of->open || model.slot[i]->state != TURN_PENDING ||
			      model.slot[i]->telling || !req->chain,
		      "a request is over, and its chain is held for %s", p->name);
		HOLDS(!turn_is_untold(model.slot[i]) || (p->has_queue && ring_level(&of->ended)),
		      "%s is never told of a request", p->name);
		packets += packets_of(req);
	}
	HOLDS(p->packets == packets, "%s: packets are counted %u, and are %u", p->name, p->packets,
	      packets);
}

static void check_used(void)
{
	uint32_t listed = 0;

	for (uint32_t i = 0; i < host()->table.count; i++)
		listed += host()->table.slot[i].list != NULL;
	HOLDS(listed == request_table_used(&host()->table), "%u slots are used, and %u are held",
	      request_table_used(&host()->table), listed);
}

void model_check_idle(void)
{
	check_used();
	for (uint32_t i = 0; i < PROVIDERS_MAX; i++) {
		const struct provider *p = atomic_load(&host()->slot[i].provider);

		if (!p)
			continue;
		check_held(p);
		if (p->has_queue)
			check_served(p);
	}
}

static const struct row *row_named(unsigned name)
{
	for (unsigned i = 0; i < disk.force.n; i++)
		if (disk.force.row[i].name == name)
			return &disk.force.row[i];
	return NULL;
}

void model_list_changed(void)
{
	for (unsigned i = 0; i < NAMES; i++)
		if (!row_named(i)) /* one of that name will be new */
			units.paused[i] = false;
}

void model_check_list(void)
{
	const struct chain *chain = host()->chain;
	unsigned next = 0;

	for (uint32_t i = 0; chain && i < chain->n; i++) {
		const struct unit *u = unit_of(chain->provider[i]);
		const struct row *row = row_named(u->name);

		HOLDS(row != NULL, "p%u is in the chain, and in no file", u->name);
		HOLDS(row >= disk.force.row + next, "p%u is out of order", u->name);
		next = (unsigned)(row - disk.force.row) + 1;
		HOLDS(u->state == UNIT_RUNNING, "p%u is in the chain, and does not run", u->name);
		HOLDS(u->applied == row->settings && key_settings(u->key) == row->settings,
		      "p%u goes by settings %u, but those in force are %u", u->name, u->applied,
		      row->settings);
		HOLDS(u->paused == units.paused[u->name], "p%u is %spaused, and was told otherwise",
		      u->name, u->paused ? "" : "not ");
		HOLDS((uintptr_t)chain->provider[i]->module.image == row->build,
		      "p%u is not the module in force", u->name);
		HOLDS(atomic_load(&chain->provider[i]->critical) == row->critical,
		      "p%u does not go by the keys in force", u->name);
	}
	HOLDS(disk.limits_stayed || host()->limits.per_client == disk.force.per_client,
	      "the limits are not those in force");
}

void model_took_reply(const struct turn *t)
{
	model.by_name[t->unit->name].replies += !t->of->trial;
}

/* What each name has done, all its instances together. */
static void check_name(unsigned name)
{
	struct provider_counters now;
	uint64_t outcomes = 0, times = 0;
	char text[16];

	snprintf(text, sizeof(text), "p%u", name);
	provider_name_counters(host(), text, &now);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		outcomes += now.outcome[i];
	for (int i = 0; i < LATENCY_BUCKETS; i++)
		times += now.latency[i];
	HOLDS(times == now.asked, "%s was asked %u times, and %u times are counted", text,
	      (unsigned)now.asked, (unsigned)times);
	HOLDS(now.asked == model.by_name[name].asked, "%s was asked %u times, and %u are counted",
	      text, (unsigned)model.by_name[name].asked, (unsigned)now.asked);
	HOLDS(now.replies == model.by_name[name].replies, "%s sent %u replies, and %u are counted",
	      text, (unsigned)model.by_name[name].replies, (unsigned)now.replies);
	HOLDS(outcomes == now.asked + model.by_name[name].skipped,
	      "%s had %u turns, and %u ends are counted", text,
	      (unsigned)(now.asked + model.by_name[name].skipped), (unsigned)outcomes);
}

void model_check_end(void)
{
	const struct host *h = host();

	model_check();
	HOLDS(model.went_out == h->count.replies, "%u replies were taken, and %u went out",
	      (unsigned)h->count.replies, (unsigned)model.went_out);
	HOLDS(model.open == 0, "%u requests have no outcome", (unsigned)model.open);
	HOLDS(request_table_used(&h->table) == 0, "%u slots are not given back",
	      request_table_used(&h->table));
	HOLDS(packet_store_used(&h->packets) == 0, "%u packets are not given back",
	      packet_store_used(&h->packets));
	HOLDS(packet_store_used(&h->replies_store) == 0, "%u replies are not given back",
	      packet_store_used(&h->replies_store));
	for (size_t i = 0; i < ARRAY_LEN(host()->trial); i++)
		HOLDS(host()->trial[i].id == 0, "a trial is not closed");
	for (unsigned i = 0; i < model.n_cases; i++)
		HOLDS(!model.of[i].open, "a trial has no end");
	for (unsigned i = 0; i < units.n; i++)
		HOLDS(units.at[i].state == UNIT_SHUT || units.at[i].state == UNIT_GONE,
		      "p%u was not shut down", units.at[i].name);
	for (unsigned i = 0; i < NAMES && !sim_on(KIND_FAULT); i++) /* a name needs memory */
		check_name(i);
	for (uint32_t i = 0; i < PROVIDERS_MAX; i++)
		HOLDS(!h->slot[i].taken, "a provider is not freed");
	HOLDS(fiber_count() == 0, "%u threads are not over", fiber_count());
}
