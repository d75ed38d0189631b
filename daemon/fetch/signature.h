/* Who signed an EFI program: the issuers that its signatures name. What a signature is worth is not
 * looked at: the firmware does that, with keys that we do not have. Pure.
 */
#pragma once

#include "base/span.h"

enum { SIGNATURES_MAX = 8, SIGNER_MAX = 128 };

struct signers {
	unsigned n;
	char name[SIGNATURES_MAX][SIGNER_MAX]; /* the issuer's common name, made plain */
};

/**
 * Reads the attribute certificates of a PE file: WIN_CERTIFICATE rows, each with a PKCS #7
 * SignedData (RFC 2315) whose signer infos name the issuer of the certificate that signed. What
 * cannot be read gets the name "unknown"; what is not whole is not counted.
 */
void signature_read(struct span table, struct signers *out);
