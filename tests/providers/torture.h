/* What the torture provider and the test that drives it share: its address goes in as a setting. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

struct torture_shared {
	_Atomic uint64_t operations; /* calls of the API so far */
	_Atomic uint64_t wrong;      /* that did not return what they must */
	_Atomic uint64_t misuses;    /* that were refused, as they must be */
	_Atomic uint64_t timeouts;   /* requests whose time was over, counted by the test */
	_Atomic uint64_t told;       /* calls of PxeProviderRequestEnded */
	char first_wrong[256];       /* the first of them; read after the provider has stopped */
};
