#!/bin/bash
# The whole photo, with the boxes of its faces; one that has changed or is gone is not shown.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cp "$photos/groups/sample3.jpg" "$TMPDIR/album/b.jpg"
cp "$photos/groups/sample4.jpg" "$TMPDIR/album/b2.jpg" # one that is only seen
cp "$photos/portraits/female/1.jpg" "$TMPDIR/album/a.jpg"
cp "$photos/portraits/female/10.jpg" "$TMPDIR/album/c.jpg"
expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$TMPDIR/album"
db=$(json .db)
faces=$(sqlite3 "$db" "SELECT face_count FROM images WHERE CAST(path AS TEXT) LIKE '%/b.jpg'")
at_least 'faces in b.jpg' "$faces" 2

# How many cells of the screen have a colour: those of lines are exact outside sixel.
cells_of() {
	screen -e | tr '\033' '\n' | grep -Ec "(38|48)[;:]2[;:]$1(m|[;:])" || true
}

some_of() {
	[ "$(cells_of "$1")" -gt 0 ]
}

orange='230[;:]159[;:]0' blue='86[;:]180[;:]233' grey='200[;:]200[;:]200'

terminal 80 24
look --graphics blocks "$TMPDIR/album"
grouped '[0-9]+'
press Tab Tab
see '\[images\]'
press g g j o
see "^ b.jpg +1920 x 1350  face 1 of $faces\$"
until_true 'no box of the face' some_of "$orange"
until_true 'no box of the others' some_of "$blue"
press l
see " face 2 of $faces\$"
press Enter
see " face 2 of $faces  [0-9]+ times closer\$"
press Enter
see " face 2 of $faces\$"
press 2 +
see " 4 times closer\$"
press -
see " 2 times closer\$"
press q
see '\[images\]'
see 'b.jpg$'

# What the file is now was never measured.
cp "$photos/portraits/male/1.jpg" "$TMPDIR/album/a.jpg"
rm "$TMPDIR/album/c.jpg"
press g g o
see '^ a.jpg .* face 1 of 1$'
see 'this photo cannot be shown: changed since it was measured$'
press q G o
see '^ c.jpg '
see 'this photo cannot be shown: no such file'
press q

# From a face, and back to it.
press g g j Enter
see " face 1 of $faces in a photo of 1920 x 1350\$"
press o
see "^ b.jpg +1920 x 1350  face 1 of $faces\$"
press o
see " face 1 of $faces in a photo of 1920 x 1350\$"

# There the boxes are too, in a small one below the face; those that were only seen as well.
until_true 'no box of the face' some_of "$orange"
until_true 'no box of the others' some_of "$blue"
equal 'boxes of seen ones' "$(cells_of "$grey")" 0
press q j Enter
see ' in a photo of 1920 x 1448; 1 only seen$'
until_true 'no box of the seen one' some_of "$grey"
see ' PgDn: the faces with the least and most of each$'
press NPage
see ' least +median +most$'
press o
see ' 1 only seen$'
until_true 'no box of the seen one' some_of "$grey"
press Q
prompt 0

# Where nothing can be drawn it says so.
look --graphics none "$TMPDIR/album"
press o
see 'no photo is under the cursor here: see images and faces$'
press Enter
see '\[faces\]'
press o
see 'no pictures here: see --graphics'
press Q
prompt 0
