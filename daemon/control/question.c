#include "control/question.h"

#include <errno.h>
#include <stdio.h>

static int fail(int r, const char *why, char error[static COMMAND_ERROR_MAX])
{
	snprintf(error, COMMAND_ERROR_MAX, "%s", why);
	return r;
}

static int may(const struct command *command, enum command_right right,
	       char error[static COMMAND_ERROR_MAX])
{
	if (command->right == COMMAND_TOOL) {
		snprintf(error, COMMAND_ERROR_MAX, "wdspxectl itself carries out %s",
			 command->name);
		return -EINVAL;
	}
	if (command->right <= right)
		return 0;
	snprintf(error, COMMAND_ERROR_MAX,
		 "permission denied: %s needs the control socket, this one only reads",
		 command->name);
	return -EACCES;
}

/* The words are the array's own strings. Returns their number, or -EINVAL. */
static int list_words(const json_t *array, const char *words[static QUESTION_WORDS_MAX])
{
	size_t n = json_array_size(array);

	if ((array && !json_is_array(array)) || n > QUESTION_WORDS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		words[i] = json_string_value(json_array_get(array, i));
		if (!words[i])
			return -EINVAL;
	}
	return (int)n;
}

static int read_object(const json_t *request, enum command_right right, struct arguments *out,
		       char error[static COMMAND_ERROR_MAX])
{
	const char *name = json_string_value(json_object_get(request, "command"));
	const json_t *array = json_object_get(request, "words");
	const char *words[QUESTION_WORDS_MAX];
	const struct command *command;
	int n = list_words(array, words), r;

	if (!name || n < 0 || json_object_size(request) != (array ? 2 : 1))
		return fail(-EINVAL,
			    "a request must be an object with command, and with words where it "
			    "needs them, an array of strings",
			    error);
	command = command_find(name, error);
	r = command ? may(command, right, error) : -EINVAL;
	return r < 0 ? r : arguments_read(command, words, (size_t)n, out, error);
}

int question_read(const char *line, size_t len, enum command_right right, json_t **holder,
		  struct arguments *out, char error[static COMMAND_ERROR_MAX])
{
	json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	int r = read_object(request, right, out, error);

	if (r < 0)
		json_decref(request);
	else
		*holder = request;
	return r;
}
