/* One URL, asked for as the client would, and judged. */
#pragma once

#include "fetch/judge.h"
#include "fetch/transfer.h"

struct asked {
	char *url; /* owned */
	bool fetched;
	int status;
	int64_t size; /* -1: not known */
	size_t read;
	char location[TRANSFER_LOCATION_MAX];
	char error[TRANSFER_WHY_MAX]; /* !fetched */
	struct file file;             /* fetched, as the next ones */
	bool signers_seen;
	struct signers signers;
	struct found found;
	struct asked *second; /* owned; NULL: it is no shim */
};

struct ask_wish {
	struct asker asker;
	struct span cacert; /* PEM, or empty */
	unsigned seconds;
};

/** Blocks, for wish->seconds at most. NULL: no memory. */
struct asked *ask_url(const char *url, const struct ask_wish *wish);
void asked_free(struct asked *asked);
