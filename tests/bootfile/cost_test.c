/* What a request costs does not grow with the settings: user instructions, from the datagram to the
 * reply, of a host among 100,000 against one host, in every form that an admin may write them. They
 * are counted one step at a time, which no other program can disturb. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/feed.h"
#include "built.h"
#include "suite.h"
#include "temporary.h"

#define CEILING 1.05

/* The median of so many requests: hashes have a secret of their own each time, and one key in many
 * has an unlucky place. */
enum { REQUESTS = 5, HOSTS = 100000, STRANGER = 0x40000000 };

/* ---- settings ----------------------------------------------------------------------------------
 */

static char *text;
static size_t text_len, text_room;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
	va_list arguments;

	if (text_room - text_len < 512) {
		text_room = 2 * text_room + 4096;
		text = realloc(text, text_room);
		ck_assert_ptr_nonnull(text);
	}
	va_start(arguments, format);
	text_len += (size_t)vsnprintf(text + text_len, text_room - text_len, format, arguments);
	va_end(arguments);
}

static void put_mac(uint32_t number)
{
	put("\"52:54:%02x:%02x:%02x:%02x\"", number >> 24, number >> 16 & 255, number >> 8 & 255,
	    number & 255);
}

/* As the client of that number says it: the order on the wire. */
static void put_uuid(uint32_t number)
{
	static uint8_t packet[SIZE];
	static struct span uuid;

	if (!uuid.at)
		ck_assert_int_eq(
			dhcp4_option_find(span_of(packet, PxeFakeDiscover(packet, SIZE,
									  "52:54:00:00:00:01", 0)),
					  DHCP4_OPT_UUID, 1, &uuid),
			0);
	put("\"");
	for (size_t i = 1; i < 11; i++)
		put("%02x", uuid.at[i]);
	put("5254%08x\"", number);
}

static void entries_of_macs(uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++) {
		put("{ mac = ");
		put_mac(i);
		put("; file = \"host.0\"; },\n");
	}
}

static void list_of(uint32_t n, const char *name, void (*member)(uint32_t number))
{
	put("{ %s = [ ", name);
	for (uint32_t i = 1; i <= n; i++) {
		member(i);
		put(i < n ? ",\n" : " ];");
	}
	put(" file = \"host.0\"; },\n");
}

static void entry_of_macs(uint32_t n)
{
	list_of(n, "mac", put_mac);
}

/* Of four and five octets. */
static void put_prefix(uint32_t number)
{
	unsigned len = number == 1 || number % 2 ? 5 : 4;
	uint32_t base = number == 1 ? 0 : number * 2654435761u;
	const uint8_t octets[] = { number == 1 ? 0x52 : (uint8_t)(number >> 8 | 1), 0x54,
				   (uint8_t)(base >> 24), (uint8_t)(base >> 16),
				   (uint8_t)(base >> 8) };

	put("\"");
	for (unsigned i = 0; i < len; i++)
		put("%02x:", octets[i]);
	put("*\"");
}

static void entry_of_prefixes(uint32_t n)
{
	list_of(n, "mac", put_prefix);
}

static void entries_of_prefixes(uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++) {
		put("{ mac = ");
		put_prefix(i);
		put("; file = \"host.0\"; },\n");
	}
}

static void entries_of_uuids(uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++) {
		put("{ uuid = ");
		put_uuid(i);
		put("; file = \"host.0\"; },\n");
	}
}

static void put_subnet(uint32_t number)
{
	if (number == 1)
		put("\"192.0.2.0/24\"");
	else
		put("\"10.%u.%u.0/%u\"", number >> 8 & 255, number & 255, 24 + number % 3);
}

/* The last one is the client's. */
static void entries_of_subnets(uint32_t n)
{
	for (uint32_t i = n; i >= 1; i--) {
		put("{ subnet = ");
		put_subnet(i);
		put("; file = \"host.0\"; },\n");
	}
}

static void entry_of_subnets(uint32_t n)
{
	list_of(n, "subnet", put_subnet);
}

