#!/bin/bash
# Photos that crash, hang, eat memory, send nonsense or try to break out cost themselves and
# nothing else: one verdict each, every other photo measured, no process left.
. tests/helpers.bash

export LOOKALIKE_TEST_INPUTS=1
crashing=(segv abort garbage exit huge lie close)
hanging=(loop wait half stop)
mkdir "$TMPDIR/album"
i=0
for what in "${crashing[@]}" "${hanging[@]}" alloc forbidden; do
	i=$((i + 1))
	printf 'LOOKALIKE-TEST %s' "$what" >"$TMPDIR/album/$i-$what.jpg"
	cp "$photos/portraits/female/$i.jpg" "$TMPDIR/album/$i-good.jpg"
done

expect 3 "$LOOKALIKE" scan -j 2 --deadline 600 --wall-deadline 2 --format json "$TMPDIR/album"
equal images "$(json .images)" 26
equal failed "$(json .failed)" 13
! pgrep -s 0 -f lookalike-extractor || fail 'a worker outlived the scan'

# of NAME FIELD: what the list says of the photo
of() {
	json ".[] | select(.path | endswith(\"-$1.jpg\")) | .$2"
}

expect 0 "$LOOKALIKE" list --format json "$TMPDIR/album"
equal rows "$(json '[.[].path] | unique | length')" 26
for what in "${crashing[@]}"; do
	equal "$what" "$(of "$what" verdict)" crashed
done
for what in "${hanging[@]}"; do
	equal "$what" "$(of "$what" verdict)" timeout
done
equal 'by the clock' "$(of wait detail)" 'over 2 s'
equal 'good photos' "$(of good verdict | sort | uniq -c | xargs)" '13 ok'
equal 'forbidden acts' "$(of forbidden detail)" '40 of 40 refused'
# The sanitizers' allocator has limits of its own.
[ -n "$SANITIZED" ] || equal alloc "$(of alloc verdict)" too_large

# They are known now: nothing is tried again.
expect 3 "$LOOKALIKE" scan --format json "$TMPDIR/album"
equal new "$(json .new)" 0

# The other clock, that of the processor.
mkdir "$TMPDIR/busy"
cp "$TMPDIR"/album/*-loop.jpg "$TMPDIR/busy"
expect 3 "$LOOKALIKE" scan --deadline 1 --wall-deadline 600 "$TMPDIR/busy"
expect 0 "$LOOKALIKE" list --format json "$TMPDIR/busy"
equal 'by the processor' "$(of loop detail)" 'over 1 s of processor time'
