#!/bin/bash
# --measures: only some of the eight count, so much. The clustering is done again with numpy, once
# from the CSV and once as --vectors of columns made by hand.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan "$photos"

# same_groups NAME=WEIGHT...: for every scale
same_groups() {
	local measures=${*/%=1/} scale
	for scale in zscore reliability none; do
		expect 0 "$LOOKALIKE" export -k 4 --scale $scale --measures "${measures// /,}" \
			--format csv -o "$TMPDIR/faces.csv" "$photos"
		expect 0 "$LOOKALIKE" cluster -k 4 --scale $scale --measures "${measures// /,}" \
			--format json -o "$TMPDIR/groups.json" "$photos"
		/usr/bin/python3 tests/e2e/export_matrix.py "$TMPDIR/faces.csv" "$TMPDIR/groups.json" "$@" ||
			fail "not the same groups by $* with scale $scale"
	done
}

same_groups nose_ratio=1
same_groups nose_ratio=1 nose_size=2
same_groups jaw_ratio=0.25 eye_distance=1 eyebrow_lift=8

# All eight as they are: nothing changes.
expect 0 "$LOOKALIKE" cluster -k 4 --format json "$photos"
cp "$TMPDIR/out" "$TMPDIR/all"
names=$(json '.weights | keys_unsorted | join(",")')
expect 0 "$LOOKALIKE" cluster -k 4 --measures "$names" --format json "$photos"
cmp "$TMPDIR/out" "$TMPDIR/all" || fail 'naming all measures changes the groups'

# Columns by hand, as an embedding of one's own: the same groups, the same cost for every k.
expect 0 "$LOOKALIKE" export --format csv -o "$TMPDIR/faces.csv" "$photos"
/usr/bin/python3 - "$TMPDIR/faces.csv" "$TMPDIR/columns.npy" <<'END'
import csv, sys, numpy
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
columns = numpy.array([[float(row[name]) for name in ("nose_ratio", "nose_size")] for row in rows])
columns = (columns - columns.mean(axis=0)) / columns.std(axis=0) * [1, 2]
numpy.save(sys.argv[2], columns.astype(numpy.float32))
END
by=(--scale zscore --measures "nose_ratio,nose_size=2")
expect 0 "$LOOKALIKE" cluster -k 5 --vectors "$TMPDIR/columns.npy" --format json
json '.clusters[].rows | map(.row? // .) | tojson' >"$TMPDIR/by_hand"
expect 0 "$LOOKALIKE" cluster -k 5 "${by[@]}" --format json "$photos"
equal 'groups' "$(json '.clusters[].size' | sort -n | tr '\n' ' ')" \
	"$(jq length "$TMPDIR/by_hand" | sort -n | tr '\n' ' ')"
expect 0 "$LOOKALIKE" elbow --vectors "$TMPDIR/columns.npy" --kmax 12 --format json
json '.curve[].cost * 1000 | round' >"$TMPDIR/costs"
expect 0 "$LOOKALIKE" elbow "${by[@]}" --kmax 12 --format json "$photos"
json '.curve[].cost * 1000 | round' | diff - "$TMPDIR/costs" || fail 'the costs differ'

# Said in words, and in each JSON; null where groups are not by measures.
expect 0 "$LOOKALIKE" cluster -k 3 --measures nose_size "$photos"
grep -q '; geometry, scale reliability, measures nose_size, seed 1' "$TMPDIR/out" || fail "$out"
for command in elbow cluster export 'score --labels parent'; do
	# shellcheck disable=SC2086 # words
	expect 0 "$LOOKALIKE" $command --measures nose_size=1/2 --format json "$photos"
	equal "weights of $command" "$(json '.weights | [.nose_size, .nose_ratio] | tojson')" '[0.5,0]'
	# shellcheck disable=SC2086
	expect 0 "$LOOKALIKE" $command --features neural --format json "$photos"
	equal "weights of neural $command" "$(json 'has("weights"), .weights' | xargs)" 'true null'
done
expect 0 "$LOOKALIKE" cluster -k 3 --vectors "$TMPDIR/columns.npy" --format json
equal 'weights of vectors' "$(json 'has("weights"), .weights' | xargs)" 'true null'

# Wrong ones are told with what there is.
expect_error 2 "knows jaw_ratio, eye_distance, nose_ratio, nose_size, eye_size, eye_size_differential, eyebrow_width, eyebrow_lift; not 'nose'" \
	"$LOOKALIKE" cluster --measures nose_size,nose "$photos"
expect_error 2 "weight of 1/8, 1/4, 1/2, 1, 2, 4 or 8, not '3'" "$LOOKALIKE" elbow --measures nose_size=3 "$photos"
expect_error 2 'names nose_size twice' "$LOOKALIKE" export --measures nose_size,nose_size "$photos"
expect_error 2 "; not ''" "$LOOKALIKE" cluster --measures '' "$photos"
expect_error 2 'nothing to --features neural' "$LOOKALIKE" cluster --features neural --measures nose_size "$photos"
expect_error 2 'nothing to --vectors' "$LOOKALIKE" cluster --measures nose_size --vectors "$TMPDIR/columns.npy"
