#include "run/ask.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wdspxe-fake.h>
#include <wdspxe-host.h>

#include "base/cleanup.h"
#include "base/plain.h"
#include "base/span.h"
#include "provider/crash.h"

enum { LIMIT_S = 10, PACKET_MAX = 65536, TEXT_MAX = 4096 };

/* The host, and who hears its answers. */
struct asked {
	PXE_FAKE *fake;
	FILE *answers;
	PXE_FAKE_REQUEST request;
	BYTE packet[PACKET_MAX];
};

/* ---- JSON -------------------------------------------------------------------------------------
 */

/* What modules say may be anything. */
static json_t *text_json(const char *text)
{
	char plain[TEXT_MAX];

	return json_string(plain_words(span_str(text), plain, sizeof(plain)));
}

static json_t *hex_json(const void *octets, size_t len)
{
	const uint8_t *at = octets;
	char *digits = malloc(2 * len + 1);
	json_t *json;

	if (!digits)
		return NULL;
	digits[0] = '\0';
	for (size_t i = 0; i < len; i++)
		snprintf(digits + 2 * i, 3, "%02x", at[i]);
	json = json_string(digits);
	free(digits);
	return json;
}

static void answer(const struct asked *it, json_t *line)
{
	json_dumpf(line, it->answers, JSON_COMPACT);
	json_decref(line);
	putc('\n', it->answers);
	fflush(it->answers);
}

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static unsigned number(const json_t *object, const char *key)
{
	return (unsigned)json_integer_value(json_object_get(object, key));
}

/* The octets of a member in hexadecimal; returns how many. */
static size_t hex(const json_t *object, const char *key, BYTE *out, size_t size)
{
	const char *at = text(object, key);
	size_t n = 0;

	for (; at && at[0] && at[1] && n < size && sscanf(at, "%2hhx", &out[n]) == 1; at += 2)
		n++;
	return n;
}

/* ---- loading ----------------------------------------------------------------------------------
 */

static bool load(struct asked *it, const json_t *question)
{
	const char *module = text(question, "module"), *file = text(question, "file");
	PXE_FAKE_PROVIDER provider = { .pszName = "" };
	char why[TEXT_MAX] = "";
	DWORD code;

	crash_limit(LIMIT_S);
	code = file ? PxeFakeLoadFile(it->fake, file, module, why, sizeof(why))
		    : PxeFakeLoad(it->fake, module, text(question, "settings"), why, sizeof(why));
	crash_limit(0);
	if (code == ERROR_SUCCESS)
		PxeFakeProvider(it->fake, 0, &provider);
	answer(it,
	       json_pack("{s:b,s:i,s:o,s:o}", "loaded", code == ERROR_SUCCESS, "code", (int)code,
			 "why", text_json(why), "name", text_json(provider.pszName)));
	return code == ERROR_SUCCESS;
}

/* ---- a request --------------------------------------------------------------------------------
 */

/* The identifiers of a relay, and an option. */
struct given {
	BYTE circuit[255], remote[255], value[255];
	PXE_FAKE_OPTION option;
};

static void read_option(const json_t *client, struct given *given, PXE_FAKE_CLIENT *out)
{
	const json_t *option = json_object_get(client, "option");

	given->option = (PXE_FAKE_OPTION){ .uCode = (USHORT)number(option, "code"),
					   .uLen = (USHORT)hex(option, "value", given->value,
							       sizeof(given->value)),
					   .pValue = given->value };
	out->pOptions = &given->option;
	out->uOptions = option != NULL;
}

static void read_relay(const json_t *client, struct given *given, PXE_FAKE_CLIENT *out)
{
	out->pszRelay = text(client, "relay");
	out->uCircuitId = (USHORT)hex(client, "circuit-id", given->circuit, sizeof(given->circuit));
	out->uRemoteId = (USHORT)hex(client, "remote-id", given->remote, sizeof(given->remote));
	out->pCircuitId = given->circuit;
	out->pRemoteId = given->remote;
	out->bLinkLayer = TRUE;
}

