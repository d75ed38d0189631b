/* Where devices come from, and are kept: the seam. */
#pragma once

#include "draft.h"

/* What a source tells. Each false: no memory. */
struct sink {
	void *context;
	/** All that it told before is not so any more. */
	bool (*begin)(void *context);
	/** So is a device; the first of the draft's ids is its key. `line`: in the admin's file, or
	 * 0; `version`: what a change must have seen, not 0. */
	bool (*put)(void *context, const struct draft *draft, uint32_t line, uint32_t version);
	/** There is none of that key any more. */
	bool (*drop)(void *context, const struct id *key);
	/** All of a source that tells all anew was told, and is whole: may it be so? 0, or -errno
	 * and `why`; then nothing of it is so. `again`: the same was refused the last time, for
	 * something that may be meant. NULL: it may. */
	int (*whole)(void *context, bool again, char why[WHY_SIZE]);
	/** What the admin should know: `line` of `where`, 0 for all of it. */
	void (*tell)(void *context, bool wrong, const char *where, uint32_t line, const char *what);
};

/* A change that is to be kept: what a device is now, or (drop) that it is not there. */
struct change {
	const struct draft *draft;
	uint32_t version; /* that it was made for; 0: there was none */
	bool drop;
};

/* All devices as they are to be, one after the other; false: that was the last. */
struct all {
	void *context;
	uint32_t n;
	bool (*next)(void *context, struct draft *out);
};

struct source {
	const struct source_ops *ops;
	const char *where; /* a path, or what else it is, for messages */
};

/* Each returns 0, or -errno and a sentence in `why`. One thread at a time. They block. */
struct source_ops {
	/** Tells what is there, or what has changed since it was last called. */
	int (*read)(struct source *source, const struct sink *sink, char why[WHY_SIZE]);
	/** Would `read` tell something else than it did? NULL: it finds that out itself. */
	bool (*changed)(const struct source *source);
	/** Asks for the device of one id. NULL: `read` tells all there are. */
	int (*find)(struct source *source, const struct id *id, const struct sink *sink,
		    char why[WHY_SIZE]);
	/** Nobody else changes anything until it is unlocked. Read what others changed, then. NULL:
	 * not so; a change that came too late is -EAGAIN, and `read` tells what is there now. */
	int (*lock)(struct source *source, char why[WHY_SIZE]);
	void (*unlock)(struct source *source);
	/** Keeps changes, all of them or none; `all` is what there is with them. NULL: this source
	 * is read only. On success they are on disk, and the version they have is *version. */
	int (*store)(struct source *source, const struct change *changes, size_t n,
		     const struct all *all, uint32_t *version, char why[WHY_SIZE]);
	void (*close)(struct source *source);
};

/** The admin's CSV, read only. `optional`: that there is none is no mistake. NULL: no memory. */
struct source *csv_source_open(const char *path, bool optional);

/** The state file. Nothing is made before the first change. NULL: no memory. */
struct source *state_source_open(const char *path);
