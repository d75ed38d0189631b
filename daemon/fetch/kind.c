/* no allocation · no lock */
#include "fetch/kind.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "base/cleanup.h"
#include "fetch/little.h"

static const struct {
	const char *name, *words;
} kinds[] = {
#define X(symbol, name_, words_) [KIND_##symbol] = { name_, words_ },
	FILE_KINDS(X)
#undef X
};

const char *kind_name(enum file_kind kind)
{
	return kinds[kind].name;
}

/* ---- looking for words ---- */

static const uint8_t *find(struct span in, const void *what, size_t len)
{
	return in.len >= len ? memmem(in.at, in.len, what, len) : NULL;
}

static bool says(struct span in, const char *what)
{
	return find(in, what, strlen(what)) != NULL;
}

enum { WIDE_MAX = 64 };

/* The same in UTF-16, as Windows' resources and EFI programs have it. */
static const uint8_t *find_wide(struct span in, const char *what)
{
	uint8_t wide[WIDE_MAX] = { 0 };
	size_t n = strlen(what);

	if (n > WIDE_MAX / 2)
		return NULL;
	for (size_t i = 0; i < n; i++)
		wide[2 * i] = (uint8_t)what[i];
	return find(in, wide, 2 * n);
}

static bool begins(struct span text, const char *with)
{
	size_t n = strlen(with);

	return text.len >= n && strncasecmp((const char *)text.at, with, n) == 0;
}

static bool starts(struct span file, size_t at, const char *magic, size_t len)
{
	return span_starts(span_drop(file, at), span_of(magic, len));
}

/* ---- text ---- */

enum { TEXT_LOOK = 4096 };

static bool is_text(struct span front)
{
	struct span head = span_take(front, TEXT_LOOK);

	for (size_t i = 0; i < head.len; i++)
		if (head.at[i] == 0x7f ||
		    (head.at[i] < 0x20 && !strchr("\t\n\f\r\033", head.at[i])) || head.at[i] == 0)
			return false;
	return true;
}

static struct span without_blanks(struct span text)
{
	if (span_starts(text, span_str("\xef\xbb\xbf")))
		text = span_drop(text, 3);
	while (text.len > 0 && isspace(text.at[0]))
		text = span_drop(text, 1);
	return text;
}

static bool is_page(struct span text)
{
	static const char *const tags[] = { "<!doctype html", "<html", "<head", "<title", "<body" };

	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		if (begins(text, tags[i]))
			return true;
	return begins(text, "<?xml") && says(span_take(text, 512), "<html");
}

static enum file_kind kind_of_text(struct span front)
{
	struct span text = without_blanks(front), head = span_take(text, TEXT_LOOK);

	if (begins(front, "#!ipxe") || begins(front, "#!gpxe"))
		return KIND_SCRIPT;
	if (!is_page(text))
		return KIND_TEXT;
	return says(head, "<title>Index of") || says(head, "<title>Directory listing for")
		       ? KIND_DIRECTORY
		       : KIND_HTML;
}

/* ---- other forms that have a name ---- */

#define MAGIC(at, octets, kind, words)                                                             \
	{                                                                                          \
		at, octets, sizeof(octets) - 1, kind, words                                        \
	}

static const struct {
	size_t at;
	const char *octets;
	size_t len;
	enum file_kind kind;
	const char *words;
} magics[] = {
	MAGIC(0, "\x1f\x8b", KIND_COMPRESSED, "a file that gzip has compressed"),
	MAGIC(0,
	      "\xfd"
	      "7zXZ",
	      KIND_COMPRESSED, "a file that xz has compressed"),
	MAGIC(0, "BZh", KIND_COMPRESSED, "a file that bzip2 has compressed"),
	MAGIC(0, "\x28\xb5\x2f\xfd", KIND_COMPRESSED, "a file that zstd has compressed"),
	MAGIC(0, "PK\3\4", KIND_COMPRESSED, "a ZIP archive"),
	MAGIC(0,
	      "\x7f"
	      "ELF",
	      KIND_UNKNOWN, "an ELF program, which no firmware loads"),
	MAGIC(0, "070701", KIND_UNKNOWN, "an initrd"),
	MAGIC(0, "MSCF", KIND_UNKNOWN, "a cabinet file of Windows"),
	MAGIC(0, "MSWIM\0\0", KIND_UNKNOWN, "a WIM image"),
	MAGIC(0, "\xd0\x0d\xfe\xed", KIND_UNKNOWN, "a device tree"),
	MAGIC(0, "\x27\x05\x19\x56", KIND_UNKNOWN, "an image for U-Boot"),
	MAGIC(0, "regf", KIND_UNKNOWN, "a registry hive, such as a BCD"),
	MAGIC(0x8001, "CD001", KIND_UNKNOWN, "an ISO image"),
	MAGIC(0x101, "ustar", KIND_UNKNOWN, "a tar archive"),
};

static bool take_magic(struct span front, struct file *out)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (starts(front, magics[i].at, magics[i].octets, magics[i].len)) {
			out->kind = magics[i].kind;
			snprintf(out->words, sizeof(out->words), "%s", magics[i].words);
			return true;
		}
	return false;
}

/* ---- programs ---- */

/* A kernel for x86 that a loader can put into memory (Linux' boot protocol). */
static bool is_x86_kernel(struct span front)
{
	return starts(front, 0x202, "HdrS", 4) && starts(front, 0x1fe, "\x55\xaa", 2);
}

/* Kernels of other machines say it in the DOS header: so do those that unpack themselves. */
static bool is_kernel(struct span front)
{
	return is_x86_kernel(front) || starts(front, 0x38, "ARM\x64", 4) ||
	       starts(front, 0x38, "RSC\x05", 4) || starts(front, 0x38, "\xcd\x23\x82\x81", 4) ||
	       starts(front, 4, "zimg", 4);
}

