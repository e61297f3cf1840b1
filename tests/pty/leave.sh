#!/bin/bash
# However the interface is left, the terminal is what it was: settings, screen, cursor, keypad.
. tests/helpers.bash

ulimit -c 0
mkdir "$TMPDIR/album"
cp "$photos"/portraits/female/{1,10,12,13,14}.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 "$TMPDIR/album"

# The terminal as the outside sees it: in the interface, and out of it.
state='#{alternate_on}#{cursor_flag}#{keypad_flag}#{keypad_cursor_flag}'
inside=1011
outside=0100

# What the shell's stty says; its words are in $TMPDIR/stty too.
settings() {
	rm -f "$TMPDIR/stty"
	tmux send-keys -t it -l "stty -a >'$TMPDIR/new'; stty -g >>'$TMPDIR/new'; "
	tmux send-keys -t it -l "mv '$TMPDIR/new' '$TMPDIR/stty'"
	press Enter
	until_true 'no settings' test -e "$TMPDIR/stty"
	tail -n 1 "$TMPDIR/stty"
}

begin() {
	look "$TMPDIR/album"
	grouped '[0-9]+'
	becomes $inside modes "$state"
	guardian=$(pgrep -P "$(modes '#{pane_pid}')")
	pid=$(pgrep -P "$guardian")
	equal guardian "$(cat "/proc/$guardian/comm")" lookalike
	equal interface "$(cat "/proc/$pid/comm")" lookalike
}

# is_back STATUS: the shell goes on as if nothing had been
is_back() {
	prompt "$1"
	becomes $outside modes "$state"
	gone '^ lookalike '
	equal settings "$(settings)" "$before"
	press C-l
	prompt 0
}

is_cooked() {
	! grep -Eq -- '-(icanon|echo|isig|icrnl|opost|onlcr)\b' "$TMPDIR/stty" ||
		fail "the shell's terminal is raw: $(cat "$TMPDIR/stty")"
}

terminal 80 24
before=$(settings)
is_cooked
equal 'state of the terminal' "$(modes "$state")" $outside

for key in q Q C-c; do
	begin
	press $key
	is_back 0
done
begin
press Enter Enter
see ' from its centre'
press '?'
see ' keys; '
press Q # closes the help, no more
gone ' keys; '
press Q
is_back 0

for signal in TERM HUP INT QUIT; do
	begin
	kill -$signal "$pid"
	is_back '[0-9]+'
	begin
	kill -$signal "$guardian"
	is_back '[0-9]+'
done
for signal in SEGV ABRT BUS FPE ILL KILL; do
	begin
	kill -$signal "$pid"
	is_back $((128 + $(kill -l $signal)))
done

# Ctrl-Z or a signal: the shell is back; fg brings the interface back as it was.
for how in key signal; do
	begin
	press Tab
	see '\[faces\]'
	see ▀▀▀▀
	picture=$(painted_at_rest)
	if [ $how = key ]; then press C-z; else kill -TSTP "$pid"; fi
	is_back 148
	is_cooked
	enter fg
	becomes "$picture" painted
	becomes $inside modes "$state"
	press q
	see '\[clusters\]'
	press q
	is_back 0
done

# The size changes while it is stopped.
begin
press C-z
prompt 148
tmux resize-window -t it -x 120 -y 40
enter fg
see "^.{95,} 5 images  5 faces\$"
press q
is_back 0

# What is read behind the first screen is damaged: it is told when that is gone.
cp "$XDG_DATA_HOME"/lookalike/album-*.db "$TMPDIR/damaged.db"
sqlite3 "$TMPDIR/damaged.db" "UPDATE face_embeddings SET vector = x'00' WHERE face_id = 1"
enter "$LOOKALIKE" --db "$TMPDIR/damaged.db" "$TMPDIR/album"
see '^lookalike: .*damaged\.db is damaged'
is_back 1

# A terminal that goes away takes the interface with it.
begin
tmux kill-session -t it
ended() {
	! kill -0 "$pid" 2>/dev/null && ! kill -0 "$guardian" 2>/dev/null
}
screen() {
	echo '(gone)'
}
until_true 'it goes on without a terminal' ended
