#include "boot/reading.h"

#include "boot/arch.h"

static const PXE_BOOT_OCTETS pxe_class = { (const uint8_t *)"PXEClient", 9 };
static const PXE_BOOT_OCTETS http_class = { (const uint8_t *)"HTTPClient", 10 };

static bool class_of(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS text)
{
	struct rest *rest = client_rest(client);
	const struct classes *classes = &boot->options.classes;

	if (octets_begin(text, pxe_class)) {
		client->uClass = PXE_BOOT_CLASS_PXE;
		rest->class_echo = pxe_class;
		return true;
	}
	if (octets_begin(text, http_class)) {
		client->uClass = PXE_BOOT_CLASS_HTTP;
		rest->class_echo = http_class;
		return true;
	}
	for (size_t i = 0; i < classes->n && i < UINT8_MAX; i++) {
		PXE_BOOT_OCTETS alias = octets_text(classes->at[i]);

		if (!octets_begin(text, alias))
			continue;
		client->uClass = PXE_BOOT_CLASS_PXE;
		rest->class_echo = alias;
		rest->alias = (uint8_t)(i + 1);
		return true;
	}
	return false;
}

/* The class decides whether a client speaks HTTP Boot, whatever its code says. */
static uint16_t arch_of_client(const PXE_BOOT_CLIENT *client, uint16_t code)
{
	return client->uClass == PXE_BOOT_CLASS_NONE
		       ? code
		       : arch_by_class(code, client->uClass == PXE_BOOT_CLASS_HTTP);
}

void take_class(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS vendor_class)
{
	if (client->nVendorClasses < PXE_BOOT_LIST_MAX)
		client->VendorClasses[client->nVendorClasses++] = vendor_class;
	if (client->uClass == PXE_BOOT_CLASS_NONE && class_of(boot, client, vendor_class))
		client_rest(client)->class_text = vendor_class;
}

/* By the digits in the class, where no code is said. */
static void take_arch_of_class(PXE_BOOT_CLIENT *client)
{
	uint16_t code;

	if (arch_of_class(client_rest(client)->class_text, &code))
		client->uArch = arch_of_client(client, code);
}

void take_archs(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS codes)
{
	bool known = false;

	if (codes.cbData < 2 || codes.cbData % 2 != 0) {
		take_arch_of_class(client);
		return;
	}
	client_rest(client)->arch_said = true;
	client->uArch = arch_of_client(client, octets_be16(codes.pData));
	for (size_t i = 0; i < codes.cbData; i += 2) {
		uint16_t code = arch_of_client(client, octets_be16(codes.pData + i));

		if (code < 64 && boot->options.archs >> code & 1) {
			client->uArch = code;
			return;
		}
		if (!known && code <= PXE_ARCH_LAST) {
			client->uArch = code;
			known = true;
		}
	}
}

void take_user_class(PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS user_class)
{
	if (client->nUserClasses < PXE_BOOT_LIST_MAX)
		client->UserClasses[client->nUserClasses++] = user_class;
	client->bIpxe |= octets_equal(user_class, octets_of("iPXE", 4));
}

static bool is_banned(const struct banned *banned, const struct uuid *uuid)
{
	size_t first = 0, n = banned->n;

	while (n > 0) {
		int order = uuid_order(uuid, &banned->at[first + n / 2]);

		if (order == 0)
			return true;
		first += order > 0 ? n / 2 + 1 : 0;
		n = order > 0 ? n - n / 2 - 1 : n / 2;
	}
	return false;
}

void take_uuid(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, const uint8_t *uuid)
{
	struct uuid given;
	bool nobodys;

	memcpy(&given, uuid, sizeof given);
	nobodys = given.half[0] == given.half[1] &&
		  given.half[0] == (given.half[0] & 0xff) * (UINT64_MAX / 0xff);
	if (!nobodys && !is_banned(&boot->options.banned, &given))
		client->Uuid = octets_of(uuid, UUID_LEN);
}
