#!/bin/bash
# Planted faults are found, and nothing else; what lists and exports say of them; a second scan fills
# in what an older version did not measure.
. tests/helpers.bash

mapfile -t photos < <(find "$PWD/photos" -name '*.jpg' | sort -r)
/usr/bin/python3 tests/planted.py 6 "$TMPDIR" "${photos[@]}" || fail 'planted faults'

# ---- the copies are named after the best one ----
db=$TMPDIR/planted.db
expect 0 "$LOOKALIKE" list --format json --db "$db"
equal 'copies of the same bytes' "$(json '[.[] | select(.duplicate_of)] | length')" 6
equal 'copies of the same picture' "$(json '[.[] | select(.near_duplicate_of)] | length')" 12
equal 'no copy of itself' "$(json '[.[] | select(.near_duplicate_of == .path)] | length')" 0
# shellcheck disable=SC2016 # jq's variable
equal 'the largest is the best' \
	"$(json '(map({(.path): .width}) | add) as $w | [.[] | select(.near_duplicate_of) |
		select($w[.near_duplicate_of] < .width)] | length')" 0
expect 0 "$LOOKALIKE" list --format csv --db "$db"
equal 'the same in CSV' "$(/usr/bin/python3 -c '
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
print(sum("near_duplicate" in r["findings"].split() for r in rows),
      sum(r["wrong_extension"] == "1" for r in rows), sum(bool(r["duplicate_of"]) for r in rows))
' "$TMPDIR/out")" '24 6 6'

# ---- a database of an older version ----
expect 0 "$LOOKALIKE" export --db "$db"
faces=$(json '[.faces[] | .sharpness, .brightness, .cut]')
sqlite3 "$db" 'UPDATE images SET sharpness = NULL, brightness = NULL, shadows = NULL,
	highlights = NULL, orientation = NULL, perceptual_hash = NULL;
	UPDATE faces SET sharpness = NULL, brightness = NULL, cut = NULL'
expect 0 "$LOOKALIKE" list --format json --db "$db"
equal 'nothing is known' "$(json '[.[] | .sharpness, .exif_turned, .perceptual_hash] | unique | tostring')" '[null]'
expect 0 "$LOOKALIKE" scan --format json --db "$db" "$TMPDIR/planted"
equal 'measured again' "$(json .new)" "$(find "$TMPDIR/planted" -type f | wc -l)"
expect 0 "$LOOKALIKE" scan --format json --db "$db" "$TMPDIR/planted"
equal 'and then known' "$(json .new)" 0
expect 0 "$LOOKALIKE" export --db "$db"
equal 'the same numbers' "$(json '[.faces[] | .sharpness, .brightness, .cut]')" "$faces"
