/* wdspxectl log --follow: a client of the operator's socket watches the log. */
#include "control/stream.h"
#include "server/commands.h"
#include "story/log_watch.h"

enum { FOLLOW, LEVEL, MAC }; /* the words of its row */

void server_command_log(struct server *s, uint64_t client, const struct arguments *arguments)
{
	const char *level = arguments->word[LEVEL], *mac = arguments->word[MAC];
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

void server_stream_over(void *context, struct stream *stream)
{
	(void)context;
	log_watch_end(stream);
}
