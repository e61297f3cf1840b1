# What the test scripts share; they begin with: . tests/helpers.bash
# tests/run starts them in the top folder, see there for the environment.
set -euo pipefail

fail() {
	echo "failed: $*"
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

# expect STATUS COMMAND...: run it and check how it exits; out and err hold what it wrote.
expect() {
	local want=$1 status=0
	shift
	"$@" >"$TMPDIR/out" 2>"$TMPDIR/err" </dev/null || status=$?
	out=$(cat "$TMPDIR/out")
	err=$(cat "$TMPDIR/err")
	[ "$status" = "$want" ] || fail "exit $status, not $want: ${*@Q}; it wrote: $out $err"
}

# expect_error STATUS PATTERN COMMAND...: it fails with one line on stderr and nothing on stdout.
expect_error() {
	local want=$1 pattern=$2
	shift 2
	expect "$want" "$@"
	[ ! -s "$TMPDIR/out" ] || fail "partial output of ${*@Q}: $out"
	[ "$(wc -l <"$TMPDIR/err")" = 1 ] || fail "not one line from ${*@Q}: $err"
	grep -Eq -- "$pattern" "$TMPDIR/err" || fail "no /$pattern/ from ${*@Q}: $err"
}

# json FILTER: what jq makes of the output of the last expect
json() {
	jq -r "$1" <"$TMPDIR/out" || fail "not JSON: $out"
}

# equal WHAT IS SHOULD
equal() {
	[ "$2" = "$3" ] || fail "$1 is $2, not $3"
}

at_least() {
	[ "$2" -ge "$3" ] || fail "$1 is $2, less than $3"
}

# Every database lies in the scratch home; the sample photos came by models/fetch.
# shellcheck disable=SC2034 # used by the scripts
photos=$(realpath -m photos)

# ---- a terminal to type at: a shell in tmux, with a server of its own ----

tmux() {
	TMUX_TMPDIR=$TMPDIR command tmux -L test -f /dev/null "$@"
}

# terminal COLUMNS ROWS: a shell at its prompt, in a new terminal of that size
terminal() {
	trap 'tmux kill-server 2>/dev/null || true' EXIT
	tmux start-server \; set -g exit-empty off \; set -g status off \; \
		set -g default-terminal tmux-256color
	tmux kill-session -t it 2>/dev/null || true
	tmux new-session -d -s it -x "$1" -y "$2" \
		"exec env HISTFILE= PS1='ready \$? > ' bash --norc --noprofile -i"
	prompt 0
}

# screen [OPTION...]: the text on it
screen() {
	tmux capture-pane -p -t it "$@"
}

# modes FORMAT: what tmux knows of the terminal
modes() {
	tmux display-message -p -t it "$1"
}

# until_true WHAT COMMAND...: wait for the command to succeed, at most 40 seconds
until_true() {
	local what=$1 limit=$((SECONDS + 40))
	shift
	until "$@"; do
		[ $SECONDS -lt $limit ] || fail "$what; the screen:"$'\n'"$(screen)"
		sleep 0.03
	done
}

# becomes VALUE COMMAND...: wait until it prints that
becomes() {
	until_true "no '$1' from ${*:2} but '$("${@:2}" || true)'" prints "$@"
}

prints() {
	[ "$("${@:2}")" = "$1" ]
}

shows() {
	grep -Eq -- "$1" <<<"$(screen)"
}

# see PATTERN: wait for a line on the screen that matches
see() {
	until_true "no /$1/ on the screen" shows "$1"
}

# gone PATTERN: wait until there is none
gone() {
	until_true "still /$1/ on the screen" lacks "$1"
}

lacks() {
	! shows "$1"
}

# prompt STATUS: wait for the shell, after a program that exited like that
prompt() {
	see "^ready $1 > *\$"
}

# press KEY...: as tmux names them
press() {
	tmux send-keys -t it "$@"
}

# enter WORD...: type a command and its arguments
enter() {
	tmux send-keys -t it -l "$(printf '%q ' "$@")"
	press Enter
}

# The interface begins as by default, not where the last one ended.
begin_anew() {
	local file
	for file in "$XDG_DATA_HOME"/lookalike/*.db "$TMPDIR"/*.db; do
		[ ! -e "$file" ] || sqlite3 "$file" 'DELETE FROM place' 2>"$TMPDIR/anew" || true
	done
}

# look ARGUMENT...: start the interface anew and wait until all is saved
look() {
	begin_anew
	enter "$LOOKALIKE" "$@"
	see ' saved( .* left)? *$'
}

# grouped K [SCALE [SEED]]: wait until the groups are these, and nothing goes on
grouped() {
	see "faces\\]? +geometry  ${2:-reliability}  k $1  .*seed ${3:-1} *\$"
}

# The text in reverse video: what is under the cursor. (What begins with 3 or 4 is a colour.)
marked() {
	screen -e | perl -ne '
		for (split /(\e\[[\d;]*m)/) {
			if (/^\e\[(?![34])/) { $on = /[[;]7[;m]/ }
			elsif (/^[^\e]/ && $on) { print; exit }
		}'
}

# The screen with its colours, a line for each character, the same for the same picture.
painted() {
	screen -e | perl -CS -ne '
		chomp;
		for (split /(\e\[[\d;:]*m|.)/) {
			if (/^\e\[3(.*)m/) { $fg = $1 }
			elsif (/^\e\[4(?!m)(.*)m/) { $bg = $1 }
			elsif (/^\e\[0?;?(.*)m/) {
				($attributes, $fg, $bg) = ("", 9, 9) if /\[0?[;m]/;
				$attributes .= $1;
			} elsif (/./) {
				$line .= / / && $bg eq 9 && $attributes !~ /7/ ? "\n"
					: "$attributes $fg $bg $_\n";
			}
		}
		print $line =~ s/\n*$//r, "\n--\n";
		$line = ""'
}

# The same, when two looks at it agree.
painted_at_rest() {
	local once='' again
	again=$(painted)
	while [ "$once" != "$again" ]; do
		once=$again
		sleep 0.1
		again=$(painted)
	done
	echo "$again"
}

# ---- terminals with pixels, on a screen in memory ----

# start_x_server: one that ends with the test, with letters that stay within their cells
start_x_server() {
	local program
	for program in Xvfb xterm mlterm xdotool import; do
		command -v $program >/dev/null ||
			skip "$program is missing: install xvfb xterm mlterm xdotool imagemagick"
	done
	export MAGICK_THREAD_LIMIT=1
	mkdir -p "$HOME/.mlterm"
	printf '%s\n' use_anti_alias=false use_bold_font=false >"$HOME/.mlterm/main"
	Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp -noreset 3>"$TMPDIR/display" &
	x_server=$!
	trap 'kill $x_server' EXIT
	until [ -s "$TMPDIR/display" ]; do
		kill -0 $x_server 2>/dev/null || fail 'Xvfb does not start'
		sleep 0.05
	done
	DISPLAY=:$(cat "$TMPDIR/display")
	export DISPLAY
}

# terminal_at_corner NAME SIZE: the words of a command that starts one without borders, so that the
# first cell is at 0, 0
# shellcheck disable=SC2034 # used by the scripts
terminal_at_corner() {
	case $1 in
	xterm)
		at_corner=(xterm -xrm '*allowBoldFonts: false' -ti vt340 -tn xterm-256color -u8 -geometry "$2+0+0" -b 0 -bw 0 +sb
			-fn -misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1
			-bg black -fg white)
		;;
	mlterm)
		at_corner=(mlterm --term=xterm-256color -g "$2+0+0" --border=0 --sb=false --bg=black
			--fg=white)
		;;
	esac
}
