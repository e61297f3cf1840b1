#!/bin/bash
# Scripts of keys through all views, and the screens they end at compared with the stored ones. When
# screens are meant to change: make screens, and look at what git says has changed.
. tests/helpers.bash

folder=$(mktemp -d /tmp/screens.XXXXXX)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/album" "$folder/out"
cp "$photos"/portraits/female/{1,10,12,13,14,15,16,17,18,19,2,20,21,22,23}.jpg "$folder/album"
expect 0 "$LOOKALIKE" scan --deadline 60 --db "$folder/db" "$folder/album"
/usr/bin/python3 tests/screens/replay.py "$LOOKALIKE" "$folder" "$folder/out"
if [ -n "${ACCEPT:-}" ]; then
	rm -f "$ACCEPT"/*.txt
	cp "$folder"/out/*.txt "$ACCEPT"
	exit 0
fi
at_least screens "$(cat tests/screens/*.txt | grep -c '^== ')" 136
diff -ru tests/screens --exclude='replay.*' --exclude='*.script' "$folder/out" ||
	fail 'screens have changed; make screens accepts them'
