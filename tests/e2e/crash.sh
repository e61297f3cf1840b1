#!/bin/bash
# crash.sh [N [SEED]]: kill -9 at N random moments of scan and decide, see crash.py.
. tests/helpers.bash

count=$([ -z "${SANITIZED:-}" ] && echo 100 || echo 25)
mkdir "$TMPDIR/bin" "$TMPDIR/work"
cp "$LOOKALIKE" "$TMPDIR/bin/lookalike"
cp "$BUILD/tests/fake_extractor" "$TMPDIR/bin/lookalike-extractor"
: >"$TMPDIR/landmarks"
LOOKALIKE_LANDMARKS=$TMPDIR/landmarks LOOKALIKE_MODELS=$TMPDIR \
	/usr/bin/python3 tests/e2e/crash.py "$TMPDIR/bin" "$TMPDIR/work" "${1:-$count}" "${2:-1}"
