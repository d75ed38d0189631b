#include "fetch/transfer.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fetch/kind.h"

enum {
	PART_MAX = 256 * 1024,
	REDIRECTS_MAX = 8,
	TFTP_BLOCK = 1468,  /* what EDK2 asks for: an Ethernet frame */
	VERIFY_NOT_YET = 9, /* OpenSSL's codes: X509_V_ERR_CERT_NOT_YET_VALID, _HAS_EXPIRED */
	VERIFY_EXPIRED = 10,
};

struct transfer {
	struct transfer_wish wish;
	CURL *curl;
	struct curl_slist *headers;
	bool http;
	uint8_t *octets;
	size_t len, room, wanted;
	bool measured; /* `wanted` is by what the file is */
	bool enough;   /* the rest was not wanted */
	bool whole;
	int status;
	int64_t size;
	char names[1024], key[64]; /* of the server's certificate */
	char why[TRANSFER_WHY_MAX];
	char error[CURL_ERROR_SIZE];
};

/* What EDK2 offers, strongest first: seen in the ClientHello of OVMF. */
static const char edk2_suites[] =
	"DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-GCM-SHA256:"
	"DHE-RSA-AES256-SHA256:DHE-RSA-AES128-SHA256:AES256-SHA256:AES128-SHA256:"
	"DHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA:AES256-SHA:AES128-SHA:@SECLEVEL=1";
static const char ipxe_suites[] =
	"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:"
	"DHE-RSA-AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:"
	"AES256-SHA:AES128-SHA:@SECLEVEL=1";

/* ---- octets that come ---- */

static bool make_room(struct transfer *t, size_t more)
{
	size_t room = t->room ? t->room : KIND_FRONT_MIN;
	uint8_t *grown;

	while (room < t->len + more)
		room *= 2;
	if (room == t->room)
		return true;
	grown = realloc(t->octets, room);
	if (!grown)
		return false;
	t->octets = grown;
	t->room = room;
	return true;
}

/* Libcurl's callback: what is not taken ends the transfer. */
static size_t on_octets(char *at, size_t size, size_t n, void *context)
{
	struct transfer *t = context;
	size_t came = size * n;

	if (!make_room(t, came))
		return 0;
	memcpy(t->octets + t->len, at, came);
	t->len += came;
	if (!t->measured && t->len >= KIND_FRONT_MIN) {
		t->wanted = kind_wants(transfer_octets(t));
		t->measured = true;
	}
	t->enough = t->len > t->wanted; /* what is as long as that comes to its end */
	return t->enough ? 0 : came;
}

/* A port of TFTP at which nobody listens is told by ICMP: without this, libcurl waits in vain. */
static int on_socket(void *context, curl_socket_t fd, curlsocktype purpose)
{
	static const int on = 1;

	(void)context;
	(void)purpose;
	setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	return CURL_SOCKOPT_OK;
}

/* ---- setting up ---- */

