/* What providers do, well behaved or not, and what the API must say to it. */
#include <semaphore.h>

#include <wdspxe-windows.h>

#include "dhcp/dhcp4_option.h"
#include "sim/sim.h"

struct units units;

/* Calls that do not return wait here until somebody lets one go on. */
static sem_t gate;

void units_begin(void)
{
	sem_init(&gate, 0, 0);
}

void units_end(void)
{
	memset(&units, 0, sizeof(units));
	sem_destroy(&gate);
}

struct unit *unit_of(const struct provider *p)
{
	for (unsigned i = units.n; i-- > 0;)
		if (units.at[i].handle == p->handle && units.at[i].state != UNIT_GONE)
			return &units.at[i];
	sim_fail("provider %s is asked, and has not been started", p->name);
}

static HANDLE handle_of(const struct turn *t)
{
	return (HANDLE)(uintptr_t)t->handle;
}

/* ---- calls of the API, and what they must return ---- */

static uint8_t *reply_write(const struct turn *t, uint8_t *reply, ULONG *len)
{
	static const uint8_t options[] = { 0x63, 0x82, 0x53, 0x63, 53,  1,   2,   54,  4,
					   192,  0,    2,    1,    60,  9,   'P', 'X', 'E',
					   'C',  'l',  'i',  'e',  'n', 't', 255 };

	memcpy(reply, t->packet, DHCP4_COOKIE); /* as it is now: it must still be this client's */
	reply[0] = 2;
	memcpy(reply + DHCP4_COOKIE, options, sizeof(options));
	*len = DHCP4_COOKIE + sizeof(options);
	return reply;
}

static void *packet_new(struct turn *t)
{
	bool before = turn_is_live(t);
	void *packet = PxePacketAllocate(t->unit->handle, handle_of(t), 400);
	DWORD code = packet ? 0 : GetLastError();

	HOLDS(!packet || before, "a packet is given for a request that is over");
	HOLDS(packet || !turn_is_live(t) || code == ERROR_NOT_ENOUGH_MEMORY,
	      "no packet is given, code %u", code);
	return packet;
}

static void packet_drop(struct turn *t, void *packet)
{
	bool before = turn_is_held(t);
	DWORD code = PxePacketFree(t->unit->handle, handle_of(t), packet);

	HOLDS(code != 0 || before, "a packet is freed of a request that was given back");
	HOLDS(code == 0 || !turn_is_held(t), "a packet cannot be freed, code %u", code);
}

static bool is_shortage(DWORD code)
{
	return code == ERROR_NOT_ENOUGH_MEMORY || code == ERROR_NETWORK_UNREACHABLE;
}

static void turn_send(struct turn *t, void *packet, ULONG len)
{
	const PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	bool before = turn_is_live(t);
	DWORD code;

	t->sending++;
	code = PxeSendReply(handle_of(t), packet, len, (PXE_ADDRESS *)(uintptr_t)&rules);
	t->sending--;
	HOLDS(code != 0 || before, "a reply is taken for a request that is over");
	HOLDS(code == 0 || !turn_is_live(t) || is_shortage(code) || t->of->strange ||
		      t->of->foreign,
	      "a reply is not taken, code %u", code);
	HOLDS(code != 0 || (!t->of->strange && !t->of->foreign),
	      "a reply is taken to what must not be answered");
	if (code == 0) {
		t->sent++;
		model_took_reply(t);
	} else {
		model_refused(t, code);
	}
}

static void reply(struct turn *t)
{
	uint8_t *packet = packet_new(t);
	ULONG len;

	if (!packet)
		return;
	fiber_point();
	if (!t->of->foreign && turn_is_held(t)) {
		reply_write(t, packet, &len);
		fiber_point();
		turn_send(t, packet, len);
		if (t->freed == packet) { /* while it was sent */
			t->freed = NULL;
			return;
		}
		fiber_point();
	}
	if (sim_happens(KIND_LEAK, 4))
		t->kept = packet;
	else if (turn_is_held(t))
		packet_drop(t, packet);
}

