/* story/malformed: the last packets that were refused or mended, as they came. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "dhcp/dhcp4.h"
#include "request/intake.h"
#include "story/malformed.h"
#include "suite.h"

static struct request *req;

static long long number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

START_TEST(nothing_was)
{
	json_t *all = malformed_json();

	ck_assert_uint_eq(json_array_size(json_object_get(all, "packets")), 0);
	ck_assert_int_eq(number(all, "all"), 0);
	json_decref(all);
}
END_TEST

START_TEST(the_last_ones_are_kept_as_they_came)
{
	uint8_t octets[5000] = { 7 };
	struct arrival in = { .octets = octets, .interface = "eth0", .port = 67 };
	json_t *all, *packets;

	in.from.ip = (struct ip){ .family = IP_V4, .octet = { 10, 0, 0, 9 } };
	for (unsigned i = 0; i < MALFORMED_KEPT + 8; i++) {
		in.len = i;
		malformed_note(&in, NULL);
	}
	in.len = sizeof(octets); /* more than is kept */
	malformed_note(&in, NULL);
	all = malformed_json();
	packets = json_object_get(all, "packets");
	ck_assert_uint_eq(json_array_size(packets), MALFORMED_KEPT);
	ck_assert_int_eq(number(all, "all"), MALFORMED_KEPT + 9);
	ck_assert_int_eq(number(json_array_get(packets, 0), "length"), 9);
	ck_assert_str_eq(text(json_array_get(packets, 0), "what"), "refused");
	ck_assert_str_eq(text(json_array_get(packets, 0), "from"), "10.0.0.9:0");
	ck_assert_str_eq(text(json_array_get(packets, 0), "rule"),
			 "its length is 9, less than a DHCP header (240 bytes)");
	ck_assert_int_eq(number(json_array_get(packets, 0), "at"), 9);
	ck_assert_str_eq(text(json_array_get(packets, 0), "octets"), "070000000000000000");
	ck_assert_int_eq(number(json_array_get(packets, MALFORMED_KEPT - 1), "length"), 5000);
	ck_assert_uint_eq(strlen(text(json_array_get(packets, MALFORMED_KEPT - 1), "octets")),
			  2 * REQUEST_PACKET_MAX);
	json_decref(all);
}
END_TEST

START_TEST(what_was_mended_is_shown_as_it_came)
{
	static const struct intake intake;
	uint8_t octets[250] = { 1, 1, 6 };
	struct arrival in = { .octets = octets, .len = 243, .interface = "eth0", .port = 67 };
	json_t *all, *packet;

	req = calloc(1, sizeof(*req));
	in.from.ip.family = IP_V4;
	memcpy(octets + DHCP4_COOKIE, (uint8_t[]){ 0x63, 0x82, 0x53, 0x63, 53, 1, 1 }, 7);
	ck_assert_int_eq(request_read(req, &in, &intake), -1);
	ck_assert(req->mended);
	malformed_note(&in, req);
	all = malformed_json();
	packet = json_array_get(json_object_get(all, "packets"), 0);
	ck_assert_str_eq(text(packet, "what"), "mended");
	ck_assert_str_eq(text(packet, "rule"), "no END (255) behind the last option: it was added");
	ck_assert_int_eq(number(packet, "at"), 243);
	ck_assert_int_eq(number(packet, "length"), 243);
	octets[243] = 255;
	in.len = 244;
	ck_assert_int_eq(request_read(req, &in, &intake), -1);
	ck_assert(!req->mended);
	json_decref(all);
	free(req);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("malformed");

	tcase_add_test(tcase, nothing_was);
	tcase_add_test(tcase, the_last_ones_are_kept_as_they_came);
	tcase_add_test(tcase, what_was_mended_is_shown_as_it_came);
	suite_apart(); /* the request has a past */
	return suite_run("story/malformed", tcase);
}
