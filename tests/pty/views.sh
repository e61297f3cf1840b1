#!/bin/bash
# The four views and the face view, in two sizes, say what the commands say.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$photos"
db=$(json .db)
for what in list elbow cluster; do
	expect 0 "$LOOKALIKE" $what --format json "$photos"
	cp "$TMPDIR/out" "$TMPDIR/$what.json"
done

# of COMMAND FILTER: what a command had said
of() {
	jq -r "$2" "$TMPDIR/$1.json"
}

squeeze() {
	sed 's/  */ /g; s/^ //; s/ $//'
}

# The lines of the view, without what surrounds it.
view() {
	screen | sed -n "4,$(($(modes '#{pane_height}') - 3))p" | squeeze
}

check_frame() {
	local name
	# A long path is cut.
	see "^ lookalike  ${photos:0:20}.* +$(of list length) images  $(
		of list 'map(.faces) | add') faces  $(
		of list 'map(.seen_not_measured) | add') seen, not measured(  [0-9]+ turned)?\$"
	see "^ $(of list 'map(select(.faces > 0)) | length') with faces   $(
		of list 'map(select(.faces == 0)) | length') without   0 failed   saved\$"
	for name in faces images elbow clusters; do
		press Tab
		see "\\[$name\\]"
		see ' [?] help( |$)'
	done
	for name in elbow images faces clusters; do
		press BTab
		see "\\[$name\\]"
	done
}

# image_rows SLICE: what the view says of these images
image_rows() {
	of list "$1"' | .[] | .path |= ltrimstr("'"$photos"'/") |
		"\(.verdict) \(if .faces == 0 then "no face" elif .faces == 1 then "1 face"
			else "\(.faces) faces" end) \(if .seen_not_measured == 0 then "" else
			"\(.seen_not_measured) seen " end)\(.width)x\(.height) \(.path)"'
}

check_images() {
	local shown=$(($1 - 6))
	becomes "$(image_rows ".[0:$shown]")" view
	press G
	becomes "$(image_rows ".[-$shown:]")" view
}

check_elbow() {
	local k=$1 cost less
	cost=$(of elbow ".curve[$k - 1].cost")
	less=$(of elbow "100 * (1 - .curve[$k - 1].cost / .curve[$k - 2].cost)")
	see "$(printf '^ k = %d  cost %.4g, %.0f %% less than at k = %d  silhouette %.2f  stability %.2f$' \
		"$k" "$cost" "$less" $((k - 1)) "$(of elbow ".curve[$k - 1].silhouette")" \
		"$(of elbow ".curve[$k - 1].stability")")"
	see "^ $(of elbow '.reason[:40]')"
	see '^ *k +1 .* 20$'
}

declare -A words=(
	[jaw_ratio+]='long face' [jaw_ratio-]='wide face'
	[eye_distance+]='wide-set eyes' [eye_distance-]='close-set eyes'
	[nose_ratio+]='narrow nose' [nose_ratio-]='broad nose'
	[nose_size+]='long nose' [nose_size-]='short nose'
	[eye_size+]='large eyes' [eye_size-]='small eyes'
	[eye_size_differential+]='uneven eyes' [eye_size_differential-]='even eyes'
	[eyebrow_width+]='wide brows' [eyebrow_width-]='narrow brows'
	[eyebrow_lift+]='raised brows' [eyebrow_lift-]='low brows'
)

# traits NUMBER: what sets a group apart, a line each
traits() {
	local feature z
	while read -r feature z; do
		z=$(printf %+.1f "$z")
		echo "${words[$feature${z:0:1}]} $z"
	done < <(of cluster ".clusters[$1 - 1].described_by[] | \"\\(.feature) \\(.z)\"")
}

group_words() {
	local size
	size=$(of cluster ".clusters[$1 - 1].size")
	echo "❯ $1 $size face$([ "$size" = 1 ] || echo s)"
	traits "$1"
}

# The words at the cursor; pictures begin to the right of them.
group_row() {
	view_words | awk '/^❯/ { on = 1 } /^([0-9]+ |$)/ { on = 0 } on'
}

view_words() {
	screen | perl -CS -pe '$_ = substr($_, 0, 29) . "\n"' |
		sed -n "4,$(($(modes '#{pane_height}') - 3))p" | squeeze
}

check_clusters() {
	local group
	for group in $(of cluster '.clusters[].id'); do
		becomes "$(group_words "$group")" group_row
		press j
	done
	press g g
	becomes "$(group_words 1)" group_row
}

