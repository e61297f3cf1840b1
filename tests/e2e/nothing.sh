#!/bin/bash
# Too little to work on: a missing folder, no images, no faces, one face, two faces, no model.
. tests/helpers.bash

cd "$TMPDIR"
expect_error 1 "nowhere" "$LOOKALIKE" scan nowhere
expect_error 1 "nowhere" "$LOOKALIKE" nowhere

mkdir empty
expect 0 "$LOOKALIKE" scan --format json empty
equal images "$(json .images)" 0
for command in cluster elbow; do
	expect_error 1 'face' "$LOOKALIKE" $command empty
done
expect 0 "$LOOKALIKE" list --format json empty
equal list "$(json length)" 0

# A grey square is an image without a face.
mkdir plain
printf 'P5\n64 64\n255\n%4096s' '' >plain/grey.pgm
expect 0 "$LOOKALIKE" scan --format json plain
equal without_faces "$(json .without_faces)" 1
equal faces "$(json .faces)" 0
for command in cluster elbow; do
	expect_error 1 'face' "$LOOKALIKE" $command plain
done

mkdir one
cp "$photos/portraits/female/1.jpg" one
expect 0 "$LOOKALIKE" scan --format json one
equal faces "$(json .faces)" 1
expect_error 1 'face' "$LOOKALIKE" cluster -k 2 one
expect 0 "$LOOKALIKE" cluster --format json one
equal sizes "$(json '[.clusters[].size] | tostring')" '[1]'
expect 0 "$LOOKALIKE" elbow one

mkdir two
cp "$photos/portraits/female/1.jpg" two/a.jpg
cp "$photos/portraits/male/1.jpg" two/b.jpg
expect 0 "$LOOKALIKE" scan --format json two
equal faces "$(json .faces)" 2
expect_error 1 '3.*2|2.*3' "$LOOKALIKE" cluster -k 3 two
expect 0 "$LOOKALIKE" cluster -k 2 --format json two
equal sizes "$(json '[.clusters[].size] | tostring')" '[1,1]'
expect 0 "$LOOKALIKE" elbow --format json two
equal 'points of the curve' "$(json '.curve | length')" 2

mkdir fresh
cp "$photos/portraits/female/2.jpg" fresh
expect_error 1 'landmark model' env LOOKALIKE_LANDMARKS=/nonexistent "$LOOKALIKE" scan fresh