static bool is_windows(struct span front)
{
	static const char *const builds[] = { "bootmgfw.pdb", "wdsmgfw.pdb", "bootmgr.pdb" };
	static const char *const names[] = { "bootmgfw.efi", "wdsmgfw.efi", "bootmgr.exe" };

	for (size_t i = 0; i < ARRAY_LEN(builds); i++)
		if (says(front, builds[i]) || find_wide(front, names[i]))
			return true;
	return false;
}

static enum file_kind kind_of_efi(struct span front, const struct pe *pe)
{
	if (pe_has(pe, ".vendor_cert") || pe_has(pe, ".vendor_")) /* as some linkers cut it */
		return KIND_SHIM;
	if (pe_has(pe, ".linux"))
		return KIND_UKI;
	if (is_kernel(front))
		return KIND_LINUX;
	if (pe_has(pe, "mods") || says(front, "\ngrub,"))
		return KIND_GRUB;
	if (says(front, "LoaderInfo: systemd-boot"))
		return KIND_SYSTEMD_BOOT;
	if (is_windows(front))
		return KIND_WINDOWS;
	return says(front, "http://ipxe.org") || says(front, "iPXE/") ? KIND_IPXE : KIND_EFI;
}

static enum file_kind kind_of_bios(struct span front)
{
	if (is_x86_kernel(front))
		return KIND_LINUX_BIOS;
	if (says(span_take(front, KIND_FRONT_MIN), "PXELINUX"))
		return KIND_PXELINUX;
	if (says(span_take(front, TEXT_LOOK), "PXE->EB:"))
		return KIND_IPXE_BIOS;
	return says(front, "WDSNBP") || says(front, "bootmgr.exe") ? KIND_WINDOWS_BIOS : KIND_BIOS;
}

/* ---- shim's second file ---- */

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

/* The name in UTF-16 that ends at `end`, where its ".efi" ends: what stands behind the last
 * backslash before that. */
static bool name_before(struct span front, const uint8_t *end, char out[static KIND_SECOND_MAX])
{
	size_t n = 0;

	while (n < KIND_SECOND_MAX - 1 && end - front.at >= (ptrdiff_t)(2 * (n + 1))) {
		const uint8_t *c = end - 2 * (n + 1);

		if (c[1] != 0 || !is_name((char)c[0]))
			break;
		n++;
	}
	if (end - front.at < (ptrdiff_t)(2 * (n + 1)) || end[-2 * (ptrdiff_t)(n + 1)] != '\\')
		return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (char)end[-2 * (ptrdiff_t)(n - i)];
	out[n] = '\0';
	return n > strlen(".efi");
}

/* It is built with the name of what it loads: grubx64.efi for most, and its own helpers. */
static void find_second(struct span front, struct file *out)
{
	struct span rest = front;
	const uint8_t *at;

	while ((at = find_wide(rest, ".efi"))) {
		const uint8_t *end = at + 2 * strlen(".efi");

		if (name_before(front, end, out->second) && strncmp(out->second, "mm", 2) != 0 &&
		    strncmp(out->second, "fb", 2) != 0)
			return;
		rest = span_of(end, (size_t)(front.at + front.len - end));
	}
	out->second[0] = '\0';
}

/* iPXE's shim leaves out of its own name what begins with "-shim": ipxe-shimx64.efi loads ipxe.efi.
 */
void kind_second(const struct file *shim, const char *url, char out[static KIND_SECOND_MAX])
{
	const char *slash = strrchr(url, '/'), *own = slash ? slash + 1 : url,
		   *end = strstr(own, "-shim");
	int len = end ? (int)(end - own) : 0;

	if (shim->by_name && len > 0 && len < KIND_SECOND_MAX - (int)sizeof(".efi"))
		snprintf(out, KIND_SECOND_MAX, "%.*s.efi", len, own);
	else
		snprintf(out, KIND_SECOND_MAX, "%s", shim->second);
}

/* ---- all of it ---- */

size_t kind_wants(struct span front)
{
	struct pe pe;

	if (!pe_read(front, &pe) || pe.end > KIND_FRONT_MAX)
		return KIND_FRONT_MIN;
	return pe.end > KIND_FRONT_MIN ? (size_t)pe.end : KIND_FRONT_MIN;
}

static bool is_efi(struct span front, struct pe *pe)
{
	return pe_read(front, pe) && pe->subsystem >= PE_SUBSYSTEM_EFI &&
	       pe->subsystem <= PE_SUBSYSTEM_EFI_LAST;
}

static void take_program(struct span front, struct file *out)
{
	out->is_efi = is_efi(front, &out->pe);
	if (out->is_efi) {
		out->kind = kind_of_efi(front, &out->pe);
	} else if (out->pe.machine != 0) {
		out->kind = KIND_UNKNOWN;
		snprintf(out->words, sizeof(out->words), "a program for Windows itself");
	} else {
		out->kind = kind_of_bios(front);
	}
	if (out->kind == KIND_SHIM) {
		find_second(front, out);
		out->by_name = says(front, "\nshim.ipxe,");
	}
	out->autoexec = out->kind == KIND_IPXE &&
			(says(front, KIND_AUTOEXEC) || find_wide(front, KIND_AUTOEXEC));
}

void kind_read(struct span front, struct file *out)
{
	memset(out, 0, sizeof(*out));
	if (front.len == 0)
		out->kind = KIND_EMPTY;
	else if (is_text(front))
		out->kind = kind_of_text(front);
	else if (!take_magic(front, out))
		take_program(front, out);
	if (!out->words[0])
		snprintf(out->words, sizeof(out->words), "%s", kinds[out->kind].words);
}