/* Each is for all but one MAC, and one subnet; the last one is for the client. */
static void entries_with_not(uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++)
		put("{ not = { mac = [ \"02:00:00:00:00:%02x\", \"02:01:00:00:00:%02x\" ];"
		    " subnet = \"%s\"; }; file = \"host.0\"; },\n",
		    i & 255, i >> 8 & 255, i < n ? "192.0.2.0/24" : "10.0.0.0/8");
}

enum { OTHER_GROUPS = 9 }; /* so many that entries are not looked at each */

/* A list in a file, which the test removes. */
static char list_path[TEMPORARY_MAX];

static FILE *list_open(const char *header)
{
	int fd = mkstemp(temporary_template(list_path, "list"));
	FILE *list = fdopen(fd, "w");

	ck_assert_ptr_nonnull(list);
	fputs(header, list);
	return list;
}

static void group_of_list(uint32_t n)
{
	FILE *list = list_open("mac,name,group\n");

	for (uint32_t i = 1; i <= n; i++)
		fprintf(list, "5254%08x,pc%u,lab\n", i, i);
	for (unsigned i = 0; i < OTHER_GROUPS; i++) {
		fprintf(list, "02000000%04x,other%u,other%u\n", i, i, i);
		put("{ group = \"other%u\"; file = \"other.%u\"; },\n", i, i);
	}
	ck_assert_int_eq(fclose(list), 0);
	put("{ group = \"lab\"; file = \"host.0\"; },\n");
}

/* Each line says what its machine boots. */
static void list_of_files(uint32_t n)
{
	FILE *list = list_open("mac,file\n");

	for (uint32_t i = 1; i <= n; i++)
		fprintf(list, "5254%08x,host.0\n", i);
	ck_assert_int_eq(fclose(list), 0);
}

static const struct {
	const char *name;
	void (*write)(uint32_t n);
	uint32_t n;
} forms[] = {
	{ "an entry for each MAC", entries_of_macs, HOSTS },
	{ "MACs in one entry", entry_of_macs, HOSTS },
	{ "beginnings of MACs in one entry", entry_of_prefixes, HOSTS },
	{ "UUIDs", entries_of_uuids, HOSTS },
	{ "an entry for each subnet", entries_of_subnets, 1000 },
	{ "subnets in one entry", entry_of_subnets, 1000 },
	{ "an entry for each beginning of a MAC", entries_of_prefixes, 1000 },
	{ "a group, and a list of it in a file", group_of_list, HOSTS },
	{ "a list of files, one for each MAC", list_of_files, HOSTS },
	{ "entries with not", entries_with_not, 200 },
};

static const char *settings_of(size_t form, uint32_t n)
{
	text_len = 0;
	put("settings: { server = \"auto\"; boot = (\n");
	forms[form].write(n);
	put("{ arch = \"x86-bios\"; file = \"other.0\"; } );\n");
	if (list_path[0])
		put("machines = \"%s\";\n", list_path);
	put("};\n");
	return text;
}

/* ---- the clock ---------------------------------------------------------------------------------
 */

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *out);

/* What the kernel maps into each process for this tries again where the clock has ticked meanwhile,
 * which it does often beside single steps. */
int clock_gettime(clockid_t clock, struct timespec *out)
{
	return (int)syscall(SYS_clock_gettime, clock, out);
}

/* ---- counting ----------------------------------------------------------------------------------
 */

/* A known machine, and one that nobody names. */
static const struct {
	const char *who;
	uint32_t first;
} clients[] = { { "known", 1 }, { "unknown", STRANGER } };

enum { CLIENTS = sizeof clients / sizeof *clients };

static void feed_all(struct feeder *feeder, unsigned who, uint32_t from, uint64_t now_ms)
{
	for (uint32_t i = 0; i < REQUESTS; i++)
		feed_one(feeder, clients[who].first + from + i, now_ms);
}

/* Stops before and behind what is counted: each client's second request; where `from` is not 0, its
 * first one, after that of other clients. */
