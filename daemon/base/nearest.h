/* What somebody meant who mistyped a word. */
#pragma once

/** The nearest of the words (the list ends with NULL), whatever the case of letters: one that
 * `word` begins, or that differs by a letter in three at most. NULL: none is near. */
const char *nearest(const char *word, const char *const *words);
