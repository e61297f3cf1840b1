#!/bin/bash
# score, and --vectors in place of faces: by counting on paper, and by what NumPy wrote.
. tests/helpers.bash

# npy FILE ROWS COLUMNS: numbers from stdin as a float32 file, as numpy.save() writes it
npy() {
	python3 -c '
import struct, sys
name, n, d = sys.argv[1], sys.argv[2], sys.argv[3]
values = [float(v) for v in sys.stdin.read().split()]
header = "{%s: %s, %s: False, %s: (%s, %s), }" % (
    repr("descr"), repr("<f4"), repr("fortran_order"), repr("shape"), n, d)
header += " " * (-(len(header) + 11) % 64) + "\n"
with open(name, "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
    file.write(struct.pack("<%df" % len(values), *values))' "$@"
}

# ---- vectors: three clumps on a line, of two, three and four rows ----
x=$TMPDIR/x.npy
echo 0 1  10 11 12  50 51 52 53 | npy "$x" 9 1
expect 0 "$LOOKALIKE" cluster --vectors "$x" -k 3 --format json
equal features "$(json .features)" vectors
equal scale "$(json .scale)" none
equal chosen_by "$(json .chosen_by)" user
equal groups "$(json '[.clusters[].rows | sort] | tostring')" '[[5,6,7,8],[2,3,4],[0,1]]'
# sums of squares about 51.5, 11 and 0.5: 5 + 2 + 0.5
equal cost "$(json .cost)" 7.5
expect 0 "$LOOKALIKE" cluster --vectors "$x" -k 3 --format csv
equal 'lines of csv' "$(wc -l <"$TMPDIR/out")" 10
expect 0 "$LOOKALIKE" cluster --vectors "$x" --scale zscore --format json
equal scale "$(json .scale)" zscore
expect 0 "$LOOKALIKE" elbow --vectors "$x" --kmax 4 --format json
equal 'k of the curve' "$(json '[.curve[].k] | tostring')" '[1,2,3,4]'
equal 'cost at 3' "$(json '.curve[2].cost')" 7.5
expect 0 "$LOOKALIKE" elbow --vectors "$x"
[ -n "$out" ] || fail 'no chart'

# labels a b | b b b | c c c c: pairs 6 in classes and 3, in groups 1 + 3 + 6, in both 0 + 3 + 6
printf '%s\n' a b b b b c c c c >"$TMPDIR/labels"
expect 0 "$LOOKALIKE" score --vectors "$x" --labels "$TMPDIR/labels" -k 3 --format json
equal counts "$(json '[.rows, .classes, .k] | tostring')" '[9,3,3]'
equal pairwise "$(json '[.pairwise.precision, .pairwise.recall, .pairwise.f] |
	map(. * 1000 | round) | tostring')" '[900,750,818]'
# precision: 2 items of 1/2, 7 of 1; recall: 1, 1/4, 3 of 3/4, 4 of 1
equal bcubed "$(json '[.bcubed.precision, .bcubed.recall] | map(. * 1000 | round) | tostring')" \
	'[889,833]'
head -n 8 "$TMPDIR/labels" >"$TMPDIR/short"
expect_error 1 '8 lines' "$LOOKALIKE" score --vectors "$x" --labels "$TMPDIR/short" -k 3
expect_error 1 'more than the 9 rows' "$LOOKALIKE" cluster --vectors "$x" -k 10
expect_error 2 'takes the place of' "$LOOKALIKE" cluster --vectors "$x" "$photos"
expect_error 2 'eight measures' "$LOOKALIKE" cluster --vectors "$x" --scale reliability
expect_error 1 'not a .npy file' "$LOOKALIKE" cluster --vectors README.md
expect_error 2 'wants --labels' "$LOOKALIKE" score "$photos"

# ---- faces: labels of photos, for their largest faces ----
expect 0 "$LOOKALIKE" scan "$photos"
expect 0 "$LOOKALIKE" list --format json "$photos"
images=$(json length) missed=$(json '[.[] | select(.faces == 0)] | length')
others=$(json '[.[] | select(.faces > 1) | .faces - 1] | add')
expect 0 "$LOOKALIKE" score --labels parent -k 3 --format json "$photos"
equal counts "$(json '[.labels, .faces, .classes, .k, .missed, .left_out, .unlabelled] | tostring')" \
	"[\"parent\",$images,3,3,$missed,$others,0]"
expect 0 "$LOOKALIKE" score --labels stem -k 3 --format json "$photos"
equal 'classes by stem' "$(json .classes)" "$(find -L "$photos" -name '*.jpg' -printf '%f\n' |
	sed 's/[_.-].*//' | sort -u | wc -l)"

# The command's own groups as labels: only faces that were missed and those beside a larger one
# are not where the labels say; a photo of one face has the label of its group.
expect 0 "$LOOKALIKE" cluster -k 3 --format json "$photos"
# shellcheck disable=SC2016 # a variable of jq's
json '.clusters[] | .id as $id | .faces[] | [.path, $id] | @csv' >"$TMPDIR/all.csv"
(echo path,label && sort "$TMPDIR/all.csv" | awk -F, '
	{ count[$1]++; line[$1] = $0 } END { for (p in line) if (count[p] == 1) print line[p] }') \
	>"$TMPDIR/one.csv"
expect 0 "$LOOKALIKE" score --labels "$TMPDIR/one.csv" -k 3 --format json "$photos"
equal agreement "$(json '[.ari, .nmi, .bcubed.f, .pairwise.f, .missed] | tostring')" '[1,1,1,1,0]'
equal faces "$(json .faces)" $(($(wc -l <"$TMPDIR/one.csv") - 1))
# relative paths start from the folder of the list; a missed photo is a group of one
ln -s "$photos" "$TMPDIR/album"
printf 'album/portraits/female/%s.jpg,x\n' 1 2 11 >"$TMPDIR/relative.csv"
expect 0 "$LOOKALIKE" score --labels "$TMPDIR/relative.csv" -k 1 --format json "$photos"
equal counts "$(json '[.faces, .missed, .pairwise.recall] | map(. * 3 | round) | tostring')" '[9,3,1]'
expect 0 "$LOOKALIKE" score --labels parent -k 3 --format csv "$photos"
equal lines "$(wc -l <"$TMPDIR/out")" 2
expect 0 "$LOOKALIKE" score --labels parent -k 3 "$photos"
grep -q '^BCubed ' "$TMPDIR/out" || fail "no BCubed: $out"

echo 'no comma' >"$TMPDIR/bad.csv"
expect_error 1 'line 1' "$LOOKALIKE" score --labels "$TMPDIR/bad.csv" "$photos"
printf '/nowhere/%s.jpg,x\n' 1 2 >"$TMPDIR/bad.csv"
expect_error 1 'none of the labels' "$LOOKALIKE" score --labels "$TMPDIR/bad.csv" "$photos"
expect_error 1 'cannot read' "$LOOKALIKE" score --labels "$TMPDIR/nothing.csv" "$photos"
