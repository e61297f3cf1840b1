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

C_PACKAGES   = libsixel json-c libturbojpeg sqlite3
INCLUDES     = -Iinclude
WARN         = -Wall -Wextra -Wshadow -Wformat=2 -Wundef -Wwrite-strings
WARN_C       = $(WARN) -Wmissing-prototypes -Wstrict-prototypes
SANITIZE     =
ifdef WERROR
WARN += -Werror
endif
ifdef ASAN
BUILD := build/asan
SANITIZE = -fsanitize=address,undefined -fno-omit-frame-pointer
endif

ALL_CFLAGS   = -std=c11 -D_GNU_SOURCE $(INCLUDES) $(WARN_C) $(SANITIZE) -pthread -MMD -MP
ALL_CXXFLAGS = -std=c++17 -D_GNU_SOURCE $(INCLUDES) $(WARN) $(SANITIZE) -pthread -MMD -MP

MODULES      = base scan store cluster review ui cli
LIB_SOURCES  = $(foreach m,$(MODULES),$(sort $(wildcard src/$(m)/*.c)))
LIB_OBJECTS  = $(LIB_SOURCES:%.c=$(BUILD)/%.o)
EX_SOURCES   = $(sort $(wildcard src/extractor/*.c) $(wildcard src/extractor/*.cc))
EX_OBJECTS   = $(addprefix $(BUILD)/,$(addsuffix .o,$(basename $(EX_SOURCES))))
# What the extractor shares with lookalike.
EX_SHARED    = $(filter $(BUILD)/src/base/%.o $(BUILD)/src/scan/protocol.o,$(LIB_OBJECTS))
UNIT_SOURCES = $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS   = $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/tests/%)

C_LIBS  = $(call pkg,--libs,$(C_PACKAGES)) -ltinfo -lm
EX_LIBS = -lopencv_imgcodecs -lopencv_imgproc -lopencv_core -ldlib -lblas -llapack \
	$(call pkg,--libs,libwebpdemux libexif libturbojpeg) -lm

ifeq ($(V),)
Q = @
say = @printf '  %-4s %s\n' '$(1)' '$(2)';
endif

.PHONY: all clean unit
all: $(BUILD)/lookalike $(BUILD)/lookalike-extractor

$(BUILD)/lookalike: $(BUILD)/src/main.o $(BUILD)/liblookalike.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(C_LIBS)

$(BUILD)/lookalike-extractor: $(EX_OBJECTS) $(EX_SHARED)
	$(call say,LD,$@)
	$(Q)$(CXX) $(CXXFLAGS) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(EX_LIBS)

$(BUILD)/liblookalike.a: $(LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(call pkg,--cflags,$(C_PACKAGES)) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/%.o: %.cc
	$(call say,CXX,$@)
	@mkdir -p $(@D)
	$(Q)$(CXX) $(ALL_CXXFLAGS) -isystem /usr/include/opencv4 $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<

# A unit test is one C file; tests of the extractor's stages link its objects.
$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(BUILD)/liblookalike.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(C_LIBS) -lcmocka

unit: $(UNIT_TESTS)
	@for t in $(UNIT_TESTS); do $$t || exit 1; done

clean:
	rm -rf build

-include $(wildcard $(BUILD)/src/*.d $(BUILD)/src/*/*.d $(BUILD)/tests/unit/*.d)
