"""export_matrix.py CSV CLUSTER_JSON [NAME=WEIGHT ...]: redo the clustering from export's CSV with numpy.

The standardised matrix is made from the CSV alone, and weighed by what the JSON says of how well
measures repeat, and by the weights of the command line. With it the program's own answers must come
out: each face's distance to the centre of its group, the cost, and the groups themselves, as the
nearest centres and as where Lloyd's iterations stay.
"""
import csv
import json
import sys

import numpy

with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = [row for row in csv.DictReader(file) if row["cluster"]]
with open(sys.argv[2], encoding="utf-8") as file:
    cluster = json.load(file)
names = list(rows[0])
measures = names[names.index("jaw_ratio"):names.index("eyebrow_lift") + 1]
assert len(measures) == 8, measures

# As the program has them: single precision before and after scaling, sums in double.
data = numpy.array([[float(row[name]) for name in measures] for row in rows], numpy.float32)
say = {name: float(weight) for name, weight in (word.split("=") for word in sys.argv[3:])}
say = numpy.array([say.get(name, 0) for name in measures]) if say else numpy.ones(8)
assert cluster["weights"] == dict(zip(measures, say)), cluster["weights"]
if cluster["scale"] == "none":
    data = (data.astype(numpy.float64) * say).astype(numpy.float32)
else:
    wide = data.astype(numpy.float64)
    weights = numpy.ones(8)
    if cluster["scale"] == "reliability":
        repeats = {m["feature"]: m["reliability"] for m in cluster["measures"]}
        squares = numpy.array([repeats[m] / (1 - repeats[m]) for m in measures])
        weights = (squares / squares.mean()) ** 0.5
    data = ((wide - wide.mean(axis=0)) / wide.std(axis=0) * weights * say).astype(numpy.float32)
data = data.astype(numpy.float64)
labels = numpy.array([int(row["cluster"]) for row in rows]) - 1
k = cluster["k"]
assert set(labels) == set(range(k))

centres = numpy.array([data[labels == c].mean(axis=0) for c in range(k)])
squared = ((data[:, None, :] - centres[None]) ** 2).sum(axis=2)
own = squared[numpy.arange(len(data)), labels]

told = {(face["path"], face["face"]): (group["id"], face["distance"])
        for group in cluster["clusters"] for face in group["faces"]}
assert len(told) == len(rows), (len(told), len(rows))
wanted = numpy.array([told[row["path"], int(row["face"])] for row in rows])
assert (wanted[:, 0] == labels + 1).all(), "groups of cluster and export differ"
worst = abs(numpy.sqrt(own) - wanted[:, 1]).max()
assert worst < 1e-5, f"a distance is off by {worst}"
worst = max(abs(float(row["distance"]) - distance) for row, distance in zip(rows, wanted[:, 1]))
assert worst < 1e-6, f"distances of cluster and export differ by {worst}"
assert abs(own.sum() - cluster["cost"]) < 1e-5 * cluster["cost"], (own.sum(), cluster["cost"])
# Where Lloyd stays: every face is nearest to its own centre, but for ties.
assert (own <= squared.min(axis=1) * (1 + 1e-5) + 1e-9).all(), "a face is nearer to another group"
print(f"{len(rows)} faces in {k} groups: distances, cost and labels are the program's")
