"""export_names.py LOOKALIKE DB ALBUM PHOTO COPIES N SEED: names of random bytes come back as they are.

Makes N files with names of 1 to 200 random bytes (any but NUL and /) in ALBUM, files that cannot
be read but are candidates, and COPIES of a photo among them, scans them, and reads their
names again from every exact form: JSON, CSV --raw and the page.
"""
import base64
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
import unicodedata

program, db, album, photo, copies, n, seed = sys.argv[1:8]
n, copies, rng = int(n), int(copies), random.Random(int(seed))
album = os.fsencode(album)


def fail(text):
    print("failed:", text)
    sys.exit(1)


def run(*words):
    done = subprocess.run([program, *words, "--db", db], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 3):
        fail(f"{words}: {done.returncode} {done.stderr}")
    return done.stdout


def same(what, found, wanted):
    if sorted(found) != sorted(wanted):
        odd = set(found) ^ set(wanted)
        fail(f"{what}: {len(found)} names, {len(wanted)} wanted; {list(odd)[:4]}")


def json_path(row):
    return base64.b64decode(row["path_base64"]) if "path_base64" in row else row["path"].encode()


def csv_rows(data):
    """Python's reader on bytes: Latin-1 is one character a byte; no newline is translated."""
    return list(csv.DictReader(io.StringIO(data.decode("latin-1"), newline="")))


def page_paths(data):
    with open(db + ".html", "wb") as file:
        file.write(data)
    out = subprocess.run([sys.executable, "tests/e2e/page.py", "paths", db + ".html"], check=True,
                         stdout=subprocess.PIPE).stdout
    return [bytes.fromhex(line.decode()) for line in out.split()]


alphabet = [byte for byte in range(1, 256) if byte != ord("/")]
awkward = [b"\r\n", b'"', b",", b";=", b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"'", b"\\",
           b"<a>", b"&amp;", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"$'", b"=", b"\t", b" "]
names = set()
while len(names) < n:
    name = bytes(rng.choice(alphabet) for _ in range(rng.randint(1, 60)))
    for _ in range(rng.randint(0, 3)):
        at = rng.randint(0, len(name))
        name = name[:at] + rng.choice(awkward) + name[at:]
    if rng.random() < 0.02:
        name = (name * 200)[:rng.randint(190, 240)]
    names.add(name + b".jpg")
names = sorted(names)
faces = rng.sample(names, copies)
for name in names:
    if name in faces:
        shutil.copy(photo, os.path.join(album, name))
    else:
        open(os.path.join(album, name), "wb").close()
names = [os.path.join(album, name) for name in names]
faces = [os.path.join(album, name) for name in faces]
run("scan", os.fsdecode(album))

same("list, JSON", [json_path(row) for row in json.loads(run("list", "--format", "json"))], names)
same("list, CSV", [row["path"].encode("latin-1")
                   for row in csv_rows(run("list", "--format", "csv", "--raw"))], names)
same("cluster, CSV", [row["path"].encode("latin-1") for row in
                      csv_rows(run("cluster", "-k", "1", "--format", "csv", "--raw"))], faces)
same("export, JSON", [json_path(row) for row in json.loads(run("export", "-k", "1"))["faces"]],
     faces)
same("export, CSV", [row["path"].encode("latin-1") for row in
                     csv_rows(run("export", "-k", "1", "--format", "csv", "--raw"))], faces)
same("page", page_paths(run("export", "-k", "1", "--format", "html")), names + [album])

# A tree has safe names, and behind them the exact ones.
tree = db + ".tree"
run("export", "-k", "1", "--format", "tree", "-o", tree)
folder = os.path.join(os.fsencode(tree), b"group-1")
links = os.listdir(folder)
same("tree", [os.readlink(os.path.join(folder, link)) for link in links], faces)
for link in links:
    text = link.decode("utf-8")
    odd = {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Co", "Zl", "Zp"}
    if odd or text[0] in ".- " or set(text) & set('/\\:*?"<>|'):
        fail(f"{link} is no safe name")
    if len(link) > 220 or not link.endswith(b".jpg"):
        fail(f"{link} is too long, or not named as a photo")

# For spreadsheets: no field begins as a formula does, whatever separates fields.
for row in csv_rows(run("list", "--format", "csv")):
    for field in row.values():
        for part in field.split(";"):
            if part[:1] in tuple("=+-@\t\r\n\0"):
                fail(f"{field} would run")
