#include "provider/image.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { IMAGES_MAX = 512, STACK_WORDS_MAX = 8192 };

/* Taken where `end` is not 0; who writes one makes it 0 first. */
struct image {
	_Atomic uintptr_t start, end;
	_Atomic bool gone;
	uintptr_t base;
	const char *provider;
	char name[IMAGE_NAME_MAX];
};

static struct image images[IMAGES_MAX];

static void name_copy(char out[static IMAGE_NAME_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');

	size_t len;

	path = slash ? slash + 1 : path;
	len = strnlen(path, IMAGE_NAME_MAX - 1);
	memcpy(out, path, len);
	out[len] = '\0';
}

/* ---- the table ---- */

struct extent {
	uintptr_t base, start, end;
};

static int extent_of(struct dl_phdr_info *info, size_t size, void *context)
{
	struct extent *extent = context;

	(void)size;
	if (info->dlpi_addr != extent->base)
		return 0;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type != PT_LOAD)
			continue;
		if (extent->end == 0 || start < extent->start)
			extent->start = start;
		if (start + segment->p_memsz > extent->end)
			extent->end = start + segment->p_memsz;
	}
	return 1;
}

static bool overlaps(const struct image *image, const struct extent *extent)
{
	return image->start < extent->end && extent->start < image->end;
}

/* A free place, else one that is gone. What lay where the new one lies is no more. */
static struct image *place_for(const struct extent *extent)
{
	struct image *found = NULL;

	for (size_t i = 0; i < IMAGES_MAX; i++) {
		struct image *image = &images[i];

		if (image->end && image->gone && overlaps(image, extent))
			image->end = 0;
		if (image->end && !image->gone)
			continue;
		if (!found || (found->end && !image->end))
			found = image;
	}
	return found;
}

void image_note(void *handle, const char *path, const char *provider)
{
	struct extent extent = { 0 };
	struct link_map *map = NULL;
	struct image *image;

	if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
		return;
	extent.base = map->l_addr;
	dl_iterate_phdr(extent_of, &extent);
	image = extent.end ? place_for(&extent) : NULL;
	if (!image)
		return; /* it has no name in a crash: no more than that */
	image->end = 0;
	image->gone = false;
	image->base = extent.base;
	image->provider = provider;
	name_copy(image->name, path);
	image->start = extent.start;
	image->end = extent.end;
}

void image_forget(void *handle)
{
	struct link_map *map = NULL;

	if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
		return;
	for (size_t i = 0; i < IMAGES_MAX; i++)
		if (images[i].end && !images[i].gone && images[i].base == map->l_addr)
			images[i].gone = true;
}

static const struct image *image_at(uintptr_t address)
{
	const struct image *gone = NULL;

	for (size_t i = 0; i < IMAGES_MAX; i++) {
		const struct image *image = &images[i];

		if (address < image->start || address >= image->end)
			continue;
		if (!image->gone)
			return image;
		gone = image;
	}
	return gone;
}

static void place_of(const struct image *image, uintptr_t address, struct image_place *out)
{
	*out = (struct image_place){ .offset = address - image->base,
				     .provider = image->provider,
				     .gone = image->gone };
	memcpy(out->name, image->name, sizeof(out->name));
}

/* ---- /proc/self/maps ---- */

/* One line of it, and where the file that it names begins. */
struct mapping {
	uintptr_t start, end, base;
	char path[256]; /* "": no file */
};

struct reader {
	int fd;
	size_t at, len;
	char buffer[1024];
};

/* The next octet, or -1. */
static int next(struct reader *reader)
{
	if (reader->at == reader->len) {
		ssize_t n = read(reader->fd, reader->buffer, sizeof(reader->buffer));

		if (n <= 0)
			return -1;
		reader->len = (size_t)n;
		reader->at = 0;
	}
	return (unsigned char)reader->buffer[reader->at++];
}

