/* Anything at all as a client's packet and as a provider's reply: the IPv4 codec stays in its
 * memory, and what it says about one packet in different ways agrees.
 *
 * Input: one octet of switches, the request's length (two octets), the request, the reply.
 */
#include "dhcp/choice.h"
#include "dhcp/dhcp4_mend.h"
#include "dhcp/dhcp4_reply.h"
#include "dhcp/dhcp4_row.h"
#include "dhcp/dhcp4_valid.h"
#include "dhcp/finish.h"
#include "dhcp/judge.h"
#include "dhcp/pxe43_write.h"
#include "fuzz/holds.h"

/* The switches. */
enum { ROOM_TO_GROW = 1, ON_4011 = 2, OFF_LINK = 4, SMALL_SCRATCH = 8, FROM_SOMEWHERE = 16 };

/* The cursor, the search and the index tell the same of one area; returns its options. */
static unsigned check_area(struct span packet, const struct dhcp4_index *index, struct span cursor,
			   unsigned seen[256])
{
	struct dhcp4_option option;
	struct span value;
	unsigned count = 0;

	while (dhcp4_option_next(&cursor, &option) == 0) {
		unsigned instance = ++seen[option.code];

		HOLDS(lies_in(option.value, packet));
		count++;
		if (instance & (instance - 1)) /* each find walks the packet: a few are enough */
			continue;
		HOLDS(dhcp4_index_find(index, packet, option.code, instance, &value) == 0);
		HOLDS(value.at == option.value.at && value.len == option.value.len);
		HOLDS(dhcp4_option_find(packet, option.code, instance, &value) == 0);
		HOLDS(value.at == option.value.at);
	}
	return count;
}

static void check_index(struct span packet, const struct dhcp4_index *index)
{
	struct span cursor = dhcp4_options(packet), value;
	unsigned seen[256] = { 0 }, seen_in_main[256];
	uint8_t left = index->overload;

	HOLDS(check_area(packet, index, cursor, seen) == index->count);
	memcpy(seen_in_main, seen, sizeof(seen));
	while (dhcp4_next_area(packet, &left, &cursor))
		check_area(packet, index, cursor, seen);
	for (unsigned code = 0; code < 256; code++) {
		uint8_t c = (uint8_t)code;

		HOLDS(dhcp4_index_has(index, c) == (seen[code] > 0));
		HOLDS(dhcp4_index_has_main(index, c) == (seen_in_main[code] > 0));
		if (seen[code] == 0)
			continue;
		HOLDS(seen[code] < 2 || dhcp4_index_repeats(index, c));
		HOLDS(dhcp4_index_find(index, packet, c, seen[code] + 1, &value) == DHCP4_E_ABSENT);
		HOLDS(lies_in(dhcp4_index_get(index, packet, c), packet));
	}
	HOLDS(dhcp4_index_find(index, packet, DHCP4_OPT_END, 1, &value) == DHCP4_E_ABSENT);
}

/* A value in parts is as long as its parts, and fits exactly or not at all. */
static void check_join(struct span packet, const struct dhcp4_index *index)
{
	static uint8_t buffer[DHCP4_PACKET_MAX + 1];
	struct span whole, again;

	HOLDS(dhcp4_index_join(index, packet, DHCP4_OPT_PAD, NULL, 0, &whole) == DHCP4_E_ABSENT);
	for (unsigned code = 0; code < 256; code++) {
		uint8_t c = (uint8_t)code;

		if (!dhcp4_index_has(index, c))
			continue;
		HOLDS(dhcp4_index_join(index, packet, c, buffer, sizeof(buffer), &whole) == 0);
		HOLDS(span_starts(whole, dhcp4_index_get(index, packet, c)));
		if (!dhcp4_index_repeats(index, c)) {
			HOLDS(lies_in(whole, packet));
		} else if (whole.len > 0) {
			HOLDS(dhcp4_index_join(index, packet, c, buffer, whole.len, &again) == 0);
			HOLDS(again.len == whole.len);
			HOLDS(dhcp4_index_join(index, packet, c, buffer, whole.len - 1, &again) ==
			      DHCP4_E_TOO_BIG);
		}
	}
}

static void check_same(const struct dhcp4_index *a, const struct dhcp4_index *b)
{
	HOLDS(a->end == b->end && a->count == b->count && a->stop == b->stop);
	HOLDS(a->type == b->type && a->overload == b->overload);
	HOLDS(memcmp(a->has, b->has, sizeof(a->has)) == 0);
	HOLDS(memcmp(a->again, b->again, sizeof(a->again)) == 0);
	for (unsigned code = 0; code < 256; code++)
		HOLDS(!dhcp4_index_has(a, (uint8_t)code) || a->first[code] == b->first[code]);
}

