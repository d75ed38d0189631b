#include "dhcp/dhcp6_relay.h"
#include "story/decode.h"
#include "story/decode_write.h"

/* Groups are put into their own only when they end: the innermost is the last. */
enum { NESTED_MAX = 2 * DHCP6_RELAY_LIMIT + 10 };

struct tree {
	json_t *fields[NESTED_MAX]; /* arrays, each with a reference of ours; NULL: no memory */
	unsigned n;
};

static json_t *named(const struct field *field)
{
	json_t *object = json_pack("{s:s}", "name", field->name);

	if (field->code != FIELD_NO_CODE)
		json_object_set_new(object, "code", json_integer(field->code));
	return object;
}

static void add(struct tree *tree, json_t *object)
{
	json_array_append_new(tree->fields[tree->n - 1], object);
}

static void on_field(void *context, const struct field *field)
{
	char text[FIELD_TEXT_MAX];
	json_t *object = named(field);

	json_object_set_new(object, "value", json_string(field_text(field, text)));
	add(context, object);
}

static void on_open(void *context, const struct field *group)
{
	struct tree *tree = context;
	json_t *object = named(group), *fields = json_array();

	json_incref(fields); /* `object` may not live */
	json_object_set_new(object, "fields", fields);
	add(tree, object);
	tree->fields[tree->n++] = fields;
}

static void on_close(void *context)
{
	struct tree *tree = context;

	json_decref(tree->fields[--tree->n]);
}

static void on_fault(void *context, const char *what, size_t at)
{
	add(context, json_pack("{s:s,s:I}", "fault", what, "at", (json_int_t)at));
}

json_t *decode_json(struct span packet, uint8_t family)
{
	json_t *fields = json_array();
	struct tree tree = { { fields }, 1 };

	decode_walk(packet, family,
		    &(struct decode_visitor){ &tree, on_field, on_open, on_close, on_fault });
	return json_pack("{s:o}", "fields", fields);
}
