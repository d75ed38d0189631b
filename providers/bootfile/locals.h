/* Which interface has one of our addresses: the API tells a provider the address only. */
#pragma once

#include "pattern.h"

enum { LOCAL_NAME_SIZE = 16 }; /* IFNAMSIZ */

struct local {
	struct address address;
	char name[LOCAL_NAME_SIZE];
};

struct locals {
	struct local *at; /* owned */
	size_t n;
};

/** Reads all addresses of this host. 0, or -errno and *out is empty. */
int locals_read(struct locals *out);
void locals_done(struct locals *locals);

/** The name of the first interface that has the address; NULL: none has. */
const char *locals_name(const struct locals *locals, const struct address *address);