/* Mends the packet, and checks that it did what it says. True when there is something to go on. */
static bool check_mend(struct span request, uint8_t *packet, size_t cap, size_t *len,
		       struct dhcp4_index *index)
{
	int r = dhcp4_mend(packet, cap, len, index);
	struct dhcp4_index again;

	HOLDS(*len <= cap && *len >= request.len && *len <= request.len + 1);
	if (r != DHCP4_MENDED)
		HOLDS(*len == request.len &&
		      (request.len == 0 || !memcmp(packet, request.at, *len)));
	if (r == DHCP4_E_MALFORMED)
		return false;
	HOLDS(dhcp4_index_build(span_of(packet, *len), &again) == 0);
	check_same(index, &again);
	if (r == DHCP4_E_BOOTP) {
		HOLDS(index->type == DHCP4_NO_TYPE);
		return true;
	}
	HOLDS(r == 0 || r == DHCP4_MENDED);
	HOLDS(memcmp(packet, request.at, DHCP4_SNAME) == 0);
	HOLDS(index->stop == DHCP4_STOP_END && packet[index->end] == DHCP4_OPT_END);
	for (size_t i = index->end + 1u; i < *len; i++)
		HOLDS(packet[i] == 0);
	HOLDS(dhcp4_is_valid(span_of(packet, *len), DHCP4_BOOTREQUEST, NULL));
	HOLDS(dhcp4_mend(packet, cap, len, &again) == 0);
	return true;
}

static void check_valid(struct span packet, uint8_t op)
{
	bool pxe = true, pxe_indexed = true, valid = dhcp4_is_valid(packet, op, &pxe);
	struct dhcp4_index index;

	HOLDS(valid || !pxe);
	if (dhcp4_index_build(packet, &index) != 0)
		return;
	HOLDS(dhcp4_is_valid_indexed(packet, &index, op, &pxe_indexed) == valid);
	HOLDS(pxe == pxe_indexed);
	check_index(packet, &index);
}

static void check_client(struct span packet, const struct dhcp4_index *index, uint8_t switches)
{
	static const struct span prefix[] = { { (const uint8_t *)"HW", 2 } };
	static const struct pxe_aliases aliases = { prefix, 1 };
	size_t room = switches & SMALL_SCRATCH ? 16 : 1024;
	_cleanup_(freep) uint8_t *scratch = copy_of(SPAN_NONE, room);
	struct pxe_client client;
	enum dhcp4_row row;

	pxe_client_read(packet, index, &aliases, scratch, room, &client);
	HOLDS(lies_in(client.vendor_class, packet) ||
	      lies_in(client.vendor_class, span_of(scratch, room)));
	HOLDS(client.arch_list.len % 2 == 0 && client.chaddr.len <= 16);
	HOLDS((client.class == PXE_CLASS_NONE) == (client.class_echo.len == 0));
	HOLDS(span_starts(client.vendor_class, client.class_echo));
	HOLDS(lies_in(client.user_class, packet) ||
	      lies_in(client.user_class, span_of(scratch, room)));
	row = dhcp4_row_of(switches & ON_4011 ? DHCP4_PORT_PXE : DHCP4_PORT_SERVER, packet,
			   &client);
	HOLDS(row >= DHCP4_ROW_BOOTP && row <= DHCP4_ROW_CREDENTIALS);
	if (dhcp4_row_may_answer(row))
		HOLDS(client.class != PXE_CLASS_NONE && client.type != DHCP4_NO_TYPE);
}

/* A server's answer, once and twice, to each kind of firmware: what is chosen lies in the packet.
 */
static void check_offer(struct span packet)
{
	struct offer offers[2];

	if (offer_read4(packet, &offers[0]) != 0)
		return;
	HOLDS(lies_in(offers[0].file, packet) && lies_in(offers[0].menu, packet));
	offers[1] = offers[0];
	for (enum made_firmware firmware = MADE_ROM; firmware <= MADE_IPXE; firmware++) {
		struct made_client client = { .family = IP_V4, .firmware = firmware };
		struct choice choice;

		client.http = firmware == MADE_EDK2 && packet.at[DHCP4_SECS] & 1;
		choice_make(&client, offers, 2, &choice);
		for (int i = 0; choice.step != CHOICE_END; i++) {
			HOLDS(i < 4 && choice.boot >= 0 && choice.boot < 2);
			choice_go_on(&client, offers, i == 2 ? NULL : &offers[0], &choice);
		}
		HOLDS(choice.result != CHOICE_OPEN && lies_in(choice.file, packet));
	}
}

