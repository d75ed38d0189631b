#include "windows/hostname.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char blanks[] = " \t\r\n";

static void copy(const char *from, char to[HOSTNAME_MAX])
{
	snprintf(to, HOSTNAME_MAX, "%s", from);
}

/* Is it HOST.DOMAIN? Then the domain. */
static const char *domain_of(const char *name, const char *host)
{
	size_t len = strlen(host);

	if (strncasecmp(name, host, len) != 0 || name[len] != '.' || !name[len + 1])
		return NULL;
	return name + len + 1;
}

static bool in_hosts(FILE *hosts, const char *host, char domain[HOSTNAME_MAX])
{
	char line[1024], *save;

	while (hosts && fgets(line, sizeof(line), hosts)) {
		line[strcspn(line, "#")] = '\0';
		if (!strtok_r(line, blanks, &save))
			continue; /* that was the address */
		for (char *name; (name = strtok_r(NULL, blanks, &save));) {
			const char *found = domain_of(name, host);

			if (found) {
				copy(found, domain);
				return true;
			}
		}
	}
	return false;
}

static void in_resolv(FILE *resolv, char domain[HOSTNAME_MAX])
{
	char line[1024], *save;

	while (resolv && fgets(line, sizeof(line), resolv)) {
		const char *key = strtok_r(line, blanks, &save), *value;

		if (!key || (strcmp(key, "domain") != 0 && strcmp(key, "search") != 0))
			continue;
		value = strtok_r(NULL, blanks, &save);
		if (value && strcmp(value, ".") != 0) {
			copy(value, domain);
			return;
		}
	}
}

void hostname_split(const char *full, FILE *hosts, FILE *resolv, struct hostname *out)
{
	const char *dot = strchr(full, '.');

	copy(full, out->host);
	out->domain[0] = '\0';
	if (dot) {
		out->host[dot - full] = '\0';
		copy(dot + 1, out->domain);
	} else if (!in_hosts(hosts, out->host, out->domain)) {
		in_resolv(resolv, out->domain);
	}
}

void hostname_read(struct hostname *out)
{
	FILE *hosts = fopen("/etc/hosts", "re"), *resolv = fopen("/etc/resolv.conf", "re");
	char full[HOSTNAME_MAX] = "";

	gethostname(full, sizeof(full) - 1);
	hostname_split(full, hosts, resolv, out);
	if (hosts)
		fclose(hosts);
	if (resolv)
		fclose(resolv);
}
