/* Settings in one line each. Whatever is wrong is traced with its place, and the reading goes on,
 * so that an admin sees all mistakes at once. What the registry could not read is never taken for
 * what is not there. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "boot/keep.h"
#include "boot/setting.h"

enum { TEXT_SIZE = 512, PLACE_SIZE = 4096, TOLD_MAX = 50 };

/* A value as the registry has it. */
struct value {
	DWORD type, len;
	char *data; /* owned, with two NULs behind it; NULL: absent, or it was told why not */
};

PXE_BOOT_SETTINGS *PXEAPI PxeBootSettings(PXE_BOOT *pBoot, HKEY hKey)
{
	PXE_BOOT_SETTINGS *settings = pBoot ? calloc(1, sizeof *settings) : NULL;

	if (!settings)
		return NULL;
	settings->boot = pBoot;
	settings->key = hKey;
	settings->asked = calloc(1, sizeof *settings->asked);
	if (settings->asked)
		return settings;
	free(settings);
	return NULL;
}

/* ---- telling -----------------------------------------------------------------------------------
 */

void setting_tell(PXE_BOOT_SETTINGS *settings, DWORD status, const char *name, const char *format,
		  ...)
{
	const char *label = name ? name : "settings";
	char file[PLACE_SIZE], text[TEXT_SIZE];
	va_list arguments;
	DWORD line = 0;

	if (settings->status == ERROR_SUCCESS || settings->status == ERROR_INVALID_DATA)
		settings->status = status;
	if (settings->told++ >= TOLD_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (PxeKeyLocationA(settings->key, name, file, sizeof file, &line) != ERROR_SUCCESS)
		PxeTrace(settings->boot->provider, PXE_TRACE_ERROR, L"%S: %S", label, text);
	else
		PxeTrace(settings->boot->provider, PXE_TRACE_ERROR, L"%S:%u: %S: %S", file,
			 (unsigned)line, label, text);
}

static const char *failure_of(LSTATUS status)
{
	switch (status) {
	case ERROR_NOT_ENOUGH_MEMORY:
		return "out of memory, or too many open registry keys";
	case ERROR_ACCESS_DENIED:
		return "the key was opened without KEY_READ";
	case ERROR_KEY_DELETED:
		return "its file was changed while it was being read";
	case ERROR_INVALID_HANDLE:
		return "the key was closed";
	default:
		return "the registry failed";
	}
}

void setting_tell_failed(PXE_BOOT_SETTINGS *settings, const char *name, LSTATUS status)
{
	setting_tell(settings, (DWORD)status, name, "cannot be read: %s (error %d) [W0101]",
		     failure_of(status), status);
}

void setting_tell_no_memory(PXE_BOOT_SETTINGS *settings, const char *name)
{
	setting_tell(settings, ERROR_NOT_ENOUGH_MEMORY, name, "out of memory [W0101]");
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static void value_query(PXE_BOOT_SETTINGS *settings, const char *name, struct value *value)
{
	LSTATUS status =
		RegQueryValueExA(settings->key, name, NULL, &value->type, NULL, &value->len);

	if (status == ERROR_SUCCESS)
		value->data = calloc(1, (size_t)value->len + 2);
	if (value->data)
		status = RegQueryValueExA(settings->key, name, NULL, &value->type,
					  (LPBYTE)value->data, &value->len);
	else if (status == ERROR_SUCCESS)
		status = ERROR_NOT_ENOUGH_MEMORY;
	if (status == ERROR_SUCCESS)
		return;
	free(value->data);
	value->data = NULL;
	if (status != ERROR_FILE_NOT_FOUND)
		setting_tell_failed(settings, name, status);
}

/* Is there a group or a list of that name, where a value is wanted? */
static bool is_key(PXE_BOOT_SETTINGS *settings, const char *name)
{
	HKEY key;

	if (RegOpenKeyExA(settings->key, name, 0, KEY_READ, &key) != ERROR_SUCCESS)
		return false;
	RegCloseKey(key);
	return true;
}

bool setting_note_asked(PXE_BOOT_SETTINGS *settings, const char *name)
{
	char **asked = realloc(settings->asked, (settings->n_asked + 2) * sizeof *settings->asked);
	char *copy = asked ? strdup(name) : NULL;

	if (asked)
		settings->asked = asked;
	if (!copy) {
		setting_tell_no_memory(settings, name);
		return false;
	}
	asked[settings->n_asked++] = copy;
	asked[settings->n_asked] = NULL;
	return true;
}

/* The value of a name that is asked for from now on; data NULL: there is none. Where it is a group,
 * `wanted` says what was to stand there. */
static struct value value_read(PXE_BOOT_SETTINGS *settings, const char *name, const char *wanted)
{
	struct value value = { .data = NULL };
	unsigned told;

	if (!settings || !name || !setting_note_asked(settings, name))
		return value;
	told = settings->told;
	value_query(settings, name, &value);
	if (!value.data && settings->told == told && is_key(settings, name))
		setting_tell(settings, ERROR_INVALID_DATA, name, "must be %s [W0114]", wanted);
	return value;
}

/* A number where a string is to stand. One with a point has a string's type. */
static bool is_unquoted(const PXE_BOOT_SETTINGS *settings, const char *name,
			const struct value *value)
{
	return value->type == REG_DWORD || value->type == REG_QWORD ||
	       (value->type == REG_SZ && PxeKeyIsFloat(settings->key, name));
}

static void tell_type(PXE_BOOT_SETTINGS *settings, const char *name, const char *wanted,
		      bool unquoted)
{
	setting_tell(settings, ERROR_INVALID_DATA, name, "must be %s%s [W0114]", wanted,
		     unquoted ? ": write it in quotes" : "");
}

/* A string, or NULL: it is absent, or told. */
static char *value_of_string(PXE_BOOT_SETTINGS *settings, const char *name, const char *wanted)
{
	struct value value = value_read(settings, name, wanted);
	bool unquoted = value.data && is_unquoted(settings, name, &value);

	if (!value.data || (value.type == REG_SZ && !unquoted))
		return value.data;
	tell_type(settings, name, wanted, unquoted);
	free(value.data);
	return NULL;
}

static void *keep(PXE_BOOT_SETTINGS *settings, const char *name, void *memory)
{
	void *kept = kit_keep(settings->boot, memory);

	if (!kept)
		setting_tell_no_memory(settings, name);
	return kept;
}

LPCSTR PXEAPI PxeBootSettingString(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName, LPCSTR pszDefault)
{
	unsigned told = pSettings ? pSettings->told : 0;
	char *text = value_of_string(pSettings, pszName, "one string");

	if (!pSettings || pSettings->told != told) {
		free(text);
		return NULL;
	}
	if (text && *text)
		return keep(pSettings, pszName, text);
	if (text)
		setting_tell(pSettings, ERROR_INVALID_DATA, pszName, "must not be empty [W0119]");
	else if (!pszDefault)
		setting_tell(pSettings, ERROR_INVALID_DATA, pszName,
			     "is missing: it must be one string [W0118]");
	free(text);
	return pSettings->told == told ? pszDefault : NULL;
}

/* The number in a value of either width: whoever writes one above 2^31 is told to append L. */
static bool number_in(const struct value *value, uint64_t *out)
{
	uint32_t narrow;

	if (value->type == REG_QWORD && value->len == sizeof *out) {
		memcpy(out, value->data, sizeof *out);
		return true;
	}
	if (value->type != REG_DWORD || value->len != sizeof narrow)
		return false;
	memcpy(&narrow, value->data, sizeof narrow);
	*out = narrow;
	return true;
}

/* False: it is absent, or told. */
static bool number_of(PXE_BOOT_SETTINGS *settings, const char *name, const char *wanted,
		      uint64_t *out)
{
	struct value value = value_read(settings, name, wanted);
	bool is_number;

	if (!value.data)
		return false;
	is_number = number_in(&value, out);
	free(value.data);
	if (!is_number)
		setting_tell(settings, ERROR_INVALID_DATA, name, "must be %s [W0114]", wanted);
	return is_number;
}

ULONG PXEAPI PxeBootSettingNumber(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName, ULONG uLeast,
				  ULONG uMost, ULONG uDefault)
{
	uint64_t number;

	if (!number_of(pSettings, pszName, "one whole number", &number))
		return uDefault;
	if (number >= uLeast && number <= uMost)
		return (ULONG)number;
	setting_tell(pSettings, ERROR_INVALID_DATA, pszName,
		     "must be a number from %u to %u [W0115]", uLeast, uMost);
	return uDefault;
}

BOOL PXEAPI PxeBootSettingBool(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName, BOOL bDefault)
{
	uint64_t number;

	if (!number_of(pSettings, pszName, "true or false", &number))
		return bDefault;
	if (number <= 1)
		return number == 1;
	setting_tell(pSettings, ERROR_INVALID_DATA, pszName, "must be true or false [W0114]");
	return bDefault;
}

/* ---- lists -------------------------------------------------------------------------------------
 */

/* The texts in a value: pointers into its data, with a NULL behind them. NULL: no memory. A list
 * has one NUL more than texts. */
static LPCSTR *texts_of(const struct value *value, ULONG *n)
{
	const char *at = value->data, *end = at + value->len;
	LPCSTR *texts = calloc(value->len + (size_t)1, sizeof *texts);

	if (value->type == REG_MULTI_SZ)
		end--;
	*n = 0;
	for (; texts && at < end; at += strlen(at) + 1)
		texts[(*n)++] = at;
	return texts;
}

static bool has_empty(const LPCSTR *texts)
{
	while (*texts && **texts)
		texts++;
	return *texts != NULL;
}

const LPCSTR *PXEAPI PxeBootSettingStrings(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName,
					   PULONG pnStrings)
{
	static const LPCSTR none[] = { NULL };
	static const char wanted[] = "a string, or a list of strings: [ \"a\", \"b\" ]";
	struct value value = value_read(pSettings, pszName, wanted);
	bool unquoted = value.data && is_unquoted(pSettings, pszName, &value);
	LPCSTR *texts;
	ULONG n;

	if (pnStrings)
		*pnStrings = 0;
	if (!value.data)
		return none;
	if (unquoted || (value.type != REG_SZ && value.type != REG_MULTI_SZ)) {
		tell_type(pSettings, pszName, wanted, unquoted);
		free(value.data);
		return none;
	}
	if (!keep(pSettings, pszName, value.data))
		return none;
	texts = keep(pSettings, pszName, (void *)texts_of(&value, &n));
	if (!texts)
		return none;
	if (has_empty(texts)) {
		setting_tell(pSettings, ERROR_INVALID_DATA, pszName, "must not be empty [W0119]");
		return none;
	}
	if (pnStrings)
		*pnStrings = n;
	return texts;
}

const PXE_BOOT_SERVER *PXEAPI PxeBootSettingServer(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName)
{
	const LPCSTR *texts = PxeBootSettingStrings(pSettings, pszName, NULL);
	PXE_BOOT_SERVER *server;
	char why[TEXT_SIZE];

	if (!*texts)
		return NULL;
	server = keep(pSettings, pszName, calloc(1, sizeof *server));
	if (!server)
		return NULL;
	server->cbSize = sizeof *server;
	for (; *texts; texts++) {
		if (PxeBootServerAdd(server, *texts, why, sizeof why) == ERROR_SUCCESS)
			continue;
		setting_tell(pSettings, ERROR_INVALID_DATA, pszName, "%s [W0139]", why);
		return NULL;
	}
	return server;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

static void check_name(PXE_BOOT_SETTINGS *settings, const char *name)
{
	const char *meant;

	for (size_t i = 0; i < settings->n_asked; i++)
		if (strcasecmp(settings->asked[i], name) == 0)
			return;
	meant = PxeBootNearest(name, (const LPCSTR *)settings->asked);
	if (meant)
		setting_tell(settings, ERROR_INVALID_DATA, name,
			     "unknown setting: did you mean \"%s\"? [W0110]", meant);
	else
		setting_tell(settings, ERROR_INVALID_DATA, name, "unknown setting [W0110]");
}

static LSTATUS next_name(HKEY key, bool subkey, DWORD index, char name[SETTING_NAME_SIZE])
{
	DWORD len = SETTING_NAME_SIZE;

	return subkey ? RegEnumKeyExA(key, index, name, &len, NULL, NULL, NULL, NULL)
		      : RegEnumValueA(key, index, name, &len, NULL, NULL, NULL, NULL);
}

static void check_names(PXE_BOOT_SETTINGS *settings, bool subkeys)
{
	char name[SETTING_NAME_SIZE] =
		""; /* PxeTrace looks at the octets around a text, as valgrind sees */

	for (DWORD i = 0;; i++) {
		LSTATUS status = next_name(settings->key, subkeys, i, name);

		if (status == ERROR_NO_MORE_ITEMS)
			return;
		if (status == ERROR_MORE_DATA) {
			setting_tell(settings, ERROR_INVALID_DATA, NULL,
				     "a name has more than %d octets, and no setting's has so many "
				     "[W0125]",
				     SETTING_NAME_SIZE - 1);
		} else if (status != ERROR_SUCCESS) {
			setting_tell_failed(settings, NULL, status);
			return;
		} else {
			check_name(settings, name);
		}
	}
}

/* A group's mistakes are those of all. */
static void group_end(const PXE_BOOT_SETTINGS *group)
{
	PXE_BOOT_SETTINGS *whole = group->whole;

	RegCloseKey(group->key);
	if (group->status != ERROR_SUCCESS &&
	    (whole->status == ERROR_SUCCESS || whole->status == ERROR_INVALID_DATA))
		whole->status = group->status;
}

DWORD PXEAPI PxeBootSettingsDone(PXE_BOOT_SETTINGS *pSettings)
{
	DWORD status;

	if (!pSettings)
		return ERROR_NOT_ENOUGH_MEMORY;
	check_names(pSettings, false);
	check_names(pSettings, true);
	if (pSettings->told > TOLD_MAX)
		PxeTrace(pSettings->boot->provider, PXE_TRACE_ERROR, L"%u more mistakes",
			 pSettings->told - TOLD_MAX);
	status = pSettings->status;
	if (pSettings->whole)
		group_end(pSettings);
	for (size_t i = 0; i < pSettings->n_asked; i++)
		free(pSettings->asked[i]);
	free(pSettings->asked);
	free(pSettings);
	return status;
}
