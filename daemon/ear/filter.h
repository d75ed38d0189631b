/* What the kernel lets through to the ear. */
#pragma once

/** Has a socket that is not bound yet take nothing but answers to clients (`protocol`: ETH_P_IP or
 * ETH_P_IPV6), for good. 0 or -errno. */
int filter_attach(int fd, int protocol);
