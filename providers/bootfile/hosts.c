#include "hosts.h"

#include <errno.h>
#include <stdlib.h>

enum { KIND_MAC = 1, KIND_UUID = 2 };

static bool found_by_mac(const struct entry *entry)
{
	for (size_t i = 0; i < entry_macs(entry)->n; i++)
		if (entry_macs(entry)->at[i].n < MAC_LEN)
			return false;
	return entry_macs(entry)->n > 0;
}

static void hosts_add(struct hosts *hosts, uint32_t entry, uint8_t kind, PXE_BOOT_OCTETS key)
{
	uint64_t hash = PxeBootHash(&hosts->secret, kind, key.pData, key.cbData);
	uint32_t *bucket = &hosts->buckets[hash & hosts->mask];

	hosts->nodes[hosts->n_nodes] = (struct host_node){ hash, entry, *bucket };
	*bucket = ++hosts->n_nodes;
}

static void hosts_add_entry(struct hosts *hosts, uint32_t index, const struct entry *entry)
{
	if (found_by_mac(entry)) {
		for (size_t i = 0; i < entry_macs(entry)->n; i++)
			hosts_add(hosts, index, KIND_MAC,
				  octets_of(entry_macs(entry)->at[i].at, MAC_LEN));
		return;
	}
	for (size_t i = 0; i < entry_uuids(entry)->n; i++) {
		const struct uuid_pattern *uuid = &entry_uuids(entry)->at[i];

		hosts_add(hosts, index, KIND_UUID, octets_of(uuid->turned, UUID_LEN));
		hosts_add(hosts, index, KIND_UUID, octets_of(uuid->straight, UUID_LEN));
	}
}

static bool is_general(const struct entry *entry)
{
	return !found_by_mac(entry) && entry_uuids(entry)->n == 0;
}

static int hosts_allocate(struct hosts *hosts, const struct entry *entries, uint32_t n)
{
	size_t nodes = 0, buckets = 1;

	for (uint32_t i = 0; i < n; i++)
		nodes += found_by_mac(&entries[i]) ? entry_macs(&entries[i])->n
						   : 2 * entry_uuids(&entries[i])->n;
	if (nodes >= UINT32_MAX / 4)
		return -ENOMEM;
	while (buckets < 2 * nodes)
		buckets *= 2;
	hosts->mask = (uint32_t)(buckets - 1);
	hosts->buckets = calloc(buckets, sizeof *hosts->buckets);
	hosts->nodes = calloc(nodes + 1, sizeof *hosts->nodes);
	hosts->general = calloc((size_t)n + 1, sizeof *hosts->general);
	return hosts->buckets && hosts->nodes && hosts->general ? 0 : -ENOMEM;
}

int hosts_init(const struct entry *entries, uint32_t n, struct hosts *out)
{
	struct hosts hosts = { .n_nodes = 0 };
	int r = PxeBootSecret(&hosts.secret) == ERROR_SUCCESS ? 0 : -EIO;

	if (r == 0)
		r = hosts_allocate(&hosts, entries, n);
	if (r < 0) {
		hosts_done(&hosts);
		return r;
	}
	for (uint32_t i = n; i-- > 0;) /* backwards: a chain then runs in the settings' order */
		if (!is_general(&entries[i]))
			hosts_add_entry(&hosts, i, &entries[i]);
	for (uint32_t i = 0; i < n; i++)
		if (is_general(&entries[i]))
			hosts.general[hosts.n_general++] = i;
	*out = hosts;
	return 0;
}

void hosts_done(struct hosts *hosts)
{
	free(hosts->nodes);
	free(hosts->buckets);
	free(hosts->general);
	*hosts = (struct hosts){ .n_nodes = 0 };
}

/* From a node on, the first one with that hash. */
static uint32_t chain_find(const struct hosts *hosts, uint32_t at, uint64_t hash)
{
	while (at != 0 && hosts->nodes[at - 1].hash != hash)
		at = hosts->nodes[at - 1].next;
	return at;
}

static uint32_t chain_begin(const struct hosts *hosts, uint64_t hash)
{
	return chain_find(hosts, hosts->buckets[hash & hosts->mask], hash);
}

struct host_walk hosts_begin(const struct hosts *hosts, PXE_BOOT_OCTETS mac, const uint8_t *uuid)
{
	struct host_walk walk = { .hosts = hosts };

	if (hosts->n_nodes == 0)
		return walk;
	if (mac.cbData == MAC_LEN) {
		walk.mac = PxeBootHash(&hosts->secret, KIND_MAC, mac.pData, MAC_LEN);
		walk.mac_at = chain_begin(hosts, walk.mac);
	}
	if (uuid) {
		walk.uuid = PxeBootHash(&hosts->secret, KIND_UUID, uuid, UUID_LEN);
		walk.uuid_at = chain_begin(hosts, walk.uuid);
	}
	return walk;
}

static uint32_t node_entry(const struct hosts *hosts, uint32_t at)
{
	return at != 0 ? hosts->nodes[at - 1].entry : UINT32_MAX;
}

int64_t hosts_next(struct host_walk *walk)
{
	const struct hosts *hosts = walk->hosts;
	uint32_t mac = node_entry(hosts, walk->mac_at), uuid = node_entry(hosts, walk->uuid_at);
	uint32_t general =
		walk->general_at < hosts->n_general ? hosts->general[walk->general_at] : UINT32_MAX;

	if (general < mac && general < uuid) {
		walk->general_at++;
		return general;
	}
	if (mac < uuid) {
		walk->mac_at = chain_find(hosts, hosts->nodes[walk->mac_at - 1].next, walk->mac);
		return mac;
	}
	if (uuid == UINT32_MAX)
		return -1;
	walk->uuid_at = chain_find(hosts, hosts->nodes[walk->uuid_at - 1].next, walk->uuid);
	return uuid;
}
