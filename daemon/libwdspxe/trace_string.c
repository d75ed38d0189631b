#include "libwdspxe/trace_string.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/utf.h"

enum { PAGE = 4096, WIDE = 4, UNICODE_MAX = 0x10ffff };

_Static_assert(sizeof(wchar_t) == WIDE, "wide characters are UTF-32");

/* Whether the kernel could read the octet: it copies the set before it finds that `how` is wrong.
 * Eight octets on an eight-octet boundary never lie in two pages. */
static bool memory_is_readable(uintptr_t at)
{
	int saved = errno;
	bool readable = syscall(SYS_rt_sigprocmask, -1, at & ~(uintptr_t)7, NULL, 8) == -1 &&
			errno != EFAULT;

	errno = saved;
	return readable;
}

static bool page_is_readable(struct trace_string *s, const uint8_t *octet)
{
	uintptr_t at = (uintptr_t)octet;

	if (at < PAGE)
		return false;
	if (at / PAGE == s->page)
		return true;
	if (!memory_is_readable(at))
		return false;
	s->page = at / PAGE;
	return true;
}

/* The loads go beyond what the caller promised on purpose: aligned, in a page that is there. */
__attribute__((no_sanitize_address, noinline)) static uint32_t load_wide(const uint8_t *at)
{
	return *(const uint32_t *)(const void *)at;
}

__attribute__((no_sanitize_address, noinline)) static uint8_t load_octet(const uint8_t *at)
{
	return *at;
}

bool trace_string_init(struct trace_string *s, const void *string, bool wide, size_t max)
{
	s->at = string;
	s->page = 0; /* never readable */
	s->left = max;
	if (!page_is_readable(s, s->at))
		return false;
	s->wide = wide && (uintptr_t)s->at % WIDE == 0 && load_wide(s->at) <= UNICODE_MAX;
	return true;
}

static bool wide_next(struct trace_string *s, uint32_t *character)
{
	if (s->left == 0 || !page_is_readable(s, s->at))
		return false;
	*character = load_wide(s->at);
	if (*character == 0)
		return false;
	if (*character > UNICODE_MAX) { /* this is no text: do not walk on through memory */
		*character = 0xfffd;
		s->left = 1;
	}
	s->at += WIDE;
	s->left--;
	return true;
}

static bool narrow_next(struct trace_string *s, uint32_t *character)
{
	uint8_t octets[UTF8_CHAR_MAX];
	struct span text = { octets, 0 };
	size_t n = 0;

	while (n < UTF8_CHAR_MAX && n < s->left && page_is_readable(s, s->at + n)) {
		octets[n] = load_octet(s->at + n);
		if (octets[n] == 0)
			break;
		if (octets[n++] < 0x80)
			break; /* ends a character, whichever way */
	}
	if (n == 0)
		return false;
	text.len = n;
	*character = utf8_next(&text);
	s->at += n - text.len;
	s->left -= n - text.len;
	return true;
}

bool trace_string_next(struct trace_string *s, uint32_t *character)
{
	return s->wide ? wide_next(s, character) : narrow_next(s, character);
}
