/* Words of other boot and DHCP servers' configurations, and how wdspxed's are written: for messages
 * to an administrator who types, or pastes, what he knows. The list is a macro that is called with
 * a macro of yours, once for each row. C11, C++17.
 *
 *	X(word, SERVER, PLACE, text)
 *
 * word is compared without regard to case, and '_' is '-'. SERVER is DNSMASQ, ISC (dhcpd), KEA, or
 * OTHER where several have the word, or people just call it so. PLACE says what the text is:
 *
 *	ENTRY     what to write in an entry of `boot`
 *	SETTINGS  what to write in the group `settings` of the provider bootfile
 *	DROPIN    what to write in a provider's file, beside `settings`
 *	DAEMON    what to write in wdspxed.conf
 *	NONE      why there is nothing like it here, as the end of a sentence
 */
#ifndef WDSPXE_WORDS_H
#define WDSPXE_WORDS_H

#define PXE_WORDS_OF_DNSMASQ(X)                                                                    \
	X("dhcp-boot", DNSMASQ, ENTRY, "file = \"...\"")                                           \
	X("pxe-service", DNSMASQ, ENTRY, "file = \"...\"")                                         \
	X("pxe-prompt", DNSMASQ, ENTRY, "menu = { prompt = \"...\"; ... }")                        \
	X("dhcp-match", DNSMASQ, ENTRY, "arch = \"...\"")                                          \
	X("dhcp-vendorclass", DNSMASQ, ENTRY, "vendor-class = \"...\"")                            \
	X("dhcp-userclass", DNSMASQ, ENTRY, "user-class = \"...\"")                                \
	X("dhcp-mac", DNSMASQ, ENTRY, "mac = \"...\"")                                             \
	X("dhcp-host", DNSMASQ, ENTRY, "mac = \"...\"")                                            \
	X("dhcp-hostsfile", DNSMASQ, SETTINGS, "machines = \"/...\", which takes its lines")       \
	X("dhcp-hostsdir", DNSMASQ, SETTINGS, "machines = [ \"/...\" ], with each file")           \
	X("dhcp-circuitid", DNSMASQ, ENTRY, "circuit-id = \"...\"")                                \
	X("dhcp-remoteid", DNSMASQ, ENTRY, "remote-id = \"...\"")                                  \
	X("dhcp-subscrid", DNSMASQ, ENTRY, "subscriber-id = \"...\"")                              \
	X("dhcp-ignore", DNSMASQ, ENTRY, "action = \"ignore\"")                                    \
	X("dhcp-reply-delay", DNSMASQ, ENTRY, "delay = ... (milliseconds)")                        \
	X("tag-if", DNSMASQ, NONE,                                                                 \
	  "all conditions of an entry must hold, and a list means any of these")                   \
	X("dhcp-option", DNSMASQ, ENTRY, "options = ( { code = ...; text = \"...\"; } )")          \
	X("dhcp-option-force", DNSMASQ, ENTRY, "options = ( { code = ...; text = \"...\"; } )")    \
	X("dhcp-option-pxe", DNSMASQ, ENTRY, "options = ( { code = ...; text = \"...\"; } )")      \
	X("dhcp-option-pxe-force", DNSMASQ, ENTRY,                                                 \
	  "options = ( { code = ...; text = \"...\"; } )")                                         \
	X("dhcp-no-override", DNSMASQ, NONE,                                                       \
	  "options are never moved into the header, so leave it out")                              \
	X("dhcp-range", DNSMASQ, NONE, "addresses are left to the DHCP server")                    \
	X("dhcp-authoritative", DNSMASQ, NONE, "addresses are left to the DHCP server")            \
	X("dhcp-leasefile", DNSMASQ, NONE, "addresses are left to the DHCP server")                \
	X("dhcp-lease-max", DNSMASQ, NONE, "addresses are left to the DHCP server")                \
	X("dhcp-script", DNSMASQ, NONE, "a program that decides is a provider: see wdspxe(7)")     \
	X("dhcp-relay", DNSMASQ, NONE, "a relay is another program")                               \
	X("dhcp-proxy", DNSMASQ, NONE, "relays need no setting")                                   \
	X("enable-tftp", DNSMASQ, NONE, "files are served by a separate TFTP server")              \
	X("tftp-root", DNSMASQ, NONE, "files are served by a separate TFTP server")                \
	X("tftp-secure", DNSMASQ, NONE, "files are served by a separate TFTP server")              \
	X("tftp-lowercase", DNSMASQ, NONE, "files are served by a separate TFTP server")           \
	X("tftp-no-blocksize", DNSMASQ, NONE, "files are served by a separate TFTP server")        \
	X("tftp-unique-root", DNSMASQ, NONE, "files are served by a separate TFTP server")         \
	X("except-interface", DNSMASQ, DAEMON, "listen: { interfaces = [ \"!...\" ]; };")          \
	X("no-dhcp-interface", DNSMASQ, DAEMON, "listen: { interfaces = [ \"!...\" ]; };")         \
	X("listen-address", DNSMASQ, DAEMON, "listen.interfaces to name the interfaces to serve")  \
	X("bind-interfaces", DNSMASQ, DAEMON, "listen.interfaces to name the interfaces to serve") \
	X("bind-dynamic", DNSMASQ, DAEMON, "listen.interfaces to name the interfaces to serve")    \
	X("log-dhcp", DNSMASQ, DAEMON, "log-level = \"debug\"")                                    \
	X("log-facility", DNSMASQ, NONE, "the log goes to the journal")                            \
	X("conf-dir", DNSMASQ, DROPIN, "include = \"bootfile.d/*.conf\"")                          \
	X("conf-file", DNSMASQ, DROPIN, "include = \"bootfile.d/entries.conf\"")                   \
	X("resolv-file", DNSMASQ, NONE, "names are not served")                                    \
	X("no-resolv", DNSMASQ, NONE, "names are not served")                                      \
	X("no-hosts", DNSMASQ, NONE, "names are not served")                                       \
	X("bogus-priv", DNSMASQ, NONE, "names are not served")                                     \
	X("domain-needed", DNSMASQ, NONE, "names are not served")

