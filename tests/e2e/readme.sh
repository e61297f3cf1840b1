#!/bin/bash
# README and manual tell what the program does: the same options, keys, verdicts, measures and
# JSON fields, and the examples run.
# shellcheck disable=SC2016 # backquotes and dollars of the texts themselves
. tests/helpers.bash

readme=$PWD/README.md manual=$PWD/man/lookalike.1
mkdir "$TMPDIR/here"
ln -s "$photos" "$TMPDIR/here/photos"
PATH=$(dirname "$LOOKALIKE"):$PATH

# same WHAT A B: two lists have the same lines, in any order
same() {
	diff <(sort -u <<<"$2") <(sort -u <<<"$3") || fail "$1 differ"
}

# section NAME: that part of the manual
section() {
	sed -n "/^\.Sh $1$/,/^\.Sh/p" "$manual"
}

# ---- options: --help, the parser, the manual ----
expect 0 "$LOOKALIKE" --help
help=$out
same 'options of --help (<) and the manual (>)' \
	"$(grep -oE '(^|[ ,])--?[a-zA-Z][a-z-]*' <<<"$help" | tr -d ' ,')" \
	"$(grep -oE 'Fl -?[a-zA-Z][a-z-]*' "$manual" | sed 's/Fl /-/')"
same 'long options of --help (<) and the parser (>)' \
	"$(grep -oE -- '--[a-z-]+' <<<"$help")" \
	"$(sed -nE 's/^\t\{"([a-z-]+)", [a-z]+_argument.*/--\1/p' src/cli/options.c)"
same 'commands of --help (<) and the manual (>)' \
	"$(sed -nE 's/^ +lookalike ([a-z]+) .*/\1/p' <<<"$help")" \
	"$(section SYNOPSIS | sed -n 's/^\.Cm //p')"
