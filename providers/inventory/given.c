#include "given.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <wdsbp.h>
#include <wdspxe-numbers.h>

static uint32_t arch_of(const PXE_BOOT_CLIENT *client)
{
	return client->uArch < 64 ? client->uArch : ARCH_ANY;
}

/* ---- what there is -----------------------------------------------------------------------------
 */

static bool fits(const struct booting *booting, const PXE_BOOT_CLIENT *client)
{
	return booting->url || (booting->file && client->uClass != PXE_BOOT_CLASS_HTTP);
}

/* What it says for all architectures, or for this one. */
static void read_own(const struct device *device, const PXE_BOOT_CLIENT *client,
		     struct booting *out)
{
	if (device->by_arch) {
		out->file = device_text_for(device, FIELD_FILE, arch_of(client));
		out->url = device_text_for(device, FIELD_URL, arch_of(client));
		out->server = device_text_for(device, FIELD_SERVER, arch_of(client));
		return;
	}
	out->file = device_quick(device, FIELD_FILE);
	out->url = device_quick(device, FIELD_URL);
	out->server = device_quick(device, FIELD_SERVER);
}

static bool read_once(const struct device *device, const PXE_BOOT_CLIENT *client,
		      struct booting *out)
{
	struct booting once = {
		.file = device_text(device, FIELD_ONCE_FILE, ARCH_ANY),
		.url = device_text(device, FIELD_ONCE_URL, ARCH_ANY),
		.server = device_text(device, FIELD_ONCE_SERVER, ARCH_ANY),
		.once = true,
	};

	if (!fits(&once, client))
		return false;
	once.server = once.server ? once.server : out->server;
	*out = once;
	return true;
}

bool given_find(const struct settings *settings, const struct device *device,
		const PXE_BOOT_CLIENT *client, struct booting *out)
{
	read_own(device, client, out);
	out->boot = NULL;
	out->once = false;
	if (device->once != ONCE_ALWAYS && read_once(device, client, out))
		return true;
	if (fits(out, client))
		return true;
	out->file = out->url = NULL;
	out->boot = boots_find(&settings->known, client);
	return out->boot != NULL;
}

/* ---- when the file is named --------------------------------------------------------------------
 */

#define IS_UEFI(code, constant, name, other, kind) | (uint64_t)((kind) == UEFI) << (code)
enum { HTTP, UEFI, OTHER };
static const uint64_t uefi_archs = 0 PXE_ARCHS(IS_UEFI);

/* UEFI's PXE is sent to port 4011, where it is told the file. */
static bool is_redirected(const PXE_BOOT_CLIENT *client)
{
	return client->uArch < 64 && (uefi_archs >> client->uArch & 1) != 0;
}

bool given_names(const PXE_BOOT_CLIENT *client)
{
	if (client->uClass == PXE_BOOT_CLASS_HTTP || client->bIpxe)
		return true;
	if (client->uExchange == PXE_BOOT_EXCHANGE_DISCOVER)
		return !is_redirected(client);
	return client->uExchange != PXE_BOOT_EXCHANGE_SOLICIT ||
	       client->uClass != PXE_BOOT_CLASS_PXE;
}

/* ---- parts of an answer ------------------------------------------------------------------------
 */

/* Of no original any more: the kit keeps nothing of it. */
static void set_apart(struct given *given)
{
	given->answer.uFlags &= ~(ULONG)PXE_BOOT_ANSWER_STATIC;
	given->answer.pOriginal = NULL;
	given->answer.ullOutcome = 0;
}

static void put_address(const char *text, size_t len, PXE_BOOT_SERVER *out)
{
	bool six = memchr(text, ':', len) != NULL;
	PXE_BOOT_IP *ip = six ? &out->V6 : &out->V4;
	char one[INET6_ADDRSTRLEN];

	if (len >= sizeof one)
		return;
	memcpy(one, text, len);
	one[len] = '\0';
	if (inet_pton(six ? AF_INET6 : AF_INET, one, ip->bAddress) == 1)
		ip->uAddrLen = six ? 16 : 4;
}

