#!/bin/bash
# File names of any bytes are found again, and reach no output unquoted.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cd "$TMPDIR/album"
names=($'latin1-\xe9.jpg' $'line\nbreak.jpg' $'escape\e[31m.jpg' $'csi\xc2\x9b31m.jpg' ' blank .jpg'
	'-k.jpg' "quote'\".jpg" 'comma,semicolon;.jpg' $'bidi-\u202egpj.jpg' 'grüße-日本.jpg')
i=0
for name in "${names[@]}"; do
	i=$((i + 1))
	cp "$photos/portraits/female/$i.jpg" "./$name"
done
total=${#names[@]}

expect 0 "$LOOKALIKE" scan --format json .
equal images "$(json .images)" "$total"
expect 0 "$LOOKALIKE" scan --format json .
equal unchanged "$(json .unchanged)" "$total"

expect 0 "$LOOKALIKE" list --format json .
equal rows "$(json length)" "$total"
equal 'paths as bytes' "$(json '.[] | select(.path_base64) | .path_base64' | base64 -d | sed "s|^$PWD/||")" \
	"${names[0]}"
equal 'path with a replacement' "$(json '[.[].path | select(contains("\ufffd"))] | length')" 1
equal 'a line break' "$(json '[.[].path | select(contains("\n"))] | length')" 1

for format in text csv; do
	expect 0 "$LOOKALIKE" list --format $format .
	! LC_ALL=C grep -qP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$TMPDIR/out" ||
		fail "$format has control bytes"
	iconv -f UTF-8 -t UTF-8 <"$TMPDIR/out" >/dev/null || fail "$format is not UTF-8"
	grep -q 'grüße-日本' "$TMPDIR/out" || fail "$format quotes what it need not"
done
expect_error 1 'escape' "$LOOKALIKE" scan $'missing-escape\e[31m'
! grep -q $'\e' "$TMPDIR/err" || fail 'a raw escape in an error'
