#!/bin/bash
# faults.sh [EVERY]: system calls on the database's files fail, see faults.py; one in EVERY.
. tests/helpers.bash

mkdir "$TMPDIR/bin" "$TMPDIR/work"
cp "$LOOKALIKE" "$TMPDIR/bin/lookalike"
cp "$BUILD/tests/fake_extractor" "$TMPDIR/bin/lookalike-extractor"
: >"$TMPDIR/landmarks"
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
# LeakSanitizer cannot work in a process that is traced.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 LOOKALIKE_LANDMARKS=$TMPDIR/landmarks \
	LOOKALIKE_MODELS=$TMPDIR /usr/bin/python3 tests/e2e/faults.py "$TMPDIR/bin" "$TMPDIR/work" "${1:-67}"
