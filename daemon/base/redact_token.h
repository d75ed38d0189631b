/* What in a text names a machine or a network: redact.c's. */
#pragma once

#include <stdio.h>

#include "base/hash.h"
#include "base/span.h"

/** May this octet be a part of such a word? */
bool redact_is_word(char c);
/** Writes what the word that begins there has become, and returns how many of its octets that
 * was; 0: it names nothing. `word` is the whole word. */
size_t redact_token(const struct hash_key *key, struct span word, FILE *out);
/** The same for a word that names something further on, or with more behind it, as a file's name
 * does: "hosts-52-54-00-12-34-56.ipxe", "pc525400123456". It writes what stands before too. */
size_t redact_inside(const struct hash_key *key, struct span word, FILE *out);
/** The same for a MAC address or a UUID with "*" in it, at the beginning of the text. Its digits
 * before the first "*" become what those of a whole one become; those behind it cannot. */
size_t redact_pattern(const struct hash_key *key, struct span text, FILE *out);
/** The same for an IPv4 address in eight digits, as PXELINUX names files, where one of them is a
 * capital letter; `beginning`: for digits alone, and for fewer of them, a network, too. */
size_t redact_hex_ip(const struct hash_key *key, struct span word, bool beginning, FILE *out);
/** The same for a host's name. */
void redact_host(const struct hash_key *key, struct span name, FILE *out);
