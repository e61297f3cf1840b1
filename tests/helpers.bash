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
photos=$PWD/photos