#define PXE_WORDS_OF_ISC(X)                                                                        \
	X("filename", ISC, ENTRY, "file = \"...\"")                                                \
	X("next-server", ISC, ENTRY, "server = \"...\"")                                           \
	X("server-name", ISC, ENTRY, "server = \"...\"")                                           \
	X("tftp-server-name", ISC, ENTRY, "server = \"...\"")                                      \
	X("server-identifier", ISC, ENTRY, "server-id = \"...\"")                                  \
	X("dhcp-server-identifier", ISC, ENTRY, "server-id = \"...\"")                             \
	X("bootfile-name", ISC, ENTRY, "file = \"...\"")                                           \
	X("hardware", ISC, ENTRY, "mac = \"...\"")                                                 \
	X("host", ISC, ENTRY, "mac = \"...\"")                                                     \
	X("dhcp-client-identifier", ISC, ENTRY, "client-id = \"...\"")                             \
	X("class", ISC, ENTRY, "vendor-class = \"...\" or user-class = \"...\"")                   \
	X("subclass", ISC, ENTRY, "vendor-class = \"...\" or mac = \"...\"")                       \
	X("match", ISC, ENTRY, "vendor-class = \"...\" or user-class = \"...\"")                   \
	X("vendor-class-identifier", ISC, ENTRY, "vendor-class = \"...\"")                         \
	X("option", ISC, ENTRY, "arch, vendor-class or user-class as a condition")                 \
	X("if", ISC, ENTRY, "arch = \"...\" or another condition")                                 \
	X("elsif", ISC, ENTRY, "arch = \"...\" or another condition")                              \
	X("else", ISC, NONE, "the first entry of boot whose conditions are all met decides")       \
	X("subnet", ISC, ENTRY, "subnet = \"10.0.0.0/24\"")                                        \
	X("subnet6", ISC, ENTRY, "subnet = \"fd77::/64\"")                                         \
	X("group", ISC, SETTINGS, "groups = ( { name = \"...\"; mac = [ ... ]; } )")               \
	X("shared-network", ISC, ENTRY, "subnet = [ \"10.0.0.0/24\", \"10.0.1.0/24\" ]")           \
	X("deny", ISC, ENTRY, "action = \"ignore\"")                                               \
	X("ignore", ISC, ENTRY, "action = \"ignore\"")                                             \
	X("allow", ISC, NONE, "clients that an entry matches are answered, and no others")         \
	X("min-secs", ISC, ENTRY, "response-delay = ...")                                          \
	X("include", ISC, DROPIN, "include = \"bootfile.d/*.conf\"")                               \
	X("authoritative", ISC, NONE, "addresses are left to the DHCP server")                     \
	X("default-lease-time", ISC, NONE, "addresses are left to the DHCP server")                \
	X("max-lease-time", ISC, NONE, "addresses are left to the DHCP server")                    \
	X("min-lease-time", ISC, NONE, "addresses are left to the DHCP server")                    \
	X("ddns-update-style", ISC, NONE, "addresses are left to the DHCP server")                 \
	X("fixed-address", ISC, NONE, "addresses are left to the DHCP server")                     \
	X("range", ISC, NONE, "addresses are left to the DHCP server")                             \
	X("pool", ISC, NONE, "addresses are left to the DHCP server")

