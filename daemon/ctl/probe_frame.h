/* IP and UDP around what a client without an address broadcasts, and around what it hears. Pure. */
#pragma once

#include "base/ip.h"
#include "base/span.h"

enum { FRAME_IP6_HEADER = 40, FRAME_HEAD_MAX = 48 };

/** From 0.0.0.`source` port 68 to 255.255.255.255 port 67. `p` has room for FRAME_HEAD_MAX more
 * octets than the payload. Returns the length. */
size_t frame_put4(uint8_t *p, uint8_t source, struct span payload);
/** From that address port 546 to ff02::1:2 port 547. */
size_t frame_put6(uint8_t *p, const struct ip *source, struct span payload);

/** The UDP datagram in an IP packet, borrowed. False: another family, or none that is whole. */
bool frame_read(struct span frame, uint8_t family, struct endpoint *from, struct span *payload);
