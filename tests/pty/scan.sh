#!/bin/bash
# The interface while a scan runs, when it is stopped, and with little to show.
. tests/helpers.bash

album=$TMPDIR/album
mkdir "$album"
cp "$photos"/portraits/female/{1,10,11,12,13,14,15,16,17,18,19,2,20}.jpg \
	"$photos"/groups/sample[135].jpg "$album"
# One that hangs until its deadline, so that the scan lasts as long as it is wanted.
printf 'LOOKALIKE-TEST wait' >"$album/hangs.jpg"
export LOOKALIKE_TEST_INPUTS=1

in_list() {
	expect "$1" "$LOOKALIKE" list --format json "$album"
	json "$2"
}

# All keys work while the scan runs; nothing is in the way of what has been measured.
terminal 120 40
begin_anew
enter "$LOOKALIKE" -j 2 --wall-deadline 3000 "$album"
see '^ █+░+ +94 %  16 / 17   [0-9.]+ photos/s   [0-9]+ s left   0 failed   C-c stops$'
see ' 16 images  2[0-9] faces( |$)'
grouped '[0-9]+'
press Tab Tab
see '\[images\]'
see '^ ok +[0-9] faces +1920x1280 +sample1.jpg$'
see '^ ok +no face +1 seen +128x128 +11.jpg$'
press 4 =
grouped 4
press Tab Tab
see '^❯ 1 +[0-9]+ faces? '
see ' 16 / 17 '

# It is the only one that may write to this collection; reading is free, in an interface too.
expect_error 4 'in use|another' "$LOOKALIKE" scan "$album"
equal rows "$(in_list 0 length)" 16
second_shows() {
	tmux capture-pane -p -t it:second | grep -Eq "$1"
}
tmux new-window -d -t it -n second "env LOOKALIKE_TEST_INPUTS=1 \"$LOOKALIKE\" '$album'
	echo \$? >'$TMPDIR/status'"
until_true 'the second does not say why' second_shows 'only to look at, nothing is measured: '
until_true 'the second does not show what is there' second_shows ' 16 images '
tmux send-keys -t it:second Q
until_true 'the second did not end' test -s "$TMPDIR/status"
equal 'status of the second' "$(cat "$TMPDIR/status")" 0
see ' 16 / 17 '

# Ctrl-C stops the scan and keeps what is measured; the next start takes up the rest.
press C-c
see '^ the scan is stopped; what is measured is kept$'
press Tab
see '^ 14 with faces   2 without   0 failed   saved$'
press C-c
prompt 0
equal rows "$(in_list 0 length)" 16
begin_anew
enter "$LOOKALIKE" --wall-deadline 1 "$album"
see '^ 14 with faces   2 without   1 failed   saved$'
see ' 17 images '
press Tab Tab
see '^ timeout +hangs.jpg'
equal verdict "$(in_list 0 '.[] | select(.faces == 0 and .verdict != "ok") | .verdict')" timeout
faces=$(in_list 0 'map(.faces) | add')
see " 17 images  $faces faces( |\$)"
press q
prompt 0

# Leaving in the middle keeps what was measured, whatever the way.
for key in q Q; do
	rm -r "$XDG_DATA_HOME/lookalike"
	begin_anew
	enter "$LOOKALIKE" -j 2 --wall-deadline 3000 "$album"
	see ' 16 / 17 '
	grouped '[0-9]+'
	press $key
	prompt 0
	equal rows "$(in_list 0 length)" 16
	press C-l
	gone lookalike
done

# Little to show: no image at all, none with a face, one face.
little() {
	rm -rf "$TMPDIR/little"
	mkdir "$TMPDIR/little"
	[ $# = 0 ] || cp "$photos/$1" "$TMPDIR/little"
	begin_anew
	enter "$LOOKALIKE" "$TMPDIR/little"
}

little
see '^ 0 with faces   0 without   0 failed   saved$'
see ' 0 images  0 faces$'
see '^  there are no photos here$'
press +
see '^ there are no faces to group yet$'
press Enter Tab Enter
see '^  there are no photos here$'
press Tab
see '^  there are no photos here$'
press j G Enter
see '^ no measured face in this image$'
press Tab
see '^  there are no photos here$'
press l z r 3 =
see '^ there are no faces to group yet$'
press q
prompt 0

little portraits/female/11.jpg
see '^ 0 with faces   1 without   0 failed   saved$'
see ' 1 image  0 faces  1 seen'
press Tab Tab
see '^ ok +no face +1 seen +128x128 +11.jpg$'
press Enter
see '^ no measured face in this image$'
press q
prompt 0

little portraits/female/1.jpg
see '^ 1 with faces   0 without   0 failed   saved$'
see ' 1 image  1 face$'
see '^❯ 1 +1 face '
see '^ +nothing sets it apart'
press +
see '^ k = 2 is more than the 1 face there is$'
press Enter Enter
see ' face 1 of 1 in a photo of 128 x 128$'
press l j Q
prompt 0
