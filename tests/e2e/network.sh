#!/bin/bash
# Nothing goes over a network: no process of ours, workers among them, asks for a socket of an
# internet family, whatever it does.
. tests/helpers.bash

strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
mkdir "$TMPDIR/album"
cp "$photos"/portraits/male/{1,2,3,4}.jpg "$photos"/groups/sample1.jpg "$TMPDIR/album"
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # it cannot work in a traced process
db=(--db "$TMPDIR/faces.db")

# watched COMMAND...: run it under strace; what it asks of sockets goes to the log
watched() {
	strace -f -qq -e trace=%network -e signal=none -o "$TMPDIR/one" "$LOOKALIKE" "$@" \
		>"$TMPDIR/out" 2>&1 </dev/null || fail "$*: $(cat "$TMPDIR/out")"
	cat "$TMPDIR/one" >>"$TMPDIR/log"
}

watched scan "${db[@]}" "$TMPDIR/album"
watched scan "${db[@]}" "$TMPDIR/album"
watched elbow "${db[@]}"
watched cluster "${db[@]}" -k 2
watched list "${db[@]}"
watched export "${db[@]}" --format json
watched group "${db[@]}" assign x "$TMPDIR/album/1.jpg"
watched group "${db[@]}" list
watched forget "${db[@]}" "$TMPDIR/album/1.jpg"
watched doctor
watched --version
# The workers were watched: each takes its photos from a socket.
at_least 'processes that used a socket' "$(awk '{print $1}' "$TMPDIR/log" | sort -u | wc -l)" 4
families=$(grep -oE '(socket|socketpair)\([A-Z_0-9]+' "$TMPDIR/log" | sort -u | xargs)
equal 'families of sockets' "$families" 'socketpair(AF_UNIX'
! grep -E 'connect|bind|AF_INET|AF_NETLINK|AF_PACKET' "$TMPDIR/log" || fail 'a call for a network'
