#!/bin/bash
# After a walk over the keys the pixels of xterm and mlterm are those that were sent, and those of
# the same screen drawn anew. N steps (200) from SEED (1).
. tests/helpers.bash

for program in Xvfb xterm mlterm xdotool import; do
	command -v $program >/dev/null || skip "$program is missing: install xvfb xterm mlterm xdotool imagemagick"
done

export MAGICK_THREAD_LIMIT=1
mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/*.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 --db "$TMPDIR/start.db" "$TMPDIR/album"

Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$TMPDIR/display" &
x_server=$!
trap 'kill $x_server' EXIT
until [ -s "$TMPDIR/display" ]; do
	kill -0 $x_server 2>/dev/null || fail 'Xvfb does not start'
	sleep 0.05
done
DISPLAY=:$(cat "$TMPDIR/display")
export DISPLAY

# shellcheck disable=SC2034 # both are named by their terminal, below
xterm_at_corner=(xterm -ti vt340 -tn xterm-256color -u8 -geometry 100x30+0+0 -b 0 -bw 0 +sb
	-fn -misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1 -bg black -fg white)
# shellcheck disable=SC2034
mlterm_at_corner=(mlterm -g 100x30+0+0 --border=0 --sb=false --bg=black --fg=white)

# mlterm smooths its letters, over the edges of cells.
for name in xterm mlterm; do
	letters=0
	[ $name = xterm ] || letters=200 # of half a million pixels; the text itself is compared in the model
	declare -n command=${name}_at_corner
	cp "$TMPDIR/start.db" "$TMPDIR/$name.db"
	rm -f "$TMPDIR/said"
	"${command[@]}" -e /usr/bin/python3 tests/pixels/walk.py "${N:-200}" "${SEED:-1}" $letters \
		"$LOOKALIKE" --db "$TMPDIR/$name.db" "$TMPDIR/album" || true
	[ -s "$TMPDIR/said" ] || fail "$name has not run the walk"
	grep -q ' steps with seed ' "$TMPDIR/said" || fail "$name: $(cat "$TMPDIR/said")"
	echo "$name: $(cat "$TMPDIR/said")"
done
