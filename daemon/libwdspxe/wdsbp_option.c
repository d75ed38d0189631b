#include "libwdspxe/wdsbp_option.h"

static uint16_t load_host16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t load_host32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

bool wdsbp_option_split(ULONG constant, struct wdsbp_option *out)
{
	struct wdsbp_option o = { (uint8_t)constant, (uint8_t)(constant >> 8),
				  (uint16_t)(constant >> 16) };

	if (o.type > WDSBP_OPT_TYPE_IP6 || o.type == WDSBP_OPT_TYPE_WSTR)
		return false;
	switch (o.packet) {
	case WDSBP_PK_TYPE_WDSNBP:
		if (o.id == 0 || o.id >= 255)
			return false;
		break;
	case WDSBP_PK_TYPE_BCD:
		if (constant != WDSBP_OPT_BCD_FILE_PATH)
			return false;
		break;
	case WDSBP_PK_TYPE_DHCPV6:
		break;
	default:
		return false;
	}
	*out = o;
	return true;
}

bool wdsbp_value_fits(uint8_t type, size_t len)
{
	switch (type) {
	case WDSBP_OPT_TYPE_NONE:
		return len == 0;
	case WDSBP_OPT_TYPE_BYTE:
		return len == 1;
	case WDSBP_OPT_TYPE_USHORT:
		return len == 2;
	case WDSBP_OPT_TYPE_ULONG:
	case WDSBP_OPT_TYPE_IP4:
		return len == 4;
	case WDSBP_OPT_TYPE_IP6:
		return len == 16;
	default:
		return true;
	}
}

void wdsbp_value_swap(uint8_t type, struct span value, uint8_t *out)
{
	/* Storing what was loaded in host order as big-endian swaps on a little-endian machine and
	 * does nothing on a big-endian one: the same step leads there and back. */
	if (type == WDSBP_OPT_TYPE_USHORT)
		store_be16(out, load_host16(value.at));
	else if (type == WDSBP_OPT_TYPE_ULONG)
		store_be32(out, load_host32(value.at));
	else if (value.len > 0)
		memcpy(out, value.at, value.len);
}
