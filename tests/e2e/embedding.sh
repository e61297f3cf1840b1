#!/bin/bash
# The face embedding: its model is made, and others are refused; faces get it now or later; groups
# by it are people.
# shellcheck disable=SC2016 # dollars of jq
. tests/helpers.bash
convert=$PWD/$BUILD/convert

# embeddings DB: of every face, in order
embeddings() {
	"$LOOKALIKE" export --db "$1" | jq -c '.faces[] | [.path, .face, .embedding]'
}

# close A B: the same faces with embeddings that differ by less than LIMIT anywhere
close() {
	paste -d'\n' "$1" "$2" | jq -es --argjson limit "$3" '
		[range(0; length; 2) as $i | .[$i] as $a | .[$i + 1] as $b |
			$a[:2] == $b[:2] and ([$a[2], $b[2]] | transpose | all((.[0] - .[1] | fabs) < $limit))] |
		all' >/dev/null || fail "$1 and $2 differ"
}

# ---- the published weights and what is made of them ----
mkdir "$TMPDIR/models"
cp models/face_recognition_model* models/fr_detect.onnx "$TMPDIR/models"
expect 0 "$convert" "$TMPDIR/models"
cmp models/dlib_face_recognition_resnet.dat "$TMPDIR/models/dlib_face_recognition_resnet.dat" ||
	fail 'another network than that of models/fetch'
grep -q "$(grep 'models/dlib_face' models/SHA256SUMS | cut -d' ' -f1)" src/cli/doctor_models.c ||
	fail 'doctor has another checksum for the network'

# broken WORDS: the conversion says so, and leaves no network
broken() {
	rm -f "$TMPDIR/models/dlib"*
	expect_error 1 "$1" "$convert" "$TMPDIR/models"
	[ ! -e "$TMPDIR/models/dlib_face_recognition_resnet.dat" ] || fail "a network of bad weights: $1"
	equal 'files left' "$(find "$TMPDIR/models" -name '.dlib*' | wc -l)" 0
}
weights=$TMPDIR/models/face_recognition_model.bin manifest=$TMPDIR/models/face_recognition_model-weights_manifest.json
truncate -s -1 "$weights"
broken 'cut short'
cp models/face_recognition_model.bin "$weights"
echo >>"$weights"
broken 'more than there should be'
cp models/face_recognition_model.bin "$weights"
dd if=/dev/zero of="$weights" bs=1M seek=1 count=2 conv=notrunc 2>/dev/null
broken 'does not see faces'
cp models/face_recognition_model.bin "$weights"
sed -i 's/\[3,3,32,64\]/[3,3,64,32]/; s/\[3, 3, 32, 64\]/[3, 3, 64, 32]/' "$manifest"
broken 'conv64_down/conv1/conv/filters'
echo '{' >"$manifest"
broken 'no list'
rm "$weights" "$manifest"
broken 'models/fetch'

# ---- a network that is none: said, and everything else is measured ----
head -c 1000000 models/dlib_face_recognition_resnet.dat >"$TMPDIR/cut.dat"
expect 0 "$LOOKALIKE" scan --embedding "$TMPDIR/cut.dat" --db "$TMPDIR/none.db" --format json "$photos/groups"
grep -q 'cut.dat: cut short.*models/fetch' <<<"$err" || fail "not what is wrong: $err"
at_least faces "$(json .faces)" 18
equal 'without an embedding' "$(json '.faces - .without_embedding')" 0
expect_error 1 'no face has an embedding.*models/fetch' \
	"$LOOKALIKE" cluster --features neural --db "$TMPDIR/none.db"
# One byte too many; the right shape with other numbers; networks of another kind.
network=models/dlib_face_recognition_resnet.dat
{ cat $network && echo; } >"$TMPDIR/longer.dat"
cp $network "$TMPDIR/changed.dat"
dd if=/dev/zero of="$TMPDIR/changed.dat" bs=1M seek=8 count=4 conv=notrunc 2>/dev/null
cp models/fr_detect.onnx "$TMPDIR/other.dat"
for bad in longer changed other; do
	expect 0 "$LOOKALIKE" scan --embedding "$TMPDIR/$bad.dat" --db "$TMPDIR/$bad.db" \
		--format json "$photos/groups/sample1.jpg"
	equal "lines about $bad.dat" "$(grep -c "$bad.dat: not dlib's.*geometry mode.*models/fetch" <<<"$err")" 1
	equal 'all without an embedding' "$(json '.faces - .without_embedding')" 0
	expect 0 "$LOOKALIKE" cluster -k 1 --format json --db "$TMPDIR/$bad.db"
	equal 'mode it runs on in' "$(json .features)" geometry
