#include "device.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t *octets(const struct device *device)
{
	return (const uint8_t *)(device->texts + device->n_texts);
}

static const char *text_of(const struct device *device, const struct text *text)
{
	return (const char *)octets(device) + text->at;
}

const char *device_text(const struct device *device, enum field field, uint32_t arch)
{
	for (unsigned i = 0; i < device->n_texts; i++) {
		const struct text *text = &device->texts[i];

		if ((text->field & ~TEXT_FROM_STATE) == (int)field && text->arch == arch)
			return text_of(device, text);
	}
	return NULL;
}

const char *device_text_for(const struct device *device, enum field field, uint32_t arch)
{
	const char *text = device_text(device, field, arch);

	return text ? text : device_text(device, field, ARCH_ANY);
}

const char *device_text_at(const struct device *device, unsigned i, struct word *out,
			   bool *from_state)
{
	if (i >= device->n_texts)
		return NULL;
	out->field = device->texts[i].field & (uint8_t)~TEXT_FROM_STATE;
	out->arch = device->texts[i].arch;
	*from_state = (device->texts[i].field & TEXT_FROM_STATE) != 0;
	return text_of(device, &device->texts[i]);
}

bool device_id(const struct device *device, unsigned i, struct id_view *out)
{
	const uint8_t *at = octets(device) + device->ids;

	if (i >= device->n_ids)
		return false;
	out->from_state = (device->ids_from_state >> i & 1) != 0;
	for (; i > 0; i--)
		at += 2 + at[1];
	out->kind = at[0];
	out->len = at[1];
	out->at = at + 2;
	return true;
}

bool device_key_id(const struct device *device, struct id *out)
{
	struct id_view view;

	if (!device_id(device, 0, &view))
		return false;
	out->kind = (uint8_t)view.kind;
	out->len = view.len;
	memcpy(out->at, view.at, view.len);
	return true;
}

bool device_has_id(const struct device *device, const struct id *id)
{
	struct id_view view;

	for (unsigned i = 0; device_id(device, i, &view); i++)
		if (id_is(id, view.kind, view.at, view.len))
			return true;
	return false;
}

void device_key(const struct device *device, char out[ID_TEXT_SIZE])
{
	struct id_view id;

	out[0] = '\0';
	if (device_id(device, 0, &id))
		id_text(id.kind, id.at, id.len, out);
}

const char *device_called(const struct device *device, char room[ID_TEXT_SIZE])
{
	const char *name = device_text(device, FIELD_NAME, ARCH_ANY);

	if (name)
		return name;
	device_key(device, room);
	return room;
}

/* ---- making one --------------------------------------------------------------------------------
 */

static uint8_t prompt_of(const char *text)
{
	if (strcmp(text, "opt-in") == 0)
		return PROMPT_OPT_IN;
	return strcmp(text, "opt-out") == 0 ? PROMPT_OPT_OUT : PROMPT_NONE;
}

/* What the loop looks at often, from the texts. */
static void note(struct device *device, struct word word, const char *text)
{
	enum field field = (enum field)word.field;

	if (field == FIELD_STATE)
		device->state = strcmp(text, "rejected") == 0 ? DEVICE_REJECTED : DEVICE_APPROVED;
	else if (field == FIELD_PROMPT)
		device->prompt = prompt_of(text);
	else if (field == FIELD_ONCE)
		device->once = field_once_used(text, &device->used) ? ONCE_USED : ONCE_ARMED;
	else if (field == FIELD_FILE || field == FIELD_URL)
		device->boots = true;
	if (field == FIELD_FILE || field == FIELD_URL || field == FIELD_SERVER)
		device->by_arch |= word.arch != ARCH_ANY;
	device->is_rich |= field == FIELD_BCD || field == FIELD_REFERRAL;
	device->varies |= strstr(text, "${") != NULL;
}

/* A text that is taken over, with the layer that says it. */
struct said {
	struct word word;
	const char *text;
	bool from_state;
};

struct parts {
	struct said said[2 * DRAFT_TEXTS];
	struct id_view ids[2 * DRAFT_IDS];
	unsigned n_said, n_ids;
};

static size_t octets_in(const struct parts *parts)
{
	size_t size = 0;

	for (unsigned i = 0; i < parts->n_said; i++)
		size += strlen(parts->said[i].text) + 1;
	for (unsigned i = 0; i < parts->n_ids; i++)
		size += 2u + parts->ids[i].len;
	return size;
}

static void put_texts(const struct parts *parts, struct device *device, uint8_t *to)
{
	size_t used = 0;

	for (unsigned i = 0; i < parts->n_said; i++) {
		const struct said *said = &parts->said[i];
		size_t size = strlen(said->text) + 1;
		unsigned from = said->from_state ? TEXT_FROM_STATE : 0;

		device->texts[i] = (struct text){ (uint8_t)(said->word.field | from),
						  said->word.arch, (uint16_t)used };
		memcpy(to + used, said->text, size);
		if (said->word.field < QUICK && said->word.arch == ARCH_ANY)
			device->quick[said->word.field] = (uint16_t)(used + 1);
		used += size;
		note(device, said->word, said->text);
	}
	device->ids = (uint16_t)used;
}

