/* A file with packets: a capture, or one packet in hexadecimal. */
#pragma once

#include <stdbool.h>

#include "ctl/capture.h"

/** Reads the whole file, "-" for standard input; the caller frees it. NULL; or why it cannot be. */
const char *packet_file_read(const char *path, uint8_t **octets, size_t *len);
/** The same of a capture, and opens it. */
const char *packet_file_open(const char *path, uint8_t **octets, struct capture *out);
/** Says why a file is no good; returns CTL_FAILED. */
int packet_file_fail(const char *path, const char *why);
/** Is it of DHCP or PXE, by its ports? */
bool packet_is_boot(const struct capture_datagram *d);
/** Is it what a client, or a relay for it, sends to a server? */
bool packet_is_request(const struct capture_datagram *d);
/**
 * One packet: request `frame` of a capture, as tshark counts, with 0 the first one; or the octets
 * of a text of hexadecimal digits, without addresses. It lies in `octets`, which may be changed.
 * NULL; or why there is none.
 */
const char *packet_file_one(uint8_t *octets, size_t len, unsigned frame,
			    struct capture_datagram *out);
