/* Why TLS with a server does not come about: asked again, as a browser would. */
#pragma once

#include "fetch/found.h"
#include "fetch/transfer.h"

/** `wish` is what failed with ANSWER_NO_TLS, and `why` libcurl's word for it. */
void tls_explain(const struct transfer_wish *wish, const char *why, struct found *out);
/** After an answer over TLS: EDK2 takes an address only where it stands as such in the certificate,
 * while libcurl takes the common name too. False: the firmware would refuse. */
bool tls_name_is_fit(const struct transfer *transfer, const char *host);
