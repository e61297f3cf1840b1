#!/bin/bash
# The mouse: a click selects, a second one opens, the wheel moves, hints are keys; it is given back,
# or never taken.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 "$photos/portraits"
mouse='#{mouse_standard_flag}#{mouse_button_flag}#{mouse_all_flag}#{mouse_sgr_flag}'

# button NUMBER COLUMN ROW: pressed, and let go
button() {
	tmux send-keys -t it -l "$(printf '\033[<%d;%d;%dM\033[<%d;%d;%dm' "$@" "$@")"
}

terminal 80 24
look "$photos/portraits"
grouped '[0-9]+'
becomes 1001 modes "$mouse"
button 0 4 2 # a tab
see '\[images\]'
equal cursor "$(marked | sed 's/.* //')" female/1.jpg
button 0 50 8
name=$(screen | sed -n '8s/.* //p')
becomes "$name" eval "marked | sed 's/.* //'"
button 65 50 8
name=$(screen | sed -n '11s/.* //p')
becomes "$name" eval "marked | sed 's/.* //'"
button 64 50 8
name=$(screen | sed -n '8s/.* //p')
becomes "$name" eval "marked | sed 's/.* //'"
press g g
button 0 50 4 # it is under the cursor: open
see ' face 1 of '
press q
see '\[images\]'
button 0 30 2
see '\[faces\]'
see ' 1/[0-9]+ '
press Right
see ' 2/[0-9]+ '
button 0 3 8
see ' 1/[0-9]+ '
button 0 3 8
see ' from its centre'
button 2 3 8 # other buttons and a move do nothing
button 35 3 8
button 0 60 8
see ' from its centre'
press '?'
see ' keys; '
button 0 40 12
gone ' keys; '
press Q
prompt 0
becomes 0000 modes "$mouse"

# click_on TEXT: on its first character, where it is last on the screen
click_on() {
	local at
	at=$(screen | perl -CS -ne 'BEGIN { $t = shift; utf8::decode($t) } chomp;
		$i = rindex($_, $t); print $i + 1, " $.\n" if $i >= 0' -- "$1" | tail -n 1)
	[ -n "$at" ] || fail "no '$1' on the screen:"$'\n'"$(screen)"
	# shellcheck disable=SC2086 # column and row
	button 0 $at
}

# The curve: a click chooses the k of its column, a second one goes to the groups, the wheel steps.
look "$photos/portraits"
grouped '[0-9]+'
click_on 'elbow '
see '\[elbow\]'
column=$(screen | perl -CS -ne 'print index($_, " 7 ") + 2, "\n" if /^ +k +1 /')
button 0 "$column" 9
see '^ k = 7 '
button 65 40 9
see '^ k = 8 '
button 64 40 9
see '^ k = 7 '
button 0 "$((column + 1))" 7
see '\[clusters\]'
see ' k 7 '

# Hints are keys, and so are their words where it is clear which key.
click_on '? help'
see ' keys; '
button 0 40 12
gone ' keys; '
click_on 'f mode'
see 'neural|no face is embedded yet|no face has an embedding'
press Tab Tab Tab
see '\[elbow\]'
k=$(screen | sed -n 's/^ k = \([0-9]*\) .*/\1/p')
click_on 'l choose k'
see "^ k = $((k + 1)) "
click_on 'choose k' # one of two keys: neither
click_on 'h l choose k'
see "^ k = $k "
click_on 'Enter groups'
see '\[clusters\]'

# The blind test: a click goes to a face, the second one answers.
press t
see 'blind test'
click_on 'Enter begin'
see ' 1 of 48$'
see '▀ +▀|▀▀▀' # the faces are there
see '^ +4 +5 +6$'
button 65 40 9 # no wheel
click_on '5 '
becomes 5 eval "marked | tr -d ' '"
see ' 1 of 48$'
click_on '5 '
see ' 2 of 48$'
click_on 'Space skip'
see ' 3 of 48$'
click_on 'q end'
see 'What was answered is kept'
press q Q
prompt 0

look --no-mouse "$photos/portraits"
becomes 0000 modes "$mouse"
press Q
prompt 0

# Not even a killed interface leaves the mouse taken.
look "$photos/portraits"
becomes 1001 modes "$mouse"
kill -KILL "$(pgrep -P "$(pgrep -P "$(modes '#{pane_pid}')")")"
prompt 137
becomes 0000 modes "$mouse"