done
expect_error 1 'missing.dat.*models/fetch' \
	"$LOOKALIKE" scan --embedding "$TMPDIR/missing.dat" --db "$TMPDIR/no.db" "$photos/groups"

# ---- later, without being looked for again: the faces keep their ids ----
ids() {
	sqlite3 "$1" 'SELECT id, image_id, hex(measures) FROM faces ORDER BY id'
}
before=$(ids "$TMPDIR/none.db")
expect 0 "$LOOKALIKE" scan --db "$TMPDIR/none.db" --format json "$photos/groups"
equal new "$(json .new)" 0
equal 'without an embedding' "$(json .without_embedding)" 0
[ "$(ids "$TMPDIR/none.db")" = "$before" ] || fail 'the faces are others'
embeddings "$TMPDIR/none.db" >"$TMPDIR/later"
expect 0 "$LOOKALIKE" scan --features geometry --db "$TMPDIR/geometry.db" --format json "$photos/groups"
equal 'without an embedding' "$(json '.faces - .without_embedding')" 0

# ---- the same whatever the workers, run after run; near what comes later ----
for workers in 1 2; do
	expect 0 "$LOOKALIKE" scan -j $workers --db "$TMPDIR/$workers.db" "$photos/groups"
	embeddings "$TMPDIR/$workers.db" >"$TMPDIR/$workers"
done
close "$TMPDIR/1" "$TMPDIR/2" 0.0001
close "$TMPDIR/1" "$TMPDIR/later" 0.1

# ---- groups, by k and by distance, and what may be joined ----
expect 0 "$LOOKALIKE" cluster --features neural --distance auto --db "$TMPDIR/1.db" --format json
equal chosen_by "$(json '"\(.chosen_by) \(.threshold) \(.features) \(.scale)"')" 'distance 0.47 neural none'
sizes=$(json '[.clusters[].size] | add')
strict=$(json .k)
expect 0 "$LOOKALIKE" cluster --features neural --distance 0.9 --db "$TMPDIR/1.db" --format json
equal 'faces in groups' "$(json '[.clusters[].size] | add')" "$sizes"
[ "$(json .k)" -lt "$strict" ] || fail 'a loose threshold joins nothing'
expect 0 "$LOOKALIKE" suggest --distance 0.6 --db "$TMPDIR/1.db" --format json
json '[.suggestions[] | .distance] as $d | .suggestions | length as $n |
	all(.[]; .distance < 0.6 * 1.3) and all(.[]; .a.id != .b.id)' | grep -qx true ||
	fail "odd suggestions: $out"
equal 'pairs of one photo that do not say so' "$(json '[.suggestions[] |
	select(.a.nearest.path == .b.nearest.path and .same_photo == null)] | length')" 0
expect_error 2 'needs --features neural' "$LOOKALIKE" cluster --distance 0.5 --db "$TMPDIR/1.db"
expect_error 2 'give one' "$LOOKALIKE" cluster --features neural --distance 0.5 -k 3 --db "$TMPDIR/1.db"
expect_error 2 'auto or a number' "$LOOKALIKE" suggest --distance 7 --db "$TMPDIR/1.db"

# ---- near a group that has a name; a no is remembered ----
face_of() {
	json ".suggestions[0].$1.nearest | \"\(.path)#\(.face)\""
}
offered() {
	expect 0 "$LOOKALIKE" suggest --distance 0.5 --db "$TMPDIR/1.db" --format json
	equal "offers for Ada, $1" "$(json "[.suggestions[] | select(.a.name == \"Ada\" and
		\"\\(.b.nearest.path)#\\(.b.nearest.face)\" == \"$other\")] | length")" "$2"
}
expect 0 "$LOOKALIKE" suggest --distance 0.5 --db "$TMPDIR/1.db" --format json
one=$(face_of a) other=$(face_of b)
expect 0 "$LOOKALIKE" group assign Ada "$one" --db "$TMPDIR/1.db"
offered 'at first' 1
expect 0 "$LOOKALIKE" group not Ada "$other" --db "$TMPDIR/1.db"
offered 'after a no' 0

# ---- a face whose landmarks are of no use has none, and is told ----
sqlite3 "$TMPDIR/1.db" 'UPDATE face_embeddings SET vector = NULL
	WHERE face_id = (SELECT max(face_id) FROM face_embeddings)'
expect 0 "$LOOKALIKE" cluster --features neural -k 3 --db "$TMPDIR/1.db" --format json
equal 'left out' "$(json '[.left_out, (.left_out_faces | map(.why) | join(","))] | @csv')" '1,"no embedding"'
