#!/usr/bin/env python3
"""judge.py MANIFEST ALBUM <LIST: whether lookalike's list (JSON) has each file once, rightly.

Prints what decoders made of each kind of file. Exits with 1, and the reasons, when a file is
missing, is there twice or has a verdict that is not right for it.
"""
import base64
import collections
import json
import os
import sys

# A decoder has looked at the picture itself when there are pixels, or the size is known.
DECODED = ("ok", "partial")


def path_of(row):
    if "path_base64" in row:
        return base64.b64decode(row["path_base64"])
    return row["path"].encode()


def main():
    album = os.fsencode(os.path.realpath(sys.argv[2]))
    verdicts, problems = {}, []
    for row in json.load(sys.stdin):
        path = path_of(row)
        if path in verdicts:
            problems.append("twice: %r" % path)
        verdicts[path] = row["verdict"]
    counts = collections.defaultdict(collections.Counter)
    for line in open(sys.argv[1], encoding="ascii"):
        kind, right, name = line.rstrip("\n").split("\t")
        path = os.path.join(album, base64.b64decode(name))
        verdict = verdicts.pop(path, "missing")
        counts[kind][verdict] += 1
        if verdict == "missing" or (right != "any" and verdict not in right.split()):
            problems.append("%s, not %s: %r" % (verdict, right, path))
    problems += ["not made by us: %r" % path for path in verdicts]
    for kind, found in sorted(counts.items()):
        total = sum(found.values())
        past = sum(found[verdict] for verdict in DECODED)
        print("%-10s %6d files, %6d (%3.0f %%) past the header: %s"
              % (kind, total, past, 100 * past / total,
                 ", ".join("%d %s" % (n, verdict) for verdict, n in found.most_common())))
        # Mutants that no decoder takes for a picture would test nothing.
        if total >= 100 and past < 0.15 * total:
            problems.append("too few of %s get past the header" % kind)
    for problem in problems[:20]:
        print(problem)
    sys.exit(bool(problems))


main()
