/* WdsBp*: builders and parsers of network boot program data, behind handles.
 *
 * A handle is an index and a generation, kept by a guard. Each has a lock of its own: only threads
 * that use one handle at once wait for each other, never a provider for another one.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <wdsbp.h>

#include "base/cleanup.h"
#include "base/handle.h"
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp4_valid.h"
#include "dhcp/dhcp6_relay.h"
#include "dhcp/dhcp6_valid.h"
#include "libwdspxe/wdsbp_option.h"

enum { KIND = 0xb0, HANDLES_MAX = 1024 };
enum { OPTION_WDSNBP = 250, OPTION_BCD = 252 };
enum { OPTION6_FIRST = 50001, OPTION6_BCD = 50014, OPTION6_LAST = 50018 };
enum { V4_MAX = 255, V6_MAX = 65535 }; /* octets that an area may have */

/* Options one after the other, as on the wire; of BCD, the path alone. */
struct area {
	uint8_t *at;
	size_t len;
	bool present; /* parsed: the packet had it */
};

struct wdsbp {
	bool parser;
	uint8_t kinds; /* WDSBP_PK_TYPE_* whose options are asked for or added */
	struct area nbp, bcd, v6;
};

struct slot {
	struct guard guard;
	atomic_bool taken;
	pthread_mutex_t lock; /* of the item */
	struct wdsbp *item;   /* owned while it is taken */
};

static struct slot slots[HANDLES_MAX] = {
	[0 ... HANDLES_MAX - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER },
};
static _Atomic uint32_t next_slot;

static void wdsbp_free(struct wdsbp *item)
{
	if (!item)
		return;
	free(item->nbp.at);
	free(item->bcd.at);
	free(item->v6.at);
	free(item);
}

/* ---- handles ----------------------------------------------------------------------------------
 */

/* Gives the item a handle, which owns it; false when there are too many. */
static bool handle_open(struct wdsbp *item, HANDLE *out)
{
	for (uint32_t n = 0; n < HANDLES_MAX; n++) {
		uint32_t i = atomic_fetch_add(&next_slot, 1) % HANDLES_MAX;

		if (atomic_exchange(&slots[i].taken, true))
			continue;
		slots[i].item = item;
		*out = (HANDLE)(uintptr_t)handle_make(KIND, i, guard_open(&slots[i].guard));
		return true;
	}
	return false;
}

/* The last one who had it lets the item go, and the slot be used again. */
static void slot_unpin(struct slot *slot)
{
	if (!guard_unpin(&slot->guard))
		return;
	wdsbp_free(TAKE(slot->item));
	guard_free(&slot->guard);
	atomic_store(&slot->taken, false);
}

/* The slot of an open handle, pinned and locked until slot_leavep(); NULL when it is none. */
static struct slot *slot_enter(HANDLE handle)
{
	uint64_t generation;
	uint32_t i;

	if (!handle_split((uintptr_t)handle, KIND, HANDLES_MAX, &i, &generation) ||
	    !guard_pin(&slots[i].guard, generation, GUARD_USE))
		return NULL;
	pthread_mutex_lock(&slots[i].lock);
	return &slots[i];
}

static void slot_leavep(struct slot **slot)
{
	if (!*slot)
		return;
	pthread_mutex_unlock(&(*slot)->lock);
	slot_unpin(*slot);
}

static struct wdsbp *slot_item(const struct slot *slot, bool parser)
{
	return slot && slot->item->parser == parser ? slot->item : NULL;
}

DWORD WDSBPAPI WdsBpCloseHandle(HANDLE hHandle)
{
	_cleanup_(slot_leavep) struct slot *slot = slot_enter(hHandle);
	bool overruled, last;

	if (!slot || !guard_close(&slot->guard, 0, &overruled, &last))
		return ERROR_INVALID_HANDLE;
	slot_unpin(slot); /* the pin of whoever opened it; ours is still there */
	return ERROR_SUCCESS;
}

