/* A client of the operator's socket watches: the log, or the requests. */
#include "control/stream.h"
#include "server/commands.h"
#include "story/journey.h"
#include "story/log_watch.h"

/* The words of their rows. */
enum { FOLLOW, FOLLOW_LEVEL, FOLLOW_MAC };
enum { CAPTURE_FILE, CAPTURE_MAC };
enum { WATCH_MAC, WATCH_ARCH, WATCH_ONLY_UNANSWERED };

void server_command_log(struct server *s, uint64_t client, const struct arguments *arguments)
{
	const char *level = arguments->word[FOLLOW_LEVEL];
	const char *mac = arguments->word[FOLLOW_MAC];
	struct stream *stream;
	uint8_t octets[6];

	if (log_watch_is_full()) {
		control_refuse(s->control, client, "too many clients follow the log already");
		return;
	}
	stream = control_stream(s->control, client);
	if (!stream)
		return;
	if (mac)
		word_mac(mac, octets);
	log_watch_add(stream, level ? word_level(level) : LOG_INFO, mac ? octets : NULL);
}

static void watch(struct server *s, uint64_t client, const struct journey_want *want)
{
	struct stream *stream;

	if (journey_is_full()) {
		control_refuse(s->control, client, "too many clients watch already");
		return;
	}
	stream = control_stream(s->control, client);
	if (stream && journey_watch(stream, want) < 0)
		stream_unref(stream);
}

void server_command_watch(struct server *s, uint64_t client, const struct arguments *arguments)
{
	const char *mac = arguments->word[WATCH_MAC], *arch = arguments->word[WATCH_ARCH];
	struct journey_want want = {
		.has_mac = mac != NULL,
		.has_arch = arch != NULL,
		.only_unanswered = arguments->word[WATCH_ONLY_UNANSWERED] != NULL,
	};

	if (mac)
		word_mac(mac, want.mac);
	if (arch)
		want.arch = word_arch(arch);
	watch(s, client, &want);
}

void server_command_capture(struct server *s, uint64_t client, const struct arguments *arguments)
{
	const char *mac = arguments->word[CAPTURE_MAC];
	struct journey_want want = { .packets = true, .has_mac = mac != NULL };

	if (mac)
		word_mac(mac, want.mac);
	watch(s, client, &want);
}

void server_stream_over(void *context, struct stream *stream)
{
	(void)context;
	log_watch_end(stream);
	journey_end(stream);
}
