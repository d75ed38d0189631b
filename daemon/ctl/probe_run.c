/* wdspxectl probe. */
#include "ctl/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "dhcp/pxe_arch.h"

/* The words of the row. */
enum { INTERFACE, ARCH, MAC, UUID, USER_CLASS, HTTP, IPV6, FETCH, CACERT };

static int not_tried(const struct call *call, const char *why)
{
	json_t *object;

	fprintf(stderr, "wdspxectl: probe: %s\n", why);
	if (call->json) {
		object = json_pack("{s:b,s:s,s:s}", "ok", 1, "verdict", "not-tried", "why", why);
		print_json(object);
		json_decref(object);
	}
	return CTL_NOT_TRIED;
}

/* Unless it is given: one that is nobody's, and the same each time, so that it costs a DHCP server
 * one address at most, for the moment that an offer holds. */
static void make_mac(const struct call *call, struct probe *probe)
{
	const char *word = call->arguments.word[MAC];

	memcpy(probe->client.mac, probe->wire.mac, sizeof(probe->client.mac));
	probe->client.mac[0] = (uint8_t)((probe->client.mac[0] ^ 2) & 0xfe);
	if (word)
		word_mac(word, probe->client.mac);
}

static void make_uuid(const struct call *call, struct made_client *client)
{
	static const uint8_t stem[10] = { 'w', 'd', 's', 'p', 'x', 'e', 0x40, 0, 0x80, 0 };

	client->has_uuid = true;
	memcpy(client->uuid, stem, sizeof(stem));
	memcpy(client->uuid + sizeof(stem), client->mac, sizeof(client->mac));
	if (call->arguments.word[UUID])
		word_uuid(call->arguments.word[UUID], client->uuid);
}

static void make_client(const struct call *call, struct probe *probe)
{
	const char *const *word = call->arguments.word;
	struct made_client *client = &probe->client;
	bool is_ipxe = word[USER_CLASS] && strcmp(word[USER_CLASS], "iPXE") == 0;
	uint16_t arch = word[ARCH] ? word_arch(word[ARCH]) : PXE_ARCH_X64_UEFI;

	client->family = word[IPV6] ? IP_V6 : IP_V4;
	/* an architecture of HTTP Boot says so, too */
	client->http = word[HTTP] || pxe_arch_by_class(arch, false) != arch;
	client->arch = pxe_arch_by_class(arch, client->http);
	client->firmware = made_firmware_of(client->arch, is_ipxe);
	if (word[USER_CLASS] && !is_ipxe)
		client->user_class = span_str(word[USER_CLASS]);
	make_mac(call, probe);
	make_uuid(call, client);
	memcpy(&client->iaid, client->mac + 2, sizeof(client->iaid));
}

static const char *mistake_in(const struct call *call, const struct made_client *client)
{
	if (call->arguments.word[CACERT] && !call->arguments.word[FETCH])
		return "--cacert is for --fetch";
	if (client->http && client->firmware == MADE_IPXE)
		return "iPXE sends no class HTTPClient: leave --http out";
	if (client->family == IP_V6 && client->firmware == MADE_ROM)
		return "no PC BIOS boots over IPv6: give --arch or --user-class iPXE";
	return NULL;
}

static int end(const struct call *call, const struct probe *probe)
{
	if (call->json) {
		json_t *object = probe_json(probe);

		print_json(object);
		json_decref(object);
	} else {
		probe_print(probe);
	}
	if (probe->untried != PROBE_NOTHING)
		return CTL_NOT_TRIED;
	return probe_boots(probe) ? CTL_OK : CTL_FAILED;
}

static int run(const struct call *call, const char *interface, struct probe *probe)
{
	char error[WIRE_ERROR_MAX];
	const char *mistake;
	int r = wire_open(interface, &probe->wire, error);

	if (r != 0)
		return not_tried(call, error);
	make_client(call, probe);
	mistake = mistake_in(call, &probe->client);
	if (mistake) {
		fprintf(stderr, "wdspxectl: probe: %s\n", mistake);
		return CTL_USAGE;
	}
	probe_talk(probe);
	if (call->arguments.word[FETCH])
		probe_fetch(probe, call->arguments.word[CACERT]);
	return end(call, probe);
}

int run_probe(const struct call *call)
{
	_cleanup_(freep) struct probe *probe = calloc(1, sizeof(*probe));
	const char *interface = call->arguments.word[INTERFACE];
	char name[WIRE_NAME_MAX], error[WIRE_ERROR_MAX];
	int r;

	if (!probe)
		return not_tried(call, "out of memory");
	if (!interface && !wire_only_interface(name, error)) {
		fprintf(stderr, "wdspxectl: %s\n", error);
		return CTL_USAGE;
	}
	r = run(call, interface ? interface : name, probe);
	wire_close(&probe->wire);
	json_decref(probe->fetched);
	return r;
}
