/* The measure of all others: takes datagrams in batches and sends each one's octets back to where
 * an answer goes, and does nothing else. One recvmmsg, one sendmmsg.
 *
 *     echo INTERFACE [WAY]     broadcast: to 255.255.255.255:68; relay, 4011: to whom it came from
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, SIZE = 2048 };

static char slot[BATCH][SIZE];

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(67) };
	struct sockaddr_in client = { .sin_family = AF_INET,
				      .sin_port = htons(68),
				      .sin_addr.s_addr = htonl(INADDR_BROADCAST) };
	struct sockaddr_in from[BATCH];
	struct iovec in[BATCH], out[BATCH];
	struct mmsghdr received[BATCH] = { 0 }, sent[BATCH] = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, buffer = 64 << 20;
	const char *way = argc > 2 ? argv[2] : "broadcast";
	int back = strcmp(way, "broadcast") != 0;

	if (argc != 2 && argc != 3)
		return fprintf(stderr, "usage: echo INTERFACE [broadcast|relay|4011]\n"), 2;
	if (strcmp(way, "4011") == 0)
		local.sin_port = htons(4011);
	if (fd < 0)
		return fail("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, argv[1], (socklen_t)strlen(argv[1])) < 0 ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0)
		return fail(way);
	for (int i = 0; i < BATCH; i++) {
		in[i] = (struct iovec){ slot[i], SIZE };
		received[i].msg_hdr.msg_iov = &in[i];
		received[i].msg_hdr.msg_iovlen = 1;
		if (back) {
			received[i].msg_hdr.msg_name = &from[i];
			received[i].msg_hdr.msg_namelen = sizeof(from[i]);
		}
		sent[i].msg_hdr.msg_name = back ? &from[i] : &client;
		sent[i].msg_hdr.msg_namelen = sizeof(client);
		sent[i].msg_hdr.msg_iov = &out[i];
		sent[i].msg_hdr.msg_iovlen = 1;
	}
	for (;;) {
		int n = recvmmsg(fd, received, BATCH, MSG_WAITFORONE, NULL);

		if (n < 0 && errno != EINTR)
			return fail("recvmmsg");
		for (int i = 0; i < n; i++)
			out[i] = (struct iovec){ slot[i], received[i].msg_len };
		for (int done = 0, r; done < n; done += r) {
			r = sendmmsg(fd, sent + done, (unsigned)(n - done), 0);
			if (r < 0)
				return fail("sendmmsg");
		}
	}
}