static void decide_later(struct turn *t, enum verdict verdict)
{
	bool before = turn_is_held(t);
	DWORD code;

	code = verdict == VERDICT_ERROR ? PxeRequestFail(handle_of(t), ERROR_GEN_FAILURE)
					: PxeAsyncRecvDone(handle_of(t), verdict);
	HOLDS(code == 0 || code == ERROR_INVALID_HANDLE, "a decision returns %u", code);
	HOLDS(code != 0 || before, "a decision is taken twice");
	HOLDS(code != 0 || t->decided_as == verdict, "a decision is taken as another");
	HOLDS(code == 0 || !turn_is_held(t), "a decision is not taken");
}

static enum verdict any_verdict(void)
{
	static const enum verdict some[] = { VERDICT_NBP,      VERDICT_NBP,    VERDICT_NBP,
					     VERDICT_CUSTOM,   VERDICT_IGNORE, VERDICT_REJECTED,
					     VERDICT_REJECTED, VERDICT_ERROR };

	return some[sim_below(ARRAY_LEN(some))];
}

/* Whatever it does with this handle, nothing happens. */
static void misuse(struct turn *t)
{
	uint8_t octets[300] = { 2 };

	if (!t || t->state == TURN_ASKED) /* nobody has the handle yet */
		return;
	switch (sim_below(4)) {
	case 0:
		if (!turn_is_held(t))
			decide_later(t, VERDICT_IGNORE);
		break;
	case 1:
		if (!turn_is_live(t))
			turn_send(t, octets, sizeof(octets));
		break;
	case 2:
		HOLDS(PxePacketFree(t->unit->handle, handle_of(t), octets) != 0,
		      "what is no packet is freed");
		break;
	default:
		if (!turn_is_live(t))
			HOLDS(!PxePacketAllocate(t->unit->handle, handle_of(t), 400),
			      "a packet is given for a handle that is over");
		break;
	}
}

/* ---- later, on whatever thread ---- */

/* It lives until its Shutdown has returned. */
static void ask_name(const struct unit *u)
{
	bool before = u->state == UNIT_RUNNING;
	char name[32];
	DWORD code = PxeProviderName(u->handle, name, sizeof(name));

	HOLDS(code == 0 || code == ERROR_INVALID_HANDLE, "the name of p%u: %u", u->name, code);
	HOLDS(code == 0 || !before || u->state != UNIT_RUNNING, "p%u has no name", u->name);
}

static void finish(struct turn *t)
{
	if (sim_below(4) == 0)
		ask_name(t->unit);
	if (t->on_way && !t->freed && turn_is_held(t) && sim_happens(KIND_MISUSE, 2)) {
		t->freed = t->on_way;
		t->on_way = NULL;
		packet_drop(t, t->freed);
	}
	if (t->kept && turn_is_held(t) && sim_below(2)) {
		void *packet = t->kept;

		t->kept = NULL;
		packet_drop(t, packet);
	}
	if (sim_below(2) && turn_is_held(t))
		reply(t);
	fiber_point();
	if (!turn_is_held(t))
		return;
	t->kept = NULL;
	decide_later(t, any_verdict());
	if (sim_happens(KIND_MISUSE, 2))
		misuse(t);
}

static void *finish_run(void *argument)
{
	finish(argument);
	return NULL;
}

void unit_act(void)
{
	struct turn *t = model_pending_turn();

	if (sim_below(3) == 0)
		sem_post(&gate);
	if (sim_happens(KIND_MISUSE, 4))
		misuse(model_any_turn());
	if (!t || t->unit->state != UNIT_RUNNING)
		return;
	fiber_new(finish_run, t);
}

/* ---- the callbacks ---- */

static void linger(void)
{
	if (!fiber_current())
		return;
	for (uint32_t n = sim_below(4); n > 0; n--)
		fiber_yield();
	if (!sim.calm && sim_happens(KIND_LATE, 6))
		sem_wait(&gate);
}