# A caption may have no room for more than the end of its name.
marks_the_end_of() {
	local tail
	tail=$(marked)
	tail=${tail##*…}
	[[ ${#tail} -gt 5 && $1 = *"$tail" ]]
}

# The faces are those of the first group, nearest to the centre first.
check_faces() {
	local columns=$1 face path distance count title
	count=$(of cluster '.clusters[0].size')
	title=$(traits 1 | paste -s -d, | sed 's/,/, /g; s/+/[+]/g')
	# Where there is little room, what sets it apart most.
	[ "$columns" -ge 100 ] || title=${title%%,*}
	see "^ group 1  $count faces  $title"
	for face in 0 1 2; do
		path=$(of cluster ".clusters[0].faces[$face].path")
		path=${path#"$photos/"}
		distance=$(of cluster ".clusters[0].faces[$face].distance")
		see " $((face + 1))/$count "
		[ "$columns" -lt 100 ] ||
			see "$(printf ' %d/%d %s, %.2f' $((face + 1)) "$count" "$path" "$distance")"
		until_true "the caption is not that of $path" marks_the_end_of "$path"
		press l
	done
	press 3 h
	see " 1/$count "
}

# Every measure of a face, and where it lies among all, from the database itself.
stored_measures() {
	sqlite3 "$db" "SELECT i.path = cast('${1//\'/\'\'}' AS BLOB) AND f.position = $2, hex(f.measures)
		FROM faces f JOIN images i ON f.image_id = i.id" |
		perl -ne '
			my ($wanted, $hex) = split /[|\n]/;
			my @values = unpack("d<8", pack("H*", $hex));
			@face = @values if $wanted;
			push @all, \@values;
			END {
				for $m (0 .. 7) {
					my ($mean, $variance) = (0, 0);
					$mean += $_->[$m] / @all for @all;
					$variance += ($_->[$m] - $mean) ** 2 / @all for @all;
					printf "%.4f %+.1f\n", $face[$m],
						($face[$m] - $mean) / sqrt $variance;
				}
			}'
}

shown_measures() {
	local names='jaw_ratio|eye_distance|nose_ratio|nose_size|eye_size'
	names+='|eye_size_differential|eyebrow_width|eyebrow_lift'
	screen | sed -En "s/.* ($names) +([0-9.]+) +([-+][0-9.]+).*/\\2 \\3/p"
}

check_face() {
	local face='.clusters[0].faces[0]' path position
	path=$(of cluster "$face.path")
	position=$(of cluster "$face.face")
	see " ${path#"$photos/"}\$"
	see " face $((position + 1)) of $(jq -r --arg path "$path" '.[] | select(.path == $path) |
		"\(.faces) in a photo of \(.width) x \(.height)"' "$TMPDIR/list.json")\$"
	see "$(printf ' group 1 of %d, %.2f from its centre$' "$(of cluster .k)" \
		"$(of cluster "$face.distance")")"
	becomes "$(stored_measures "$path" "$position")" shown_measures
}

# Where the values of one measure are best cut in two, from the database itself: the sizes.
best_cut() {
	sqlite3 "$db" 'SELECT hex(measures) FROM faces' | perl -ne '
		chomp;
		push @x, (unpack "d<8", pack "H*", $_)['"$1"'];
		END {
			@x = sort { $a <=> $b } @x;
			for $n (1 .. $#x) {
				my $cost = squares(@x[0 .. $n - 1]) + squares(@x[$n .. $#x]);
				($best, $at) = ($cost, $n) if !defined $best || $cost < $best;
			}
			print join " ", sort { $b <=> $a } $at, @x - $at;
		}
		sub squares {
			my ($mean, $sum) = (0, 0);
			$mean += $_ / @_ for @_;
			$sum += ($_ - $mean) ** 2 for @_;
			return $sum;
		}'
}

sizes_of_two() {
	screen | sed -En 's/^  2 groups: ([0-9]+)[^,]*, ([0-9]+).*/\1\n\2/p' | sort -rn | paste -s -d ' '
}

check_measures() {
	press 2 = w 3 j v
	see ' nose_size alone  k 2'
	see '^❯ \[x\] nose_size'
	becomes "$(best_cut 3)" sizes_of_two
	press U
	gone 'nose_size alone'
	press q
	see '\[clusters\]'
}

for size in '80 24' '120 40'; do
	read -r columns rows <<<"$size"
	terminal "$columns" "$rows"
	look "$photos"
	grouped "$(of cluster .k)"
	check_frame
	check_clusters
	press Enter
	see '\[faces\]'
	check_faces "$columns"
	press Enter
	check_face
	press Tab Tab
	see '\[elbow\]'
	check_elbow "$(of cluster .k)"
	press BTab
	check_images "$rows"
	press Tab Tab
	check_measures
	press q
	prompt 0
done
