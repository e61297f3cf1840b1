#!/bin/bash
# A terminal with sixel, on a screen in memory: the thumbnails are where the grid says, are those
# of the database, are there again after the window was hidden, and leave nothing behind.
. tests/helpers.bash

start_x_server

# The layout of clusters: the words, then thumbnails, then "+12" in 6 columns.
first_row=3
more=6

expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$photos"
db=$(json .db)
expect 0 "$LOOKALIKE" cluster --format json "$photos"
cp "$TMPDIR/out" "$TMPDIR/cluster.json"
k=$(json .k)

# The window of a terminal of so many columns, which has the keyboard. It stays when the program in
# it has ended.
in_xterm() {
	columns=100
	words=36
	cell_width=9
	cell_height=15
	terminal_at_corner xterm "${columns}x$rows"
	"${at_corner[@]}" -e bash -c '"$@"; read -r' bash "$@" &
	terminal=$!
	window=$(xdotool search --sync --onlyvisible --class xterm)
	xdotool mousemove 5 5
}

# The font is whatever there is; mlterm tells the size of a cell.
in_mlterm() {
	columns=80
	words=29
	terminal_at_corner mlterm "${columns}x$rows"
	# shellcheck disable=SC2016 # for the shell in it
	"${at_corner[@]}" -e bash -c 'printf "\033[16t"; IFS=";" read -rs -d t _ height width
			echo "$width $height" >"$0"; "$@"; read -r' "$TMPDIR/cell" "$@" &
	terminal=$!
	window=$(xdotool search --sync --onlyvisible --class mlterm)
	xdotool mousemove 5 5
	until [ -s "$TMPDIR/cell" ]; do
		kill -0 $terminal 2>/dev/null || fail 'mlterm does not start'
		sleep 0.05
	done
	read -r cell_width cell_height <"$TMPDIR/cell"
}

# start TERMINAL ROWS: the program in a window
start() {
	rows=$2
	"in_$1" "$LOOKALIKE" "$photos"
}

# end: by a key, gone without a trace
end() {
	key Q
	await no_pictures
	kill "$terminal"
	wait "$terminal" || true
}

# key NAME...: press keys
key() {
	xdotool key "$@"
}

# A picture of the screen, when two in a row are the same.
shoot() {
	import -window root "$TMPDIR/shot.ppm"
	while
		mv "$TMPDIR/shot.ppm" "$TMPDIR/last.ppm"
		import -window root "$TMPDIR/shot.ppm"
		! cmp -s "$TMPDIR/last.ppm" "$TMPDIR/shot.ppm"
	do :; done
}

# await CHECK...: shoot until it holds, at most 60 seconds; what it says is why it does not
await() {
	local limit=$((SECONDS + 60)) said
	until said=$(shoot && "$@"); do
		[ $SECONDS -lt $limit ] || fail "$*; $said"
	done
}

# ---- what was seen in the last shot ----

# cells ROW COLUMN ROWS COLUMNS: their place in pixels
cells() {
	echo "$(($4 * cell_width))x$(($3 * cell_height))+$(($2 * cell_width))+$(($1 * cell_height))"
}

# colors PLACE: how many different ones are there
colors() {
	convert "$TMPDIR/shot.ppm" -crop "$1" +repage -format %k info:
}

# colored PLACE: how many pixels are not grey
colored() {
	convert "$TMPDIR/shot.ppm" -crop "$1" +repage -channel RB -separate +channel \
		-compose difference -composite -threshold 2% -format '%[fx:round(w * h * mean)]' info:
}

# is_text WHAT PLACE: it is of shades of grey
is_text() {
	equal "number of coloured pixels in $1" "$(colored "$2")" 0
}

is_background() {
	[ "$(convert "$TMPDIR/shot.ppm" -crop "$1" +repage -format '%k %[fx:maxima]' info:)" = '1 0' ]
}

# difference PLACE FILE [OPTION...]: the number of colours there, and the mean difference to the
# picture, treated with the options, in thousandths
difference() {
	convert "$TMPDIR/shot.ppm" -crop "$1" +repage -format '%k ' -write info: \
		\( "$2" "${@:3}" \) -compose difference -composite \
		-format '%[fx:round(1000 * mean)]\n' info:
}

