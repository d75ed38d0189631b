/* provider/image: where an address lies. D4: a crash in any thread names the module. */
#include <check.h>
#include <dlfcn.h>
#include <string.h>

#include <wdspxe.h>

#include "built.h"
#include "provider/image.h"
#include "suite.h"

static void *handle;
static uintptr_t inside;

static void load(void)
{
	SetLastError(0); /* so that the library which the module needs is there */
	handle = dlopen(built_module("tests/providers/dllmain.so"), RTLD_NOW | RTLD_LOCAL);
	ck_assert_ptr_nonnull(handle);
	inside = (uintptr_t)dlsym(handle, "PxeProviderInitialize");
}

static uintptr_t offset_of(uintptr_t address)
{
	Dl_info info;

	ck_assert(dladdr((const void *)address, &info));
	return address - (uintptr_t)info.dli_fbase;
}

START_TEST(a_noted_module_has_its_own_name_and_its_provider)
{
	struct image_place place;

	load();
	image_note(handle, "/the/original.so", "somebody");
	image_find(inside + 3, &place);
	ck_assert_str_eq(place.name, "original.so");
	ck_assert_str_eq(place.provider, "somebody");
	ck_assert_uint_eq(place.offset, offset_of(inside) + 3);
	ck_assert(!place.gone);
	dlclose(handle);
}
END_TEST

START_TEST(a_module_that_is_gone_keeps_its_name)
{
	struct image_place place;
	uintptr_t offset;

	load();
	offset = offset_of(inside);
	image_note(handle, "/the/original.so", "somebody");
	image_forget(handle);
	dlclose(handle);
	image_find(inside, &place);
	ck_assert_str_eq(place.name, "original.so");
	ck_assert_uint_eq(place.offset, offset);
	ck_assert(place.gone);
}
END_TEST

START_TEST(what_is_not_noted_is_looked_up)
{
	struct image_place place;

	load();
	image_find(inside, &place);
	ck_assert_str_eq(place.name, "dllmain.so");
	ck_assert_uint_eq(place.offset, offset_of(inside));
	ck_assert_ptr_null(place.provider);
	image_find((uintptr_t)&place, &place); /* a stack */
	ck_assert_str_eq(place.name, "");
	image_find(8, &place);
	ck_assert_str_eq(place.name, "");
	ck_assert_uint_eq(place.offset, 8);
	dlclose(handle);
}
END_TEST

START_TEST(the_nearest_provider_on_a_stack_is_found)
{
	uintptr_t stack[8] = { 0, 8, (uintptr_t)&strlen, 0 };
	struct image_place place;

	load();
	image_note(handle, "/the/original.so", "somebody");
	stack[4] = inside + 5; /* behind a call that is in it */
	ck_assert(image_find_caller((uintptr_t)stack, &place));
	ck_assert_str_eq(place.name, "original.so");
	ck_assert_uint_eq(place.offset, offset_of(inside) + 4);
	dlclose(handle);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("image");

	tcase_add_test(tcase, a_noted_module_has_its_own_name_and_its_provider);
	tcase_add_test(tcase, a_module_that_is_gone_keeps_its_name);
	tcase_add_test(tcase, what_is_not_noted_is_looked_up);
	tcase_add_test(tcase, the_nearest_provider_on_a_stack_is_found);
	return suite_run("provider/image", tcase);
}
