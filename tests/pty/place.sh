#!/bin/bash
# The interface begins where it ended: view, groups, cursor; options and damage come first.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$photos"
db=$(json .db)

stored() {
	sqlite3 "$db" "SELECT text FROM place" | sed -n "s/^$1 //p"
}

# The face under the cursor; the number of its group may be another one.
at_face() {
	screen | sed -En '4s/^ group .* [0-9]+\/[0-9]+ ([^ ,]+),.*/\1/p'
}

# The criteria come last: no better answer will.
settled() {
	see 'zscore  7 of 8 measures  k 4  .*(bic|silhouette) .*seed 7 *$'
}

terminal 160 30
look --graphics none "$photos"
press 4 = z z 7 r
see 'zscore  k 4 .*seed 7 *$'
press w j Space q
settled
press 2 j Enter 5 l
see ' [67]/[0-9]+ '
before=$(at_face)
press Q
prompt 0
equal k "$(stored k)" 4
equal 'the measure that is off' "$(stored eye_distance)" -4
enter "$LOOKALIKE" --graphics none "$photos"
settled
until_true 'not the same face' prints "$before" at_face

# The same mode on the command line keeps its k.
press Q
prompt 0
enter "$LOOKALIKE" --graphics none --features geometry "$photos"
settled
press Q
prompt 0
enter "$LOOKALIKE" --graphics none "$photos"
settled

# A hang-up is an end too.
press Enter
see ', turned by '
running=$(pgrep -n -f -x "$LOOKALIKE --graphics none $photos")
kill -HUP "$running"
prompt '[0-9]+'
equal view "$(stored view)" 4
enter "$LOOKALIKE" --graphics none "$photos"
see ', turned by '
press Q
prompt 0

# The command line goes before.
enter "$LOOKALIKE" --graphics none -k 3 --seed 2 --scale none "$photos"
see 'geometry  none  7 of 8 measures  k 3 .*seed 2 *$'
press Q
prompt 0

# What cannot be read is as if nobody had been there.
sqlite3 "$db" "UPDATE place SET text = 'view 77' || char(10) || 'k -3' || char(10) || x'fffe00'"
enter "$LOOKALIKE" --graphics none "$photos"
see '\[clusters\] .*geometry  reliability  k '
press Q
prompt 0

# More groups than there are faces by now: k is chosen anew.
sqlite3 "$db" "UPDATE place SET text = 'k 99999'"
enter "$LOOKALIKE" --graphics none "$photos"
see '\[clusters\] .*geometry  reliability  k [0-9]+ '
press Q
prompt 0
