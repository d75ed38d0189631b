#include "server/options.h"

#include <getopt.h>
#include <stdio.h>

#include "site/config.h"

enum { WRONG_USAGE = 2 };

static int usage(FILE *out, int status)
{
	fputs("usage: wdspxed [-c FILE]\n"
	      "       wdspxed [-c FILE] -t [--files [--cacert FILE]] [--json]\n"
	      "       wdspxed [-c FILE] -T\n"
	      "       wdspxed [-c FILE] --answer\n"
	      "       wdspxed --help | --version\n"
	      "  -c FILE        configuration file (default: " CONFIG_PATH_DEFAULT ")\n"
	      "  -t             check the configuration: load, initialise and shut down the\n"
	      "                 providers, then exit\n"
	      "  --files        with -t: also ask for every file that it names, and say what\n"
	      "                 it is\n"
	      "  --cacert FILE  the certificates (PEM) that the firmware of the machines trusts\n"
	      "  --json         with -t: print what was found as JSON, one object on a line\n"
	      "  -T             print the configuration in force: each setting, and where it\n"
	      "                 is from\n"
	      "  --answer       answer how clients would be answered: for wdspxectl replay -c\n"
	      "  -h, --help     show this help\n"
	      "  -V, --version  show the version\n",
	      out);
	return status;
}

static int wrong(const char *why, const char *word)
{
	fprintf(stderr, "wdspxed: ");
	fprintf(stderr, why, word);
	fputc('\n', stderr);
	return usage(stderr, WRONG_USAGE);
}

static int check_together(const struct options *o, const char *left)
{
	if (left)
		return wrong("\"%.100s\" is no option", left);
	if (o->files && !o->check)
		return wrong("%s goes with -t", "--files");
	if (o->cacert && !o->files)
		return wrong("%s goes with --files", "--cacert");
	if (o->json && !o->check)
		return wrong("%s goes with -t", "--json");
	if (o->check && o->print)
		return wrong("%s", "-t and -T do not go together");
	if (o->answer && o->json)
		return wrong("%s", "--answer answers in JSON always");
	return 0;
}

static const struct option long_options[] = {
	{ "files", no_argument, NULL, 'f' },
	{ "json", no_argument, NULL, 'j' },
	{ "answer", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ "cacert", required_argument, NULL, 'C' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

bool options_read(int argc, char **argv, struct options *out, int *status)
{
	struct options o = { .path = CONFIG_PATH_DEFAULT };
	int option;

	while ((option = getopt_long(argc, argv, "c:tTVh", long_options, NULL)) != -1)
		switch (option) {
		case 'c':
			o.path = optarg;
			break;
		case 't':
			o.check = true;
			break;
		case 'T':
			o.print = true;
			break;
		case 'f':
			o.files = true;
			break;
		case 'C':
			o.cacert = optarg;
			break;
		case 'j':
			o.json = true;
			break;
		case 'a':
			o.answer = o.check = true;
			break;
		case 'V':
			puts("wdspxed " WDSPXED_VERSION);
			*status = 0;
			return false;
		case 'h':
			*status = usage(stdout, 0);
			return false;
		default:
			*status = usage(stderr, WRONG_USAGE); /* getopt has said why */
			return false;
		}
	*out = o;
	*status = check_together(&o, optind < argc ? argv[optind] : NULL);
	return *status == 0;
}
