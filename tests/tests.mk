# ---- tests -------------------------------------------------------------------------------------

# tests/FLOOR/NAME_test.c is a libcheck program of its own. tests/libwdspxe links the library's
# objects, so that it may test what is not exported; all others link the shared library.
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c))
TEST_LIBS  := $(shell $(PKG_CONFIG) --libs check 2>/dev/null) -lconfig -lmnl -ljansson -ldl -lm
TEST_LTO   := $(if $(LTO),-fno-lto)
TEST_RPATH := -Wl,--disable-new-dtags,-rpath,'$$ORIGIN/../..'

$(BUILD)/obj/tests/%.o: CPPFLAGS_ += -Itests -DTEST_BUILD='"$(abspath $(BUILD))"' \
	-DTEST_SOURCE='"$(abspath .)"'
# libcheck's macros convert signs freely; a literal is a fit void * for a thread or a callback.
$(BUILD)/obj/tests/%.o: C_WARNINGS += -Wno-conversion -Wno-write-strings -Wno-missing-prototypes -Wno-switch-enum

$(BUILD)/tests/libwdspxe/%_test: $(BUILD)/obj/tests/libwdspxe/%_test.o $(BUILD)/libwdspxe.a $(BUILD)/floors.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) -o $@ $^ $(TEST_LIBS)

# ... and tests/bootfile links the provider's, tests/kit the kit's, for the same reason.
$(BUILD)/tests/bootfile/%_test: $(BUILD)/obj/tests/bootfile/%_test.o $(call objects,providers/bootfile) \
		$(BUILD)/floors.a $(LIBBOOT) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-boot.so.1 -l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# What once_test puts before the library's calls must be seen by what is loaded.
$(BUILD)/tests/inventory/once_test: TEST_LTO += -rdynamic
$(BUILD)/tests/inventory/%_test: $(BUILD)/obj/tests/inventory/%_test.o $(call objects,providers/inventory) \
		$(BUILD)/floors.a $(LIBBOOT) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-boot.so.1 -l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# ... but for the one that loads it as the daemon does, for it holds the floors themselves.
$(BUILD)/tests/bootfile/cost_test $(BUILD)/tests/inventory/cost_test: $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o \
		$(BUILD)/floors.a $(LIBBOOT) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

$(BUILD)/tests/kit/%_test: $(BUILD)/obj/tests/kit/%_test.o $(BUILD)/boot.a $(BUILD)/floors.a $(LIBBOOT) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# ... and tests/ctl the tool's.
$(BUILD)/ctl.a: $(filter-out %/main.o,$(call objects,daemon/ctl))
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/tests/ctl/%_test: $(BUILD)/obj/tests/ctl/%_test.o $(BUILD)/ctl.a $(BUILD)/floors.a $(BUILD)/wdspxectl
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) -o $@ $(filter %.o %.a,$^) $(TEST_LIBS)

# ... and tests/windows-cases the Windows part's.
$(BUILD)/tests/windows-cases/%_test: $(BUILD)/obj/tests/windows-cases/%_test.o $(BUILD)/windows.a $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# ... but for those whose modules use it, too: of handles, threads and modules there is one table.
WINDOWS_SHARED := $(addprefix $(BUILD)/tests/windows-cases/,thread_test pool_test timer_queue_test loader_test)

$(WINDOWS_SHARED): $(BUILD)/tests/windows-cases/%: $(BUILD)/obj/tests/windows-cases/%.o $(LIBWINDOWS) $(LIBFAKE) \
		$(BUILD)/tests/providers/windows_threads.so
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-windows.so.1 -l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# ... and tests/ear the ear's, for it is no floor.
$(BUILD)/tests/ear/%_test: $(BUILD)/obj/tests/ear/%_test.o \
		$(filter-out %/main.o,$(call objects,daemon/ear)) $(BUILD)/floors.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) -o $@ $^ $(TEST_LIBS)

# The top floor: what it calls of libev and libsystemd comes with it.
$(BUILD)/tests/server/%_test: $(BUILD)/obj/tests/server/%_test.o $(BUILD)/server.a $(BUILD)/floors.a \
		$(LIBWDSPXE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -l:libwdspxe.so.1 \
		-lev -lsystemd $(TEST_LIBS)

$(BUILD)/tests/fetch/%_test: $(BUILD)/obj/tests/fetch/%_test.o $(BUILD)/fetch.a $(BUILD)/floors.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) -o $@ $^ $(TEST_LIBS)

