/* A text line by line. */
#pragma once

#include <string.h>

struct lines {
	char *at; /* the rest; NULL: there is none */
	unsigned number;
};

/** The next line, without its end; NULL: there is none. */
static inline char *lines_next(struct lines *lines)
{
	char *line = lines->at, *end;

	if (!line || !*line)
		return NULL;
	lines->number++;
	end = strchr(line, '\n');
	lines->at = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	end = line + strlen(line);
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	return line;
}

/** The text without blanks around it, in place. */
static inline char *lines_trimmed(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		text[--len] = '\0';
	return text;
}
