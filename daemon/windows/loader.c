/* LoadLibrary, GetProcAddress: shared objects that a source loads itself, and those that stand for
 * what is always there on Windows.
 *
 * The loader is called with no lock of ours held: constructors may load something, too.
 */
#include "windows/loader.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <wdspxe.h>
#include <windows/crt.h>
#include <windows/handleapi.h>
#include <windows/libloaderapi.h>

#include "windows/handle.h"
#include "windows/module_hold.h"
#include "windows/path.h"

/* The handle of DllMain is the API's. */
#undef GetModuleFileNameA

struct module {
	struct object object;
	void *image; /* of dlopen() */
	HANDLE handle;
	unsigned loaded; /* so often; 0: it is always there */
	char *name;      /* without folder and .dll, .so */
	struct module *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct module *modules;

static void module_destroy(struct object *object)
{
	free(((struct module *)object)->name);
	free(object);
}

static const struct object_type module_type = { .destroy = module_destroy };

/* ---- names ---- */

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Without .dll or .so. */
static char *name_of(const char *path)
{
	char *name = strdup(base_of(path)), *dot = name ? strrchr(name, '.') : NULL;

	if (dot && (strcasecmp(dot, ".dll") == 0 || strcmp(dot, ".so") == 0))
		*dot = '\0';
	return name;
}

static bool in_system32(const char *path)
{
	static const char folder[] = "/system32/";
	size_t before = (size_t)(base_of(path) - path);

	return before == 0 ||
	       (before >= sizeof(folder) - 1 &&
		strncasecmp(path + before - (sizeof(folder) - 1), folder, sizeof(folder) - 1) == 0);
}

/* What is always there: held, or NULL. */
static void *system_image(const char *path, const char *name)
{
	static const struct {
		const char *name;
		void (*in)(void);
	} images[] = {
		{ "wdspxe", (void (*)(void))PxeSendReply },
		{ "wdsbp", (void (*)(void))PxeSendReply },
		{ "kernel32", (void (*)(void))FreeLibrary },
		{ "kernelbase", (void (*)(void))FreeLibrary },
		{ "ntdll", (void (*)(void))FreeLibrary },
		{ "advapi32", (void (*)(void))FreeLibrary },
		{ "msvcrt", (void (*)(void))FreeLibrary },
		{ "ucrtbase", (void (*)(void))FreeLibrary },
	};

	for (size_t i = 0; in_system32(path) && i < sizeof(images) / sizeof(images[0]); i++)
		if (strcasecmp(images[i].name, name) == 0)
			return module_hold(images[i].in);
	return NULL;
}

/* ---- the list ---- */

/* With the lock. */
static struct module *by_image(const void *image)
{
	struct module *module = modules;

	while (module && module->image != image)
		module = module->next;
	return module;
}

static struct module *by_name(const char *name)
{
	struct module *module = modules;

	while (module && strcasecmp(module->name, name) != 0)
		module = module->next;
	return module;
}

static struct module *by_handle(HANDLE handle)
{
	struct module *module = modules;

	while (module && module->handle != handle)
		module = module->next;
	return module;
}

/* With the lock. NULL: no memory. */
static struct module *module_new(void *image, const char *name, bool always)
{
	struct module *module = calloc(1, sizeof(*module));

