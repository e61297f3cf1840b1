#!/bin/bash
# A wrong command line: exit 2, one line that says what to do, nothing on stdout.
. tests/helpers.bash

expect_error 2 'no-such-option' "$LOOKALIKE" --no-such-option
expect_error 2 'no-such-option' "$LOOKALIKE" scan --no-such-option "$photos"
expect_error 2 'PATH|folder' "$LOOKALIKE"
for command in scan elbow cluster list; do
	expect_error 2 'PATH|folder' "$LOOKALIKE" $command
done
expect_error 2 'xml' "$LOOKALIKE" list --format xml "$photos"
expect_error 2 'format' "$LOOKALIKE" list --format
expect_error 2 'many' "$LOOKALIKE" cluster -k many "$photos"
expect_error 2 'k' "$LOOKALIKE" cluster -k 0 "$photos"
expect_error 2 'kmax' "$LOOKALIKE" elbow --kmax -3 "$photos"
expect_error 2 'seed' "$LOOKALIKE" cluster --seed x1 "$photos"
expect_error 2 'scale' "$LOOKALIKE" cluster --scale metres "$photos"
expect_error 2 'j' "$LOOKALIKE" scan -j 0 "$photos"

for option in --help --version; do
	expect 0 "$LOOKALIKE" $option
	[ -n "$out" ] || fail "$option writes nothing"
	equal "stderr of $option" "$err" ''
done
[ ! -e "$XDG_DATA_HOME/lookalike" ] || fail "a wrong command line left something in the data folder"
