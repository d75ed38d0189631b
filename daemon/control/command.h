/* The operator's commands, one row each: the daemon, wdspxectl, its help and its completion read
 * this table, and wdspxectl(8) has the same words (tests/control/command_test.c compares).
 *
 * A new command is a row here, its function in the daemon, its paragraph in the manual and its
 * test. wdspxectl prints an answer that it has no printer for as it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

/* X(name, right, help, words...)
 *
 *   right   READ: the command changes nothing, so the status socket takes it too; OPERATE: the
 *           control socket only; TOOL: wdspxectl carries it out itself, without a daemon
 *   help    one line, in the imperative, without a full stop. The manual's paragraph begins with it
 *   words   struct command_word, in the order of the synopsis */
#define DAEMON_COMMANDS(X)                                                                         \
	X(list, READ, "show the providers and what they decided",                                  \
	  { NULL, WORD_FLAG, "--settings", false })                                                \
	X(status, READ, "show the state of the daemon and its counters")                           \
	X(clients, READ, "show the machines that asked lately, and what became of them",           \
	  { "MAC", WORD_MAC, "--mac", false }, { "N", WORD_COUNT, "--newest", false })             \
	X(metrics, READ, "print all counters as OpenMetrics text")                                 \
	X(reload, OPERATE, "reload the configuration and the providers")                           \
	X(control, OPERATE, "send a service control code to a provider",                           \
	  { "NAME", WORD_PROVIDERS, NULL, true }, { "CODE", WORD_CODE, NULL, true })               \
	X(provider, OPERATE, "give a provider a command of its own, and print its answer",         \
	  { "NAME", WORD_PROVIDER, NULL, true }, { "FILE", WORD_FILE, "--input", false },          \
	  { "WORD ...", WORD_REST, NULL, false })                                                  \
	X(log, OPERATE, "print the lines of the log as they come",                                 \
	  { NULL, WORD_FLAG, "--follow", true }, { "LEVEL", WORD_LEVEL, "--level", false },        \
	  { "MAC", WORD_MAC, "--mac", false })                                                     \
	X(watch, OPERATE, "show the clients' conversations as they happen",                        \
	  { "MAC", WORD_MAC, "--mac", false }, { "ARCH", WORD_ARCH, "--arch", false },             \
	  { NULL, WORD_FLAG, "--only-unanswered", false })                                         \
	X(malformed, READ, "show the last packets that were mended or refused")                    \
	X(capture, OPERATE, "write packets, and why they were answered so, to a file",             \
	  { "FILE", WORD_FILE, "-w", true }, { "MAC", WORD_MAC, "--mac", false })                  \
	X(explain, OPERATE, "explain how a made-up client would be answered, and why",             \
	  { "MAC", WORD_MAC, "--mac", false }, { "ARCH", WORD_ARCH, "--arch", false },             \
	  { "UUID", WORD_UUID, "--uuid", false }, { "TEXT", WORD_TEXT, "--user-class", false },    \
	  { "TEXT", WORD_TEXT, "--vendor-class", false }, { NULL, WORD_FLAG, "--http", false },    \
	  { "4|6", WORD_FAMILY, "--family", false }, { "PORT", WORD_COUNT, "--port", false },      \
	  { "SECONDS", WORD_COUNT, "--secs", false },                                              \
	  { "ADDRESS", WORD_ADDRESS, "--relay", false },                                           \
	  { "NAME", WORD_TEXT, "--interface", false },                                             \
	  { "ADDRESS", WORD_ADDRESS, "--address", false },                                         \
	  { "HEX", WORD_HEX, "--client-id", false }, { "HEX", WORD_HEX, "--duid", false },         \
	  { "NAME=VERDICT", WORD_TEXT, "--assume", false },                                        \
	  { NULL, WORD_FLAG, "--ask-all", false }, { "FILE", WORD_FILE, "--packet", false },       \
	  { "N", WORD_COUNT, "--frame", false }, { "HEX", WORD_HEX, "--octets", false },           \
	  { "PORT", WORD_COUNT, "--from-port", false },                                            \
	  { "ADDRESS", WORD_ADDRESS, "--to", false }, { "ID", WORD_TEXT, "--circuit-id", false },  \
	  { "ID", WORD_TEXT, "--remote-id", false },                                               \
	  { "ID", WORD_TEXT, "--subscriber-id", false },                                           \
	  { "NAMES", WORD_TEXT, "--ipxe-features", false },                                        \
	  { "CODE=ID", WORD_TEXT, "--option", false })
