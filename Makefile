# wdspxed: one Makefile, no recursion; a folder is a unit in it. `make help` lists the targets.
#
#   BUILD=build/asan SAN=address,undefined   a second build beside the first, with sanitizers
#   CC=clang                                 either compiler; warnings are errors with both
#   LTO=                                     quicker to link, slower to run
#   IFACE=eth0                               the one interface that `make run` serves

CC         = gcc
CXX        = g++
PKG_CONFIG = pkg-config
BUILD      = build
SAN        =
V          = 0
Q          = $(if $(filter 1,$(V)),,@)
VERSION    = $(shell cat VERSION)

prefix     = /usr
sysconfdir = /etc
libdir     = $(prefix)/lib/$(shell $(CC) -print-multiarch)
sbindir    = $(prefix)/sbin
pkglibdir  = $(prefix)/lib/wdspxed
includedir = $(prefix)/include
mandir     = $(prefix)/share/man
datadir    = $(prefix)/share
unitdir    = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
bashcompdir = $(prefix)/share/bash-completion/completions

# What a build needs, and what the tests need on top (Debian's names).
BUILD_PACKAGES = gcc make pkg-config libc6-dev libev-dev libconfig-dev libsystemd-dev libmnl-dev \
                 libjansson-dev
RUN_PACKAGES   = $(BUILD_PACKAGES) ipxe tftpd-hpa iproute2
DEMO_PACKAGES  = $(RUN_PACKAGES) python3 qemu-system-x86 ovmf ipxe-qemu isc-dhcp-server radvd \
                 tcpdump tshark clang lld
CHECK_PACKAGES = $(DEMO_PACKAGES) g++ clang-tidy clang-format cppcheck check dnsmasq-base \
                 systemd-container mandoc man-db binutils util-linux libclang-rt-14-dev strace valgrind

WARNINGS   = -Wall -Wextra -Wshadow -Wconversion -Wpointer-arith -Wwrite-strings -Wundef -Werror
C_WARNINGS = $(WARNINGS) -Wstrict-prototypes -Wmissing-prototypes
OPTIMISE   = -O2 -g
# gcc optimises what is shipped as a whole; tests link the same objects without that, quickly.
LTO        = $(if $(SAN)$(findstring clang,$(CC)),,-flto=auto)
SANFLAGS   = $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
CPPFLAGS_  = -D_GNU_SOURCE -DWDSPXED_VERSION='"$(VERSION)"' -Idaemon -Iinclude $(CPPFLAGS)
CFLAGS_    = -std=gnu11 $(OPTIMISE) $(C_WARNINGS) -fPIC -fvisibility=hidden -fstack-protector-strong \
             -pthread $(SANFLAGS) $(if $(LTO),$(LTO) -ffat-lto-objects) $(CFLAGS)
LDFLAGS_   = $(LTO) -pthread -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)

# ---- units -------------------------------------------------------------------------------------

