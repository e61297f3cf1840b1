#!/bin/bash
# f switches between geometry and neural, with what each was at kept; d groups by distance.
. tests/helpers.bash

faces=$photos/groups
expect 0 "$LOOKALIKE" scan --deadline 60 "$faces"
for features in geometry neural; do
	expect 0 "$LOOKALIKE" cluster --features $features --scale zscore -k 3 --format json "$faces"
	declare "$features=$(json '.clusters[0].size')"
done
expect 0 "$LOOKALIKE" cluster --features neural --distance auto --format json "$faces"
strict=$(json .k)
expect 0 "$LOOKALIKE" cluster --features neural --distance 0.75 --format json "$faces"
loose=$(json .k)
[ "$loose" -lt "$strict" ] || fail 'a looser threshold does not join more'

terminal 150 40
enter "$LOOKALIKE" --graphics none --scale zscore "$faces"
see 'geometry  zscore  k [0-9]+'
press 3 =
see 'geometry  zscore  k 3 '
see "^ *❯? *1 +${geometry:?} faces"
press d
see 'groups by distance need embeddings'
press f
see 'neural  k 3 '
see "^ *❯? *1 +${neural:?} faces"
press z
see 'never scaled'
press Enter
see 'group 1 .* [0-9]+ astray in geometry'
press q d
see "neural  k $strict  distance 0[.]47"
press 7 5 d
see "neural  k $loose  distance 0[.]75"
press f
see 'geometry  zscore  k 3 '
see "^ *❯? *1 +$geometry faces"
press f
see "neural  k $loose  distance 0[.]75"
press 4 =
see 'neural  k 4 '
gone 'distance 0'
press Tab
press Q
prompt 0
# Each mode has its own k, the next time too.
enter "$LOOKALIKE" --graphics none "$faces"
see 'neural  k 4 '
press f
see 'geometry  zscore  k 3 '
press Q
prompt 0

# Suggestions: the nearest first; no and later are kept when the queue is left, undo asks again.
expect 0 "$LOOKALIKE" suggest --distance 0.6 --format json "$faces"
pairs=$(json '.suggestions | length')
at_least 'pairs that may be one person' "$pairs" 3
distance() {
	json ".suggestions[$1].distance * 100 | round / 100"
}
enter "$LOOKALIKE" --graphics none --features neural --distance 0.6 "$faces"
see 'distance 0[.]60'
press s
see "^ 1 of $pairs  one person[?]  distance $(distance 0)"
press l
see "^ 1 of $pairs  one person[?]  distance $(distance 1)"
press n
see 'not the same person: saved'
see "^ 1 of $((pairs - 1))  one person[?]  distance $(distance 2)"
press q
gone 'one person[?]'
press s
see "^ 1 of $((pairs - 1))  one person[?]  distance $(distance 2)"
press u
see "^ 1 of $pairs  one person[?]  distance $(distance 1)"
press y
see 'faces? to:'
press A d a Enter
see 'in Ada: saved'
see '1 group named'
press q Q
prompt 0
# Said in the interface, heard by the command.
expect 0 "$LOOKALIKE" group undo "$faces"
expect 0 "$LOOKALIKE" group redo "$faces"
expect 0 "$LOOKALIKE" group list --format json "$faces"
equal 'groups made' "$(json '[.groups[].name] | join(",")')" Ada
expect 0 "$LOOKALIKE" group undo "$faces"

# Keys typed ahead of the other mode's groups are about those, not about what is there before.
expect 0 "$LOOKALIKE" group assign Ada "$faces/sample1.jpg#0"
begin_anew
enter "$LOOKALIKE" --graphics none --features geometry -k 4 "$faces"
see '^ *❯? *★ Ada'
press g g f j x
see 'neural  k '
see 'faces? set aside: saved'
expect 0 "$LOOKALIKE" group list --format json "$faces"
equal 'faces of Ada' "$(json '.groups[0].faces | length')" 1
press Q
prompt 0
expect 0 "$LOOKALIKE" group undo "$faces"
expect 0 "$LOOKALIKE" group undo "$faces"

# Without embeddings it says how to get them.
expect 0 "$LOOKALIKE" scan --features geometry --db "$TMPDIR/no.db" "$faces"
mkdir "$TMPDIR/models"
cp models/fr_detect.onnx "$TMPDIR/models"
enter env LOOKALIKE_MODELS="$TMPDIR/models" "$LOOKALIKE" --graphics none --scale zscore --db "$TMPDIR/no.db" "$faces"
see 'geometry  zscore  k [0-9]+'
press f
see 'no face has an embedding.*models/fetch'
see 'geometry  zscore'
press s
see 'suggestions need embeddings: models/fetch'
press q Q
prompt 0
