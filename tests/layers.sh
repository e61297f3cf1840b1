#!/bin/bash
# The modules depend in one direction:
#   cli -> ui -> review -> {cluster, store, scan} -> base, extractor -> {scan/protocol, base},
# and each foreign library is known where it belongs only.
. tests/helpers.bash

bad=0

complain() {
	echo "$*"
	bad=1
}

# allowed MODULE: the headers it may include, as one extended regular expression
allowed() {
	case $1 in
	base) echo 'base/.*' ;;
	cluster | scan | store) echo "($1|base)/.*" ;;
	review) echo '(review|cluster|store|scan|base)/.*' ;;
	ui) echo '(ui|review|cluster|store|scan|base)/.*' ;;
	cli) echo '(cli|ui|review|cluster|store|scan|base)/.*' ;;
	extractor) echo '(extractor|base)/.*|scan/protocol\.h' ;;
	*) complain "tests/layers.sh does not know the module $1" ;;
	esac
}

# only WHAT PATTERN FILES: no file but FILES (a regular expression) includes PATTERN
only() {
	local found
	found=$(grep -rnE "^#[[:space:]]*include[[:space:]]*[<\"]($2)" src include | grep -vE "^($3):" || true)
	[ -z "$found" ] || complain "$1 does not belong here:"$'\n'"$found"
}

for folder in src/*/; do
	module=$(basename "$folder")
	pattern=$(allowed "$module")
	for place in "src/$module" "include/lookalike/$module"; do
		[ -d "$place" ] || continue
		found=$(grep -rnE '^#[[:space:]]*include[[:space:]]*"(lookalike/|.*/)' "$place" |
			grep -vE "\"lookalike/($pattern)\"" || true)
		[ -z "$found" ] || complain "$module must not include:"$'\n'"$found"
	done
done

only curses 'curses\.h|ncurses.*|term\.h' 'src/ui/tty\.c'
only 'OpenCV or dlib' 'opencv2/|dlib/' 'src/extractor/[a-z_]*\.(cc|hh)'
only sqlite 'sqlite3\.h' 'src/store/[a-z_]*\.c'
only xxhash 'xxhash\.h' 'src/scan/read\.c'
only sixel 'sixel\.h' 'src/ui/picture\.c'
only zlib 'zlib\.h' 'src/ui/png\.c'
exit $bad
