#!/bin/bash
# Limits of size are met before the work, from the header or the length; that of memory by trying,
# and it is not taken for a broken file.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cd "$TMPDIR/album"
printf 'P5 2000 1000 255\n' >grey.pgm # 2 megapixels in 1.9 MiB, and no more than that of disk
truncate -s 2000017 grey.pgm
cp "$photos/portraits/female/1.jpg" .

# of NAME FIELD: what the list says of the photo
of() {
	expect 0 "$LOOKALIKE" list --format json .
	json ".[] | select(.path | endswith(\"/$1\")) | .$2"
}

expect 3 "$LOOKALIKE" scan --max-megapixels 1 .
equal 'over 1 megapixel' "$(of grey.pgm verdict)" too_large
equal 'its detail' "$(of grey.pgm detail)" '2000 x 1000 pixels, more than 1 megapixels'
expect 3 "$LOOKALIKE" scan --max-file-mib 1 .
equal 'over 1 MiB' "$(of grey.pgm detail)" 'file over 1 MiB'
equal 'the other' "$(of 1.jpg verdict)" ok
expect 0 "$LOOKALIKE" scan --format json .
equal 'within both, and tried again' "$(json .new)" 1
equal grey "$(of grey.pgm verdict)" ok

# 900 megapixels are 2.7 GB of colours, whatever the options say.
printf 'P4 30000 30000\n' >bits.pbm
truncate -s 112500015 bits.pbm
expect 3 "$LOOKALIKE" scan --max-megapixels 1000 --deadline 600 --wall-deadline 600 .
equal 'over the memory' "$(of bits.pbm verdict)" too_large
equal 'the others' "$(of 1.jpg verdict) $(of grey.pgm verdict)" 'ok ok'

for option in --max-megapixels --max-file-mib --deadline --wall-deadline; do
	expect_error 2 "$option" "$LOOKALIKE" scan $option 0 .
	expect_error 2 "$option" "$LOOKALIKE" scan $option 1.5 .
done
