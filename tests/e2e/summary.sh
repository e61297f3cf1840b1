#!/bin/bash
# The summary says what the list says, in every format.
. tests/helpers.bash

mkdir "$TMPDIR/all"
cp -r "$photos/groups" "$photos/portraits" "$TMPDIR/all"
head -c 3000 "$photos/portraits/female/1.jpg" >"$TMPDIR/all/cut.png"
echo no image >"$TMPDIR/all/text.jpg"
expect 3 "$LOOKALIKE" scan "$TMPDIR/all"
expect 0 "$LOOKALIKE" list --format json "$TMPDIR/all"
cp "$TMPDIR/out" "$TMPDIR/list"
expect 0 "$LOOKALIKE" list --summary --format json "$TMPDIR/all"

# agrees WHAT JQ-OF-SUMMARY JQ-OF-LIST
agrees() {
	equal "$1" "$(json "$2 | tojson")" "$(jq -r "$3 | tojson" "$TMPDIR/list")"
}

agrees images .images length
agrees faces .faces '[.[].faces] | add'
agrees verdicts '.verdicts | with_entries(select(.value > 0)) | to_entries | sort_by(.key) | map([.key, .value])' \
	'group_by(.verdict) | map([.[0].verdict, length])'
agrees formats '.formats | with_entries(select(.value > 0)) | to_entries | sort_by(.key) | map([.key, .value])' \
	'group_by(.format) | map([.[0].format, length])'
# shellcheck disable=SC2016 # dollars are jq's
agrees 'faces per image' .faces_per_image '[.[] | select(.verdict == "ok" or .verdict == "partial") | .faces] as $n |
	[range(6) as $k | [$n[] | select(if $k == 5 then . >= 5 else . == $k end)] | length]'
agrees findings '.findings | map(select(.images > 0) | [.finding, .images]) | sort' \
	'[.[].findings[]] | group_by(.) | map([.[0], length])'
agrees folders '.folders | map([.path, .images, .faces]) | sort' \
	'group_by(.path | sub("/[^/]*$"; "")) | map([(.[0].path | sub("/[^/]*$"; "")), length, ([.[].faces] | add)])'
agrees 'image sizes' '.distributions[0] | [.least, .most, (.counts | add)]' \
	'[.[] | [.width, .height] | max | select(. > 0)] | [min, max, length]'
equal 'sums of faces' "$(json '[.distributions[1:][].counts | add] | unique | tojson')" \
	"[$(jq '[.[].faces] | add' "$TMPDIR/list")]"
equal 'bins and edges' "$(json 'all(.distributions[]; (.edges | length) == (.counts | length) + 1 and .edges == (.edges | sort))')" true
median=$(jq '[.[] | [.width, .height] | max | select(. > 0)] | sort | .[((length - 1) / 2 | floor)]' "$TMPDIR/list")
equal 'median of image sizes' "$(json '.distributions[0].median')" "$median"

# Each line of what needs a look has the filter that lists as many photos.
expect 0 "$LOOKALIKE" list --summary --format csv "$TMPDIR/all"
cp "$TMPDIR/out" "$TMPDIR/csv"
while IFS=, read -r what name count filter; do
	[ "$what" = finding ] || [ "$what" = verdict ] || continue
	expect 0 "$LOOKALIKE" list --filter "$filter" --format csv "$TMPDIR/all"
	equal "photos of $name" "$(($(wc -l <"$TMPDIR/out") - 1))" "$count"
done < <(tr -d '\r' <"$TMPDIR/csv")
expect 0 "$LOOKALIKE" list --summary "$TMPDIR/all"
at_least 'findings told' "$(grep -c ' finding:' <<<"$out")" 3
expect_error 2 paths "$LOOKALIKE" list --summary --format paths0 "$TMPDIR/all"
expect_error 2 filter "$LOOKALIKE" list --summary --filter faces:0 "$TMPDIR/all"
