/* What the kinds of lists are made of. Internal to the files that have one. */
#pragma once

#include <errno.h>
#include <stdlib.h>

#include "lists.h"
#include "room.h"

/** Room for the members, all of which are to be texts: 0, -EINVAL with a trace, where the caller
 * still looks at all of them, or -ENOMEM. */
int list_room(const struct keys *keys, const char *name, const struct scalars *scalars, size_t size,
	      void **out);

/** Tells of an address in a subnet, where the subnet itself should be: it is taken. */
void doubt_host_bits(const struct keys *keys, const char *name, size_t i, const char *text,
		     const struct subnet_pattern *subnet);

/* A list of texts by how one of them is read: 0, -ENOMEM, or -EINVAL with a trace. `storage` is
 * static or extern. */
#define LIST_COMPILE(storage, name, type, read)                                                    \
	storage int name##_compile(const struct keys *keys, const char *key,                       \
				   const struct scalars *scalars, struct type *out)                \
	{                                                                                          \
		void *at;                                                                          \
		int r = list_room(keys, key, scalars, sizeof *out->at, &at), taken;                \
                                                                                                   \
		out->at = at;                                                                      \
		for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {                          \
			const char *text = scalars->at[i].text;                                    \
                                                                                                   \
			if (!text || !*text)                                                       \
				continue; /* told */                                               \
			taken = read(keys, key, i, text, &out->at[out->n]);                        \
			out->n += taken == 0;                                                      \
			r = taken != 0 ? taken : r;                                                \
		}                                                                                  \
		return r;                                                                          \
	}

/* Members that own nothing. */
#define LIST_DONE(name, type)                                                                      \
	enum { name##_size = sizeof *((struct type *)NULL)->at };                                  \
	static void name##_done(struct type *list)                                                 \
	{                                                                                          \
		room_free(list->at);                                                               \
		*list = (struct type){ NULL, 0 };                                                  \
	}

/* All of b's `n` have one among a's that `holds` for it. */
#define COVERS(name, type, test)                                                                   \
	static bool name##_cover(const struct type *a, const struct type *b)                       \
	{                                                                                          \
		size_t found = 0;                                                                  \
		for (size_t i = 0; i < b->n && found == i; i++)                                    \
			for (size_t j = 0; j < a->n && found == i; j++)                            \
				found += test(&a->at[j], &b->at[i]);                               \
		return found == b->n;                                                              \
	}

#define LIST_FUNCTIONS(kind, name)                                                                 \
	static int kind##_compile_any(const struct keys *keys, const char *key,                    \
				      const struct scalars *scalars, void *out)                    \
	{                                                                                          \
		return name##_compile(keys, key, scalars, out);                                    \
	}                                                                                          \
	static bool kind##_covers_any(const void *a, const void *b)                                \
	{                                                                                          \
		return kind##_cover(a, b);                                                         \
	}                                                                                          \
	static void kind##_done_any(void *list)                                                    \
	{                                                                                          \
		name##_done(list);                                                                 \
	}

/* A kind by the functions of its own type, which take no void pointer. */
#define LIST_TYPE(kind, name)                                                                      \
	LIST_FUNCTIONS(kind, name)                                                                 \
	static bool kind##_member_any(const void *list, size_t i, struct member *out)              \
	{                                                                                          \
		return kind##_member(list, i, out);                                                \
	}                                                                                          \
	const struct list_type list_##kind = {                                                     \
		kind##_compile_any, kind##_covers_any, kind##_done_any, kind##_member_any, NULL,   \
		name##_size                                                                        \
	};

/* The same of one that has no sets. */
#define LIST_TYPE_WITHOUT_SETS(kind, name)                                                         \
	LIST_FUNCTIONS(kind, name)                                                                 \
	const struct list_type list_##kind = {                                                     \
		kind##_compile_any, kind##_covers_any, kind##_done_any, NULL, NULL, name##_size    \
	};

/* The same of one whose members are groups. */
#define GROUPS_TYPE(kind)                                                                          \
	static int kind##_open_any(const struct keys *keys, const char *key, void *out)            \
	{                                                                                          \
		return kind##_open(keys, key, out);                                                \
	}                                                                                          \
	static bool kind##_covers_any(const void *a, const void *b)                                \
	{                                                                                          \
		return kind##_cover(a, b);                                                         \
	}                                                                                          \
	static void kind##_done_any(void *list)                                                    \
	{                                                                                          \
		kind##_done(list);                                                                 \
	}                                                                                          \
	const struct list_type list_##kind = { NULL, kind##_covers_any, kind##_done_any,           \
					       NULL, kind##_open_any,   0 };
