/* The command line of wdspxed. */
#pragma once

#include <stdbool.h>

struct options {
	const char *path;   /* -c */
	bool check;         /* -t */
	bool print;         /* -T */
	bool files, json;   /* with -t */
	const char *cacert; /* with --files, or NULL */
	bool answer;        /* --answer: a check, and then questions are answered */
};

/** Reads it. False: there is nothing more to do, and *status says what to exit with. */
bool options_read(int argc, char **argv, struct options *out, int *status);