static void check_pxe43(struct span packet)
{
	struct span cursor = dhcp4_options(packet);
	struct pxe43_boot_item item;
	struct dhcp4_option option;

	while (dhcp4_option_next(&cursor, &option) == 0) {
		if (pxe43_boot_item(option.value, &item) == 0)
			HOLDS(option.value.len >= 6);
		HOLDS(pxe43_menu_count(option.value) <= option.value.len / 3);
	}
}

/* A menu of these octets: items one after the other, each with its length before it. */
static void menu_of(struct span octets, struct pxe43_choice *choice, struct pxe43_menu *out)
{
	*out = (struct pxe43_menu){ .choice = choice };
	if (octets.len < 6)
		return;
	out->timeout = octets.at[0];
	out->broadcast = octets.at[1] & 1;
	out->multicast = octets.at[1] & 2;
	memcpy(out->group, octets.at + 2, 4);
	out->prompt = span_take(span_drop(octets, 7), octets.at[6 % octets.len]);
	for (octets = span_drop(octets, 6); out->n < PXE43_ITEMS_MAX && octets.len > 7; out->n++) {
		choice[out->n] = (struct pxe43_choice){
			.type = load_be16(octets.at),
			.text = span_take(span_drop(octets, 7), octets.at[6] % 70),
		};
		memcpy(choice[out->n].server, octets.at + 2, 4);
		octets = span_drop(octets, 7 + choice[out->n].text.len);
	}
}

/* The server of a type, as written; false: it is not listed. */
static bool server_of(struct span list, uint16_t type, struct span *out)
{
	struct pxe43_servers servers;

	while (pxe43_servers_next(&list, &servers) == 0)
		if (servers.type == type) {
			*out = servers.addresses;
			return true;
		}
	return false;
}

/* What was written is read back: the items in their order, and the server of the first of each
 * type. */
static void check_menu_items(const struct pxe43_menu *menu, struct span items, struct span servers)
{
	struct pxe43_menu_item item;
	struct span address;

	for (size_t i = 0; i < menu->n; i++) {
		size_t first = 0;

		while (menu->choice[first].type != menu->choice[i].type)
			first++;
		HOLDS(pxe43_menu_next(&items, &item) == 0 && item.type == menu->choice[i].type);
		HOLDS(span_equal(item.text, menu->choice[i].text));
		HOLDS(server_of(servers, item.type, &address) == (item.type != PXE43_LOCAL));
		if (item.type != PXE43_LOCAL)
			HOLDS(span_equal(address, span_of(menu->choice[first].server, 4)));
	}
	HOLDS(pxe43_menu_next(&items, &item) == DHCP4_E_END);
}

static void check_menu(struct span octets)
{
	struct pxe43_choice choice[PXE43_ITEMS_MAX];
	struct span items = SPAN_NONE, servers = SPAN_NONE, prompt = SPAN_NONE, cursor;
	uint8_t value[PXE43_VALUE_MAX];
	struct dhcp4_option tag;
	struct pxe43_menu menu;
	size_t len;

	menu_of(octets, choice, &menu);
	len = pxe43_menu_write(&menu, value);
	HOLDS(len == (pxe43_menu_len(&menu) > sizeof(value) ? 0 : pxe43_menu_len(&menu)));
	if (len == 0)
		return;
	HOLDS(value[len - 1] == PXE43_END && pxe43_menu_count(span_of(value, len)) == menu.n);
	for (cursor = span_of(value, len); pxe43_next(&cursor, &tag) == 0;) {
		if (tag.code == PXE43_BOOT_MENU)
			items = tag.value;
		else if (tag.code == PXE43_BOOT_SERVERS)
			servers = tag.value;
		else if (tag.code == PXE43_MENU_PROMPT)
			prompt = tag.value;
	}
	HOLDS(cursor.len == 1 && prompt.at[0] == menu.timeout);
	HOLDS(span_equal(span_drop(prompt, 1), menu.prompt));
	check_menu_items(&menu, items, servers);
}

