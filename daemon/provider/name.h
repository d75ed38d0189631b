/* The names of providers, and what all instances of each did: they live as long as the host. */
#pragma once

struct host;

/** The name's place, which lives as long as the host; a new one where it has none. [any, one at a
 * time] */
struct provider_name *host_name_keep(struct host *host, const char *name);
/** The same without making one: a place without text where there is none. [any] */
struct provider_name *host_name_find(struct host *host, const char *name);