static void turn_enter(struct unit *u, struct turn *t, const uint8_t *packet, ULONG len)
{
	HOLDS(u->state == UNIT_RUNNING, "p%u is called, and has been shut down", u->name);
	HOLDS(t && t->unit == u, "p%u is called with a handle that is not its own", u->name);
	HOLDS(t->state == TURN_ASKED, "p%u is called twice for one turn", u->name);
	HOLDS(t->claimed && !t->closed, "p%u is called for a turn that is over", u->name);
	HOLDS(len <= sizeof(t->copy), "a packet has %u octets", len);
	HOLDS(t->of->foreign || (load_be32(packet + DHCP4_XID) == t->of->xid &&
				 load_be32(packet + DHCP4_CHADDR + 2) == t->of->client),
	      "p%u is shown another client's packet", u->name);
	t->state = TURN_INSIDE;
	t->packet = packet;
	t->len = len;
	memcpy(t->copy, packet, len);
	u->inside++;
}

static DWORD turn_return(struct unit *u, struct turn *t, enum verdict verdict,
			 PXE_BOOT_ACTION *action)
{
	u->inside--;
	HOLDS(u->state == UNIT_RUNNING, "p%u was shut down while it was inside", u->name);
	t->state = TURN_BACK;
	t->kept = NULL;
	t->returned = verdict;
	*action = verdict == VERDICT_ERROR ? PXE_BA_NBP : (PXE_BOOT_ACTION)verdict;
	return verdict == VERDICT_ERROR ? ERROR_GEN_FAILURE : ERROR_SUCCESS;
}

static DWORD turn_pend(struct unit *u, struct turn *t)
{
	if (sim_below(8) == 0)
		finish(t);
	else if (sim_happens(KIND_FOREIGN, 2))
		fiber_new(finish_run, t);
	linger();
	u->inside--;
	t->state = t->decided ? TURN_BACK : TURN_PENDING;
	return ERROR_IO_PENDING;
}

static void thread_end(struct unit *u, struct turn *t)
{
	u->inside--;
	t->state = TURN_BACK;
	t->returned = VERDICT_ERROR;
	fiber_exit();
}

static DWORD PXEAPI receive(HANDLE handle, PVOID packet, ULONG len, PXE_ADDRESS *local,
			    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	struct turn *t = model_turn((uint64_t)(uintptr_t)handle);
	struct unit *u = context;
	enum verdict verdict = any_verdict();

	(void)local;
	(void)remote;
	turn_enter(u, t, packet, len);
	linger();
	if (sim_happens(KIND_MISUSE, 6))
		misuse(model_any_turn());
	if (sim_happens(KIND_PENDING, 3))
		return turn_pend(u, t);
	if (fiber_current() && !sim.calm && sim_happens(KIND_CRASH, 12))
		thread_end(u, t);
	if (sim_happens(KIND_MISUSE, 12)) /* what it returns is what counts */
		finish(t);
	if (verdict <= VERDICT_CUSTOM ? sim_below(8) > 0 : sim_below(8) == 0)
		reply(t);
	linger();
	return turn_return(u, t, verdict, action);
}

static void told(struct unit *u, struct turn *t)
{
	linger();
	model_check_packet(t);
	if (fiber_current() && !sim.calm && sim_happens(KIND_CRASH, 12)) {
		t->telling = false;
		u->telling--;
		fiber_exit();
	}
	if (sim_happens(KIND_MISUSE, 4))
		misuse(t);
	if (t->state == TURN_PENDING && sim_below(2))
		finish(t);
	fiber_point();
	model_check_packet(t);
}

