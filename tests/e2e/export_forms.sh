#!/bin/bash
# What export writes in each form, and how: all or nothing.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan "$photos"
expect 0 "$LOOKALIKE" cluster -k 4 --format csv "$photos"
faces=$(($(wc -l <"$TMPDIR/out") - 1))

# ---- CSV, and the clustering done again from it ----
for options in '' '--scale zscore' '--scale none' '--max-yaw 20' '-k 9 --seed 7'; do
	# shellcheck disable=SC2086 # words
	expect 0 "$LOOKALIKE" export -k 4 $options --format csv -o "$TMPDIR/faces.csv" "$photos"
	# shellcheck disable=SC2086
	expect 0 "$LOOKALIKE" cluster -k 4 $options --format json -o "$TMPDIR/groups.json" "$photos"
	/usr/bin/python3 tests/e2e/export_matrix.py "$TMPDIR/faces.csv" "$TMPDIR/groups.json" ||
		fail "not the same groups with '$options'"
	equal 'rows' "$(wc -l <"$TMPDIR/faces.csv")" $((faces + 1))
done
expect 0 "$LOOKALIKE" export --format csv --with-landmarks --with-embedding "$photos"
cp "$TMPDIR/out" "$TMPDIR/faces.csv"
expect 0 "$LOOKALIKE" export --with-embedding "$photos"
python3 -c '
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
faces = json.load(open(sys.argv[2]))["faces"]
assert len(rows) == len(faces)
for row, face in zip(rows, faces):
    assert row["path"] == face["path"] and int(row["face"]) == face["face"]
    assert [float(row[k]) for k in ("x", "y", "width", "height")] == face["box"]
    assert all(float(row[k]) == face[k] for k in ("score", "roll", "yaw", "distance"))
    assert all(float(row[k]) == v for k, v in face["features"].items())
    assert [[float(row[f"x{i}"]), float(row[f"y{i}"])] for i in range(68)] == face["landmarks"]
    assert row["group"] == "" and face["group"] is None
    assert row["set_aside"] == "0" and face["set_aside"] is False
    assert [float(row[f"e{i}"]) for i in range(128)] == face["embedding"]
' "$TMPDIR/faces.csv" "$TMPDIR/out" || fail 'CSV and JSON differ'
# The measures are those of the database, to the last bit.
python3 -c '
import json, sqlite3, struct, sys
stored = sqlite3.connect(sys.argv[1]).execute("SELECT path, position, measures FROM faces JOIN images ON images.id = image_id")
stored = {(path.decode(), position): struct.unpack("<8d", blob) for path, position, blob in stored}
faces = json.load(open(sys.argv[2]))["faces"]
assert len(stored) == len(faces)
assert all(stored[f["path"], f["face"]] == tuple(f["features"].values()) for f in faces)
' "$(ls "$XDG_DATA_HOME"/lookalike/photos-*.db)" "$TMPDIR/out" || fail 'measures are not exact'

# ---- the page ----
expect 0 "$LOOKALIKE" export -k 4 --format html --max-yaw 20 -o "$TMPDIR/page.html" "$photos"
equal 'faces of the page' "$(grep -c '<figure title=' "$TMPDIR/page.html")" "$faces"
equal 'pictures of the page' "$(grep -o '<img ' "$TMPDIR/page.html" | wc -l)" "$faces"
equal 'rows of the page' "$(grep -c '^<tr' "$TMPDIR/page.html")" 4
equal 'mode of the page' "$(stat -c %a "$TMPDIR/page.html")" 600

