#!/bin/bash
# The same photos and seed give the same groups, whatever the number of workers.
. tests/helpers.bash

for jobs in 1 3; do
	expect 0 "$LOOKALIKE" scan -j $jobs --db "$TMPDIR/$jobs.db" "$photos"
	expect 0 "$LOOKALIKE" cluster -k 5 --seed 7 --format json --db "$TMPDIR/$jobs.db"
	equal groups "$(json '.clusters | length')" 5
	mv "$TMPDIR/out" "$TMPDIR/$jobs.json"
done
cmp "$TMPDIR/1.json" "$TMPDIR/3.json" || fail 'other groups with three workers than with one'
expect 0 "$LOOKALIKE" cluster -k 5 --seed 7 --format json --db "$TMPDIR/1.db"
cmp "$TMPDIR/1.json" "$TMPDIR/out" || fail 'other groups the second time'