	if (!module)
		return NULL;
	object_init(&module->object, &module_type);
	module->name = strdup(name);
	module->image = image;
	module->loaded = always ? 0 : 1;
	pthread_mutex_lock(&object_lock);
	module->handle = module->name ? handle_new(&module->object) : NULL;
	pthread_mutex_unlock(&object_lock);
	if (!module->handle) {
		handle_put(&module->object);
		return NULL;
	}
	module->next = modules;
	modules = module;
	return module;
}

/* The image, whose reference is taken over, in the list. */
static HMODULE enter(void *image, const char *name, bool always)
{
	struct module *module;
	HANDLE handle;
	bool known;

	pthread_mutex_lock(&lock);
	module = by_image(image);
	known = module != NULL;
	if (!known)
		module = module_new(image, name, always);
	else if (module->loaded > 0)
		module->loaded++;
	handle = module ? module->handle : NULL;
	pthread_mutex_unlock(&lock);
	if (known || !module)
		module_release(image);
	if (!module)
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
	return (HMODULE)handle;
}

/* ---- loading ---- */

/* With .so in place of .dll, or behind a name that has neither. */
static void as_so(const char *path, char out[PATH_MAX])
{
	size_t len = strlen(path);
	const char *dot = strrchr(base_of(path), '.');

	if (dot && strcasecmp(dot, ".dll") == 0)
		len = (size_t)(dot - path);
	snprintf(out, PATH_MAX, "%.*s.so", (int)len, path);
}

static void *open_either(const char *path, DWORD *error)
{
	char so[PATH_MAX];
	void *image = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!image) {
		as_so(path, so);
		image = dlopen(so, RTLD_NOW | RTLD_LOCAL);
		if (!image && (access(path, F_OK) == 0 || access(so, F_OK) == 0))
			*error = ERROR_BAD_EXE_FORMAT;
	}
	return image;
}

/* What is named: as it is, or beside the caller and then where the loader looks. */
static void *image_open(const void *text, bool wide, const void *caller, const char *path,
			DWORD *error)
{
	char beside[PATH_MAX];
	void *image = NULL;

	*error = ERROR_MOD_NOT_FOUND;
	if (!strchr(path, '/') && path_read_beside(text, wide, caller, beside) == ERROR_SUCCESS)
		image = open_either(beside, error);
	if (!image && *error == ERROR_MOD_NOT_FOUND)
		image = open_either(path, error);
	return image;
}

static HMODULE load(const void *text, bool wide, const void *caller)
{
	char path[PATH_MAX], *name;
	DWORD error = text ? path_read(text, wide, path) : ERROR_INVALID_PARAMETER;
	HMODULE module = NULL;
	void *image;
	bool always;

	if (error != ERROR_SUCCESS) {
		SetLastError(text ? ERROR_MOD_NOT_FOUND : error);
		return NULL;
	}
	name = name_of(path);
	image = name ? system_image(path, name) : NULL;
	always = image != NULL;
	if (name && !image)
		image = image_open(text, wide, caller, path, &error);
	if (image)
		module = enter(image, name, always);
	else
		SetLastError(name ? error : ERROR_NOT_ENOUGH_MEMORY);
	free(name);
	return module;
}

HMODULE LoadLibraryW(LPCWSTR lpLibFileName)
{
	return load(lpLibFileName, true, __builtin_return_address(0));
}

HMODULE LoadLibraryA(LPCSTR lpLibFileName)
{
	return load(lpLibFileName, false, __builtin_return_address(0));
}

static bool no_data_file(DWORD flags)
{
	if (!(flags & LOAD_LIBRARY_AS_DATAFILE))
		return true;
	SetLastError(ERROR_NOT_SUPPORTED);
	return false;
}

HMODULE LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD dwFlags)
{
	(void)hFile;
	return no_data_file(dwFlags) ? load(lpLibFileName, true, __builtin_return_address(0))
				     : NULL;
}

HMODULE LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags)
{
	(void)hFile;
	return no_data_file(dwFlags) ? load(lpLibFileName, false, __builtin_return_address(0))
				     : NULL;
}

/* With the lock: one less; the module if it is out of the list now. */
static struct module *unload(struct module *module)
{
	struct module **at = &modules;

	if (module->loaded == 0 || --module->loaded > 0)
		return NULL;
	while (*at != module)
		at = &(*at)->next;
	*at = module->next;
	return module;
}

BOOL FreeLibrary(HMODULE hLibModule)
{
	struct module *module, *dead = NULL;
	void *image;

	pthread_mutex_lock(&lock);
	module = by_handle(hLibModule);
	if (module)
		dead = unload(module);
	pthread_mutex_unlock(&lock);
	if (!module)
		SetLastError(ERROR_MOD_NOT_FOUND);
	if (dead) {
		image = dead->image;
		CloseHandle(dead->handle);
		handle_put(&dead->object);
		module_release(image);
	}
	return module != NULL;
}