/* One part of a URL, in memory of libcurl's; NULL: it has none. */
static char *part_of(const char *url, CURLUPart part)
{
	CURLU *parsed = curl_url();
	char *text = NULL;

	if (parsed && curl_url_set(parsed, CURLUPART_URL, url,
				   CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
		curl_url_get(parsed, part, &text, 0);
	curl_url_cleanup(parsed);
	return text;
}

static bool copy_part(const char *url, CURLUPart part, char *out, size_t size)
{
	char *text = part_of(url, part);
	bool fits = text && snprintf(out, size, "%s", text) < (int)size;

	curl_free(text);
	return fits;
}

bool transfer_split(const char *url, char scheme[static 8], char host[static TRANSFER_HOST_MAX])
{
	scheme[0] = host[0] = '\0';
	return copy_part(url, CURLUPART_SCHEME, scheme, 8) &&
	       copy_part(url, CURLUPART_HOST, host, TRANSFER_HOST_MAX);
}

/* EDK2 leaves the port out of Host: servers with several names may answer otherwise then. */
static void set_headers(struct transfer *t)
{
	char scheme[8], host[TRANSFER_HOST_MAX], line[TRANSFER_HOST_MAX + 8];

	if (!t->http || t->wish.tls == TLS_IPXE || !transfer_split(t->wish.url, scheme, host))
		return;
	snprintf(line, sizeof(line), "Host: %s", host);
	t->headers = curl_slist_append(NULL, line);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
}

static void set_tls(struct transfer *t)
{
	const struct transfer_wish *wish = &t->wish;
	struct curl_blob trusted = { (void *)(uintptr_t)wish->cacert.at, wish->cacert.len,
				     CURL_BLOB_NOCOPY };

	if (wish->tls != TLS_BROWSER)
		curl_easy_setopt(t->curl, CURLOPT_SSLVERSION,
				 (long)CURL_SSLVERSION_TLSv1_2 | (long)CURL_SSLVERSION_MAX_TLSv1_2);
	if (wish->tls == TLS_FIRMWARE || wish->tls == TLS_IPXE)
		curl_easy_setopt(t->curl, CURLOPT_SSL_CIPHER_LIST,
				 wish->tls == TLS_IPXE ? ipxe_suites : edk2_suites);
	curl_easy_setopt(t->curl, CURLOPT_SSL_VERIFYHOST, wish->any_name ? 0L : 2L);
	curl_easy_setopt(t->curl, CURLOPT_SSL_VERIFYPEER, wish->cacert.len > 0 ? 1L : 0L);
	if (wish->cacert.len > 0)
		curl_easy_setopt(t->curl, CURLOPT_CAINFO_BLOB, &trusted);
	curl_easy_setopt(t->curl, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(t->curl, CURLOPT_CAPATH, NULL); /* this host's own count for nothing */
	curl_easy_setopt(t->curl, CURLOPT_CERTINFO, 1L);
}

static void set_up(struct transfer *t)
{
	curl_easy_setopt(t->curl, CURLOPT_URL, t->wish.url);
	curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "tftp,http,https");
	curl_easy_setopt(t->curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(t->curl, CURLOPT_FOLLOWLOCATION, t->wish.follow ? 1L : 0L);
	curl_easy_setopt(t->curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	curl_easy_setopt(t->curl, CURLOPT_PROXY, ""); /* whatever this host's environment says */
	curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(t->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(t->curl, CURLOPT_USERAGENT,
			 t->wish.tls == TLS_IPXE ? "iPXE/1.21.1" : "UefiHttpBoot/1.0");
	curl_easy_setopt(t->curl, CURLOPT_TFTP_BLKSIZE, (long)TFTP_BLOCK);
	curl_easy_setopt(t->curl, CURLOPT_SOCKOPTFUNCTION, on_socket);
	curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, on_octets);
	curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, t->error);
	set_headers(t);
	set_tls(t);
}

struct transfer *transfer_new(const struct transfer_wish *wish)
{
	struct transfer *t = calloc(1, sizeof(*t));
	char scheme[8], host[TRANSFER_HOST_MAX];

	if (!t)
		return NULL;
	t->wish = *wish;
	t->http = transfer_split(wish->url, scheme, host) && strncmp(scheme, "http", 4) == 0;
	t->curl = curl_easy_init();
	if (!t->curl) {
		free(t);
		return NULL;
	}
	set_up(t);
	return t;
}

void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->headers);
	free(t->octets);
	free(t);
}

void transfer_freep(struct transfer **t)
{
	transfer_free(*t);
}

/* ---- asking ---- */

static enum answer by_status(struct transfer *t)
{
	snprintf(t->why, sizeof(t->why), "HTTP %d", t->status);
	switch (t->status) {
	case 200:
	case 206:
		return ANSWER_FILE;
	case 401:
	case 403:
	case 407:
		return ANSWER_REFUSED;
	case 404:
	case 410:
		return ANSWER_ABSENT;
	default:
		return t->status >= 300 && t->status < 400 ? ANSWER_REDIRECT : ANSWER_ERROR;
	}
}

static enum answer by_tftp(struct transfer *t, int code, enum answer answer)
{
	t->status = code;
	snprintf(t->why, sizeof(t->why), "TFTP error %d", code);
	return answer;
}

static enum answer because(struct transfer *t, const char *why, enum answer answer)
{
	snprintf(t->why, sizeof(t->why), "%s", why);
	return answer;
}

/* Only where the handshake ended with it, OpenSSL's code is there, from 2 on; else the name is
 * wrong. */
static enum answer by_certificate(struct transfer *t)
{
	long verified = 0;

	curl_easy_getinfo(t->curl, CURLINFO_SSL_VERIFYRESULT, &verified);
	if (t->wish.cacert.len == 0 || verified < 2)
		return because(t, "the certificate has another name", ANSWER_OTHER_NAME);
	if (verified == VERIFY_EXPIRED || verified == VERIFY_NOT_YET)
		return because(t, "the certificate's time is over, or has not come",
			       ANSWER_OUT_OF_DATE);
	return because(t, t->error, ANSWER_UNTRUSTED);
}

/* CURLE_TOO_LARGE of libcurl 8.6. */
enum { TOO_LARGE = 100 };

static enum answer by_code(struct transfer *t, CURLcode code)
{
	switch ((int)code) {
	case CURLE_OK:
		return t->http ? by_status(t) : ANSWER_FILE;
	case CURLE_WRITE_ERROR:
		return t->enough ? (t->http ? by_status(t) : ANSWER_FILE)
				 : because(t, "no memory", ANSWER_FAILED);
	case CURLE_TFTP_NOTFOUND:
		return by_tftp(t, 1, ANSWER_ABSENT);
	case CURLE_TFTP_PERM:
		return by_tftp(t, 2, ANSWER_REFUSED);
	case CURLE_TFTP_ILLEGAL:
		return by_tftp(t, 4, ANSWER_ERROR);
	case CURLE_ABORTED_BY_CALLBACK:
		return by_tftp(t, 0, ANSWER_ERROR);
	case CURLE_COULDNT_RESOLVE_HOST:
		return because(t, "its name is not known", ANSWER_NO_HOST);
	case CURLE_TOO_MANY_REDIRECTS:
		return because(t, "it redirects again and again", ANSWER_REDIRECT);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		return because(t, t->error, ANSWER_NO_TLS);
	case CURLE_SSL_CACERT_BADFILE:
		return because(t, "no certificate is in the file", ANSWER_UNTRUSTED);
	case CURLE_PEER_FAILED_VERIFICATION:
		return by_certificate(t);
	case CURLE_OUT_OF_MEMORY: /* libcurl's word for a header that does not end, before 8.6 */
	case TOO_LARGE:
		return because(t, "its answer cannot be kept: a header is too long, or no memory",
			       ANSWER_SILENT);
	case CURLE_COULDNT_CONNECT:
		return because(t, "the connection is refused", ANSWER_SILENT);
	case CURLE_OPERATION_TIMEDOUT:
		return because(t, "no answer in time", ANSWER_SILENT);
	default:
		return because(t, t->error[0] ? t->error : curl_easy_strerror(code), ANSWER_SILENT);
	}
}

static void take_field(const char *line, const char *field, char *out, size_t size)
{
	size_t len = strlen(field);

	if (strncmp(line, field, len) == 0)
		snprintf(out, size, "%s", line + len);
}

/* What libcurl has of the server's certificate, from the handshake: it forgets that with the next
 * question on the same connection. */
static void take_certificate(struct transfer *t)
{
	struct curl_certinfo *chain = NULL;

	if (curl_easy_getinfo(t->curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain ||
	    chain->num_of_certs < 1)
		return;
	for (struct curl_slist *line = chain->certinfo[0]; line; line = line->next) {
		take_field(line->data, "X509v3 Subject Alternative Name:", t->names,
			   sizeof(t->names));
		take_field(line->data, "Public Key Algorithm:", t->key, sizeof(t->key));
	}
}

/* In what is left of the time; never 0, which libcurl takes for ever. */
static CURLcode perform(struct transfer *t)
{
	uint64_t now = clock_ms(), until = t->wish.until_ms;
	long left = now < until ? (long)(until - now) : 1;

	curl_easy_setopt(t->curl, CURLOPT_TIMEOUT_MS, left);
	curl_easy_setopt(t->curl, CURLOPT_CONNECTTIMEOUT_MS, left);
	return curl_easy_perform(t->curl);
}

static enum answer ask(struct transfer *t, size_t wanted)
{
	curl_off_t size = -1;
	long status = 0;
	CURLcode code;

	t->len = 0;
	t->status = 0;
	t->size = -1;
	t->wanted = wanted;
	t->measured = wanted != KIND_FRONT_MIN;
	t->enough = t->whole = false;
	t->why[0] = t->error[0] = '\0';
	if (clock_ms() >= t->wish.until_ms)
		return because(t, "no answer in time", ANSWER_SILENT);
	code = perform(t);
	if (code == CURLE_TFTP_ILLEGAL) { /* libcurl takes no tsize of 0, which an empty file has */
		curl_easy_setopt(t->curl, CURLOPT_TFTP_NO_OPTIONS, 1L);
		code = perform(t);
	}
	t->whole = code == CURLE_OK;
	take_certificate(t);
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	t->status = t->http ? (int)status : 0;
	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
	t->size = size;
	return by_code(t, code);
}

enum answer transfer_head(struct transfer *t)
{
	enum answer answer;

	curl_easy_setopt(t->curl, CURLOPT_NOBODY, 1L);
	answer = ask(t, KIND_FRONT_MIN);
	curl_easy_setopt(t->curl, CURLOPT_NOBODY, 0L);
	curl_easy_setopt(t->curl, CURLOPT_HTTPGET, 1L);
	return answer;
}

enum answer transfer_get(struct transfer *t)
{
	enum answer answer = ask(t, KIND_FRONT_MIN);

	if (t->whole && t->size < 0)
		t->size = (int64_t)t->len;
	return answer;
}

enum answer transfer_part(struct transfer *t, uint64_t at, uint32_t len)
{
	char range[64];
	enum answer answer;

	if (!t->http || len > PART_MAX || len == 0)
		return because(t, "too far behind", ANSWER_ERROR);
	snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)at,
		 (unsigned long long)at + len - 1);
	curl_easy_setopt(t->curl, CURLOPT_RANGE, range);
	answer = ask(t, PART_MAX + 1);
	curl_easy_setopt(t->curl, CURLOPT_RANGE, NULL);
	return answer == ANSWER_FILE && t->status != 206 ? ANSWER_ERROR : answer;
}

/* ---- what it brought ---- */

struct span transfer_octets(const struct transfer *t)
{
	return span_of(t->octets, t->len);
}

bool transfer_is_whole(const struct transfer *t)
{
	return t->whole;
}

int transfer_status(const struct transfer *t)
{
	return t->status;
}

int64_t transfer_size(const struct transfer *t)
{
	return t->size;
}

const char *transfer_location(const struct transfer *t)
{
	const char *location = NULL;

	curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &location);
	return location ? location : "";
}

const char *transfer_why(const struct transfer *t)
{
	return t->why;
}

const char *transfer_names(const struct transfer *t)
{
	return t->names;
}

const char *transfer_key(const struct transfer *t)
{
	return t->key;
}
