/* Messages to systemd, and the watchdog, which is fed only while the loop turns.
 *
 * Only the latest state matters: a message for which the socket has no room waits here and is tried
 * again until it is sent or a newer one replaces it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "base/plain.h"
#include "story/log.h"
#include "server/notify_socket.h"
#include "server/server.h"

enum { LAST_WORD_MS = 200 }; /* for the last message before the end */

static const double AGAIN_S = 0.25;

static struct {
	struct ev_loop *loop;
	struct ev_timer again; /* active while `state` waits */
	char state[512];       /* the latest */
} notifier;

/* Can it succeed when it is tried again? */
static bool for_now(int r)
{
	return r == -EAGAIN || r == -ENOBUFS || r == -ENOMEM || r == -EMFILE || r == -ENFILE;
}

static void on_again(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	(void)events;
	if (!for_now(notify_send(notifier.state, -1)))
		ev_timer_stop(loop, watcher);
}

/* [loop] */
__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(notifier.state, sizeof(notifier.state), format, args);
	va_end(args);
	if (for_now(notify_send(notifier.state, -1)))
		ev_timer_again(notifier.loop, &notifier.again);
	else
		ev_timer_stop(notifier.loop, &notifier.again);
}

void notify_init(struct server *s)
{
	notifier.loop = s->loop;
	ev_timer_init(&notifier.again, on_again, AGAIN_S, AGAIN_S);
}

static unsigned count_interfaces(const struct server *s)
{
	size_t n;
	const struct link *link = links_all(links_now(s->links), &n);
	unsigned served = 0;

	for (size_t i = 0; i < n; i++)
		served += link[i].up && config_serves(s->config, link[i].name, link[i].loopback);
	return served;
}

void notify_ready(struct server *s)
{
	struct provider *running[PROVIDERS_MAX];
	unsigned providers = roster_running(s->roster, running);
	unsigned interfaces = count_interfaces(s), n_paused = roster_paused(s->roster);
	char paused[40] = "";

	if (n_paused)
		snprintf(paused, sizeof(paused), " (%u paused)", n_paused);
	tell("READY=1\nSTATUS=%u provider%s%s, %u interface%s%s", providers,
	     providers == 1 ? "" : "s", paused, interfaces, interfaces == 1 ? "" : "s",
	     s->last_reload.text[0] ? "; the last reload failed" : "");
}

void notify_reloading(void)
{
	tell("RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)clock_us());
}

void notify_stopping(const char *status, double seconds)
{
	/* And a little for the way out. */
	tell("STOPPING=1\nSTATUS=%s\nEXTEND_TIMEOUT_USEC=%.0f", status, (seconds + 5.0) * 1e6);
}

void notify_failed(int error, const char *why)
{
	char text[1200], status[1100]; /* one line, and what a provider said may have more */

	snprintf(text, sizeof(text), "ERRNO=%d\nSTATUS=%s", error,
		 plain_text(span_str(why), status, sizeof(status)));
	(void)notify_send_within(text, -1, LAST_WORD_MS);
}

static void on_watchdog(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	(void)loop;
	(void)watcher;
	(void)events;
	(void)notify_send("WATCHDOG=1", -1); /* the next one comes before it is missed */
}

void notify_watchdog_init(struct server *s)
{
	if (sd_watchdog_enabled(0, &s->watchdog_us) <= 0)
		s->watchdog_us = 0;
	s->hang_ms = s->watchdog_us && s->watchdog_us / 2000 < 2000 ? s->watchdog_us / 2000 : 2000;
	if (!s->watchdog_us)
		return;
	/* A quarter: a turn that is late once does no harm. */
	ev_timer_init(&s->watchdog, on_watchdog, 0.0, (double)s->watchdog_us / 4e6);
	ev_timer_start(s->loop, &s->watchdog);
}
