/* Any format with any arguments, as a provider may trace them by mistake: a line comes out, in
 * UTF-8, without control characters, and nothing is read that is not there.
 *
 * Input: one octet, how many characters of the format follow; two octets for each of its
 * characters; the rest lies at the end of readable memory, and arguments point into it.
 */
#include <stdarg.h>
#include <sys/mman.h>
#include <wchar.h>

#include "libwdspxe/trace_format.h"
#include "base/utf.h"
#include "fuzz/holds.h"

enum { PAGE = 4096, FORMAT_MAX = 127, CONVERSIONS_MAX = 10 };

static uint8_t *page; /* the page behind it cannot be read */

static size_t format_line(char text[static TRACE_TEXT_MAX], const wchar_t *format, ...)
{
	va_list args;
	size_t len;

	va_start(args, format);
	len = trace_format(format, args, text);
	va_end(args);
	return len;
}

static void check_line(const char *text, size_t len)
{
	size_t characters = 0;

	HOLDS(len < TRACE_TEXT_MAX && strlen(text) == len);
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		HOLDS(c >= 0x20 && c != 0x7f);
		characters += (c & 0xc0) != 0x80;
	}
	HOLDS(characters <= TRACE_CHARS_MAX);
	HOLDS(utf8_valid(span_of(text, len)));
	HOLDS(len == 0 || text[len - 1] != ' ');
}

/* One argument: a place near the end of what can be read, the page that cannot, NULL, or a number.
 */
static uint64_t argument(struct span input, size_t i)
{
	uint8_t how = input.len > 0 ? input.at[i % input.len] : 0;

	switch (how & 3) {
	case 0:
		return (uint64_t)(uintptr_t)(page + PAGE - how);
	case 1:
		return (uint64_t)(uintptr_t)(page + PAGE + how);
	case 2:
		return how >> 2;
	default:
		return (UINT64_C(0x0101010101010101) * how) >> (how & 60);
	}
}

#define A(i)  argument(input, i)
#define A8(i) A(i), A(i + 1), A(i + 2), A(i + 3), A(i + 4), A(i + 5), A(i + 6), A(i + 7)

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	HOLDS(page != MAP_FAILED && mprotect(page + PAGE, PAGE, PROT_NONE) == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	wchar_t format[FORMAT_MAX + 1];
	unsigned conversions = 0, len = 0;
	char text[TRACE_TEXT_MAX];
	struct span input;

	if (size < 1 || size > PAGE)
		return 0;
	input = span_of(data + 1, size - 1);
	for (; len < (data[0] & FORMAT_MAX) && input.len >= 2; input = span_drop(input, 2)) {
		format[len] = (wchar_t)(input.at[0] | input.at[1] << 8);
		conversions += format[len] == '%';
		if (conversions > CONVERSIONS_MAX || format[len] == 0)
			break; /* as many as there are arguments for */
		len++;
	}
	format[len] = 0;
	memset(page, 0, PAGE);
	if (input.len > 0)
		memcpy(page + PAGE - input.len, input.at, input.len);
	/* A conversion takes two more for its width and precision, and a long double two places. */
	check_line(text, format_line(text, format, A8(0), A8(8), A8(16), A8(24), A8(32), A8(40),
				     1.5, -2e300, 0.0, 1e-5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0));
	return 0;
}
