#!/bin/bash
# --script: keys from a file, a screen that was saved is the one that tmux shows; and what is wrong
# with a file is said with its line, before anything is drawn.
. tests/helpers.bash

expect 0 "$LOOKALIKE" scan --deadline 60 "$photos/groups"
script=$TMPDIR/keys
saved=$TMPDIR/saved

# play EXIT: what it said is on the screen
play() {
	begin_anew
	enter "$LOOKALIKE" --graphics none --script "$script" "$photos/groups"
	prompt "$1"
}

# wrong LINE PATTERN: the script with this line behind two others is refused
wrong() {
	printf 'wait-idle\n# %s\n%s\n' "$1" "$1" >"$script"
	press C-l
	play 2
	see "keys:3: $2"
}

terminal 100 30
wrong 'key j' 'not keys, wait-idle, resize or save-screen'
wrong 'keys' 'keys wants'
wrong $'keys \xff' 'keys wants'
wrong 'wait-idle 3' 'wait-idle stands alone'
wrong 'resize 10' 'resize wants'
wrong 'resize 0 10' 'resize wants'
wrong 'save-screen file' 'save-screen wants'
printf 'wait-idle\nsave-screen %s/no/file start\n' "$TMPDIR" >"$script"
play 1
see 'keys:2: No such file'
rm "$script"
play 1
see 'keys: No such file'

# A file that is read as it is written: the script waits, and so its screen can be looked at.
cat >"$script" <<END
wait-idle
keys 2= j Enter
wait-idle
save-screen $saved the second group
keys Q
END
play 0
equal 'the first line' "$(head -n 1 "$saved")" '== the second group'
enter "$LOOKALIKE" --graphics none "$photos/groups"
see ' k 2 '
see '^ group 2 '
screen >"$TMPDIR/screen"
diff <(sed '1d; /^--$/,$d' "$saved") "$TMPDIR/screen" || fail 'another screen than in tmux'
press Q
prompt 0

# It needs a terminal.
expect_error 2 'terminal' "$LOOKALIKE" --script "$script" "$photos/groups"
