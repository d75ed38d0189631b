/* What the verbs of wdspxectl device take, for completion alone: the provider judges. */
#pragma once

/** The options of a verb, ended by NULL; NULL: there is no such verb. */
const char *const *device_options(const char *verb);
