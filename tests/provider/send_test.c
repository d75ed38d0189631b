/* PxeSendReply: what is judged, and what is sent, while the provider may still write. */
#include "provider/rig.h"
#include "request/packet.h"
#include "suite.h"

#define NAK 6

static BYTE *reply;
static DWORD sent, freed;
static bool watched; /* by a tool that ends us where a packet is overrun */

static void set_up(void)
{
	struct packet_store store;

	rig_start(64, 64);
	ck_assert_int_eq(packet_store_init(&store, 2, 64), 0);
	watched = store.exact;
	packet_store_done(&store);
}

static void serve(struct puppet *puppet)
{
	rig_load(puppet);
	rig_chain(&puppet, 1, NULL);
	rig_discover(1);
	rig_turn();
	rig_chain(NULL, 0, NULL);
	rig_unload(puppet);
	host_free(rig.host);
}

/* The value of option 53 of what rig_offer() made. */
static BYTE *type_of(BYTE *packet, ULONG len)
{
	PVOID value = NULL;

	ck_assert_uint_eq(PxeDhcpGetOptionValue(packet, len, 1, 53, NULL, &value), 0);
	return value;
}

static DWORD send_offer(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	ULONG used;

	(void)remote;
	reply = rig_offer(self, request, packet, len, 512, &used);
	sent = PxeSendReply(request, reply, used, &rules);
	freed = PxePacketFree(self->handle, request, reply);
	*action = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

/* As another thread of the provider might: after the judgement, before the sending. */
static void make_it_a_nak(void)
{
	*type_of(reply, 512) = NAK;
}

/* A14: the octets are copied before they are judged; so what was judged is what goes out. */
START_TEST(reply_cannot_be_changed_once_it_was_judged)
{
	struct puppet puppet = { .name = "puppet", .receive = send_offer };

	rig.reachable = make_it_a_nak;
	serve(&puppet);
	ck_assert_uint_eq(sent, ERROR_SUCCESS);
	ck_assert_uint_eq(rig.n_sent, 1);
	ck_assert_uint_eq(*type_of(rig.sent[0], rig.sent_len[0]), 2);
}
END_TEST

static DWORD overrun_and_send(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			      PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	ULONG used;

	(void)remote;
	reply = rig_offer(self, request, packet, len, 300, &used);
	memset(reply + used, 0, 340 - used);
	reply[339] = 1;
	sent = PxeSendReply(request, reply, used, &rules);
	freed = PxePacketFree(self->handle, request, reply);
	*action = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

/* D3: 340 octets written into a packet of 300. */
START_TEST(overrun_packet_is_not_sent_and_named_once)
{
	struct puppet puppet = { .name = "puppet", .receive = overrun_and_send };

	if (watched)
		return;
	serve(&puppet);
	ck_assert_uint_eq(sent, ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(freed, ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(rig.n_sent, 0);
	ck_assert(rig_said("puppet: wrote 40 bytes past the end of a packet of 300 bytes"));
	ck_assert(rig_said("PxeSendReply"));
	ck_assert_uint_eq(rig_said_times("past the end"), 1);
	ck_assert(!rig_said("did not free 1 packet"));
}
END_TEST

static bool leave_it;

static DWORD overrun_only(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			  PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)packet, (void)len, (void)remote;
	reply = PxePacketAllocate(self->handle, request, 300);
	memset(reply, 1, 300 + 64);
	if (!leave_it)
		freed = PxePacketFree(self->handle, request, reply);
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

START_TEST(overrun_packet_is_freed_all_the_same)
{
	struct puppet puppet = { .name = "puppet", .receive = overrun_only };

	if (watched)
		return;
	leave_it = _i == 1;
	serve(&puppet);
	ck_assert(rig_said("wrote at least 64 bytes past the end of a packet of 300 bytes"));
	if (leave_it) {
		ck_assert(rig_said("found at the end of the request"));
	} else {
		ck_assert(rig_said("found by PxePacketFree"));
		ck_assert_uint_eq(freed, ERROR_INVALID_PARAMETER);
		ck_assert(!rig_said("did not free"));
	}
}
END_TEST

/* What the provider does to its offer of `used` octets before it sends it. */
static ULONG (*spoil)(BYTE *offer, ULONG used);

static ULONG leave_whole(BYTE *offer, ULONG used)
{
	(void)offer;
	return used;
}

/* Over the END, an option that says more octets than there are. */
static ULONG overrun_options(BYTE *offer, ULONG used)
{
	offer[used - 1] = 43;
	offer[used] = 200;
	return used + 1;
}

static ULONG lengthen_hardware_address(BYTE *offer, ULONG used)
{
	offer[2] = 17; /* hlen: chaddr has 16 octets */
	return used;
}

static DWORD send_spoilt_nak(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			     PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	ULONG used;

	(void)remote;
	reply = rig_offer(self, request, packet, len, 512, &used);
	*type_of(reply, used) = NAK;
	used = spoil(reply, used);
	sent = PxeSendReply(request, reply, used, &rules);
	PxePacketFree(self->handle, request, reply);
	*action = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

/* A client may read a packet further than it is right. */
START_TEST(nak_is_refused_however_broken)
{
	static ULONG (*const ways[])(BYTE *, ULONG) = { leave_whole, overrun_options,
							lengthen_hardware_address };
	struct puppet puppet = { .name = "puppet", .receive = send_spoilt_nak };

	spoil = ways[_i];
	serve(&puppet);
	ck_assert_uint_eq(sent, ERROR_ACCESS_DENIED);
	ck_assert_uint_eq(rig.n_sent, 0);
}
END_TEST

static char told[REQUEST_FILE_MAX];

static void note_file(const struct request *req)
{
	snprintf(told, sizeof(told), "%s", req->reply.file);
}

/* Option 52 says that sname has options (RFC 2132, 9.3): there is the boot file. */
static DWORD send_overloaded(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			     PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	static const BYTE sname[] = { 67, 5, 'x', '.', 'e', 'f', 'i', 255 };
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	BYTE overload = 2;
	ULONG used;

	(void)remote;
	reply = rig_offer(self, request, packet, len, 512, &used);
	used--; /* the END */
	PxeDhcpAppendOption(reply, 512, &used, 52, 1, &overload);
	PxeDhcpAppendOption(reply, 512, &used, 255, 0, NULL);
	memcpy(reply + 44, sname, sizeof(sname));
	sent = PxeSendReply(request, reply, used, &rules);
	PxePacketFree(self->handle, request, reply);
	*action = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

START_TEST(boot_file_is_told_wherever_it_stands)
{
	struct puppet puppet = { .name = "puppet", .receive = send_overloaded };

	rig.look = note_file;
	serve(&puppet);
	ck_assert_uint_eq(sent, ERROR_SUCCESS);
	ck_assert_str_eq(told, "x.efi");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("send");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, reply_cannot_be_changed_once_it_was_judged);
	tcase_add_test(tcase, overrun_packet_is_not_sent_and_named_once);
	tcase_add_loop_test(tcase, overrun_packet_is_freed_all_the_same, 0, 2);
	tcase_add_loop_test(tcase, nak_is_refused_however_broken, 0, 3);
	tcase_add_test(tcase, boot_file_is_told_wherever_it_stands);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("send", tcase);
}
