#include "boot/name.h"

#include <arpa/inet.h>
#include <stdio.h>

size_t name_address(const PXE_BOOT_IP *ip, char out[64])
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(ip->uAddrLen == 4 ? AF_INET : AF_INET6, ip->bAddress, text, sizeof text);
	return (size_t)snprintf(out, 64, ip->uAddrLen == 4 ? "%s" : "[%s]", text);
}

struct text {
	char *at;
	size_t len;
	bool full;
};

static void text_add(struct text *text, const char *more, size_t len)
{
	if (len > NAME_MAX_LEN - text->len) {
		text->full = true;
		return;
	}
	memcpy(text->at + text->len, more, len);
	text->len += len;
}

static int text_end(struct text *text)
{
	text->at[text->len] = '\0';
	return text->full ? -1 : (int)text->len;
}

int name_expand(const char *url, const PXE_BOOT_IP *server, char out[NAME_MAX_LEN + 1])
{
	static const char mark[] = "${server}";
	struct text text = { out, 0, false };
	char address[64] = "";
	size_t address_len = server ? name_address(server, address) : 0;
	const char *next;

	for (; (next = strstr(url, mark)) != NULL; url = next + sizeof mark - 1) {
		text_add(&text, url, (size_t)(next - url));
		text_add(&text, address, address_len);
	}
	text_add(&text, url, strlen(url));
	return text_end(&text);
}

bool name_needs_escape(unsigned char c)
{
	return c <= ' ' || c >= 0x7f || strchr("%#?\"<>\\^`{|}", c);
}

static void text_begin(struct text *text, const PXE_BOOT_IP *server)
{
	char address[64];
	size_t len = name_address(server, address);

	text_add(text, "tftp://", 7);
	text_add(text, address, len);
	text_add(text, "/", 1);
}

int name_tftp_url(const char *file, const PXE_BOOT_IP *server, char out[NAME_MAX_LEN + 1])
{
	struct text text = { out, 0, false };
	char piece[4];

	text_begin(&text, server);
	while (*file == '/')
		file++;
	for (; *file; file++) {
		if (name_needs_escape((unsigned char)*file))
			text_add(&text, piece,
				 (size_t)snprintf(piece, sizeof piece, "%%%02X",
						  (unsigned)(unsigned char)*file));
		else
			text_add(&text, file, 1);
	}
	return text_end(&text);
}

/* What follows the host in a URL, without the slash; "" where nothing does. */
static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://"), *slash = host ? strchr(host + 3, '/') : NULL;

	return slash ? slash + 1 : "";
}

int name_tftp_same(const char *other, const PXE_BOOT_IP *server, char out[NAME_MAX_LEN + 1])
{
	struct text text = { out, 0, false };
	const char *path = path_of(other);

	text_begin(&text, server);
	text_add(&text, path, strlen(path));
	return text_end(&text);
}

bool name_split_tftp(const char *url, PXE_BOOT_IP *server, const char **path)
{
	static const char scheme[] = "tftp://";
	PXE_BOOT_IP address;
	char host[INET_ADDRSTRLEN];
	const char *slash;

	if (strncmp(url, scheme, sizeof scheme - 1) != 0)
		return false;
	url += sizeof scheme - 1;
	slash = strchr(url, '/');
	if (!slash || (size_t)(slash - url) >= sizeof host)
		return false;
	memcpy(host, url, (size_t)(slash - url));
	host[slash - url] = '\0';
	if (!ip_parse(host, &address) || address.uAddrLen != 4)
		return false;
	*server = address;
	*path = slash + 1;
	return true;
}
