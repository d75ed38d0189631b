#include "server/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "story/log.h"

static const int ours[] = { SIGHUP, SIGTERM, SIGINT };
static size_t n_ours; /* [loop] of them are so far */

static _Atomic uint64_t stop_asked_ms;

uint64_t signals_stop_asked_ms(void)
{
	return atomic_load(&stop_asked_ms);
}

/* Async-signal-safe, as clock_ms() and ev_feed_signal() are. */
static void on_signal(int number)
{
	uint64_t never = 0;

	if (number != SIGHUP)
		atomic_compare_exchange_strong(&stop_asked_ms, &never, clock_ms());
	ev_feed_signal(number);
}

/* What would end the daemon by default, and nobody sends it but a provider's timer, by mistake.
 * Whom it is meant for sets a handler, and that stays. */
static const int strays[] = { SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGUSR1, SIGUSR2 };
static _Atomic uint64_t strays_came; /* bit by number */

static void on_stray(int number)
{
	atomic_fetch_or(&strays_came, UINT64_C(1) << number);
}

/* A handler and not SIG_IGN, which programs that a provider starts would inherit. */
static void strays_catch(void)
{
	struct sigaction action = { .sa_handler = on_stray, .sa_flags = SA_RESTART }, before;

	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(strays); i++)
		if (sigaction(strays[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
			sigaction(strays[i], &action, NULL);
}

/* Each once. */
static void strays_say(void)
{
	static uint64_t told;
	uint64_t news = atomic_load(&strays_came) & ~told;

	for (size_t i = 0; i < ARRAY_LEN(strays); i++)
		if (news & UINT64_C(1) << strays[i])
			log_line(
				LOG_WARNING,
				"SIG%s came and is ignored: which provider asked for it, without a "
				"handler of its own?",
				sigabbrev_np(strays[i]));
	told |= news;
}

void signals_claim(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	sigset_t set;

	sigfillset(&action.sa_mask);
	sigemptyset(&set);
	for (size_t i = 0; i < n_ours; i++) {
		sigaction(ours[i], &action, NULL);
		sigaddset(&set, ours[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	strays_catch();
	strays_say();
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void on_hangup(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
	const struct signals *signals = watcher->data;

	(void)loop;
	(void)events;
	signals->reload(signals->context);
}

static void on_end(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
	const struct signals *signals = watcher->data;

	(void)loop;
	(void)events;
	signals->stop(signals->context);
}

/* What comes while the providers start is a reload once we serve, not our end. */
void signals_start_hangup(struct signals *signals, struct ev_loop *loop)
{
	ev_signal_init(&signals->hangup, on_hangup, SIGHUP);
	signals->hangup.data = signals;
	ev_signal_start(loop, &signals->hangup);
	n_ours = 1;
	signals_claim();
}

/* Not before: while a provider initialises, the signals' own meaning ends us at once. */
void signals_start(struct signals *signals, struct ev_loop *loop)
{
	ev_signal_init(&signals->terminate, on_end, SIGTERM);
	ev_signal_init(&signals->interrupt, on_end, SIGINT);
	signals->terminate.data = signals->interrupt.data = signals;
	ev_signal_start(loop, &signals->terminate);
	ev_signal_start(loop, &signals->interrupt);
	n_ours = ARRAY_LEN(ours);
	signals_claim();
}
