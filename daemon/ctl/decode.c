/* wdspxectl decode. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/plain.h"
#include "ctl/commands.h"
#include "ctl/packet_file.h"
#include "story/decode_write.h"

static const char *end_text(const struct endpoint *end, char *out, size_t size)
{
	char ip[IP_TEXT_MAX];

	snprintf(out, size, end->ip.family == IP_V6 ? "[%s]:%u" : "%s:%u", ip_text(&end->ip, ip),
		 end->port);
	return out;
}

/* What a file says about a packet, line by line, made plain. */
static void put_comment(struct span comment)
{
	char line[1024];

	while (comment.len > 0) {
		const uint8_t *end = memchr(comment.at, '\n', comment.len);
		size_t len = end ? (size_t)(end - comment.at) : comment.len;

		printf("  # %s\n", plain_text(span_take(comment, len), line, sizeof(line)));
		comment = span_drop(comment, end ? len + 1 : len);
	}
}

static void put_words(unsigned frame, const struct capture_datagram *d)
{
	char from[IP_TEXT_MAX + 10], to[IP_TEXT_MAX + 10];

	printf("frame %u: %s to %s, %zu octets\n", frame, end_text(&d->from, from, sizeof(from)),
	       end_text(&d->to, to, sizeof(to)), d->payload.len);
	put_comment(d->comment);
	decode_words(d->payload, d->from.ip.family, 2, stdout);
}

static json_t *comment_json(struct span comment)
{
	char text[8192];

	return json_string(plain_text(comment, text, sizeof(text)));
}

static void put_json(json_t *packets, unsigned frame, const struct capture_datagram *d)
{
	char from[IP_TEXT_MAX + 10], to[IP_TEXT_MAX + 10];
	json_t *packet = decode_json(d->payload, d->from.ip.family);

	json_object_set_new(packet, "frame", json_integer(frame));
	json_object_set_new(packet, "from", json_string(end_text(&d->from, from, sizeof(from))));
	if (d->comment.len > 0)
		json_object_set_new(packet, "comment", comment_json(d->comment));
	json_object_set_new(packet, "to", json_string(end_text(&d->to, to, sizeof(to))));
	json_array_append_new(packets, packet);
}

static void dump(json_t *packets)
{
	json_t *all = json_pack("{s:b,s:o}", "ok", 1, "packets", packets);

	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(all);
}

static int print_all(const char *path, struct capture *capture, bool json)
{
	json_t *packets = json ? json_array() : NULL;
	struct capture_datagram d;
	unsigned n = 0;

	while (capture_next(capture, &d)) {
		if (!packet_is_boot(&d))
			continue;
		if (json)
			put_json(packets, capture->frame, &d);
		else
			put_words(capture->frame, &d);
		n++;
	}
	if (json)
		dump(packets);
	return n ? CTL_OK : packet_file_fail(path, "no packet of DHCP or PXE is in it");
}

static int print_file(const char *path, bool json)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	struct capture capture = { 0 };
	const char *why = packet_file_open(path, &octets, &capture);

	return why ? packet_file_fail(path, why) : print_all(path, &capture, json);
}

int run_decode(const struct call *call)
{
	return print_file(call->arguments.word[0], call->json);
}
