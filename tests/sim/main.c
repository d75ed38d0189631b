/* Runs seeds, one after the other: sim [-v] [-t SECONDS] FIRST [LAST]. -v counts what happened; -t
 * ends by the clock on the wall. */
#include <signal.h>
#include <stdarg.h>
#include <sys/time.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sim/sim.h"
#include "story/log.h"

struct sim sim;

enum { HANGS_S = 5 }; /* of processor time, for one seed */

static double processor_s(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

_Noreturn void sim_fail(const char *format, ...)
{
	va_list args;

	printf("sim: seed %llu, step %llu, after %.3f s: ", (unsigned long long)sim.seed,
	       (unsigned long long)sim.steps, (double)(sim.now_us - sim.began_us) / 1e6);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

/* xorshift64*: every seed has a sequence of its own. */
uint32_t sim_below(uint32_t below)
{
	sim.random ^= sim.random >> 12;
	sim.random ^= sim.random << 25;
	sim.random ^= sim.random >> 27;
	return (uint32_t)(((sim.random * 0x2545f4914f6cdd1du) >> 32) * below >> 32);
}

/* ---- what the loop does ---- */

static void turn(void)
{
	sim.woken = false;
	host_turn(sim.server.host, sim_ms());
	life_turn();
}

/* Time goes by: what is due is done on the way. */
static void pass(uint64_t ms)
{
	uint64_t until = sim.now_us + ms * 1000;

	while (sim.now_us < until) {
		uint64_t tick = (sim.now_us / 100000 + 1) * 100000;

		sim.now_us = tick < until ? tick : until;
		if (sim.now_us != tick)
			break;
		if (host_pending(sim.server.host) > 0) {
			host_tick(sim.server.host, sim_ms());
			model_check_deadlines();
		} else if (sim.now_us + 100000 < until) {
			sim.now_us = until; /* nothing is due */
		}
		if (tick % 1000000 == 0)
			host_watch(sim.server.host, sim_ms());
	}
}

static void pass_some(void)
{
	static const uint32_t most[] = { 2, 20, 300, 3000 };

	pass(1 + sim_below(most[sim_below(ARRAY_LEN(most))]));
}

static void reload(void)
{
	disk_edit();
	if (sim_below(2))
		return;
	disk.asked = disk.now.edition;
	server_reload(&sim.server);
}

/* What was read is in force where it was taken. */
static void note_reload(void)
{
	const struct server *s = &sim.server;

	if (s->reloads > sim.reloads && s->reloads_failed == sim.reloads_failed) {
		disk.force = disk.read;
		model_list_changed();
	}
	sim.reloads = s->reloads;
	sim.reloads_failed = s->reloads_failed;
	if (s->reload_running || life_pending() > 0 || !s->roster)
		return;
	model_check_list();
	HOLDS(disk.seen >= disk.asked || s->last_reload.text[0],
	      "a reload was asked for, and has not read what was there then");
}

static void pause_some(void)
{
	server_control_all(&sim.server,
			   sim_below(2) ? SERVICE_CONTROL_PAUSE : SERVICE_CONTROL_CONTINUE, NULL);
}

static void event(void)
{
	switch (sim_below(16)) {
	case 0:
	case 1:
	case 2:
	case 3:
		net_arrive();
		break;
	case 4:
	case 5:
		unit_act();
		break;
	case 6:
	case 7:
		pass_some();
		break;
	case 8:
		net_flush(false);
		break;
	case 9:
		if (sim_happens(KIND_RELOAD, 2))
			reload();
		break;
	case 10:
		if (sim_happens(KIND_PAUSE, 3))
			pause_some();
		break;
	case 11:
	case 12:
	case 13:
		fiber_run_one();
		break;
	default:
		if (sim.woken || sim_below(8) == 0)
			turn();
		break;
	}
}

static void step(void)
{
	sim.steps++;
	event();
	note_reload();
	model_check();
}

/* Until nothing can go on but by time, or by somebody who decides. */
static void settle(void)
{
	for (unsigned n = 0; sim.woken || fiber_run_one(); n++) {
		HOLDS(n < 100000, "it does not come to rest");
		if (sim.woken)
			turn();
		note_reload();
		model_check();
	}
	model_check_idle();
}

/* ---- a run ---- */

static int try_module(const struct dropin *dropin, const char *providers_dir, const char *state_dir,
		      struct reason *reason)
{
	(void)providers_dir;
	(void)state_dir;
	fiber_point();
	if (sim.calm || !sim_happens(KIND_CRASH, 4))
		return 0;
	reason_set(reason, "%s: its trial run has died", dropin->name);
	return -1;
}

static void on_job(void *context)
{
	(void)context;
	sim.woken = true;
}

static void nothing(void)
{
}

static void begin(uint64_t seed)
{
	struct host_hooks hooks = net_hooks();
	struct server *s = &sim.server;
	struct reason reason;
	struct roster *roster;

	sim = (struct sim){ .seed = seed, .random = (seed + 1) * 0x9e3779b97f4a7c15u };
	sim_below(2);
	sim.now_us = sim.began_us = 1000000000 + sim_below(1000000);
	sim.kinds = sim_below(4) ? sim_below(UINT32_MAX) | sim_below(UINT32_MAX)
				 : sim_below(UINT32_MAX);
	sim.calm = true;
	fiber_reset();
	net_begin();
	disk_begin();
	units_begin();
	s->config = disk_config();
	HOLDS(host_new(&s->config->limits, &hooks, &s->host) == 0, "no host");
	model_begin();
	s->roster_env = (struct roster_env){
		.host = s->host, .teller = &server_teller, .state_dir = "", .try_module = try_module
	};
	HOLDS(roster_make(&s->roster_env, s->config, ROSTER_START, NULL, &roster, &reason) == 0,
	      "no provider starts: %s", reason.text);
	roster_settle(roster, true, &reason);
	HOLDS(life_start(&(struct life_hooks){ .wake = on_job, .returned = nothing }) == 0,
	      "no thread");
	HOLDS(server_adopt(s, roster) == 0, "no chain");
	disk.read.per_client = disk.now.per_client;
	disk.force = disk.read;
	s->state = SERVER_RUNNING;
	sim.calm = false;
}

/* How often things have happened, in all runs: what never happens is not tested. */
static struct {
	uint64_t outcome[OUTCOME_COUNT], received, replies;
	uint64_t reloads, failed, started, turns;
	uint64_t digest; /* of all that chance has decided: the same whenever the seeds are */
} total;

static void add_up(void)
{
	struct host_counters now;

	host_counters(sim.server.host, &now);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		total.outcome[i] += now.outcomes[i];
	total.received += now.received;
	total.replies += now.replies;
	total.reloads += sim.server.reloads;
	total.failed += sim.server.reloads_failed;
	total.started += units.n;
	total.turns += model_turns();
	total.digest = total.digest * 31 + (sim.random ^ sim.now_us);
}

/* The stop of the daemon. */
static void end(void)
{
	struct server *s = &sim.server;

	sim.calm = true;
	settle();
	if (sim_on(KIND_ABORT)) {
		sim.aborted = true;
		host_abort(s->host);
	}
	for (unsigned n = 0; host_pending(s->host) > 0 || s->reload_running; n++) {
		HOLDS(n < 1000, "requests do not end");
		unit_act();
		pass(200);
		settle();
	}
	s->state = SERVER_STOPPING;
	s->roster = NULL;
	host_set_chain(s->host, NULL);
	for (unsigned n = 0; s->rosters > 0 || life_pending() > 0; n++) {
		HOLDS(n < 1000, "providers do not end");
		unit_act();
		pass(200);
		settle();
	}
	life_stop();
	while (fiber_run_one())
		;
	turn();
	net_flush(true);
	model_check_end();
	add_up();
	host_free(s->host);
	config_free(s->config);
	units_end();
}

static void show_totals(void)
{
	printf("digest %016llx\n", (unsigned long long)total.digest);
	printf("received %llu, turns %llu, replies %llu, reloads %llu, failed %llu, instances "
	       "%llu\n",
	       (unsigned long long)total.received, (unsigned long long)total.turns,
	       (unsigned long long)total.replies, (unsigned long long)total.reloads,
	       (unsigned long long)total.failed, (unsigned long long)total.started);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		printf("%16s %llu\n", outcome_name((enum outcome)i),
		       (unsigned long long)total.outcome[i]);
}

static void run(uint64_t seed)
{
	struct itimerval limit = { .it_value = { .tv_sec = HANGS_S } };
	uint32_t steps;

	setitimer(ITIMER_VIRTUAL, &limit, NULL);
	begin(seed);
	steps = 50 + sim_below(400);
	while (sim.steps < steps) {
		step();
		if (sim_below(16) == 0)
			settle();
	}
	end();
}

/* ---- what ends a process ---- */

static void on_signal(int number)
{
	sim_fail("%s", number == SIGVTALRM ? "it hangs" : strsignal(number));
}

static void signals(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGVTALRM };
	static char stack[64 << 10];
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };

	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

static void write_nothing(const struct log_record *record)
{
	(void)record;
}

struct options {
	bool shows;
	unsigned within; /* seconds; 0: as long as it takes */
	uint64_t first, last;
};

static struct options options_of(int argc, char **argv)
{
	struct options given = { .last = UINT64_MAX };

	for (int option; (option = getopt(argc, argv, "vt:")) != -1;) {
		if (option == 'v')
			given.shows = true;
		else if (option == 't')
			given.within = (unsigned)strtoul(optarg, NULL, 10);
		else
			exit(2);
	}
	given.first = argc > optind ? strtoull(argv[optind], NULL, 10) : 1;
	if (argc > optind + 1)
		given.last = strtoull(argv[optind + 1], NULL, 10);
	else if (given.within == 0)
		given.last = given.first;
	return given;
}

int main(int argc, char **argv)
{
	struct options given = options_of(argc, argv);
	time_t began = time(NULL);
	double simulated = 0, spent;
	uint64_t n = 0;

	signals();
	log_init(LOG_ERR, write_nothing);
	for (uint64_t seed = given.first; seed <= given.last; seed++, n++) {
		if (given.within > 0 && time(NULL) - began >= (time_t)given.within)
			break;
		run(seed);
		simulated += (double)(sim.now_us - sim.began_us) / 1e6;
	}
	spent = processor_s();
	if (given.shows)
		show_totals();
	printf("sim: %llu seeds from %llu, %.0f simulated seconds in %.1f s of processor time: "
	       "%.0f a "
	       "second\n",
	       (unsigned long long)n, (unsigned long long)given.first, simulated, spent,
	       simulated / (spent > 0 ? spent : 1));
	return 0;
}
