#include "boot/filled4.h"

#include "boot/option4.h"
#include "boot/target4.h"

bool option4_is_extra(const PXE_BOOT_OPTION *option)
{
	return option_family(option) == 4 && option->uCode != PXE_DHCP4_OPT_VENDOR &&
	       option->uCode != PXE_DHCP4_OPT_IPXE;
}

/* Writes an option with what variables make of its value. */
static bool fill_option(const struct variables *variables, uint8_t code, PXE_BOOT_OCTETS value,
			bool ends, struct filled4 *out)
{
	uint8_t *at = out->tail + out->tail_len;
	int len;

	if (TAIL4_MAX - out->tail_len < 2 + 1 + UINT8_MAX)
		return false;
	len = variables_fill(variables, value, VARIABLES_IN_TEXT, (char *)at + 2,
			     (size_t)UINT8_MAX - ends);
	if (len < 0)
		return false;
	if (ends)
		at[2 + len++] = '\0';
	at[0] = code;
	at[1] = (uint8_t)len;
	out->tail_len = (uint16_t)(out->tail_len + 2 + len);
	return true;
}

static void fill_file(const PXE_BOOT_ANSWER *answer, unsigned form, const struct target4 *target,
		      struct filled4 *out)
{
	PXE_BOOT_OCTETS file = target4_option(form, answer, target);

	out->file_len = out->tail_len = 0;
	if (target->len <= TARGET4_FIELD_MAX) {
		out->file_len = (uint16_t)target->len;
		memcpy(out->file, target->name, out->file_len);
	}
	out->server = target->server;
	if (file.cbData > 0)
		out->tail_len = (uint16_t)(option4_put(out->tail, PXE_DHCP4_OPT_BOOT_FILE, file) -
					   out->tail);
}

static bool fill_options(const struct variables *variables, ULONG keep, struct filled4 *out)
{
	const PXE_BOOT_ANSWER *answer = variables->given->answer;

	for (ULONG i = 0; i < answer->nOptions && i < keep; i++)
		if (option4_is_extra(&answer->pOptions[i]) &&
		    option_varies(answer, &answer->pOptions[i]) &&
		    !fill_option(variables, (uint8_t)answer->pOptions[i].uCode,
				 answer->pOptions[i].Value, false, out))
			return false;
	/* With its NUL, as Windows sends it. */
	return !answer->pszBcd ||
	       fill_option(variables, PXE_DHCP4_OPT_BCD, octets_text(answer->pszBcd), true, out);
}

bool filled4_make(const struct variables *variables, unsigned form, ULONG keep, struct filled4 *out)
{
	struct target4 target;

	if (!target4_of(variables, form, &target))
		return false;
	fill_file(variables->given->answer, form, &target, out);
	if (!fill_options(variables, keep, out))
		return false;
	if ((form & REPLY4_REDIRECT) != 0)
		out->file_len = out->tail_len = 0;
	return true;
}

void filled4_patch(const struct filled4 *filled, unsigned form, PXE_DHCP_MESSAGE *to)
{
	char address[64];
	size_t len;

	if ((form & REPLY4_REDIRECT) != 0)
		return;
	memcpy(to->BootFileName, filled->file, filled->file_len);
	if (memcmp(&to->BootstrapServerAddress, filled->server.bAddress, 4) == 0)
		return;
	memcpy(&to->BootstrapServerAddress, filled->server.bAddress, 4);
	if ((form & REPLY4_HTTP) != 0)
		return;
	len = name_address(&filled->server, address);
	memset(to->HostName, 0, sizeof to->HostName);
	memcpy(to->HostName, address, len);
}