/* As field_check() let it pass. */
static void put_server(const char *text, PXE_BOOT_SERVER *out)
{
	memset(out, 0, sizeof *out);
	out->cbSize = sizeof *out;
	out->bAutomatic = strcmp(text, "auto") == 0;
	while (!out->bAutomatic && *(text += strspn(text, " |"))) {
		size_t len = strcspn(text, " |");

		put_address(text, len, out);
		text += len;
	}
}

static bool is_called(const char *path, const char *name)
{
	size_t len = strlen(path), tail = strlen(name);

	return len >= tail && strcasecmp(path + len - tail, name) == 0 &&
	       (len == tail || strchr("/\\", path[len - tail - 1]));
}

/* These ask by option 250 what else there is. */
static bool is_microsofts(const char *file)
{
	return file && (is_called(file, "wdsnbp.com") || is_called(file, "wdsmgfw.efi"));
}

static bool knows_menus(const PXE_BOOT_CLIENT *client)
{
	return client->uFamily == 4 && client->uClass == PXE_BOOT_CLASS_PXE && !client->bIpxe;
}

/* A menu that asks: the network, or the disk, whichever it is unless somebody presses a key. */
static void put_menu(const struct settings *settings, uint8_t prompt, struct given *given)
{
	PXE_BOOT_MENU_ITEM network = { .pszText = "Boot from the network",
				       .pszFile = given->answer.pszFile,
				       .pServer = NULL,
				       .uType = 0x8000 };
	PXE_BOOT_MENU_ITEM disk = { .pszText = "Boot from the disk" };
	bool in = prompt == PROMPT_OPT_IN;

	given->items[0] = in ? disk : network;
	given->items[1] = in ? network : disk;
	given->menu = (PXE_BOOT_MENU){ .cbSize = sizeof given->menu,
				       .uTimeout = settings->prompt_timeout_s,
				       .pszPrompt = in ? "Press F8 to boot from the network"
						       : "Press F8 to choose",
				       .nItems = 2,
				       .pItems = given->items };
	given->answer.pMenu = &given->menu;
	set_apart(given);
}

/* By what is there: Windows' program asks itself; firmware has a menu; or there is no prompt. */
static void put_prompt(const struct settings *settings, uint8_t prompt,
		       const PXE_BOOT_CLIENT *client, struct given *given)
{
	given->says_no_prompt = false;
	if (prompt == PROMPT_UNSAID || is_microsofts(given->answer.pszFile) ||
	    prompt == PROMPT_NONE)
		return;
	if (knows_menus(client) && given->answer.pszFile)
		put_menu(settings, prompt, given);
	else
		given->says_no_prompt = true;
}

static uint8_t original_of(uint8_t prompt, const char *file)
{
	return prompt != PROMPT_UNSAID && is_microsofts(file) ? prompt : PROMPT_UNSAID;
}

static void begin(const struct settings *settings, uint8_t prompt, const char *file,
		  const char *url, struct given *out)
{
	const PXE_BOOT_ANSWER *original = &settings->originals[original_of(prompt, file)];

	out->answer = *original;
	out->answer.pszFile = file;
	out->answer.pszUrl = url;
	out->answer.pServer = settings->server;
}

static void put_boot(const struct settings *settings, const struct boot *boot, struct given *out)
{
	out->answer.ullOutcome = boot->outcome;
	out->answer.pszReasonFile = settings->file[0] ? settings->file : NULL;
	out->answer.uReasonLine = boot->line;
	if (boot->server)
		out->answer.pServer = boot->server;
	if ((boot->file && strstr(boot->file, "${")) || (boot->url && strstr(boot->url, "${")))
		out->answer.uFlags |= PXE_BOOT_ANSWER_VARIABLES;
	if (!boot->bcd)
		return;
	out->answer.pszBcd = boot->bcd;
	out->answer.uFlags |= PXE_BOOT_ANSWER_VARIABLES;
	set_apart(out);
}

/* ---- Windows' data -----------------------------------------------------------------------------
 */