sources  = $(wildcard $(addsuffix /*.c,$(1)))
objects  = $(patsubst %.c,$(BUILD)/obj/%.o,$(call sources,$(1)))

LIB_FLOORS    = daemon/base daemon/dhcp daemon/registry daemon/libwdspxe
DAEMON_FLOORS = daemon/base daemon/dhcp daemon/net daemon/registry daemon/request daemon/provider \
                daemon/control
FAKE_FLOORS   = daemon/base daemon/dhcp daemon/registry daemon/request daemon/provider daemon/fake

PROVIDERS     = $(filter-out template README.md,$(notdir $(wildcard providers/*)))
PROVIDER_SOS  = $(PROVIDERS:%=$(BUILD)/providers/%.so)
LIBWDSPXE     = $(BUILD)/libwdspxe.so.1
# The host without a daemon, for tests of providers: <wdspxe-fake.h>.
LIBFAKE       = $(BUILD)/libwdspxe-fake.so.1
PROGRAMS      = $(BUILD)/wdspxed $(BUILD)/wdspxectl

.PHONY: all
all: $(LIBWDSPXE) $(PROGRAMS) $(PROVIDER_SOS) $(LIBFAKE) ## build everything (the default)

# These goals bring what the build needs before the first compiler is called, with -j too.
BEFORE = $(if $(filter run,$(MAKECMDGOALS)),deps-run) $(if $(filter demo,$(MAKECMDGOALS)),deps-demo) \
	 $(if $(filter check,$(MAKECMDGOALS)),deps-check)

$(BUILD)/obj/%.o: %.c | $(BEFORE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_) $(CFLAGS_) -MMD -MP -c -o $@ $<

$(LIBWDSPXE): $(call objects,$(LIB_FLOORS)) daemon/libwdspxe/libwdspxe.map
	@echo "  link  $@"
	$(Q)$(CC) $(LDFLAGS_) -shared -Wl,-soname,libwdspxe.so.1 $(if $(SAN),,-Wl,-z,defs) \
		-Wl,--version-script=daemon/libwdspxe/libwdspxe.map -o $@ $(filter %.o,$^) -lconfig
	$(Q)ln -sf libwdspxe.so.1 $(BUILD)/libwdspxe.so

# From the tree the programs find the library beside them; `make install` links them without this.
IN_TREE = -Wl,-rpath,'$$ORIGIN'

$(BUILD)/wdspxed $(BUILD)/install/wdspxed: $(call objects,$(DAEMON_FLOORS) daemon/server) $(LIBWDSPXE)
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(IN_TREE) -o $@ $(filter %.o,$^) -L$(BUILD) -l:libwdspxe.so.1 \
		-lev -lconfig -lsystemd -lmnl -ljansson -ldl

$(BUILD)/wdspxectl $(BUILD)/install/wdspxectl: $(call objects,daemon/ctl) $(BUILD)/floors.a $(LIBWDSPXE)
	@echo "  link  $@" && mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(IN_TREE) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -l:libwdspxe.so.1 \
		-ljansson -lconfig

# A provider is every folder under providers/ but the template; it sees the public headers only.
define provider_rules
$(BUILD)/obj/providers/$(1)/%.o: providers/$(1)/%.c | $(BEFORE)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) -D_GNU_SOURCE -Iinclude $$(CPPFLAGS) $$(CFLAGS_) -MMD -MP -c -o $$@ $$<

$(BUILD)/providers/$(1).so: $(call objects,providers/$(1)) $(LIBWDSPXE)
	@echo "  link  $$@"
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS_) -shared $$(if $$(SAN),,-Wl,-z,defs) -o $$@ $$(filter %.o,$$^) \
		-L$(BUILD) -l:libwdspxe.so.1
endef
$(foreach p,$(PROVIDERS),$(eval $(call provider_rules,$(p))))

# The providers that tests load: tests/providers/NAME.c makes NAME.so.
TEST_PROVIDERS = $(patsubst tests/providers/%.c,$(BUILD)/tests/providers/%.so,$(wildcard tests/providers/*.c))

$(BUILD)/tests/providers/%.so: tests/providers/%.c $(LIBWDSPXE)
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/providers
	$(Q)$(CC) -D_GNU_SOURCE -Iinclude $(CFLAGS_) -MMD -MP -MF $(BUILD)/obj/tests/providers/$*.d \
		$(LDFLAGS_) $(TEST_LTO) -shared -o $@ $< -L$(BUILD) -l:libwdspxe.so.1

$(LIBFAKE) $(BUILD)/install/libwdspxe-fake.so.1: $(call objects,$(FAKE_FLOORS)) daemon/fake/libwdspxe-fake.map $(LIBWDSPXE)
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
$(BUILD)/libwdspxe.a: $(call objects,daemon/libwdspxe)
	$(Q)rm -f $@ && ar rcs $@ $^

# ---- install -----------------------------------------------------------------------------------

# What is run from the tree finds its library beside it; what is installed, where the system looks.
INSTALLABLE = $(patsubst $(BUILD)/%,$(BUILD)/install/%,$(PROGRAMS) $(LIBFAKE))
$(BUILD)/install/%: IN_TREE =

# File names have no case on Windows, and sources from there spell them so. Copies: clang warns of a
# link to another spelling.
WINDOWS_SPELLINGS = windows/windows.h:Windows.h wdspxe.h:WdsPxe.h wdspxe.h:Wdspxe.h \
		    wdsbp.h:WdsBp.h wdsbp.h:Wdsbp.h

# `install` and `uninstall` walk this one list: mode, source, destination. A destination that is a
# configuration (mode conf) is never overwritten, and stays where it was changed.
define INSTALL_LIST
0755 $(BUILD)/install/wdspxed $(sbindir)/wdspxed
0755 $(BUILD)/install/wdspxectl $(sbindir)/wdspxectl
0644 $(LIBWDSPXE) $(libdir)/libwdspxe.so.1
link libwdspxe.so.1 $(libdir)/libwdspxe.so
0644 $(BUILD)/install/libwdspxe-fake.so.1 $(libdir)/libwdspxe-fake.so.1
link libwdspxe-fake.so.1 $(libdir)/libwdspxe-fake.so
$(foreach p,$(PROVIDER_SOS),0644 $(p) $(pkglibdir)/providers/$(notdir $(p))$(newline))
$(foreach h,$(wildcard include/*.h),0644 $(h) $(includedir)/$(notdir $(h))$(newline))
$(foreach h,$(wildcard include/windows/*.h),0644 $(h) $(includedir)/wdspxe/windows/$(notdir $(h))$(newline))
$(foreach h,$(WINDOWS_SPELLINGS),0644 include/$(subst :, $(includedir)/wdspxe/windows/,$(h))$(newline))
$(foreach c,$(wildcard conf/*.pc.in),0644 $(c:conf/%.in=$(BUILD)/install/%) $(libdir)/pkgconfig/$(notdir $(c:.in=))$(newline))
$(foreach n,3 5 7 8,$(foreach m,$(wildcard man/*.$(n)),0644 $(m) $(mandir)/man$(n)/$(notdir $(m))$(newline)))
$(foreach u,$(wildcard systemd/*.service systemd/*.socket),0644 $(u) $(unitdir)/$(notdir $(u))$(newline))
0644 systemd/wdspxed.sysusers $(sysusersdir)/wdspxed.conf
0644 conf/wdspxectl.bash $(bashcompdir)/wdspxectl
$(foreach t,$(wildcard providers/template/*),0644 $(t) $(datadir)/wdspxed/template/$(notdir $(t))$(newline))
conf conf/wdspxed.conf $(sysconfdir)/wdspxed/wdspxed.conf
conf conf/providers.d/50-bootfile.conf $(sysconfdir)/wdspxed/providers.d/50-bootfile.conf
endef
define newline


endef
export INSTALL_LIST

$(BUILD)/install/%.pc: conf/%.pc.in Makefile
	$(Q)mkdir -p $(@D)
	$(Q)sed -e 's|@prefix@|$(prefix)|g' -e 's|@libdir@|$(libdir)|g' \
		-e 's|@includedir@|$(includedir)|g' -e 's|@pkglibdir@|$(pkglibdir)|g' \
		-e 's|@VERSION@|$(VERSION)|g' $< >$@

.PHONY: install uninstall
install: all $(INSTALLABLE) $(patsubst conf/%.in,$(BUILD)/install/%,$(wildcard conf/*.pc.in)) ## install under $(DESTDIR)$(prefix)
	@conf/install.sh install '$(DESTDIR)'

uninstall: ## take away exactly what install put there
	@conf/install.sh uninstall '$(DESTDIR)'

# ---- tests -------------------------------------------------------------------------------------

# tests/FLOOR/NAME_test.c is a libcheck program of its own. tests/libwdspxe links the library's
# objects, so that it may test what is not exported; all others link the shared library.
UNIT_TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c))
TEST_LIBS  = $(shell $(PKG_CONFIG) --libs check) -lconfig -lmnl -ljansson -ldl -lm
TEST_LTO   = $(if $(LTO),-fno-lto)
TEST_RPATH = -Wl,-rpath,'$$ORIGIN/../..'

$(BUILD)/obj/tests/%.o: CPPFLAGS_ += -Itests -DTEST_BUILD='"$(abspath $(BUILD))"' \
	-DTEST_SOURCE='"$(abspath .)"'
# libcheck's macros convert signs freely; a literal is a fit void * for a thread or a callback.
$(BUILD)/obj/tests/%.o: C_WARNINGS += -Wno-conversion -Wno-write-strings -Wno-missing-prototypes

$(BUILD)/tests/libwdspxe/%_test: $(BUILD)/obj/tests/libwdspxe/%_test.o $(BUILD)/libwdspxe.a $(BUILD)/floors.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) -o $@ $^ $(TEST_LIBS)

# ... and tests/bootfile links the provider's, for the same reason.
$(BUILD)/tests/bootfile/%_test: $(BUILD)/obj/tests/bootfile/%_test.o $(call objects,providers/bootfile) \
		$(BUILD)/floors.a $(LIBWDSPXE) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# The top floor: what it calls of libev and libsystemd comes with it.
$(BUILD)/tests/server/%_test: $(BUILD)/obj/tests/server/%_test.o $(BUILD)/server.a $(BUILD)/floors.a \
		$(LIBWDSPXE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -l:libwdspxe.so.1 \
		-lev -lsystemd $(TEST_LIBS)

$(BUILD)/tests/%_test: $(BUILD)/obj/tests/%_test.o $(BUILD)/floors.a $(LIBWDSPXE) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# Programs that the tests run: crowds of clients, and the like.
TEST_TOOLS = $(patsubst tests/lab/%.c,$(BUILD)/tests/%,$(wildcard tests/lab/*.c))

# tests/fuzz/NAME_fuzz.c is a libFuzzer program of its own (clang). Its seeds: the captures, and
# tests/fixtures/fuzz/NAME/, where every crash that was found stays.
FUZZ_SECONDS  = 20
FUZZERS       = $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_SOURCES  = $(call sources,daemon/base daemon/dhcp daemon/registry)
FUZZ_FLAGS    = -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

$(BUILD)/fuzz/bin/%: tests/fuzz/%_fuzz.c $(FUZZ_SOURCES) $(wildcard daemon/*/*.h include/*.h tests/*.h tests/fuzz/*.h)
	$(Q)mkdir -p $(@D)
	$(Q)clang $(CPPFLAGS_) -Itests -std=gnu11 -pthread $(FUZZ_FLAGS) -o $@ $< $(FUZZ_SOURCES) -lconfig

$(BUILD)/fuzz/bin/seeds: tests/fuzz/seeds.c tests/pcap.h
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_) -Itests -std=gnu11 -o $@ $<

# The whole path, instrumented: a build of its own, with bootfile as its provider.
WHOLE = $(BUILD)/fuzz/tree
.PHONY: fuzz-whole
fuzz-whole: $(BUILD)/fuzz/bin/seeds ## fuzz the whole path of a packet for FUZZ_SECONDS
	$(Q)$(MAKE) --no-print-directory BUILD=$(WHOLE) CC=clang SAN=address,undefined,fuzzer-no-link \
		$(WHOLE)/libwdspxe-fake.so.1 $(WHOLE)/providers/bootfile.so
	$(Q)clang -D_GNU_SOURCE -Iinclude -std=gnu11 $(FUZZ_FLAGS) -DBOOTFILE='"$(abspath $(WHOLE))/providers/bootfile.so"' \
		-o $(WHOLE)/boot_fuzz tests/fuzz/whole/boot_fuzz.c -L$(WHOLE) -Wl,-rpath,$(abspath $(WHOLE)) \
		-l:libwdspxe-fake.so.1 -l:libwdspxe.so.1
	$(Q)mkdir -p $(WHOLE)/found $(WHOLE)/seeds
	$(Q)$(BUILD)/fuzz/bin/seeds $(WHOLE)/seeds tests/fixtures/captures/*.pcap
	$(Q)$(WHOLE)/boot_fuzz -max_total_time=$(FUZZ_SECONDS) -max_len=2048 -timeout=10 \
		-print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/crash-boot- $(WHOLE)/found \
		$(WHOLE)/seeds/boot >$(WHOLE)/log 2>&1 || { tail -60 $(WHOLE)/log; exit 1; }
	@echo "  fuzz  boot: $$(sed -n 's/^stat::number_of_executed_units: *//p' $(WHOLE)/log) inputs"

.PHONY: fuzz
fuzz: $(FUZZERS:%=$(BUILD)/fuzz/bin/%) $(BUILD)/fuzz/bin/seeds ## run each fuzzer for FUZZ_SECONDS
	$(Q)mkdir -p $(BUILD)/fuzz/seeds $(FUZZERS:%=$(BUILD)/fuzz/found/%) $(FUZZERS:%=$(BUILD)/fuzz/seeds/%)
	$(Q)$(BUILD)/fuzz/bin/seeds $(BUILD)/fuzz/seeds tests/fixtures/captures/*.pcap
	$(Q)set -e; for name in $(FUZZERS); do \
		$(BUILD)/fuzz/bin/$$name -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=5 \
			-print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/crash-$$name- \
			$(BUILD)/fuzz/found/$$name $(BUILD)/fuzz/seeds/$$name \
			$$(ls -d tests/fixtures/fuzz/$$name 2>/dev/null) >$(BUILD)/fuzz/$$name.log 2>&1 || \
			{ tail -60 $(BUILD)/fuzz/$$name.log; exit 1; }; \
		echo "  fuzz  $$name: $$(sed -n 's/^stat::number_of_executed_units: *//p' \
			$(BUILD)/fuzz/$$name.log) inputs"; \
	done

# Objects stay when make thinks of them as steps on the way: the next build wants them again.
.SECONDARY:

# Everything: tests/check says in which order. What it needs is brought first.
.PHONY: check
check: deps-check ## all of it, in order; the last line counts (root, about half an hour)
	@BUILD=$(BUILD) tests/check

.PHONY: check-unit check-floors check-programs lint format help clean
check-programs: $(UNIT_TESTS) $(TEST_PROVIDERS) $(TEST_TOOLS) # builds what the checks run

check-unit: all $(UNIT_TESTS) $(TEST_PROVIDERS) ## unit tests of this build
	@BUILD=$(BUILD) tests/run-units.sh $(UNIT_TESTS)

$(TEST_TOOLS): $(BUILD)/tests/%: tests/lab/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_) -std=gnu11 -O2 -g $(WARNINGS) -o $@ $<

# Whole programs in network namespaces; root. SUITE=lan/relay runs one file, JOBS=2 two tests at once.
JOBS = 1
.PHONY: check-lan check-boot check-service
check-lan: all $(TEST_PROVIDERS) $(TEST_TOOLS) ## the daemon against scripted clients (root)
	@BUILD=$(BUILD) tests/run -j $(JOBS) $(or $(SUITE),lan)

check-boot: all $(TEST_PROVIDERS) ## real firmware boots in QEMU (root)
	@BUILD=$(BUILD) tests/run -j $(JOBS) $(or $(SUITE),boot)

check-service: all $(TEST_PROVIDERS) $(TEST_TOOLS) ## systemd, reload, restart, the operator's socket (root)
	@BUILD=$(BUILD) tests/run -j $(JOBS) $(or $(SUITE),service)

.PHONY: run demo
run: deps-run all ## serve network boot from the tree, on IFACE or on all interfaces (root)
	@IFACE=$(IFACE) conf/serve.sh $(BUILD)

demo: deps-demo all ## boot virtual PCs on a private network, and show how (root)
	@BUILD=$(BUILD) /usr/bin/python3 tests/lab/demo.py

# What apt installs for each purpose; nothing is called where all is there.
.PHONY: deps-build deps-run deps-demo deps-check
deps-build: ; @conf/install-packages.sh $(BUILD_PACKAGES)
deps-run:   ; @conf/install-packages.sh $(RUN_PACKAGES)
deps-demo:  ; @conf/install-packages.sh $(DEMO_PACKAGES)
deps-check: ; @conf/install-packages.sh $(CHECK_PACKAGES)

.PHONY: check-headers check-exports check-man
check-headers: $(LIBWDSPXE) ## the public headers in C11 and C++17, gcc and clang; Windows sources
	@BUILD=$(BUILD) tests/headers.sh

check-exports: $(LIBWDSPXE) $(LIBFAKE) $(UNIT_TESTS) ## script, library and headers agree; every function has its cases
	@BUILD=$(BUILD) tests/exports.sh
	@BUILD=$(BUILD) tests/coverage-of-api.sh

check-man: $(LIBWDSPXE) $(LIBFAKE) ## manual pages: mandoc is quiet, every example compiles and runs
	@tests/man-lint.sh
	@BUILD=$(BUILD) tests/man-examples.sh

.PHONY: check-template
check-template: all ## the template builds and passes its tests outside the tree
	@tests/template.sh $(BUILD)

# What a request costs, beside a bare echo and dnsmasq: programs of its own, optimised whatever SAN says.
BENCH = $(addprefix $(BUILD)/bench/,echo load steps)

$(BUILD)/bench/path: tests/bench/path.c $(BUILD)/floors.a $(LIBWDSPXE) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_) -std=gnu11 -O2 -g $(C_WARNINGS) $(LDFLAGS_) -Wl,-rpath,'$$ORIGIN/..' -o $@ \
		$(filter %.c %.a,$^) -L$(BUILD) -l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

$(BUILD)/bench/%: tests/bench/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 -O2 -g $(C_WARNINGS) -o $@ $<

.PHONY: bench
bench: all $(BENCH) ## what a request costs, beside a bare echo and dnsmasq (root)
	@tests/bench/run.sh $(BUILD)

lint: ## clang-tidy and cppcheck are quiet
	@tests/lint.sh

.PHONY: bench-path
bench-path: $(BUILD)/bench/path $(BUILD)/providers/bootfile.so ## user instructions of one request, by callgrind
	@tests/bench/path.sh $(BUILD)

check-floors: ## prove from the #include lines that no floor includes upwards
	@tests/floors.sh

format: ## lay out all C sources by .clang-format
	clang-format -i $(shell git ls-files '*.c' '*.h')

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 18

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
