/* A device as it is kept: one block that never changes. */
#pragma once

#include <stdbool.h>

#include "draft.h"
#include "field.h"
#include "id.h"

enum device_state { DEVICE_APPROVED, DEVICE_REJECTED };
enum device_prompt { PROMPT_UNSAID, PROMPT_OPT_IN, PROMPT_OPT_OUT, PROMPT_NONE };
enum device_once { ONCE_ALWAYS, ONCE_ARMED, ONCE_USED };

struct text {
	uint8_t field; /* with TEXT_FROM_STATE */
	uint8_t arch;
	uint16_t at; /* in the octets */
};

enum { TEXT_FROM_STATE = 0x80 };

enum { QUICK = FIELD_SERVER + 1 }; /* fields that each request looks at */

struct device {
	uint64_t outcome; /* a number of what it boots: the same for those that boot the same */
	uint32_t line;    /* in the CSV; 0: it is not there */
	uint32_t version; /* of what the state says; 0: it says nothing */
	uint32_t used;    /* with ONCE_USED: when, in seconds since 1970 */
	uint16_t size;    /* of all of it */
	uint16_t ids;     /* where they begin, in the octets: kind, length, octets, ... */
	uint16_t
		quick[QUICK]; /* 1 + where the text of the first fields is, for all architectures */
	uint8_t n_ids, n_texts;
	uint8_t ids_from_state;      /* a bit for each */
	uint8_t state, prompt, once; /* as the texts have them */
	bool boots;                  /* it says a file or a URL */
	bool by_arch;                /* ... for some architecture */
	bool varies;                 /* ... with a variable in it */
	bool is_rich;                /* it says what Windows' boot programs are told */
	bool is_joined;              /* of two layers: device_under(), device_over() */
	struct text texts[];         /* then the octets */
};

/** What it says; NULL: nothing. For one architecture (IANA's code), or for all: ARCH_ANY. */
const char *device_text(const struct device *device, enum field field, uint32_t arch);
/** The same, and what holds for all where nothing is said for that one. */
const char *device_text_for(const struct device *device, enum field field, uint32_t arch);
/** What holds for all, of the first QUICK fields. */
static inline const char *device_quick(const struct device *device, enum field field)
{
	const char *texts = (const char *)(device->texts + device->n_texts);

	return device->quick[field] ? texts + device->quick[field] - 1 : NULL;
}

/** Its text of that number: what it is, where it is from. NULL: there are not so many. */
const char *device_text_at(const struct device *device, unsigned i, struct word *out,
			   bool *from_state);

struct id_view {
	enum id_kind kind;
	const uint8_t *at;
	uint8_t len;
	bool from_state;
};

/** Its ids, by number; false: there are not so many. The first is its key. */
bool device_id(const struct device *device, unsigned i, struct id_view *out);
/** The key by itself; false: it has none. */
bool device_key_id(const struct device *device, struct id *out);
/** Is that one of its ids? */
bool device_has_id(const struct device *device, const struct id *id);
/** The first of them as text, for messages and for commands. */
void device_key(const struct device *device, char out[ID_TEXT_SIZE]);
/** Its name, or else its key. */
const char *device_called(const struct device *device, char room[ID_TEXT_SIZE]);

/* Where devices are put: the memory that is asked for, or NULL. */
struct device_room {
	void *(*make)(void *context, size_t size);
	void *context;
};

/** A device of one layer. NULL: no memory. `line`: in the CSV, or 0: the state says it. `room`:
 * NULL is the heap, for device_free(). */
struct device *device_new(const struct draft *draft, uint32_t line, uint32_t version,
			  const struct device_room *room);
/** Both layers in one, which keeps them: `under` may be NULL. An empty text of `over` says that
 * `under`'s is not so. NULL: no memory. */
struct device *device_join(struct device *under, struct device *over);
/** What the CSV says of it, and what the state says; NULL: nothing. */
struct device *device_under(const struct device *device);
struct device *device_over(const struct device *device);
/** Does it have an empty text, which is only for what is under it? */
bool device_hides(const struct device *device);
/** Frees one on the heap, not its layers. */
void device_free(struct device *device);
/** The description that made it. */
void device_describe(const struct device *device, struct draft *out);
