/* wdspxed-fetch: asks for boot files as firmware does, and says what they are. README.md. */
#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch/answer.h"
#include "fetch/nobody.h"

enum { SECONDS = 10, SECONDS_MAX = 600, STATUS_FAILED = 1, STATUS_USAGE = 2, CACERT_MAX = 1 << 20 };

static int usage(FILE *out, int status)
{
	fputs("usage: wdspxed-fetch [--arch ARCH]... [--ipxe] [--cacert FILE] [--seconds N]\n"
	      "                     URL...\n"
	      "  Asks for each file as network boot firmware does, and writes what it is: a\n"
	      "  JSON object on a line. tftp://, http://, https://\n"
	      "  --arch ARCH    who boots it: x64-uefi, 7; several with commas\n"
	      "  --ipxe         iPXE asks, not firmware\n"
	      "  --cacert FILE  the certificates (PEM) that the firmware trusts\n"
	      "  --seconds N    for each URL; 10\n"
	      "  --version\n",
	      out);
	return status;
}

static bool take_seconds(const char *text, unsigned *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*out = (unsigned)n;
	return text[0] >= '0' && text[0] <= '9' && !*end && n >= 1 && n <= SECONDS_MAX;
}

/* Once, and while it may still be read: nobody_become(). */
static bool take_cacert(const char *path, struct span *out)
{
	static char pem[CACERT_MAX];
	FILE *file = fopen(path, "re");
	size_t len = file ? fread(pem, 1, sizeof(pem) - 1, file) : 0;

	if (!file || ferror(file))
		perror(path);
	else if (!strstr(pem, "-----BEGIN "))
		fprintf(stderr, "%s: no certificate (PEM) is in it\n", path);
	else
		*out = span_of(pem, len);
	if (file)
		fclose(file);
	return out->len > 0;
}

/* 'h', 'V': the help, the version is wanted; 'x': this is not how it is called; 'c': the
 * certificates cannot be read, and it has been said why. */
static int read_options(int argc, char **argv, struct ask_wish *out)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "ipxe", no_argument, NULL, 'i' },
		{ "cacert", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "seconds", required_argument, NULL, 's' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	bool fit = true;

	while (fit && (option = getopt_long(argc, argv, "hV", options, NULL)) != -1)
		switch (option) {
		case 'a':
			fit = asker_add(&out->asker, optarg);
			break;
		case 'i':
			out->asker.ipxe = true;
			break;
		case 'c':
			if (!take_cacert(optarg, &out->cacert))
				return 'c';
			break;
		case 's':
			fit = take_seconds(optarg, &out->seconds);
			break;
		case 'h':
		case 'V':
			return option;
		default:
			fit = false;
		}
	return fit && optind < argc ? 0 : 'x';
}

static int tell(const char *url, const struct ask_wish *wish)
{
	struct asked *asked = ask_url(url, wish);
	json_t *object = asked ? answer_json(asked) : NULL;
	int r = object ? json_dumpf(object, stdout, JSON_COMPACT) : -1;

	if (r == 0) {
		putchar('\n');
		r = fflush(stdout);
	}
	json_decref(object);
	asked_free(asked);
	return r;
}

int main(int argc, char **argv)
{
	struct ask_wish wish = { .seconds = SECONDS };
	int how = read_options(argc, argv, &wish);

	if (how == 'c')
		return STATUS_USAGE;
	if (how == 'V')
		return puts("wdspxed-fetch " WDSPXED_VERSION) < 0;
	if (how)
		return how == 'h' ? usage(stdout, 0) : usage(stderr, STATUS_USAGE);
	if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
		fputs("wdspxed-fetch: libcurl does not start\n", stderr);
		return STATUS_FAILED;
	}
	nobody_become();
	for (int i = optind; i < argc; i++)
		if (tell(argv[i], &wish) < 0) {
			fputs("wdspxed-fetch: no memory, or nobody reads\n", stderr);
			return STATUS_FAILED;
		}
	curl_global_cleanup();
	return 0;
}
