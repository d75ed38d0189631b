/* The settings of providers in an exported registry: all keys below
 * ...\WDSServer\Providers\WDSPXE\Providers, as groups that have their values. */
#pragma once

#include "ctl/reg_text.h"
#include "registry/setting.h"

struct reg_file {
	struct setting *providers; /* a key for each, view.h; owned */
	unsigned foreign;          /* keys that are not below that one, and were left out */
	unsigned deleted;          /* deletions, which mean nothing here */
};

/** Reads a file's octets. False: a sentence in text->wrong, about text->line (0: about none). */
bool reg_file_read(struct span octets, struct reg_file *out, struct reg_text *text);
void reg_file_done(struct reg_file *file);
