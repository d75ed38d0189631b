/* no allocation · no lock · no log */
#include "fetch/signature.h"

#include "base/plain.h"
#include "fetch/little.h"

/* ---- DER: one value after the other, each within the one around it ---- */

enum {
	SEQUENCE = 0x30,
	SET = 0x31,
	OID = 0x06,
	INTEGER = 0x02,
	CONTEXT_0 = 0xa0,
	CONTEXT_1 = 0xa1,
	LENGTHS_MAX = 4, /* octets of a length */
};

struct value {
	uint8_t tag;
	struct span inside;
};

/* Takes the next value off the front; false: there is none, or it is not whole. */
static bool der_next(struct span *rest, struct value *out)
{
	size_t head = 2, len;

	if (rest->len < 2)
		return false;
	len = rest->at[1];
	if (len & 0x80) {
		size_t octets = len & 0x7f;

		if (octets == 0 || octets > LENGTHS_MAX || rest->len < 2 + octets)
			return false;
		len = 0;
		for (size_t i = 0; i < octets; i++)
			len = len << 8 | rest->at[2 + i];
		head += octets;
	}
	if (rest->len - head < len)
		return false;
	out->tag = rest->at[0];
	out->inside = span_take(span_drop(*rest, head), len);
	*rest = span_drop(*rest, head + len);
	return true;
}

/* The next one, if it has that tag. */
static bool der_take(struct span *rest, uint8_t tag, struct span *out)
{
	struct span before = *rest;
	struct value value;

	if (der_next(rest, &value) && value.tag == tag) {
		*out = value.inside;
		return true;
	}
	*rest = before;
	return false;
}

/* ---- names (X.501) ---- */

/* The common name among the relative names; empty: there is none. */
static struct span common_name(struct span names)
{
	static const uint8_t oid_cn[] = { 0x55, 0x04, 0x03 };
	struct span set, pair, oid;
	struct value text;

	while (der_take(&names, SET, &set))
		while (der_take(&set, SEQUENCE, &pair))
			if (der_take(&pair, OID, &oid) &&
			    span_equal(oid, span_of(oid_cn, sizeof(oid_cn))) &&
			    der_next(&pair, &text))
				return text.inside;
	return SPAN_NONE;
}

/* ---- PKCS #7 ---- */

/* The signer infos of a ContentInfo with SignedData. */
static bool signer_infos(struct span content, struct span *out)
{
	struct span info, oid, explicit, signed_data, skipped;

	if (!der_take(&content, SEQUENCE, &info) || !der_take(&info, OID, &oid) ||
	    !der_take(&info, CONTEXT_0, &explicit) ||
	    !der_take(&explicit, SEQUENCE, &signed_data) ||
	    !der_take(&signed_data, INTEGER, &skipped) || !der_take(&signed_data, SET, &skipped) ||
	    !der_take(&signed_data, SEQUENCE, &skipped))
		return false;
	der_take(&signed_data, CONTEXT_0, &skipped); /* certificates */
	der_take(&signed_data, CONTEXT_1, &skipped); /* revocation lists */
	return der_take(&signed_data, SET, out);
}

static void add(struct span name, struct signers *out)
{
	if (out->n == SIGNATURES_MAX)
		return;
	if (name.len == 0)
		name = span_str("unknown");
	plain_text(name, out->name[out->n++], SIGNER_MAX);
}

static void read_pkcs7(struct span content, struct signers *out)
{
	struct span infos, info, version, issuer_and_serial, issuer;
	unsigned before = out->n;

	if (signer_infos(content, &infos))
		while (der_take(&infos, SEQUENCE, &info))
			if (der_take(&info, INTEGER, &version) &&
			    der_take(&info, SEQUENCE, &issuer_and_serial) &&
			    der_take(&issuer_and_serial, SEQUENCE, &issuer))
				add(common_name(issuer), out);
	if (out->n == before)
		add(SPAN_NONE, out);
}

/* ---- the table ---- */

void signature_read(struct span table, struct signers *out)
{
	enum { HEAD = 8, ALIGNED = 8, PKCS_SIGNED_DATA = 2 };

	memset(out, 0, sizeof(*out));
	while (table.len >= HEAD) {
		uint32_t len = load_le32(table.at);

		if (len < HEAD || len > table.len)
			return;
		if (load_le16(table.at + 6) == PKCS_SIGNED_DATA)
			read_pkcs7(span_drop(span_take(table, len), HEAD), out);
		else
			add(SPAN_NONE, out);
		table = span_drop(table, ((size_t)len + ALIGNED - 1) / ALIGNED * ALIGNED);
	}
}