/* A hexadecimal number and the octet behind it. */
static uintptr_t number(struct reader *reader)
{
	uintptr_t sum = 0;
	int c;

	while ((c = next(reader)) > 0) {
		if (c >= '0' && c <= '9')
			sum = sum << 4 | (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			sum = sum << 4 | (unsigned)(c - 'a' + 10);
		else
			break;
	}
	return sum;
}

/* START-END PERMISSIONS OFFSET DEVICE INODE PATH */
static bool mapping_read(struct reader *reader, struct mapping *mapping)
{
	char path[sizeof(mapping->path)];
	size_t len = 0;
	int c = 0;

	mapping->start = number(reader);
	mapping->end = number(reader);
	for (int words = 0; words < 4 && c >= 0;) {
		c = next(reader);
		words += c == ' ';
	}
	while ((c = next(reader)) >= 0 && c != '\n')
		if ((c != ' ' || len > 0) && len < sizeof(path) - 1)
			path[len++] = (char)c;
	path[len] = '\0';
	if (strcmp(path, mapping->path) != 0 || len == 0) {
		memcpy(mapping->path, path, len + 1);
		mapping->base = mapping->start;
	}
	return mapping->end != 0;
}

/* The mapping of an address. */
static bool mapping_at(uintptr_t address, struct mapping *out)
{
	static struct reader reader; /* a crash is one at a time, and its stack is small */
	bool found = false;

	reader.at = reader.len = 0;
	reader.fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	out->path[0] = '\0';
	while (reader.fd >= 0 && !found && mapping_read(&reader, out))
		found = address >= out->start && address < out->end;
	if (reader.fd >= 0)
		close(reader.fd);
	return found;
}

/* ---- both ---- */

void image_find(uintptr_t address, struct image_place *out)
{
	static const char memory[] = "/memfd:", gone[] = " (deleted)";
	static struct mapping mapping;
	const struct image *image = image_at(address);
	char *tail;

	*out = (struct image_place){ .offset = address };
	if (image && !image->gone) {
		place_of(image, address, out);
		return;
	}
	if (!mapping_at(address, &mapping)) {
		if (image)
			place_of(image, address, out);
		return;
	}
	if (mapping.path[0] != '/')
		return;
	tail = strstr(mapping.path, gone);
	if (tail)
		*tail = '\0';
	name_copy(out->name, strncmp(mapping.path, memory, strlen(memory)) == 0
				     ? mapping.path + strlen(memory)
				     : mapping.path);
	out->offset = address - mapping.base;
}

/* The first word from `sp` upwards that lies in a provider's module, or that `is` one; *image: the
 * module. It reads what is not its own: the stack of whoever crashed. */
__attribute__((no_sanitize("address", "thread"))) static const uintptr_t *
stack_find(uintptr_t sp, bool (*is)(uintptr_t word), const struct image **image)
{
	static struct mapping mapping;
	const uintptr_t *word = (const uintptr_t *)(sp & ~(sizeof(sp) - 1)), *end;

	*image = NULL;
	if (!mapping_at(sp, &mapping))
		return NULL;
	end = (const uintptr_t *)mapping.end;
	if (end - word > STACK_WORDS_MAX)
		end = word + STACK_WORDS_MAX;
	for (; word < end; word++) {
		if (is && is(*word))
			return word;
		*image = image_at(*word);
		if (*image && !(*image)->gone)
			return word;
	}
	*image = NULL;
	return NULL;
}

bool image_find_caller(uintptr_t sp, struct image_place *out)
{
	const struct image *image;
	const uintptr_t *word = stack_find(sp, NULL, &image);

	if (word)
		place_of(image, *word - 1, out); /* in the call, not behind it */
	return word != NULL;
}

bool image_stack_has(uintptr_t sp, bool (*is)(uintptr_t word))
{
	const struct image *image;
	const uintptr_t *word = stack_find(sp, is, &image);

	return word && is(*word);
}
