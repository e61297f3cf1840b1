#!/bin/bash
# Forgetting leaves no trace: the bytes of every file of ours are looked at, for paths, names,
# thumbnails and measures. Files are the owner's alone, and a database that is not is told of.
. tests/helpers.bash

umask 000
mkdir "$TMPDIR/album" "$TMPDIR/album/secret"
cp "$photos"/portraits/male/{1,2,3}.jpg "$TMPDIR/album"
cp "$photos"/portraits/female/1.jpg "$TMPDIR/album/secret/Zacharias.jpg"
cp "$photos"/groups/sample1.jpg "$TMPDIR/album/secret/Yolanda.jpg"
data=$XDG_DATA_HOME/lookalike

# The folder is in two databases, and a file of it is known by a second name.
ln "$TMPDIR/album/secret/Zacharias.jpg" "$TMPDIR/album/9.jpg"
expect 0 "$LOOKALIKE" scan "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan "$TMPDIR/album/secret"
equal databases "$(find "$data" -name '*.db' | wc -l)" 2
equal 'modes of files' "$(find "$data" -type f -printf '%m\n' | sort -u)" 600
equal 'modes of folders' "$(find "$data" -type d -printf '%m\n' | sort -u)" 700
db=$(find "$data" -name 'album-*.db')

# traces: what can be found of the faces with these ids in the database, before they are forgotten
traces() {
	sqlite3 "$db" "SELECT hex(measures) FROM faces WHERE id IN ($1);
		SELECT hex(substr(landmarks, 1, 64)) FROM face_data WHERE face_id IN ($1);
		SELECT hex(substr(thumb, -120, 64)) FROM face_data WHERE face_id IN ($1);"
}

# found HEX...: which of these byte strings are in any file of ours
found() {
	find "$data" -type f -exec cat {} + | xxd -p | tr -d '\n' | tr a-f A-F >"$TMPDIR/bytes"
	local hex
	for hex; do
		! grep -qF "$hex" "$TMPDIR/bytes" || echo "$hex"
	done
}

hex() {
	printf %s "$1" | xxd -p | tr -d '\n' | tr a-f A-F
}

expect 0 "$LOOKALIKE" group --db "$db" assign 'Wilhelmina' "$TMPDIR/album/1.jpg"
expect 0 "$LOOKALIKE" group --db "$db" rename Wilhelmina Xaver
expect 0 "$LOOKALIKE" group --db "$db" assign 'Quentin' "$TMPDIR/album/secret"
expect 0 "$LOOKALIKE" group --db "$db" not 'Xaver' "$TMPDIR/album/secret"
expect 0 "$LOOKALIKE" group --db "$db" assign 'others' "$TMPDIR/album/2.jpg"

