#!/bin/bash
# corpus.sh [SEED [COUNT]]: COUNT hostile files through the whole program, from scan to database:
# it lives, each file has exactly one verdict, bombs and odd files have the right one, and what
# the program writes about them is harmless. Says how many got past the first check of a decoder.
. tests/helpers.bash

seed=${1:-1}
count=${2:-2000}
python3 tests/hostile/make.py "$seed" "$count" "$photos" "$TMPDIR/album" "$TMPDIR/manifest"
equal 'files made' "$(wc -l <"$TMPDIR/manifest")" "$count"

# Exit 3: done, and some files are neither ok nor partial. Any signal would be 128 and more.
expect 3 "$LOOKALIKE" scan --format json --wall-deadline 600 "$TMPDIR/album"
equal images "$(json .images)" "$count"
db=$(json .db)
! pgrep -s 0 -f lookalike-extractor || fail 'a worker outlived the scan'
! LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$TMPDIR/err" ||
	fail 'control bytes on stderr'

for format in text csv; do
	expect 0 "$LOOKALIKE" list --format $format "$TMPDIR/album"
	! LC_ALL=C grep -qP '[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' \
		"$TMPDIR/out" || fail "control bytes in the list as $format"
done
expect 0 "$LOOKALIKE" list --format json "$TMPDIR/album"
python3 tests/hostile/judge.py "$TMPDIR/manifest" "$TMPDIR/album" <"$TMPDIR/out" >"$TMPDIR/verdicts" ||
	fail "$(cat "$TMPDIR/verdicts")"

# Whatever took a worker with it has had its two chances; nothing else is opened again.
expect 3 "$LOOKALIKE" scan --format json "$TMPDIR/album"
equal 'new' "$(json .new)" 0
rm -r "$TMPDIR/album" "$db"
cat "$TMPDIR/verdicts"
