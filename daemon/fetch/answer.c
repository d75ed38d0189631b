#include "fetch/answer.h"

#include <syslog.h>

#include "base/finding_id.h"
#include "control/plain_json.h"
#include "story/log_record.h"

static int set_text(json_t *object, const char *key, const char *text)
{
	return text && text[0] ? json_object_set_new(object, key, plain_json(text)) : 0;
}

static int set_signers(json_t *object, const struct signers *signers)
{
	json_t *names = json_array();
	int r = names ? 0 : -1;

	for (unsigned i = 0; r == 0 && i < signers->n; i++)
		r = json_array_append_new(names, plain_json(signers->name[i]));
	return r == 0 ? json_object_set_new(object, "signed-by", names) : (json_decref(names), -1);
}

static int set_file(json_t *object, const struct asked *asked)
{
	char words[JUDGE_WORDS_MAX];
	int r = json_object_set_new(object, "read", json_integer((json_int_t)asked->read));

	if (r == 0 && asked->size >= 0)
		r = json_object_set_new(object, "size", json_integer(asked->size));
	if (r == 0)
		r = set_text(object, "kind", kind_name(asked->file.kind));
	if (r == 0)
		r = set_text(object, "what",
			     judge_words(&asked->file, asked->signers_seen ? &asked->signers : NULL,
					 words));
	if (r == 0)
		r = set_text(object, "architecture", judge_arch(&asked->file));
	if (r == 0 && asked->signers_seen)
		r = set_signers(object, &asked->signers);
	return r;
}

/* ---- findings ---- */

static const char *level_name(int level)
{
	return level <= LOG_ERR ? "error" : level <= LOG_WARNING ? "warning" : "info";
}

static json_t *finding_json(const struct finding *finding)
{
	char text[LOG_LINE_MAX], id[FINDING_ID_SIZE];

	finding_text(finding, text, sizeof(text));
	if (!finding_id_of(text, id))
		id[0] = '\0';
	return json_pack("{s:s, s:s, s:o}", "id", id, "level",
			 level_name(finding_level(finding->kind)), "text", plain_json(text));
}

static int set_findings(json_t *object, const struct found *found)
{
	json_t *array = json_array();
	int r = array ? json_object_set_new(object, "findings", array) : -1;

	for (unsigned i = 0; r == 0 && i < found->n; i++)
		r = json_array_append_new(array, finding_json(&found->at[i]));
	return r;
}

/* ---- all of it ---- */

static int fill(json_t *object, const struct asked *asked)
{
	int r = set_text(object, "url", asked->url);

	if (r == 0)
		r = json_object_set_new(object, "fetched", json_boolean(asked->fetched));
	if (r == 0 && asked->status)
		r = json_object_set_new(object, "status", json_integer(asked->status));
	if (r == 0)
		r = set_text(object, "location", asked->location);
	if (r == 0)
		r = asked->fetched ? set_file(object, asked)
				   : set_text(object, "error", asked->error);
	return r;
}

json_t *answer_json(const struct asked *asked)
{
	json_t *object = json_object();
	int r = object ? fill(object, asked) : -1;

	if (r == 0)
		r = json_object_set_new(object, "boots", json_boolean(!found_error(&asked->found)));
	if (r == 0 && asked->second) {
		json_t *second = json_object();

		r = json_object_set_new(object, "second", second);
		if (r == 0)
			r = fill(second, asked->second);
	}
	if (r == 0)
		r = set_findings(object, &asked->found);
	if (r == 0)
		return object;
	json_decref(object);
	return NULL;
}
