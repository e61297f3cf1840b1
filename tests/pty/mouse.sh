#!/bin/bash
# The mouse: a click selects, a second one opens, the wheel moves; it is given back, or never taken.
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
