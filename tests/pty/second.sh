#!/bin/bash
# A second instance shows what is there at once and says who writes; so does one that cannot write.
. tests/helpers.bash

mkdir "$TMPDIR/album"
cp "$photos"/portraits/male/{1,2,3,4}.jpg "$TMPDIR/album"
db=$TMPDIR/faces.db
expect 0 "$LOOKALIKE" scan --db "$db" "$TMPDIR/album"
terminal 220 30

# Whoever holds the lock is told by the number it wrote there.
echo 4711 >"$db-lock"
flock -o "$db-lock" sleep 1000 &
holder=$!
until ! flock -n "$db-lock" true; do sleep 0.05; done
cp "$photos"/portraits/male/5.jpg "$TMPDIR/album"
enter "$LOOKALIKE" --db "$db" "$TMPDIR/album"
see 'only to look at, nothing is measured: .*in use by another lookalike \(pid 4711\)'
see '4 images +4 faces'
press Q
prompt 0
expect_error 4 'in use by another lookalike \(pid 4711\)' "$LOOKALIKE" scan --db "$db" "$TMPDIR/album"
expect 0 "$LOOKALIKE" list --db "$db" --format json
equal 'images to read' "$(json length)" 4

# Killed, it needs no repair.
kill -KILL $holder
wait $holder 2>/dev/null || true
until flock -n "$db-lock" true; do sleep 0.05; done
enter "$LOOKALIKE" --db "$db" "$TMPDIR/album"
see '5 images +5 faces'
see ' saved *$'
press Q
prompt 0

# What could not be saved is told, though the program was to be left already.
enter "$LOOKALIKE" --db "$db" "$TMPDIR/album"
see ' saved *$'
coproc sqlite3 "$db"
exec 7>&"${COPROC[1]}"
echo "BEGIN EXCLUSIVE; SELECT 'locked';" >&7
read -r _ <&"${COPROC[0]}"
press G x
see ' saving'
press Q
see '^ not saved: '
press x
see ' saving'
kill -TERM "$(pgrep -n -f -x "$LOOKALIKE --db $db $TMPDIR/album")"
prompt 1
see '^lookalike: not saved: '
echo 'COMMIT; .quit' | tr ' ' '\n' >&7
wait "$COPROC_PID" || true
expect 0 "$LOOKALIKE" group list --db "$db" --format json
equal 'open faces' "$(json .open)" 5
