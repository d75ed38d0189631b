/* Why a request is answered as it is, or not at all: said to the daemon, for the admin's log. */
#pragma once

#include "bootfile.h"

/** The entry that decides; `text` adds what it does, or NULL. */
void reason_entry(const struct bootfile *bootfile, const struct request *request,
		  const struct entry *entry, const char *text);
/** The decision is silence. Looks for the entry that came nearest, where anybody listens. The lock
 * is held. */
void reason_silence(const struct bootfile *bootfile, const struct request *request,
		    const struct client *client, const struct decision *decision);
/** A boot item is asked for, and none is served. */
void reason_boot_item(const struct bootfile *bootfile, const struct request *request);
/** It asks over IPv4 where this host has none. */
void reason_no_address(const struct bootfile *bootfile, const struct request *request);
/** The entry decided, and no answer could be made of it. */
void reason_failed(const struct bootfile *bootfile, const struct request *request,
		   const struct entry *entry, const char *text);
