/* Questions to one file server, by libcurl: the only file that knows it. */
#pragma once

#include <stdint.h>

#include "base/span.h"

/* As whom TLS speaks. */
enum transfer_tls {
	TLS_FIRMWARE,   /* EDK2: TLS 1.2 at most, RSA and DHE-RSA with AES, no elliptic curves */
	TLS_IPXE,       /* TLS 1.2, with ECDHE-RSA */
	TLS_BROWSER_12, /* any suite of TLS 1.2 */
	TLS_BROWSER,    /* anything */
};

struct transfer_wish {
	const char *url;
	struct span cacert; /* PEM; empty: whose certificate it is does not matter */
	enum transfer_tls tls;
	bool any_name;     /* the certificate's name does not matter */
	bool follow;       /* redirects */
	uint64_t until_ms; /* clock_ms() */
};

/* From ANSWER_SILENT on, it did not come to an answer of HTTP or TFTP. */
enum answer {
	ANSWER_FILE,        /* HTTP: 200; TFTP: data */
	ANSWER_REDIRECT,    /* which was not followed */
	ANSWER_ABSENT,      /* 404, 410; TFTP's code 1 */
	ANSWER_REFUSED,     /* 401, 403, 407; TFTP's code 2 */
	ANSWER_ERROR,       /* any other status or code */
	ANSWER_SILENT,      /* nothing listens, or nothing came in time */
	ANSWER_NO_HOST,     /* the name is not known */
	ANSWER_NO_TLS,      /* no common protocol or suite */
	ANSWER_UNTRUSTED,   /* none of cacert stands behind the certificate */
	ANSWER_OTHER_NAME,  /* the certificate is not for this host */
	ANSWER_OUT_OF_DATE, /* the certificate's time is over, or has not come: firmware does not
			       look */
	ANSWER_FAILED,      /* this host could not: no memory */
};

enum { TRANSFER_WHY_MAX = 256, TRANSFER_LOCATION_MAX = 1024, TRANSFER_HOST_MAX = 256 };

struct transfer;

/** Opens nothing yet; NULL: no memory. The wish is borrowed. */
struct transfer *transfer_new(const struct transfer_wish *wish);
void transfer_free(struct transfer *transfer);
void transfer_freep(struct transfer **transfer);

/** Asks by HEAD. */
enum answer transfer_head(struct transfer *transfer);
/** Asks for the file, and takes as much of its front as kind_wants() says. */
enum answer transfer_get(struct transfer *transfer);
/** Asks for a part behind the front, of at most 256 KiB: HTTP only, where the server can. */
enum answer transfer_part(struct transfer *transfer, uint64_t at, uint32_t len);

/* ---- what the last question brought ---- */

/** The octets: of transfer_get() and transfer_part(). Valid until the next question. */
struct span transfer_octets(const struct transfer *transfer);
/** Did they come to their end? */
bool transfer_is_whole(const struct transfer *transfer);
/** HTTP's status, or TFTP's error code; 0: none. */
int transfer_status(const struct transfer *transfer);
/** As the server says it; -1: it does not. */
int64_t transfer_size(const struct transfer *transfer);
/** Where a redirect goes, or "". */
const char *transfer_location(const struct transfer *transfer);
/** Why, in a few words, for an answer that is no file. */
const char *transfer_why(const struct transfer *transfer);
/** The alternative names in the server's certificate, as OpenSSL writes them, and the kind of its
 * key;
 * "": it has none, or no certificate was seen. Of any question before, too. */
const char *transfer_names(const struct transfer *transfer);
const char *transfer_key(const struct transfer *transfer);

/* ---- URLs ---- */

/** The scheme in small letters, and the host with an IPv6 address in brackets; false: it is no URL,
 * and what could not be read is "". */
bool transfer_split(const char *url, char scheme[static 8], char host[static TRANSFER_HOST_MAX]);