static ULONG message_of(const char *name)
{
	static const char *const names[] = { [PXE_FAKE_DISCOVER] = "discover",
					     [PXE_FAKE_REQUEST_LEASE] = "request",
					     [PXE_FAKE_REQUEST_BOOT] = "boot",
					     [PXE_FAKE_INFORM] = "inform" };

	for (ULONG i = 1; name && i < ARRAY_LEN(names); i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 0;
}

static bool make_client(struct asked *it, const json_t *question)
{
	const json_t *client = json_object_get(question, "client");
	struct given given;
	PXE_FAKE_CLIENT out = { .pszMac = text(client, "mac"),
				.uArch = (USHORT)number(client, "arch"),
				.uFamily = number(client, "family"),
				.bIpxe = json_is_true(json_object_get(client, "ipxe")),
				.pszUuid = text(client, "uuid"),
				.pszVendorClass = text(client, "vendor-class"),
				.pszUserClass = text(client, "user-class"),
				.pszAddress = text(client, "address"),
				.bItem = json_object_get(client, "item") != NULL,
				.uItem = (USHORT)number(client, "item") };

	read_relay(client, &given, &out);
	read_option(client, &given, &out);
	return PxeFakeClient(&out, message_of(text(question, "message")), it->packet,
			     sizeof(it->packet), &it->request) == ERROR_SUCCESS;
}

static void take_packet(struct asked *it, const json_t *question)
{
	it->request.pPacket = it->packet;
	it->request.uPacketLen = (ULONG)hex(question, "octets", it->packet, sizeof(it->packet));
	it->request.pszFrom = text(question, "from");
	it->request.uFromPort = (USHORT)number(question, "from-port");
	it->request.uPort = (USHORT)number(question, "port");
	it->request.bUnicast = json_is_true(json_object_get(question, "unicast"));
}

/* The members that a question leaves out are the host's own. */
static json_t *request_json(const struct asked *it)
{
	const PXE_FAKE_REQUEST *request = &it->request;

	return json_pack("{s:o,s:s,s:i,s:s,s:i,s:b}", "octets",
			 hex_json(request->pPacket, request->uPacketLen), "from", request->pszFrom,
			 "from-port", request->uFromPort, "to", request->pszLocal, "port",
			 request->uPort, "unicast", request->bUnicast != 0);
}

static json_t *judge_json(const struct asked *it, const PXE_FAKE_REPLY *reply)
{
	static const char *const results[] = { [PXE_FAKE_BOOTS] = "boots",
					       [PXE_FAKE_ASKS] = "asks",
					       [PXE_FAKE_FAILS] = "fails",
					       [PXE_FAKE_DROPS] = "drops",
					       [PXE_FAKE_NOBODY] = "nobody" };
	PXE_FAKE_JUDGEMENT judgement;
	json_t *json;

	if (PxeFakeJudge(&it->request, reply, &judgement) != ERROR_SUCCESS)
		return json_null();
	json = json_pack("{s:s,s:o,s:o,s:s}", "result", results[judgement.uResult], "word",
			 text_json(judgement.szWord), "file", text_json(judgement.szFile), "server",
			 judgement.szServer);
	if (judgement.bItem)
		json_object_set_new(json, "item", json_integer(judgement.uItem));
	return json;
}

static json_t *replies_json(const struct asked *it)
{
	json_t *replies = json_array();
	const PXE_FAKE_REPLY *reply;

	for (ULONG i = 0; (reply = PxeFakeReply(it->fake, i)); i++)
		json_array_append_new(
			replies, json_pack("{s:s,s:i,s:i,s:o,s:o}", "to", reply->pszTo, "to-port",
					   reply->uToPort, "from-port", reply->uFromPort, "octets",
					   hex_json(reply->pPacket, reply->uPacketLen), "judge",
					   judge_json(it, reply)));
	return replies;
}

static json_t *traces_json(const struct asked *it)
{
	json_t *traces = json_array();

	for (ULONG i = 0; PxeFakeTrace(it->fake, i); i++)
		json_array_append_new(traces, text_json(PxeFakeTrace(it->fake, i)));
	PxeFakeForgetTraces(it->fake);
	return traces;
}

static json_t *reason_json(const PXE_FAKE_VERDICT *verdict)
{
	static const char *const kinds[] = { "", "decided", "nearest", "failed", "passed" };
	ULONG kind = verdict->uReason < ARRAY_LEN(kinds) ? verdict->uReason : 0;

	return json_pack("{s:s,s:o,s:o,s:i}", "kind", kinds[kind], "text",
			 text_json(verdict->pszReason), "file", text_json(verdict->pszFile), "line",
			 (int)verdict->uLine);
}

static json_t *verdict_json(const struct asked *it, const PXE_FAKE_VERDICT *verdict)
{
	json_t *json = json_pack("{s:s,s:i,s:o,s:o,s:o}", "outcome", verdict->pszOutcome, "error",
				 (int)verdict->dwError, "provider", text_json(verdict->pszProvider),
				 "replies", replies_json(it), "traces", traces_json(it));

	if (verdict->uReason)
		json_object_set_new(json, "reason", reason_json(verdict));
	return json;
}

/* How long its callback may take on this thread, beside the time that it has to decide. */
static unsigned limit_of(const struct asked *it)
{
	PXE_FAKE_PROVIDER provider = { .uTimeout = 0 };

	PxeFakeProvider(it->fake, 0, &provider);
	return LIMIT_S + provider.uTimeout / 1000;
}

static void ask(struct asked *it, const json_t *question)
{
	PXE_FAKE_VERDICT verdict;
	DWORD code;

	it->request =
		(PXE_FAKE_REQUEST){ .pszLocal = text(question, "local"),
				    .pszInterface = text(question, "interface"),
				    .bTrial = json_is_true(json_object_get(question, "trial")) };
	if (!json_object_get(question, "client")) {
		take_packet(it, question);
	} else if (!make_client(it, question)) {
		answer(it, json_pack("{s:s}", "wrong", "there is no such client"));
		return;
	}
	answer(it, json_pack("{s:o}", "request", request_json(it)));
	crash_limit(limit_of(it));
	code = PxeFakeReceive(it->fake, &it->request, &verdict);
	crash_limit(0);
	answer(it, code == ERROR_SUCCESS
			   ? verdict_json(it, &verdict)
			   : json_pack("{s:s}", "wrong", "its addresses are not of one family"));
}

/* ---- all of them ------------------------------------------------------------------------------
 */

static void ask_each(struct asked *it, FILE *questions)
{
	_cleanup_(freep) char *line = NULL;
	bool loaded = false, go_on = true;
	size_t room = 0;

	while (go_on && getline(&line, &room, questions) > 0) {
		json_t *question = json_loads(line, 0, NULL);

		if (!loaded)
			go_on = loaded = load(it, question);
		else
			ask(it, question);
		json_decref(question);
	}
}

/* The module has no business with the questions. */
static FILE *take_questions(void)
{
	int own = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), null = open("/dev/null", O_RDONLY);

	if (own < 0 || null < 0)
		return NULL;
	dup2(null, STDIN_FILENO);
	close(null);
	return fdopen(own, "r");
}

int ask_all(int fd)
{
	_cleanup_(freep) struct asked *it = calloc(1, sizeof(*it));
	FILE *questions = take_questions();

	if (!it || !questions || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return 1;
	it->answers = fdopen(fd, "w");
	it->fake = PxeFakeNew();
	if (!it->answers || !it->fake)
		return 1;
	PxeHostSetStateDir("", FALSE);
	ask_each(it, questions);
	crash_limit(LIMIT_S);
	PxeFakeFree(it->fake);
	fclose(questions);
	return 0;
}