static void add(HANDLE builder, ULONG option, const void *value, size_t len)
{
	(void)WdsBpAddOption(builder, option, (ULONG)len, (PVOID)(uintptr_t)value);
}

static PXE_BOOT_OCTETS take(HANDLE builder, BYTE *out, ULONG size)
{
	PXE_BOOT_OCTETS octets = { out, 0 };
	ULONG len = 0;

	if (WdsBpGetOptionBuffer(builder, size, out, &len) == ERROR_SUCCESS)
		octets.cbData = len;
	WdsBpCloseHandle(builder);
	return octets;
}

/* Both builders, or none. */
static bool builders_open(HANDLE *four, HANDLE *six)
{
	if (WdsBpInitialize(WDSBP_PK_TYPE_WDSNBP, four) != ERROR_SUCCESS)
		return false;
	if (WdsBpInitialize(WDSBP_PK_TYPE_DHCPV6, six) == ERROR_SUCCESS)
		return true;
	WdsBpCloseHandle(*four);
	return false;
}

static void builders_take(HANDLE four, HANDLE six, struct given *given)
{
	given->answer.WdsNbp = take(four, given->windows.four, sizeof given->windows.four);
	given->answer.WdsNbp6 = take(six, given->windows.six, sizeof given->windows.six);
	set_apart(given);
}

static void put_referral(const char *text, struct given *given)
{
	BYTE action = WDSBP_OPTVAL_ACTION_REFERRAL;
	PXE_BOOT_SERVER server;
	HANDLE four, six;

	put_server(text, &server);
	if (!builders_open(&four, &six))
		return;
	if (server.V4.uAddrLen > 0) {
		add(four, WDSBP_OPT_NEXT_ACTION, &action, sizeof action);
		add(four, WDSBP_OPT_REFERRAL_SERVER, server.V4.bAddress, 4);
	}
	if (server.V6.uAddrLen > 0) {
		add(six, WDSBP_OPTV6_NEXT_ACTION, &action, sizeof action);
		add(six, WDSBP_OPTV6_REFERRAL_SERVER, server.V6.bAddress, 16);
	}
	builders_take(four, six, given);
}

static void put_approval(const struct settings *settings, uint32_t number, struct given *given)
{
	BYTE action = WDSBP_OPTVAL_ACTION_APPROVAL;
	USHORT interval = (USHORT)settings->poll_interval_s, count = (USHORT)settings->poll_count;
	ULONG id = number;
	HANDLE four, six;

	if (!builders_open(&four, &six))
		return;
	add(four, WDSBP_OPT_NEXT_ACTION, &action, sizeof action);
	add(four, WDSBP_OPT_POLL_INTERVAL, &interval, sizeof interval);
	add(four, WDSBP_OPT_POLL_RETRY_COUNT, &count, sizeof count);
	add(four, WDSBP_OPT_REQUEST_ID, &id, sizeof id);
	add(six, WDSBP_OPTV6_NEXT_ACTION, &action, sizeof action);
	add(six, WDSBP_OPTV6_POLL_INTERVAL, &interval, sizeof interval);
	add(six, WDSBP_OPTV6_POLL_RETRY_COUNT, &count, sizeof count);
	add(six, WDSBP_OPTV6_REQUEST_ID, &id, sizeof id);
	if (settings->message) {
		add(four, WDSBP_OPT_MESSAGE, settings->message, strlen(settings->message));
		add(six, WDSBP_OPTV6_MESSAGE, settings->message, strlen(settings->message));
	}
	builders_take(four, six, given);
}

/* ---- whole answers -----------------------------------------------------------------------------
 */

/* Where the device is told, for the log. */
static void put_place(const struct device *device, const char *csv, const char *state,
		      struct given *out)
{
	out->answer.pszReasonFile = device->line ? csv : state;
	out->answer.uReasonLine = device->line;
}

