/* Members of JSON objects that tell of packets: what others said is made plain, what is not known
 * is left out. Pure. */
#pragma once

#include <jansson.h>

#include "request/log_client.h"

/** Puts a value, which is the object's then. */
void record_put(json_t *object, const char *key, json_t *value);
/** NULL and "": left out. */
void record_text(json_t *object, const char *key, const char *text);
void record_number(json_t *object, const char *key, uint64_t number);
/** None, or the unspecified one: left out. */
void record_ip(json_t *object, const char *key, const struct ip *ip);
/** "10.0.0.1:68", "[fd00::1]:546". */
void record_endpoint(json_t *object, const char *key, const struct endpoint *at);
/** In hexadecimal; at most REQUEST_PACKET_MAX. */
void record_octets(json_t *object, const char *key, const uint8_t *octets, size_t len);
/** `client`: `mac`, `id`, `uuid`, `arch`, `arch-code`. */
void record_client(json_t *object, const struct log_client *client);
