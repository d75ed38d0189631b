/* request/intake: by what a client is known where its requests are counted. */
#include "request/intake.h"
#include "suite.h"

static const struct intake intake;

/* A DISCOVER of a PXE client, with what the rows below vary. */
struct ask {
	uint8_t mac;    /* its last octet; 0: no hardware address */
	uint8_t id;     /* the last octet of its client id */
	uint8_t giaddr; /* the last octet of its relay's address; 0: none */
	uint8_t from;   /* the last octet of its own; 0: none */
	uint16_t port;
	const char *interface;
};

static struct request *read_ask(const struct ask *ask)
{
	static const uint8_t options[] = { 99,  130, 83,  99,  53,  1,   1,   60,  9,
					   'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't',
					   61,  4,   255, 1,   2,   0,   255 };
	static uint8_t octets[400];
	struct arrival in = {
		.octets = octets, .len = 300, .port = ask->port, .interface = ask->interface
	};
	struct request *req = calloc(1, sizeof(*req));

	ck_assert_ptr_nonnull(req);
	memset(octets, 0, sizeof(octets));
	octets[DHCP4_OP] = octets[DHCP4_HTYPE] = 1;
	octets[DHCP4_HLEN] = ask->mac ? 6 : 0;
	octets[DHCP4_CHADDR + 5] = ask->mac;
	octets[DHCP4_GIADDR] = ask->giaddr ? 10 : 0;
	octets[DHCP4_GIADDR + 3] = ask->giaddr;
	memcpy(octets + DHCP4_COOKIE, options, sizeof(options));
	octets[DHCP4_COOKIE + sizeof(options) - 2] = ask->id;
	in.from.ip = ip_v4((const uint8_t[]){ ask->from ? 10 : 0, 0, 0, ask->from });
	ck_assert_int_eq(request_read(req, &in, &intake), -1);
	return req;
}

static const struct {
	const char *name;
	struct ask one, two;
	bool same;
} rows[] = {
	{ "one client", { 1, 1, 0, 0, 67, "eth0" }, { 1, 2, 0, 0, 67, "eth0" }, true },
	{ "two MACs", { 1, 1, 0, 0, 67, "eth0" }, { 2, 1, 0, 0, 67, "eth0" }, false },
	{ "one MAC on two interfaces (W1)",
	  { 1, 1, 0, 0, 67, "eth0.10" },
	  { 1, 1, 0, 0, 67, "eth0.11" },
	  false },
	{ "one MAC behind two relays (W1)",
	  { 1, 1, 1, 1, 67, "eth0" },
	  { 1, 1, 2, 2, 67, "eth0" },
	  false },
	{ "one relay, two of its addresses",
	  { 1, 1, 1, 1, 67, "eth0" },
	  { 1, 1, 1, 2, 67, "eth1" },
	  true },
	{ "no MAC, one client id (W1)",
	  { 0, 1, 0, 0, 67, "eth0" },
	  { 0, 1, 0, 0, 67, "eth0" },
	  true },
	{ "no MAC, two client ids (W1)",
	  { 0, 1, 0, 0, 67, "eth0" },
	  { 0, 2, 0, 0, 67, "eth0" },
	  false },
	{ "4011, another address",
	  { 1, 1, 0, 1, 4011, "eth0" },
	  { 1, 1, 0, 2, 4011, "eth0" },
	  false },
	{ "4011, the same address",
	  { 1, 1, 0, 1, 4011, "eth0" },
	  { 1, 1, 0, 1, 4011, "eth1" },
	  true },
};

START_TEST(a_client_is_known_by_name_and_place)
{
	struct request *one = read_ask(&rows[_i].one), *two = read_ask(&rows[_i].two);
	uint8_t buffer[2][64];

	ck_assert_msg(span_equal(request_client_key(one, buffer[0]),
				 request_client_key(two, buffer[1])) == rows[_i].same,
		      "%s", rows[_i].name);
	free(one);
	free(two);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("intake");

	TEST_ROWS(tcase, a_client_is_known_by_name_and_place, rows);
	return suite_run("request/intake", tcase);
}
