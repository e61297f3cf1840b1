#!/bin/bash
# The blind test typed as a person does, at 80 x 24: faces in blocks and nothing that tells, answers
# in the database, the result.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$photos"
db=$(json .db)

answers() {
	sqlite3 "$db" "SELECT answer FROM trials ORDER BY begun_ms, number" | paste -s -d,
}

# ask NUMBER OF: a trial with its faces is on the screen
ask() {
	until_true "trial $1 is not asked" asked "$1 of $2"
}

asked() {
	screen >"$TMPDIR/screen"
	grep -q "Which one does not belong?.* $1\$" "$TMPDIR/screen" &&
		[ "$(grep -c '[▀▄]' "$TMPDIR/screen")" = 20 ]
}

terminal 80 24
look -k 3 --graphics blocks "$photos"
grouped 3
press t
see 'A blind test: do these groups mean anything'
press Enter
ask 1 48
# The question, the numbers of the faces, the keys: no name, no group, no path.
equal 'words beside the faces' "$(tr -d '▀▄█ ' <"$TMPDIR/screen" | grep -v '^$' | paste -s -d' ')" \
	'Whichonedoesnotbelong?1of48 123 456 1-6,orarrowsandEnterSpaceskipqend'
press 4
ask 2 48
press Space
ask 3 48
press l j Enter
ask 4 48
press q
see '^ ended early: no verdict'
see 'Seed 1; 3 of 48 trials, 1 skipped'
press q
see '\[clusters\]'
equal 'answers in the database' "$(answers)" '3,-1,4'
equal 'faces of trials' "$(sqlite3 "$db" 'SELECT count(*) FROM trial_faces')" 18
press Q
prompt 0

look --trials 12 -k 3 --graphics blocks "$photos"
grouped 3
press t Enter
for ((i = 1; i <= 12; i++)); do
	ask $i 12
	press 1
done
see 'Seed 2; 12 of 12 trials, 0 skipped'
see '(better than chance|not shown|unreliable)'
press q
see '\[clusters\]'
press Q
prompt 0

# Judges who know everything, nothing, and the groups.
/usr/bin/python3 tests/terminal/trial.py "$db" "$LOOKALIKE" "$photos" || exit 1
