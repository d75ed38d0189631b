/* A drop-in file whose settings are not read for now: packed, or forgotten but for what a reload
 * has to know of them.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/utf.h"
#include "registry/dropin.h"
#include "registry/packed.h"

/* A provider that reads a few settings for each request finds them as they are. */
enum { PACK_FROM = 500 };

/* ---- packed ------------------------------------------------------------------------------------
 */

static void find_own(struct dropin *d)
{
	d->own = setting_child(d->root, "settings");
	d->settings = d->merged ? d->merged : d->own;
}

void dropin_pack(struct dropin *d)
{
	_cleanup_(freep) struct packed *root = NULL, *merged = NULL;

	if (!d->root || packed_count(d->root, PACK_FROM) < PACK_FROM)
		return;
	if (packed_make(d->root, &root) || (d->merged && packed_make(d->merged, &merged)))
		return;
	setting_free(TAKE(d->root));
	setting_free(TAKE(d->merged));
	d->own = d->settings = NULL;
	d->packed[0] = TAKE(root);
	d->packed[1] = TAKE(merged);
}

int dropin_unpack(struct dropin *d)
{
	_cleanup_(setting_freep) struct setting *root = NULL, *merged = NULL;

	if (!d->packed[0])
		return 0;
	if (packed_tree(d->packed[0], &root) ||
	    (d->packed[1] && packed_tree(d->packed[1], &merged)))
		return -ENOMEM;
	d->root = TAKE(root);
	d->merged = TAKE(merged);
	find_own(d);
	for (unsigned i = 0; i < 2; i++) {
		free(d->packed[i]);
		d->packed[i] = NULL;
	}
	return 0;
}

/* ---- forgotten ---------------------------------------------------------------------------------
 */

/* Of type, value, names and order, all the way down: 128 bits under a key of this process's own, of
 * which no two differ by accident. Without settings it is 0. */
struct digest {
	uint64_t word[2];
};

struct dropin_forgotten {
	struct digest settings;
	unsigned entries;
};

static struct hash_key digest_keys[2];

static void make_keys(void)
{
	hash_key_random(&digest_keys[0]);
	hash_key_random(&digest_keys[1]);
}

struct digesting {
	struct hash_key at[2];
};

/* Octets, at least one: the hash of none does not depend on what came before. */
static void add(struct digesting *digesting, const void *octets, size_t len)
{
	for (unsigned i = 0; i < 2; i++)
		digesting->at[i].word[0] = hash_octets(&digesting->at[i], span_of(octets, len));
}

static void add_value(struct digesting *digesting, const struct setting *s)
{
	switch (s->type) {
	case SETTING_INT:
	case SETTING_INT64:
		add(digesting, &s->integer, sizeof(s->integer));
		break;
	case SETTING_FLOAT:
		add(digesting, &s->real, sizeof(s->real));
		break;
	case SETTING_BOOL:
		add(digesting, &s->boolean, sizeof(s->boolean));
		break;
	case SETTING_STRING:
		add(digesting, s->string, strlen(s->string) + 1);
		break;
	case SETTING_GROUP:
	case SETTING_LIST:
	case SETTING_ARRAY:
		add(digesting, &s->count, sizeof(s->count));
	}
}

static void add_tree(struct digesting *digesting, const struct setting *s)
{
	uint8_t head = (uint8_t)(s->type << 1 | (s->name != NULL));

	add(digesting, &head, 1);
	if (s->name)
		add(digesting, s->name, strlen(s->name) + 1);
	add_value(digesting, s);
	for (unsigned i = 0; i < s->count; i++)
		add_tree(digesting, s->child[i]);
}

static struct digest digest_of(const struct dropin *d)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct digesting digesting;

	if (d->forgotten)
		return d->forgotten->settings;
	if (!d->settings || d->settings->count == 0)
		return (struct digest){ { 0, 0 } };
	pthread_once(&once, make_keys);
	memcpy(digesting.at, digest_keys, sizeof(digest_keys));
	add_tree(&digesting, d->settings);
	return (struct digest){ { digesting.at[0].word[0], digesting.at[1].word[0] } };
}

void dropin_forget(struct dropin *d)
{
	struct dropin_forgotten *forgotten = d->root ? malloc(sizeof(*forgotten)) : NULL;

	if (!forgotten)
		return;
	*forgotten = (struct dropin_forgotten){ digest_of(d), dropin_entries(d) };
	d->forgotten = forgotten;
	setting_free(TAKE(d->root));
	setting_free(TAKE(d->merged));
	d->own = d->settings = NULL;
	d->stale = 0;
}

static bool same_settings(const struct dropin *a, const struct dropin *b)
{
	const struct setting *x = a->settings, *y = b->settings;
	struct digest one, other;

	if (a->forgotten || b->forgotten) {
		one = digest_of(a);
		other = digest_of(b);
		return memcmp(&one, &other, sizeof(one)) == 0;
	}
	if (!x || !y)
		return (!x || x->count == 0) && (!y || y->count == 0);
	return setting_equal(x, y);
}

static bool same_included(const struct dropin *a, const struct dropin *b)
{
	if (a->n_included != b->n_included)
		return false;
	for (unsigned i = 0; i < a->n_included; i++)
		if (strcmp(a->included[i].path, b->included[i].path) != 0)
			return false;
	return true;
}

unsigned dropin_compare(const struct dropin *a, const struct dropin *b)
{
	unsigned changed = same_settings(a, b) && same_included(a, b) ? 0 : DROPIN_SETTINGS_CHANGED;

	if (strcmp(a->name, b->name) != 0 || strcmp(a->module, b->module) != 0 ||
	    a->critical != b->critical || a->enabled != b->enabled || a->threads != b->threads ||
	    a->pending_timeout < b->pending_timeout || a->pending_timeout > b->pending_timeout ||
	    a->answer_lease_requests != b->answer_lease_requests ||
	    a->information_request != b->information_request || a->try_first != b->try_first)
		changed |= DROPIN_KEYS_CHANGED;
	return changed;
}

/* What names machines for the entries to speak of is none of them. */
static bool has_entries(const struct setting *list)
{
	return list->type == SETTING_LIST && utf8_casecmp(list->name, "groups") != 0;
}

unsigned dropin_entries(const struct dropin *dropin)
{
	const struct setting *settings = dropin->settings;
	unsigned n = 0;

	if (dropin->forgotten)
		return dropin->forgotten->entries;
	for (unsigned i = 0; settings && i < settings->count; i++) {
		const struct setting *list = settings->child[i];

		for (unsigned j = 0; has_entries(list) && j < list->count; j++)
			n += list->child[j]->type == SETTING_GROUP;
	}
	return n;
}
