#!/bin/bash
# At four sizes in tmux: every view, and what lies over one; a storm of sizes; Ctrl-Z and fg; and
# behind it all the shell's screen and settings as they were.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/{1,10,12,13,14,15,16,17,18,19}.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 "$TMPDIR/album"

# What stty says on the shell's terminal, but for its size.
settings() {
	rm -f "$TMPDIR/stty"
	tmux send-keys -t it -l "stty -a >'$TMPDIR/new'; mv '$TMPDIR/new' '$TMPDIR/stty'"
	press Enter
	until_true 'no settings' test -e "$TMPDIR/stty"
	sed 's/rows [0-9]*; columns [0-9]*; //' "$TMPDIR/stty"
}

# visit KEY PATTERN [BACK]: the key shows it, and another leads back to the groups
visit() {
	press "$1"
	see "$2"
	[ $# = 3 ] || return 0
	press "$3"
	gone "$2"
	see "$groups"
}

face='^▀+ +[0-9]+[.]jpg'
groups='\[clusters\]'
for size in 80x24 40x12 20x5 200x60; do
	columns=${size%x*} rows=${size#*x}
	terminal "$columns" "$rows"
	settings=$(settings)
	press C-l
	prompt 0
	begin_anew
	enter "$LOOKALIKE" "$TMPDIR/album"
	see "$groups"
	see '^❯ 1 +[0-9]+ faces?'
	visit Tab '\[faces\]'
	press Enter
	see "$face"
	press o
	gone "$face"
	press Escape
	see "$face"
	press Escape
	gone "$face"
	visit Tab '\[images\]'
	visit Tab '\[elbow\]'
	visit Tab "$groups"
	visit w '^ +[0-9]+ groups: ' q
	visit i '^ +needs a look' q
	visit s '^ +(suggest|nothing to sugg)' q
	visit / '^ search:' Escape
	visit F '^ filter:' Escape
	visit a ' to:' Escape
	visit e '^ export:' Escape
	visit L 'messages;' Escape
	visit '?' ' keys; ' Escape
	press t
	see '^ A blind test'
	press q
	see "$groups"

	press C-z
	prompt 148
	equal "settings while it is stopped at $size" "$(settings)" "$settings"
	press C-l
	enter echo before
	see '^before$'
	enter fg
	see "$groups"
	for i in {1..15}; do
		tmux resize-window -t it -x $((1 + i * 37 % 150)) -y $((1 + i * 23 % 60))
		press j
	done
	tmux resize-window -t it -x "$columns" -y "$rows"
	see "$groups"
	press g g
	see '^❯ 1 +[0-9]+ faces?'
	press Q
	prompt 0
	equal "settings at $size" "$(settings)" "$settings"
	lacks "$groups" || fail "the interface is still seen at $size"
	[ "$rows" -lt 10 ] || see '^before$'
done
