/* To whom is told what an admin should read about his files and providers: the daemon's log, or a
 * tool's own output. Functions that have a teller return what decides, and tell the rest.
 */
#pragma once

/** `level` is LOG_* of <syslog.h>; `provider` is "" where it is about none; `text` is one sentence,
 * borrowed. */
struct teller {
	void (*tell)(void *context, int level, const char *provider, const char *text);
	void *context;
};

void teller_say(const struct teller *teller, int level, const char *provider, const char *format,
		...) __attribute__((format(printf, 4, 5)));
