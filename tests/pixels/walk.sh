#!/bin/bash
# After a walk over the keys the pixels of xterm and mlterm are those that were sent, and those of
# the same screen drawn anew. N steps (200) from SEED (1).
. tests/helpers.bash

start_x_server
mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/*.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 --db "$TMPDIR/start.db" "$TMPDIR/album"

for name in xterm mlterm; do
	terminal_at_corner $name 100x30
	cp "$TMPDIR/start.db" "$TMPDIR/$name.db"
	rm -f "$TMPDIR/said"
	"${at_corner[@]}" -e /usr/bin/python3 tests/pixels/walk.py "${N:-200}" "${SEED:-1}" \
		"$LOOKALIKE" --db "$TMPDIR/$name.db" "$TMPDIR/album" || true
	[ -s "$TMPDIR/said" ] || fail "$name has not run the walk"
	grep -q ' steps with seed ' "$TMPDIR/said" || fail "$name: $(cat "$TMPDIR/said")"
	echo "$name: $(cat "$TMPDIR/said")"
done
