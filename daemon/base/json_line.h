/* JSON that somebody else wrote, as one line of an answer: looked at octet by octet, and not built
 * up in memory. What is taken here, jansson takes too.
 */
#pragma once

#include <stddef.h>

enum { JSON_LINE_DEPTH_MAX = 500 };

/**
 * Is it one JSON value, in UTF-8, with white space around it or none? Then every octet of white
 * space outside strings becomes a blank, and NULL is returned. Else what is wrong, and *at becomes
 * the octet where it is; the text is as it was up to there, but for white space.
 */
const char *json_line(char *text, size_t len, size_t *at);
