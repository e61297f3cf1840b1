#!/bin/bash
# The extractor for newer processors gives what the one for all gives: the same faces in the same
# places, and the same measures but for rounding.
. tests/helpers.bash

build=$(dirname "$LOOKALIKE")
[ -e "$build/lookalike-extractor-v3" ] || skip 'there is one extractor on this architecture'
if ! grep -qw avx2 /proc/cpuinfo || ! grep -qw fma /proc/cpuinfo; then
	skip 'this processor runs only one'
fi

mkdir -p "$TMPDIR/one/bin" "$TMPDIR/one/libexec/lookalike"
cp "$LOOKALIKE" "$TMPDIR/one/bin/"
cp "$build/lookalike-extractor" "$TMPDIR/one/libexec/lookalike/"
export LOOKALIKE_MODELS=$PWD/models

# faces LOOKALIKE FILE: what it finds in the sample photos
faces() {
	expect 0 "$1" scan --db "$2.db" "$photos"
	expect 0 "$1" export --db "$2.db"
	mv "$TMPDIR/out" "$2"
}

faces "$LOOKALIKE" "$TMPDIR/v3"
faces "$TMPDIR/one/bin/lookalike" "$TMPDIR/all"
equal 'other faces' "$(jq -s '[.[] | [.faces[] | [.path, .face]]] | .[0] == .[1]' "$TMPDIR/v3" "$TMPDIR/all")" true
equal 'other seen' "$(jq -s '[.[] | [.seen[] | .path]] | .[0] == .[1]' "$TMPDIR/v3" "$TMPDIR/all")" true
far=$(jq -s '[.[] | [.faces[] | .landmarks[0][] / .box[2]]] | transpose |
	map(.[0] - .[1] | fabs) | max > 0.1' "$TMPDIR/v3" "$TMPDIR/all")
equal 'a jaw far off' "$far" false
