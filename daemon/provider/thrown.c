#include "provider/thrown.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* The beginning of std::type_info, which the C++ ABI for Itanium lays down. */
struct type_info {
	const void *methods;
	const char *name;
};

typedef const struct type_info *(*current_type_fn)(void);

static _Atomic(current_type_fn) current_type;

/* It stays: who asks cannot know whether it still is there. */
void thrown_ready(void)
{
	void *library;

	if (atomic_load(&current_type))
		return;
	library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD);
	if (library)
		atomic_store(&current_type,
			     (current_type_fn)dlsym(library, "__cxa_current_exception_type"));
}

/* One name of a mangled one: its length, and itself. NULL: something else stands there. */
static const char *name_next(const char **mangled, size_t *len)
{
	const char *at = *mangled;

	for (*len = 0; *at >= '0' && *at <= '9'; at++)
		*len = *len * 10 + (size_t)(*at - '0');
	if (*len == 0 || strnlen(at, *len) < *len)
		return NULL;
	*mangled = at + *len;
	return at;
}

/* "St13runtime_error", "N3lab5ErrorE", "5Error". False: a template, or what else needs more. */
static bool demangle(const char *mangled, char out[static THROWN_NAME_MAX])
{
	bool nested = *mangled == 'N';
	size_t used = 0, len;
	const char *name;

	mangled += nested;
	if (strncmp(mangled, "St", 2) == 0) {
		memcpy(out, "std::", 5);
		used = 5;
		mangled += 2;
	}
	while ((name = name_next(&mangled, &len)) && used + len + 3 <= THROWN_NAME_MAX) {
		memcpy(out + used, name, len);
		memcpy(out + used + len, "::", 2);
		used += len + 2;
	}
	if (used < 3 || out[used - 1] != ':' || strcmp(mangled, nested ? "E" : "") != 0)
		return false;
	out[used - 2] = '\0';
	return true;
}

bool thrown_type(char out[static THROWN_NAME_MAX])
{
	current_type_fn current = atomic_load(&current_type);
	const struct type_info *type = current ? current() : NULL;
	const char *name = type ? type->name + (type->name[0] == '*') : NULL;

	if (name && !demangle(name, out))
		strncpy(out, name, THROWN_NAME_MAX - 1)[THROWN_NAME_MAX - 1] = '\0';
	return name != NULL;
}
