/* no allocation · no lock · no log */
#include "dhcp/dhcp4_longest.h"

#include <stdio.h>

#include "dhcp/dhcp4_option.h"

static void put_in(struct dhcp4_longest *out, uint8_t code, uint16_t len)
{
	for (unsigned i = 0; i < DHCP4_LONGEST; i++) {
		uint8_t other = out->code[i];
		uint16_t other_len = out->len[i];

		if (len <= other_len)
			continue;
		out->code[i] = code;
		out->len[i] = len;
		code = other;
		len = other_len;
	}
}

void dhcp4_longest_find(struct span packet, struct dhcp4_longest *out)
{
	struct span cursor = dhcp4_options(packet);
	struct dhcp4_option option;
	uint16_t sum[256] = { 0 };

	*out = (struct dhcp4_longest){ .len = { 0 } };
	while (dhcp4_option_next(&cursor, &option) == 0)
		sum[option.code] = (uint16_t)(sum[option.code] + option.value.len);
	for (unsigned code = 0; code < 256; code++)
		if (sum[code] >= DHCP4_LONG)
			put_in(out, (uint8_t)code, sum[code]);
}

const char *dhcp4_longest_text(const struct dhcp4_longest *longest,
			       char out[static DHCP4_LONGEST_TEXT])
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < DHCP4_LONGEST && longest->len[i]; i++)
		used += (size_t)snprintf(out + used, DHCP4_LONGEST_TEXT - used, "%s option %u %s%u",
					 i ? "," : ", of which", longest->code[i],
					 i ? "" : "takes ", longest->len[i]);
	return out;
}
