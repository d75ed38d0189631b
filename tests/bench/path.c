/* The path of a request through the daemon's code, without sockets: for counting instructions.
 *
 *     path MODULE KIND COUNT [FILE]     KIND: direct, redirect, ack; FILE: of a PC BIOS
 *
 * Hands COUNT requests, each of a client of its own, to the host with the built-in provider of
 * MODULE in its chain. All that is to be counted happens inside feed(). Ends with 1 where a request
 * is not answered by just one datagram of the kind.
 */
#include "feed.h"

static const char pattern[] =
	"settings: { server = \"auto\"; boot = ( { mac = \"00:11:22:*\"; action = \"ignore\"; },"
	" { user-class = \"iPXE\"; file = \"boot.ipxe\"; },"
	" { arch = \"x86-bios\"; file = \"%s\"; },"
	" { arch = [ \"x64-uefi\", \"ebc\" ]; file = \"ipxe.efi\"; } ); };\n";

int main(int argc, char **argv)
{
	char dropin[] = "/tmp/bench-path-XXXXXX", settings[1024];
	struct feeder feeder;
	uint32_t count;

	kind = argc == 4 || argc == 5 ? kind_find(argv[2]) : NULL;
	if (!kind || atoi(argv[3]) < 1) {
		fprintf(stderr, "usage: path MODULE direct|redirect|ack COUNT [FILE]\n");
		return 2;
	}
	count = (uint32_t)atoi(argv[3]);
	snprintf(settings, sizeof settings, pattern, argc == 5 ? argv[4] : "undionly.kpxe");
	if (feed_open(&feeder, argv[1], dropin, settings) != 0)
		return 1;
	for (uint32_t i = 0; i < count; i++)
		feed_one(&feeder, i + 1, 1000 + i / 100);
	flush();
	feed_close(&feeder);
	if (n_answers != count)
		fprintf(stderr, "path: %llu of %s requests were answered\n",
			(unsigned long long)n_answers, argv[3]);
	return n_answers == count ? 0 : 1;
}
