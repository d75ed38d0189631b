/* The daemon's numbers as OpenMetrics text (openmetrics.io, version 1.0.0). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/counter.h"
#include "provider/host.h"
#include "provider/provider.h"

struct metrics_provider {
	const char *name;
	bool running;
	struct provider_counters counters;
	const struct counter_view *own; /* its own */
	size_t n_own;
};

struct metrics_port {
	uint16_t port;
	uint8_t family;
	uint64_t sent, unsent; /* replies that the kernel took, and that it refused */
	uint64_t kernel_drops;
};

struct metrics {
	const char *version;
	double uptime; /* seconds */
	uint64_t reloads, reloads_failed, log_lost;
	bool ear_up; /* wdspxed-ear is heard of */
	uint64_t overheard, overheard_lost;
	struct host_counters host;
	const struct metrics_provider *provider;
	size_t n_providers;
	const struct metrics_port *port;
	size_t n_ports;
};

/** The whole text, ended by "# EOF"; the caller frees it. NULL: no memory. */
char *metrics_text(const struct metrics *metrics);
