#!/bin/bash
# What is tried again: a failure when the models have changed, a photo on which workers died until
# that was twice, whatever was in flight when the program itself was killed.
. tests/helpers.bash
set -m # a job in the background can be killed

export LOOKALIKE_TEST_INPUTS=1
mkdir "$TMPDIR/album" "$TMPDIR/models"
cp -p models/* "$TMPDIR/models"
export LOOKALIKE_MODELS=$TMPDIR/models
for i in {1..6}; do
	cp "$photos/portraits/female/$i.jpg" "$TMPDIR/album/$i.jpg"
done
for i in {1..3}; do
	printf 'LOOKALIKE-TEST wait' >"$TMPDIR/album/w$i.jpg"
done
printf 'not a photo' >"$TMPDIR/album/text.jpg"

# Killed three times with photos in flight, it blames none of them.
for _ in 1 2 3; do
	"$LOOKALIKE" scan -j 2 --db "$TMPDIR/db" "$TMPDIR/album" >"$TMPDIR/log" 2>&1 &
	scan=$!
	for _ in {1..300}; do
		sleep 0.1
		rows=$("$LOOKALIKE" list --format json --db "$TMPDIR/db" 2>/dev/null | jq length || echo 0)
		[ "${rows:-0}" -lt 7 ] || break
		kill -0 $scan || fail "the scan ended by itself: $(cat "$TMPDIR/log")"
	done
	equal 'rows before the kill' "$rows" 7
	kill -KILL $scan
	wait $scan || true
done
expect 3 "$LOOKALIKE" scan -j 2 --wall-deadline 1 --format json --db "$TMPDIR/db" "$TMPDIR/album"
equal 'the rest' "$(json '[.images, .new, .unchanged, .failed] | tostring')" '[10,3,7,4]'
expect 0 "$LOOKALIKE" list --format json --db "$TMPDIR/db"
equal verdicts "$(json '.[].verdict' | sort | uniq -c | xargs)" '6 ok 3 timeout 1 unsupported'

# Two deaths are enough, as long as nothing changes.
expect 3 "$LOOKALIKE" scan --format json --db "$TMPDIR/db" "$TMPDIR/album"
equal 'nothing new' "$(json .new)" 0

# Other models, other limits, other bytes: failures are tried again, measured photos are not.
touch -d '2001-02-03' "$TMPDIR/models/fr_detect.onnx"
expect 3 "$LOOKALIKE" scan --wall-deadline 1 --format json --db "$TMPDIR/db" "$TMPDIR/album"
equal 'other models' "$(json .new)" 4
expect 3 "$LOOKALIKE" scan --wall-deadline 1 --max-megapixels 200 --format json --db "$TMPDIR/db" "$TMPDIR/album"
equal 'other limits' "$(json .new)" 4
expect 3 "$LOOKALIKE" scan --max-megapixels 200 --format json --db "$TMPDIR/db" "$TMPDIR/album"
equal 'nothing new' "$(json .new)" 0
cp "$photos/portraits/male/1.jpg" "$TMPDIR/album/w1.jpg"
expect 3 "$LOOKALIKE" scan --max-megapixels 200 --format json --db "$TMPDIR/db" "$TMPDIR/album"
equal 'other bytes' "$(json '[.new, .failed] | tostring')" '[1,3]'

# Interrupted, it has not forgotten a death: one more, and that is all.
rm "$TMPDIR/album"/*
printf 'LOOKALIKE-TEST exit' >"$TMPDIR/album/a.jpg"
printf 'LOOKALIKE-TEST wait' >"$TMPDIR/album/b.jpg"
"$LOOKALIKE" scan -j 1 --db "$TMPDIR/db2" "$TMPDIR/album" >"$TMPDIR/log" 2>&1 &
scan=$!
for _ in {1..300}; do
	sleep 0.1
	rows=$("$LOOKALIKE" list --format json --db "$TMPDIR/db2" 2>/dev/null | jq length || echo 0)
	[ "${rows:-0}" -lt 1 ] || break
done
kill -INT $scan
wait $scan || true
rm "$TMPDIR/album/b.jpg"
expect 3 "$LOOKALIKE" scan --format json --db "$TMPDIR/db2" "$TMPDIR/album"
equal 'the second death' "$(json '[.new, .failed] | tostring')" '[1,1]'
expect 3 "$LOOKALIKE" scan --format json --db "$TMPDIR/db2" "$TMPDIR/album"
equal 'no third' "$(json .new)" 0
