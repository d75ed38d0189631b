/* Anything at all as the file of a capture: what is read lies in it, and reading ends. What
 * wdspxectl capture writes is read back as it was.
 *
 * Input: one octet; odd: the payload of a packet, which is written and read; else a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/capture.c"
#include "fuzz/holds.h"
#include "story/pcapng.h"

static void read_file(struct span file)
{
	struct capture capture;
	struct capture_datagram found;
	size_t left = file.len + 1;

	if (capture_open(file, &capture))
		return;
	while (capture_next(&capture, &found)) {
		HOLDS(lies_in(found.payload, file) && lies_in(found.comment, file));
		HOLDS(found.from.ip.family == found.to.ip.family);
		HOLDS(capture.left.len < left);
		left = capture.left.len;
	}
}

static void write_and_read(struct span payload, bool v6)
{
	struct endpoint end = { .ip = { .family = v6 ? IP_V6 : IP_V4 }, .port = 67 };
	struct pcapng_packet packet = { .from = end,
					.to = end,
					.interface = "eth0",
					.payload = payload,
					.len = payload.len,
					.comment = "why" };
	struct capture_datagram found;
	struct capture capture;
	struct pcapng file;
	char *octets;
	size_t len;
	FILE *out = open_memstream(&octets, &len);

	pcapng_begin(&file, out);
	pcapng_put(&file, &packet);
	pcapng_put(&file, &packet);
	fclose(out);
	HOLDS(!capture_open(span_of(octets, len), &capture));
	for (int i = 0; i < 2; i++) {
		HOLDS(capture_next(&capture, &found));
		HOLDS(span_equal(found.payload, payload) && found.to.port == 67);
		HOLDS(span_equal(found.comment, span_str("why")));
	}
	HOLDS(!capture_next(&capture, &found));
	free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_drop(span_of(data, size), 1);

	if (size > 0 && data[0] & 1)
		write_and_read(rest, data[0] & 2);
	else
		read_file(rest);
	return 0;
}