#define TOOL_COMMANDS(X)                                                                           \
	X(device, TOOL, "show and change the devices of the provider inventory",                   \
	  { "VERB", WORD_VERB, NULL, true }, { "WORD ...", WORD_REST, NULL, false })               \
	X(register, TOOL, "add a provider to the list", { "NAME", WORD_TEXT, NULL, true },         \
	  { "MODULE", WORD_FILE, NULL, true }, { "N", WORD_COUNT, "--index", false },              \
	  { NULL, WORD_FLAG, "--critical", false },                                                \
	  { "NAME=VALUE", WORD_SETTING, "--set", false })                                          \
	X(unregister, TOOL, "remove a provider and its settings from the list",                    \
	  { "NAME", WORD_PROVIDER, NULL, true })                                                   \
	X(import, TOOL, "turn the settings of another server into a provider's file",              \
	  { "KIND", WORD_TEXT, NULL, true }, { "FILE", WORD_FILE, NULL, true },                    \
	  { "NAME", WORD_TEXT, "--name", false }, { "MODULE", WORD_FILE, "--module", false },      \
	  { NULL, WORD_FLAG, "--register", false }, { "N", WORD_COUNT, "--index", false })         \
	X(replay, TOOL, "tell who of a capture would be answered, and how",                        \
	  { "FILE", WORD_FILE, NULL, true }, { "CONFIGURATION", WORD_FILE, "-c", false },          \
	  { "CONFIGURATION", WORD_FILE, "--against", false },                                      \
	  { "NAME", WORD_TEXT, "--interface", false },                                             \
	  { "NAME=VERDICT", WORD_TEXT, "--assume", false },                                        \
	  { NULL, WORD_FLAG, "--ask-all", false })                                                 \
	X(decode, TOOL, "print the DHCP and PXE packets of a capture, option by option",           \
	  { "FILE", WORD_FILE, NULL, true })                                                       \
	X(why, TOOL, "explain a finding, by the id at the end of its line",                        \
	  { "ID", WORD_FINDING, NULL, false })                                                     \
	X(bundle, TOOL, "collect what a bug report needs", { "KEY", WORD_TEXT, "--anon", false },  \
	  { "FILE", WORD_FILE, "-o", false })                                                      \
	X(try, TOOL, "load a module, ask it as clients would, and judge its replies",              \
	  { "MODULE", WORD_FILE, NULL, true }, { "FILE", WORD_FILE, "--settings", false },         \
	  { "NAME=VALUE", WORD_SETTING, "--set", false },                                          \
	  { NULL, WORD_FLAG, "--discover", false }, { NULL, WORD_FLAG, "--solicit", false },       \
	  { NULL, WORD_FLAG, "--request", false }, { NULL, WORD_FLAG, "--inform", false },         \
	  { NULL, WORD_FLAG, "--4011", false }, { "ARCH", WORD_ARCH, "--arch", false },            \
	  { "MAC", WORD_MAC, "--mac", false }, { "UUID", WORD_UUID, "--uuid", false },             \
	  { NULL, WORD_FLAG, "--http", false }, { NULL, WORD_FLAG, "--ipxe", false },              \
	  { NULL, WORD_FLAG, "--6", false }, { "TEXT", WORD_TEXT, "--user-class", false },         \
	  { "TEXT", WORD_TEXT, "--vendor-class", false }, { "N", WORD_COUNT, "--item", false },    \
	  { "ADDRESS", WORD_ADDRESS, "--relay", false },                                           \
	  { "HEX", WORD_HEX, "--circuit-id", false }, { "HEX", WORD_HEX, "--remote-id", false },   \
	  { "CODE=ID", WORD_TEXT, "--option", false }, { NULL, WORD_FLAG, "--trial", false },      \
	  { "FILE", WORD_FILE, "--pcap", false }, { "N", WORD_COUNT, "--frame", false })           \
	X(probe, TOOL, "play a client on the network, and say whether it would boot",              \
	  { "NAME", WORD_TEXT, "--interface", false }, { "ARCH", WORD_ARCH, "--arch", false },     \
	  { "MAC", WORD_MAC, "--mac", false }, { "UUID", WORD_UUID, "--uuid", false },             \
	  { "TEXT", WORD_TEXT, "--user-class", false }, { NULL, WORD_FLAG, "--http", false },      \
	  { NULL, WORD_FLAG, "--6", false }, { NULL, WORD_FLAG, "--fetch", false },                \
	  { "FILE", WORD_FILE, "--cacert", false })

