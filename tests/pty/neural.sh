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
press 3 =
see 'neural  k 3 '
gone 'distance 0'
press Tab
press Q
prompt 0

# Without embeddings it says how to get them.
expect 0 "$LOOKALIKE" scan --features geometry --db "$TMPDIR/no.db" "$faces"
mkdir "$TMPDIR/models"
cp models/fr_detect.onnx "$TMPDIR/models"
enter env LOOKALIKE_MODELS="$TMPDIR/models" "$LOOKALIKE" --graphics none --scale zscore --db "$TMPDIR/no.db" "$faces"
see 'geometry  zscore  k [0-9]+'
press f
see 'no face has an embedding.*models/fetch'
see 'geometry  zscore'
press Q
prompt 0
