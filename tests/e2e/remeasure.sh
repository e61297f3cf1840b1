#!/bin/bash
# A collection's own reliability: faces measured again, kept, used for the groups, and forgotten.
. tests/helpers.bash

measures() {
	expect 0 "$LOOKALIKE" cluster -k 3 --format json "$photos"
	json '[.measures[].reliability] | tostring'
}

expect 0 "$LOOKALIKE" scan --format json "$photos"
equal 'before' "$(json '[.remeasured, .reliability] | tostring')" '[0,null]'
db=$(json .db)
table=$(measures)
expect 0 "$LOOKALIKE" cluster -k 3 --format json "$photos"
cost=$(json .cost)

expect 0 "$LOOKALIKE" scan --remeasure 20 --format json "$photos"
equal faces "$(json .remeasured)" 20
equal 'between noise and repeating exactly' "$(json '[.reliability[]] | length == 8 and
	all(.[]; . > 0.3 and . < 1)')" true
own=$(json '[.reliability | .jaw_ratio, .eye_distance, .nose_ratio, .nose_size, .eye_size,
	.eye_size_differential, .eyebrow_width, .eyebrow_lift] | tostring')
equal 'kept' "$(measures)" "$own"
equal 'rows' "$(sqlite3 "$db" 'SELECT count(*), min(faces) FROM reliability')" '8|20'
expect 0 "$LOOKALIKE" cluster -k 3 --format json "$photos"
[ "$(json .cost)" != "$cost" ] || fail 'the groups do not know of it'
expect 0 "$LOOKALIKE" scan --remeasure 20 --format json -j 1 "$photos"
equal 'the same with one worker' "$(json '[.reliability | .jaw_ratio, .eye_distance, .nose_ratio,
	.nose_size, .eye_size, .eye_size_differential, .eyebrow_width, .eyebrow_lift] | tostring')" "$own"

sqlite3 "$db" 'UPDATE reliability SET r = 7 WHERE measure = 3'
expect_error 1 'damaged' "$LOOKALIKE" cluster -k 3 "$photos"
sqlite3 "$db" 'DELETE FROM reliability WHERE measure = 3'
expect_error 1 'damaged' "$LOOKALIKE" cluster -k 3 "$photos"
sqlite3 "$db" 'DELETE FROM reliability'
expect 0 "$LOOKALIKE" scan --remeasure 20 "$photos"
grep -q '^  eye_size  *0[.]' "$TMPDIR/out" || fail "no eye_size: $out"
expect 0 "$LOOKALIKE" scan --remeasure 0 "$photos"
equal 'forgotten' "$(measures)" "$table"
expect_error 2 '20 faces or more' "$LOOKALIKE" scan --remeasure 5 "$photos"
