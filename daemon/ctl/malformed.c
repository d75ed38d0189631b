/* wdspxectl malformed. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"

enum { AROUND = 16 }; /* octets of a packet that are shown */

static void print_clock(double time)
{
	time_t seconds = (time_t)time;
	struct tm local;
	char clock[32] = "";

	if (localtime_r(&seconds, &local))
		strftime(clock, sizeof(clock), "%Y-%m-%d %H:%M:%S", &local);
	fputs(clock, stdout);
}

/* The octets around the place, which stands in brackets. */
static void print_octets(const char *hex, size_t at)
{
	size_t len = strlen(hex) / 2, from = at > AROUND / 2 ? at - AROUND / 2 : 0;
	size_t to = from + AROUND < len ? from + AROUND : len;

	if (from >= to)
		return;
	pad(0, 4);
	printf("octets from %zu:", from);
	for (size_t i = from; i < to; i++)
		printf(i == at ? " [%.2s]" : " %.2s", hex + 2 * i);
	putchar('\n');
}

static void print_packet(const json_t *packet)
{
	const json_t *client = json_object_get(packet, "client");
	const char *mac = json_string_value(json_object_get(client, "mac"));
	const char *what = text_of(packet, "what"), *from = text_of(packet, "from");
	char rule[256];

	print_clock(json_number_value(json_object_get(packet, "time")));
	printf("  %s", mac ? mac : from);
	if (mac)
		printf(" from %s", from);
	printf(" on %s port %lld\n", text_of(packet, "interface"), number_of(packet, "port"));
	pad(0, 2);
	paint(strcmp(what, "mended") == 0 ? YELLOW : RED, what);
	snprintf(rule, sizeof(rule), "at octet %lld of %lld: %s", number_of(packet, "at"),
		 number_of(packet, "length"), text_of(packet, "rule"));
	putchar(' ');
	print_words(10, rule);
	print_octets(text_of(packet, "octets"), (size_t)number_of(packet, "at"));
}

static void print_malformed(const json_t *answer)
{
	const json_t *packets = json_object_get(answer, "packets");
	long long all = number_of(answer, "all"), n = (long long)json_array_size(packets);

	if (n == 0)
		puts("No packet was mended or refused since the start.");
	for (long long i = 0; i < n; i++)
		print_packet(json_array_get(packets, (size_t)i));
	if (all > n)
		printf("These are the last %lld of %lld.\n", n, all);
}

int run_malformed(const struct call *call)
{
	return ask_and_print(call, print_malformed);
}
