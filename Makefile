# lookalike: see README.md. "make demo" and "make check" do everything; "make" builds, offline.

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build

CC         ?= cc
CXX        ?= c++
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
CXXFLAGS   ?= -O2 -g

# pkg-config is asked once, and only when something is built.
pkg = $(shell $(PKG_CONFIG) $(1) $(2) 2>/dev/null)

C_PACKAGES   = libsixel json-c libturbojpeg sqlite3 libxxhash zlib
INCLUDES     = -Iinclude
WARN         = -Wall -Wextra -Wshadow -Wformat=2 -Wundef -Wwrite-strings
WARN_C       = $(WARN) -Wmissing-prototypes -Wstrict-prototypes
SANITIZE     =
ifdef WERROR
WARN += -Werror
endif
ifdef ASAN
BUILD := build/asan
# Without vptr: that check asks the kernel through a pipe whether memory can be read, which a worker
# may not do, and takes the refusal for a bad object.
SANITIZE = -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif

ALL_CFLAGS   = -std=c11 -D_GNU_SOURCE $(INCLUDES) $(WARN_C) $(SANITIZE) -pthread -MMD -MP
ALL_CXXFLAGS = -std=c++17 -D_GNU_SOURCE $(INCLUDES) $(WARN) $(SANITIZE) -pthread -MMD -MP

