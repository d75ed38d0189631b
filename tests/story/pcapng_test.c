/* story/pcapng: what is written is what the drafts say, and the checksums are right. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "story/pcapng.h"
#include "suite.h"

static char *octets;
static size_t size;
static struct pcapng file;

static void close_file(void)
{
	if (file.out)
		fclose(file.out);
	free(octets);
}

static void open_file(void)
{
	close_file();
	pcapng_begin(&file, open_memstream(&octets, &size));
}

static uint32_t word(size_t at)
{
	uint32_t n;

	ck_assert_uint_le(at + 4, size);
	memcpy(&n, octets + at, 4);
	return n;
}

/* The block behind this one. */
static size_t next(size_t at)
{
	size_t len = word(at + 4);

	ck_assert_uint_eq(len % 4, 0);
	ck_assert_uint_eq(word(at + len - 4), len); /* it stands at both ends */
	return at + len;
}

static unsigned sum_of(const char *at, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? (uint8_t)at[i] : (unsigned)(uint8_t)at[i] << 8;
	return sum;
}

static unsigned folded(unsigned sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static struct endpoint at(const char *ip, uint16_t port)
{
	struct endpoint end = { .port = port };

	ck_assert(ip_parse(ip, &end.ip));
	return end;
}

static void put(const char *from, const char *to, const char *interface, const char *comment)
{
	static const char payload[] = "an odd number of octets"; /* 23 */

	pcapng_put(&file, &(struct pcapng_packet){
				  .from = at(from, 68),
				  .to = at(to, 67),
				  .interface = interface,
				  .time_us = 0x100000002,
				  .payload = span_of(payload, 23),
				  .len = 23,
				  .comment = comment,
			  });
	fflush(file.out);
}

START_TEST(packet_has_its_interface_time_headers_and_comment)
{
	size_t interface, packet;

	open_file();
	put("10.0.0.9", "255.255.255.255", "eth0", "why");
	ck_assert_uint_eq(word(0), 0x0a0d0d0a);
	ck_assert_uint_eq(word(8), 0x1a2b3c4d);
	interface = next(0);
	ck_assert_uint_eq(word(interface), 1);
	ck_assert_uint_eq(word(interface + 8), 101); /* raw IP */
	ck_assert_mem_eq(octets + interface + 16, "\2\0\4\0eth0", 8);
	packet = next(interface);
	ck_assert_uint_eq(word(packet), 6);
	ck_assert_uint_eq(word(packet + 12), 1);
	ck_assert_uint_eq(word(packet + 16), 2);
	ck_assert_uint_eq(word(packet + 20), 20 + 8 + 23);
	ck_assert_uint_eq(word(packet + 24), 20 + 8 + 23);
	ck_assert_mem_eq(octets + packet + 28 + 52, "\1\0\3\0why\0", 8);
	ck_assert_uint_eq(word(packet + 28 + 52 + 8), 4u << 16 | 2);
	ck_assert_uint_eq(word(packet + 28 + 52 + 12), 1); /* inbound */
	ck_assert_uint_eq(next(packet), size);
}
END_TEST

START_TEST(checksums_are_right)
{
	const char *ip;

	open_file();
	put("10.0.0.9", "10.0.0.2", "eth0", "");
	ip = octets + next(next(0)) + 28;
	ck_assert_uint_eq(folded(sum_of(ip, 20)), 0xffff);
	ck_assert_uint_eq(folded(sum_of(ip + 12, 8) + 17 + 31 + sum_of(ip + 20, 31)), 0xffff);
	open_file();
	put("fd77::9", "fd77::2", "eth0", "");
	ip = octets + next(next(0)) + 28;
	ck_assert_uint_eq((uint8_t)ip[0], 0x60);
	ck_assert_uint_eq(folded(sum_of(ip + 8, 32) + 17 + 31 + sum_of(ip + 40, 31)), 0xffff);
}
END_TEST

START_TEST(interfaces_are_described_once_and_bounded)
{
	unsigned described = 0;
	char name[16];

	open_file();
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < PCAPNG_INTERFACES + 3; i++) {
			snprintf(name, sizeof(name), "eth%d", i);
			put("10.0.0.9", "10.0.0.2", name, "");
		}
	for (size_t block = 0; block < size; block = next(block))
		described += word(block) == 1;
	ck_assert_uint_eq(described, PCAPNG_INTERFACES);
}
END_TEST

START_TEST(long_comment_is_cut_between_characters)
{
	char *comment = malloc(100001);
	size_t packet, len;

	for (int i = 0; i < 100000; i += 2)
		memcpy(comment + i, "\303\244", 3);
	open_file();
	put("10.0.0.9", "10.0.0.2", "eth0", comment);
	packet = next(next(0));
	len = word(packet + 28 + 52) >> 16;
	ck_assert_uint_le(len, 32000);
	ck_assert_uint_eq(len % 2, 0);
	ck_assert_uint_eq(next(packet), size);
	free(comment);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pcapng");

	tcase_add_checked_fixture(tcase, NULL, close_file);
	tcase_add_test(tcase, packet_has_its_interface_time_headers_and_comment);
	tcase_add_test(tcase, checksums_are_right);
	tcase_add_test(tcase, interfaces_are_described_once_and_bounded);
	tcase_add_test(tcase, long_comment_is_cut_between_characters);
	suite_apart(); /* a test leaves its file closed */
	return suite_run("story/pcapng", tcase);
}
