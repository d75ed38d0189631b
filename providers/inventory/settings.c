#include "settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wdsbp.h>

#include "id.h"
#include "pending_list.h"

enum { BOOTS_MAX = 64, SECONDS_MAX = 3600 };

/* What is being read, and whether anything was wrong that the kit does not know of. */
struct reading {
	HANDLE provider;
	HKEY key;
	PXE_BOOT_SETTINGS *kit;
	struct settings *out;
	bool wrong, no_memory;
	ULONGLONG outcomes;
};

/* "FILE:LINE: NAME: what"; `name` may be a path. */
__attribute__((format(printf, 3, 4))) static void wrong(struct reading *reading, const char *name,
							const char *format, ...)
{
	const char *label = strrchr(name, '\\');
	char file[4096], text[400];
	va_list arguments;
	DWORD line = 0;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	label = label ? label + 1 : name;
	reading->wrong = true;
	if (PxeKeyLocationA(reading->key, name, file, sizeof file, &line) == ERROR_SUCCESS)
		PxeTrace(reading->provider, PXE_TRACE_ERROR, L"%S:%u: %S: %S", file, (unsigned)line,
			 label, text);
	else
		PxeTrace(reading->provider, PXE_TRACE_ERROR, L"%S: %S", label, text);
}

/* ---- words -------------------------------------------------------------------------------------
 */