enum command_right { COMMAND_READ, COMMAND_OPERATE, COMMAND_TOOL };

enum word_kind {
	WORD_TEXT,
	WORD_PROVIDER,  /* the name of one */
	WORD_PROVIDERS, /* the same, or "all" */
	WORD_FILE,
	WORD_COUNT, /* 0 to 2^32 - 1 */
	WORD_CODE,  /* of service control: pause, continue, interrogate, 128 to 255 */
	WORD_LEVEL, /* of the log: error, warning, notice, info, debug */
	WORD_MAC,   /* 52:54:00:12:34:56, or with "-" */
	WORD_ARCH,  /* x64-uefi, or its number */
	WORD_UUID,
	WORD_FAMILY,  /* 4 or 6 */
	WORD_ADDRESS, /* of IPv4 or IPv6 */
	WORD_HEX,     /* octets: pairs of digits, with colons between them or not */
	WORD_SETTING, /* NAME=VALUE; may be given more than once, and the last one is kept */
	WORD_FINDING, /* "W0117", or "W0117]" as it is copied from a line; or its name */
	WORD_FLAG,    /* an option without a value */
	WORD_VERB,    /* of wdspxectl device */
	WORD_REST,    /* it and all words behind it, as they are; the last of its row */
};

enum command_id {
#define COMMAND_ID(name, ...) COMMAND_##name,
	DAEMON_COMMANDS(COMMAND_ID) TOOL_COMMANDS(COMMAND_ID)
#undef COMMAND_ID
		COMMAND_COUNT
};

enum {
	COMMAND_WORDS_MAX = 32,
	COMMAND_REST_MAX = 60,
	COMMAND_ERROR_MAX = 1024,
	COMMAND_SYNOPSIS_MAX = 768
};

struct command_word {
	const char *name; /* in the synopsis; NULL: a flag */
	enum word_kind kind;
	const char *option; /* "--index": the word stands behind it. NULL: it stands by itself */
	bool needed;
};

struct command {
	const char *name, *help;
	enum command_right right;
	enum command_id id;
	struct command_word word[COMMAND_WORDS_MAX + 1]; /* the last: no name and no option */
};

extern const struct command commands[COMMAND_COUNT];

/* A command and its words, checked. They are borrowed from whoever asked. */
struct arguments {
	const struct command *command;
	const char
		*word[COMMAND_WORDS_MAX]; /* by its place in the row; NULL: left out. A flag: "" */
	const char *rest[COMMAND_REST_MAX + 1]; /* of WORD_REST; ended by NULL */
	size_t n_rest;
};

/** The row of that name. NULL: there is none, and *error says so, with the nearest name. */
const struct command *command_find(const char *name, char error[static COMMAND_ERROR_MAX]);

/** "control NAME CODE". Returns `out`. */
const char *command_synopsis(const struct command *command, char out[static COMMAND_SYNOPSIS_MAX]);

/**
 * Reads the words behind a command's name. Options stand anywhere, as "--index 3" or "--index=3";
 * behind "--" nothing is an option, nor is anything from the first word of a WORD_REST on. Returns
 * 0 and fills *out, or -EINVAL and says what is wrong.
 */
int arguments_read(const struct command *command, const char *const *words, size_t n,
		   struct arguments *out, char error[static COMMAND_ERROR_MAX]);

/** The option that a word is or begins ("--index=3"), *value behind the "=" or NULL; or NULL. */
const struct command_word *command_option(const struct command *command, const char *word,
					  const char **value);

/** The word behind an option of the row; NULL: left out. A flag: "". */
const char *arguments_option(const struct arguments *arguments, const char *option);

/** Names that a word of this kind can be; the list ends with NULL. NULL: it has no such list. */
const char *const *word_names(enum word_kind kind);

/** The value of a word that was checked. */
uint32_t word_count(const char *word);
uint32_t word_code(const char *word);
int word_level(const char *word); /* LOG_ERR to LOG_DEBUG */
void word_mac(const char *word, uint8_t out[static 6]);
uint16_t word_arch(const char *word);
void word_uuid(const char *word, uint8_t out[static 16]); /* in the order of the text */
struct ip word_address(const char *word);
/** At most `size` octets; how many there are, which may be more. */
size_t word_hex(const char *word, uint8_t *out, size_t size);
