#include "story/decode.h"
#include "story/decode_write.h"

struct page {
	FILE *out;
	int indent;
};

static void put_name(const struct page *page, const struct field *field)
{
	fprintf(page->out, "%*s", page->indent, "");
	if (field->code != FIELD_NO_CODE)
		fprintf(page->out, "%d%s", field->code, field->name[0] ? " " : "");
	fputs(field->name, page->out);
}

static void on_field(void *context, const struct field *field)
{
	const struct page *page = context;
	char text[FIELD_TEXT_MAX];

	put_name(page, field);
	fprintf(page->out, ": %s\n", field_text(field, text));
}

static void on_open(void *context, const struct field *group)
{
	struct page *page = context;

	put_name(page, group);
	fputs(":\n", page->out);
	page->indent += 2;
}

static void on_close(void *context)
{
	((struct page *)context)->indent -= 2;
}

static void on_fault(void *context, const char *what, size_t at)
{
	const struct page *page = context;

	fprintf(page->out, "%*smalformed: %s, at octet %zu\n", page->indent, "", what, at);
}

void decode_words(struct span packet, uint8_t family, int indent, FILE *out)
{
	struct page page = { out, indent };

	decode_walk(packet, family,
		    &(struct decode_visitor){ &page, on_field, on_open, on_close, on_fault });
}
