#!/bin/bash
# A scan that is killed or interrupted keeps what was measured, and the next one goes on.
. tests/helpers.bash
set -m # a job in the background gets SIGINT

# With one worker, the file in the middle holds the scan until its deadline.
mkdir "$TMPDIR/album"
for i in {1..9}; do
	cp "$photos/portraits/male/$i.jpg" "$TMPDIR/album/a$i.jpg"
	cp "$photos/portraits/female/$i.jpg" "$TMPDIR/album/z$i.jpg"
done
for i in {1..4}; do
	printf 'LOOKALIKE-TEST wait' >"$TMPDIR/album/m$i.jpg"
done

# begin DB: start a scan and wait until its first half is stored; its pid is in scan
begin() {
	LOOKALIKE_TEST_INPUTS=1 "$LOOKALIKE" scan -j 1 --db "$1" "$TMPDIR/album" >"$TMPDIR/scan.log" 2>&1 &
	scan=$!
	for _ in {1..300}; do
		sleep 0.1
		rows=$("$LOOKALIKE" list --format json --db "$1" 2>/dev/null | jq length || echo 0)
		[ "${rows:-0}" -lt 9 ] || return 0
		kill -0 $scan || fail "the scan ended by itself: $(cat "$TMPDIR/scan.log")"
	done
	fail "only $rows photos stored after 30 s"
}

# goes_on DB: the second scan opens only what was not stored
goes_on() {
	expect 3 "$LOOKALIKE" scan --format json --db "$1" "$TMPDIR/album"
	equal images "$(json .images)" 22
	at_least unchanged "$(json .unchanged)" 9
	at_least new "$(json .new)" 9
	equal 'all' "$(json '.new + .unchanged')" 22
}

begin "$TMPDIR/killed.db"
extractor=$(pgrep -P $scan -f lookalike-extractor || true)
kill -KILL $scan
wait $scan || true
[ -n "$extractor" ] || fail 'the scan had no extractor'
for _ in {1..100}; do
	kill -0 "$extractor" 2>/dev/null || break
	sleep 0.1
done
! kill -0 "$extractor" 2>/dev/null || fail 'the extractor outlived the scan'
goes_on "$TMPDIR/killed.db"

begin "$TMPDIR/stopped.db"
kill -INT $scan
status=0
wait $scan || status=$?
equal 'exit of the interrupted scan' $status 5
goes_on "$TMPDIR/stopped.db"

# Two writers: the second is told, the first is not disturbed.
begin "$TMPDIR/locked.db"
expect_error 4 'use' "$LOOKALIKE" scan --db "$TMPDIR/locked.db" "$TMPDIR/album"
kill -KILL $scan
wait $scan || true