while read -r option words; do
	same "words of $option in --help (<) and the manual (>)" "$(tr '|' '\n' <<<"$words")" \
		"$(sed -nE "s/^\.It Fl ${option#-} (Ar [a-z]+ \| )?Cm //p" "$manual" | sed 's/ | /\n/g')"
done < <(sed -nE 's/^ +(--?[a-z]+) (N\|)?([a-z]+(\|[a-z]+)*)( .*)?$/\1 \3/p' <<<"$help")

# ---- keys, verdicts, measures, formats: from where the program has them ----
sed -nE 's/^\tX\(ACTION_[A-Z_]+, "([^"]*)", "([^"]*)"\).*/\1\t\2/p' \
	include/lookalike/ui/keys.h >"$TMPDIR/keys"
at_least 'keys in keys.h' "$(wc -l <"$TMPDIR/keys")" 20
while IFS=$'\t' read -r keys does; do
	row="\`${keys// /\` \`}\` | $does |"
	grep -qF -- "| $row" "$readme" || fail "README has no row: $row"
done <"$TMPDIR/keys"
same 'keys of keys.h (<) and README (>)' "$(cut -f 1 "$TMPDIR/keys" | tr ' ' '\n')" \
	"$(sed -n '/^## Keys/,/^## Com/p' "$readme" | grep '^| `' | grep -o '`[^`]*`' | tr -d '`')"
same 'keys of keys.h (<) and the manual (>)' "$(cut -f 1 "$TMPDIR/keys" | tr ' ' '\n')" \
	"$(sed -n 's/^\.It Ic //p' "$manual" | sed 's/ , /\n/g; s/\\&//g; s/\\-/-/g')"

names=$(sed -nE 's/^\tX\((VERDICT_)?[A-Z_]+, "([a-z_]+)"\).*/\2/p' include/lookalike/base/photo.h)
at_least 'names in photo.h' "$(wc -l <<<"$names")" 25
for name in $names; do
	grep -qE "(Li|,) $name( |\$)" "$manual" || fail "the manual has no $name"
done
while read -r name; do
	grep -qF "| \`$name\` |" "$readme" || fail "README has no verdict $name"
done < <(sed -nE 's/.*X\(VERDICT_[A-Z_]+, "([a-z_]+)"\).*/\1/p' include/lookalike/base/photo.h)

names=$(sed -nE 's/^\tX\(FINDING_[A-Z_]+, "([a-z_]+)".*/\1/p' include/lookalike/review/findings.h)
at_least 'findings' "$(wc -l <<<"$names")" 15
for name in $names; do
	grep -qE "(Li|,) $name( |\$)" <<<"$(section FINDINGS)" || fail "the manual has no finding $name"
	grep -qF "\`$name\`" "$readme" || fail "README has no finding $name"
done

# ---- environment and JSON fields ----
while read -r name; do
	grep -qE "Ev (.* )?$name( |\$)" <<<"$(section ENVIRONMENT)" ||
		fail "the manual has no variable $name"
done < <(grep -rhoE 'getenv\("[A-Z_]+"\)' src/cli src/ui | sed -E 's/.*"(.*)".*/\1/')
expect 0 "$LOOKALIKE" scan "$photos"
for command in scan list cluster elbow suggest 'score --labels parent'; do
	# shellcheck disable=SC2086 # a command with its option
	expect 0 "$LOOKALIKE" $command --format json "$photos"
	for field in $(json '[paths[] | strings] | unique[]'); do
		grep -qE "Li $field( |\$)" <<<"$(section OUTPUT | cat - <(section MEASURES))" ||
			fail "the manual has no field $field of $command"
	done
done
expect 0 "$LOOKALIKE" export --with-embedding "$photos"
for field in $(json '{faces: .faces[:1], seen: .seen[:1]} | [paths[] | strings] | unique[]'); do
	grep -qE "(Li|,) $field( |\$)" <<<"$(section OUTPUT | cat - <(section MEASURES))" ||
		fail "the manual has no field $field of export"
done
expect 0 "$LOOKALIKE" export --format csv "$photos"
for field in $(head -n 1 "$TMPDIR/out" | tr -d '\r' | tr ',' ' '); do
	grep -qE "(Li|,) $field( |\$)" <<<"$(section OUTPUT | cat - <(section MEASURES))" ||
		fail "the manual has no column $field of export"
done
expect 0 "$LOOKALIKE" doctor --format json
for field in $(json '[paths[] | strings] | unique[]'); do
	grep -qE "(Li|,) $field( |\$)" <<<"$(section OUTPUT)" ||
		fail "the manual has no field $field of doctor"
done

# ---- every folder has its line in README ----
for folder in src/*/ tests/*/; do
	grep -qE "^\| .*\`($folder|${folder#tests/})\`" "$readme" || fail "README has no $folder"
done

# ---- examples: numbers, paths and what "..." stands for may differ ----
mask() {
	sed -E "s|$photos/|PHOTOS/|g; s|/home/[a-z/]*/photos/|PHOTOS/|g
		s|[^ \"]*/photos-[0-9a-f]{16}\.db|DB|g; s|[0-9]+(\.[0-9]+)?|N|g"
}

# example COMMAND LINE...: run it as a person would; its output has these lines, in this order
example() {
	local command=$1 line at=1 found
	shift
	expect 0 bash -c "cd '$TMPDIR/here' && $command"
	mask <<<"$out" >"$TMPDIR/masked"
	for line; do
		[ "$line" != ... ] || continue
		found=$(tail -n +$at "$TMPDIR/masked" | grep -nFx -m 1 -- "$(mask <<<"$line")" || true)
		[ -n "$found" ] || fail "$command does not write, or not here: $line; it wrote: $out"
		at=$((at + ${found%%:*}))
	done
}

lines=() command='' examples=0
while IFS= read -r line; do
	case $line in
	'$ '* | '```')
		[ -z "$command" ] || example "$command" "${lines[@]}"
		lines=() command=${line#'$ '}
		[ "$line" != '```' ] && examples=$((examples + 1)) || command=''
		;;
	*) lines+=("$line") ;;
	esac
done < <(sed -n '/^```console/,/^```$/{/^```console/d;p}' "$readme")
at_least 'examples in README' $examples 4

sed -n 's/^\.Dl \$ //p' "$manual" >"$TMPDIR/examples"
at_least 'examples in the manual' "$(wc -l <"$TMPDIR/examples")" 4
while IFS= read -r command; do
	example "$command"
done <"$TMPDIR/examples"
equal 'mode of what -o wrote' "$(stat -c %a "$TMPDIR/here/groups.csv")" 600
