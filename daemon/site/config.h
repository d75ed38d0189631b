/* The daemon's own configuration file, wdspxed.conf(5): every key, its type, its range and its
 * default. Immutable once it is read: a reload reads a new one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "provider/host.h"
#include "registry/registry_error.h"

#define CONFIG_PATH_DEFAULT "/etc/wdspxed/wdspxed.conf"

enum {
	CONFIG_INTERFACES_MAX = 64,
	CONFIG_MULTICAST_MAX = 8,
	CONFIG_CLASSES_MAX = 16,
	CONFIG_RELAYS_MAX = 256,
	CONFIG_FINDINGS_MAX = 256,
	CONFIG_KEYS_MAX = 64
};

/* gso: are replies that go the same way joined to runs? AUTO: where a network card takes them. */
enum { CONFIG_GSO_AUTO, CONFIG_GSO_ON, CONFIG_GSO_OFF };

struct config {
	char *path;        /* absolute, as it was named: links stay in it */
	char **interfaces; /* ended by NULL; none: all but loopback */
	int interfaces_line;
	int line[CONFIG_KEYS_MAX]; /* of each row of config_keys; 0: its default */
	bool dhcp, pxe, dhcpv6;
	char **multicast; /* ended by NULL: groups of IPv4, in which 4011 is asked for menu items */
	char *providers_dir, *control_socket, *status_socket, *ear_socket, *state_dir;
	int log_level;          /* LOG_ERR … LOG_DEBUG of <syslog.h> */
	uint32_t trace_mask;    /* PXE_TRACE_* that are logged */
	double stop_grace;      /* seconds */
	int gso;                /* CONFIG_GSO_* */
	char **classes;         /* ended by NULL; limits.classes shows them */
	char **relays;          /* the same for limits.relays; prefixes */
	char **ignore_findings; /* ended by NULL: ids, checked */
	struct host_limits limits;
};

/* Who knows the findings, for the table is not on this floor. */
struct config_findings {
	/** Why one cannot be ignored, as the end of a sentence; NULL: it can. */
	const char *(*why_not)(const char *id);
	/** From now on these are not told: called when a file has been read, before what it has of
	 * warnings is told. */
	void (*ignore)(const char *const *ids);
};

/** To be called before the first file is read; until then all that look like ids are taken. */
void config_set_findings(const struct config_findings *findings);

/**
 * Reads and checks the file: only the keys of wdspxed.conf(5), each of its type and in its range,
 * and nobody but root or our own user may be able to write the file.
 *
 * Returns 0 and a configuration that the caller frees, or a REGISTRY_E_* or -errno with the reason,
 * file and line in *error. Where error->tell is set, a file with mistakes in some keys is handed
 * out without these, so that more can be said; error->told says whether it is right.
 */
int config_read(const char *path, struct config **out, struct registry_error *error);
/** The same from text; `path` is for the messages. */
int config_parse(struct span text, const char *path, struct config **out,
		 struct registry_error *error);
void config_free(struct config *config);
void config_freep(struct config **config);

/** Prints every key with its value, and file and line or "default"; it can be read back. */
void config_print(const struct config *config, FILE *out);

/** Is an interface of this name served? By listen.interfaces: names, with wildcards or without, and
 * with ! before those that are not. */
bool config_serves(const struct config *config, const char *interface, bool loopback);

/** The names of the keys that differ and that only a restart changes (ports, threads, sizes,
 * paths), with commas between; empty when a reload takes all of `b`. Returns `text`. */
const char *config_needs_restart(const struct config *a, const struct config *b, char *text,
				 size_t size);
/** What only a restart changes stays as it runs: each of these keys gets the value of the other. */
void config_keep_running(struct config *running, struct config *next);