/* The device's own, of which the kit keeps what it prepares by a number. */
static void put_own(const struct device *device, const struct booting *booting,
		    const PXE_BOOT_CLIENT *client, struct given *out)
{
	uint64_t outcome = device->outcome;

	if (device->by_arch)
		outcome = (outcome ^ arch_of(client)) * UINT64_C(0x9e3779b97f4a7c15);
	out->answer.ullOutcome = outcome | UINT64_C(1) << 63;
	if (device->varies)
		out->answer.uFlags |= PXE_BOOT_ANSWER_VARIABLES;
	if (!booting->server)
		return;
	put_server(booting->server, &out->server);
	out->answer.pServer = &out->server;
}

/* How the offer looks is the kit's to choose, but that it must be known whether it names the file.
 */
static void put_once(const PXE_BOOT_CLIENT *client, struct given *out)
{
	out->answer.uShape = is_redirected(client) && !client->bIpxe ? PXE_BOOT_SHAPE_REDIRECT
								     : PXE_BOOT_SHAPE_DIRECT;
	set_apart(out);
}

static void put_windows(const struct device *device, struct given *out)
{
	const char *bcd = device_text(device, FIELD_BCD, ARCH_ANY),
		   *referral = device_text(device, FIELD_REFERRAL, ARCH_ANY);

	if (bcd) {
		out->answer.pszBcd = bcd;
		if (device->varies)
			out->answer.uFlags |= PXE_BOOT_ANSWER_VARIABLES;
		set_apart(out);
	}
	if (referral)
		put_referral(referral, out);
}

static uint8_t prompt_of(const struct settings *settings, const struct device *device)
{
	if (device->once != ONCE_ALWAYS)
		return PROMPT_NONE; /* nobody need be there */
	return device->prompt != PROMPT_UNSAID ? device->prompt : settings->prompt;
}

void given_device(const struct settings *settings, const struct device *device,
		  const struct booting *booting, const char *csv, const PXE_BOOT_CLIENT *client,
		  struct given *out)
{
	const struct boot *boot = booting->boot;
	uint8_t prompt = prompt_of(settings, device);

	begin(settings, prompt, boot ? boot->file : booting->file, boot ? boot->url : booting->url,
	      out);
	if (boot)
		put_boot(settings, boot, out);
	put_place(device, csv, settings->state_path, out);
	if (!boot || booting->server)
		put_own(device, booting, client, out);
	if (booting->once || (boot && booting->server))
		set_apart(out);
	if (device->once != ONCE_ALWAYS)
		put_once(client, out);
	put_prompt(settings, prompt, client, out);
	if (device->is_rich)
		put_windows(device, out);
	out->answer.pszName = device_quick(device, FIELD_NAME);
	out->answer.pszGroup = device_quick(device, FIELD_GROUP);
}

void given_unknown(const struct settings *settings, const PXE_BOOT_CLIENT *client,
		   struct given *out)
{
	const struct boot *boot = boots_find(&settings->unknown, client);

	begin(settings, settings->unknown_prompt, boot->file, boot->url, out);
	put_boot(settings, boot, out);
	put_prompt(settings, settings->unknown_prompt, client, out);
}

/* ${number} is none of the kit's variables. */
static const char *numbered(const char *text, uint32_t number, char *out, size_t size)
{
	static const char variable[] = "${number}";
	const char *at = text ? strstr(text, variable) : NULL;

	if (!at)
		return text;
	snprintf(out, size, "%.*s%u%s", (int)(at - text), text, (unsigned)number,
		 at + sizeof variable - 1);
	return out;
}

bool given_pending(const struct settings *settings, const PXE_BOOT_CLIENT *client, uint32_t number,
		   struct given *out)
{
	const struct boot *boot = boots_find(&settings->pending, client);

	if (!boot)
		return false;
	begin(settings, PROMPT_UNSAID, numbered(boot->file, number, out->file, sizeof out->file),
	      numbered(boot->url, number, out->url, sizeof out->url), out);
	put_boot(settings, boot, out);
	out->says_no_prompt = false;
	set_apart(out);
	if (is_microsofts(boot->file))
		put_approval(settings, number, out);
	return true;
}
