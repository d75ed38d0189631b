#include "fetch/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/plain.h"
#include "fetch/tls.h"

/* One URL on its way. */
struct course {
	struct asked *asked;
	const struct ask_wish *wish;
	struct transfer_wish transfer;
	char scheme[8], host[TRANSFER_HOST_MAX];
};

/* ---- what an answer means ---- */

static const struct {
	enum answer answer;
	enum finding_kind finding;
} meanings[] = {
	{ ANSWER_ABSENT, FINDING_FILE_ABSENT },
	{ ANSWER_REFUSED, FINDING_FILE_REFUSED },
	{ ANSWER_ERROR, FINDING_FILE_SERVER_ERROR },
	{ ANSWER_SILENT, FINDING_FILE_SERVER_SILENT },
	{ ANSWER_UNTRUSTED, FINDING_CERTIFICATE_UNKNOWN },
};

static void explain(struct course *c, enum answer answer, const struct transfer *transfer)
{
	struct asked *asked = c->asked;
	const char *why = transfer_why(transfer);

	plain_text(span_str(why), asked->error, sizeof(asked->error));
	asked->status = transfer_status(transfer);
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
		if (meanings[i].answer == answer)
			found_add(&asked->found, meanings[i].finding, 0, "%s", why);
	if (answer == ANSWER_REDIRECT) {
		plain_text(span_str(transfer_location(transfer)), asked->location,
			   sizeof(asked->location));
		found_add(&asked->found, FINDING_FILE_REDIRECT, 0, "%s",
			  asked->location[0] ? asked->location : "another place");
	} else if (answer == ANSWER_NO_HOST) {
		found_add(&asked->found, FINDING_HOST_UNKNOWN, 0, "%s", c->host);
	} else if (answer == ANSWER_OTHER_NAME) {
		found_add(&asked->found, FINDING_CERTIFICATE_NAME, 0, "%s", c->host);
	} else if (answer == ANSWER_NO_TLS) {
		tls_explain(&c->transfer, why, &asked->found);
	}
}

/* ---- asking ---- */

/* Firmware asks for the size by HEAD, and gives up where that is refused, even if GET would do. */
static enum answer ask_as_firmware(struct course *c, struct transfer *transfer)
{
	enum answer answer = transfer_head(transfer), by_get;
	int64_t size = transfer_size(transfer);

	if (answer == ANSWER_ABSENT || answer == ANSWER_REFUSED || answer == ANSWER_ERROR) {
		char why[TRANSFER_WHY_MAX];

		snprintf(why, sizeof(why), "%s", transfer_why(transfer));
		by_get = transfer_get(transfer);
		if (by_get == ANSWER_FILE)
			found_add(&c->asked->found, FINDING_HEAD_REFUSED, 0, "%s", why);
		return by_get;
	}
	if (answer == ANSWER_FILE)
		answer = transfer_get(transfer);
	if (answer == ANSWER_FILE)
		c->asked->size = size;
	return answer;
}

static enum answer ask_for_file(struct course *c, struct transfer *transfer)
{
	bool http = strncmp(c->scheme, "http", 4) == 0;

	return http && !c->wish->asker.ipxe ? ask_as_firmware(c, transfer) : transfer_get(transfer);
}

/* Signatures are the end of an EFI program. */
static void take_signers(struct asked *asked, struct transfer *transfer)
{
	const struct pe *pe = &asked->file.pe;
	struct span front = transfer_octets(transfer), table;

	if (!asked->file.is_efi)
		return;
	table = span_take(span_drop(front, pe->signatures_at), pe->signatures_len);
	if (pe->signatures_len > 0 && table.len < pe->signatures_len) {
		if (transfer_is_whole(transfer) ||
		    transfer_part(transfer, pe->signatures_at, pe->signatures_len) != ANSWER_FILE)
			return;
		table = transfer_octets(transfer);
		asked->read += table.len;
	}
	signature_read(table, &asked->signers);
	asked->signers_seen = true;
}

static void take_file(struct course *c, struct transfer *transfer)
{
	struct asked *asked = c->asked;

	asked->fetched = true;
	asked->status = transfer_status(transfer);
	asked->read = transfer_octets(transfer).len;
	if (transfer_is_whole(transfer))
		asked->size = (int64_t)asked->read;
	else if (asked->size < 0)
		asked->size = transfer_size(transfer);
	kind_read(transfer_octets(transfer), &asked->file);
	take_signers(asked, transfer);
	judge_file(&asked->file, asked->size, &c->wish->asker, &asked->found);
	if (asked->signers_seen)
		judge_signers(&asked->signers, &asked->found);
}

static bool is_for_firmware(const char *scheme)
{
	static const char *const known[] = { "tftp", "http", "https" };

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(scheme, known[i]) == 0)
			return true;
	return false;
}

static int refuse(struct course *c)
{
	snprintf(c->asked->error, sizeof(c->asked->error), "not a URL of tftp, http or https");
	found_add(&c->asked->found, FINDING_URL_FOR_NOBODY, 0, "%s",
		  c->scheme[0] ? c->scheme : "this form");
	return 0;
}