static void child_serve(const char *settings, uint32_t from)
{
	static struct feeder feeder;
	char dropin[TEMPORARY_MAX];

	kind = kind_find("direct");
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	if (feed_open(&feeder, built_module("providers/bootfile.so"),
		      temporary_template(dropin, "cost"), settings) != 0)
		_exit(2);
	for (unsigned who = 0; who < CLIENTS; who++)
		feed_all(&feeder, who, from, 1000);
	for (unsigned who = 0; who < CLIENTS; who++)
		for (uint32_t i = 0; i < REQUESTS; i++) {
			raise(SIGSTOP);
			feed_one(&feeder, clients[who].first + i, 60000);
			raise(SIGSTOP);
		}
	flush();
	feed_close(&feeder);
	_exit(n_answers == (size_t)2 * CLIENTS * REQUESTS ? 0 : 3);
}

/* To its own next stop. */
static void child_run(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP,
		      "the provider did not start: %d", status);
}

/* The same, step by step: how many there are. */
static unsigned child_steps(pid_t pid)
{
	unsigned steps = 0;
	int status;

	for (;; steps++) {
		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) != 0 ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			ck_abort_msg("the child is gone");
		if (WSTOPSIG(status) == SIGSTOP)
			return steps;
	}
}

static int by_steps(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Those of a client that is neither lucky nor unlucky: the median of REQUESTS. Where most of them
 * are within `ceiling` so is the median, and the others are not counted, which takes long: then it
 * is the dearest of the cheap ones, and the median is no more. */
static unsigned request_steps(pid_t pid, double ceiling)
{
	enum { MOST = REQUESTS / 2 + 1 };
	unsigned steps[REQUESTS], within = 0, counted = 0;

	for (unsigned i = 0; i < REQUESTS; i++) {
		child_run(pid);
		if (within < MOST) {
			steps[counted] = child_steps(pid);
			within += steps[counted++] <= ceiling;
		} else {
			ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
			child_run(pid);
		}
		ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	}
	qsort(steps, counted, sizeof *steps, by_steps);
	return steps[MOST - 1];
}

struct costs {
	unsigned of[CLIENTS];
};

/* Against those of `one`; NULL: nothing is known yet. */
static struct costs costs_of(const char *settings, uint32_t from, const struct costs *one)
{
	pid_t pid = fork();
	struct costs costs;
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		child_serve(settings, from);
	for (unsigned who = 0; who < CLIENTS; who++)
		costs.of[who] = request_steps(pid, one ? CEILING * one->of[who] : 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "ended with %d", status);
	return costs;
}

START_TEST(a_request_costs_no_more_among_many)
{
	const struct costs one = costs_of(settings_of(0, 1), 0, NULL);
	unsigned dear = 0;

	for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
		const struct costs many = costs_of(settings_of(form, forms[form].n), 0, &one);

		if (list_path[0])
			unlink(list_path);
		list_path[0] = '\0';

		for (unsigned who = 0; who < CLIENTS; who++) {
			printf("%-38s %-8s %6u, one host %6u: %.3f\n", forms[form].name,
			       clients[who].who, many.of[who], one.of[who],
			       (double)many.of[who] / one.of[who]);
			dear += many.of[who] > CEILING * one.of[who];
		}
	}
	free(text);
	fflush(stdout);
	ck_assert_msg(dear == 0, "%u rows cost more than they may", dear);
}
END_TEST

/* P6: each host's first answer was prepared anew, though they all boot one file. */
START_TEST(what_is_prepared_for_one_entry_serves_those_that_give_the_same)
{
	enum { MANY = 3000, OTHERS = 1000 };
	const struct costs one = costs_of(settings_of(1, MANY), OTHERS, NULL);
	const struct costs many = costs_of(settings_of(0, MANY), OTHERS, &one);

	free(text);
	text = NULL;
	text_room = 0;
	ck_assert_msg(many.of[0] <= CEILING * one.of[0], "%u, not %u", many.of[0], one.of[0]);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("what a request costs");

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	printf("bootfile/cost_test: SKIPPED counting: a sanitizer's instructions are not ours\n");
	tcase_set_timeout(tcase, 1);
	return EXIT_SKIPPED;
#endif
	tcase_set_timeout(tcase, 600); /* each step is two switches of the processor */
	tcase_add_test(tcase, a_request_costs_no_more_among_many);
	tcase_add_test(tcase, what_is_prepared_for_one_entry_serves_those_that_give_the_same);
	return suite_run("bootfile/cost", tcase);
}
