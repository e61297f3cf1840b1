#!/bin/bash
# The page of export in a browser: hostile names give no element of their own, nothing is loaded
# or said on the console, and pictures are pixels alone.
. tests/helpers.bash

hostile=('<script>alert(1)<.jpg' '"><img src=x onerror=alert(1)>.jpg' "'onload='alert(1).jpg"
	$'line\nbreak.jpg' $'rtl-\u202egpj.jpg' $'bad-\xff\xfe.jpg' 'עברית.jpg' '&lt;&#60;.jpg'
	$'$\'\\n\'.jpg' '-->]]><!--.jpg' $'c1-\xc2\x9b.jpg' '<style>*{display:none}<title><table>.jpg')
with_face=(1 2 3 4 5 6 7 8 9 10 12 13)
mkdir "$TMPDIR"/{hostile,plain}
for i in "${!hostile[@]}"; do
	file=$photos/portraits/female/${with_face[i]}.jpg
	prefix=$(printf '%02d-' "$i")
	cp "$file" "$TMPDIR/hostile/$prefix${hostile[i]}"
	cp "$file" "$TMPDIR/plain/$prefix.jpg"
	echo junk >"$TMPDIR/hostile/failed-$prefix${hostile[i]}"
	echo junk >"$TMPDIR/plain/failed-$prefix.jpg"
done
for kind in hostile plain; do
	expect 3 "$LOOKALIKE" scan --db "$TMPDIR/$kind.db" "$TMPDIR/$kind"
	expect 0 "$LOOKALIKE" export -k 2 --format html -o "$TMPDIR/$kind.html" --db "$TMPDIR/$kind.db"
	python3 tests/e2e/page.py skeleton "$TMPDIR/$kind.html" >"$TMPDIR/$kind.skeleton"
done
diff "$TMPDIR/plain.skeleton" "$TMPDIR/hostile.skeleton" || fail 'names change the page'
! grep -Eiw 'script|iframe|object|embed|link|base|form|on[a-z]+|href' "$TMPDIR/hostile.skeleton" ||
	fail 'an element or attribute that does something'
equal 'the policy' "$(grep -c "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"" "$TMPDIR/hostile.html")" 1
python3 tests/e2e/page.py paths "$TMPDIR/hostile.html" | sort >"$TMPDIR/paths"
printf '%s\0' "$TMPDIR/hostile" "$TMPDIR"/hostile/* | python3 -c '
import sys
print("\n".join(name.hex() for name in sys.stdin.buffer.read().split(b"\0")[:-1]))' |
	sort >"$TMPDIR/names"
equal 'paths of the page' "$(wc -l <"$TMPDIR/paths")" $((1 + 2 * ${#hostile[@]}))
diff "$TMPDIR/names" "$TMPDIR/paths" || fail 'paths of the page are not those of the photos'
equal 'pictures' "$(python3 tests/e2e/page.py pictures "$TMPDIR/hostile.html" | sort -u)" '160 160'

# ---- in the browser ----
# browse PAGE OPTION...: what it says on stdout, in $TMPDIR/console on stderr
browse() {
	local page=$1
	shift
	timeout 120 chromium --headless --no-sandbox --disable-gpu --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--disable-dev-shm-usage --user-data-dir="$TMPDIR/chromium" --enable-logging=stderr \
		"$@" "file://$page" 2>"$TMPDIR/console" || fail "chromium: $(cat "$TMPDIR/console")"
}

browse "$TMPDIR/hostile.html" --window-size=500,900 --screenshot="$TMPDIR/phone.png" \
	--dump-dom >"$TMPDIR/hostile.dom"
! grep CONSOLE "$TMPDIR/console" || fail 'the page says something'
python3 tests/e2e/page.py skeleton "$TMPDIR/hostile.dom" >"$TMPDIR/dom.skeleton"
diff "$TMPDIR/hostile.skeleton" "$TMPDIR/dom.skeleton" ||
	fail 'the browser has other elements than were written'
equal 'size of the picture' "$(identify -format '%w %h' "$TMPDIR/phone.png")" '500 900'
at_least 'colours of the picture' "$(identify -format %k "$TMPDIR/phone.png")" 200

# The test can fail: a script in such a page is refused, and the console says so.
sed 's|</main>|<script>document.title="x"</script><img src="http://127.0.0.1:9/"></main>|' \
	"$TMPDIR/plain.html" >"$TMPDIR/script.html"
browse "$TMPDIR/script.html" --dump-dom >"$TMPDIR/script.dom"
equal 'refusals' "$(grep -c 'CONSOLE.*Content Security Policy' "$TMPDIR/console")" 2
grep -q '<title>Faces' "$TMPDIR/script.dom" || fail 'a script ran'
