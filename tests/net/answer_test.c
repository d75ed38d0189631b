/* net/links_dump: answers that are no answers, and messages that are not the kernel's. */
#include <check.h>
#include <linux/netlink.h>

#include "../../daemon/net/links_dump.c" /* its answers come through a socket of the kernel's */
#include "net/links.h"
#include "net/neighbours.h"
#include "net/netns.h"
#include "net/settle.h"
#include "suite.h"

enum { SEQ = 7 };

/* ---- how an answer ends ------------------------------------------------------------------- */

/* A message with a number behind its header, as the kernel ends an answer. */
struct end {
	struct nlmsghdr head;
	int32_t number;
};

static const struct {
	const char *what;
	uint16_t type, flags;
	uint32_t seq, len;
	int32_t number;
	int result;
	bool ends, changed;
} ends[] = {
	{ "a whole answer", NLMSG_DONE, 0, SEQ, sizeof(struct end), 0, 0, true, false },
	{ "whole, and no more said", NLMSG_DONE, 0, SEQ, NLMSG_HDRLEN, 0, 0, true, false },
	{ "the tables changed meanwhile", NLMSG_DONE, NLM_F_DUMP_INTR, SEQ, sizeof(struct end), 0,
	  0, true, true },
	{ "broken off", NLMSG_DONE, 0, SEQ, sizeof(struct end), -ENOBUFS, -ENOBUFS, true, false },
	{ "another question's", NLMSG_DONE, 0, SEQ - 1, sizeof(struct end), 0, 0, false, false },
	{ "another question's, which changed", NLMSG_DONE, NLM_F_DUMP_INTR, SEQ - 1,
	  sizeof(struct end), 0, 0, false, false },
	{ "an error", NLMSG_ERROR, 0, SEQ, sizeof(struct end), -EPERM, -EPERM, true, false },
	{ "no such table", NLMSG_ERROR, 0, SEQ, sizeof(struct end), -ENOENT, 0, true, false },
	{ "an error without its number", NLMSG_ERROR, 0, SEQ, NLMSG_HDRLEN, 0, -EBADMSG, true,
	  false },
	{ "half of its number", NLMSG_ERROR, 0, SEQ, NLMSG_HDRLEN + 2, -1, -EBADMSG, true, false },
	{ "an error that is none", NLMSG_ERROR, 0, SEQ, sizeof(struct end), 0, -EBADMSG, true,
	  false },
	{ "a number that is no error", NLMSG_ERROR, 0, SEQ, sizeof(struct end), 5, -EBADMSG, true,
	  false },
	{ "a length that is none", NLMSG_ERROR, 0, SEQ, 3, -1, -EBADMSG, true, false },
};

/* H5: an answer is whole only where the kernel says so: else what is known stays. */
START_TEST(answer_ends_as_the_kernel_says)
{
	struct links_asker asker = { .seq = SEQ, .waiting = true };
	struct end end = { { ends[_i].len, ends[_i].type, ends[_i].flags, ends[_i].seq, 0 },
			   ends[_i].number };

	ck_assert_msg(answer_take(&asker, &end.head) == ends[_i].result, "%s", ends[_i].what);
	ck_assert_msg(asker.waiting == !ends[_i].ends, "%s", ends[_i].what);
	ck_assert_msg(asker.changed == ends[_i].changed, "%s", ends[_i].what);
}
END_TEST

/* ---- who sends ---------------------------------------------------------------------------- */

/* Sends a message to a netlink socket of this process, as another process may. */
static void send_to(int to, const void *message, size_t len)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	struct sockaddr_nl address;
	socklen_t size = sizeof(address);

	ck_assert_int_eq(getsockname(to, (void *)&address, &size), 0);
	address.nl_groups = 0;
	ck_assert_int_eq(sendto(fd, message, len, 0, (void *)&address, sizeof(address)),
			 (ssize_t)len);
	close(fd);
}

/* H5: a link that another process tells of is none. */
START_TEST(link_that_another_process_tells_of_is_none)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
		struct nlattr attr;
		char name[8];
	} message = { { sizeof(message), RTM_NEWLINK, 0, 0, 0 },
		      { .ifi_index = 4711, .ifi_flags = IFF_UP },
		      { sizeof(message.attr) + sizeof(message.name), IFLA_IFNAME },
		      "forged0" };
	struct links *links;

	ck_assert_int_eq(links_new(&(struct links_owner){ 0 }, &links), 0);
	send_to(links_fd(links), &message, sizeof(message));
	run("ip link add told type veth peer name other");
	settle(links);
	ck_assert_ptr_nonnull(links_by_index(links_now(links), if_nametoindex("told")));
	ck_assert_ptr_null(links_by_index(links_now(links), 4711));
	links_free(links);
}
END_TEST

START_TEST(neighbour_that_another_process_tells_of_is_none)
{
	struct {
		struct nlmsghdr head;
		struct ndmsg info;
		struct nlattr attr;
		uint8_t address[4];
	} message = { { sizeof(message), RTM_NEWNEIGH, 0, 0, 0 },
		      { .ndm_family = AF_INET, .ndm_ifindex = 2, .ndm_state = NUD_REACHABLE },
		      { sizeof(message.attr) + sizeof(message.address), NDA_DST },
		      { 10, 1, 0, 9 } };
	struct endpoint to = { .ip = ip_v4(message.address), .ifindex = 2 };
	struct neighbours *neighbours;
	int n = 0;

	ck_assert_int_eq(neighbours_new(1 << 20, &neighbours), 0);
	send_to(neighbours_fd(neighbours), &message, sizeof(message));
	ck_assert_int_eq(neighbours_read(neighbours, 1000), 0);
	for (int i = 0; i < 2 * NEIGHBOUR_WAITING; i++)
		n += neighbours_let(neighbours, &to, 2, 300, 1000);
	ck_assert_int_eq(n, NEIGHBOUR_WAITING);
	neighbours_free(neighbours);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net answers");
	TCase *made = tcase_create("made"), *sent = tcase_create("sent");

	TEST_ROWS(made, answer_ends_as_the_kernel_says, ends);
	suite_add_tcase(suite, made);
	tcase_add_checked_fixture(sent, netns_setup, NULL);
	tcase_add_test(sent, link_that_another_process_tells_of_is_none);
	tcase_add_test(sent, neighbour_that_another_process_tells_of_is_none);
	if (netns_possible("net/answer_test"))
		suite_add_tcase(suite, sent);
	return suite_run_whole(suite);
}
