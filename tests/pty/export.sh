#!/bin/bash
# An export from the interface is what the command writes for the groups that are shown; it asks
# before it writes over a file, tells what went wrong, and ends with the program.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/{1,10,12,13,14,15,16,17}.jpg "$photos"/groups/sample3.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$TMPDIR/album"
db=$(json .db)
faces=$(json .faces)
out=$TMPDIR/o

# export_to FORMAT FILE
export_to() {
	press e
	see '^ export:'
	tmux send-keys -t it -l "$1 $2"
	press Enter
}

# as_command FORMAT FILE OPTION...: what the command writes is in the file
as_command() {
	"$LOOKALIKE" export --format "$1" "${@:3}" -o "$TMPDIR/expected" "$TMPDIR/album"
	cmp "$TMPDIR/expected" "$2" || fail "$1 is not what the command writes"
}

terminal 150 24
look "$TMPDIR/album"
grouped '[0-9]+'
press 3 =
see ' k 3 '
export_to csv "$out/no.csv"
see '^ not exported: cannot write beside .*no\.csv.*: No such file or directory$'
mkdir "$out"
export_to csv "$out/a b.csv"
see "^ exported: $out/a b.csv, [0-9]+ kB in "
as_command csv "$out/a b.csv" -k 3
press 5 r
see ' seed 5$'
for format in html json; do
	export_to $format "$out/$format"
	see "^ exported: $out/$format, [0-9]+ kB in "
done
as_command json "$out/json" -k 3 --seed 5
export_to tree "$out/tree"
see "^ exported: $out/tree, "
equal 'folders of the tree' "$(find "$out/tree" -mindepth 1 -maxdepth 1 -type d | wc -l)" 3
export_to tree "$out/tree"
see '^ not exported: .*tree'

# With a filter, another scale; not over a file unless told to.
press F
see '^ filter:'
tmux send-keys -t it -l 'faces:1'
press Enter
see ' of 9 images '
press z
see ' none '
press z
see ' zscore '
cp "$out/json" "$TMPDIR/before"
export_to json "$out/json"
see "^ write over $out/json\?  y n\$"
press n
see '^ not exported: the file stays as it is$'
cmp "$out/json" "$TMPDIR/before"
export_to json "$out/json"
see "^ write over $out/json\?  y n\$"
press y
see "^ exported: $out/json, "
as_command json "$out/json" -k 3 --seed 5 --scale zscore --filter faces:1
export_to nonsense "$out/n"
see "^ not exported: --format wants .*'nonsense'"
press e
press Enter
see '^ type a format and a file, such as: html faces.html$'
press e Tab Tab
see '^ export: csv'
press Escape
see ' saved$'

# One that takes its time: nobody reads what it writes to.
children() {
	pgrep -f "export --db $db --format [a-z]+ -o $out/fifo" | wc -l
}

begin_slow() {
	export_to csv "$out/fifo"
	see '^ write over '
	press y
	see "^ exporting   [█░]+ +[0-9]+ %  k = [0-9]+ of $faces +csv to $out/fifo   C-c stops\$"
	becomes 1 children
}

mkfifo "$out/fifo"
begin_slow
press e
see '^ an export is on its way; C-c stops it$'
press C-c
see "^ the export is stopped; nothing was written to $out/fifo\$"
becomes 0 children
press L
see ' the export is stopped; '
press q
begin_slow
press Q
prompt 0
becomes 0 children

# Nobody reads on: the faces that are written are counted, of how many.
look "$TMPDIR/album"
grouped '[0-9]+'
exec 9<>"$out/fifo"
export_to html "$out/fifo"
see '^ write over '
press y
see "^ exporting   [█░]+ +[0-9]+ %  [0-9]+ / $faces   .*   html to $out/fifo   C-c stops\$"
press C-c
see '^ the export is stopped; nothing was written to '
becomes 0 children
exec 9>&-
press Q
prompt 0

# Not even a killed interface leaves it behind.
look "$TMPDIR/album"
grouped '[0-9]+'
begin_slow
kill -KILL "$(pgrep -P "$(pgrep -P "$(modes '#{pane_pid}')")")"
prompt 137
becomes 0 children

# With measures that are taken out or weighted, as they are shown.
look --measures nose_size,jaw_ratio=2 "$TMPDIR/album"
see ' 2 of 8 measures '
press 3 =
see ' k 3 '
export_to json "$out/some"
see '^ exported: '
as_command json "$out/some" -k 3 --measures jaw_ratio=2,nose_size
press w v
see ' jaw_ratio alone '
export_to csv "$out/alone"
see '^ exported: '
as_command csv "$out/alone" -k 3 --measures jaw_ratio
press Q
prompt 0

# They are the next one's too, unless it is told others.
enter "$LOOKALIKE" "$TMPDIR/album"
see ' jaw_ratio alone '
press Q
prompt 0
enter "$LOOKALIKE" --measures eye_size "$TMPDIR/album"
see ' eye_size alone '
press Q
prompt 0
