#!/bin/bash
# Photos that crash, hang, eat memory or send nonsense cost themselves and nothing else.
. tests/helpers.bash

export LOOKALIKE_TEST_INPUTS=1
mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/{1,2,3,4}.jpg "$TMPDIR/album"
for what in segv abort loop alloc garbage exit; do
	printf 'LOOKALIKE-TEST %s' $what >"$TMPDIR/album/a-$what.jpg"
done

expect 3 "$LOOKALIKE" scan -j 2 --format json "$TMPDIR/album"
equal images "$(json .images)" 10
equal failed "$(json .failed)" 6

# verdict NAME
verdict() {
	json ".[] | select(.path | endswith(\"/$1.jpg\")) | .verdict"
}

expect 0 "$LOOKALIKE" list --format json "$TMPDIR/album"
for what in segv abort garbage exit; do
	equal "$what" "$(verdict a-$what)" crashed
done
equal loop "$(verdict a-loop)" timeout
# The sanitizers' allocator has limits of its own.
[ -n "$SANITIZED" ] || equal alloc "$(verdict a-alloc)" too_large
for good in 1 2 3 4; do
	equal "$good" "$(verdict $good)" ok
done

# They are known now: nothing is tried again.
expect 3 "$LOOKALIKE" scan --format json "$TMPDIR/album"
equal new "$(json .new)" 0
