#!/bin/bash
# The size of the terminal changes while the interface runs: to tiny, to huge, and back.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 "$photos"

size() {
	tmux resize-window -t it -x "$1" -y "$2"
}

# The title's counts end at the right edge, the hints are in the last row.
fills() {
	local columns=$1 rows=$2 text
	text=$(screen)
	[ "$(sed -n 1p <<<"$text" | perl -CS -ne 'chomp; print length')" = $((columns - 1)) ] &&
		sed -n "${rows}p" <<<"$text" | grep -q help
}

fits() {
	until_true "not $1 x $2" fills "$1" "$2"
}

terminal 80 24
look "$photos"
grouped '[0-9]+'
for view in faces images elbow clusters; do
	press Tab
	see "\\[$view\\]"
	case $view in faces | clusters) see ▀▀▀▀ ;; esac
	before=$(painted_at_rest)
	size 10 3
	see '^too small$'
	size 120 40
	fits 120 40
	size 30 7
	see '^ ?[^ ]* 78 images  80 faces'
	size 19 40
	see '^too small$'
	size 250 70
	fits 250 70
	size 80 24
	becomes "$before" painted
done

# The smallest, the largest, and the lowest that shows anything: nothing over the last line.
size 1 1
see '^…$'
size 1000 400
fits 1000 400
see ▀▀▀▀
for view in faces images elbow clusters; do
	press Tab
	size 20 5
	see "^ saved   0 failed"
	size 19 5
	see '^too small$'
	size 20 4
	see '^too small$'
done
# A low one has pictures in groups, in a group, and beside a face.
size 40 12
see ▀▀▀▀
press Enter
see '\[faces\]'
see ▀▀▀▀
press Enter
see ' face 1 of '
see ▀▀▀▀
see '^─{40}$'
press q
press q
see '\[clusters\]'
size 80 24
becomes "$before" painted

# A key whose screen cannot be seen decides about nothing.
size 19 4
see '^too small'
press x a Enter
size 80 24
becomes "$before" painted

# Many at once, with keys between: in the end it is as if started at that size.
for i in {1..40}; do
	size $((1 + i * 37 % 150)) $((1 + i * 23 % 60))
	press j
	[ $((i % 4)) != 0 ] || press '?' x k
done
press g g
size 100 30
fits 100 30
see ▀▀▀▀
after=$(painted_at_rest)
press q
prompt 0
terminal 100 30
look "$photos"
grouped '[0-9]+'
see ▀▀▀▀
becomes "$after" painted
press q
prompt 0