#define PXE_WORDS_OF_KEA(X)                                                                        \
	X("Dhcp4", KEA, ENTRY, "the tests of its classes as conditions, and file = \"...\"")       \
	X("Dhcp6", KEA, ENTRY, "the tests of its classes as conditions, and url = \"...\"")        \
	X("client-classes", KEA, ENTRY, "the tests as conditions, and file = \"...\"")             \
	X("test", KEA, ENTRY, "arch = \"...\", vendor-class or user-class")                        \
	X("boot-file-name", KEA, ENTRY, "file = \"...\"")                                          \
	X("next-server", KEA, ENTRY, "server = \"...\"")                                           \
	X("server-hostname", KEA, ENTRY, "server = \"...\"")                                       \
	X("reservations", KEA, ENTRY, "mac = \"...\"")                                             \
	X("hw-address", KEA, ENTRY, "mac = \"...\"")                                               \
	X("subnet4", KEA, ENTRY, "subnet = \"10.0.0.0/24\"")                                       \
	X("interfaces-config", KEA, DAEMON, "listen.interfaces to name the interfaces to serve")   \
	X("option-data", KEA, ENTRY, "options = ( { code = ...; text = \"...\"; } )")              \
	X("option-def", KEA, NONE, "an option has its code, and needs no definition")              \
	X("lease-database", KEA, NONE, "addresses are left to the DHCP server")                    \
	X("valid-lifetime", KEA, NONE, "addresses are left to the DHCP server")                    \
	X("pools", KEA, NONE, "addresses are left to the DHCP server")                             \
	X("loggers", KEA, DAEMON, "log-level")