# stored GROUP FACE COUNT: their thumbnails from the database; group and face counted from 0
stored() {
	local path position i=0
	jq -r ".clusters[$1].faces[$2:$2 + $3][] | \"\\(.face) \\(.path)\"" "$TMPDIR/cluster.json" |
		while read -r position path; do
			echo "SELECT writefile('$TMPDIR/thumb-$((i++)).jpg', d.thumb) FROM face_data d
				JOIN faces f ON f.id = d.face_id JOIN images i ON i.id = f.image_id
				WHERE i.path = cast('${path//\'/\'\'}' AS BLOB)
				AND f.position = $position;"
		done | sqlite3 "$db" >"$TMPDIR/sizes"
	equal thumbnails "$(grep -c . "$TMPDIR/sizes")" "$3"
}

# strip ROW COLUMN THUMB_ROWS PLACES GROUP FACE: thumbnails of a group, from FACE on, lie there
strip() {
	local side=$(($3 * cell_height)) place group=$(($5 + 1)) count i width varied off args=()
	local thumb_columns=$(((side + cell_width - 1) / cell_width))
	place=$(cells "$1" "$2" "$3" $(($4 * (thumb_columns + 1) - 1)))
	count=$(($(jq ".clusters[$5].size" "$TMPDIR/cluster.json") - $6))
	[ $count -le "$4" ] || count=$4
	stored "$5" "$6" "$count"
	width=$((thumb_columns * cell_width))
	for ((i = 0; i < count; i++)); do
		args+=('(' "$TMPDIR/thumb-$i.jpg" -resize "${side}x$side!" ')' -geometry
			"+$((i * (width + cell_width) + (width - side) / 2))+0" -composite)
	done
	convert -size "${place%%+*}" xc:black "${args[@]}" "$TMPDIR/expected.ppm"
	read -r varied off <<<"$(difference "$place" "$TMPDIR/expected.ppm")"
	at_least "colours of group $group" "$varied" 16
	[ "$off" -le 45 ] || fail "group $group is $off thousandths off"
	if [ "$5$6" = 00 ]; then
		fits_nowhere_else "$place" "$off"
		has_gaps "$1" $(($2 + thumb_columns)) "$3" $((thumb_columns + 1)) "$4"
	fi
}

# fits_nowhere_else PLACE OFF: the strip differs more when it is moved a little, or turned
fits_nowhere_else() {
	local how other
	for how in -roll\ {+3+0,-3+0,+0+3,+0-3} -flop; do
		# shellcheck disable=SC2086 # an option and its value
		read -r _ other <<<"$(difference "$1" "$TMPDIR/expected.ppm" $how)"
		[ $((2 * other)) -gt $((3 * $2)) ] || fail "$2 thousandths off, and $other with $how"
	done
}

# has_gaps ROW COLUMN ROWS STEP PLACES: nothing is drawn between thumbnails, from COLUMN on
has_gaps() {
	local i
	for ((i = 0; i < $5 - 1; i++)); do
		is_background "$(cells "$1" $(($2 + i * $4)) "$3" 1)" || fail "no gap $i"
	done
}

# ---- what a shot must show ----

# clusters FIRST: the groups on the screen, from FIRST on; each has 3 to 7 rows, as there is room
clusters() {
	local area=$((rows - 6)) group_rows thumb_rows step i
	group_rows=$((area / k < 3 ? 3 : area / k > 7 ? 7 : area / k))
	thumb_rows=$((group_rows > 3 ? group_rows - 1 : group_rows))
	step=$(((thumb_rows * cell_height + cell_width - 1) / cell_width + 1))
	for ((i = 0; i < area / group_rows && $1 + i < k; i++)); do
		strip $((first_row + i * group_rows)) "$words" $thumb_rows \
			$(((columns - words - more + 1) / step)) $(($1 + i)) 0
	done
	is_text 'the words' "$(cells 0 0 "$rows" "$words")"
	is_text 'the title' "$(cells 0 0 $first_row "$columns")"
	is_text 'the status' "$(cells $((rows - 3)) 0 3 "$columns")"
}