static VOID PXEAPI request_ended(HANDLE handle, ULONG reason, PVOID context)
{
	struct turn *t = model_turn((uint64_t)(uintptr_t)handle);
	struct unit *u = context;

	HOLDS(u->state == UNIT_RUNNING, "p%u is told of a request, and has been shut down",
	      u->name);
	HOLDS(t && t->unit == u, "p%u is told of a request that is not its own", u->name);
	HOLDS(t->claimed && t->expired, "p%u is told of what has not ended", u->name);
	HOLDS(!t->told, "p%u is told twice", u->name);
	HOLDS(!t->decided && !t->closed, "p%u is told of what it has given back", u->name);
	HOLDS(reason == (t->meant == VERDICT_ABORTED ? PXE_ENDED_STOPPED : PXE_ENDED_TIMEOUT),
	      "p%u is told reason %u", u->name, reason);
	t->told = t->telling = true;
	u->telling++;
	told(u, t);
	u->telling--;
	t->telling = false;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	struct unit *u = context;

	HOLDS(u->state == UNIT_RUNNING, "p%u is shut down twice", u->name);
	HOLDS(u->inside == 0 && u->telling == 0, "p%u is shut down while it is inside", u->name);
	model_check_told(u);
	fiber_point();
	for (struct turn *t; sim_below(2) && (t = model_pending_turn()) != NULL;)
		if (t->unit == u)
			finish(t);
	u->state = UNIT_SHUT;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI control(PVOID context, DWORD code)
{
	struct unit *u = context;

	HOLDS(u->state == UNIT_RUNNING, "p%u is told %u, and does not run", u->name, code);
	fiber_point();
	if (code == SERVICE_CONTROL_PAUSE || code == SERVICE_CONTROL_CONTINUE)
		u->paused = units.paused[u->name] = code == SERVICE_CONTROL_PAUSE;
	if (code != SERVICE_CONTROL_PARAMCHANGE)
		return ERROR_SUCCESS;
	/* It may refuse what is new, but never what it had. */
	if (key_settings(u->key) > u->applied && sim_happens(KIND_REFUSE, 4))
		return ERROR_NOT_SUPPORTED;
	u->applied = key_settings(u->key);
	return ERROR_SUCCESS;
}

static void attribute(HANDLE handle, PXE_PROVIDER_ATTRIBUTE which)
{
	ULONG value = which == PXE_PROV_ATTR_FILTER ? PXE_PROV_FILTER_ALL : TRUE;

	HOLDS(PxeProviderSetAttribute(handle, which, &value, sizeof(value)) == 0,
	      "an attribute is not taken");
}

static void attributes(struct unit *u)
{
	u->all = sim_happens(KIND_STRANGE, 3);
	u->trial = sim_happens(KIND_TRIAL, 2);
	if (u->all)
		attribute(u->handle, PXE_PROV_ATTR_FILTER);
	if (u->trial)
		attribute(u->handle, PXE_PROV_ATTR_TRIAL);
	if (sim_below(3) == 0)
		attribute(u->handle, PXE_PROV_ATTR_NONBLOCKING);
}

static bool is_broken(const struct unit *u)
{
	for (unsigned i = 0; i < disk.read.n; i++)
		if (disk.read.row[i].name == u->name)
			return disk.read.row[i].broken;
	return true;
}

DWORD PXEAPI unit_initialize(HANDLE provider, HKEY key)
{
	struct unit *u = &units.at[units.n];

	HOLDS(units.n < UNITS_MAX, "more than %d instances", UNITS_MAX);
	for (unsigned i = 0; i < units.n; i++)
		HOLDS(units.at[i].handle != provider, "a provider's handle is given out twice");
	*u = (struct unit){ .id = units.n,
			    .name = key_name(key),
			    .handle = provider,
			    .key = key,
			    .applied = key_settings(key) };
	units.n++;
	fiber_point();
	attributes(u);
	if (is_broken(u) || (!sim.calm && sim_happens(KIND_REFUSE, 12))) {
		u->state = UNIT_GONE;
		return ERROR_INVALID_DATA;
	}
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive, u);
	PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, u);
	u->tells = sim_happens(KIND_LATE, 2);
	if (u->tells)
		PxeRegisterCallback(provider, PXE_CALLBACK_REQUEST_ENDED, (PVOID)request_ended, u);
	if (u->name % 4 != 3)
		PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)control, u);
	u->state = UNIT_RUNNING;
	return ERROR_SUCCESS;
}
