#!/bin/bash
# 250 pictures without a face, drawn from seeds: at most one is measured.
. tests/helpers.bash

pictures=$TMPDIR/pictures
mkdir "$pictures"

# draw NAME ARGUMENTS...: a picture by ImageMagick
draw() {
	local name=$1
	shift
	convert "$@" "$pictures/$name"
}

patterns=(bricks hexagons leftshingle octagons circles crosshatch gray50 smallfishscales
	horizontalsaw verticalbricks)
for ((i = 0; i < 25; i++)); do
	size=$((140 + 9 * i))x$((320 - 5 * i))
	draw "clouds-$i.jpg" -seed $((1000 + i)) -size "$size" plasma:fractal
	draw "sky-$i.jpg" -seed $((2000 + i)) -size "$size" plasma:steelblue-tan -blur 0x$((1 + i / 3))
	draw "noise-$i.png" -seed $((3000 + i)) -size $((60 + 9 * i))x90 xc:gray +noise Random
	draw "grain-$i.jpg" -seed $((4000 + i)) -size "$size" xc:tan +noise Gaussian -blur 0x$((1 + i % 4))
	draw "swirl-$i.jpg" -seed $((5000 + i)) -size "$size" plasma:red-blue -swirl $((60 + 20 * i))
	draw "pattern-$i.png" -size "$size" "pattern:${patterns[i % 10]}" -scale $((100 + 10 * i))%
	draw "rings-$i.png" -size "$size" radial-gradient:white-black -virtual-pixel mirror \
		-function Sinusoid $((2 + i / 2)),$((30 * i)) -roll +$((11 * i))+$((7 * i))
	draw "text-$i.png" -size "$size" -pointsize $((12 + i)) -font DejaVu-Sans \
		"caption:lines of text, number $i: $(seq -s ' ' $i $((i + 40)))"
	draw "bars-$i.png" -size "$size" xc:white -fill steelblue \
		-draw "rectangle 20,$((190 - 5 * i)) 40,200 rectangle 50,$((20 + 6 * i)) 70,200
		rectangle 80,$((100 + 3 * i)) 100,200" -fill none -stroke black -draw "line 10,10 10,200 line 10,200 120,200"
	draw "dots-$i.png" -seed $((6000 + i)) -size $((80 + i))x60 xc: +noise Random -channel G \
		-threshold $((70 + i))% -separate -scale 400%
done
equal pictures "$(find "$pictures" -type f | wc -l)" 250
expect 0 "$LOOKALIKE" scan --format json "$pictures"
echo "measured: $(json .faces), seen: $(json .seen_not_measured)"
equal images "$(json .images)" 250
equal failed "$(json .failed)" 0
at_least 'one less than two' 1 "$(json .faces)"
