# wdspxed: no Makefile in a folder; a folder is a unit in this one. What is built, installed and served
# from the tree; how it is tested is in tests/tests.mk. `make help` lists the targets.
#
#   BUILD=build/asan SAN=address,undefined   a second build beside the first, with sanitizers
#   CC=clang                                 either compiler; warnings are errors with both
#   LTO=                                     quicker to link, slower to run
#   WERROR=                                  with a compiler that warns of what these do not
#   IFACE=eth0                               the one interface that `make run` serves
#   CONF=DIR TFTP=DIR                        its configuration and boot files: conf/serve.sh

CC         := gcc
CXX        := g++
PKG_CONFIG := pkg-config
BUILD      := build
SAN        :=
V          := 0
Q          := $(if $(filter 1,$(V)),,@)
VERSION    := $(file <VERSION)

define newline


endef

# Silent where there is no compiler yet: `make run` and `make check` bring one.
multiarch   = $(or $(multiarch_),$(eval multiarch_ := $(shell $(CC) -print-multiarch 2>/dev/null))$(multiarch_))

# Under sudo, what is built belongs to the caller if the tree does: he builds in it again.
root       := $(filter 0,$(shell id -u))
caller     := $(if $(root),$(filter-out 0,$(filter $(SUDO_UID),$(shell stat -c %u .))))
AS_CALLER  := setpriv --reuid=$(caller) --regid=$(SUDO_GID) --init-groups env \
	      HOME=$(if $(caller),$(shell getent passwd $(caller) | cut -d: -f6))

prefix      ?= /usr
sysconfdir  ?= /etc
libdir      ?= $(prefix)/lib/$(multiarch)
sbindir     ?= $(prefix)/sbin
includedir  ?= $(prefix)/include
datadir     ?= $(prefix)/share
mandir      ?= $(datadir)/man
pkglibdir   := $(prefix)/lib/wdspxed
unitdir     := $(prefix)/lib/systemd/system
sysusersdir := $(prefix)/lib/sysusers.d
sysctldir   := $(prefix)/lib/sysctl.d
bashcompdir := $(datadir)/bash-completion/completions
zshcompdir  := $(datadir)/zsh/vendor-completions
fishcompdir := $(datadir)/fish/vendor_completions.d

# What a build needs, and what the tests need on top (Debian's names).
BUILD_PACKAGES := gcc make pkg-config libc6-dev libev-dev libconfig-dev libsystemd-dev libmnl-dev \
                  libjansson-dev libcurl4-openssl-dev
RUN_PACKAGES   := $(BUILD_PACKAGES) ipxe tftpd-hpa iproute2
DEMO_PACKAGES  := $(RUN_PACKAGES) python3 qemu-system-x86 ovmf ipxe-qemu isc-dhcp-server radvd \
                  tcpdump tshark clang lld
CHECK_PACKAGES := $(DEMO_PACKAGES) g++ clang-tidy clang-format cppcheck check dnsmasq-base \
                  systemd-container mandoc man-db binutils util-linux libclang-rt-dev manpages-dev cmake meson \
                  strace valgrind gdb linux-perf jq shim-signed grub-efi-amd64-signed zsh fish \
                  nginx nftables openssl rustc kea-dhcp4-server udhcpd
DEB_PACKAGES   := $(BUILD_PACKAGES) build-essential debhelper fakeroot
LONG_PACKAGES  := $(CHECK_PACKAGES) $(DEB_PACKAGES) debootstrap lintian debian-installer-12-netboot-amd64 \
                  systemd-boot-efi shim-unsigned osslsigncode

