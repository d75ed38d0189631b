#include "client.h"

#include "arch.h"

static const struct octets pxe_class = { (const uint8_t *)"PXEClient", 9 };
static const struct octets http_class = { (const uint8_t *)"HTTPClient", 10 };

static bool class_of(const struct settings *settings, struct client *client, struct octets text)
{
	if (octets_begin(text, pxe_class)) {
		client->class = CLASS_PXE;
		client->class_echo = pxe_class;
		return true;
	}
	if (octets_begin(text, http_class)) {
		client->class = CLASS_HTTP;
		client->class_echo = http_class;
		return true;
	}
	for (size_t i = 0; i < settings->classes.n && i < UINT8_MAX; i++) {
		struct octets alias = octets_text(settings->classes.at[i]);

		if (!octets_begin(text, alias))
			continue;
		client->class = CLASS_PXE;
		client->class_echo = alias;
		client->alias = (uint8_t)(i + 1);
		return true;
	}
	return false;
}

/* The class decides whether a client speaks HTTP Boot, whatever its code says. */
static uint16_t arch_of_client(const struct client *client, uint16_t code)
{
	return client->class == CLASS_NONE ? code
					   : arch_by_class(code, client->class == CLASS_HTTP);
}

void client_take_class(const struct settings *settings, struct client *client,
		       struct octets vendor_class)
{
	if (client->n_vendor_classes < CLIENT_LIST_MAX)
		client->vendor_classes[client->n_vendor_classes++] = vendor_class;
	if (client->class == CLASS_NONE && class_of(settings, client, vendor_class))
		client->class_text = vendor_class;
}

/* By the digits in the class, where no code is said. */
static void take_arch_of_class(struct client *client)
{
	uint16_t code;

	if (!arch_of_class(client->class_text, &code))
		return;
	client->has_arch = true;
	client->arch = arch_of_client(client, code);
}

void client_take_archs(const struct settings *settings, struct client *client, struct octets codes)
{
	bool known = false;

	if (codes.len < 2 || codes.len % 2 != 0) {
		take_arch_of_class(client);
		return;
	}
	client->has_arch = client->arch_said = true;
	client->arch = arch_of_client(client, octets_be16(codes.at));
	for (size_t i = 0; i < codes.len; i += 2) {
		uint16_t code = arch_of_client(client, octets_be16(codes.at + i));

		if (code < 64 && settings->archs_named >> code & 1) {
			client->arch = code;
			return;
		}
		if (!known && arch_name(code)) {
			client->arch = code;
			known = true;
		}
	}
}

void client_take_user_class(struct client *client, struct octets user_class)
{
	if (client->n_user_classes < CLIENT_LIST_MAX)
		client->user_classes[client->n_user_classes++] = user_class;
	client->ipxe |= octets_equal(user_class, octets_of("iPXE", 4));
}

void client_take_uuid(const struct settings *settings, struct client *client, const uint8_t *uuid)
{
	uint64_t half[2];
	bool nobodys;

	memcpy(half, uuid, sizeof half);
	nobodys = half[0] == half[1] && half[0] == (half[0] & 0xff) * (UINT64_MAX / 0xff);
	for (size_t i = 0; i < settings->banned.n && !nobodys; i++)
		nobodys = uuid_matches(&settings->banned.at[i], uuid);
	if (!nobodys)
		client->uuid = uuid;
}

struct address address_of(const PXE_ADDRESS *from)
{
	struct address address = { .len = from->uAddrLen == 4 ? 4 : 16 };

	memcpy(address.at, from->bAddress, address.len);
	return address;
}
