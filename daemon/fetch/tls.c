#include "fetch/tls.h"

#include <string.h>

#include "base/cleanup.h"

/* Does the server speak TLS in that way? */
static struct transfer *speaks(const struct transfer_wish *wish, enum transfer_tls tls)
{
	struct transfer_wish otherwise = *wish;
	struct transfer *transfer;

	otherwise.tls = tls;
	otherwise.cacert = SPAN_NONE;
	otherwise.any_name = true;
	transfer = transfer_new(&otherwise);
	if (transfer && transfer_head(transfer) < ANSWER_SILENT)
		return transfer;
	transfer_free(transfer);
	return NULL;
}

static bool has_rsa_key(const struct transfer *transfer)
{
	return strncmp(transfer_key(transfer), "rsa", 3) == 0;
}

void tls_explain(const struct transfer_wish *wish, const char *why, struct found *out)
{
	_cleanup_(transfer_freep) struct transfer *with_12 = speaks(wish, TLS_BROWSER_12);
	_cleanup_(transfer_freep) struct transfer *with_any = NULL;

	if (with_12) {
		found_add(out, FINDING_TLS_CURVES_ONLY, 0, "%s",
			  has_rsa_key(with_12) ? "its suites, not its certificate"
					       : "its certificate has no RSA key");
		return;
	}
	with_any = speaks(wish, TLS_BROWSER);
	if (with_any && !has_rsa_key(with_any))
		found_add(out, FINDING_TLS_CURVES_ONLY, 0, "%s", "its certificate has no RSA key");
	if (with_any)
		found_add(out, FINDING_TLS_13_ONLY, 0, "%s", "");
	else
		found_add(out, FINDING_TLS_FAILED, 0, "%s", why);
}

/* IPv4 in digits and dots, or in brackets. */
static bool is_address(const char *host)
{
	return host[0] == '[' || !host[strspn(host, "0123456789.")];
}

bool tls_name_is_fit(const struct transfer *transfer, const char *host)
{
	return !is_address(host) || strstr(transfer_names(transfer), "IP Address:");
}
