/* DHCPv4 answers: prepared once, then copied and patched.
 *
 * All that an answer says to a client on one interface is prepared, and kept where it is static: a
 * head (header, 53, 54, 60) and a tail (43, 66, 67, 175). What differs from client to client goes
 * into the copy: xid, flags, chaddr, ciaddr, giaddr, and between head and tail 97 and 61. Option 82
 * and padding are the daemon's to add.
 */
#pragma once

#include "boot/filled4.h"

enum { HEAD4_MAX = 240 + 3 + 6 + 2 + 255, PREPARED_MAX = 1024 };

struct prepared4 {
	const void *key; /* given_key(); NULL: empty */
	uint64_t outcome;
	uint32_t age;   /* replies4.age when it was made */
	uint64_t about; /* our address, the client's class, the form, which server: about_of() */
	uint8_t form;
	bool varies; /* it has gaps, which filled4_make() fills for each client */
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
 * The prepared answer in a form: kept, where it is static, else made in *scratch. Valid until the
 * next call. Of the options that may be left out, those before number `keep` are in it; REPLY4_ALL:
 * all. NULL: given->said says why, or the options are too long for DHCPv4.
 */
const struct prepared4 *reply4_prepare(struct replies4 *replies, struct given *given,
				       const PXE_BOOT_CLIENT *client, unsigned form, ULONG keep,
				       struct prepared4 *scratch);

/** How long the answer to this client is, END included. `filled` is looked at where it varies. */
ULONG reply4_len(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client,
		 const struct filled4 *filled);
/** Writes it; out has reply4_len() octets. */
void reply4_write(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client,
		  const struct filled4 *filled, uint8_t *out);
