#!/bin/bash
# Random keys, mouse, pastes, sizes and broken UTF-8: it lives, and what it says is in the database.
# N steps (1,000) from SEED (1).
. tests/helpers.bash

mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/*.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 --db "$TMPDIR/walk.db" "$TMPDIR/album"
/usr/bin/python3 tests/terminal/walk.py "${N:-1000}" "${SEED:-1}" \
	"$LOOKALIKE" --db "$TMPDIR/walk.db" "$TMPDIR/album"