/* ---- what is loaded ---- */

static HMODULE module_handle(const void *text, bool wide)
{
	char path[PATH_MAX], *name;
	struct module *module;
	HANDLE handle = NULL;
	void *image;

	if (!text) /* the program */
		return enter(dlopen(NULL, RTLD_LAZY), "", true);
	if (path_read(text, wide, path) != ERROR_SUCCESS || !(name = name_of(path))) {
		SetLastError(ERROR_MOD_NOT_FOUND);
		return NULL;
	}
	image = system_image(path, name);
	if (image) {
		handle = enter(image, name, true);
	} else {
		pthread_mutex_lock(&lock);
		module = by_name(name);
		handle = module ? module->handle : NULL;
		pthread_mutex_unlock(&lock);
		if (!handle)
			SetLastError(ERROR_MOD_NOT_FOUND);
	}
	free(name);
	return (HMODULE)handle;
}

HMODULE GetModuleHandleW(LPCWSTR lpModuleName)
{
	return module_handle(lpModuleName, true);
}

HMODULE GetModuleHandleA(LPCSTR lpModuleName)
{
	return module_handle(lpModuleName, false);
}

bool loader_file(HMODULE handle, char path[PATH_MAX])
{
	struct module *module;
	struct link_map *map;
	bool found = false;

	pthread_mutex_lock(&lock);
	module = by_handle(handle);
	if (module && dlinfo(module->image, RTLD_DI_LINKMAP, &map) == 0) {
		found = true;
		if (!map->l_name[0])
			path[0] = '\0';
		else if (!realpath(map->l_name, path)) /* it has been removed since */
			snprintf(path, PATH_MAX, "%s", map->l_name);
	}
	pthread_mutex_unlock(&lock);
	return found;
}

/* ---- functions by their names ---- */

/* The image of the handle that a provider's DllMain was given: the one that asks. */
static void *image_of_caller(HMODULE handle, void *caller)
{
	char file[PATH_MAX];
	Dl_info info;

	if (GetModuleFileNameA(handle, file, sizeof(file)) == 0 || !handle ||
	    !dladdr(caller, &info) || strcmp(base_of(file), base_of(info.dli_fname)) != 0)
		return NULL;
	return module_hold((void (*)(void))caller);
}

/* What a name means after <windows.h>, it means here, too. */
static FARPROC windows_form(const char *name)
{
	static const struct {
		const char *name;
		FARPROC function;
	} forms[] = {
		{ "GetModuleFileNameW", (FARPROC)WindowsModuleFileNameW },
		{ "GetModuleFileNameA", (FARPROC)WindowsModuleFileNameA },
		{ "PxeProviderRegister", (FARPROC)WindowsProviderRegister },
		{ "PxeProviderEnumNext", (FARPROC)WindowsProviderEnumNext },
		{ "fopen", (FARPROC)_fopen_windows },
		{ "swprintf", (FARPROC)_swprintf_windows },
		{ "vswprintf", (FARPROC)_vswprintf_windows },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, name) == 0)
			return forms[i].function;
	return NULL;
}

static FARPROC function_find(void *image, bool always, const char *name)
{
	FARPROC found = NULL;

	if (!image || (uintptr_t)name <= 0xffff)
		return NULL;
	if (always)
		found = windows_form(name);
	if (!found)
		*(void **)&found = dlsym(image, name);
	return found;
}

FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName)
{
	void *image = NULL, *held = NULL;
	struct module *module;
	bool always = false;
	FARPROC found;

	pthread_mutex_lock(&lock);
	module = by_handle(hModule);
	if (module) {
		image = module->image;
		always = module->loaded == 0;
	}
	pthread_mutex_unlock(&lock);
	if (!image)
		image = held = image_of_caller(hModule, __builtin_return_address(0));
	found = function_find(image, always, lpProcName);
	module_release(held);
	if (!found)
		SetLastError(image ? ERROR_PROC_NOT_FOUND : ERROR_MOD_NOT_FOUND);
	return found;
}
