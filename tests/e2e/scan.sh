#!/bin/bash
# The sample photos: enough faces are found, and a second run decodes nothing.
. tests/helpers.bash

fields='["db","faces","failed","images","new","removed","seconds","seen_not_measured","unchanged","with_faces","without_faces"]'
expect 0 "$LOOKALIKE" scan --format json "$photos"
equal 'missing fields' "$(json "$fields - keys | tostring")" '[]'
equal images "$(json .images)" 78
equal new "$(json .new)" 78
equal failed "$(json .failed)" 0
equal 'sum' "$(json '.with_faces + .without_faces + .failed')" 78
db=$(json .db)
equal 'mode of the database' "$(stat -c %a "$db")" 600
equal 'mode of its folder' "$(stat -c %a "$(dirname "$db")")" 700

expect 0 "$LOOKALIKE" scan --format json "$photos"
equal new "$(json .new)" 0
equal unchanged "$(json .unchanged)" 78

expect 0 "$LOOKALIKE" list --format json "$photos"
equal rows "$(json length)" 78
at_least portraits "$(json '[.[] | select((.path | contains("/portraits/")) and .faces >= 1)] | length')" 60
equal 'portraits neither measured nor seen' "$(json '[.[] | select(.faces + .seen_not_measured == 0)] | length')" 0
equal 'faces of the toy' "$(json '.[] | select(.path | endswith("/male/18.jpg")) | .faces')" 0
at_least 'faces in groups' "$(json '[.[] | select(.path | contains("/groups/")) | .faces] | add')" 18

# Without the proposer HOG looks at the whole photo; a broken one is an error.
mkdir "$TMPDIR/models"
expect 0 env LOOKALIKE_MODELS="$TMPDIR/models" "$LOOKALIKE" scan --db "$TMPDIR/hog.db" --format json "$photos"
at_least 'faces without the proposer' "$(json .faces)" 70
equal 'seen without the proposer' "$(json .seen_not_measured)" 0
head -c 100000 models/fr_detect.onnx >"$TMPDIR/models/fr_detect.onnx"
expect 1 env LOOKALIKE_MODELS="$TMPDIR/models" "$LOOKALIKE" scan --db "$TMPDIR/no.db" "$photos"
grep -q 'fr_detect.onnx.*models/fetch' <<<"$err" || fail "not what is wrong: $err"

# A changed, a new and a removed file, and nothing else.
cp -r "$photos/portraits/male" "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --format json "$TMPDIR/album"
cp "$photos/groups/sample1.jpg" "$TMPDIR/album/1.jpg"
cp "$photos/groups/sample2.jpg" "$TMPDIR/album/new.jpg"
rm "$TMPDIR/album/2.jpg"
expect 0 "$LOOKALIKE" scan --format json "$TMPDIR/album"
equal 'new, unchanged, removed' "$(json '[.new, .unchanged, .removed] | tostring')" '[2,38,1]'
