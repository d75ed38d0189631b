/* server/log, its thread: a reader that stands still costs lines, and never an end. */
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/span.h"
#include "base/utf.h"
#include "story/log.h"
#include "story/log_stderr.h"
#include "suite.h"

enum { MORE_THAN_THE_RING = 5000 };

static int reader;     /* of the pipe that is our standard error */
static char *read_out; /* what came out of it */

/* Standard error becomes a pipe that is full to the last octet. */
static void set_up(void)
{
	char octets[4096];
	int fd[2], flags;

	ck_assert_int_eq(pipe(fd), 0);
	flags = fcntl(fd[1], F_GETFL);
	ck_assert_int_eq(fcntl(fd[1], F_SETFL, flags | O_NONBLOCK), 0);
	memset(octets, '\n', sizeof(octets));
	while (write(fd[1], octets, sizeof(octets)) > 0)
		;
	while (write(fd[1], octets, 1) > 0)
		;
	ck_assert_int_eq(fcntl(fd[1], F_SETFL, flags), 0);
	fflush(stderr);
	ck_assert_int_eq(dup2(fd[1], STDERR_FILENO), STDERR_FILENO);
	close(fd[1]);
	reader = fd[0];
	log_init(LOG_INFO, log_stderr_write);
	ck_assert_int_eq(log_start(), 0);
}

/* Reads until the word has come, or nobody can write any more; without what filled the pipe. */
static void *read_until(void *word)
{
	size_t used = 0, seen = 0, room = 4 << 20;
	ssize_t n;

	read_out = calloc(1, room);
	while (read_out && used < room - 1 && !strstr(read_out + seen, word) &&
	       (n = read(reader, read_out + used, room - 1 - used)) > 0) {
		size_t filling;

		read_out[used + (size_t)n] = 0;
		filling = used == 0 ? strspn(read_out, "\n") : 0;
		/* The word may have begun in what was looked at. */
		seen = used > strlen(word) ? used - strlen(word) : 0;
		used += (size_t)n - filling;
		memmove(read_out, read_out + filling, used);
		read_out[used] = 0;
	}
	return NULL;
}

/* S5: with the reader standing still the log is given up, where the end used to wait for it. */
START_TEST(a_stop_does_not_wait_for_a_reader_that_stands_still)
{
	log_line(LOG_INFO, "one");
	ck_assert(!log_stop());
	log_line(LOG_INFO, "two"); /* nor does who logs afterwards */
}
END_TEST

/* S5: what did not fit meanwhile is counted, and told as soon as somebody reads. */
START_TEST(lines_that_were_lost_are_told_when_the_reader_goes_on)
{
	char told[64];
	pthread_t thread;

	for (int i = 0; i < MORE_THAN_THE_RING; i++)
		log_line(LOG_INFO, "line %d.", i);
	ck_assert_uint_gt(log_lost(), MORE_THAN_THE_RING / 2);
	snprintf(told, sizeof(told), "%llu log lines dropped", (unsigned long long)log_lost());
	ck_assert_int_eq(pthread_create(&thread, NULL, read_until, told), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_ptr_nonnull(read_out);
	ck_assert_ptr_nonnull(strstr(read_out, "line 0.\n"));
	ck_assert_ptr_nonnull(strstr(read_out, told));
	ck_assert(log_stop());
	free(read_out);
}
END_TEST

/* Who shares our standard error may have made it non-blocking: lines are not cut for that. */
START_TEST(a_stderr_that_does_not_block_loses_nothing)
{
	pthread_t thread;

	ck_assert_int_eq(fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK), 0);
	for (int i = 0; i < 1000; i++)
		log_line(LOG_INFO, "line %d.", i);
	ck_assert_int_eq(pthread_create(&thread, NULL, read_until, "line 999.\n"), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert(log_stop());
	for (int i = 0; i < 1000; i++) {
		char line[32];

		snprintf(line, sizeof(line), "line %d.\n", i);
		ck_assert_msg(strstr(read_out, line) != NULL, "%s is missing", line);
	}
	free(read_out);
}
END_TEST

/* A6: a provider's line of 1,024 characters is whole, where it was cut at 767 octets. */
START_TEST(longest_trace_is_whole)
{
	char text[3 * 1024 + 1], line[3 * 1024 + 16];
	pthread_t thread;

	for (int i = 0; i < 1024; i++)
		memcpy(text + 3L * i, "\xe2\x82\xac", 3);
	text[sizeof(text) - 1] = 0;
	snprintf(line, sizeof(line), "wordy: %s\n", text);
	log_provider(LOG_INFO, "wordy", "%s", text);
	ck_assert_int_eq(pthread_create(&thread, NULL, read_until, line), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert(strstr(read_out, line) != NULL);
	ck_assert(log_stop());
	free(read_out);
}
END_TEST

/* A6: where too many long ones wait they are cut, between two characters, and show it. */
START_TEST(long_lines_are_cut_between_characters)
{
	enum { LINES = 200 };
	char text[900] = "", last[32];
	unsigned whole = 0, cut = 0;
	pthread_t thread;

	for (int i = 0; i < 299; i++)
		strcat(text, "\xe2\x82\xac");
	for (int i = 0; i < LINES; i++)
		log_line(LOG_INFO, "%d %s!", i, text);
	snprintf(last, sizeof(last), "the last one\n");
	log_line(LOG_INFO, "the last one");
	ck_assert_int_eq(pthread_create(&thread, NULL, read_until, last), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	for (char *line = strtok(read_out, "\n"); line; line = strtok(NULL, "\n")) {
		size_t len = strlen(line);

		ck_assert(utf8_valid(span_of(line, len)));
		whole += line[len - 1] == '!';
		cut += strcmp(line + len - 4, " ...") == 0;
	}
	ck_assert_uint_eq(whole + cut, LINES);
	ck_assert_uint_ge(whole, 16);
	ck_assert_uint_ge(cut, 16);
	ck_assert(log_stop());
	free(read_out);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("log_thread");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, a_stop_does_not_wait_for_a_reader_that_stands_still);
	tcase_add_test(tcase, lines_that_were_lost_are_told_when_the_reader_goes_on);
	tcase_add_test(tcase, a_stderr_that_does_not_block_loses_nothing);
	tcase_add_test(tcase, longest_trace_is_whole);
	tcase_add_test(tcase, long_lines_are_cut_between_characters);
	suite_apart(); /* each has a standard error of its own */
	return suite_run("story/log_thread", tcase);
}
