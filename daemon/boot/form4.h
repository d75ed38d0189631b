/* How an answer of DHCPv4 is to look: bits. */
#pragma once

enum reply4_form {
	REPLY4_OFFER = 1, /* else an ACK */
	REPLY4_REDIRECT =
		2,       /* no file: the client asks our port 4011; by a menu, where there is one */
	REPLY4_HTTP = 4, /* class HTTPClient: a URL, no option 43 */
	REPLY4_IPXE = 8, /* iPXE: a file is named by an absolute URL, and 175 ranks us first */
	REPLY4_SLIM = 16 /* without what may be left out: 66, 67 beside file, the prompt */
};
