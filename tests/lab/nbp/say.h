/* What both boot programs share: words on the first serial port, and DHCP packets as lines
 *
 *     NAME: siaddr=10.77.0.2 file=boot.efi options 53=05 54=0a4d0002 …
 *     NAME: type=7 url=tftp://[fd77::2]/boot.efi options 1=… 59=…         (DHCPv6)
 */
#pragma once

#include <stdint.h>

static inline void say_char(char c)
{
	const uint16_t data = 0x3f8, line_status = 0x3fd;
	uint8_t status = 0;

	if (c == '\n')
		say_char('\r');
	for (unsigned i = 0; i < 1000000 && !(status & 0x20); i++) /* transmitter empty */
		__asm__ volatile("inb %1, %0" : "=a"(status) : "Nd"(line_status));
	__asm__ volatile("outb %0, %1" : : "a"((uint8_t)c), "Nd"(data));
}

static inline void say(const char *text)
{
	while (*text)
		say_char(*text++);
}

static inline void say_number(unsigned number)
{
	if (number >= 10)
		say_number(number / 10);
	say_char((char)('0' + number % 10));
}

static inline void say_hex(const uint8_t *at, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		say_char("0123456789abcdef"[at[i] >> 4]);
		say_char("0123456789abcdef"[at[i] & 15]);
	}
}

/* Octets as text, up to a NUL or n. */
static inline void say_text(const uint8_t *at, unsigned n)
{
	for (unsigned i = 0; i < n && at[i]; i++)
		say_char(at[i] >= ' ' && at[i] < 127 ? (char)at[i] : '?');
}

static inline void say_address4(const char *name, const uint8_t *at)
{
	say(name);
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			say_char('.');
		say_number(at[i]);
	}
}

static inline void say_option(unsigned code, const uint8_t *value, unsigned len)
{
	say_char(' ');
	say_number(code);
	say_char('=');
	say_hex(value, len);
}

static inline void say_dhcp4(const uint8_t *packet, unsigned size)
{
	say_address4("yiaddr=", packet + 16);
	say_address4(" siaddr=", packet + 20);
	say(" file=");
	say_text(packet + 108, 128);
	say(" options");
	for (unsigned at = 240; at + 2 <= size && packet[at] != 255;) {
		unsigned len = packet[at + 1];

		if (packet[at] == 0) {
			at++;
			continue;
		}
		if (at + 2 + len > size)
			break;
		say_option(packet[at], packet + at + 2, len);
		at += 2 + len;
	}
	say("\n");
}

static inline unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static inline void say_dhcp6(const uint8_t *packet, unsigned size)
{
	say("type=");
	say_number(packet[0]);
	for (int pass = 0; pass < 2; pass++) { /* the URL first, where an eye finds it */
		if (pass == 1)
			say(" options");
		for (unsigned at = 4; at + 4 <= size && get16(packet + at) != 0;) {
			unsigned code = get16(packet + at), len = get16(packet + at + 2);

			if (at + 4 + len > size)
				break;
			if (pass == 1) {
				say_option(code, packet + at + 4, len);
			} else if (code == 59) {
				say(" url=");
				say_text(packet + at + 4, len);
			}
			at += 4 + len;
		}
	}
	say("\n");
}