# ---- trees ----
expect 0 "$LOOKALIKE" cluster -k 4 --format json "$photos"
# shellcheck disable=SC2016 # dollars of jq
wanted=$(json '.clusters[] | .id as $id | [.faces[].path] | unique[] | "group-\($id) \(.)"' | sort)
expect 0 "$LOOKALIKE" export -k 4 --format tree -o "$TMPDIR/links/" "$photos"
equal 'links' "$(cd "$TMPDIR/links" && find . -type l -printf '%h %l\n' | sed 's|^\./||' | sort)" "$wanted"
equal 'mode of the tree' "$(stat -c %a "$TMPDIR/links")" 700
expect 0 "$LOOKALIKE" export -k 4 --format tree --copy -o "$TMPDIR/copies" "$photos"
for link in "$TMPDIR"/links/*/*; do
	copy=$TMPDIR/copies/${link#"$TMPDIR/links/"}
	[ ! -L "$copy" ] || fail "$copy is a link"
	cmp "$link" "$copy" || fail "$copy is not as the photo"
	equal 'time of the copy' "$(stat -c %Y "$copy")" "$(stat -Lc %Y "$link")"
done
equal 'copies' "$(find "$TMPDIR/copies" -type f | wc -l)" "$(wc -l <<<"$wanted")"
expect_error 1 'File exists' "$LOOKALIKE" export -k 4 --format tree -o "$TMPDIR/links" "$photos"
mkdir "$TMPDIR/empty"
expect_error 1 'File exists' "$LOOKALIKE" export -k 4 --format tree -o "$TMPDIR/empty" "$photos"

# Many photos of one name, and one that is gone.
for i in $(seq 1 20); do
	mkdir -p "$TMPDIR/same/$i"
	cp "$photos/portraits/female/$((i < 11 ? i : i + 1)).jpg" "$TMPDIR/same/$i/photo.jpg"
done
rm -r "$TMPDIR"/same/18
expect 0 "$LOOKALIKE" scan --db "$TMPDIR/same.db" "$TMPDIR/same"
rm "$TMPDIR/same/3/photo.jpg"
expect 3 "$LOOKALIKE" export -k 1 --format tree --copy -o "$TMPDIR/numbered" --db "$TMPDIR/same.db"
grep -q '1 photo could not be copied.*same/3/photo.jpg: No such file' <<<"$err" || fail "$err"
count=$(find "$TMPDIR/numbered" -type f | wc -l)
at_least 'numbered copies' "$count" 15
equal 'numbers' "$(cd "$TMPDIR/numbered/group-1" && printf '%s\n' * | sort -V)" \
	"$(echo photo.jpg; seq -f 'photo-%g.jpg' 2 "$count")"

# ---- all or nothing ----
mkdir "$TMPDIR/o"
for format in csv json html; do
	echo old >"$TMPDIR/o/file"
	# A disk that is full, by the shell's limit of 1 KiB: SIGXFSZ would be a signal, so it is ignored.
	status=0
	(trap '' XFSZ && ulimit -f 1 && exec "$LOOKALIKE" export -k 4 --format $format \
		-o "$TMPDIR/o/file" "$photos") 2>"$TMPDIR/err" || status=$?
	equal "exit with a full disk, $format" $status 1
	equal "message with a full disk, $format" "$(wc -l <"$TMPDIR/err")" 1
	equal "what was there, $format" "$(cat "$TMPDIR/o/file")" old
	equal "left there, $format" "$(ls -A "$TMPDIR/o")" file
	expect_error 1 'stdout: No space' bash -c "'$LOOKALIKE' export --format $format '$photos' >/dev/full"
	expect 0 bash -c "set -o pipefail; '$LOOKALIKE' export --format $format '$photos' | head -c 10 | wc -c"
	equal "a closed pipe, $format" "$out$err" 10
	expect 0 "$LOOKALIKE" export --format $format -o - "$photos"
	cp "$TMPDIR/out" "$TMPDIR/stdout"
	ln -sf file "$TMPDIR/o/link"
	expect 0 "$LOOKALIKE" export --format $format -o "$TMPDIR/o/link" "$photos"
	[ -L "$TMPDIR/o/link" ] || fail 'the link was replaced'
	cmp "$TMPDIR/o/file" "$TMPDIR/stdout" || fail "-o and stdout differ, $format"
	rm "$TMPDIR/o/link"
done
# What is no regular file is written to, and stays.
expect 0 "$LOOKALIKE" export -o /dev/null "$photos"
[ -c /dev/null ] || fail 'a device was replaced'
expect 0 bash -c "mkfifo '$TMPDIR/fifo' && cat '$TMPDIR/fifo' >'$TMPDIR/o/read' &
	'$LOOKALIKE' export --format html -o '$TMPDIR/fifo' '$photos' && wait"
cmp "$TMPDIR/o/read" "$TMPDIR/stdout" || fail 'a FIFO brings something else'
expect_error 1 'directory' "$LOOKALIKE" export -o "$TMPDIR" "$photos"
expect_error 1 'No such file' "$LOOKALIKE" export -o "$TMPDIR/none/file" "$photos"

# A scan that goes on meanwhile changes nothing in it.
mkdir "$TMPDIR/moving"
cp "$photos"/portraits/female/{1,2,3,4,5,6,7,8,9,10,12,13,14,15,16,17,19,20,21,22}.jpg "$TMPDIR/moving"
expect 0 "$LOOKALIKE" scan --db "$TMPDIR/moving.db" "$TMPDIR/moving"
expect 0 "$LOOKALIKE" export -k 2 --format html --db "$TMPDIR/moving.db"
cp "$TMPDIR/out" "$TMPDIR/before"
at_least 'bytes, more than a pipe takes' "$(stat -c %s "$TMPDIR/before")" 100000
"$LOOKALIKE" export -k 2 --format html --db "$TMPDIR/moving.db" -o "$TMPDIR/fifo" &
exec 3<"$TMPDIR/fifo"
head -c 1 <&3 >"$TMPDIR/o/read"
for i in 13 14 15 16 17 20 21; do
	cp "$photos/portraits/male/$i.jpg" "$TMPDIR/moving/$i.jpg"
done
expect 0 "$LOOKALIKE" scan --db "$TMPDIR/moving.db" "$TMPDIR/moving"
grep -q '^7 new or changed' <<<"$out" || fail "$out"
cat <&3 >>"$TMPDIR/o/read"
exec 3<&-
wait $! || fail 'an export during a scan fails'
cmp "$TMPDIR/o/read" "$TMPDIR/before" || fail 'a scan changes an export that goes on'

# Two at once do not mix: the second is told, or comes after the first.
rm "$TMPDIR"/o/*
for i in 1 2 3 4; do
	("$LOOKALIKE" export --format html -o "$TMPDIR/o/file" "$photos" 2>"$TMPDIR/err$i" ||
		grep -q '^lookalike: another lookalike is writing ' "$TMPDIR/err$i" || touch "$TMPDIR/odd") &
done
wait
[ ! -e "$TMPDIR/odd" ] || fail "$(cat "$TMPDIR"/err?)"
cmp "$TMPDIR/o/file" "$TMPDIR/stdout" || fail 'two exports were mixed'
equal 'left by four' "$(ls -A "$TMPDIR/o")" file

# ---- usage ----
expect_error 2 'csv\|json\|html\|tree' "$LOOKALIKE" export --format text "$photos"
expect_error 2 'text\|csv\|json' "$LOOKALIKE" list --format html "$photos"
expect_error 2 'name a new one with -o' "$LOOKALIKE" export --format tree "$photos"
expect_error 2 'goes with --format csv' "$LOOKALIKE" export --raw "$photos"
expect_error 2 'goes with --format csv' "$LOOKALIKE" list --raw "$photos"
expect_error 2 'goes with --format csv' "$LOOKALIKE" export --format html --with-landmarks "$photos"
expect_error 2 'goes with --format csv or json' "$LOOKALIKE" export --format html --with-embedding "$photos"
expect_error 2 'goes with --format tree' "$LOOKALIKE" export --copy "$photos"
expect_error 2 'means nothing' "$LOOKALIKE" cluster --copy "$photos"

# ---- how far it is ----
for format in csv json html tree; do
	expect 0 "$LOOKALIKE" export -k 4 --format $format -o "$TMPDIR/progress.$format" "$photos"
	equal "stderr of $format" "$err" ''
	expect 0 "$LOOKALIKE" export -k 4 --format $format --progress -o "$TMPDIR/told.$format" "$photos"
	tr '\r' '\n' <"$TMPDIR/err" | sed 's/\x1b\[K//' >"$TMPDIR/told"
	equal "first of $format" "$(head -n 1 "$TMPDIR/told")" 'k: 1 of 20'
	equal "last of $format" "$(sed -n 's/^\(faces: [0-9]* of [0-9]*\).*/\1/p' "$TMPDIR/told" | tail -n 1)" \
		"faces: $faces of $faces"
done
