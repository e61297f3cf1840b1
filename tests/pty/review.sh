#!/bin/bash
# Naming, marking, setting aside, undo and search, typed as a person does; what is said to be saved
# is in the database.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$photos"
db=$(json .db)

# decided: how many faces are in which group, from the database itself
decided() {
	sqlite3 "$db" "SELECT g.name, count(*) FROM assigned d
		LEFT JOIN groups g ON d.group_id = g.id GROUP BY 1 ORDER BY 1" | paste -s -d,
}

# row PATTERN: a line of the view, its blanks squeezed
row() {
	until_true "no row /$1/" has_row "$1"
}

has_row() {
	screen | sed 's/  */ /g' | grep -Eq -- "$1"
}

# group_size NUMBER
group_size() {
	screen | sed -En "s/^[❯ ] $1 +([0-9]+) faces?( .*|\$)/\\1/p"
}

type_name() {
	tmux send-keys -t it -l "$1"
	press Enter
}

check_naming() {
	press 3 =
	row ' k 3 '
	second=$(group_size 2) third=$(group_size 3)
	press j a
	see "^ $second faces to:"
	type_name choir
	see "^ $second faces in choir: saved +1 decision  $((80 - second)) faces left\$"
	row '^ ★ choir '
	row "^ $second faces named"
	row "^❯ 3 $third faces"
	row ' k 2 '
	see " 1 group named\$"
	# Some of a group leave k as it is; three keys at once are three decisions.
	press Enter
	see "^ group 3 +$third faces"
	press Space l v l a
	see '^ 3 faces to:'
	press 1
	see "^ 3 faces in choir: saved +2 decisions  $((80 - second - 3)) faces left\$"
	press x x x
	see "^ group 3 +$((third - 6)) faces"
	see "^ 1 face set aside: saved +5 decisions  $((80 - second - 6)) faces left\$"
	row ' k 2 '
	equal 'in the database' "$(decided)" "|3,choir|$((second + 3))"
}

check_undo() {
	press 3 u
	see "^ undone, 1 face open: saved +2 decisions  $((80 - second - 3)) faces left\$"
	press 9 u
	see '^ there is nothing to undo$' # and no decision to be counted
	equal 'after undo' "$(decided)" ''
	row ' k 3 '
	press 9 C-r
	see "^ there is nothing to redo +5 decisions  $((80 - second - 6)) faces left\$"
	press L
	see 'redone, 1 face set aside: saved'
	see ' messages; '
	press q
	gone ' messages; '
}

check_search() {
	press q /
	see '^ search:'
	type_name CHOI
	row '^❯ ★ choir '
	press Tab Tab / # images
	type_name female/19
	becomes portraits/female/19.jpg image_name
	press n
	becomes portraits/female/19.jpg image_name
	press /
	type_name 'no such thing'
	see '^ not found: no such thing +5 decisions '
	# The terminal gets what is to be copied.
	press c
	see "^ sent to the terminal's clipboard: "
	becomes "$photos/portraits/female/19.jpg" tmux show-buffer
}

image_name() {
	marked | sed 's/.* //'
}

# A small terminal says what there is room for.
check_small() {
	press Tab Tab g g
	row '^❯ ★ choir '
	row '^ lookalike .* 1 named$'
	press a
	see '^ rename choir, or put it in:'
	press Escape
	gone '^ rename'
	press x
	see "set aside: saved +$((80 - second - 6)) left\$"
	press u
	see ' faces in choir: saved( |$)'
}

terminal 80 24
tmux set -s set-clipboard on
look --graphics none "$photos"
grouped '[0-9]+'
check_naming
check_undo
check_search
press Q
prompt 0

# What is pasted goes into the line that is typed, and is no command anywhere else.
begin_anew
enter "$LOOKALIKE" --graphics none "$photos"
see "left\$"
tmux set-buffer -b text $'Q x\nchöir'
tmux paste-buffer -p -b text -t it
press a
see ' to:|, or put it in:'
tmux paste-buffer -p -b text -t it
see ': Q xchöir'
press Escape
gone 'put it in:'
press Q
prompt 0

# What was decided is there again.
terminal 40 12
begin_anew
enter "$LOOKALIKE" --graphics none "$photos"
see "^ saved   0 failed +5 decisions  $((80 - second - 6)) left\$"
row '★ choir'
press BTab BTab
check_small

# Beside it, another only looks.
tmux new-window -t it: "exec env LC_ALL=C.UTF-8 '$LOOKALIKE' --graphics none '$photos'"
see ' only to look at'
press a
see '^ not decided: '
press j
see '^ read only: the database is in use by '
press Q
see '^ 31 faces in choir: saved |^ saved '
press Q
prompt 0
