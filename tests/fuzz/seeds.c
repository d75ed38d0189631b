/* Seeds for the fuzzers, out of captures: seeds DIR CAPTURE... writes DIR/dhcp4/N for each IPv4
 * datagram of a client with the answer next to it, DIR/dhcp6/N for each IPv6 datagram, and
 * DIR/relay/N for each of those as it would come through two relays, DIR/boot/N and DIR/decode/N
 * for any, DIR/overheard/N for each answer.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "pcap.h"

static unsigned count;

static FILE *seed_open(const char *dir, const char *fuzzer)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, fuzzer);
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		pcap_die(path, strerror(errno));
	snprintf(path, sizeof(path), "%s/%s/seed-%u", dir, fuzzer, count++);
	file = fopen(path, "wb");
	if (!file)
		pcap_die(path, strerror(errno));
	return file;
}

static void seed_write(FILE *file, struct span octets)
{
	if (octets.len > 0 && fwrite(octets.at, octets.len, 1, file) != 1)
		pcap_die("a seed", "cannot be written");
}

static void seed_dhcp4(const char *dir, const struct pcap_datagram *request, struct span reply)
{
	bool on_4011 = request->dst.port == 4011;
	uint8_t head[3] = { (uint8_t)(1 | (on_4011 ? 2 | 16 : 0)) };
	FILE *file = seed_open(dir, "dhcp4");

	store_be16(head + 1, (uint16_t)request->payload.len);
	seed_write(file, span_of(head, sizeof(head)));
	seed_write(file, request->payload);
	seed_write(file, reply);
	fclose(file);
}

/* Two RELAY-FORW around a message, the inner with an interface-id, the outer with option 135. */
static void seed_relay(const char *dir, struct span message)
{
	static const uint8_t inner[] = { 0, 18, 0, 2, 'i', 'f' }, outer[] = { 0, 135, 0, 2, 0, 0 };
	uint8_t head[2], level[2][34] = { { 12, 1, 0xfd, 2 }, { 12, 0, 0xfd, 1 } },
			 option[4] = { 0, 9 };
	size_t len = sizeof(level[1]) + sizeof(inner) + sizeof(option) + message.len;
	FILE *file = seed_open(dir, "relay");

	store_be16(head, (uint16_t)(sizeof(level[0]) + sizeof(outer) + sizeof(option) + len));
	seed_write(file, span_of(head, sizeof(head)));
	seed_write(file, span_of(level[0], sizeof(level[0])));
	seed_write(file, span_of(outer, sizeof(outer)));
	store_be16(option + 2, (uint16_t)len);
	seed_write(file, span_of(option, sizeof(option)));
	seed_write(file, span_of(level[1], sizeof(level[1])));
	seed_write(file, span_of(inner, sizeof(inner)));
	store_be16(option + 2, (uint16_t)message.len);
	seed_write(file, span_of(option, sizeof(option)));
	seed_write(file, message);
	seed_write(file, message); /* and as the answer that goes back */
	fclose(file);
}

/* A datagram as it came, and behind it how: see tests/fuzz/whole/boot_fuzz.c. `limited`: 64 where
 * limits hold, else 0. */
static void seed_boot(const char *dir, const struct pcap_datagram *now, uint8_t limited)
{
	uint8_t how = (uint8_t)((now->dst.ip.family == IP_V6 ? 1 : 0) |
				(now->dst.port == 4011 ? 2 | 4 | 8 : 0) |
				(now->src.port == 4011 ? 16 : 0) | limited);
	FILE *file = seed_open(dir, "boot");

	seed_write(file, now->payload);
	seed_write(file, span_of(&how, 1));
	fclose(file);
}

/* See tests/fuzz/decode_fuzz.c. */
static void seed_decode(const char *dir, const struct pcap_datagram *now)
{
	uint8_t family = now->dst.ip.family == IP_V6;
	FILE *file = seed_open(dir, "decode");

	seed_write(file, span_of(&family, 1));
	seed_write(file, now->payload);
	fclose(file);
}

/* An answer to a client: see tests/fuzz/overheard_fuzz.c. */
static void seed_overheard(const char *dir, const struct pcap_datagram *now, uint8_t client)
{
	uint8_t how = (uint8_t)((now->dst.ip.family == IP_V6 ? 2 : 0) | client);
	FILE *file;

	if (now->dst.port != 68 && now->dst.port != 546)
		return;
	file = seed_open(dir, "overheard");
	seed_write(file, span_of(&how, 1));
	seed_write(file, now->payload);
	fclose(file);
}

static void seeds_of(const char *dir, const char *capture)
{
	struct pcap pcap = pcap_open(capture);
	struct pcap_datagram now = { .frame = 0 }, before = { .frame = 0 };

	while (pcap_next(&pcap, &now)) {
		seed_boot(dir, &now, 0);
		seed_boot(dir, &now, 64);
		seed_decode(dir, &now);
		seed_overheard(dir, &now, 0);
		seed_overheard(dir, &now, 4);
		seed_overheard(dir, &now, 8);
		if (now.dst.ip.family == IP_V6) {
			FILE *file = seed_open(dir, "dhcp6");

			seed_write(file, now.payload);
			fclose(file);
			seed_relay(dir, now.payload);
		} else if (now.payload.len > 0 && now.payload.at[0] == 2 &&
			   before.payload.len > 0) {
			seed_dhcp4(dir, &before, now.payload);
		} else {
			before = now;
		}
	}
	pcap_close(&pcap);
}

int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		seeds_of(argv[1], argv[i]);
	return count > 0 ? 0 : 1;
}