MODULES      = base scan store cluster review ui cli
LIB_SOURCES  = $(foreach m,$(MODULES),$(sort $(wildcard src/$(m)/*.c)))
LIB_OBJECTS  = $(LIB_SOURCES:%.c=$(BUILD)/%.o)
EX_SOURCES   = $(sort $(wildcard src/extractor/*.c) $(wildcard src/extractor/*.cc))
EX_OBJECTS   = $(addprefix $(BUILD)/,$(addsuffix .o,$(basename $(EX_SOURCES))))
EX_PROGRAM   = $(BUILD)/lookalike-extractor
# On x86-64 there is a second one, as a whole, for processors with AVX2 and FMA; lookalike starts
# the one that can run. One program with both would mix the templates of the two.
ifneq ($(filter x86_64-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
EX_PROGRAM  += $(BUILD)/lookalike-extractor-v3
endif
V3_FLAGS     = -march=x86-64-v3
# What the extractor shares with lookalike.
EX_SHARED    = $(filter $(BUILD)/src/base/%.o $(BUILD)/src/scan/protocol.o,$(LIB_OBJECTS))
V3_OBJECTS   = $(patsubst $(BUILD)/%,$(BUILD)/v3/%,$(EX_OBJECTS) $(EX_SHARED))
# Each file in tests/unit is a program; one that includes the extractor's headers links it.
UNIT_SOURCES = $(sort $(wildcard tests/unit/*.c tests/unit/*.cc))
EX_SOURCES_T = $(shell grep -l '"lookalike/extractor/' $(UNIT_SOURCES) /dev/null)
EX_TESTS    := $(patsubst tests/unit/%,$(BUILD)/tests/%,$(basename $(EX_SOURCES_T)))
UNIT_TESTS  := $(filter-out $(EX_TESTS),\
	$(patsubst tests/unit/%,$(BUILD)/tests/%,$(basename $(UNIT_SOURCES))))

C_LIBS  = $(call pkg,--libs,$(C_PACKAGES)) -ltinfo -lm
EX_LIBS = -lopencv_dnn -lopencv_imgcodecs -lopencv_imgproc -lopencv_core -ldlib -lblas -llapack \
	$(call pkg,--libs,libwebpdemux libturbojpeg) -lm

# Debian packages: to build and run, to check as well, to lint, to compare with, to fuzz, for arm64. npm brings models and photos.
DEPS = gcc g++ libc6-dev pkg-config libopencv-core-dev libopencv-imgproc-dev \
	libopencv-imgcodecs-dev libopencv-dnn-dev libdlib-dev libdlib-data \
	libopenblas-serial-dev libsixel-dev libncurses-dev libsqlite3-dev \
	libturbojpeg0-dev libjson-c-dev libwebp-dev libxxhash-dev zlib1g-dev \
	npm ca-certificates
DEPS_CHECK = libcmocka-dev jq mandoc procps python3 sqlite3 strace xxd tmux xvfb xterm mlterm \
	xdotool imagemagick xfonts-base fonts-dejavu-core chromium python3-numpy
DEPS_LINT = clang-format clang-tidy shellcheck
DEPS_BENCH = python3 python3-numpy python3-sklearn nnn tig htop git imagemagick
DEPS_FUZZ = clang libclang-rt-14-dev
DEPS_ARM64 = gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user python3-numpy

# One job a processor, unless make was told how many.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

ifeq ($(V),)
Q = @
say = @printf '  %-4s %s\n' '$(1)' '$(2)';
endif

.PHONY: all clean deps demo check check-asan unit tests hostile walk walk-pixels screens crash crash-export fuzz lint format \
	install uninstall check-arm64 bench-extract bench-store bench-findings bench-cluster bench-neural \
	bench-ui figures figures-k
.SECONDARY:
all: $(BUILD)/lookalike $(EX_PROGRAM) $(BUILD)/convert
	@:

# What models/fetch makes the network of the face embedding with.
$(BUILD)/convert: $(BUILD)/convert.o $(addprefix $(BUILD)/src/extractor/,embed.o network.o \
		weights.o warp.o) $(EX_SHARED)
	$(call say,LD,$@)
	$(Q)$(CXX) $(CXXFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ -lopencv_imgproc -lopencv_core \
		$(call pkg,--libs,json-c libturbojpeg) -lm

$(BUILD)/lookalike: $(BUILD)/src/main.o $(BUILD)/liblookalike.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(C_LIBS)

$(BUILD)/lookalike-extractor: $(EX_OBJECTS) $(EX_SHARED)
$(BUILD)/lookalike-extractor-v3: $(V3_OBJECTS)
$(EX_PROGRAM):
	$(call say,LD,$@)
	$(Q)$(CXX) $(CXXFLAGS) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(EX_LIBS)

$(BUILD)/liblookalike.a: $(LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

compile_c   = $(CC) $(ALL_CFLAGS) $(call pkg,--cflags,$(C_PACKAGES)) $(CPPFLAGS) $(CFLAGS)
compile_cxx = $(CXX) $(ALL_CXXFLAGS) -isystem /usr/include/opencv4 $(CPPFLAGS) $(CXXFLAGS)

$(BUILD)/%.o: %.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) -c -o $@ $<

# Not in a folder "models", where programs in $(BUILD) would look for models.
$(BUILD)/convert.o: models/convert.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) -c -o $@ $<

$(BUILD)/%.o: %.cc
	$(call say,CXX,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_cxx) -c -o $@ $<

$(BUILD)/v3/%.o: %.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) $(V3_FLAGS) -c -o $@ $<

$(BUILD)/v3/%.o: %.cc
	$(call say,CXX,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_cxx) $(V3_FLAGS) -c -o $@ $<

$(UNIT_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(BUILD)/liblookalike.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(C_LIBS) -lcmocka

$(EX_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o \
		$(filter-out %/main.o,$(EX_OBJECTS)) $(BUILD)/liblookalike.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CXX) $(CXXFLAGS) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(EX_LIBS) $(C_LIBS) -lcmocka

tests: $(UNIT_TESTS) $(EX_TESTS)
	@:

# The two commands of the README. Nothing is asked of pkg-config before the packages are there:
# what is built is built by a make of its own.
demo:
	@.ci/deps $(DEPS)
	@$(MAKE) --no-print-directory $(JOBS) all
	@CONVERT=$(BUILD)/convert models/fetch
	@$(BUILD)/lookalike photos

# TESTS=unit or TESTS=e2e/scan runs a part.
check:
	@.ci/deps $(DEPS) $(DEPS_CHECK)
	@$(MAKE) --no-print-directory $(JOBS) all tests
	@CONVERT=$(BUILD)/convert models/fetch
	@BUILD=$(BUILD) CC="$(CC)" CXX="$(CXX)" SANITIZED=$(ASAN) tests/run $(TESTS)

check-asan:
	@$(MAKE) --no-print-directory ASAN=1 check

deps:
	@.ci/deps $(DEPS) $(DEPS_CHECK)

unit: all tests
	@BUILD=$(BUILD) SANITIZED=$(ASAN) tests/run unit

# What the experiment did, built as fast as this machine can run it.
$(BUILD)/bench/baseline: tests/bench/baseline.cc $(BUILD)/src/extractor/geometry.o
	$(call say,CXX,$@)
	@mkdir -p $(@D)
	$(Q)$(CXX) -std=c++17 -O3 -march=native $(INCLUDES) -isystem /usr/include/opencv4 \
		-o $@ $^ $(EX_LIBS)

# dlib's network takes the compiler 35 s and 1.2 GB.
$(BUILD)/bench/embedding-dlib: tests/bench/embedding_dlib.cc
	$(call say,CXX,$@)
	@mkdir -p $(@D)
	$(Q)$(CXX) -std=c++17 -O2 -o $@ $< -ldlib -lblas -llapack -pthread

$(BUILD)/bench/embedding: $(BUILD)/v3/tests/bench/embedding.o \
		$(addprefix $(BUILD)/v3/src/extractor/,network.o weights.o) $(EX_SHARED)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^ $(C_LIBS)

$(BUILD)/bench/quality: $(BUILD)/v3/tests/bench/quality.o \
		$(filter-out %/main.o,$(filter $(BUILD)/v3/src/extractor/%,$(V3_OBJECTS))) $(EX_SHARED)
	$(call say,LD,$@)
	$(Q)$(CXX) -o $@ $^ -pthread $(EX_LIBS) $(C_LIBS)

# Figures to compare with, on photos of yours: FACES=DIR.
bench-extract: all $(BUILD)/bench/quality $(BUILD)/bench/baseline $(BUILD)/bench/embedding $(BUILD)/bench/embedding-dlib
	@BUILD=$(BUILD) tests/bench/embedding
	@find "$(FACES)" -type f -iname '*.jp*g' -exec $(BUILD)/bench/quality models \
		/usr/share/dlib/shape_predictor_68_face_landmarks.dat {} +
	@BUILD=$(BUILD) tests/bench/extract "$(FACES)"
	@BUILD=$(BUILD) tests/bench/scan "$(FACES)"

# The clustering engine side by side with scikit-learn.
$(BUILD)/bench/cluster_run: tests/bench/cluster_run.c $(BUILD)/liblookalike.a
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) -o $@ $^ $(C_LIBS)

bench-cluster: $(BUILD)/bench/cluster_run
	@.ci/deps $(DEPS) $(DEPS_BENCH)
	@BUILD=$(BUILD) tests/bench/cluster

# The clustering engine on arm64, by emulation: the same labels as on this processor.
$(BUILD)/arm64/cluster_run: tests/bench/cluster_run.c $(wildcard src/cluster/*.[ch] \
		include/lookalike/cluster/*.h) $(addprefix src/base/,memory.c error.c quote.c rng.c)
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)aarch64-linux-gnu-gcc -static -std=c11 -D_GNU_SOURCE $(INCLUDES) $(WARN_C) -pthread \
		$(CFLAGS) -o $@ $(filter %.c,$^) -lm

check-arm64:
	@.ci/deps $(DEPS) $(DEPS_ARM64)
	@$(MAKE) --no-print-directory $(BUILD)/bench/cluster_run $(BUILD)/arm64/cluster_run
	@BUILD=$(BUILD) tests/bench/arm64

# How fast the interface answers and what it sends, beside nnn, tig and htop. FACES=DIR: other faces.
bench-ui: all
	@.ci/deps $(DEPS) $(DEPS_BENCH)
	@BUILD=$(BUILD) tests/bench/ui "$(or $(FACES),photos)"

figures: all
	@BUILD=$(BUILD) tests/bench/figures "$(FACES)"
	@BUILD=$(BUILD) tests/bench/people "$(FACES)"
	@BUILD=$(BUILD) tests/bench/labels "$(FACES)"
	@BUILD=$(BUILD) tests/bench/planted "$(FACES)"

# How often the suggested k is right on generated data, and how often there is one on data without
# groups.
figures-k: $(BUILD)/bench/figures_k
	@$<

$(BUILD)/bench/figures_k: tests/bench/figures_k.c $(BUILD)/liblookalike.a
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) -o $@ $^ $(C_LIBS)

# The store with 100,000 images and 150,000 faces, and a million faces in memory.
$(BUILD)/bench/store: tests/bench/store.c $(BUILD)/liblookalike.a
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) -o $@ $< $(BUILD)/liblookalike.a $(C_LIBS)

bench-store: $(BUILD)/bench/store
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && $(BUILD)/bench/store "$$scratch" && \
		$(BUILD)/bench/store "$$scratch" 500000 1000000

# What needs a look among 25,000 to 100,000 photos.
$(BUILD)/bench/findings: tests/bench/findings.c $(BUILD)/liblookalike.a
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) -o $@ $< $(BUILD)/liblookalike.a $(C_LIBS)

bench-findings: $(BUILD)/bench/findings
	@$<

# Neural mode with 10,000 and 100,000 faces: memory, the distance dial, suggestions.
$(BUILD)/bench/neural: tests/bench/neural.c $(BUILD)/liblookalike.a
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(compile_c) -o $@ $< $(BUILD)/liblookalike.a $(C_LIBS)

bench-neural: $(BUILD)/bench/neural
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && $(BUILD)/bench/neural "$$scratch"

# Hostile files through the whole program, from scan to database: N of them.
N    ?= 10000
SEED ?= 1
hostile: all
	@CONVERT=$(BUILD)/convert models/fetch
	@BUILD=$(BUILD) SANITIZED=$(ASAN) tests/hostile/many $(N) $(SEED)

# kill -9 at N random moments of scan and decide, every system call on the database's files failing,
# and N random sequences of decisions.
crash: all tests
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
		export TMPDIR="$$scratch" BUILD=$(BUILD) LOOKALIKE=$(abspath $(BUILD))/lookalike && \
		tests/e2e/crash.sh $(N) $(SEED) && \
		rm -rf "$$scratch"/* && tests/e2e/faults.sh 1 && \
		N=$(N) SEED=$(SEED) $(BUILD)/tests/test_decisions | tail -n 2

# Every error at every call by which exports write, a kill at each and N at some moment, and N names.
crash-export: all
	@CONVERT=$(BUILD)/convert models/fetch
	@BUILD=$(BUILD) SANITIZED=$(ASAN) ALL=all N=$(N) SEED=$(SEED) tests/run e2e/export_faults \
		e2e/export_names

# N random keys, mouse, pastes, sizes and broken UTF-8 from SEED, under AddressSanitizer with ASAN=1.
walk: all
	@CONVERT=$(BUILD)/convert models/fetch
	@BUILD=$(BUILD) SANITIZED=$(ASAN) N=$(N) SEED=$(SEED) tests/run pty/walk

# N random keys and sizes from SEED in xterm and mlterm, and their pixels.
walk-pixels: all
	@CONVERT=$(BUILD)/convert models/fetch
	@BUILD=$(BUILD) SANITIZED=$(ASAN) N=$(N) SEED=$(SEED) tests/run pixels/walk

# The screens of tests/screens become what is shown now.
screens: all
	@CONVERT=$(BUILD)/convert models/fetch
	@BUILD=$(BUILD) ACCEPT=tests/screens tests/run screens
	@git --no-pager diff --stat tests/screens

# libFuzzer on what is parsed here and not by a library: FUZZ_SECONDS each.
FUZZERS = $(basename $(notdir $(wildcard tests/fuzz/*.c)))
FUZZED  = $(wildcard src/base/*.c src/scan/protocol.c src/scan/inbox.c src/extractor/header.c \
	src/ui/input.c src/ui/probe.c src/ui/color.c \
	$(addprefix src/review/,filter.c findings.c duplicates.c hash_index.c labels.c))
FUZZ_SECONDS ?= 60

fuzz:
	@.ci/deps $(DEPS) $(DEPS_CHECK) $(DEPS_FUZZ)
	@CONVERT=$(BUILD)/convert models/fetch
	@$(MAKE) --no-print-directory $(JOBS) $(FUZZERS:%=$(BUILD)/fuzz/%)
	@BUILD=$(BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(FUZZERS)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(FUZZED)
	$(call say,FUZZ,$@)
	@mkdir -p $(@D)
	$(Q)clang -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -std=c11 \
		-D_GNU_SOURCE $(INCLUDES) $(call pkg,--cflags,$(C_PACKAGES)) -pthread -o $@ $^ \
		$(C_LIBS)

FORMATTED = $(wildcard include/lookalike/*/*.h src/*.c src/*/*.[ch] src/*/*.cc src/*/*.hh \
	models/*.c tests/*/*.c tests/*/*.cc tests/*/*.h)
SCRIPTS   = models/fetch .ci/run .ci/deps tests/run tests/helpers.bash tests/bench/extract \
	$(addprefix tests/bench/,embedding figures people planted labels scan ui) tests/hostile/many \
	tests/fuzz/run $(wildcard tests/*.sh tests/*/*.sh)

lint:
	@.ci/deps $(DEPS) $(DEPS_CHECK) $(DEPS_LINT)
	$(Q)clang-format --dry-run -Werror $(FORMATTED)
	$(Q)shellcheck -x $(SCRIPTS)
	$(Q)clang-tidy --quiet $(wildcard src/*.c src/*/*.c tests/unit/*.c) -- -std=c11 \
		-D_GNU_SOURCE $(INCLUDES) $(call pkg,--cflags,$(C_PACKAGES))
	$(Q)clang-tidy --quiet $(wildcard src/*/*.cc) -- -std=c++17 -D_GNU_SOURCE $(INCLUDES) \
		-isystem /usr/include/opencv4

format:
	clang-format -i $(FORMATTED)

bindir     = $(DESTDIR)$(PREFIX)/bin
libexecdir = $(DESTDIR)$(PREFIX)/libexec/lookalike
datadir    = $(DESTDIR)$(PREFIX)/share/lookalike
mandir     = $(DESTDIR)$(PREFIX)/share/man/man1
MODELS     = fr_detect.onnx dlib_face_recognition_resnet.dat

# The models go along when they were fetched.
install: all
	install -d $(bindir) $(libexecdir) $(datadir) $(mandir)
	install -m 755 $(BUILD)/lookalike $(bindir)
	install -m 755 $(EX_PROGRAM) $(libexecdir)
	install -m 644 man/lookalike.1 $(mandir)
	$(if $(wildcard $(MODELS:%=models/%)),install -m 644 $(wildcard $(MODELS:%=models/%)) $(datadir))

uninstall:
	rm -f $(bindir)/lookalike $(EX_PROGRAM:$(BUILD)/%=$(libexecdir)/%) \
		$(mandir)/lookalike.1 $(MODELS:%=$(datadir)/%)
	test ! -d $(libexecdir) || rmdir --ignore-fail-on-non-empty $(libexecdir)
	test ! -d $(datadir) || rmdir --ignore-fail-on-non-empty $(datadir)

clean:
	rm -rf build

-include $(wildcard $(BUILD)/*.d $(BUILD)/src/*.d $(BUILD)/src/*/*.d $(BUILD)/v3/src/*/*.d $(BUILD)/tests/unit/*.d)
