#include "provider/reply.h"

#include "base/lazy.h"
#include "base/plain.h"
#include "dhcp/dhcp4_kinds.h"
#include "dhcp/dhcp6_reply.h"
#include "dhcp/pxe43.h"
#include "provider/process.h"

struct replies {
	struct dhcp4_kinds known;
	struct reply at[DHCP4_KINDS];
};

struct replies *replies_new(void)
{
	return lazy_new(sizeof(struct replies));
}

void replies_free(struct replies *replies)
{
	lazy_free(replies);
}

/* The first of that code; SPAN_NONE: there is none. */
static struct span option_of(const struct reply *reply, struct span octets, uint8_t code)
{
	struct span value = SPAN_NONE;

	if (reply->is_indexed)
		return dhcp4_index_get(&reply->index, octets, code);
	dhcp4_option_find(octets, code, 1, &value); /* what is broken is read as far as it goes */
	return value;
}

/* The type, the boot file, and whether there is a menu. */
static void note4(struct span octets, struct reply *out)
{
	struct request_reply *note = &out->note;
	struct span file, type, boot_file, vendor;

	if (!dhcp4_has_cookie(octets))
		return;
	note->server = dhcp4_siaddr(octets.at);
	type = option_of(out, octets, DHCP4_OPT_TYPE);
	if (type.len == 1)
		note->type = type.at[0];
	vendor = option_of(out, octets, DHCP4_OPT_VENDOR);
	note->menu = vendor.at != NULL;
	file = dhcp4_file(octets.at);
	boot_file = file.len == 0 ? option_of(out, octets, DHCP4_OPT_BOOT_FILE) : SPAN_NONE;
	if (boot_file.at)
		file = span_of(boot_file.at, strnlen((const char *)boot_file.at, boot_file.len));
	plain_text(file, note->file, REQUEST_FILE_MAX);
	if (file.len == 0 && vendor.len > 0) /* with a file no menu is shown */
		note->items = (uint8_t)pxe43_menu_count(vendor);
	/* Who gives no leases has none to refuse: a NAK would break another server's conversation.
	 */
	out->is_nak = note->type == DHCP4_NAK && dhcp4_op(octets.at) == DHCP4_BOOTREPLY;
}

static void note6(struct span octets, struct reply *out)
{
	out->note.type = octets.len > 0 ? octets.at[0] : 0;
	plain_text(dhcp6_reply_url(octets), out->note.file, REQUEST_FILE_MAX);
}

static void note_nothing(struct reply *out)
{
	out->is_indexed = out->is_nak = false;
	out->note.server = (struct ip){ 0 };
	out->note.type = out->note.items = 0;
	out->note.menu = false;
	out->note.file[0] = '\0';
}

static void read4(struct span octets, struct reply *out)
{
	note_nothing(out);
	out->is_indexed = dhcp4_index_build(octets, &out->index) == 0;
	note4(octets, out);
}

static const struct reply *read_by_kind(struct replies *replies, const struct request *req,
					struct span octets, struct reply *room)
{
	int place = dhcp4_kinds_find(&replies->known, octets, req->port);

	if (place >= 0)
		return &replies->at[place];
	read4(octets, room);
	if (room->is_indexed && dhcp4_has_cookie(octets))
		place = dhcp4_kinds_keep(&replies->known, octets, req->port, &room->index);
	if (place >= 0)
		replies->at[place] = *room;
	return room;
}

const struct reply *reply_read(struct host *host, const struct request *req, struct span octets,
			       struct reply *room)
{
	if (req->family == IP_V4 && host->replies_read && host_on_loop())
		return read_by_kind(host->replies_read, req, octets, room);
	if (req->family == IP_V4) {
		read4(octets, room);
		return room;
	}
	note_nothing(room);
	note6(octets, room);
	return room;
}
