#include "request/kinds.h"

#include "base/lazy.h"
#include "dhcp/dhcp4_kinds.h"
#include "request/intake.h"

struct kinds {
	uint64_t last; /* number that one of them got */
	struct dhcp4_kinds known;
	struct reading {
		enum dhcp4_row row;
		struct dhcp4_index index; /* with the kind's number */
		struct pxe_client client;
	} at[DHCP4_KINDS];
};

struct kinds *kinds_new(void)
{
	return lazy_new(sizeof(struct kinds));
}

void kinds_free(struct kinds *kinds)
{
	lazy_free(kinds);
}

void kinds_forget(struct kinds *kinds)
{
	dhcp4_kinds_forget(&kinds->known);
}

bool kinds_read(struct kinds *kinds, struct request *req)
{
	int place = dhcp4_kinds_find(&kinds->known, request_packet(req), req->port);
	const struct reading *reading;

	if (place < 0)
		return false;
	reading = &kinds->at[place];
	req->v4.row = reading->row;
	req->v4.index = reading->index;
	req->v4.client = reading->client;
	pxe_client_read_own(request_packet(req), &req->v4.index, &req->v4.client);
	return true;
}

static bool repeats(const struct dhcp4_index *index)
{
	return (index->again[0] | index->again[1] | index->again[2] | index->again[3]) != 0;
}

void kinds_note(struct kinds *kinds, struct request *req)
{
	struct reading *reading;
	int place;

	if (repeats(&req->v4.index))
		return;
	place = dhcp4_kinds_keep(&kinds->known, request_packet(req), req->port, &req->v4.index);
	if (place < 0)
		return;
	reading = &kinds->at[place];
	req->v4.index.kind = ++kinds->last; /* never that of another */
	reading->row = req->v4.row;
	reading->index = req->v4.index;
	reading->client = req->v4.client;
}
