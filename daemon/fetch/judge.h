/* Is this file one that these clients can run? Pure. */
#pragma once

#include "fetch/asker.h"
#include "fetch/found.h"
#include "fetch/kind.h"
#include "fetch/signature.h"

enum { JUDGE_WORDS_MAX = 1280 };

/** The name of the architecture that the file is for; NULL: it does not say. */
const char *judge_arch(const struct file *file);
/** Adds what is wrong with it; `size` is -1 where the server does not say. */
void judge_file(const struct file *file, int64_t size, const struct asker *asker,
		struct found *out);
/** The file that a shim loads: `name` is what it asked for; `signers` NULL: they were not seen. */
void judge_second(const struct file *shim, const struct file *second, const struct signers *signers,
		  const char *name, struct found *out);
/** Who signed the program that firmware itself loads: do machines of any year know one of them? */
void judge_signers(const struct signers *signers, struct found *out);
/** "shim for x64-uefi, signed by Microsoft UEFI CA 2023". `signers` NULL: they were not seen.
 * Returns `out`. */
const char *judge_words(const struct file *file, const struct signers *signers,
			char out[static JUDGE_WORDS_MAX]);
