#!/bin/bash
# The fields of the JSON contract, and CSV that has a row for each thing.
. tests/helpers.bash

# fields WHERE NAME...: the object at WHERE has these fields
fields() {
	local where=$1 name
	shift
	for name; do
		equal "field $name of $where" "$(json "$where | has(\"$name\")")" true
	done
}

expect 0 "$LOOKALIKE" scan "$photos"
[ -n "$out" ] || fail 'no summary'

expect 0 "$LOOKALIKE" list --format json "$photos"
fields '.[0]' path verdict detail width height faces seen_not_measured
equal absolute "$(json 'all(.[]; .path | startswith("/"))')" true
faces=$(json '[.[].faces] | add')

expect 0 "$LOOKALIKE" cluster -k 4 --format json "$photos"
fields . k chosen_by features scale seed restarts cost silhouette clusters
fields '.clusters[0]' id name size described_by faces
fields '.clusters[0].faces[0]' path face distance
equal k "$(json .k)" 4
equal chosen_by "$(json .chosen_by)" user
equal groups "$(json '.clusters | length')" 4
equal 'sum of sizes' "$(json '[.clusters[].size] | add')" "$faces"
equal 'sizes as listed' "$(json 'all(.clusters[]; .size == (.faces | length))')" true
equal 'nearest first' "$(json 'all(.clusters[].faces; [.[].distance] == ([.[].distance] | sort))')" true
fields '.clusters[0]' spread nearest nearest_distance
equal 'spread' "$(json 'all(.clusters[]; (.spread - ([.faces[].distance | . * .] | add / length |
	sqrt) | fabs) < 1e-6)')" true
equal measures "$(json '[.measures[] | .min.value <= .median.value and .median.value <= .max.value] |
	tostring')" '[true,true,true,true,true,true,true,true]'
equal described "$(json 'all(.clusters[].described_by[]; has("feature") and has("z"))')" true

expect 0 "$LOOKALIKE" elbow --kmax 9 --format json "$photos"
fields . features scale kmax curve criteria suggested reason
fields .criteria knee silhouette bic
equal 'k of the curve' "$(json '[.curve[].k] | tostring')" '[1,2,3,4,5,6,7,8,9]'
fields '.curve[0]' k cost silhouette silhouette_error bic stability
equal 'silhouette of one group' "$(json '.curve[0].silhouette')" null
equal 'silhouettes are exact' "$(json 'all(.curve[]; .k == 1 or .silhouette_error == 0)')" true
equal 'peak of the silhouette' "$(json .criteria.silhouette)" \
	"$(json '.curve | map(select(.silhouette)) | max_by(.silhouette).k')"
equal 'peak of BIC' "$(json .criteria.bic)" "$(json '.curve[1:] | max_by(.bic).k')"
equal 'a reason' "$(json '.reason | type')" string
auto=$(json '.suggested // .criteria.bic') by=$(json 'if .suggested then "suggested" else "bic" end')
expect 0 "$LOOKALIKE" cluster --kmax 9 --format json "$photos"
equal 'k and who chose it' "$(json '[.k, .chosen_by] | tostring')" "[$auto,\"$by\"]"
expect 0 "$LOOKALIKE" elbow --kmax 9 --format json "$photos"
equal 'cost never rises' "$(json '[.curve[].cost] == ([.curve[].cost] | sort | reverse)')" true

expect 0 "$LOOKALIKE" export -k 4 --format json "$photos"
fields . faces seen
fields '.faces[0]' path face box score landmarks features cluster distance group roll yaw set_aside
fields '.seen[0]' path box score
fields '.faces[0].features' jaw_ratio eye_distance nose_ratio nose_size eye_size \
	eye_size_differential eyebrow_width eyebrow_lift
equal 'faces of export' "$(json '.faces | length')" "$faces"
equal 'points of a face' "$(json 'all(.faces[]; .landmarks | length == 68)')" true
equal 'clusters of export' "$(json '[.faces[].cluster] | unique | tostring')" '[1,2,3,4]'
equal 'landmarks far from their box' "$(json '[.faces[] | select(
	(.landmarks[30][0] - .box[0] - .box[2] / 2 | fabs) > .box[2] / 2 or
	(.landmarks[30][1] - .box[1] - .box[3] / 2 | fabs) > .box[3] / 2)] | length')" 0
turned=$(json '[.faces[] | select((.yaw | fabs) > 20)] | length')
at_least turned "$turned" 1
expect 0 "$LOOKALIKE" export --max-yaw 20 "$photos"
equal 'faces without a cluster' "$(json '[.faces[] | select(.cluster == null)] | length')" "$turned"
equal 'of them turned' "$(json '[.faces[] | select(.cluster == null and (.yaw | fabs) <= 20)] | length')" 0
expect 0 "$LOOKALIKE" cluster -k 3 --max-yaw 20 --format json "$photos"
equal left_out "$(json .left_out)" "$turned"
equal 'sum of sizes' "$(json '[.clusters[].size] | add')" $((faces - turned))

expect 0 "$LOOKALIKE" list --format csv "$photos"
equal 'rows of list' "$(wc -l <"$TMPDIR/out")" 79
expect 0 "$LOOKALIKE" elbow --kmax 9 --format csv "$photos"
equal 'rows of elbow' "$(wc -l <"$TMPDIR/out")" 10
expect 0 "$LOOKALIKE" cluster -k 4 --format csv "$photos"
equal 'rows of cluster' "$(wc -l <"$TMPDIR/out")" $((faces + 1))

for command in list cluster elbow; do
	expect 0 "$LOOKALIKE" $command "$photos"
	[ -n "$out" ] || fail "$command writes no text"
done
