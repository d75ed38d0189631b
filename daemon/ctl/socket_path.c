#include "ctl/socket_path.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "registry/setting.h"

#define CONFIGURATION "/etc/wdspxed/wdspxed.conf"

enum { TEXT_MAX = 1 << 20 };

static char *read_text(size_t *len)
{
	_cleanup_(closep) int fd = open(CONFIGURATION, O_RDONLY | O_CLOEXEC);
	_cleanup_(freep) char *text = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > TEXT_MAX)
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return NULL;
	n = read(fd, text, (size_t)st.st_size);
	if (n < 0)
		return NULL;
	*len = (size_t)n;
	return TAKE(text);
}

char *socket_path(bool status)
{
	const char *key = status ? "status-socket" : "control-socket";
	_cleanup_(setting_freep) struct setting *root = NULL;
	size_t len = 0;
	_cleanup_(freep) char *text = read_text(&len);
	const char *path = NULL;

	if (text && setting_parse(span_of(text, len), CONFIGURATION, &root, NULL) == 0 &&
	    setting_get_string(root, key, CONFIGURATION, &path, NULL) == 0)
		return strdup(path);
	return strdup(status ? "/run/wdspxed/status" : "/run/wdspxed/control");
}