static int walk(struct course *c)
{
	_cleanup_(transfer_freep) struct transfer *transfer = transfer_new(&c->transfer);
	enum answer answer;

	if (!transfer)
		return -1;
	answer = ask_for_file(c, transfer);
	if (answer == ANSWER_OUT_OF_DATE) { /* which firmware does not notice */
		c->transfer.cacert = SPAN_NONE;
		return walk(c);
	}
	if (answer == ANSWER_FAILED)
		return -1;
	if (answer != ANSWER_FILE) {
		explain(c, answer, transfer);
		return 0;
	}
	if (strcmp(c->scheme, "https") == 0 && !c->wish->asker.ipxe &&
	    !tls_name_is_fit(transfer, c->host))
		found_add(&c->asked->found, FINDING_CERTIFICATE_NAME, 0, "%s", c->host);
	take_file(c, transfer);
	return 0;
}

static struct asked *ask_until(const char *url, const struct ask_wish *wish, uint64_t until_ms)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct course course = {
		.asked = asked,
		.wish = wish,
		.transfer = { .url = url,
			      .cacert = wish->cacert,
			      .tls = wish->asker.ipxe ? TLS_IPXE : TLS_FIRMWARE,
			      .follow = wish->asker.ipxe,
			      .until_ms = until_ms },
	};

	if (!asked)
		return NULL;
	asked->size = -1;
	asked->url = strdup(url);
	transfer_split(url, course.scheme, course.host);
	if (asked->url && (is_for_firmware(course.scheme) ? walk(&course) : refuse(&course)) == 0)
		return asked;
	asked_free(asked);
	return NULL;
}

/* ---- what a program loads that comes over the network ---- */

static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? strchr(host + 3, '/') : NULL;
}

/* In the folder of the first, or in the server's top one. NULL: no memory. */
static char *beside(const char *url, bool top, const char *name)
{
	const char *path = path_of(url);
	const char *slash = path && !top ? strrchr(path, '/') : path;
	char *out = NULL;

	if (asprintf(&out, "%.*s/%s", (int)(slash ? slash - url : (ptrdiff_t)strlen(url)), url,
		     name) < 0)
		return NULL;
	return out;
}

static int ask_second(struct asked *asked, const struct ask_wish *wish, uint64_t until_ms)
{
	_cleanup_(freep) char *url = NULL;
	char name[KIND_SECOND_MAX];
	struct ask_wish any = *wish;

	any.asker.archs = 0;
	kind_second(&asked->file, asked->url, name);
	if (!name[0])
		return 0;
	url = beside(asked->url, false, name);
	if (!url)
		return -1;
	asked->second = ask_until(url, &any, until_ms);
	if (!asked->second)
		return -1;
	if (asked->second->fetched)
		judge_second(&asked->file, &asked->second->file,
			     asked->second->signers_seen ? &asked->second->signers : NULL, name,
			     &asked->found);
	else
		found_add(&asked->found, FINDING_SECOND_ABSENT, 0, "%s", name);
	return 0;
}

/* Over TFTP and IPv6, iPXE does not. */
static bool looks_for_script(const struct asked *ipxe)
{
	return ipxe->file.autoexec && strncasecmp(ipxe->url, "tftp://[", 8) != 0;
}

/* iPXE's own script: over HTTP in the folder that iPXE came from; over TFTP it does not know that,
 * and asks in the top one. */
static int ask_autoexec(struct asked *asked, const struct asked *ipxe, const struct ask_wish *wish,
			uint64_t until_ms)
{
	_cleanup_(freep) char *url = NULL;
	struct ask_wish as_ipxe = *wish;
	struct asked *script;

	url = beside(ipxe->url, strncasecmp(ipxe->url, "tftp:", 5) == 0, KIND_AUTOEXEC);
	as_ipxe.asker = (struct asker){ .ipxe = true };
	script = url ? ask_until(url, &as_ipxe, until_ms) : NULL;
	if (!script)
		return -1;
	if (script->fetched)
		found_add(&asked->found, FINDING_AUTOEXEC, 0, "%s", url);
	asked_free(script);
	return 0;
}

static int ask_further(struct asked *asked, const struct ask_wish *wish, uint64_t until_ms)
{
	const struct asked *last = asked;

	if (asked->file.kind == KIND_SHIM && ask_second(asked, wish, until_ms) < 0)
		return -1;
	if (asked->second)
		last = asked->second;
	return looks_for_script(last) ? ask_autoexec(asked, last, wish, until_ms) : 0;
}

struct asked *ask_url(const char *url, const struct ask_wish *wish)
{
	uint64_t until_ms = clock_ms() + wish->seconds * UINT64_C(1000);
	struct asked *asked = ask_until(url, wish, until_ms);

	if (asked && asked->fetched && ask_further(asked, wish, until_ms) < 0) {
		asked_free(asked);
		return NULL;
	}
	return asked;
}

void asked_free(struct asked *asked)
{
	if (!asked)
		return;
	if (asked->second)
		asked_free(asked->second);
	free(asked->url);
	free(asked);
}
