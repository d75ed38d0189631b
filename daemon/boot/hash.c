/* A hash that a sender of packets cannot aim, for it sees no hash: octets are mixed, sixteen at a
 * step, by 64 × 64 → 128 bit products of words under a secret. */
#include <string.h>
#include <sys/random.h>

#include <wdspxe-boot.h>

static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */

DWORD PXEAPI PxeBootSecret(PXE_BOOT_SECRET *pSecret)
{
	if (!pSecret)
		return ERROR_INVALID_PARAMETER;
	return getrandom(pSecret, sizeof *pSecret, 0) == sizeof *pSecret ? ERROR_SUCCESS
									 : ERROR_GEN_FAILURE;
}

/* Both halves of the product: every bit of either word reaches every bit of the sum. The words
 * themselves are added: a factor of 0 would wipe out all that was hashed before. Turned, because a
 * product with a power of two is itself a turned word. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return ((uint64_t)product ^ (uint64_t)(product >> 64)) + a + (b << 23 | b >> 41);
}

static inline uint64_t load(const uint8_t *at, size_t n)
{
	uint64_t word = 0;

	memcpy(&word, at, n);
	return word;
}

/* Up to eight octets, each of them somewhere: of two texts of one length no two give one word. */
static inline uint64_t load_some(const uint8_t *at, size_t n)
{
	if (n >= 4)
		return load(at, 4) | load(at + n - 4, 4) << 32;
	return n > 0 ? at[0] | (uint64_t)at[n / 2] << 8 | (uint64_t)at[n - 1] << 16 : 0;
}

ULONGLONG PXEAPI PxeBootHash(const PXE_BOOT_SECRET *pSecret, BYTE uKind, const VOID *pData,
			     SIZE_T cbData)
{
	const uint8_t *at = pData;
	uint64_t k0, k1, sum;

	if (!pSecret || (!pData && cbData > 0))
		return 0;
	k0 = pSecret->uWords[0];
	k1 = pSecret->uWords[1];
	sum = k0 ^ fold((cbData << 8 | uKind) ^ odd, k1 | 1);
	for (; cbData > 16; cbData -= 16, at += 16)
		sum = fold(load(at, 8) ^ k1, load(at + 8, 8) ^ sum);
	if (cbData > 8)
		sum = fold(load(at, 8) ^ k1, load(at + cbData - 8, 8) ^ sum);
	else
		sum = fold(load_some(at, cbData) ^ k1, sum ^ odd);
	return fold(sum ^ k0, odd ^ k1);
}
