# BCubed precision, recall and F (Bagga and Baldwin, 1998) of `lookalike cluster --format json`
# against the labels that file names begin with.
def stem: sub(".*/"; "") | sub("[_.-].*"; "");
[.clusters[] | .id as $c | .faces[] | {c: $c, l: (.path | stem)}] as $f
| ($f | group_by(.c) | map({key: (.[0].c | tostring), value: length}) | from_entries) as $cs
| ($f | group_by(.l) | map({key: .[0].l, value: length}) | from_entries) as $ls
| ($f | group_by([.c, .l]) | map({n: length, c: .[0].c, l: .[0].l})) as $both
| ([$both[] | .n * .n / $cs[.c | tostring]] | add / ($f | length)) as $p
| ([$both[] | .n * .n / $ls[.l]] | add / ($f | length)) as $r
| {k: .k, precision: $p, recall: $r, f: (2 * $p * $r / ($p + $r))}