WERROR     := -Werror
WARNINGS   := -Wall -Wextra -Wshadow -Wconversion -Wpointer-arith -Wwrite-strings -Wundef $(WERROR)
C_WARNINGS := $(WARNINGS) -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum
# With sanitizers, compiling takes longer than running: a third less like this, and their reports have
# all that they had. Two of gcc's warnings are wrong then.
OPTIMISE   := $(if $(SAN),-Og -g1 $(if $(findstring clang,$(CC)),,-Wno-format-truncation -Wno-maybe-uninitialized),-O2 -g)
# Checks of sizes, for nothing; not where a sanitizer checks more, nor without optimisation.
FORTIFY    := $(if $(SAN)$(filter -O0,$(OPTIMISE)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
# gcc optimises what is shipped as a whole; tests link the same objects without that, quickly.
LTO        := $(if $(SAN)$(findstring clang,$(CC)),,-flto=auto)
SANFLAGS   := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
# What the caller gives in CPPFLAGS, CFLAGS and LDFLAGS comes last, and so wins.
CPPFLAGS_  = -D_GNU_SOURCE -DWDSPXED_VERSION='"$(VERSION)"' -Idaemon -Iinclude $(FORTIFY) $(CPPFLAGS)
CFLAGS_    = -std=gnu11 $(OPTIMISE) $(C_WARNINGS) -fPIC -fvisibility=hidden -fstack-protector-strong \
             -pthread $(SANFLAGS) $(if $(LTO),$(LTO) -ffat-lto-objects) $(CFLAGS)
LDFLAGS_   = $(LTO) -pthread -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)

# ---- units -------------------------------------------------------------------------------------

sources  = $(wildcard $(addsuffix /*.c,$(1)))
objects  = $(patsubst %.c,$(BUILD)/obj/%.o,$(call sources,$(1)))

LIB_FLOORS    := daemon/base daemon/dhcp daemon/registry daemon/libwdspxe
DAEMON_FLOORS := daemon/base daemon/dhcp daemon/net daemon/registry daemon/request daemon/provider \
                daemon/control daemon/site daemon/story
FAKE_FLOORS   := daemon/base daemon/dhcp daemon/registry daemon/request daemon/provider daemon/fake
PLAN          := $(BUILD)/obj/daemon/site/plan.o
RUN_FLOORS    := $(FAKE_FLOORS) daemon/run

PROVIDERS     := $(filter-out template% README.md,$(notdir $(wildcard providers/*)))
PROVIDER_SOS  := $(PROVIDERS:%=$(BUILD)/providers/%.so)
LIBWDSPXE     := $(BUILD)/libwdspxe.so.1
# The host without a daemon, for tests of providers: <wdspxe-fake.h>.
LIBFAKE       := $(BUILD)/libwdspxe-fake.so.1
# The kit: what a provider knows of a client, and the right answer: <wdspxe-boot.h>.
LIBBOOT       := $(BUILD)/libwdspxe-boot.so.1
# The functions of Windows that sources from there call: <windows.h>, <strsafe.h> and the like.
LIBWINDOWS    := $(BUILD)/libwdspxe-windows.so.1
PROGRAMS      := $(BUILD)/wdspxed $(BUILD)/wdspxectl $(BUILD)/wdspxed-provider \
                 $(BUILD)/wdspxed-fetch $(BUILD)/wdspxed-ear

.PHONY: all
all: $(LIBWDSPXE) $(LIBBOOT) $(LIBWINDOWS) $(PROGRAMS) $(PROVIDER_SOS) $(LIBFAKE) ## build everything (the default)

# An installation on this machine brings its packages, where they are Debian's.
INSTALL_DEPS := $(if $(DESTDIR),,$(if $(shell command -v dpkg-query),deps-build))

# A goal that builds and then does something as root: its prerequisites, or by the caller of sudo.
now       = $(if $(caller),,$(1))
by_caller = $(if $(caller),+@conf/give-back.sh $(BUILD); \
	    $(AS_CALLER) $(MAKE) --no-print-directory $(1))

# These goals bring what the build needs before the first compiler is called, with -j too.
BEFORE := $(if $(filter run,$(MAKECMDGOALS)),deps-run) $(if $(filter demo,$(MAKECMDGOALS)),deps-demo) \
	 $(if $(filter install,$(MAKECMDGOALS)),$(INSTALL_DEPS)) \
	 $(if $(filter check check-quick,$(MAKECMDGOALS)),deps-check)

# An object depends on the flags that it was compiled with: this file changes with them. Beside it are
# the variables that made them, for who installs what was built so; he may read while another make runs.
FLAGS      := $(CC) $(CPPFLAGS_) $(CFLAGS_) $(LDFLAGS_)
VARIABLES  := $(foreach v,CC CXX SAN LTO WERROR OPTIMISE CPPFLAGS CFLAGS LDFLAGS,$(v)=$($(v))$(newline))
MAKE_PID   := $(shell echo $$PPID)
$(BUILD)/flags: FORCE
	$(Q)$(shell mkdir -p $(@D))$(file >$(@D)/variables.$(MAKE_PID),$(VARIABLES))$(file >$@.$(MAKE_PID),$(FLAGS))mv $(@D)/variables.$(MAKE_PID) $(@D)/variables; \
		cmp -s $@.$(MAKE_PID) $@ && rm $@.$(MAKE_PID) || mv $@.$(MAKE_PID) $@
.PHONY: FORCE
FORCE:

$(BUILD)/obj/%.o: %.c $(BUILD)/flags | $(BEFORE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_) $(CFLAGS_) -MMD -MP -c -o $@ $<

$(LIBWDSPXE): $(call objects,$(LIB_FLOORS)) daemon/libwdspxe/libwdspxe.map
	@echo "  link  $@"
	$(Q)$(CC) $(LDFLAGS_) -shared -Wl,-soname,libwdspxe.so.1 $(if $(SAN),,-Wl,-z,defs) \
		-Wl,--version-script=daemon/libwdspxe/libwdspxe.map -o $@ $(filter %.o,$^) -lconfig
	$(Q)ln -sf libwdspxe.so.1 $(BUILD)/libwdspxe.so

# From the tree the programs find the libraries beside them; `make install` links them without this.
# DT_RPATH, the old form, counts for what they load, too: providers that use the kit.
IN_TREE := -Wl,--disable-new-dtags,-rpath,'$$ORIGIN'

# It stays loaded: what it remembers outlives the provider that used it.
$(LIBBOOT): $(call objects,daemon/boot) daemon/boot/libwdspxe-boot.map $(LIBWDSPXE)
	@echo "  link  $@"
	$(Q)$(CC) $(LDFLAGS_) -shared -Wl,-soname,libwdspxe-boot.so.1,-z,nodelete $(if $(SAN),,-Wl,-z,defs) \
		-Wl,--version-script=daemon/boot/libwdspxe-boot.map -o $@ $(filter %.o,$^) \
		-L$(BUILD) -l:libwdspxe.so.1
	$(Q)ln -sf libwdspxe-boot.so.1 $(BUILD)/libwdspxe-boot.so

# It stays loaded, too: threads that it made end in its code.
$(LIBWINDOWS): $(call objects,daemon/windows) daemon/windows/libwdspxe-windows.map $(LIBWDSPXE)
	@echo "  link  $@"
	$(Q)$(CC) $(LDFLAGS_) -shared -Wl,-soname,libwdspxe-windows.so.1,-z,nodelete $(if $(SAN),,-Wl,-z,defs) \
		-Wl,--version-script=daemon/windows/libwdspxe-windows.map -o $@ $(filter %.o,$^) \
		-L$(BUILD) -l:libwdspxe.so.1
	$(Q)ln -sf libwdspxe-windows.so.1 $(BUILD)/libwdspxe-windows.so

$(BUILD)/wdspxed $(BUILD)/install/wdspxed: $(call objects,$(DAEMON_FLOORS) daemon/server) $(LIBWDSPXE)
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) -pie $(IN_TREE) -o $@ $(filter %.o,$^) -L$(BUILD) -l:libwdspxe.so.1 \
		-lev -lconfig -lsystemd -lmnl -ljansson -ldl

# Runs one provider; from the tree the daemon finds it beside itself.
$(BUILD)/obj/daemon/base/beside.o: CPPFLAGS_ += -DPKGLIBDIR='"$(pkglibdir)"'
$(BUILD)/wdspxed-provider $(BUILD)/install/wdspxed-provider: $(call objects,$(RUN_FLOORS)) $(PLAN) $(LIBWDSPXE)
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) -pie $(IN_TREE) -o $@ $(filter %.o,$^) -L$(BUILD) -l:libwdspxe.so.1 \
		-lconfig -ljansson -ldl

# Hears what others answer; it reads nothing of it, and needs no library.
$(BUILD)/wdspxed-ear $(BUILD)/install/wdspxed-ear: $(call objects,daemon/ear) $(BUILD)/floors.a
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) -pie -o $@ $(filter %.o %.a,$^)

$(BUILD)/wdspxectl $(BUILD)/install/wdspxectl: $(call objects,daemon/ctl) \
		$(BUILD)/obj/daemon/libwdspxe/places.o $(BUILD)/floors.a
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) -pie -o $@ $(filter %.o %.a,$^) -ljansson -lconfig

# Asks for boot files; from the tree, too, it is found beside those that run it.
$(BUILD)/wdspxed-fetch $(BUILD)/install/wdspxed-fetch: $(call objects,daemon/fetch) $(BUILD)/floors.a
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) -pie -o $@ $(filter %.o %.a,$^) -lcurl -ljansson

# A provider is every folder under providers/ but the templates; it sees the public headers only.
define provider_rules
$(BUILD)/obj/providers/$(1)/%.o: providers/$(1)/%.c $(BUILD)/flags | $(BEFORE)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) -D_GNU_SOURCE -Iinclude $$(FORTIFY) $$(CPPFLAGS) $$(CFLAGS_) -MMD -MP -c -o $$@ $$<

$(BUILD)/providers/$(1).so: $(call objects,providers/$(1)) $(LIBBOOT)
	@echo "  link  $$@"
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS_) -shared $$(if $$(SAN),,-Wl,-z,defs) -o $$@ $$(filter %.o,$$^) \
		-L$(BUILD) -Wl,--as-needed -l:libwdspxe-boot.so.1 -l:libwdspxe.so.1
endef
$(foreach p,$(PROVIDERS),$(eval $(call provider_rules,$(p))))

$(LIBFAKE) $(BUILD)/install/libwdspxe-fake.so.1: $(call objects,$(FAKE_FLOORS)) $(PLAN) \
		daemon/fake/libwdspxe-fake.map $(LIBWDSPXE)
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(IN_TREE) -shared -Wl,-soname,libwdspxe-fake.so.1 \
		-Wl,--version-script=daemon/fake/libwdspxe-fake.map -o $@ $(filter %.o,$^) \
		-L$(BUILD) -l:libwdspxe.so.1 -lconfig -ldl
	$(Q)ln -sf libwdspxe-fake.so.1 $(BUILD)/libwdspxe-fake.so

# The floors as archives, for the tests: a test links just what it calls.
$(BUILD)/floors.a: $(call objects,$(DAEMON_FLOORS))
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/server.a: $(filter-out %/main.o,$(call objects,daemon/server))
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/boot.a: $(call objects,daemon/boot)
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/windows.a: $(call objects,daemon/windows)
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/fetch.a: $(filter-out %/main.o,$(call objects,daemon/fetch))
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/libwdspxe.a: $(call objects,daemon/libwdspxe)
	$(Q)rm -f $@ && ar rcs $@ $^

# The page is kept with the sources, for a build has no Python; tests/findings.py compares.
man/wdspxed-diagnoses.7: FORCE ## made from the table of findings
	man/diagnoses.py -o $@

# ---- install -----------------------------------------------------------------------------------

# What is run from the tree finds its library beside it; what is installed, where the system looks.
INSTALLABLE := $(patsubst $(BUILD)/%,$(BUILD)/install/%,$(PROGRAMS) $(LIBFAKE))
$(BUILD)/install/%: IN_TREE =

# File names have no case on Windows, and sources from there spell them so. Copies: clang warns of a
# link to another spelling.
WINDOWS_SPELLINGS := $(foreach w,windows.h:Windows.h windows.h:WINDOWS.h strsafe.h:Strsafe.h strsafe.h:StrSafe.h \
		      tchar.h:Tchar.h tchar.h:TCHAR.h tchar.h:TCHAR.H process.h:Process.h \
		      winsock2.h:WinSock2.h winsock2.h:Winsock2.h ws2tcpip.h:WS2tcpip.h ws2tcpip.h:Ws2tcpip.h \
		      winerror.h:WinError.h winnt.h:WinNT.h windef.h:WinDef.h winbase.h:WinBase.h winreg.h:WinReg.h \
		      winsvc.h:WinSvc.h,windows/$(w)) \
		     $(foreach w,WdsPxe Wdspxe WDSPXE WDSPxe,wdspxe.h:$(w).h) \
		     $(foreach w,WdsBp Wdsbp WDSBP WDSBp,wdsbp.h:$(w).h)

# A page is found under each name that its NAME section has, and under those without A or W: NAME:FILE.
MAN_ALIASES := $(shell awk '/^\.Sh /{ in_name = ($$2 == "NAME") } \
	in_name && /^\.Nm / { file = FILENAME; sub(".*/", "", file); print $$2 ":" file; \
		if (sub("[AW]$$", "", $$2)) print $$2 ":" file }' man/*.3 | awk -F: '$$1 ".3" != $$2' | sort -u)

# `install` and `uninstall` walk this one list: mode, source, destination. A destination that is a
# configuration (mode conf) is never overwritten, and stays where it was changed.
define INSTALL_LIST
0755 $(BUILD)/install/wdspxed $(sbindir)/wdspxed
0755 $(BUILD)/install/wdspxectl $(sbindir)/wdspxectl
0755 $(BUILD)/install/wdspxed-provider $(pkglibdir)/wdspxed-provider
0755 $(BUILD)/install/wdspxed-fetch $(pkglibdir)/wdspxed-fetch
0755 $(BUILD)/install/wdspxed-ear $(pkglibdir)/wdspxed-ear
0644 $(LIBWDSPXE) $(libdir)/libwdspxe.so.1
link libwdspxe.so.1 $(libdir)/libwdspxe.so
0644 $(LIBBOOT) $(libdir)/libwdspxe-boot.so.1
link libwdspxe-boot.so.1 $(libdir)/libwdspxe-boot.so
0644 $(LIBWINDOWS) $(libdir)/libwdspxe-windows.so.1
link libwdspxe-windows.so.1 $(libdir)/libwdspxe-windows.so
0644 $(BUILD)/install/libwdspxe-fake.so.1 $(libdir)/libwdspxe-fake.so.1
link libwdspxe-fake.so.1 $(libdir)/libwdspxe-fake.so
$(foreach p,$(PROVIDER_SOS),0644 $(p) $(pkglibdir)/providers/$(notdir $(p))$(newline))
$(foreach h,$(wildcard include/*.h),0644 $(h) $(includedir)/$(notdir $(h))$(newline))
$(foreach h,$(wildcard include/windows/*.h),0644 $(h) $(includedir)/wdspxe/windows/$(notdir $(h))$(newline))
$(foreach h,$(WINDOWS_SPELLINGS),0644 include/$(subst :, $(includedir)/wdspxe/windows/,$(h))$(newline))
$(foreach c,$(wildcard conf/*.pc.in),0644 $(c:conf/%.in=$(BUILD)/install/%) $(libdir)/pkgconfig/$(notdir $(c:.in=))$(newline))
$(foreach a,$(MAN_ALIASES),link $(lastword $(subst :, ,$(a))) $(mandir)/man3/$(firstword $(subst :, ,$(a))).3$(newline))
$(foreach n,3 5 7 8,$(foreach m,$(wildcard man/*.$(n)),0644 $(m) $(mandir)/man$(n)/$(notdir $(m))$(newline)))
0644 systemd/wdspxed.service $(unitdir)/wdspxed.service
0644 systemd/wdspxed-ear.service $(unitdir)/wdspxed-ear.service
0644 systemd/wdspxed-tftp.service $(unitdir)/wdspxed-tftp.service
0644 systemd/wdspxed.sysusers $(sysusersdir)/wdspxed.conf
0644 systemd/wdspxed.sysctl $(sysctldir)/50-wdspxed.conf
old - $(unitdir)/wdspxed-dhcp.socket
old - $(unitdir)/wdspxed-pxe.socket
old - $(unitdir)/wdspxed-dhcpv6.socket
$(foreach c,wdspxed wdspxectl,0644 conf/completion/$(c).bash $(bashcompdir)/$(c)$(newline)0644 conf/completion/$(c).zsh $(zshcompdir)/_$(c)$(newline)0644 conf/completion/$(c).fish $(fishcompdir)/$(c).fish$(newline))
0755 $(BUILD)/install/wdspxed-bootfiles $(sbindir)/wdspxed-bootfiles
0644 conf/boot.ipxe $(datadir)/wdspxed/boot.ipxe
0644 conf/grub.cfg $(datadir)/wdspxed/grub.cfg
$(foreach t,$(wildcard providers/template*/*),0644 $(t) $(datadir)/wdspxed/$(t:providers/%=%)$(newline))
0644 conf/wdspxed.xml $(prefix)/lib/firewalld/services/wdspxed.xml
$(foreach e,$(wildcard conf/examples/*.md conf/examples/*/*),0644 $(e) $(datadir)/doc/wdspxed/$(e:conf/%=%)$(newline))
made - $(sysconfdir)/wdspxed/providers.d/.lock
conf conf/wdspxed.conf $(sysconfdir)/wdspxed/wdspxed.conf
conf conf/tftp.conf $(sysconfdir)/wdspxed/tftp.conf
conf conf/providers.d/40-inventory.conf $(sysconfdir)/wdspxed/providers.d/40-inventory.conf
conf conf/providers.d/50-bootfile.conf $(sysconfdir)/wdspxed/providers.d/50-bootfile.conf
endef
$(if $(filter install uninstall,$(MAKECMDGOALS)),$(eval export INSTALL_LIST))

$(BUILD)/install/%.pc: conf/%.pc.in Makefile
	$(Q)mkdir -p $(@D)
	$(Q)sed -e 's|@prefix@|$(prefix)|g' -e 's|@libdir@|$(libdir)|g' \
		-e 's|@includedir@|$(includedir)|g' -e 's|@pkglibdir@|$(pkglibdir)|g' \
		-e 's|@VERSION@|$(VERSION)|g' $< >$@

$(BUILD)/install/wdspxed-bootfiles: conf/bootfiles.sh VERSION
	$(Q)mkdir -p $(@D)
	$(Q)sed 's|@VERSION@|$(VERSION)|g' $< >$@

.PHONY: install uninstall installable
installable: all $(INSTALLABLE) $(patsubst conf/%.in,$(BUILD)/install/%,$(wildcard conf/*.pc.in)) \
	$(BUILD)/install/wdspxed-bootfiles

install: $(INSTALL_DEPS) $(call now,installable) ## install under $(DESTDIR)$(prefix); the user, the unit
	$(call by_caller,installable)
	@conf/install.sh install '$(DESTDIR)'

uninstall: ## take away exactly what install put there
	@conf/install.sh uninstall '$(DESTDIR)'

.PHONY: run demo asked
asked: ; @IFACE='$(IFACE)' CONF='$(CONF)' TFTP='$(TFTP)' conf/serve.sh --asked

run: asked deps-run $(call now,all) ## serve network boot from the tree: IFACE=eth0 (default: all) CONF=DIR TFTP=DIR (root)
	$(call by_caller,all)
	@IFACE='$(IFACE)' CONF='$(CONF)' TFTP='$(TFTP)' conf/serve.sh $(BUILD)

demo: deps-demo $(call now,all) ## boot virtual PCs on a private network, and show how (root)
	$(call by_caller,all)
	@BUILD=$(BUILD) /usr/bin/python3 tests/lab/demo.py

# Debian packages, without their unit tests: `make check` and dpkg-buildpackage run these. From a copy,
# because dpkg-buildpackage writes beside the tree.
.PHONY: deb
deb: deps-deb ## Debian packages: a server's into BUILD/deb, the others into BUILD/deb/dev
	$(if $(caller),@conf/give-back.sh $(BUILD); $(AS_CALLER)) conf/deb.sh $(BUILD)

# What apt installs for each purpose; nothing is called where all is there.
.PHONY: deps-build deps-run deps-demo deps-deb deps-check deps-long
deps-build: ; @conf/install-packages.sh $(BUILD_PACKAGES)
deps-run:   ; @conf/install-packages.sh $(RUN_PACKAGES)
deps-demo:  ; @conf/install-packages.sh $(DEMO_PACKAGES)
deps-deb:   ; @conf/install-packages.sh $(DEB_PACKAGES)
deps-check: ; @conf/install-packages.sh $(CHECK_PACKAGES)
deps-long:  ; @conf/install-packages.sh $(LONG_PACKAGES)

include tests/tests.mk

.PHONY: clean help
clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 18

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
