#!/bin/bash
# 2,000 file names of random bytes come back exactly from every exact form; N= and SEED= for others.
. tests/helpers.bash

mkdir "$TMPDIR/album"
python3 tests/e2e/export_names.py "$LOOKALIKE" "$TMPDIR/names.db" "$TMPDIR/album" \
	"$photos/portraits/female/1.jpg" 40 "${N:-2000}" "${SEED:-1}"
