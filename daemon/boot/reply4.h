/* DHCPv4 answers: prepared once, then copied and patched.
 *
 * All that an answer says to a client on one interface is prepared, and kept where it is static: a
 * head (header, 53, 54, 60) and a tail (43, 66, 67, 175). What differs from client to client goes
 * into the copy: xid, flags, chaddr, ciaddr, giaddr, and between head and tail 97 and 61. Option 82
 * and padding are the daemon's to add.
 */
#pragma once

#include "boot/locals.h"

/* How the answer is to look: bits. */
enum reply4_form {
	REPLY4_OFFER = 1, /* else an ACK */
	REPLY4_REDIRECT =
		2,       /* no file: the client asks our port 4011; by a menu, where there is one */
	REPLY4_HTTP = 4, /* class HTTPClient: a URL, no option 43 */
	REPLY4_IPXE = 8, /* iPXE: a file is named by an absolute URL, and 175 ranks us first */
	REPLY4_SLIM = 16 /* without what may be left out: 66, 67 beside file, the prompt */
};

enum {
	HEAD4_MAX = 240 + 3 + 6 + 2 + 255,
	TAIL4_MAX = 1024, /* what is longer fits no packet */
	PREPARED_MAX = 1024
};

struct prepared4 {
	const PXE_BOOT_ANSWER *answer; /* NULL: empty */
	uint32_t age;                  /* replies4.age when it was made */
	uint8_t local[4], alias, form;
	PXE_BOOT_OCTETS vendor; /* option 43 in place of the form's, if it is not empty */
	uint16_t head_len, tail_len;
	uint8_t head[HEAD4_MAX], tail[TAIL4_MAX];
};

struct replies4 {
	struct prepared4 *at; /* PREPARED_MAX of them, owned */
	const struct locals *locals;
	uint32_t age;
};

/** 0 or -ENOMEM. The locals are read whenever an answer is prepared. */
int replies4_init(const struct locals *locals, struct replies4 *out);
void replies4_done(struct replies4 *replies);
/** Forgets all that is prepared: the locals have changed. */
void replies4_forget(struct replies4 *replies);

/**
 * The prepared answer in a form: kept, where it is static, else made in *scratch, whose `vendor` is
 * the caller's. Valid until the next call. NULL: the names or options are too long for DHCPv4.
 */
const struct prepared4 *reply4_prepare(struct replies4 *replies, const PXE_BOOT_ANSWER *answer,
				       const PXE_BOOT_CLIENT *client, unsigned form,
				       struct prepared4 *scratch);

/** How long the answer to this client is, END included. */
ULONG reply4_len(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client);
/** Writes it; out has reply4_len() octets. */
void reply4_write(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client, uint8_t *out);

/** The most octets of UDP payload that the client takes; *relays of them its option 82 will need.
 */
ULONG reply4_room(const PXE_BOOT_CLIENT *client, ULONG *relays);