/* ---- areas ------------------------------------------------------------------------------------
 */

static struct area *area_of(struct wdsbp *item, uint8_t packet)
{
	if (packet == WDSBP_PK_TYPE_WDSNBP)
		return &item->nbp;
	return packet == WDSBP_PK_TYPE_BCD ? &item->bcd : &item->v6;
}

/* Makes room for `more` octets behind the area; NULL without memory. */
static uint8_t *area_grow(struct area *area, size_t more)
{
	uint8_t *at = realloc(area->at, area->len + more + 1); /* never of size 0 */

	if (!at)
		return NULL;
	area->at = at;
	at += area->len;
	area->len += more;
	return at;
}

static bool area_append(struct area *area, struct span octets)
{
	uint8_t *at = area_grow(area, octets.len);

	if (at && octets.len > 0)
		memcpy(at, octets.at, octets.len);
	return at != NULL;
}

/* ---- parsing ----------------------------------------------------------------------------------
 */

/* The sub-options of one option 250: up to a 0 or 255, or the end. False when one runs past it. */
static bool nbp_list(struct span value, struct span *out)
{
	size_t at = 0;

	while (at < value.len && value.at[at] != 0 && value.at[at] != 255) {
		if (value.len - at < 2 || value.at[at + 1] > value.len - at - 2)
			return false;
		at += 2u + value.at[at + 1];
	}
	*out = span_take(value, at);
	return true;
}

static DWORD parse4_option(struct wdsbp *item, const struct dhcp4_option *option)
{
	struct span list;

	if (option->code == OPTION_WDSNBP) {
		if (!nbp_list(option->value, &list))
			return ERROR_INVALID_DATA;
		item->nbp.present = true;
		return area_append(&item->nbp, list) ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
	}
	if (option->code == OPTION_BCD && !item->bcd.present) {
		item->bcd.present = true;
		return area_append(&item->bcd, option->value) ? ERROR_SUCCESS
							      : ERROR_NOT_ENOUGH_MEMORY;
	}
	return ERROR_SUCCESS;
}

static DWORD parse4(struct wdsbp *item, struct span packet)
{
	struct span cursor = dhcp4_options(packet);
	struct dhcp4_option option;
	DWORD r = ERROR_SUCCESS;

	if (!dhcp4_is_valid(packet, DHCP4_BOOTREQUEST, NULL))
		return ERROR_INVALID_DATA;
	while (r == ERROR_SUCCESS && dhcp4_option_next(&cursor, &option) == 0)
		r = parse4_option(item, &option);
	return r;
}

/* What the boot program adds to a client's message tells that it speaks. */
static void kinds6(struct wdsbp *item, struct span area)
{
	struct dhcp6_option option;

	while (dhcp6_option_next(&area, &option) == 0) {
		if (option.code == OPTION6_BCD)
			item->bcd.present = true;
		else if (option.code >= OPTION6_FIRST && option.code <= OPTION6_LAST)
			item->nbp.present = true;
	}
}

