"""crash.py BIN FOLDER N SEED: kill -9 at random moments of scan and decide, N times on one database.

After each kill the database is sound, has every row that a reader had seen committed and every
decision that was acknowledged, none was invented, and no process is left. BIN holds lookalike
beside an extractor that answers at once with a file's own text, so that rows can be foretold.
"""
import os
import random
import sqlite3
import subprocess
import sys
import time

BIN, FOLDER, N, SEED = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
ALBUM, DB, PROGRAM = FOLDER + "/album", FOLDER + "/faces.db", BIN + "/lookalike"
FILES = 200
rng = random.Random(SEED)
texts = {}  # file name -> its text
serial = 0


def write(name):
    global serial
    serial += 1
    texts[name] = "ok %d" % serial
    with open(os.path.join(ALBUM, name), "w") as file:
        file.write(texts[name])


def query(sql):
    db = sqlite3.connect("file:%s?mode=ro" % DB, uri=True, timeout=10)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def rows():
    try:
        return set(query("SELECT id, path, detail FROM images WHERE removed = 0"))
    except sqlite3.OperationalError:
        return set()


def decided():
    """Which file is in which group."""
    return {os.path.basename(path.decode()): name for path, name in query(
        "SELECT i.path, ifnull(g.name, '-') FROM assigned a JOIN faces f ON f.id = a.face_id"
        " JOIN images i ON i.id = f.image_id LEFT JOIN groups g ON g.id = a.group_id"
        " WHERE i.removed = 0 AND f.position >= 0")}


def start(*arguments):
    return subprocess.Popen([PROGRAM, *arguments, "--db", DB], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def finish(*arguments):
    process = start(*arguments)
    out = process.communicate()[0].decode()
    return process.returncode, out


def extractors():
    left = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink("/proc/%s/exe" % pid).startswith(BIN + "/"):
                left.append(pid)
        except OSError:
            pass
    return left


def check(what):
    assert query("PRAGMA integrity_check") == [("ok",)], what
    assert query("PRAGMA foreign_key_check") == [], what
    limit = time.monotonic() + 20
    while extractors():
        assert time.monotonic() < limit, (what, "left: %s" % extractors())
        time.sleep(0.002)


def change_album():
    names = rng.sample(sorted(texts), 35)
    for name in names[5:]:
        write(name)
    for name in names[:5]:
        new = "moved%d.jpg" % rng.randrange(10 ** 9)
        os.rename(os.path.join(ALBUM, name), os.path.join(ALBUM, new))
        texts[new] = texts.pop(name)
        if name in groups:
            groups[new] = groups.pop(name)
        for state in undo:
            if name in state:
                state[new] = state.pop(name)


def took(kind, since):
    """Kills come at any moment of what this takes here, and somewhat after."""
    length[kind] = 0.8 * length.get(kind, time.monotonic() - since) + 0.2 * (
        time.monotonic() - since)


def whole_scan():
    code, out = finish("scan", ALBUM)
    assert code == 0, out
    found = {os.path.basename(path.decode()): detail for _, path, detail in rows()}
    assert found == texts, set(found.items()) ^ set(texts.items())


def crash_scan():
    since = time.monotonic()
    change_album()
    if rng.random() < 0.2:
        whole_scan()
        took("scan", since)
        change_album()
    process = start("scan", ALBUM)
    time.sleep(rng.random() * 1.2 * length["scan"])
    seen = rows()
    process.kill()
    process.communicate()
    check("scan")
    # A row that was seen is there, unless the scan went on and measured another text.
    now = {row[0]: row for row in query("SELECT id, path, detail FROM images")}
    for row in seen:
        assert row[0] in now, ("lost", row)
        name = os.path.basename(now[row[0]][1].decode())
        assert now[row[0]] == row or texts.get(name) == now[row[0]][2], (row, now[row[0]])
    whole_scan()
    assert decided() == groups, (decided(), groups)


def crash_decide():
    global groups
    before, steps = dict(groups), query("SELECT count(*) FROM steps")[0][0]
    if rng.random() < 0.3 and undo:
        after = undo[-1]
        process = start("group", "undo")
    else:
        names = rng.sample(sorted(texts), rng.randint(1, 20))
        name = "group %d" % rng.randrange(6)
        after = {**before, **{n: name for n in names}}
        process = start("group", "assign", name, *[os.path.join(ALBUM, n) for n in names])
    time.sleep(rng.random() * 1.5 * length["decide"])
    process.kill()
    process.communicate()
    check("decide")
    happened = query("SELECT count(*) FROM steps")[0][0] > steps
    if process.returncode == 0:
        assert happened or after == before, "an acknowledged decision is lost"
    assert decided() == (after if happened else before), (decided(), before, after)
    if happened and after is (undo[-1] if undo else None):
        groups = undo.pop()
    elif happened:
        undo.append(before)
        groups = after
    return happened


groups, undo, length = {}, [], {}
os.mkdir(ALBUM)
for i in range(FILES):
    write("%03d.jpg" % i)
began = time.monotonic()
whole_scan()
took("scan", began)
began = time.monotonic()
assert finish("group", "assign", "first", ALBUM + "/000.jpg")[0] == 0
took("decide", began)
undo.append({})
groups = {"000.jpg": "first"}
kills = {"scan": 0, "decide": 0, "decided": 0}
for i in range(N):
    if rng.random() < 0.5:
        crash_scan()
        kills["scan"] += 1
    else:
        kills["decided"] += crash_decide()
        kills["decide"] += 1
code, out = finish("group", "log")
assert code == 0, out
print("%d kills in scans, %d in decisions, of which %d had been made: 0 corrupt, 0 rows lost, "
      "0 decisions lost, 0 processes left" % (kills["scan"], kills["decide"], kills["decided"]))