$(BUILD)/tests/%_test: $(BUILD)/obj/tests/%_test.o $(BUILD)/floors.a $(LIBWDSPXE) $(LIBFAKE)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_) $(TEST_LTO) $(TEST_RPATH) -o $@ $(filter %.o %.a,$^) -L$(BUILD) -Wl,--as-needed \
		-l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# The simulator (tests/sim): the daemon's own objects, with what is scripted in place of the clock, threads,
# files, modules and network. It is one program, and no library is loaded.
SIM_WRAPS := clock_us clock_ms hash_key_random config_read provider_list_read trust_check dropin_prune \
	PxeHostKeyOpen PxeHostKeyRefresh PxeHostKeySettle PxeHostKeyClose PxeHostKeyName PxeHostSetProvidersDir \
	module_load module_unload module_find module_change module_identify image_note image_forget thrown_ready \
	host_shelf ports_join_all links_now interfaces_tell notify_ready notify_reloading server_keep_pauses log_ignore \
	sem_init sem_destroy sem_post sem_wait sem_trywait nanosleep pthread_create pthread_join pthread_self \
	pthread_sigmask pthread_setname_np pthread_setcancelstate host_on_loop call_thread \
	share_is_full guard_open guard_queue guard_claim guard_pin guard_unpin guard_park guard_decide guard_close \
	guard_expire guard_free packet_hold packet_unhold \
	calloc malloc strdup aligned_alloc pool_get host_set_limits
