#include "ctl/packet_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctl/call.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

enum { FILE_MAX = 256 << 20 };

/* The whole file, which the caller frees; NULL with errno. */
static uint8_t *read_all(FILE *in, size_t *len)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	size_t room = 0;

	*len = 0;
	do {
		uint8_t *more = *len < FILE_MAX ? realloc(octets, room = 2 * room + 65536) : NULL;

		if (!more) {
			errno = *len < FILE_MAX ? ENOMEM : EFBIG;
			return NULL;
		}
		octets = more;
		*len += fread(octets + *len, 1, room - *len, in);
	} while (*len == room);
	return ferror(in) ? NULL : TAKE(octets);
}

const char *packet_file_read(const char *path, uint8_t **octets, size_t *len)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	const char *why = NULL;

	if (!in)
		return strerror(errno);
	*octets = read_all(in, len);
	if (!*octets)
		why = strerror(errno);
	if (in != stdin)
		fclose(in);
	return why;
}

const char *packet_file_open(const char *path, uint8_t **octets, struct capture *out)
{
	size_t len = 0;
	const char *why = packet_file_read(path, octets, &len);

	return why ? why : capture_open(span_of(*octets, len), out);
}

int packet_file_fail(const char *path, const char *why)
{
	fprintf(stderr, "wdspxectl: %s: %s\n", path, why);
	return CTL_FAILED;
}

bool packet_is_boot(const struct capture_datagram *d)
{
	static const uint16_t ports[] = { DHCP4_PORT_SERVER, DHCP4_PORT_CLIENT, DHCP4_PORT_PXE,
					  DHCP6_PORT_SERVER, DHCP6_PORT_CLIENT };

	for (size_t i = 0; i < ARRAY_LEN(ports); i++)
		if (d->from.port == ports[i] || d->to.port == ports[i])
			return true;
	return false;
}

/* What a server sends to a relay has its ports too. */
bool packet_is_request(const struct capture_datagram *d)
{
	uint8_t first = d->payload.len > 0 ? d->payload.at[0] : 0;

	if (d->to.ip.family == IP_V4)
		return (d->to.port == DHCP4_PORT_SERVER || d->to.port == DHCP4_PORT_PXE) &&
		       first != DHCP4_BOOTREPLY;
	return (d->to.port == DHCP6_PORT_SERVER || d->to.port == DHCP6_PORT_PXE) &&
	       first != DHCP6_ADVERTISE && first != DHCP6_REPLY && first != DHCP6_RECONFIGURE &&
	       first != DHCP6_RELAY_REPL;
}

static int digit(uint8_t c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* Digits in pairs, with blanks, line ends or colons between them. In place. */
static bool read_hex(uint8_t *octets, size_t len, struct span *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (isspace(octets[i]) || octets[i] == ':')
			continue;
		if (i + 1 == len || !isxdigit(octets[i]) || !isxdigit(octets[i + 1]))
			return false;
		octets[n++] = (uint8_t)(digit(octets[i]) << 4 | digit(octets[i + 1]));
		i++;
	}
	*out = span_of(octets, n);
	return n > 0;
}

/* Counted as tshark does: with those that are none of ours. */
static const char *no_such_frame(unsigned frame, unsigned n)
{
	static char why[96];

	if (frame > n)
		snprintf(why, sizeof(why), "it has %u packet%s, and none with the number %u", n,
			 n == 1 ? "" : "s", frame);
	else
		snprintf(why, sizeof(why), "packet %u of it is no request of a client", frame);
	return why;
}

const char *packet_file_one(uint8_t *octets, size_t len, unsigned frame,
			    struct capture_datagram *out)
{
	struct capture capture;

	*out = (struct capture_datagram){ .payload = SPAN_NONE };
	if (len >= 4 && isxdigit(octets[0]) && isxdigit(octets[1]))
		return read_hex(octets, len, &out->payload) ? NULL
							    : "it is neither a capture nor a "
							      "packet in hexadecimal";
	if (capture_open(span_of(octets, len), &capture))
		return capture_open(span_of(octets, len), &capture);
	while (capture_next(&capture, out))
		if (packet_is_request(out) && (frame == 0 || capture.frame == frame))
			return NULL;
	return frame ? no_such_frame(frame, capture.frame) : "no request of a client is in it";
}
