#!/bin/bash
# list with labels: a photo in somebody else's folder is told, in every format, first in the queue.
. tests/helpers.bash

mkdir -p "$TMPDIR"/people/{anna,berta}
for turn in 1 2 3; do
	convert "$photos/portraits/female/1.jpg" -rotate $turn "$TMPDIR/people/anna/$turn.jpg"
	convert "$photos/portraits/female/2.jpg" -rotate $turn "$TMPDIR/people/berta/$turn.jpg"
done
convert "$photos/portraits/female/2.jpg" -flop "$TMPDIR/people/anna/4.jpg"
expect 0 "$LOOKALIKE" scan "$TMPDIR/people"

expect 0 "$LOOKALIKE" list --labels parent --format json "$TMPDIR/people"
equal labels "$(json '[.[].label] | tostring')" \
	'["anna","anna","anna","anna","berta","berta","berta"]'
equal doubts "$(json '[.[] | select(.label_doubt) | [(.path | sub(".*people/"; "")), .label_doubt,
	.label_looks_like, (.label_doubt_confidence * 100 | round)]] | tostring')" \
	'[["anna/4.jpg","wrong_label","berta",75]]'
expect 0 "$LOOKALIKE" list --labels parent --filter 'doubt>0.7' --format paths0 "$TMPDIR/people"
equal 'the queue' "$(tr '\0' '\n' <"$TMPDIR/out")" "$TMPDIR/people/anna/4.jpg"
expect 0 "$LOOKALIKE" list --labels parent --filter 'label:ANNA -doubt>0' --format csv "$TMPDIR/people"
equal 'rows of anna' "$(wc -l <"$TMPDIR/out")" 4
expect 0 "$LOOKALIKE" list --labels parent --filter 'doubt>0' "$TMPDIR/people"
grep -q 'anna/4.jpg  \[anna; wrong_label, looks like berta, 0.75\]$' <<<"$out" || fail "$out"

# The same from a file, in which one photo has no label; names are bytes.
printf '%s\n' anna/{1,2,3,4}.jpg,'"A ""1"""' berta/{1,2}.jpg,'"=B, 2"' >"$TMPDIR/people/labels.csv"
expect 0 "$LOOKALIKE" list --labels "$TMPDIR/people/labels.csv" --format json "$TMPDIR/people"
equal 'labels of the file' "$(json '[.[].label] | unique | tostring')" '[null,"=B, 2","A \"1\""]'
equal 'doubts of the file' "$(json '[.[] | select(.label_doubt) | .label_looks_like] | tostring')" \
	'["=B, 2"]'
expect 0 "$LOOKALIKE" list --labels "$TMPDIR/people/labels.csv" --filter 'label:"=b, 2"' --format csv "$TMPDIR/people"
equal 'no formula' "$(grep -c ",\"'=B, 2\",,," "$TMPDIR/out")" 2
expect 0 "$LOOKALIKE" list --labels "$TMPDIR/people/labels.csv" --filter 'label:""' --format paths0 "$TMPDIR/people"
equal 'without a label' "$(tr '\0' '\n' <"$TMPDIR/out")" "$TMPDIR/people/berta/3.jpg"

expect_error 1 'nothing.csv' "$LOOKALIKE" list --labels "$TMPDIR/nothing.csv" "$TMPDIR/people"
expect 2 "$LOOKALIKE" list --filter doubt\>0 "$TMPDIR/people"
grep -q 'without --labels' <<<"$err" || fail "$err"
