#include "server/duid.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <systemd/sd-id128.h>

#include "base/cleanup.h"
#include "dhcp/duid.h"

enum { TEXT_LEN = 2 * DUID_LEN };

_Static_assert((int)DUID_LEN == (int)DUID_UUID_LEN, "ours is a DUID-UUID");

/* Names this use of the machine's id, so that the id itself stays private. */
static const sd_id128_t application =
	SD_ID128_MAKE(5b, 1f, 0e, 92, 4c, 73, 48, d0, 9a, 6e, 27, c1, 83, f4, 0d, b6);

/* Text of TEXT_LEN hexadecimal digits in lower case. */
static int parse(const char *text, uint8_t out[static DUID_LEN])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t duid[DUID_LEN] = { 0 };

	for (size_t i = 0; i < TEXT_LEN; i++) {
		const char *digit = strchr(digits, text[i]);

		if (!text[i] || !digit)
			return -EINVAL;
		duid[i / 2] = (uint8_t)(duid[i / 2] << 4 | (digit - digits));
	}
	if (load_be16(duid) != DUID_UUID)
		return -EINVAL;
	memcpy(out, duid, DUID_LEN);
	return 0;
}

static int read_file(const char *path, uint8_t out[static DUID_LEN])
{
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char text[TEXT_LEN + 1] = "";
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, TEXT_LEN);
	if (n < 0)
		return -errno;
	return parse(text, out);
}

static int make(uint8_t out[static DUID_LEN])
{
	sd_id128_t id;

	if (sd_id128_get_machine_app_specific(application, &id) < 0 &&
	    getrandom(id.bytes, sizeof(id.bytes), 0) != (ssize_t)sizeof(id.bytes))
		return -EIO;
	duid_from_random(id.bytes, out);
	return 0;
}

static int write_all(const char *temporary, const char *path, const char *text)
{
	_cleanup_(closep) int fd =
		open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	size_t len = strlen(text);

	if (fd < 0)
		return -errno;
	if (write(fd, text, len) != (ssize_t)len)
		return errno ? -errno : -EIO;
	if (fsync(fd) < 0 || rename(temporary, path) < 0)
		return -errno;
	return 0;
}

static int write_file(const char *state_dir, const char *path, const uint8_t duid[static DUID_LEN])
{
	char temporary[4200], text[TEXT_LEN + 2];
	int r;

	for (size_t i = 0; i < DUID_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", duid[i]);
	text[TEXT_LEN] = '\n';
	text[TEXT_LEN + 1] = 0;
	if (mkdir(state_dir, 0755) < 0 && errno != EEXIST)
		return -errno;
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	r = write_all(temporary, path, text);
	if (r < 0)
		unlink(temporary);
	return r;
}

int duid_get(const char *state_dir, bool keep, uint8_t out[static DUID_LEN], char *why, size_t size)
{
	char path[4160];
	int r;

	if (snprintf(path, sizeof(path), "%s/duid", state_dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	r = read_file(path, out);
	if (r == 0)
		return 0;
	if (r != -ENOENT && r != -EINVAL) {
		snprintf(why, size, "%s cannot be read: %s", path, strerror(-r));
		return make(out) < 0 ? -EIO : 1;
	}
	if (r == -EINVAL) {
		snprintf(why, size,
			 "%s does not contain a valid DUID of wdspxed; the file is left unchanged",
			 path);
		return make(out) < 0 ? -EIO : 1;
	}
	r = make(out);
	if (r < 0 || !keep)
		return r;
	r = write_file(state_dir, path, out);
	if (r < 0) {
		snprintf(why, size,
			 "cannot save the DUID in %s: %s; state-dir must belong to the service's "
			 "user, and be in ReadWritePaths= of its unit",
			 path, strerror(-r));
		return 1;
	}
	return 0;
}