SIM_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/sim/*.c))
SIM_ARCHIVES := $(addprefix $(BUILD)/,server.a libwdspxe.a floors.a)
SIM_LINK     = $(CC) $(LDFLAGS_) $(TEST_LTO) $(SIM_WRAPS:%=-Wl,--wrap=%)
SIM_LIBS    := -lev -lsystemd $(TEST_LIBS)

$(BUILD)/tests/sim/sim: $(SIM_OBJECTS) $(SIM_ARCHIVES)
	$(Q)mkdir -p $(@D)
	$(Q)$(SIM_LINK) -o $@ $^ $(SIM_LIBS)

# SEED=N repeats one. The long run takes seeds that nobody has run: they begin at the second it was started in.
.PHONY: check-sim check-sim-long check-planted
check-sim: $(BUILD)/tests/sim/sim ## the simulator, for some seconds; SEED=N repeats one run
	@$< $(or $(SEED),1 5000)

check-sim-long: $(BUILD)/tests/sim/sim
	@$< -t $(or $(WITHIN),3600) $$(date +%s)00000

check-planted: $(BUILD)/tests/sim/sim ## the simulator finds each planted fault; FAULT=NAME for one
	@SIM_COMPILE='$(CC) $(CPPFLAGS_) $(CFLAGS_)' SIM_LINK='$(SIM_LINK) -o PROGRAM $(SIM_OBJECTS) FAULT $(SIM_ARCHIVES) $(SIM_LIBS)' \
		tests/sim/planted.py $(BUILD) $(FAULT)

# The providers that tests load: tests/providers/NAME.c makes NAME.so.
TEST_PROVIDERS := $(patsubst tests/providers/%.c,$(BUILD)/tests/providers/%.so,$(wildcard tests/providers/*.c))

$(BUILD)/tests/providers/%.so: tests/providers/%.c $(BUILD)/flags $(LIBWDSPXE) $(LIBWINDOWS)
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/providers
	$(Q)$(CC) -D_GNU_SOURCE -Iinclude $(CFLAGS_) -MMD -MP -MF $(BUILD)/obj/tests/providers/$*.d \
		$(LDFLAGS_) $(TEST_LTO) -shared -o $@ $< -L$(BUILD) -Wl,--as-needed -l:libwdspxe-windows.so.1 \
		-l:libwdspxe.so.1

# Programs that the tests run: crowds of clients, and the like.
TEST_TOOLS := $(patsubst tests/lab/%.c,$(BUILD)/tests/%,$(wildcard tests/lab/*.c)) $(BUILD)/tests/faults.so \
	$(BUILD)/tests/unwatched.so $(BUILD)/tests/jumping.so

# Makes calls of a program fail; the program may have a sanitizer, this has none.
$(BUILD)/tests/faults.so: $(wildcard tests/faults/*) $(BUILD)/flags
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 -O1 -g $(WARNINGS) -fPIC -shared -pthread -fno-builtin -fno-omit-frame-pointer \
		-ftls-model=initial-exec -Wl,-z,now -o $@ $(filter %.c,$^) -ldl

# The daemon under valgrind does not know; nothing of it is counted. And one whose wall clock jumps.
$(BUILD)/tests/unwatched.so $(BUILD)/tests/jumping.so: $(BUILD)/tests/%.so: tests/bench/%.c $(BUILD)/flags
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -g $(WARNINGS) -fPIC -shared -o $@ $(filter %.c,$^)

# tests/fuzz/NAME_fuzz.c is a libFuzzer program of its own (clang); tests/fuzz/run.sh runs it. What they
# reach is built once for all, instrumented, in a tree of its own. Of a fuzzer's own file only the
# branches count: its comparisons would be half of what there is to trace.
FUZZ_SECONDS := 20
FUZZERS      := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_TREE    := $(BUILD)/fuzz/tree
FUZZ_CC      := clang -D_GNU_SOURCE -Idaemon -Iinclude -Itests -std=gnu11 -pthread -g -O1 \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -fno-sanitize-coverage=trace-cmp

# Of inventory, what reads devices.
FUZZ_DEVICES := $(patsubst %,$(FUZZ_TREE)/obj/providers/inventory/%.o,csv list_wds list_dnsmasq record draft field \
	id pending_file)
FUZZ_PARTS   := $(addprefix $(FUZZ_TREE)/,floors.a fetch.a boot.a windows.a libwdspxe.a libwdspxe-fake.so.1 \
	providers/bootfile.so tests/providers/scripted.so) $(FUZZ_DEVICES)

.PHONY: fuzz-tree
fuzz-tree: $(BUILD)/fuzz/bin/seeds
	$(Q)$(MAKE) --no-print-directory BUILD=$(FUZZ_TREE) CC=clang SAN=address,undefined,fuzzer-no-link $(FUZZ_PARTS)

$(FUZZ_PARTS): fuzz-tree ;

$(BUILD)/fuzz/bin/devices: FUZZ_MORE := $(FUZZ_DEVICES) $(FUZZ_TREE)/boot.a

# The socket's one client, and the memory of JSON, are the fuzzer's own.
$(BUILD)/fuzz/bin/control: FUZZ_WRAPS := accept4 close epoll_ctl epoll_wait free getsockopt recv recvmsg send

$(FUZZERS:%=$(BUILD)/fuzz/bin/%): $(BUILD)/fuzz/bin/%: tests/fuzz/%_fuzz.c $(FUZZ_PARTS) tests/tests.mk
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/fuzz
	$(Q)$(FUZZ_CC) -MMD -MP -MT $@ -MF $(BUILD)/obj/tests/fuzz/$*.d $(FUZZ_WRAPS:%=-Wl,--wrap=%) -o $@ $< $(FUZZ_MORE) \
		$(FUZZ_TREE)/windows.a $(FUZZ_TREE)/libwdspxe.a $(FUZZ_TREE)/fetch.a $(FUZZ_TREE)/floors.a \
		-lconfig -lmnl -ljansson -ldl -lm

# The whole path of a packet, with bootfile and a puppet on worker threads as its providers.
$(BUILD)/fuzz/bin/boot: tests/fuzz/whole/boot_fuzz.c $(FUZZ_PARTS) tests/tests.mk
	$(Q)$(FUZZ_CC) -MMD -MP -MT $@ -MF $(BUILD)/obj/tests/fuzz/boot.d -o $@ $< -L$(FUZZ_TREE) \
		-Wl,--disable-new-dtags,-rpath,$(abspath $(FUZZ_TREE)) -l:libwdspxe-fake.so.1 -l:libwdspxe.so.1

$(BUILD)/fuzz/bin/seeds: tests/fuzz/seeds.c $(BUILD)/flags
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/fuzz
	$(Q)$(CC) $(CPPFLAGS_) -Itests -std=gnu11 -MMD -MP -MF $(BUILD)/obj/tests/fuzz/seeds.d -o $@ $<

.PHONY: fuzz fuzz-whole fuzz-long fuzz-programs
fuzz-programs: $(BUILD)/fuzz/bin/seeds $(FUZZERS:%=$(BUILD)/fuzz/bin/%) $(BUILD)/fuzz/bin/boot
fuzz: $(FUZZERS:%=$(BUILD)/fuzz/bin/%) ## run each fuzzer for FUZZ_SECONDS
	@tests/fuzz/run.sh $(BUILD) $(FUZZ_SECONDS) $(FUZZERS)

fuzz-whole: $(BUILD)/fuzz/bin/boot ## fuzz the whole path of a packet for FUZZ_SECONDS
	@tests/fuzz/run.sh $(BUILD) $(FUZZ_SECONDS) boot

# The slice of check-long: the time that there is when they are built, shared out among all fuzzers, each of
# which takes some seconds more to begin.
fuzz-long:
	$(Q)end=$$(( $$(date +%s) + $(or $(WITHIN),14400) )); \
		$(MAKE) --no-print-directory $(FUZZERS:%=$(BUILD)/fuzz/bin/%) $(BUILD)/fuzz/bin/boot && \
		seconds=$$(( (end - $$(date +%s)) / $(words $(FUZZERS) whole) )) && \
		$(MAKE) --no-print-directory FUZZ_SECONDS=$$(( seconds > 30 ? seconds - 10 : 20 )) fuzz fuzz-whole

# Objects stay when make thinks of them as steps on the way: the next build wants them again.
.SECONDARY:

# tests/check says in which order. What it needs is brought first.
.PHONY: check
check: deps-check ## every check, in order; the last line counts (root, at most 25 minutes)
	@BUILD=$(BUILD) tests/check

.PHONY: check-quick check-long check-long-suite
check-quick: deps-check ## floors, headers, unit tests, lint of what changed (root, two minutes)
	@BUILD=$(BUILD) tests/check --quick

# One slice of it, or all; a slice that WITHIN seconds cut short has not failed.
check-long: deps-long ## what is too long for every change: SLICE=NAME for one, WITHIN=seconds
	@BUILD=$(BUILD) tests/check --long $(if $(WITHIN),--within $(WITHIN)) $(SLICE)

check-long-suite: all $(TEST_PROVIDERS) $(TEST_TOOLS)
	@BUILD=$(BUILD) tests/run $(if $(WITHIN),--within $(WITHIN)) $(SUITE)

.PHONY: check-unit check-floors check-programs lint lint-changed lint-deep format
check-programs: $(UNIT_TESTS) $(TEST_PROVIDERS) $(TEST_TOOLS) $(BUILD)/tests/sim/sim $(BUILD)/bench/load # builds what the checks run, and what only `make bench` would find broken

check-unit: all $(UNIT_TESTS) $(TEST_PROVIDERS) ## unit tests of this build
	@BUILD=$(BUILD) tests/run-units.sh $(UNIT_TESTS)

$(filter-out %.so,$(TEST_TOOLS)): $(BUILD)/tests/%: tests/lab/%.c $(BUILD)/flags
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/lab
	$(Q)$(CC) $(CPPFLAGS_) -std=gnu11 -O2 -g $(WARNINGS) -MMD -MP -MF $(BUILD)/obj/tests/lab/$*.d -o $@ $<

# Whole programs in network namespaces; root. SUITE=lan/relay runs one file, JOBS=2 two tests at once.
JOBS := 1
.PHONY: check-lan check-boot check-service
check-lan: all $(TEST_PROVIDERS) $(TEST_TOOLS) ## the daemon against scripted clients (root)
	@BUILD=$(BUILD) tests/run -j $(JOBS) $(or $(SUITE),lan)

check-boot: all $(TEST_PROVIDERS) ## real firmware boots in QEMU (root)
	@BUILD=$(BUILD) tests/run -j $(JOBS) $(or $(SUITE),boot)

check-service: all $(TEST_PROVIDERS) $(TEST_TOOLS) ## systemd, reload, restart, the operator's socket (root)
	@BUILD=$(BUILD) tests/run -j $(JOBS) $(or $(SUITE),service)

.PHONY: check-headers check-exports check-man
check-headers: $(LIBWDSPXE) $(LIBWINDOWS) $(LIBFAKE) ## the public headers in C11 and C++17, gcc and clang; Windows sources
	@BUILD=$(BUILD) tests/headers.sh
	@BUILD=$(BUILD) tests/api-note.sh

check-exports: $(LIBWDSPXE) $(LIBBOOT) $(LIBWINDOWS) $(LIBFAKE) $(UNIT_TESTS) ## script, library and headers agree; every function has its cases
	@BUILD=$(BUILD) tests/exports.sh
	@BUILD=$(BUILD) tests/coverage-of-api.sh

check-man: $(LIBWDSPXE) $(LIBBOOT) $(LIBWINDOWS) $(LIBFAKE) ## manual pages: mandoc is quiet, every example compiles and runs
	@tests/man-lint.sh
	@BUILD=$(BUILD) tests/man-examples.sh

.PHONY: check-template
check-template: all ## the template builds and passes its tests outside the tree
	@tests/template.sh $(BUILD)

# What a request costs, beside a bare echo and dnsmasq: programs of its own, optimised whatever SAN says.
BENCH := $(addprefix $(BUILD)/bench/,echo load steps)

$(BUILD)/bench/path: tests/bench/path.c $(BUILD)/flags $(BUILD)/floors.a $(LIBWDSPXE) $(LIBFAKE)
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/bench
	$(Q)$(CC) $(CPPFLAGS_) -std=gnu11 -O2 -g $(C_WARNINGS) -MMD -MP -MF $(BUILD)/obj/tests/bench/path.d $(LDFLAGS_) -Wl,--disable-new-dtags,-rpath,'$$ORIGIN/..' -o $@ \
		$(filter %.c %.a,$^) -L$(BUILD) -l:libwdspxe-fake.so.1 -l:libwdspxe.so.1 $(TEST_LIBS)

# Its client is the one that is made up in one place; optimised too, as what it is compared with.
LOAD_SOURCES := tests/bench/load.c $(addprefix daemon/dhcp/,made_client.c made_client6.c pxe43_write.c dhcp4_option.c dhcp6.c dhcp6_option.c)
$(BUILD)/bench/load: $(LOAD_SOURCES) $(BUILD)/flags
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/bench
	$(Q)$(CC) -D_GNU_SOURCE -Iinclude -Idaemon -std=gnu11 -MM -MP -MT $@ $(filter %.c,$^) >$(BUILD)/obj/tests/bench/load.d
	$(Q)$(CC) -D_GNU_SOURCE -Iinclude -Idaemon -std=gnu11 -O2 -g $(C_WARNINGS) -o $@ $(filter %.c,$^)

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/flags
	$(Q)mkdir -p $(@D) $(BUILD)/obj/tests/bench
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 -O2 -g $(C_WARNINGS) -MMD -MP -MF $(BUILD)/obj/tests/bench/$*.d -o $@ $<

.PHONY: bench
bench: all $(BENCH) ## what a request costs, beside a bare echo and dnsmasq (root)
	@tests/bench/run.py $(BUILD)

lint-changed:
	@tests/lint.sh --changed

lint: ## clang-tidy and cppcheck are quiet
	@tests/lint.sh

lint-deep: ## the same, and clang's analyser follows all paths that it can
	@DEEP=1 tests/lint.sh

.PHONY: bench-path
bench-path: $(BUILD)/bench/path $(BUILD)/providers/bootfile.so ## user instructions of one request, by callgrind
	@tests/bench/path.sh $(BUILD)

.PHONY: check-rebuild
check-rebuild: ## what is built is right after any change
	@tests/rebuild.sh

check-floors: ## of what was built: no include goes up, no circles, each function is called, promises, lengths, READMEs, findings
	@tests/floors.sh
	@tests/circles.py $(BUILD)
	@tests/callers.sh
	@tests/promises.sh $(BUILD)
	@tests/figures.py
	@tests/readmes.py
	@tests/findings.py

format: ## lay out all C sources by .clang-format
	clang-format -i $(shell git ls-files '*.c' '*.h')