static DWORD parse6(struct wdsbp *item, struct span message)
{
	struct dhcp6_relay relay;
	struct span area;
	bool pxe;

	if (message.len > V6_MAX || !dhcp6_valid(message, true, &pxe))
		return ERROR_INVALID_DATA;
	if (dhcp6_type_of(message) == DHCP6_RELAY_FORW) {
		if (dhcp6_relay_parse(message, &relay) != 0)
			return ERROR_INVALID_DATA;
		message = relay.inner;
	}
	if (dhcp6_options_of(message, &area) != 0)
		return ERROR_INVALID_DATA;
	kinds6(item, area);
	return area_append(&item->v6, area) ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static BYTE parsed_kinds(const struct wdsbp *item, bool v6)
{
	BYTE kinds = v6 ? WDSBP_PK_TYPE_DHCPV6 : WDSBP_PK_TYPE_DHCP;

	if (item->nbp.present)
		kinds |= WDSBP_PK_TYPE_WDSNBP;
	if (item->bcd.present)
		kinds |= WDSBP_PK_TYPE_BCD;
	return kinds;
}

static DWORD parser_open(PVOID packet, ULONG len, PBYTE type_out, HANDLE *out, bool v6)
{
	struct wdsbp *item;
	BYTE type;
	DWORD r;

	if (!packet || !out)
		return ERROR_INVALID_PARAMETER;
	item = calloc(1, sizeof(*item));
	if (!item)
		return ERROR_NOT_ENOUGH_MEMORY;
	item->parser = true;
	item->kinds = v6 ? WDSBP_PK_TYPE_DHCPV6 : WDSBP_PK_TYPE_WDSNBP | WDSBP_PK_TYPE_BCD;
	r = v6 ? parse6(item, span_of(packet, len)) : parse4(item, span_of(packet, len));
	type = parsed_kinds(item, v6); /* from here on it is the handle's */
	if (r == ERROR_SUCCESS && !handle_open(item, out))
		r = ERROR_NOT_ENOUGH_MEMORY;
	if (r != ERROR_SUCCESS)
		wdsbp_free(item);
	else if (type_out)
		*type_out = type;
	return r;
}

DWORD WDSBPAPI WdsBpParseInitialize(PVOID pPacket, ULONG uPacketLen, PBYTE pbPacketType,
				    HANDLE *phHandle)
{
	return parser_open(pPacket, uPacketLen, pbPacketType, phHandle, false);
}

DWORD WDSBPAPI WdsBpParseInitializev6(PVOID pPacket, ULONG uPacketLen, PBYTE pbPacketType,
				      HANDLE *phHandle)
{
	return parser_open(pPacket, uPacketLen, pbPacketType, phHandle, true);
}

static bool nbp_find(const struct area *area, uint16_t id, struct span *out)
{
	for (size_t at = 0; at < area->len; at += 2u + area->at[at + 1])
		if (area->at[at] == id) {
			*out = span_of(area->at + at + 2, area->at[at + 1]);
			return true;
		}
	return false;
}

static bool value_find(struct wdsbp *item, const struct wdsbp_option *option, struct span *out)
{
	switch (option->packet) {
	case WDSBP_PK_TYPE_WDSNBP:
		return nbp_find(&item->nbp, option->id, out);
	case WDSBP_PK_TYPE_BCD:
		*out = span_of(item->bcd.at, item->bcd.len);
		return item->bcd.present;
	default:
		return dhcp6_option_find(span_of(item->v6.at, item->v6.len), option->id, 1, out) ==
		       0;
	}
}

DWORD WDSBPAPI WdsBpQueryOption(HANDLE hHandle, ULONG uOption, ULONG uValueLen, PVOID pValue,
				PULONG puBytes)
{
	struct wdsbp_option option;
	struct wdsbp *item;
	struct span value;
	_cleanup_(slot_leavep) struct slot *slot = slot_enter(hHandle);

	if (!pValue && uValueLen > 0)
		return ERROR_INVALID_PARAMETER;
	item = slot_item(slot, true);
	if (!item)
		return ERROR_INVALID_HANDLE;
	if (!wdsbp_option_split(uOption, &option) || !(option.packet & item->kinds))
		return ERROR_INVALID_PARAMETER;
	if (!value_find(item, &option, &value))
		return ERROR_FILE_NOT_FOUND;
	if (!wdsbp_value_fits(option.type, value.len))
		return ERROR_INVALID_DATA;

	if (puBytes)
		*puBytes = (ULONG)value.len;
	if (uValueLen < value.len)
		return ERROR_INSUFFICIENT_BUFFER;
	wdsbp_value_swap(option.type, value, pValue);
	return ERROR_SUCCESS;
}

/* ---- building ---------------------------------------------------------------------------------
 */

DWORD WDSBPAPI WdsBpInitialize(BYTE bPacketType, HANDLE *phHandle)
{
	struct wdsbp *item;

	if (!phHandle || (bPacketType != WDSBP_PK_TYPE_WDSNBP && bPacketType != WDSBP_PK_TYPE_BCD &&
			  bPacketType != WDSBP_PK_TYPE_DHCPV6))
		return ERROR_INVALID_PARAMETER;
	item = calloc(1, sizeof(*item));
	if (!item)
		return ERROR_NOT_ENOUGH_MEMORY;
	item->kinds = bPacketType;
	if (handle_open(item, phHandle))
		return ERROR_SUCCESS;
	wdsbp_free(item);
	return ERROR_NOT_ENOUGH_MEMORY;
}

static DWORD add_path(struct area *area, struct span path)
{
	struct area old = *area;

	if (path.len > V4_MAX)
		return ERROR_INSUFFICIENT_BUFFER;
	*area = (struct area){ .present = true };
	if (!area_append(area, path)) {
		*area = old;
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	free(old.at);
	return ERROR_SUCCESS;
}

static DWORD add_option(struct area *area, const struct wdsbp_option *option, struct span value)
{
	bool v6 = option->packet == WDSBP_PK_TYPE_DHCPV6;
	size_t header = v6 ? 4 : 2, max = v6 ? V6_MAX : V4_MAX;
	uint8_t *at;

	if (value.len > max || header + value.len > max - area->len)
		return ERROR_INSUFFICIENT_BUFFER;
	at = area_grow(area, header + value.len);
	if (!at)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (v6) {
		store_be16(at, option->id);
		store_be16(at + 2, (uint16_t)value.len);
	} else {
		at[0] = (uint8_t)option->id;
		at[1] = (uint8_t)value.len;
	}
	wdsbp_value_swap(option->type, value, at + header);
	area->present = true;
	return ERROR_SUCCESS;
}

DWORD WDSBPAPI WdsBpAddOption(HANDLE hHandle, ULONG uOption, ULONG uValueLen, PVOID pValue)
{
	struct span value = span_of(pValue, uValueLen);
	struct wdsbp_option option;
	struct wdsbp *item;
	_cleanup_(slot_leavep) struct slot *slot = slot_enter(hHandle);

	if (!pValue && uValueLen > 0)
		return ERROR_INVALID_PARAMETER;
	item = slot_item(slot, false);
	if (!item)
		return ERROR_INVALID_HANDLE;
	if (!wdsbp_option_split(uOption, &option) || option.packet != item->kinds ||
	    !wdsbp_value_fits(option.type, uValueLen))
		return ERROR_INVALID_PARAMETER;
	if (option.packet == WDSBP_PK_TYPE_BCD)
		return add_path(&item->bcd, value);
	return add_option(area_of(item, option.packet), &option, value);
}

DWORD WDSBPAPI WdsBpGetOptionBuffer(HANDLE hHandle, ULONG uBufferLen, PVOID pBuffer, PULONG puBytes)
{
	size_t header, total;
	struct area *area;
	struct wdsbp *item;
	uint8_t *at = pBuffer;
	_cleanup_(slot_leavep) struct slot *slot = slot_enter(hHandle);

	if (!puBytes || (!pBuffer && uBufferLen > 0))
		return ERROR_INVALID_PARAMETER;
	item = slot_item(slot, false);
	if (!item)
		return ERROR_INVALID_HANDLE;
	area = area_of(item, item->kinds);
	header = item->kinds == WDSBP_PK_TYPE_DHCPV6 ? 0 : 2; /* options 250 and 252 themselves */
	total = area->present ? header + area->len : 0;
	*puBytes = (ULONG)total;
	if (uBufferLen < total)
		return ERROR_INSUFFICIENT_BUFFER;
	if (total == 0)
		return ERROR_SUCCESS;

	if (header > 0) {
		at[0] = item->kinds == WDSBP_PK_TYPE_BCD ? OPTION_BCD : OPTION_WDSNBP;
		at[1] = (uint8_t)area->len;
	}
	if (area->len > 0)
		memcpy(at + header, area->at, area->len);
	return ERROR_SUCCESS;
}
