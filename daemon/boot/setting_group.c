/* Settings in groups, and in lists of groups. */
#include <stdio.h>

#include "boot/setting.h"

/* The key of a group of the list, or (the first) of the one group that stands in its place. A list
 * has its members by number, and those that are no groups as values. */
static LSTATUS group_open(HKEY list, ULONG index, HKEY *out)
{
	char number[16], first[SETTING_NAME_SIZE];
	DWORD len = SETTING_NAME_SIZE;
	LSTATUS status;

	snprintf(number, sizeof number, "%u", (unsigned)index);
	if (RegQueryValueExA(list, number, NULL, NULL, NULL, NULL) == ERROR_SUCCESS)
		return ERROR_INVALID_DATA;
	status = RegOpenKeyExA(list, number, 0, KEY_READ, out);
	if (status != ERROR_FILE_NOT_FOUND || index > 0)
		return status;
	status = RegEnumValueA(list, 0, first, &len, NULL, NULL, NULL, NULL);
	if (status == ERROR_NO_MORE_ITEMS) {
		len = SETTING_NAME_SIZE;
		status = RegEnumKeyExA(list, 0, first, &len, NULL, NULL, NULL, NULL);
	}
	if (status == ERROR_NO_MORE_ITEMS)
		return ERROR_FILE_NOT_FOUND;
	return RegOpenKeyExA(list, NULL, 0, KEY_READ, out);
}

/* The key that has the name. False: it is absent, or told. */
static bool groups_open(PXE_BOOT_SETTINGS *settings, const char *name, HKEY *out)
{
	LSTATUS status = RegOpenKeyExA(settings->key, name, 0, KEY_READ, out);

	if (status == ERROR_SUCCESS)
		return true;
	if (status != ERROR_FILE_NOT_FOUND)
		setting_tell_failed(settings, name, status);
	else if (RegQueryValueExA(settings->key, name, NULL, NULL, NULL, NULL) == ERROR_SUCCESS)
		setting_tell(settings, ERROR_INVALID_DATA, name,
			     "must be a list of groups: ( { ... }, { ... } ) [W0114]");
	return false;
}

static PXE_BOOT_SETTINGS *group_of(PXE_BOOT_SETTINGS *whole, const char *name, HKEY key)
{
	PXE_BOOT_SETTINGS *group = PxeBootSettings(whole->boot, key);

	if (!group) {
		setting_tell_no_memory(whole, name);
		RegCloseKey(key);
		return NULL;
	}
	group->whole = whole;
	return group;
}

PXE_BOOT_SETTINGS *PXEAPI PxeBootSettingGroup(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName,
					      ULONG uIndex)
{
	LSTATUS status;
	HKEY list, key;

	if (!pSettings || !pszName || (uIndex == 0 && !setting_note_asked(pSettings, pszName)) ||
	    !groups_open(pSettings, pszName, &list))
		return NULL;
	status = group_open(list, uIndex, &key);
	RegCloseKey(list);
	if (status == ERROR_SUCCESS)
		return group_of(pSettings, pszName, key);
	if (status == ERROR_INVALID_DATA)
		setting_tell(pSettings, ERROR_INVALID_DATA, pszName,
			     "must be a list of groups: ( { ... }, { ... } ) [W0114]");
	else if (status != ERROR_FILE_NOT_FOUND)
		setting_tell_failed(pSettings, pszName, status);
	return NULL;
}