# faces: the first group's, as large as lets all be seen, of 5 to 9 rows, below a title
faces() {
	local size thumb_rows per_line lines line row
	size=$(jq '.clusters[0].size' "$TMPDIR/cluster.json")
	for thumb_rows in 9 8 7 6 5; do
		per_line=$((columns / ((thumb_rows * cell_height + cell_width - 1) / cell_width + 1)))
		lines=$(((rows - 7) / (thumb_rows + 1)))
		[ $((per_line * lines)) -lt "$size" ] || break
	done
	for ((line = 0; line < lines && line * per_line < size; line++)); do
		row=$((first_row + 1 + line * (thumb_rows + 1)))
		strip $row 0 $thumb_rows $per_line 0 $((line * per_line))
		is_text 'the names' "$(cells $((row + thumb_rows)) 0 1 "$columns")"
	done
}

# One face large, with its 68 points, on the left of its measures.
face() {
	local pixels
	at_least colours "$(colors "$(cells $first_row 0 12 20)")" 60
	is_text 'the words' "$(cells $first_row $((columns - 44)) $((rows - 6)) 44)"
	pixels=$(convert "$TMPDIR/shot.ppm" -fuzz 5% -fill black +opaque 'rgb(0,255,128)' \
		-fill white -opaque 'rgb(0,255,128)' -format '%[fx:round(w * h * mean)]' info:)
	at_least 'pixels of points' "$pixels" 68
}

no_pictures() {
	is_text 'the screen' "$(cells 0 0 "$rows" "$columns")"
}

# The chart has a line and two words in colour; the smallest thumbnail is larger.
chart() {
	local pixels
	pixels=$(colored "$(cells 0 0 "$rows" "$columns")")
	at_least 'coloured pixels' "$pixels" 100
	at_least 'pixels without colour' $((2000 - pixels)) 0
}

# With all the colours that pictures get when nobody presses a key for a second.
remember() {
	local last=
	until [ "$last" = "$(sha256sum <"$TMPDIR/shot.ppm")" ]; do
		last=$(sha256sum <"$TMPDIR/shot.ppm")
		sleep 1.6
		shoot
	done
	cp "$TMPDIR/shot.ppm" "$TMPDIR/before.ppm"
}

# All pixels of the view are what they were. The lines round it may say meanwhile that the scan and the clustering are done.
as_before() {
	local pixels
	pixels=$(changed "$(cells $first_row 0 $((rows - 6)) "$columns")")
	[ "$pixels" = 0 ] || fail "$pixels pixels differ"
}

# changed PLACE: how many pixels are not what they were
changed() {
	compare -extract "$1" -metric AE "$TMPDIR/before.ppm" "$TMPDIR/shot.ppm" null: 2>&1 || true
}

# Of its lines many have words where the groups have none.
help() {
	local place
	place=$(cells $first_row 0 $((rows - 6)) "$words")
	at_least 'pixels of the help' "$(changed "$place")" 2000
	is_text 'the help' "$place"
}

# walk: through everything that puts pictures on the screen or takes them away
walk() {
	await clusters 0
	remember
	# The window hidden and shown again: the terminal must still have all pictures.
	xdotool windowunmap --sync "$window" windowmap --sync "$window"
	await as_before
	# Help is beside the pictures, or over some, which come back.
	key question
	await help
	key x
	await as_before
	key Tab
	await faces
	key Tab
	await no_pictures
	key Tab
	await chart
	key Tab
	await as_before
	key shift+Tab Tab
	await as_before
	key Return Return
	await face
	key q q
	await as_before
}

for terminal_name in xterm mlterm; do
	start $terminal_name 30
	walk
	end
done

# A group more than the screen has room for, scrolled to and back.
start xterm $((6 + 3 * (k - 1)))
await clusters 0
remember
key G
await clusters 1
key g g
await as_before
end
