#!/bin/bash
# Keys of one's own: they do it, the help has them, and a wrong line is told and does no harm.
. tests/helpers.bash

mkdir -p "$TMPDIR/album" "$HOME/.config/lookalike"
cp "$photos"/portraits/female/{1,10,12,13,14}.jpg "$TMPDIR/album"
expect 0 "$LOOKALIKE" scan --deadline 60 "$TMPDIR/album"
cat >"$HOME/.config/lookalike/config" <<'END'
# two that change places, and others
next-view = S-Tab
previous-view = Tab F2
quit = C-q
opn = i
END

terminal 120 40
enter "$LOOKALIKE" "$TMPDIR/album"
see "/config:5: no action is called 'opn'"
press L
see ' messages; '
see "/config:5: no action is called 'opn'"
press x
gone ' messages; '
press Tab
see '\[elbow\]'
press BTab BTab
see '\[faces\]'
see '^ keys of your own: \?,F1 help *$'
press '?'
see ' S-Tab +next view'
see ' Tab,F2 +previous view'
press / r e d
see ' keys with /red_'
see ' C-r +redo it'
see ' C-l +redraw the screen'
gone ' previous view'
press Enter q
gone ' keys(;| with)'
press '?' / x y z w
see ' no such key'
press Escape
see ' Tab,F2 +previous view'
press x
gone ' keys(;| with)'
press Q q # Q is no key any more
see '\[clusters\]'
press Escape
see '^ C-q quits *$'
press C-q
prompt 0

# A pipe is not waited for.
config=$HOME/.config/lookalike/config
rm "$config" && mkfifo "$config"
look --graphics none "$photos"
grouped '[0-9]+'
press L
see 'config:?0?: not a file'
press q q
press C-q
prompt 0
