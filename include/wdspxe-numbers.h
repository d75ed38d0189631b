/* Numbers of network boot: client architectures, and the DHCP options that boot clients and servers
 * use. Each list is a macro that is called with a macro of yours, once for each row, so that a
 * table of any shape can be made of it; the constants below come from the same rows. C11, C++17.
 */
#ifndef WDSPXE_NUMBERS_H
#define WDSPXE_NUMBERS_H

/* Client architectures: IANA's registry "Processor Architecture Types", for option 93 of DHCPv4
 * (RFC 4578) and option 61 of DHCPv6 (RFC 5970).
 *
 *	X(code, CONSTANT, name, other, kind)
 *
 * name is cpu-firmware, with -http if the client speaks HTTP Boot: the log, settings and tools use
 * these names. other is the code of the same machine with the other of PXE and HTTP Boot; the same
 * code if there is no such pair. kind is HTTP for HTTP Boot; UEFI for UEFI's PXE, many
 * implementations of which accept a boot file on port 4011 only; OTHER for the rest.
 */
#define PXE_ARCHS(X)                                                                               \
	X(0, X86_BIOS, "x86-bios", 20, OTHER)                                                      \
	X(1, PC98, "pc98", 1, OTHER)                                                               \
	X(2, ITANIUM_UEFI, "itanium-uefi", 2, UEFI)                                                \
	X(3, ALPHA, "alpha", 3, OTHER)                                                             \
	X(4, ARC_X86, "arc-x86", 4, OTHER)                                                         \
	X(5, LEAN_CLIENT, "lean-client", 5, OTHER)                                                 \
	X(6, X86_UEFI, "x86-uefi", 15, UEFI)                                                       \
	X(7, X64_UEFI, "x64-uefi", 16, UEFI)                                                       \
	X(8, XSCALE_UEFI, "xscale-uefi", 8, UEFI)                                                  \
	X(9, EBC, "ebc", 17, UEFI)                                                                 \
	X(10, ARM32_UEFI, "arm32-uefi", 18, UEFI)                                                  \
	X(11, ARM64_UEFI, "arm64-uefi", 19, UEFI)                                                  \
	X(12, PPC_OF, "ppc-of", 12, OTHER)                                                         \
	X(13, PPC_EPAPR, "ppc-epapr", 13, OTHER)                                                   \
	X(14, POWER_OPAL, "power-opal", 14, OTHER)                                                 \
	X(15, X86_UEFI_HTTP, "x86-uefi-http", 6, HTTP)                                             \
	X(16, X64_UEFI_HTTP, "x64-uefi-http", 7, HTTP)                                             \
	X(17, EBC_HTTP, "ebc-http", 9, HTTP)                                                       \
	X(18, ARM32_UEFI_HTTP, "arm32-uefi-http", 10, HTTP)                                        \
	X(19, ARM64_UEFI_HTTP, "arm64-uefi-http", 11, HTTP)                                        \
	X(20, X86_BIOS_HTTP, "x86-bios-http", 0, HTTP)                                             \
	X(21, ARM32_UBOOT, "arm32-uboot", 23, OTHER)                                               \
	X(22, ARM64_UBOOT, "arm64-uboot", 24, OTHER)                                               \
	X(23, ARM32_UBOOT_HTTP, "arm32-uboot-http", 21, HTTP)                                      \
	X(24, ARM64_UBOOT_HTTP, "arm64-uboot-http", 22, HTTP)                                      \
	X(25, RISCV32_UEFI, "riscv32-uefi", 26, UEFI)                                              \
	X(26, RISCV32_UEFI_HTTP, "riscv32-uefi-http", 25, HTTP)                                    \
	X(27, RISCV64_UEFI, "riscv64-uefi", 28, UEFI)                                              \
	X(28, RISCV64_UEFI_HTTP, "riscv64-uefi-http", 27, HTTP)                                    \
	X(29, RISCV128_UEFI, "riscv128-uefi", 30, UEFI)                                            \
	X(30, RISCV128_UEFI_HTTP, "riscv128-uefi-http", 29, HTTP)                                  \
	X(31, S390_BASIC, "s390-basic", 31, OTHER)                                                 \
	X(32, S390_EXTENDED, "s390-extended", 32, OTHER)                                           \
	X(33, MIPS32_UEFI, "mips32-uefi", 33, UEFI)                                                \
	X(34, MIPS64_UEFI, "mips64-uefi", 34, UEFI)                                                \
	X(35, SUNWAY32_UEFI, "sunway32-uefi", 35, UEFI)                                            \
	X(36, SUNWAY64_UEFI, "sunway64-uefi", 36, UEFI)                                            \
	X(37, LOONGARCH32_UEFI, "loongarch32-uefi", 38, UEFI)                                      \
	X(38, LOONGARCH32_UEFI_HTTP, "loongarch32-uefi-http", 37, HTTP)                            \
	X(39, LOONGARCH64_UEFI, "loongarch64-uefi", 40, UEFI)                                      \
	X(40, LOONGARCH64_UEFI_HTTP, "loongarch64-uefi-http", 39, HTTP)                            \
	X(41, ARM_RPIBOOT, "arm-rpiboot", 41, OTHER)

