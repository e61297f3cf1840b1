#!/bin/bash
# The answers of blind tests as text, CSV and JSON, as they were given and for other groups. The
# answers are put into the database here.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 --format json "$photos"
db=$(json .db)
expect 0 "$LOOKALIKE" trials "$photos"
grep -q '^no blind test yet' <<<"$out" || fail "without a test: $out"

# Two groups: five faces of the first and one of the second, right six times of ten.
expect 0 "$LOOKALIKE" cluster -k 2 --format csv "$photos"
grep -q . <<<"$out" || fail 'no groups'
expect 0 "$LOOKALIKE" cluster -k 2 --format json "$photos"
paths() {
	json ".clusters[$1].faces[:$2][] | \"\(.path)\t\(.face)\""
}
{ paths 0 5; paths 1 1; } >"$TMPDIR/faces"
equal 'faces of a trial' "$(wc -l <"$TMPDIR/faces")" 6
sqlite3 "$db" "INSERT INTO trial_runs VALUES (1700000000000, 0, 10, 7, 0, 2, 1, 0, 1)"
for ((n = 1; n <= 10; n++)); do
	sqlite3 "$db" "INSERT INTO trials VALUES (1700000000000, $n, 0, 0, 1, 1, 0, 6, 5,
		$((n <= 6 ? 5 : 2)), 1700000000, 900)"
	at=0
	while IFS=$'\t' read -r path face; do
		sqlite3 "$db" "INSERT INTO trial_faces SELECT 1700000000000, $n, $at, f.id FROM faces f
			JOIN images i ON i.id = f.image_id
			WHERE i.path = CAST('$path' AS BLOB) AND f.position = $face"
		at=$((at + 1))
	done <"$TMPDIR/faces"
done
equal 'faces in trials' "$(sqlite3 "$db" 'SELECT count(*) FROM trial_faces')" 60

# 6 of 10: p and interval of tests/reference/binomial_scipy.py.
expect 0 "$LOOKALIKE" trials -k 2 --format json "$photos"
equal 'a run' "$(json '.runs[0] | [.begun, .kind, .features, .k, .seed, .planned, .verdict,
	.current.answered, .current.hits, (.current.low * 1e4 | round), (.p * 1e7 | round)] | @csv')" \
	'"2023-11-14T22:13:20Z","intruder","geometry",2,7,10,"better than chance",10,6,3127,24382'
equal 'for the groups of now' "$(json '[.k, .now.intruder.answered, .now.intruder.hits] | @csv')" 2,10,6
equal 'trials' "$(json '.runs[0].trials | length')" 10
expect 0 "$LOOKALIKE" trials -k 1 --format json "$photos"
equal 'for one group' "$(json .now.intruder.answered)" 0
expect 0 "$LOOKALIKE" trials -k 2 --format csv "$photos"
equal 'lines of CSV' "$(wc -l <<<"$out")" 11
expect 0 "$LOOKALIKE" trials -k 2 "$photos"
grep -q 'better than chance, p = 0.0024' <<<"$out" || fail "no verdict in: $out"
grep -q '6 of 10 .*60 % (31-83)' <<<"$out" || fail "no rate in: $out"
grep -q '^    group 1 .*6 of 10 ' <<<"$out" || fail "no group in: $out"

# The report has the test.
expect 0 "$LOOKALIKE" export -k 2 --format html "$photos"
grep -q '<td>better than chance</td><td>6 of 10: 60&nbsp;% (31&ndash;83)</td>' <<<"$out" ||
	fail 'no test in the report'
grep -q 'group&nbsp;1: 6&nbsp;of&nbsp;10<' <<<"$out" || fail 'no group in the report'

# A test that was ended early has no rates yet.
sqlite3 "$db" 'UPDATE trial_runs SET planned = 48'
expect 0 "$LOOKALIKE" trials -k 2 "$photos"
grep -q 'ended early: no verdict' <<<"$out" || fail "no word of the early end in: $out"
[[ $out != *' nearest '* ]] || fail "rates of a test that has not ended: $out"
expect 0 "$LOOKALIKE" export -k 2 --format html "$photos"
grep -q '<td>ended early: no verdict</td><td>&ndash;</td>' <<<"$out" || fail 'rates in the report'

# Who is forgotten is in no trial.
expect 0 "$LOOKALIKE" forget "$(head -1 "$TMPDIR/faces" | cut -f 1)"
equal 'trials after forget' "$(sqlite3 "$db" 'SELECT count(*) FROM trials')" 0
