/* This host's name, as its files have it: nothing is asked over the network. */
#pragma once

#include <stdio.h>

enum { HOSTNAME_MAX = 256 };

struct hostname {
	char host[HOSTNAME_MAX];   /* without a domain */
	char domain[HOSTNAME_MAX]; /* "": none is known */
};

/**
 * `full` is what gethostname() gave. A domain is in that, or in the name that /etc/hosts has for
 * it, or it is the first of `domain` and `search` in /etc/resolv.conf. Either file may be NULL.
 */
void hostname_split(const char *full, FILE *hosts, FILE *resolv, struct hostname *out);

/** Of this host. */
void hostname_read(struct hostname *out);
