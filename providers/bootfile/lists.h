/* Lists of what a condition is compared with, as the settings have them: one value or several. */
#pragma once

#include "keys.h"
#include "pattern.h"

enum { TEXT_MAX = 255 };

/* n == 0: there is no such list. What `at` points to is the list's own. */
struct archs {
	uint16_t *at;
	size_t n;
};
struct macs {
	struct mac_pattern *at;
	size_t n;
};
struct uuids {
	struct uuid_pattern *at;
	size_t n;
};
struct subnets {
	struct subnet_pattern *at;
	size_t n;
};
struct duids {
	struct duid_pattern *at;
	size_t n;
};
struct texts {
	char **at; /* at most TEXT_MAX octets each */
	size_t n;
};

/* Each fills a list that is empty, and wants at least one member. 0; -ENOMEM, or -EINVAL with a
 * trace: then the list may hold a part, and is freed by its _done. */
int archs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct archs *out);
int macs_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		 struct macs *out);
int uuids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct uuids *out);
int subnets_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		    struct subnets *out);
int duids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct duids *out);
int texts_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct texts *out);

void archs_done(struct archs *archs);
void macs_done(struct macs *macs);
void uuids_done(struct uuids *uuids);
void subnets_done(struct subnets *subnets);
void duids_done(struct duids *duids);
void texts_done(struct texts *texts);
