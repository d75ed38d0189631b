/* The provider `inventory` on a bench: in a folder of its own, with a CSV and a state. */
#pragma once

#include "bootfile/bench.h"
#include "scratch.h"

#define INVENTORY built_module("providers/inventory.so")

/* Its settings begin with its places. */
static inline struct bench inventory_open(const char *settings)
{
	struct bench bench = { .fake = PxeFakeNew() };
	char text[4096], why[1024] = "";

	snprintf(text, sizeof text, "devices = \"%s\"; state-dir = \"%s\";\n%s",
		 scratch_path("devices.csv"), scratch, settings);
	ck_assert_ptr_nonnull(bench.fake);
	ck_assert_msg(PxeFakeLoad(bench.fake, INVENTORY, text, why, sizeof why) == ERROR_SUCCESS,
		      "%s\n%s\nin:\n%s", why, PxeFakeTrace(bench.fake, 0), text);
	return bench;
}

/* What is wrong with them. */
static inline void inventory_refused(const char *settings, const char *trace)
{
	struct bench bench = { .fake = PxeFakeNew() };
	char text[4096], why[1024] = "";

	snprintf(text, sizeof text, "devices = \"%s\"; state-dir = \"%s\";\n%s",
		 scratch_path("devices.csv"), scratch, settings);
	ck_assert_uint_eq(PxeFakeLoad(bench.fake, INVENTORY, text, why, sizeof why),
			  ERROR_DLL_INIT_FAILED);
	ck_assert_msg(bench_traced(&bench, trace), "%s", PxeFakeTrace(bench.fake, 0));
	PxeFakeFree(bench.fake);
}
