#include "boot/target4.h"

#include <stdio.h>

#include "boot/server.h"

/* A ROM speaks TFTP only, and knows no URL: it is given server and path, with nothing escaped. */
static void target_of_url(const struct variables *variables, unsigned form, struct target4 *out)
{
	bool rom = (form & (REPLY4_HTTP | REPLY4_IPXE)) == 0;
	const char *path;

	out->len = variables_fill_url(variables, rom ? VARIABLES_IN_TEXT : VARIABLES_IN_URL,
				      out->name);
	if (!rom || out->len < 0)
		return;
	if (!name_split_tftp(out->name, &out->server, &path)) {
		out->len = variables_fill_url(variables, VARIABLES_IN_URL, out->name);
		return;
	}
	out->len = (int)strlen(path);
	memmove(out->name, path, (size_t)out->len + 1);
}

static void target_of_file(const struct variables *variables, unsigned form, struct target4 *out)
{
	const PXE_BOOT_ANSWER *answer = variables->given->answer;
	const char *file = answer->pszFile;
	char filled[NAME_MAX_LEN + 1];

	out->len = (int)strnlen(file, NAME_MAX_LEN);
	if (given_varies(answer)) {
		out->len = variables_fill(variables, octets_of(file, (size_t)out->len),
					  VARIABLES_IN_TEXT, filled, NAME_MAX_LEN);
		if (out->len < 0)
			return;
		filled[out->len] = '\0';
		file = filled;
	}
	if ((form & REPLY4_IPXE) != 0 && out->len > 0)
		out->len = name_tftp_url(file, &out->server, out->name);
	else
		memcpy(out->name, file, (size_t)out->len + 1);
}

bool target4_of(const struct variables *variables, unsigned form, struct target4 *out)
{
	struct given *given = variables->given;
	const PXE_BOOT_IP *server = server_of(given, variables->client);

	out->server = server ? *server : variables->client->Local;
	if (name_is_url(given->answer, variables->client))
		target_of_url(variables, form, out);
	else
		target_of_file(variables, form, out);
	if (out->len >= 0 && out->len <= UINT8_MAX)
		return true;
	if (!given->failed)
		snprintf(given->said, sizeof given->said,
			 "nothing is sent: its file or url comes to more than %u octets",
			 (unsigned)UINT8_MAX);
	given->failed = true;
	return false;
}

bool target4_wants_names(unsigned form, const PXE_BOOT_ANSWER *answer)
{
	return (answer->uFlags & PXE_BOOT_ANSWER_OPTIONS_66_67) != 0 && (form & REPLY4_SLIM) == 0;
}

PXE_BOOT_OCTETS target4_option(unsigned form, const PXE_BOOT_ANSWER *answer,
			       const struct target4 *target)
{
	size_t len = (size_t)target->len;

	if (len <= TARGET4_FIELD_MAX && !target4_wants_names(form, answer))
		return octets_of(NULL, 0);
	return octets_of(target->name,
			 len + (len > 0 && (form & REPLY4_HTTP) == 0 && len < UINT8_MAX));
}
