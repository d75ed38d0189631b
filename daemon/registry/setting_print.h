/* Settings as people read them: libconfig's own form, and behind each value a comment that says
 * where it is from. What is printed can be read back. */
#pragma once

#include <stdio.h>

#include "registry/setting.h"

/** A string in quotes, with escapes. */
void setting_print_string(const char *string, FILE *out);
/** A value on one line: a scalar, or an array (a group or a list: its values, in brackets). */
void setting_print_value(const struct setting *s, FILE *out);
/** A number that is read back as one with a fraction. */
void setting_print_real(double real, FILE *out);
/** The comment behind a value, aligned where `used` columns leave room: "   # FILE:LINE", and the
 * end of the line. `file` NULL: "default". */
void setting_print_place(int used, const char *file, int line, FILE *out);

/** Whose file a setting is from. */
typedef const char *setting_file_fn(const void *context, const struct setting *s);

/** A setting and all below it, from that column on; ended by ";" and the end of the line. */
void setting_print(const struct setting *s, int column, setting_file_fn *file_of,
		   const void *context, FILE *out);
