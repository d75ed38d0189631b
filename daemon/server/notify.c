/* What systemd is told, and the watchdog that only a turning loop feeds. */
#include <string.h>
#include <time.h>

#include <systemd/sd-daemon.h>

#include "server/log.h"
#include "server/server.h"

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
	unsigned interfaces = count_interfaces(s);

	sd_notifyf(0, "READY=1\nSTATUS=%u provider%s, %u interface%s%s", providers,
		   providers == 1 ? "" : "s", interfaces, interfaces == 1 ? "" : "s",
		   s->last_reload.text[0] ? "; the last reload failed" : "");
}

void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		   (unsigned long long)now.tv_sec * 1000000 +
			   (unsigned long long)now.tv_nsec / 1000);
}

void notify_stopping(const char *status, double seconds)
{
	/* And a little for the way out. */
	sd_notifyf(0, "STOPPING=1\nSTATUS=%s\nEXTEND_TIMEOUT_USEC=%.0f", status,
		   (seconds + 5.0) * 1e6);
}

void notify_failed(int error, const char *why)
{
	sd_notifyf(0, "STATUS=%s\nERRNO=%d", why, error);
}

static void on_watchdog(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	(void)loop;
	(void)watcher;
	(void)events;
	sd_notify(0, "WATCHDOG=1");
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
