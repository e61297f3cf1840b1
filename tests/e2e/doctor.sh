#!/bin/bash
# doctor and --version tell what was found here, and what is missing.
. tests/helpers.bash

full=full
[ -z "$SANITIZED" ] || full='partial, without: a limit of memory (RLIMIT_AS)'

expect 0 "$LOOKALIKE" --version
grep -q "^isolation: $full\$" "$TMPDIR/out" || fail "isolation is not $full: $out"
grep -q 'OpenCV .*dlib ' "$TMPDIR/out" || fail "no versions of libraries: $out"

expect 0 "$LOOKALIKE" doctor
grep -q "^isolation: $full\$" "$TMPDIR/out" || fail "isolation is not $full: $out"
[ ! -e "$XDG_DATA_HOME/lookalike" ] || fail 'doctor made a folder'

expect 0 "$LOOKALIKE" doctor --format json
equal ok "$(json '.ok, .extractor.ok, .database.ok' | xargs)" 'true true true'
equal isolation "$(json .isolation.summary)" "$full"
[ -n "$SANITIZED" ] || equal layers "$(json '[.isolation.layers[].held] | all')" true
equal models "$(json '[.models[].ok] | tostring')" '[true,true,true]'
equal BLAS "$(json '.extractor.blas | contains("openblas-serial")')" true
equal terminal "$(json .terminal.terminal)" false

# The sums that doctor knows are those that fetch pins.
for model in fr_detect.onnx dlib_face_recognition_resnet.dat; do
	grep -q "$(grep "models/$model\$" models/SHA256SUMS | cut -d' ' -f1)" src/cli/doctor_models.c ||
		fail "doctor has another checksum for $model"
done
mkdir "$TMPDIR/models"
cp models/fr_detect.onnx "$TMPDIR/models"
echo >>"$TMPDIR/models/fr_detect.onnx"
touch "$TMPDIR/file"
expect 1 env LOOKALIKE_MODELS="$TMPDIR/models" XDG_DATA_HOME="$TMPDIR/file" "$LOOKALIKE" doctor --format json
equal 'changed and missing models' "$(json '[.models[].problem] | tostring')" \
	'[null,"not the file that was pinned","missing: run models/fetch"]'
equal 'no folder' "$(json .database.ok)" false
expect 1 env LOOKALIKE_LANDMARKS=/nonexistent "$LOOKALIKE" doctor --format json
equal 'no landmarks' "$(json '.extractor.ok, .models[0].ok' | xargs)" 'false false'
expect_error 2 csv "$LOOKALIKE" doctor --format csv
expect_error 2 PATH "$LOOKALIKE" doctor "$photos"

# In a terminal that answers, each question has its answer.
tmux -L "doctor-$$" -f /dev/null new-session -d -x 120 -y 40 \
	"'$LOOKALIKE' doctor --format json -o '$TMPDIR/doctor.json'; sleep 60"
for _ in {1..200}; do
	[ ! -e "$TMPDIR/doctor.json" ] || break
	sleep 0.1
done
tmux -L "doctor-$$" kill-server
cp "$TMPDIR/doctor.json" "$TMPDIR/out"
equal 'in tmux' "$(json .terminal.terminal)" true
equal cells "$(json '.terminal | "\(.cols) x \(.rows)"')" '120 x 40'
equal questions "$(json '.terminal.answers | length')" 10
equal 'name of the terminal' "$(json '.terminal.answers[0].answer | contains("tmux")')" true
equal 'DA1 answered' "$(json '.terminal.answers[9].answer != null')" true
equal 'its round trip' "$(json '.terminal.answers[9].ms > 0')" true
equal 'the line is measured' "$(json '.terminal.line_bytes_per_second > 0')" true
equal 'and not slow' "$(json .terminal.line_is_slow)" false
equal 'as many round trips as answers' \
	"$(json '[.terminal.answers[] | (.answer == null) == (.ms == null)] | all')" true