# ---- a folder, in whatever database ----
mapfile -t known < <(traces "SELECT f.id FROM faces f JOIN images i ON i.id = f.image_id
	WHERE CAST(i.path AS TEXT) LIKE '%/secret/%' OR CAST(i.path AS TEXT) LIKE '%/9.jpg'")
known+=("$(hex Yolanda)" "$(hex Zacharias)" "$(hex Quentin)" "$(hex secret/)")
at_least traces ${#known[@]} 10
equal 'traces before' "$(found "${known[@]}" | wc -l)" ${#known[@]}
expect 0 "$LOOKALIKE" forget --format json "$TMPDIR/album/secret"
equal 'databases touched' "$(json length)" 2
equal 'traces of the folder' "$(found "${known[@]}")" ''
expect 0 "$LOOKALIKE" group --db "$db" list --format json
equal groups "$(json '[.groups[].name] | join(",")')" Xaver,others
equal refused "$(json '.not | length')" 0

# ---- a person, under each name she had ----
mapfile -t known < <(traces "SELECT face_id FROM assigned a JOIN groups g ON g.id = a.group_id
	WHERE name = 'Xaver'")
known+=("$(hex Xaver)" "$(hex Wilhelmina)")
equal 'traces before' "$(found "${known[@]}" | wc -l)" ${#known[@]}
expect 0 "$LOOKALIKE" forget --person Xaver
equal 'traces of the person' "$(found "${known[@]}")" ''
expect 0 "$LOOKALIKE" list --format json --db "$db"
equal 'faces left' "$(json '[.[].faces] | join(",")')" 0,1,1
expect 0 "$LOOKALIKE" group --db "$db" undo
expect_error 1 'nothing to undo' "$LOOKALIKE" group --db "$db" undo
expect 0 "$LOOKALIKE" group --db "$db" redo

# ---- everything ----
mapfile -t known < <(traces 'SELECT id FROM faces')
known+=("$(hex others)" "$(hex "$TMPDIR/album")" "$(hex 2.jpg)")
expect 0 "$LOOKALIKE" forget --db "$db" --all
equal 'traces of anything' "$(found "${known[@]}")" ''
[ -s "$db" ] || fail 'a database that was named is gone'
# Ours go as a whole: their names are those of folders.
expect 0 "$LOOKALIKE" scan "$TMPDIR/album"
expect 0 "$LOOKALIKE" forget --all
equal 'files left' "$(find "$data" -type f)" ''
expect 0 "$LOOKALIKE" forget --all

# ---- what is not there, and what somebody holds ----
expect_error 1 'nothing to forget' "$LOOKALIKE" forget "$TMPDIR/album/none"
expect_error 2 'forget wants' "$LOOKALIKE" forget
expect_error 2 'forget wants' "$LOOKALIKE" forget --all "$TMPDIR/album"
expect_error 1 'there is no database' "$LOOKALIKE" forget --db "$TMPDIR/none.db" --all
[ ! -e "$TMPDIR/none.db" ] || fail 'forget made a database'
expect 0 "$LOOKALIKE" scan --db "$TMPDIR/x.db" "$TMPDIR/album"
flock "$TMPDIR/x.db-lock" sleep 100 &
until ! flock -n "$TMPDIR/x.db-lock" true; do sleep 0.05; done
expect_error 4 'in use by another' "$LOOKALIKE" forget --db "$TMPDIR/x.db" --all
kill $!

# ---- others can read it ----
chmod 644 "$TMPDIR/x.db"
expect 0 "$LOOKALIKE" list --db "$TMPDIR/x.db"
grep -q 'biometric data, and others' <<<"$err" || fail "no warning: $err"

# ---- files that are gone: kept with their decisions, until --prune ----
rm -r "$data"
expect 0 "$LOOKALIKE" scan "$TMPDIR/album"
expect 0 "$LOOKALIKE" group assign 'kept' "$TMPDIR/album/3.jpg"
mv "$TMPDIR/album/3.jpg" "$TMPDIR/3.jpg"
expect 0 "$LOOKALIKE" scan --format json "$TMPDIR/album"
equal removed "$(json .removed)" 1
expect 0 "$LOOKALIKE" group list --format json "$TMPDIR/album"
equal 'the group while its photo is away' "$(json '.groups[0].size')" 0
mv "$TMPDIR/3.jpg" "$TMPDIR/album/back.jpg"
expect 0 "$LOOKALIKE" scan --format json "$TMPDIR/album"
equal 'moved, new' "$(json '[.moved, .new] | join(",")')" 1,0
expect 0 "$LOOKALIKE" group list --format json "$TMPDIR/album"
equal 'its photo is back' "$(json '.groups[0].faces[0].path')" "$TMPDIR/album/back.jpg"
rm "$TMPDIR/album/back.jpg"
expect 0 "$LOOKALIKE" scan --prune "$TMPDIR/album"
expect 0 "$LOOKALIKE" group list --format json "$TMPDIR/album"
equal 'groups after --prune' "$(json '.groups | length')" 0
