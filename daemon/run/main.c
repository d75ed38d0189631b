/* wdspxed-provider: runs one provider in a process of its own. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wdspxe-host.h>

#include "provider/crash.h"
#include "provider/host.h"
#include "provider/provider.h"
#include "run/ask.h"

enum { LIMIT_S = 10, STATUS_USAGE = 2 };

struct arguments {
	const char *module, *settings, *name, *providers_dir, *state_dir;
	int through; /* the status of a trial that came to its end */
	int ask;     /* where answers go; 0: nothing is asked */
};

static int usage(FILE *out, int status)
{
	fputs("usage: wdspxed-provider --try MODULE --settings FILE [--name NAME]\n"
	      "                        [--providers-dir DIR] [--state-dir DIR]\n"
	      "                        [--through STATUS]\n"
	      "       wdspxed-provider --ask DESCRIPTOR\n"
	      "  Loads a module, calls its DllMain, Initialize and Shutdown, and exits with 0,\n"
	      "  or STATUS, whatever these return. The module's registry key shows the\n"
	      "  settings in FILE, and what programs have written to them in DIR; what\n"
	      "  the module writes itself is forgotten in the end.\n"
	      "  With --ask: for wdspxectl try; reads what to load and to ask from standard\n"
	      "  input, and writes what came of it to that descriptor.\n",
	      out);
	return status;
}

/* ---- a host without a net ---- */

static void on_wake(void *context)
{
	(void)context;
}

static void on_send(void *context, struct outgoing *out)
{
	(void)context;
	outgoing_release(out);
}

static const char *on_unreachable(void *context, const struct endpoint *to, unsigned named_on)
{
	(void)context;
	(void)to;
	(void)named_on;
	return NULL;
}

static void on_ended(void *context, const struct ending *end)
{
	(void)context;
	(void)end;
}

/* Read only where the trial fails: then it may say why. */
static void on_trace(void *context, const char *provider, const struct request *req,
		     uint32_t severity, const char *utf8)
{
	(void)req;
	(void)context;
	(void)provider;
	if (severity & (PXE_TRACE_WARNING | PXE_TRACE_ERROR | PXE_TRACE_FATAL))
		fprintf(stderr, "%s\n", utf8);
}

static bool on_trace_enabled(void *context, uint32_t severity)
{
	(void)context;
	(void)severity;
	return true;
}

static int make_host(struct host **out)
{
	static const uint8_t duid[18] = { 0,   4,   'w', 'd', 's', 'p', 'x',
					  'e', '-', 't', 'r', 'i', 'a', 'l' };
	struct host_hooks hooks = { .wake = on_wake,
				    .send = on_send,
				    .unreachable = on_unreachable,
				    .ended = on_ended,
				    .trace = on_trace,
				    .trace_enabled = on_trace_enabled };
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	int r;

	limits.table = limits.packets = 16;
	r = host_new(&limits, &hooks, out);
	return r < 0 ? r : host_set_duid(*out, span_of(duid, sizeof(duid)));
}

/* ---- the trial ---- */

static int try_provider(const struct arguments *arguments)
{
	struct provider_spec spec = { .name = arguments->name,
				      .module = arguments->module,
				      .dropin = arguments->settings,
				      .threads = -1,
				      .pending_timeout = -1 };
	struct provider *p = NULL;
	struct host *host = NULL;
	char why[1024];
	int r = make_host(&host);

	if (r == 0)
		r = provider_new(host, &spec, &p);
	if (r < 0) {
		fprintf(stderr, "%s\n", strerror(-r));
		return 1;
	}
	if (provider_start(p, why, sizeof(why)) == 0)
		provider_stop(p);
	provider_free(p);
	host_free(host);
	return arguments->through;
}

static int try_in(const struct arguments *arguments)
{
	setenv("WDSPXE_TRY", "1", 1);
	crash_limit(LIMIT_S);
	PxeHostSetProvidersDir(arguments->providers_dir);
	PxeHostSetStateDir(arguments->state_dir, FALSE);
	return try_provider(arguments);
}

static bool read_arguments(int argc, char **argv, struct arguments *out)
{
	static const struct option options[] = {
		{ "try", required_argument, NULL, 't' },
		{ "settings", required_argument, NULL, 's' },
		{ "name", required_argument, NULL, 'n' },
		{ "providers-dir", required_argument, NULL, 'p' },
		{ "state-dir", required_argument, NULL, 'd' },
		{ "through", required_argument, NULL, 'u' },
		{ "ask", required_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	*out = (struct arguments){ .name = "provider", .state_dir = "" };
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 't':
			out->module = optarg;
			break;
		case 's':
			out->settings = optarg;
			break;
		case 'n':
			out->name = optarg;
			break;
		case 'p':
			out->providers_dir = optarg;
			break;
		case 'd':
			out->state_dir = optarg;
			break;
		case 'u':
			out->through = atoi(optarg);
			break;
		case 'a':
			out->ask = atoi(optarg);
			break;
		default:
			return false;
		}
	return optind == argc && (out->ask > 0 || (out->module && out->settings));
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	int status;

	if (argc == 2 && !strcmp(argv[1], "--help"))
		return usage(stdout, 0);
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("wdspxed-provider " WDSPXED_VERSION);
		return 0;
	}
	if (!read_arguments(argc, argv, &arguments))
		return usage(stderr, STATUS_USAGE);
	signal(SIGPIPE, SIG_IGN);
	crash_install("");
	status = arguments.ask ? ask_all(arguments.ask) : try_in(&arguments);
	crash_over();
	/* Not by exit(): what destructors of the module do at that point, they never do in the
	 * daemon. */
	_exit(status);
}
