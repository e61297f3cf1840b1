"""faults.py BIN FOLDER EVERY: each system call on the database's files fails, one by one.

strace makes the Nth call of a kind fail, once or from then on, with ENOSPC, EIO, EINTR or EMFILE, for
every N that a run without failures has. Each run ends by itself, with a message
when it fails; the database stays sound; what was acknowledged is there and what was there stays.
EVERY = 1 tries all calls with all errors, 5 one in five. BIN is as for crash.py.
"""
import os
import shutil
import sqlite3
import subprocess
import sys

BIN, FOLDER, EVERY = sys.argv[1], sys.argv[2], int(sys.argv[3])
ALBUM, DB, PROGRAM = FOLDER + "/album", FOLDER + "/faces.db", BIN + "/lookalike"
PARTS = [DB + end for end in ("", "-wal", "-shm", "-lock")]
CALLS = ["openat", "read", "pread64", "write", "pwrite64", "fdatasync", "ftruncate", "fcntl", "flock",
         "mmap", "newfstatat", "unlink", "close", "fchown"]
ERRORS = ["ENOSPC", "EIO", "EINTR", "EMFILE"]


def query(sql):
    # The lock file of nobody, and a WAL that a failed run has left, are as a next run finds them.
    db = sqlite3.connect(DB, timeout=10)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def state():
    return (query("SELECT count(*) FROM steps")[0][0],
            sorted(query("SELECT path, detail, removed FROM images")),
            sorted(query("SELECT face_id, group_id FROM assigned")))


def restore():
    for part in PARTS:
        if os.path.exists(part):
            os.unlink(part)
    shutil.copy(FOLDER + "/pristine", DB)


def run(arguments, inject=None):
    log = FOLDER + "/strace"
    command = [PROGRAM, *arguments]
    if inject:
        command = ["strace", "-f", "-o", log, "-e", "trace=" + inject.split(":")[0],
                   "-e", "inject=" + inject, *[w for p in PARTS for w in ("-P", p)], *command]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    injected = False
    if inject:
        with open(log, errors="replace") as file:
            injected = "(INJECTED)" in file.read()
    return done.returncode, done.stderr.decode(errors="replace"), injected


def attempt(name, arguments, before, after, inject):
    for _ in range(3):
        restore()
        code, err, injected = run(arguments, inject)
        # Now and then strace itself fails, at a thread that has just begun: nothing was tried then.
        if not err.startswith("strace: ptrace(PTRACE_LISTEN"):
            break
    what = (name, inject, code, err)
    assert 0 <= code < 128, what
    if code:
        lines = [line for line in err.splitlines() if not line.startswith("lookalike: note")]
        assert lines and all(line.startswith("lookalike: ") for line in lines), what
    assert query("PRAGMA integrity_check") == [("ok",)], what
    assert query("PRAGMA foreign_key_check") == [], what
    now = state()
    if code == 0:
        assert now == after, (what, "acknowledged and not there")
    elif name != "scan":
        assert now in (before, after), (what, "neither before nor after")
    else:
        assert now[2] == before[2], (what, "a decision is lost")
    return code, injected


def count_calls(arguments, call):
    """How often a run makes this call; in a scan, whose threads take turns, about how often."""
    restore()
    run(arguments, call + ":error=EIO:when=60000")
    with open(FOLDER + "/strace", errors="replace") as file:
        return sum(" %s(" % call in line for line in file)


def commands():
    yield "assign", ["group", "assign", "new", ALBUM + "/3.jpg", "--db", DB]
    yield "undo", ["group", "undo", "--db", DB]
    yield "list", ["list", "--db", DB]
    yield "forget", ["forget", "--db", DB, ALBUM + "/1.jpg"]
    yield "scan", ["scan", "-j", "1", ALBUM, "--db", DB]


os.mkdir(ALBUM)
for i in range(6):
    with open("%s/%d.jpg" % (ALBUM, i), "w") as file:
        file.write("ok %d" % i)
assert run(["scan", ALBUM, "--db", DB])[0] == 0
assert run(["group", "assign", "old", ALBUM + "/1.jpg", ALBUM + "/2.jpg", "--db", DB])[0] == 0
query("PRAGMA wal_checkpoint(TRUNCATE)")
shutil.copy(DB, FOLDER + "/pristine")
with open(ALBUM + "/5.jpg", "w") as file:
    file.write("ok again")

runs = failed = turn = 0
for name, arguments in commands():
    restore()
    before = state()
    assert run(arguments)[0] == 0, name
    after = state()
    for call in CALLS:
        count = count_calls(arguments, call)
        for n in range(1, count + 1):
            for error in ERRORS:
                for ever in ("", "+"):
                    turn += 1
                    # EINTR for ever is waited for, for ever, and a lock for seconds; nor does a
                    # scan give up a full disk.
                    if ever and (error == "EINTR" or call == "fcntl" or name == "scan"):
                        continue
                    if turn % EVERY:
                        continue
                    code, injected = attempt(name, arguments, before, after,
                                            "%s:error=%s:when=%d%s" % (call, error, n, ever))
                    runs += injected
                    failed += code != 0
print("%d calls failed, in %d of them the command failed with a message: 0 crashes, 0 corrupt, "
      "0 rows or decisions lost" % (runs, failed))
