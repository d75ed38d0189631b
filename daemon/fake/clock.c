#include "fake/clock.h"

#include "base/clock.h"

uint64_t fake_now_ms(const PXE_FAKE *fake)
{
	return fake->clock.stands ? fake->clock.at_ms : clock_ms();
}

void PxeFakeAdvance(PXE_FAKE *fake, ULONG milliseconds)
{
	if (!fake)
		return;
	fake->clock.at_ms = fake_now_ms(fake) + milliseconds;
	fake->clock.stands = true;
	PxeFakeTurn(fake);
}
