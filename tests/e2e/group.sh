#!/bin/bash
# lookalike group: which faces are meant, what it writes, and what becomes of k.
. tests/helpers.bash

album=$TMPDIR/album
mkdir "$album"
cp "$photos"/portraits/male/{1,2,3,4,5}.jpg "$album"
cp "$photos"/groups/sample1.jpg "$album/group.jpg"
cp "$photos"/portraits/male/6.jpg "$album/odd#0"
expect 0 "$LOOKALIKE" scan "$album"
faces=$("$LOOKALIKE" list --format json "$album" | jq 'map(.faces) | add')

# ---- faces by file, by number, by folder; the database is found by itself ----
expect 0 "$LOOKALIKE" group assign choir "$album/1.jpg" "$album/group.jpg#1"
expect 0 "$LOOKALIKE" group aside "$album/group.jpg#0"
expect 0 "$LOOKALIKE" group assign odd "$album/odd#0"
expect 0 "$LOOKALIKE" group list --format json "$album"
equal choir "$(json '[.groups[0].faces[] | "\(.path | split("/")[-1])#\(.face)"] | join(" ")')" \
	'1.jpg#0 group.jpg#1'
equal odd "$(json '.groups[1].faces[0].path | split("/")[-1]')" 'odd#0'
equal aside "$(json '[.set_aside[].face] | join(" ")')" 0
equal open "$(json .open)" $((faces - 4))
equal 'rows of CSV' "$("$LOOKALIKE" group list --format csv "$album" | wc -l)" 5
expect_error 1 'no measured face is' "$LOOKALIKE" group --db "$(find "$XDG_DATA_HOME" -name '*.db')" \
	assign x "$album/group.jpg#9"
expect_error 1 'no database has the face' "$LOOKALIKE" group assign x "$album/none.jpg"
expect 0 "$LOOKALIKE" scan "$album/1.jpg"
expect_error 1 'in 2 databases' "$LOOKALIKE" group assign x "$album/1.jpg"

# ---- decided faces are in no group, and carry their names ----
expect 0 "$LOOKALIKE" cluster -k 2 --format json "$album"
equal k "$(json .k)" 2
equal names "$(json '[.clusters[].name] | tostring')" '[null,null,"choir","odd"]'
equal sizes "$(json '([.clusters[].size] | add) + (.set_aside | length)')" "$faces"
expect 0 "$LOOKALIKE" list --format json "$album"
equal 'groups of the group photo' \
	"$(json '.[] | select(.path | endswith("group.jpg")) | .groups[:2] | tostring')" '[null,"choir"]'
expect_error 1 'more than the' "$LOOKALIKE" cluster -k $((faces - 3)) "$album"

# ---- so they do in exports and in the score ----
expect 0 "$LOOKALIKE" export -k 2 "$album"
equal 'names of export' "$(json '[.faces[].group | strings] | sort | join(" ")')" 'choir choir odd'
equal 'set aside in export' "$(json '[.faces[] | select(.set_aside) | .face] | tostring')" '[0]'
equal 'with a name and in a cluster' "$(json '[.faces[] | select(.group and .cluster)] | length')" 0
expect 0 "$LOOKALIKE" export -k 2 --format csv "$album"
equal 'names of CSV' "$(python3 -c 'import csv, sys
print(*sorted(r["group"] for r in csv.DictReader(sys.stdin) if r["group"]))' <"$TMPDIR/out")" 'choir choir odd'
expect 0 "$LOOKALIKE" export -k 2 --format html "$album"
equal 'names of the page' "$(grep -oE '>(choir|odd)<' "$TMPDIR/out" | sort -u | xargs)" '>choir< >odd<'
expect 0 "$LOOKALIKE" export -k 2 --format tree -o "$TMPDIR/tree" "$album"
equal 'folders' "$(find "$TMPDIR/tree" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | xargs)" 'choir group-1 group-2 odd'
equal 'links of choir' "$(cd "$TMPDIR/tree/choir" && readlink -- * | xargs -n 1 basename | sort | xargs)" '1.jpg group.jpg'
expect 0 "$LOOKALIKE" score -k 2 --labels stem --format json "$album"
equal 'open and named groups' "$(json .k)" 4

# ---- they survive a new measurement, and names and steps come and go ----
expect 0 "$LOOKALIKE" group rename choir 'Chœur' "$album"
expect_error 1 'already' "$LOOKALIKE" group rename odd 'Chœur' "$album"
expect_error 1 'no group choir' "$LOOKALIKE" group rename choir x "$album"
expect_error 1 'cannot be empty' "$LOOKALIKE" group rename odd '' "$album"
expect_error 1 'one line' "$LOOKALIKE" group rename odd $'a\nb' "$album"
expect_error 1 'UTF-8' "$LOOKALIKE" group rename odd $'\xff' "$album"
printf x >>"$album/group.jpg" # other bytes, the same picture
expect 0 "$LOOKALIKE" scan --format json "$album"
equal 'measured again' "$(json '[.new, .moved] | join(",")')" 1,0
expect 0 "$LOOKALIKE" group list --format json "$album"
equal 'still there' "$(json '.groups[0] | "\(.name) \(.size)"')" 'Chœur 2'
equal 'still aside' "$(json '.set_aside | length')" 1
for _ in 1 2 3 4; do
	expect 0 "$LOOKALIKE" group undo "$album"
