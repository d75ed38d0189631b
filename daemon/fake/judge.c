/* PxeFakeJudge: dhcp/judge.h, for tests of providers. */
#include "dhcp/judge.h"

#include <stdio.h>

#include "dhcp/dhcp4.h"
#include "fake/arrival.h"

/* What a packet says is not a terminal's: only what can be printed. */
static void put_plain(struct span text, char *out, size_t size)
{
	size_t n = 0;

	for (; n < text.len && n + 1 < size; n++)
		out[n] = text.at[n] >= ' ' && text.at[n] < 0x7f ? (char)text.at[n] : '?';
	out[n] = '\0';
}

DWORD PxeFakeJudge(const PXE_FAKE_REQUEST *request, const PXE_FAKE_REPLY *reply,
		   PXE_FAKE_JUDGEMENT *out)
{
	static const ULONG results[] = {
		[JUDGE_BOOTS] = PXE_FAKE_BOOTS,   [JUDGE_ASKS] = PXE_FAKE_ASKS,
		[JUDGE_FAILS] = PXE_FAKE_FAILS,   [JUDGE_DROPS] = PXE_FAKE_DROPS,
		[JUDGE_NOBODY] = PXE_FAKE_NOBODY,
	};
	struct judgement judgement;
	struct arrival in;
	const struct ip *server;

	if (!request || !request->pPacket || !reply || !reply->pPacket || !out ||
	    !arrival_make(request, &in))
		return ERROR_INVALID_PARAMETER;
	judgement = judge_reply(
		&(struct judge_case){ .family = in.own.family,
				      .port = in.port,
				      .request = span_of(request->pPacket, request->uPacketLen),
				      .from = in.from,
				      .reply = span_of(reply->pPacket, reply->uPacketLen),
				      .to_port = reply->uToPort });
	*out = (PXE_FAKE_JUDGEMENT){ .uResult = results[judgement.verdict],
				     .bItem = judgement.has_item,
				     .uItem = judgement.item };
	judge_text(&judgement, out->szWord);
	put_plain(judgement.file, out->szFile, sizeof(out->szFile));
	server = judgement.verdict == JUDGE_ASKS ? &judgement.to : &judgement.server;
	if (server->family != IP_NONE)
		ip_text(server, out->szServer);
	return ERROR_SUCCESS;
}
