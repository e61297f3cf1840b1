#!/bin/bash
# Without a terminal on stdout the program measures what is new and writes the plain report:
# the elbow chart, then the groups. Outside UTF-8 it is pure ASCII.
. tests/helpers.bash

expect 0 "$LOOKALIKE" "$photos"
for k in 1 10 20; do
	grep -Eq "^ *k .*\\b$k\\b" "$TMPDIR/out" || fail "no k = $k below the chart: $out"
done
equal 'lines about the knee' "$(grep -c '^knee of the curve: k = ' "$TMPDIR/out")" 1
at_least groups "$(grep -Ec '^ *[0-9]+ +[0-9]+ faces? ' "$TMPDIR/out")" 2
mv "$TMPDIR/out" "$TMPDIR/first"

expect 0 "$LOOKALIKE" "$photos"
cmp "$TMPDIR/first" "$TMPDIR/out" || fail 'the second report is another one'

expect 0 env LC_ALL=C "$LOOKALIKE" "$photos"
! LC_ALL=C grep -q '[^ -~]' "$TMPDIR/out" || fail 'the report outside UTF-8 is not ASCII'
expect 0 "$LOOKALIKE" --ascii "$photos"
! LC_ALL=C grep -q '[^ -~]' "$TMPDIR/out" || fail 'the report with --ascii is not ASCII'

# ---- in a terminal of 40 columns the chart has as many ----
script -qc "stty cols 40; '$LOOKALIKE' elbow '$photos'" "$TMPDIR/out" >/dev/null </dev/null
tr -d '\r' <"$TMPDIR/out" | grep -E '[│┤└]|^ +k |^silh' >"$TMPDIR/chart"
at_least 'rows of the chart' "$(wc -l <"$TMPDIR/chart")" 15
equal 'longest line' "$(wc -L <"$TMPDIR/chart")" 40
