#!/bin/bash
# i, and Enter: how many photos have no usable face, which are duplicates, which labels are in doubt;
# the same as the commands say.
. tests/helpers.bash

album=$TMPDIR/album
mkdir "$album"
cp -r "$photos/groups" "$photos/portraits/female" "$album"
cp "$photos/portraits/female/1.jpg" "$album/groups/copy.jpg"
head -c 3000 "$photos/portraits/female/2.jpg" >"$album/female/cut.png"
echo no image >"$album/text.jpg"
expect 3 "$LOOKALIKE" scan --deadline 60 "$album"

# names FILTER: what the command lists, sorted
names() {
	"$LOOKALIKE" list --labels parent --filter "$1" --format json "$album" |
		jq -r '.[].path | split("/")[-1]' | sort
}

names_shown() {
	screen | sed -En 's/^ .*[ /]([^ /]+\.(jpg|png))( .*|$)/\1/p' | sort
}

# line_at FILTER: the cursor is on it
line_at() {
	until_true "the cursor is not at $1" at_line "$1"
}

at_line() {
	[[ $(marked) = *"  $1 "* ]]
}

# line_of FILTER: its number on the screen
line_of() {
	screen | grep -n "  $1 " | cut -d : -f 1
}

# opens FILTER: the line under the cursor shows these photos, and q comes back
opens() {
	line_at "$1"
	see " $(names "$1" | wc -l)  ${1//./[.]} "
	press Enter
	see "filter $1"
	becomes "$(names "$1")" names_shown
	press q
	see 'needs a look, most important first'
	line_at "$1"
}

terminal 120 60
look --labels parent --graphics none "$album"
see '\[clusters\]'
see ' saved'
press i
see 'needs a look, most important first'
opens faces:0
see ' doubt>0 '
press j
opens 'doubt>0'
press g g
line_at faces:0
press $(($(line_of finding:duplicate) - $(line_of faces:0))) j
opens finding:duplicate
press q
see '\[clusters\]'
press q
prompt 0
