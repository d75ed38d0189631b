#include "ear/filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "story/heard_record.h"

enum { PORT_CLIENT4 = 68, PORT_CLIENT6 = 546 };

/* The packet begins with its IP header. Every way out but the last is the drop at the end: a jump
 * counts the instructions in between. */
#define TAKE BPF_STMT(BPF_RET | BPF_K, HEARD_OCTETS_MAX)
#define DROP BPF_STMT(BPF_RET | BPF_K, 0)
/* What this host sends (PACKET_OUTGOING and above) is not heard. */
#define NOT_SENT_HERE(drop)                                                                        \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),               \
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, PACKET_OTHERHOST, drop, 0)
#define IP_VERSION(version, drop)                                                                  \
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),          \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (version) << 4, 0, drop)
#define IS_UDP(offset, drop)                                                                       \
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, offset),                                                \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, drop)

static struct sock_filter ipv4[] = {
	NOT_SENT_HERE(11),
	IP_VERSION(4, 8),
	IS_UDP(9, 6),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* a fragment: more follow, or it is not the first */
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 4, 0),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* the header's length, with its options */
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PORT_CLIENT4, 0, 1),
	TAKE,
	DROP,
};

static struct sock_filter ipv6[] = {
	NOT_SENT_HERE(8),
	IP_VERSION(6, 5),
	IS_UDP(6, 3), /* the header that follows at once */
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 40 + 2),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PORT_CLIENT6, 0, 1),
	TAKE,
	DROP,
};

int filter_attach(int fd, int protocol)
{
	struct sock_fprog program = { sizeof(ipv4) / sizeof(*ipv4), ipv4 };
	int on = 1;

	if (protocol == ETH_P_IPV6)
		program = (struct sock_fprog){ sizeof(ipv6) / sizeof(*ipv6), ipv6 };
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}