/* One of some words, by number; the first is the default. */
static unsigned word_of(struct reading *reading, const char *name, const char *const words[],
			const char *wanted)
{
	const char *text = PxeBootSettingString(reading->kit, name, words[0]);

	for (unsigned i = 0; text && words[i]; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	if (text)
		wrong(reading, name, "must be %s, not \"%.60s\" [W0117]", wanted, text);
	return 0;
}

static uint8_t prompt_of(struct reading *reading, const char *name)
{
	static const char *const words[] = { "as-it-is", "opt-in", "opt-out", "no-prompt", NULL };
	static const uint8_t prompts[] = { PROMPT_UNSAID, PROMPT_OPT_IN, PROMPT_OPT_OUT,
					   PROMPT_NONE };

	return prompts[word_of(reading, name, words,
			       "\"opt-in\", \"opt-out\", \"no-prompt\" or \"as-it-is\"")];
}

static void policy_read(struct reading *reading, struct policy *out)
{
	static const char *const answers[] = { "all", "known", "none", NULL };
	static const char *const unknowns[] = { "ignore", "pass", NULL };

	out->answer = word_of(reading, "answer", answers, "\"all\", \"known\" or \"none\"");
	out->passes = word_of(reading, "unknown", unknowns, "\"ignore\" or \"pass\"") == 1;
	out->pending = PxeBootSettingBool(reading->kit, "pending", FALSE);
	out->delay_s = PxeBootSettingNumber(reading->kit, "response-delay", 0, SECONDS_MAX, 0);
	out->window_s = PxeBootSettingNumber(reading->kit, "once-window", 10, SECONDS_MAX, 120);
}

/* Settings of which one has no meaning beside the other. */
static void policy_check(struct reading *reading)
{
	const struct settings *out = reading->out;
	const struct policy *policy = &out->policy;

	if (policy->passes && policy->answer != ANSWER_KNOWN)
		wrong(reading, "unknown",
		      "\"pass\" goes with answer = \"known\": with \"all\" unknown machines are "
		      "handed on anyway [W0150]");
	else if (policy->passes && policy->pending)
		wrong(reading, "unknown",
		      "a machine that waits for approval is not handed on: remove this, or pending "
		      "[W0150]");
	if (policy->pending && policy->answer == ANSWER_NONE)
		wrong(reading, "pending", "with answer = \"none\" nobody is answered [W0150]");
	if (out->pending.n > 0 && !policy->pending)
		wrong(reading, "pending-boot", "needs pending = true [W0150]");
	if (out->unknown.n > 0 && (policy->pending || policy->answer == ANSWER_KNOWN))
		wrong(reading, "unknown-boot",
		      "unknown machines are not answered: remove this, or %s [W0150]",
		      policy->pending ? "pending" : "answer = \"known\"");
}

/* ---- boot programs -----------------------------------------------------------------------------
 */

/* Where an entry is: NAME\NUMBER, or NAME where it stands alone. */
static void path_of(const struct reading *reading, const char *list, unsigned i, char out[128])
{
	char file[4096];
	DWORD line;

	snprintf(out, 128, "%s\\%u", list, i);
	if (PxeKeyLocationA(reading->key, out, file, sizeof file, &line) != ERROR_SUCCESS)
		snprintf(out, 128, "%s", list);
}

static void archs_read(struct reading *reading, PXE_BOOT_SETTINGS *group, const char *path,
		       struct boot *out)
{
	ULONG n = 0;
	const LPCSTR *names = PxeBootSettingStrings(group, "arch", &n);
	char name[160];

	snprintf(name, sizeof name, "%s\\arch", path);
	out->archs = n > 0 ? 0 : UINT64_MAX;
	for (ULONG i = 0; i < n; i++) {
		ULONG arch = PxeBootArchParse(names[i]);
		const char *meant = arch < 64 ? NULL : PxeBootArchMeant(names[i]);

		if (arch < 64)
			out->archs |= UINT64_C(1) << arch;
		else if (meant)
			wrong(reading, name,
			      "unknown architecture \"%.40s\": did you mean \"%s\"? [W0141]",
			      names[i], meant);
		else
			wrong(reading, name, "unknown architecture \"%.40s\" [W0141]", names[i]);
	}
}

/* Where none is written, "" stands for it: NULL is told as a mistake. */
static LPCSTR optional(PXE_BOOT_SETTINGS *group, const char *name)
{
	LPCSTR text = PxeBootSettingString(group, name, "");

	return text && *text ? text : NULL;
}

static void check_text(struct reading *reading, const char *path, enum field field,
		       const char *text)
{
	char name[160], why[WHY_SIZE];

	snprintf(name, sizeof name, "%s\\%s", path, field_word(field));
	if (text && !field_check((struct word){ (uint8_t)field, ARCH_ANY }, text, why))
		wrong(reading, name, "%s [W0119]", why);
}

static void boot_read(struct reading *reading, PXE_BOOT_SETTINGS *group, const char *list,
		      unsigned i, struct boot *out)
{
	char path[128], file[4096];
	DWORD line = 0;

	path_of(reading, list, i, path);
	archs_read(reading, group, path, out);
	out->file = optional(group, "file");
	out->url = optional(group, "url");
	out->bcd = optional(group, "bcd");
	out->server = PxeBootSettingServer(group, "server");
	if (PxeKeyLocationA(reading->key, path, file, sizeof file, &line) == ERROR_SUCCESS)
		out->line = line;
	check_text(reading, path, FIELD_FILE, out->file);
	check_text(reading, path, FIELD_URL, out->url);
	if (PxeBootSettingsDone(group) == ERROR_SUCCESS && !out->file && !out->url)
		wrong(reading, path, "needs a file or a url [W0118]");
}

static void boots_read(struct reading *reading, const char *list, struct boots *out)
{
	PXE_BOOT_SETTINGS *group;

	out->at = calloc(BOOTS_MAX, sizeof *out->at);
	reading->no_memory |= !out->at;
	while ((group = PxeBootSettingGroup(reading->kit, list, out->n)) != NULL) {
		if (!out->at || out->n == BOOTS_MAX) {
			PxeBootSettingsDone(group);
			wrong(reading, list, "has more than %d entries [W0125]", BOOTS_MAX);
			return;
		}
		out->at[out->n].outcome = ++reading->outcomes;
		boot_read(reading, group, list, out->n, &out->at[out->n]);
		out->n++;
	}
}

const struct boot *boots_find(const struct boots *boots, const PXE_BOOT_CLIENT *client)
{
	uint64_t bit = client->uArch < 64 ? UINT64_C(1) << client->uArch : 0;
	bool http = client->uClass == PXE_BOOT_CLASS_HTTP;

	for (unsigned i = 0; i < boots->n; i++) {
		const struct boot *boot = &boots->at[i];

		if ((boot->archs == UINT64_MAX || (boot->archs & bit) != 0) && (!http || boot->url))
			return boot;
	}
	return NULL;
}

/* ---- banned UUIDs ------------------------------------------------------------------------------
 */

/* On the wire a UUID is in one of two orders. */
static void banned_read(struct reading *reading)
{
	struct settings *out = reading->out;
	ULONG n = 0;
	const LPCSTR *texts = PxeBootSettingStrings(reading->kit, "banned-uuids", &n);
	struct id id;

	out->banned = calloc(2 * (size_t)n + 1, sizeof *out->banned);
	reading->no_memory |= !out->banned;
	for (ULONG i = 0; i < n && out->banned; i++) {
		char name[64];

		if (id_parse_kind(ID_UUID, texts[i], &id)) {
			memcpy(out->banned[out->n_banned++], id.at, 16);
			uuid_turn(id.at, out->banned[out->n_banned++]);
			continue;
		}
		snprintf(name, sizeof name, "banned-uuids\\%u", (unsigned)i);
		wrong(reading, name, "\"%.60s\" is not a UUID [W0143]", texts[i]);
	}
}

/* ---- prompts -----------------------------------------------------------------------------------
 */

/* One option of one octet. */
static PXE_BOOT_OCTETS encode(BYTE kind, ULONG option, BYTE value, BYTE out[16])
{
	PXE_BOOT_OCTETS octets = { out, 0 };
	HANDLE builder;
	ULONG len = 0;

	if (WdsBpInitialize(kind, &builder) != ERROR_SUCCESS)
		return octets;
	if (WdsBpAddOption(builder, option, sizeof value, &value) == ERROR_SUCCESS &&
	    WdsBpGetOptionBuffer(builder, 16, out, &len) == ERROR_SUCCESS)
		octets.cbData = len;
	WdsBpCloseHandle(builder);
	return octets;
}

static void originals_make(struct settings *out)
{
	static const BYTE values[PROMPTS] = {
		[PROMPT_OPT_IN] = WDSBP_OPTVAL_PXE_PROMPT_OPTIN,
		[PROMPT_OPT_OUT] = WDSBP_OPTVAL_PXE_PROMPT_OPTOUT,
		[PROMPT_NONE] = WDSBP_OPTVAL_PXE_PROMPT_NOPROMPT,
	};

	for (unsigned i = 0; i < PROMPTS; i++) {
		PXE_BOOT_ANSWER *answer = &out->originals[i];

		answer->cbSize = sizeof *answer;
		answer->uFlags = PXE_BOOT_ANSWER_STATIC;
		answer->pOriginal = answer;
		if (!values[i])
			continue;
		answer->WdsNbp = encode(WDSBP_PK_TYPE_WDSNBP, WDSBP_OPT_PXE_CLIENT_PROMPT,
					values[i], out->prompts[i].four);
		answer->WdsNbp6 = encode(WDSBP_PK_TYPE_DHCPV6, WDSBP_OPTV6_PXE_CLIENT_PROMPT,
					 values[i], out->prompts[i].six);
	}
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static void paths_read(struct reading *reading)
{
	struct settings *out = reading->out;
	LPCSTR devices = PxeBootSettingString(reading->kit, "devices", ""),
	       folder = PxeBootSettingString(reading->kit, "state-dir", "/var/lib/wdspxed");

	out->devices_asked = devices && *devices;
	out->devices = out->devices_asked ? devices : "/etc/wdspxed/devices.csv";
	if (folder && *folder != '/')
		wrong(reading, "state-dir", "\"%.60s\" is no absolute path [W0119]", folder);
	else if (folder && strlen(folder) > 3000)
		wrong(reading, "state-dir", "is too long [W0125]");
	else if (folder) {
		snprintf(out->state_path, sizeof out->state_path, "%s/devices", folder);
		snprintf(out->pending_path, sizeof out->pending_path, "%s/pending", folder);
	}
}

/* Microsoft's boot programs know ASCII only. */
static void message_read(struct reading *reading)
{
	struct settings *out = reading->out;

	out->message = optional(reading->kit, "pending-message");
	for (const char *at = out->message; at && *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at >= 0x7f) {
			wrong(reading, "pending-message",
			      "is shown by a boot program that knows ASCII only [W0180]");
			return;
		}
	if (out->message && strlen(out->message) > 200)
		wrong(reading, "pending-message", "is longer than 200 characters [W0180]");
}

static void all_read(struct reading *reading)
{
	struct settings *out = reading->out;

	paths_read(reading);
	policy_read(reading, &out->policy);
	out->server = PxeBootSettingServer(reading->kit, "server");
	boots_read(reading, "known-boot", &out->known);
	boots_read(reading, "unknown-boot", &out->unknown);
	boots_read(reading, "pending-boot", &out->pending);
	out->prompt = prompt_of(reading, "prompt");
	out->unknown_prompt = prompt_of(reading, "unknown-prompt");
	out->prompt_timeout_s = PxeBootSettingNumber(reading->kit, "prompt-timeout", 1, 254, 10);
	message_read(reading);
	out->poll_interval_s =
		PxeBootSettingNumber(reading->kit, "pending-poll", 1, UINT16_MAX, 10);
	out->poll_count = PxeBootSettingNumber(reading->kit, "pending-polls", 1, UINT16_MAX, 2160);
	out->pending_most =
		PxeBootSettingNumber(reading->kit, "pending-limit", 4, PENDING_MOST, 1000);
	banned_read(reading);
	policy_check(reading);
}

DWORD settings_read(HANDLE provider, PXE_BOOT *boot, HKEY key, struct settings *out)
{
	struct reading reading = {
		provider, key, PxeBootSettings(boot, key), out, false, false, 0
	};
	DWORD line, status;

	*out = (struct settings){ .devices = NULL };
	if (PxeKeyLocationA(key, NULL, out->file, sizeof out->file, &line) != ERROR_SUCCESS)
		out->file[0] = '\0';
	all_read(&reading);
	originals_make(out);
	status = PxeBootSettingsDone(reading.kit);
	if (reading.no_memory)
		return ERROR_NOT_ENOUGH_MEMORY;
	return status == ERROR_SUCCESS && reading.wrong ? ERROR_INVALID_DATA : status;
}

void settings_done(struct settings *settings)
{
	free(settings->known.at);
	free(settings->unknown.at);
	free(settings->pending.at);
	free(settings->banned);
}
