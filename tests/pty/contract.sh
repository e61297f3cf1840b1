#!/bin/bash
# What is never sent to the terminal, whatever is done; and how it is put back, whatever ends it.
. tests/helpers.bash

ulimit -c 0
mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/*.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 "$TMPDIR/album"
/usr/bin/python3 tests/terminal/contract.py "$LOOKALIKE" "$TMPDIR/album" || exit 1
