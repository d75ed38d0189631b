/* What a client is told to fetch, as text: file names and URLs, with addresses put in. */
#pragma once

#include "boot/ip.h"

enum { NAME_MAX_LEN = 1024 };

/** The address as text, IPv6 in brackets. Returns its length. */
size_t name_address(const PXE_BOOT_IP *ip, char out[64]);

/**
 * A URL of the settings with each ${server} replaced; any other ${...} stays, for iPXE has such
 * too. server may be NULL where there is no ${server}. Returns the length, or -1: above
 * NAME_MAX_LEN.
 */
int name_expand(const char *url, const PXE_BOOT_IP *server, char out[NAME_MAX_LEN + 1]);

/** Must a URL write the octet as %XX? */
bool name_needs_escape(unsigned char c);

/** tftp://server/file, with what a URL may not hold as %XX. The length, or -1. */
int name_tftp_url(const char *file, const PXE_BOOT_IP *server, char out[NAME_MAX_LEN + 1]);

/**
 * Takes tftp://ADDRESS/PATH apart, ADDRESS being IPv4. False, outs untouched, for any other text.
 * *path points into the text.
 */
bool name_split_tftp(const char *url, PXE_BOOT_IP *server, const char **path);

/** tftp://server/path, the path being another URL's, octet for octet. The length, or -1. */
int name_tftp_same(const char *other, const PXE_BOOT_IP *server, char out[NAME_MAX_LEN + 1]);

/** Is the client given the answer's URL, and not its file? */
static inline bool name_is_url(const PXE_BOOT_ANSWER *answer, const PXE_BOOT_CLIENT *client)
{
	return answer->pszUrl && (!answer->pszFile || client->uClass == PXE_BOOT_CLASS_HTTP);
}
