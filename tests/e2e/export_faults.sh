#!/bin/bash
# Whatever call of an export fails, and wherever it is killed, what was there is whole or the new
# result is; a message each time; what a kill leaves is cleared away by the next run.
# ALL=all: every error at every call of every format. N= random kills as well.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cp "$photos/portraits/female/1.jpg" "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --db "$TMPDIR/db" "$TMPDIR/album"
strace -o "$TMPDIR/log" true 2>/dev/null || skip 'strace may trace nothing here'
python3 tests/e2e/export_faults.py "$LOOKALIKE" "$TMPDIR/db" "${ALL:-}" "${N:-50}" "$TMPDIR"/album/*
