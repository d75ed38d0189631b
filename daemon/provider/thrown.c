#include "provider/thrown.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The beginning of std::type_info, which the C++ ABI for Itanium lays down. */
struct type_info {
	const void *methods;
	const char *name;
};

typedef void (*terminate_fn)(void);

/* Of libstdc++: what it has for who catches nothing. */
static struct {
	terminate_fn (*set_terminate)(terminate_fn handler);
	const struct type_info *(*current_type)(void);
	char *(*demangle)(const char *mangled, char *out, size_t *len, int *status);
	terminate_fn before;
} cxx;

static char type_name[THROWN_NAME_MAX];
static atomic_int its_thread; /* 0: nobody has thrown */

/* "i" is int, "N3lab5ErrorE" lab::Error. */
static void name_copy(const char *mangled)
{
	char *plain = cxx.demangle(mangled, NULL, NULL, NULL);

	snprintf(type_name, sizeof(type_name), "%s", plain ? plain : mangled);
	free(plain);
}

/* std::terminate() comes here from a throw that nobody catches, in the thread that threw. It is no
 * signal handler: memory may be had, and locks. */
static void on_terminate(void)
{
	const struct type_info *type = cxx.current_type();
	int nobody = 0;

	if (type && atomic_compare_exchange_strong(&its_thread, &nobody, -1)) {
		name_copy(type->name + (type->name[0] == '*'));
		atomic_store(&its_thread, gettid());
	}
	cxx.before();
	abort();
}

/* The library stays: its pointers are for ever. */
void thrown_ready(void)
{
	void *library;

	if (cxx.before)
		return;
	library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD);
	if (!library)
		return;
	*(void **)&cxx.set_terminate = dlsym(library, "_ZSt13set_terminatePFvvE");
	*(void **)&cxx.current_type = dlsym(library, "__cxa_current_exception_type");
	*(void **)&cxx.demangle = dlsym(library, "__cxa_demangle");
	if (cxx.set_terminate && cxx.current_type && cxx.demangle)
		cxx.before = cxx.set_terminate(on_terminate);
}

const char *thrown_type(void)
{
	return atomic_load(&its_thread) == gettid() ? type_name : NULL;
}
