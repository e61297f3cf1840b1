#!/bin/bash
# What two collections share: files and people, in every format.
. tests/helpers.bash

mkdir "$TMPDIR"/{train,test}
cp "$photos"/portraits/female/{1,2,3,6}.jpg "$TMPDIR/train"
cp "$photos/portraits/female/1.jpg" "$TMPDIR/test/again.jpg" # the same bytes
convert "$photos/portraits/female/2.jpg" -rotate 3 -quality 80 "$TMPDIR/test/turned.jpg"
cp "$photos"/portraits/male/{1,2,3}.jpg "$TMPDIR/test"
convert "$photos/portraits/female/3.jpg" -resize 80% -quality 85 "$TMPDIR/test/small.jpg"
expect 0 "$LOOKALIKE" scan "$TMPDIR/train"
expect 0 "$LOOKALIKE" scan "$TMPDIR/test"

short='map(map_values(map(.path | sub(".*/"; "")))) | tojson'
expect 0 "$LOOKALIKE" overlap --format json "$TMPDIR/train" "$TMPDIR/test"
equal duplicates "$(json ".duplicates | $short")" '[{"a":["1.jpg"],"b":["again.jpg"]}]'
equal pictures "$(json ".near_duplicates | $short")" \
	'[{"a":["1.jpg"],"b":["again.jpg"]},{"a":["3.jpg"],"b":["small.jpg"]}]'
equal people "$(json ".people | sort_by(.a[0].path) | $short")" \
	'[{"a":["1.jpg"],"b":["again.jpg"]},{"a":["2.jpg"],"b":["turned.jpg"]},{"a":["3.jpg"],"b":["small.jpg"]}]'
expect 0 "$LOOKALIKE" overlap --format csv "$TMPDIR/train" "$TMPDIR/test"
equal 'rows' "$(cut -d, -f 1,3 <"$TMPDIR/out" | sort | uniq -c | tr -s ' ')" \
	$' 1 file,A\n 1 file,B\n 3 person,A\n 3 person,B\n 2 picture,A\n 2 picture,B\n 1 what,collection'
expect 0 "$LOOKALIKE" overlap "$TMPDIR/train" "$TMPDIR/test"
grep -q '^3 people in both:' <<<"$out" || fail "$out"
expect 0 "$LOOKALIKE" overlap --format json "$TMPDIR/train" "$TMPDIR/train"
equal 'with itself' "$(json '.duplicates | length')" 4
expect_error 2 'two PATHs' "$LOOKALIKE" overlap "$TMPDIR/train"
mkdir "$TMPDIR/new"
expect_error 1 'scan' "$LOOKALIKE" overlap "$TMPDIR/train" "$TMPDIR/new"
