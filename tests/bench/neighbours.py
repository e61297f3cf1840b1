#!/usr/bin/python3
"""neighbours.py FIRST SECOND: how well raw, standardised and weighted measures tell people apart.

FIRST and SECOND have lines "name measure value", a photo of each person in each. In 20 seeded
splits the weights sqrt(r / (1 - r)) are learnt on half of the people, r being the correlation of
the two photos, and tried on the other half: is a person's first face nearest to the same person's
second, with everybody as candidates; how well do as many groups as people agree with them
(lookalike score); and do random halves of the faces give the same groups (stability, the mean of
k = 2 to 20). Needs lookalike in $BUILD.
"""
import json
import math
import os
import random
import struct
import subprocess
import sys
import tempfile

SPLITS = 20
LOOKALIKE = os.path.join(os.environ.get("BUILD", "build"), "lookalike")


def read(name):
    people = {}
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            person, measure, value = line.rsplit(" ", 2)
            people.setdefault(person, {})[measure] = float(value)
    return people


def mean_sd(values):
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


def correlation(xs, ys):
    (mx, sx), (my, sy) = mean_sd(xs), mean_sd(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / (len(xs) * sx * sy)


def nearest_is_right(first, second, tested, everybody):
    right = 0
    for person in tested:
        by_distance = min(everybody, key=lambda other: math.dist(first[person], second[other]))
        right += by_distance == person
    return right / len(tested)


def write_npy(name, rows):
    shape = f"({len(rows)}, {len(rows[0])})"
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        for row in rows:
            file.write(struct.pack(f"<{len(row)}f", *row))


def lookalike(*arguments):
    command = [LOOKALIKE, *arguments, "--format", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def groups(folder, first, second, tested):
    npy, labels = os.path.join(folder, "x.npy"), os.path.join(folder, "labels")
    write_npy(npy, [faces[p] for faces in (first, second) for p in tested])
    with open(labels, "w", encoding="utf-8") as file:
        file.write("".join(f"{p}\n" for _ in (first, second) for p in tested))
    score = lookalike("score", "--vectors", npy, "--labels", labels, "-k", str(len(tested)))
    curve = lookalike("elbow", "--vectors", npy, "--kmax", "20")["curve"]
    stable = [point["stability"] for point in curve if point["k"] > 1]
    return score["ari"], score["bcubed"]["f"], sum(stable) / len(stable)


def main():
    first, second = read(sys.argv[1]), read(sys.argv[2])
    people = sorted(set(first) & set(second))
    measures = sorted(first[people[0]])
    spread = {m: mean_sd([faces[p][m] for faces in (first, second) for p in people])
              for m in measures}

    def vectors(faces, weight):
        return {p: [weight(m) * (faces[p][m] - spread[m][0]) for m in measures] for p in people}

    sums = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(SPLITS):
            order = people[:]
            random.Random(seed).shuffle(order)
            half = len(order) // 2
            learnt, tested = order[:half], sorted(order[half:])
            r = {m: correlation([first[p][m] for p in learnt], [second[p][m] for p in learnt])
                 for m in measures}
            r = {m: min(max(value, 0), 0.999) for m, value in r.items()}
            scales = {
                "raw": lambda m: 1,
                "standardised": lambda m: 1 / spread[m][1],
                "reliability": lambda m: math.sqrt(r[m] / (1 - r[m])) / spread[m][1],
            }
            for name, weight in scales.items():
                a, b = vectors(first, weight), vectors(second, weight)
                got = (nearest_is_right(a, b, tested, people), *groups(folder, a, b, tested))
                sums[name] = [x + y for x, y in zip(sums.get(name, [0] * len(got)), got)]
    print(f"{SPLITS} splits of {len(people)} people, weights from half, the rest tested")
    print("scale         nearest     ari  bcubed  stability")
    for name, values in sums.items():
        nearest, ari, bcubed, stability = (v / SPLITS for v in values)
        print(f"{name:12} {100 * nearest:6.1f} % {ari:7.3f} {bcubed:7.3f}    {stability:7.3f}")


main()
