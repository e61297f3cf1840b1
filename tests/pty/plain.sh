#!/bin/bash
# Terminals that can do less, and wishes for less: ASCII alone, no colours, no pictures, no
# interface at all.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cp "$photos"/groups/sample{1,3,5}.jpg "$photos"/portraits/female/{1,10}.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 "$TMPDIR/album"

is_ascii() {
	! LC_ALL=C grep -q '[^ -~]' <<<"$(screen)"
}

is_colored() {
	screen -e | grep -Eq $'\e''\[[34][0-8]'
}

is_colorless() {
	! is_colored
}

# The pictures of the groups are of at least five of the ramp's ten characters.
is_ramp() {
	[ "$(screen | sed -En '4,30s/^.{40}//p' | grep -o '[.:=*#%@]' | sort -u | wc -l)" -ge 5 ]
}

# everywhere CHECK: it holds in all views, the face and the help; begins and ends in clusters
everywhere() {
	local view
	for view in faces images elbow clusters; do
		press Tab
		see "\\[$view\\]"
		until_true "not $1 in $view" "$1"
	done
	press Enter Enter
	see ' from its centre$'
	until_true "not $1 in the face view" "$1"
	press '?'
	see ' keys; a number'
	until_true "not $1 in the help" "$1"
	press x
	gone ' keys; a number'
	press q q
	see '\[clusters\]'
}

# looks COMMAND...: start it and wait for the groups
looks() {
	enter "$@" "$TMPDIR/album"
	see ' saved *$'
	grouped '[0-9]+'
}

leave() {
	press Q
	prompt 0
}

terminal 120 40
looks "$LOOKALIKE"
see ▀▀▀▀
until_true 'no colours' is_colored
leave

looks "$LOOKALIKE" --ascii
everywhere is_ascii
until_true 'no ramp' is_ramp
leave
looks env LC_ALL=C LANG=C "$LOOKALIKE"
everywhere is_ascii
until_true 'no ramp' is_ramp
leave
# A locale that this host does not have, as often over SSH: its characters are UTF-8 all the same.
looks env LC_ALL=xx_YY.UTF-8 "$LOOKALIKE"
see ▀▀▀▀
see ──────
leave
looks "$LOOKALIKE" --graphics ascii
until_true 'no ramp' is_ramp
see ──────
leave

looks env NO_COLOR=1 "$LOOKALIKE"
everywhere is_colorless
leave
looks "$LOOKALIKE" --color never
everywhere is_colorless
leave
looks env NO_COLOR=1 "$LOOKALIKE" --color always
until_true 'no colours' is_colored
leave

# Names take the place of pictures.
looks "$LOOKALIKE" --graphics none
see '[0-9] faces? .* sample[135].jpg'
gone ▀
leave

# Whatever cannot be drawn on gets the report, in the shell's own screen.
reports() {
	enter "$@"
	see '^ *1 +[0-9]+ faces? '
	prompt 0
	shows "$(basename "$LOOKALIKE")" || fail "the shell's screen is gone: $(screen)"
	press C-l
	gone faces
}
reports env TERM=dumb "$LOOKALIKE" "$TMPDIR/album"
reports env -u TERM "$LOOKALIKE" "$TMPDIR/album"
reports bash -c "'$LOOKALIKE' '$TMPDIR/album' | cat"

enter env TERM=nonesuch "$LOOKALIKE" "$TMPDIR/album"
see '^lookalike: the terminal type TERM=nonesuch is not known here'
prompt 1