#define PXE_WORDS_OF_OTHERS(X)                                                                     \
	X("boot-file", OTHER, ENTRY, "file = \"...\"")                                             \
	X("bootfile", OTHER, ENTRY, "file = \"...\"")                                              \
	X("boot-program", OTHER, ENTRY, "file = \"...\"")                                          \
	X("path", OTHER, ENTRY, "file = \"...\"")                                                  \
	X("kernel", OTHER, ENTRY, "file = \"...\"")                                                \
	X("siaddr", OTHER, ENTRY, "server = \"...\"")                                              \
	X("tftp-server", OTHER, ENTRY, "server = \"...\"")                                         \
	X("architecture", OTHER, ENTRY, "arch = \"...\"")                                          \
	X("client-arch", OTHER, ENTRY, "arch = \"...\"")                                           \
	X("hwaddr", OTHER, ENTRY, "mac = \"...\"")                                                 \
	X("mac-address", OTHER, ENTRY, "mac = \"...\"")                                            \
	X("guid", OTHER, ENTRY, "uuid = \"...\"")                                                  \
	X("network", OTHER, ENTRY, "subnet = \"10.0.0.0/24\"")                                     \
	X("vlan", OTHER, ENTRY, "interface = \"...\" or subnet = \"...\"")                         \
	X("prompt", OTHER, ENTRY, "menu = { prompt = \"...\"; items = ( ... ); }")                 \
	X("timeout", OTHER, ENTRY, "menu = { timeout = ...; items = ( ... ); }")                   \
	X("items", OTHER, ENTRY, "menu = { items = ( ... ); }")                                    \
	X("reject", OTHER, ENTRY, "action = \"reject\"")                                           \
	X("drop", OTHER, ENTRY, "action = \"ignore\"")

#define PXE_WORDS(X)                                                                               \
	PXE_WORDS_OF_DNSMASQ(X)                                                                    \
	PXE_WORDS_OF_ISC(X)                                                                        \
	PXE_WORDS_OF_KEA(X)                                                                        \
	PXE_WORDS_OF_OTHERS(X)

/* wdspxed's own: bootfile's, where they stand in the wrong place.
 *
 *	X(word, PLACE)
 */
#define PXE_WORDS_OF_BOOTFILE(X)                                                                   \
	X("boot", SETTINGS)                                                                        \
	X("server", SETTINGS)                                                                      \
	X("classes", SETTINGS)                                                                     \
	X("banned-uuids", SETTINGS)                                                                \
	X("response-delay", SETTINGS)                                                              \
	X("machines", SETTINGS)                                                                    \
	X("groups", SETTINGS)                                                                      \
	X("look-up-every", SETTINGS)                                                               \
	X("server-id", SETTINGS)                                                                   \
	X("options", ENTRY)                                                                        \
	X("bcd", ENTRY)                                                                            \
	X("windows", ENTRY)                                                                        \
	X("arch", ENTRY)                                                                           \
	X("mac", ENTRY)                                                                            \
	X("uuid", ENTRY)                                                                           \
	X("user-class", ENTRY)                                                                     \
	X("vendor-class", ENTRY)                                                                   \
	X("subnet", ENTRY)                                                                         \
	X("interface", ENTRY)                                                                      \
	X("family", ENTRY)                                                                         \
	X("duid", ENTRY)                                                                           \
	X("group", ENTRY)                                                                          \
	X("machine", ENTRY)                                                                        \
	X("ipxe", ENTRY)                                                                           \
	X("client-id", ENTRY)                                                                      \
	X("circuit-id", ENTRY)                                                                     \
	X("remote-id", ENTRY)                                                                      \
	X("subscriber-id", ENTRY)                                                                  \
	X("undi", ENTRY)                                                                           \
	X("request-option", ENTRY)                                                                 \
	X("sent-to", ENTRY)                                                                        \
	X("not", ENTRY)                                                                            \
	X("file", ENTRY)                                                                           \
	X("url", ENTRY)                                                                            \
	X("menu", ENTRY)                                                                           \
	X("action", ENTRY)                                                                         \
	X("shape", ENTRY)                                                                          \
	X("params", ENTRY)                                                                         \
	X("delay", ENTRY)                                                                          \
	X("options-66-67", ENTRY)                                                                  \
	X("raspberry-pi", ENTRY)                                                                   \
	X("name", DROPIN)                                                                          \
	X("module", DROPIN)                                                                        \
	X("critical", DROPIN)                                                                      \
	X("enabled", DROPIN)                                                                       \
	X("threads", DROPIN)                                                                       \
	X("pending-timeout", DROPIN)                                                               \
	X("information-request", DROPIN)                                                           \
	X("include", DROPIN)                                                                       \
	X("settings", DROPIN)

#endif