/* Options of DHCPv4: X(code, NAME). RFC 2132 if nothing else is said. */
#define PXE_DHCP4_OPTIONS(X)                                                                       \
	X(0, PAD)                                                                                  \
	X(43, VENDOR)                                                                              \
	X(50, REQUESTED_ADDRESS)                                                                   \
	X(52, OVERLOAD)                                                                            \
	X(53, TYPE)                                                                                \
	X(54, SERVER_ID)                                                                           \
	X(55, PARAMETERS)                                                                          \
	X(57, MAX_SIZE)                                                                            \
	X(60, VENDOR_CLASS)                                                                        \
	X(61, CLIENT_ID)                                                                           \
	X(66, TFTP_SERVER)                                                                         \
	X(67, BOOT_FILE)                                                                           \
	X(77, USER_CLASS) /* RFC 3004 */                                                           \
	X(82, RELAY)      /* RFC 3046 */                                                           \
	X(93, ARCH)       /* RFC 4578 */                                                           \
	X(94, INTERFACE)  /* RFC 4578 */                                                           \
	X(97, UUID)       /* RFC 4578 */                                                           \
	X(118, SUBNET)    /* RFC 3011 */                                                           \
	X(175, IPXE)      /* iPXE */                                                               \
	X(250, WDSNBP)    /* Microsoft */                                                          \
	X(252, BCD)       /* Microsoft */                                                          \
	X(255, END)

/* Options of DHCPv6: X(code, NAME). RFC 8415 if nothing else is said. */
#define PXE_DHCP6_OPTIONS(X)                                                                       \
	X(1, CLIENTID)                                                                             \
	X(2, SERVERID)                                                                             \
	X(3, IA_NA)                                                                                \
	X(4, IA_TA)                                                                                \
	X(6, ORO)                                                                                  \
	X(7, PREFERENCE)                                                                           \
	X(8, ELAPSED_TIME)                                                                         \
	X(9, RELAY_MSG)                                                                            \
	X(13, STATUS_CODE)                                                                         \
	X(14, RAPID_COMMIT)                                                                        \
	X(15, USER_CLASS)                                                                          \
	X(16, VENDOR_CLASS)                                                                        \
	X(17, VENDOR_OPTS)                                                                         \
	X(18, INTERFACE_ID)                                                                        \
	X(25, IA_PD)                                                                               \
	X(37, REMOTE_ID)             /* RFC 4649 */                                                \
	X(38, SUBSCRIBER_ID)         /* RFC 4580 */                                                \
	X(59, BOOTFILE_URL)          /* RFC 5970 */                                                \
	X(60, BOOTFILE_PARAM)        /* RFC 5970 */                                                \
	X(61, CLIENT_ARCH_TYPE)      /* RFC 5970 */                                                \
	X(62, NII)                   /* RFC 5970 */                                                \
	X(79, CLIENT_LINKLAYER_ADDR) /* RFC 6939 */                                                \
	X(135, RELAY_PORT)           /* RFC 8357 */

/* What an iPXE can do, as it says in its own option (175) of DHCPv4, by iPXE's list of its DHCP
 * options: X(code, name). */
#define PXE_IPXE_FEATURES(X)                                                                       \
	X(16, "pxeext")                                                                            \
	X(17, "iscsi")                                                                             \
	X(18, "aoe")                                                                               \
	X(19, "http")                                                                              \
	X(20, "https")                                                                             \
	X(21, "tftp")                                                                              \
	X(22, "ftp")                                                                               \
	X(23, "dns")                                                                               \
	X(24, "bzimage")                                                                           \
	X(25, "multiboot")                                                                         \
	X(26, "slam")                                                                              \
	X(27, "srp")                                                                               \
	X(32, "nbi")                                                                               \
	X(33, "pxe")                                                                               \
	X(34, "elf")                                                                               \
	X(35, "comboot")                                                                           \
	X(36, "efi")                                                                               \
	X(37, "fcoe")                                                                              \
	X(38, "vlan")                                                                              \
	X(39, "menu")                                                                              \
	X(40, "sdi")                                                                               \
	X(41, "nfs")

/* PXE_ARCH_X86_BIOS, PXE_DHCP4_OPT_VENDOR, PXE_DHCP6_OPT_CLIENTID ... */
#define PXE_NUMBERS_ARCH_(code, constant, name, other, kind) PXE_ARCH_##constant = (code),
#define PXE_NUMBERS_OPT4_(code, name)                        PXE_DHCP4_OPT_##name = (code),
#define PXE_NUMBERS_OPT6_(code, name)                        PXE_DHCP6_OPT_##name = (code),
enum pxe_arch { PXE_ARCHS(PXE_NUMBERS_ARCH_) PXE_ARCH_AFTER_, PXE_ARCH_LAST = PXE_ARCH_AFTER_ - 1 };
enum pxe_dhcp4_option { PXE_DHCP4_OPTIONS(PXE_NUMBERS_OPT4_) };
enum pxe_dhcp6_option { PXE_DHCP6_OPTIONS(PXE_NUMBERS_OPT6_) };

#endif
