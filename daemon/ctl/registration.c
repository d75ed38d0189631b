#include "ctl/registration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "ctl/ask.h"

static const char *meaning(DWORD code)
{
	switch (code) {
	case ERROR_ACCESS_DENIED:
		return "permission denied: only root may change the list of providers";
	case ERROR_ALREADY_EXISTS:
		return "there is a provider of this name already";
	case ERROR_NOT_FOUND:
		return "there is no provider of this name";
	case ERROR_INVALID_NAME:
		return "a name has 1 to 255 characters, no control characters, no / and no \\";
	case ERROR_BAD_PATHNAME:
		return "the module's path must be absolute";
	case ERROR_BAD_FORMAT:
		return "the list of providers on disk is broken; wdspxed -t says where";
	case ERROR_NOT_ENOUGH_MEMORY:
		return "no memory";
	default:
		return "it failed";
	}
}

static int report(DWORD code, const char *what, const char *name)
{
	if (code == ERROR_SUCCESS)
		return CTL_OK;
	fprintf(stderr, "wdspxectl: %s %s: %s (%u)\n", what, name, meaning(code), code);
	return CTL_FAILED;
}

static wchar_t *wide(const char *text)
{
	size_t len = mbstowcs(NULL, text, 0);
	wchar_t *out = len == (size_t)-1 ? NULL : calloc(len + 1, sizeof(*out));

	if (out)
		mbstowcs(out, text, len + 1);
	return out;
}

int registration_add(const char *name, const char *module, uint32_t index, bool critical)
{
	_cleanup_(freep) wchar_t *wide_name = wide(name), *wide_module = NULL;
	/* A link that was named stays named: where it leads may change. */
	_cleanup_(freep) char *whole = module[0] == '/' ? strdup(module) : realpath(module, NULL);

	if (!whole || access(whole, F_OK) < 0) {
		fprintf(stderr, "wdspxectl: module %s: %s\n", module, strerror(errno));
		return CTL_FAILED;
	}
	wide_module = wide(whole);
	if (!wide_name || !wide_module)
		return report(ERROR_INVALID_NAME, "register", name);
	return report(PxeProviderRegister(wide_name, wide_module, index, critical, NULL),
		      "register", name);
}

int registration_remove(const char *name)
{
	_cleanup_(freep) wchar_t *wide_name = wide(name);

	if (!wide_name)
		return report(ERROR_INVALID_NAME, "unregister", name);
	return report(PxeProviderUnRegister(wide_name), "unregister", name);
}
