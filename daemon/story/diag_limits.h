/* When the diagnoses tell something. */
#pragma once

enum {
	DIAG_LEASE_MS = 15000,  /* after its lease, without a request on 4011 */
	DIAG_WAIT_MS = 30000,   /* after the last of DIAG_OFFERS, where no lease was heard */
	DIAG_OFFERS = 2,        /* one may be lost */
	DIAG_DIRECTS = 3,       /* offers that say what to boot, and no lease follows */
	DIAG_DIRECT_MS = 20000, /* since the first of them */
	DIAG_NEXT_MS = 30000,   /* HTTP Boot that failed, and firmware tries its next way */
	DIAG_SLOW_MS = 1000,    /* what an answer may take: iPXE asks again after that */
	DIAG_BOOTS = 5,         /* of firmware, within CONVERSATION_BOOTS_MS */
	DIAG_CHAINS = 4,        /* of iPXE, within DIAG_CHAINS_MS */
	DIAG_CHAINS_MS = 180000,
	DIAG_AGAIN_MS = 600000, /* a client is told of once in that time, for each kind */
	DIAG_FINDINGS = 6,      /* of one request */
};