done
expect_error 1 'nothing to undo' "$LOOKALIKE" group undo "$album"
expect 0 "$LOOKALIKE" group list --format json "$album"
equal 'undone to the start' "$(json '[.groups, .set_aside, .not, .open] | tostring')" "[[],[],[],$faces]"
for _ in 1 2 3 4; do
	expect 0 "$LOOKALIKE" group redo "$album"
done
expect_error 1 'nothing to redo' "$LOOKALIKE" group redo "$album"
expect 0 "$LOOKALIKE" group list --format json "$album"
equal 'all redone' "$(json '.groups[0] | "\(.name) \(.size)"')" 'Chœur 2'
expect 0 "$LOOKALIKE" group log --format json "$album"
equal steps "$(json '[.[].decision] | join(" ")')" \
	'assign aside assign rename undo undo undo undo redo redo redo redo'

# ---- two files change names, and one makes room for another: decisions go with the bytes ----
mv "$album/2.jpg" "$album/x"
mv "$album/3.jpg" "$album/2.jpg"
mv "$album/x" "$album/3.jpg"
mv "$album/1.jpg" "$album/11.jpg"
cp "$photos"/portraits/male/7.jpg "$album/1.jpg"
expect 0 "$LOOKALIKE" scan --format json "$album"
equal 'moved, new, removed' "$(json '[.moved, .new, .removed] | join(",")')" 3,1,0
expect 0 "$LOOKALIKE" group list --format json "$album"
equal 'who is in it' "$(json '[.groups[0].faces[].path | split("/")[-1]] | join(" ")')" \
	'11.jpg group.jpg'
expect 0 "$LOOKALIKE" scan --format json "$album"
equal 'and then nothing' "$(json '[.moved, .new, .removed] | join(",")')" 0,0,0

# ---- who is not who, where nobody has a name ----
# apart: the faces of every statement, side by side
apart() {
	expect 0 "$LOOKALIKE" group list --format json "$album"
	json '[.apart[] | [.[] | [.[] | "\(.path | split("/")[-1])#\(.face)"] | join(" ")] | join(" | ")] | join("; ")'
}
expect 0 "$LOOKALIKE" group apart "$album/4.jpg" "$album/group.jpg"
who="4.jpg#0 | $(seq -f 'group.jpg#%.0f' 0 $((faces - 7)) | xargs)"
equal apart "$(apart)" "$who"
equal 'rows of CSV' "$("$LOOKALIKE" group list --format csv "$album" | grep -c '^apart,[0-9]*/[12],')" $((faces - 5))
expect 0 "$LOOKALIKE" group apart "$album/group.jpg" "$album/4.jpg"
grep -q 'so already' <<<"$out" || fail "said twice: $out"
expect 0 "$LOOKALIKE" group undo "$album"
equal 'apart, undone' "$(apart)" ''
expect 0 "$LOOKALIKE" group redo "$album"
printf y >>"$album/4.jpg"
expect 0 "$LOOKALIKE" scan "$album"
equal 'apart, measured again' "$(apart)" "$who"
expect 0 "$LOOKALIKE" group apart "$album/2.jpg" "$album/3.jpg" "$album/5.jpg"
equal 'three people' "$(apart)" "$who; 2.jpg#0 | 3.jpg#0 | 5.jpg#0"
# To put two of them into one group takes it back for these.
expect 0 "$LOOKALIKE" group assign twins "$album/2.jpg" "$album/3.jpg"
equal 'two are one' "$(apart)" "$who; 2.jpg#0 | 5.jpg#0"
expect_error 1 'cannot be two people' "$LOOKALIKE" group apart "$album/group.jpg" "$album/group.jpg#0"
expect 0 "$LOOKALIKE" group log --format json "$album"
equal 'log of apart' "$(json '[.[] | select(.decision == "apart") | .changes[] | "\(.kind) \(.after)"] | unique | join(",")')" \
	'apart 1,apart 2,apart 3'
expect 0 "$LOOKALIKE" forget "$album/4.jpg"
equal 'after forgetting one side' "$(apart)" '2.jpg#0 | 5.jpg#0'

# ---- words ----
expect_error 2 'two FACEs or more' "$LOOKALIKE" group apart "$album/5.jpg"
expect_error 2 'cannot' "$LOOKALIKE" group frob "$album"
expect_error 2 'NAME of a group' "$LOOKALIKE" group assign
expect_error 2 'at least one FACE' "$LOOKALIKE" group assign x
expect_error 2 'two NAMEs' "$LOOKALIKE" group rename x
expect_error 2 'no PATH and no --db' "$LOOKALIKE" group undo