static void put_ids(const struct parts *parts, struct device *device, uint8_t *to)
{
	for (unsigned i = 0; i < parts->n_ids; i++) {
		const struct id_view *id = &parts->ids[i];

		to[0] = (uint8_t)id->kind;
		to[1] = id->len;
		memcpy(to + 2, id->at, id->len);
		to += 2 + id->len;
		device->ids_from_state |= (uint8_t)(id->from_state << i);
	}
}

static struct device *make(const struct parts *parts, const struct device_room *room)
{
	size_t size =
		sizeof(struct device) + parts->n_said * sizeof(struct text) + octets_in(parts);
	struct device *device = room ? room->make(room->context, size) : malloc(size);

	if (!device)
		return NULL;
	memset(device, 0, sizeof *device);
	device->size = (uint16_t)size;
	device->n_texts = (uint8_t)parts->n_said;
	device->n_ids = (uint8_t)parts->n_ids;
	put_texts(parts, device, (uint8_t *)(device->texts + parts->n_said));
	put_ids(parts, device, (uint8_t *)(device->texts + parts->n_said) + device->ids);
	return device;
}

struct device *device_new(const struct draft *draft, uint32_t line, uint32_t version,
			  const struct device_room *room)
{
	struct parts parts = { .n_said = draft->n_texts, .n_ids = draft->n_ids };
	struct device *device;

	for (unsigned i = 0; i < draft->n_texts; i++)
		parts.said[i] = (struct said){ draft->texts[i].word,
					       draft->octets + draft->texts[i].at, line == 0 };
	for (unsigned i = 0; i < draft->n_ids; i++)
		parts.ids[i] = (struct id_view){ draft->ids[i].kind, draft->ids[i].at,
						 draft->ids[i].len, line == 0 };
	device = make(&parts, room);
	if (device) {
		device->line = line;
		device->version = version;
	}
	return device;
}

/* ---- two layers --------------------------------------------------------------------------------
 */

static bool has_id(const struct parts *parts, const struct id_view *id)
{
	for (unsigned i = 0; i < parts->n_ids; i++)
		if (parts->ids[i].kind == id->kind && parts->ids[i].len == id->len &&
		    memcmp(parts->ids[i].at, id->at, id->len) == 0)
			return true;
	return false;
}

static void join_ids(struct parts *parts, const struct device *device)
{
	struct id_view id;

	for (unsigned i = 0; device_id(device, i, &id) && parts->n_ids < DRAFT_IDS; i++)
		if (!has_id(parts, &id))
			parts->ids[parts->n_ids++] = id;
}

/* Those of `device` of which `over` says nothing. Empty ones say that it is not so. */
static void join_texts(struct parts *parts, const struct device *device, const struct device *over)
{
	struct said said;

	for (unsigned i = 0;
	     (said.text = device_text_at(device, i, &said.word, &said.from_state)) != NULL; i++) {
		if (*said.text == '\0' ||
		    (over && device_text(over, said.word.field, said.word.arch)))
			continue;
		parts->said[parts->n_said++] = said;
	}
}

/* The layers stand before the device. */
struct layers {
	struct device *under, *over;
};

static void *make_joined(void *context, size_t size)
{
	char *at = malloc(sizeof(struct layers) + size);

	(void)context;
	return at ? at + sizeof(struct layers) : NULL;
}

static struct layers *layers_of(const struct device *device)
{
	return (struct layers *)(uintptr_t)device - 1;
}

struct device *device_join(struct device *under, struct device *over)
{
	static const struct device_room room = { make_joined, NULL };
	struct parts parts = { .n_said = 0 };
	struct device *device;

	if (under) {
		join_ids(&parts, under);
		join_texts(&parts, under, over);
	}
	join_ids(&parts, over);
	join_texts(&parts, over, NULL);
	device = make(&parts, &room);
	if (!device)
		return NULL;
	device->line = under ? under->line : 0;
	device->version = over->version;
	device->is_joined = true;
	*layers_of(device) = (struct layers){ under, over };
	return device;
}

struct device *device_under(const struct device *device)
{
	if (device->is_joined)
		return layers_of(device)->under;
	return device->line ? (struct device *)(uintptr_t)device : NULL;
}

struct device *device_over(const struct device *device)
{
	if (device->is_joined)
		return layers_of(device)->over;
	return device->line ? NULL : (struct device *)(uintptr_t)device;
}

bool device_hides(const struct device *device)
{
	for (unsigned i = 0; i < device->n_texts; i++)
		if (*text_of(device, &device->texts[i]) == '\0')
			return true;
	return false;
}

void device_free(struct device *device)
{
	if (device && device->is_joined)
		free(layers_of(device));
	else
		free(device);
}

void device_describe(const struct device *device, struct draft *out)
{
	char why[WHY_SIZE];
	struct id_view view;
	struct word word;
	const char *text;
	bool from_state;

	draft_begin(out);
	for (unsigned i = 0; device_id(device, i, &view); i++) {
		struct id id = { .kind = (uint8_t)view.kind, .len = view.len };

		memcpy(id.at, view.at, view.len);
		(void)draft_add_id(out, &id, why);
	}
	for (unsigned i = 0; (text = device_text_at(device, i, &word, &from_state)) != NULL; i++)
		(void)draft_put(out, word, text, why);
}
