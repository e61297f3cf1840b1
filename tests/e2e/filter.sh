#!/bin/bash
# list and export with a filter: the same as picking from what they write without one.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan "$photos"
expect 0 "$LOOKALIKE" list --format json "$photos"
cp "$TMPDIR/out" "$TMPDIR/all.json"
expect 0 "$LOOKALIKE" export -k 3 "$photos"
cp "$TMPDIR/out" "$TMPDIR/faces.json"

# picks FILTER JQ: the photos that pass, as list has them in every format, are those that jq picks
picks() {
	local filter=$1 want
	want=$(jq -r ".[] | select($2) | .path" "$TMPDIR/all.json")
	expect 0 "$LOOKALIKE" list --filter "$filter" --format json "$photos"
	equal "photos of $filter" "$(json '.[].path')" "$want"
	expect 0 "$LOOKALIKE" list --filter "$filter" --format paths0 "$photos"
	equal "paths of $filter" "$(tr '\0' '\n' <"$TMPDIR/out")" "$want"
	expect 0 "$LOOKALIKE" list --filter "$filter" --format csv "$photos"
	equal "rows of $filter" "$(($(wc -l <"$TMPDIR/out") - 1))" "$(grep -c . <<<"$want" || true)"
}

picks 'faces:0' '.faces == 0'
picks 'faces>1 -path:sample3' '.faces > 1 and (.path | contains("sample3") | not)'
picks 'seen>=1 path:PORTRAITS/female' '.seen_not_measured > 0 and (.path | contains("portraits/female"))'
picks 'verdict:failed' 'false'
picks 'width>128 format:jpeg,png' '.width > 128 and .format == "jpeg"'
at_least 'photos wider than 128' "$(jq '[.[] | select(.width > 128)] | length' "$TMPDIR/all.json")" 1

# Faces: the groups stay those of the whole collection.
filter='yaw>12 size<110'
want=$(jq -c '[.faces[] | select((.yaw | fabs) > 12 and ([.box[2], .box[3]] | min) < 110) |
	[.path, .face, .cluster]]' "$TMPDIR/faces.json")
at_least 'faces that pass' "$(jq length <<<"$want")" 2
expect 0 "$LOOKALIKE" export -k 3 --filter "$filter" "$photos"
equal 'faces of export' "$(json '[.faces[] | [.path, .face, .cluster]] | tojson')" "$want"
expect 0 "$LOOKALIKE" export -k 3 --filter "$filter" --format csv "$photos"
equal 'rows of export' "$(($(wc -l <"$TMPDIR/out") - 1))" "$(jq length <<<"$want")"
expect 0 "$LOOKALIKE" export -k 3 --filter "$filter" --format html -o "$TMPDIR/page.html" "$photos"
equal 'faces of the page' "$(grep -o '<img ' "$TMPDIR/page.html" | wc -l)" "$(jq length <<<"$want")"
grep -q 'pass the filter <code><bdi>yaw&gt;12 size&lt;110<' "$TMPDIR/page.html" || fail 'no filter on the page'
expect 0 "$LOOKALIKE" export -k 3 --filter "$filter" --format tree -o "$TMPDIR/tree" "$photos"
equal 'folders of the tree' "$(find "$TMPDIR/tree" -mindepth 1 -type d | wc -l)" \
	"$(jq '[.[][2]] | unique | length' <<<"$want")"
equal 'photos of the tree' "$(find "$TMPDIR/tree" -type l | wc -l)" \
	"$(jq '[.[] | [.[0], .[2]]] | unique | length' <<<"$want")"

# A person's groups are names in filters.
expect 0 "$LOOKALIKE" group assign 'Back Row' "$photos/groups"
expect 0 "$LOOKALIKE" list --filter 'group:"back row"' --format paths0 "$photos"
equal 'photos of the group' "$(tr '\0' '\n' <"$TMPDIR/out")" \
	"$(jq -r '.[] | select(.faces > 0 and (.path | contains("/groups/"))) | .path' "$TMPDIR/all.json")"

# Nothing passes: nothing is written, and that is no error. Names are bytes.
expect 0 "$LOOKALIKE" list --filter 'faces>1000' --format json "$photos"
equal 'an empty list' "$(json length)" 0
mkdir "$TMPDIR/odd"
name=$'\xff new\nline "q".jpg'
cp "$photos/portraits/female/1.jpg" "$TMPDIR/odd/$name"
expect 0 "$LOOKALIKE" scan "$TMPDIR/odd"
expect 0 "$LOOKALIKE" list --format paths0 "$TMPDIR/odd"
printf '%s\0' "$TMPDIR/odd/$name" | cmp - "$TMPDIR/out" || fail 'paths0 has other bytes'
expect 0 "$LOOKALIKE" list --filter $'path:"new\nline \\"Q"' --format paths0 "$TMPDIR/odd"
[ -s "$TMPDIR/out" ] || fail 'a name with a newline and a quote is not found'

# An error is one line, and below it the filter with a mark at its place.
expect 2 "$LOOKALIKE" list --filter 'faces:0 verdict:corupt' "$photos"
equal stdout "$out" ''
equal 'lines of the error' "$(wc -l <"$TMPDIR/err")" 3
grep -q "^lookalike: --filter: 'corupt': verdict is one of ok, " "$TMPDIR/err" || fail "$err"
equal 'the place' "$(tail -n 2 "$TMPDIR/err")" \
	$'  faces:0 verdict:corupt\n                  ^'
expect 2 "$LOOKALIKE" export --filter 'path:"é' "$photos"
expect_error 2 'csv\|json' "$LOOKALIKE" export --format paths0 "$photos"
expect_error 2 'filter' "$LOOKALIKE" cluster --filter faces:0 "$photos"
