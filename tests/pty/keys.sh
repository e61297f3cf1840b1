#!/bin/bash
# Every key of the table does what the help says, in tmux.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 "$photos"
expect 0 "$LOOKALIKE" list --format json "$photos"
mapfile -t names < <(json ".[].path | ltrimstr(\"$photos/\")")
expect 0 "$LOOKALIKE" elbow --format json "$photos"
auto_k=$(json ".suggested // .criteria.bic")
last=$((${#names[@]} - 1))

# image_at INDEX KEY...: in images, these keys lead there
image_at() {
	press "${@:2}"
	becomes "${names[$1]}" image_name
}

image_name() {
	marked | sed 's/.* //'
}

# 24 rows leave 18 to the view; a page keeps one of them.
check_images() {
	image_at 1 j
	image_at 6 5 j
	image_at 5 k
	image_at 2 3 k
	image_at 3 Down
	image_at 2 Up
	image_at $last G
	image_at 0 g g
	image_at $last End
	image_at 0 Home
	image_at 9 1 0 G
	image_at 19 2 0 g g
	image_at 28 C-d
	image_at 46 2 C-d
	image_at 37 C-u
	image_at 54 PPage NPage NPage
	image_at 20 2 PPage
	image_at $last 9 9 9 j
	image_at 0 9 9 9 k
	image_at 1 j 5 x j k # an unknown key drops the count
	press g j h l        # no pair of keys, and none that moves here
	image_at 2 j
}

# face_at NUMBER KEY...: in faces, these keys lead to the face with that number
face_at() {
	press "${@:2}"
	see " $1/$size "
}

check_faces() {
	local size line columns
	see '^ group 1 '
	size=$(screen | sed -En 's/^ group 1  ([0-9]+) faces.*/\1/p')
	face_at 2 l
	face_at 1 h
	face_at 4 3 l
	face_at 3 Left
	face_at 4 Right
	face_at 1 9 h
	# j goes to the face below: as many further as there are in a line.
	painted_at_rest >/dev/null
	line=$(screen | grep -F -- "$(marked)")
	columns=$(grep -Eo '[^ ]+\.jpg' <<<"$line" | grep -c .)
	at_least 'faces in a line' "$columns" 2
	face_at $((1 + columns)) j
	face_at 1 k
	face_at $((3 + columns)) j 2 l
	face_at 3 Up
	face_at $((3 + 2 * columns)) 2 Down
	face_at "$size" G
	face_at 1 g g
	face_at 5 5 G
	face_at "$size" End
	face_at 1 Home
	press NPage
	gone " 1/$size "
	face_at 1 PPage
	press C-d
	gone " 1/$size "
	face_at 1 C-u
}

check_opening() {
	press Enter
	see " group 1 of $auto_k, "
	see ' face 1 of '
	press q
	see '\[faces\]'
	press Enter
	see " group 1 of $auto_k, "
	press Escape
	see '^ group 1 '
	press Escape
	see '\[clusters\]'
	press Escape
	see '^ q or Q quits$'
	press BTab
	see '\[elbow\]'
	press Enter
	see '\[clusters\]'
	press Tab Tab
	see '\[images\]'
	image_at 0 g g
	press Enter
	see " ${names[0]}\$"
	see ' face 1 of 3 in'
	press l
	see ' face 2 of 3 in'
	press l
	see ' face 3 of 3 in'
	press l # the next photo
	see ' face 1 of 1 in'
	press h
	see ' face 3 of 3 in'
	press 2 h
	see ' face 1 of 3 in'
	press q
	see '\[images\]'
	image_at 1 j
}

# sizes OPTION...: those of the groups, from the command
sizes() {
	expect 0 "$LOOKALIKE" cluster --format json "$@" "$photos"
	json '[.clusters[].size] | sort | map(tostring) | join(" ")'
}

sizes_shown() {
	screen | sed -En 's/^[❯ ] [0-9]+ +([0-9]+) faces?( .*|$)/\1/p' | sort -n | paste -s -d ' '
}

# groups_are K SCALE SEED: the groups on the screen are the command's
groups_are() {
	grouped "$1" "$2" "$3"
	becomes "$(sizes -k "$1" --scale "$2" --seed "$3")" sizes_shown
}

check_groups() {
	groups_are "$auto_k" reliability 1
	press +
	groups_are $((auto_k + 1)) reliability 1
	press -
	groups_are "$auto_k" reliability 1
	press 3 +
	groups_are $((auto_k + 3)) reliability 1
	press 2 -
	groups_are $((auto_k + 1)) reliability 1
	press 4 =
	groups_are 4 reliability 1
	press r
	see '^ seed 2$'
	groups_are 4 reliability 2
	press 1 7 r
	see '^ seed 17$'
	groups_are 4 reliability 17
	press z
	see '^ scale none: '
	groups_are 4 none 17
	press z
	see '^ scale zscore: '
	groups_are 4 zscore 17
	press z
	see '^ scale reliability: '
	groups_are 4 reliability 17
	press 1 r
	press '='
	groups_are "$auto_k" reliability 1
	press 9 9 =
	see '^ k = 99 is more than the 80 faces there are$'
	grouped "$auto_k"
	press 1 = -
	see '^ k cannot be less than 1$'
	groups_are 1 reliability 1
	press 2 5 = # beyond the sweep's 20
	grouped 25
	press '='
	groups_are "$auto_k" reliability 1
	press w
	see '^❯ \[x\] jaw_ratio'
	see 'repeats 0[.]93, weight 0[.]89'
	press j
	see '^❯ \[x\] eye_distance'
	press q
	see '\[clusters\]'
}

check_elbow() {
	see "^ k = $auto_k  "
	press l
	see "^ k = $((auto_k + 1))  "
	press 3 Right
	see "^ k = $((auto_k + 4))  "
	press h
	see "^ k = $((auto_k + 3))  "
	press 4 Left
	see "^ k = $((auto_k - 1))  "
	press g g
	see '^ k = 1  '
	press G
	see '^ k = 20  '
	press '='
	see "^ k = $auto_k  "
}

# actions: keys and help of each, from the table in keys.h
actions() {
	sed -En 's/^\tX\(ACTION_[A-Z_]+, "([^"]+)", +"([^"]+)"\).*/\1|\2/p' \
		include/lookalike/ui/keys.h | sed ':a; s/^\([^|]*\) /\1,/; ta; s/|/ /'
}

help_says() {
	screen | sed 's/  */ /g' | grep -Fq -- " $1 "
}

# help_has ACTION: on this page, or on the next one
help_has() {
	help_says "$1" || { shows ' Space: more ' && press Space && until_true "no help like '$1'" help_says "$1"; }
}

# check_help KEY OTHER: the one opens the help, the other closes it
check_help() {
	local action
	press "$1"
	see ' keys; '
	at_least actions "$(actions | wc -l)" 20
	while read -r action; do
		until_true "no help like '$action'" help_has "$action"
	done < <(actions)
	press "$2"
	gone ' keys; '
}

check_redraw() {
	local before
	before=$(painted_at_rest)
	printf '\033[5;5Hspoilt\033[12;1Hspoilt' >"$(modes '#{pane_tty}')"
	see spoilt
	press C-l
	becomes "$before" painted
}

terminal 80 24
look "$photos"
grouped "$auto_k"
press Tab Tab
check_images
check_help '?' x
check_redraw
press q
prompt 0

terminal 120 40
look --graphics none "$photos"
grouped "$auto_k"
press BTab
check_elbow
press Tab
check_groups
check_help F1 q
press Q
prompt 0

terminal 120 40
look "$photos"
grouped "$auto_k"
press Tab
check_faces
check_opening
press Q
prompt 0