static void check_finish(struct span request, const struct dhcp4_index *index,
			 const struct dhcp4_route *route, struct span answer, size_t cap)
{
	_cleanup_(freep) uint8_t *reply = copy_of(answer, cap);
	bool valid = dhcp4_is_valid(answer, DHCP4_BOOTREPLY, NULL);
	size_t len = 0, again = 0;
	struct span value;
	int r = reply_finish(request, index, route, reply, answer.len, cap, &len);

	if (r != 0) {
		HOLDS(r == DHCP4_E_TOO_BIG && valid && len == 0);
		HOLDS(memcmp(reply, answer.at, answer.len) == 0);
		return;
	}
	HOLDS(len >= answer.len && len <= cap);
	if (!valid) {
		HOLDS(len == answer.len && (len == 0 || !memcmp(reply, answer.at, len)));
		return;
	}
	HOLDS(dhcp4_is_valid(span_of(reply, len), DHCP4_BOOTREPLY, NULL) ||
	      dhcp4_option_find(answer, DHCP4_OPT_OVERLOAD, 1, &value) == 0);
	HOLDS(memcmp(reply, answer.at, DHCP4_FLAGS) == 0);
	HOLDS(memcmp(reply + DHCP4_FLAGS + 1, answer.at + DHCP4_FLAGS + 1,
		     DHCP4_HEADER - DHCP4_FLAGS - 1) == 0);
	HOLDS(reply_finish(request, index, route, reply, len, cap, &again) == 0 && again == len);
}

static void check_route(struct span request, const struct dhcp4_index *index, struct span answer,
			uint8_t switches)
{
	struct dhcp4_arrival arrival = {
		.port = switches & ON_4011 ? DHCP4_PORT_PXE : DHCP4_PORT_SERVER,
		.src = { .ip = ip_v4(switches & FROM_SOMEWHERE ? "\12\0\0\5" : "\0\0\0\0"),
			 .port = load_be16(request.at + DHCP4_SECS) },
		.local = ip_v4("\12\0\0\2"),
		.ifindex = 2,
		.on_link = !(switches & OFF_LINK),
	};
	struct dhcp4_route route;

	if (dhcp4_route_of(&arrival, request, index, &route) != 0)
		return;
	HOLDS(route.rule >= 1 && route.rule <= 5 && route.count >= 1 && route.count <= 2);
	for (unsigned i = 0; i < route.count; i++) {
		HOLDS(!ip_is_any(&route.to[i].ip) && !ip_is_multicast(&route.to[i].ip));
		HOLDS(route.to[i].port != 0);
		HOLDS(!ip_is_limited_broadcast(&route.to[i].ip) || route.to[i].ifindex == 2);
	}
	check_finish(request, index, &route, answer, answer.len);
	check_finish(request, index, &route, answer, answer.len + 30);
	check_finish(request, index, &route, answer, answer.len + 2048);
}

/* A reply to a request that nobody has mended: the word on it is one, and what it names lies in the
 * reply. */
static void check_judge(struct span request, struct span answer, uint8_t switches)
{
	struct judge_case it = { .family = IP_V4,
				 .port = switches & ON_4011 ? DHCP4_PORT_PXE : DHCP4_PORT_SERVER,
				 .request = request,
				 .from = { .port = DHCP4_PORT_CLIENT },
				 .reply = answer,
				 .to_port = DHCP4_PORT_CLIENT };
	struct judgement judgement = judge_reply(&it);
	char text[JUDGE_TEXT_MAX];

	HOLDS(judge_text(&judgement, text)[0] && judgement.why[0]);
	HOLDS(lies_in(judgement.file, answer));
	HOLDS(judgement.verdict != JUDGE_BOOTS || judgement.file.len > 0);
	HOLDS(!judgement.has_item || judgement.verdict == JUDGE_ASKS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(freep) uint8_t *packet = NULL, *reply = NULL;
	struct span request, answer;
	struct dhcp4_index index;
	size_t len, cap;
	bool goes_on;

	if (size < 3)
		return 0;
	request = span_take(span_of(data + 3, size - 3), load_be16(data + 1));
	reply = copy_of(span_drop(span_of(data + 3, size - 3), request.len),
			size - 3 - request.len);
	answer = span_of(reply, size - 3 - request.len);
	check_valid(answer, DHCP4_BOOTREPLY);
	check_pxe43(answer);
	check_menu(answer);
	check_offer(answer);
	check_judge(request, answer, data[0]);

	len = request.len;
	cap = len + (data[0] & ROOM_TO_GROW);
	packet = copy_of(request, cap);
	goes_on = check_mend(request, packet, cap, &len, &index);
	if (!goes_on || len != request.len || memcmp(packet, request.at, len) != 0)
		check_valid(request, DHCP4_BOOTREQUEST);
	if (!goes_on)
		return 0;
	request = span_of(packet, len);
	check_valid(request, DHCP4_BOOTREQUEST);
	check_join(request, &index);
	check_client(request, &index, data[0]);
	check_pxe43(request);
	check_offer(request);
	check_route(request, &index, answer, data[0]);
	return 0;
}
