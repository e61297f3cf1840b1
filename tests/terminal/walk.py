"""walk.py STEPS SEED LOOKALIKE ARGUMENT...: random keys, mouse, pastes, sizes and broken UTF-8.

The interface must live, send nothing that it may not, come back to its status line, and agree with
the database about what was decided, which is a lot: one step in seven is a whole decision. Run by
tests/pty/walk.sh and make walk.
"""
import contextlib
import json
import os
import random
import re
import sqlite3
import subprocess
import sys

from checks import check
from terminal import Program, Screen

STEPS, SEED = int(sys.argv[1]), int(sys.argv[2])
COMMAND = sys.argv[3:]
DB = COMMAND[COMMAND.index("--db") + 1]

# Not Q, Ctrl-C and Ctrl-Z, which leave; q only where something is to be gone back from.
KEYS = list("hjklgG+-=fzdrwvVUaxMS'synlu/nNF?Lotiec][0123456789 ") + [
    "\t", "\x1b[Z", "\r", "\x1b", "\x12", "\x04", "\x15", "\x06", "\x02", "\x0c", "\x7f",
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1bOP"]
BROKEN = [b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\x80\x80", b"\xed\xa0\x80", b"\x1b",
          b"\x1b[", b"\x1b[999999999999;;;m", b"\x1bP>|", b"\x1b]11;rgb:", b"\x1b[<0;1;1M",
          b"\x1b[?1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18c", b"\x00", b"\x1b[200~"]
SIZES = [(24, 80), (40, 120), (12, 40), (5, 20), (60, 200), (2, 3), (1, 1), (50, 300)]
NAMES = ["ann", "bo", "cleo", "dora", "eve"]


def decision():
    """Keys that decide something in most views, once nothing lies over them."""
    name = random.choice(NAMES) + "\r"
    place = random.choice(["", "j", "l", "]", "gg", "G", "\t", "jjj"])
    faces = place + "\r" + random.choice(["", "l", "jl", "G"]) + "U" + random.choice(
        [" ", " l ", "vlv", "vjv"])
    return random.choice(
        [faces + "a" + name] * 6 + [faces + "a1", faces + "a2"] + [faces + "x"] * 3 +
        [place + "a" + name, place + "S" + random.choice(["a" + name, "x"]), "jM" + name,
         "'M" + name, "sy" + name, "fsn", "\x12", "\x12\x12"] +
        ["u" * random.randrange(1, 6)] * 5)


def paste():
    text = bytes(random.choice(b"abc \t\r\nQ:/\xc3\xa9\x1b~") for _ in range(random.randrange(80)))
    return b"\x1b[200~" + text.replace(b"\x1b", b"") + b"\x1b[201~"


def mouse(screen):
    """A click, a wheel's step, a move or a release, now and then outside the screen."""
    if random.random() < 0.1:
        return b"\x1b[M" + bytes(random.randrange(32, 256) for _ in range(3))
    button = random.choice([0, 0, 0, 1, 2, 3, 32, 35, 64, 64, 65, 65, 66, 999999999])
    return b"\x1b[<%d;%d;%d%c" % (button, random.randrange(screen.cols + 2),
                                  random.randrange(screen.rows + 2), random.choice(b"MMm"))


def counts():
    """Decided faces, groups, decisions that stand, faces left, as the database has them."""
    with contextlib.closing(sqlite3.connect(f"file:{DB}?mode=ro", uri=True)) as db:
        return (db.execute("SELECT count(*) FROM assigned").fetchone()[0],
                db.execute("SELECT count(*) FROM groups").fetchone()[0],
                # As deep as undo can go: from step to step down its stack.
                db.execute("""WITH RECURSIVE stack(id) AS (
                    SELECT undo FROM steps WHERE id = (SELECT max(id) FROM steps)
                    UNION ALL
                    SELECT below FROM steps JOIN stack USING (id) WHERE below)
                    SELECT count(*) FROM stack WHERE id""").fetchone()[0],
                db.execute("SELECT count(*) FROM faces WHERE id NOT IN"
                           " (SELECT face_id FROM assigned)").fetchone()[0])


def stored_steps():
    with contextlib.closing(sqlite3.connect(f"file:{DB}?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM steps").fetchone()[0]


def shown(text):
    """Groups, decisions, faces left, as the screen has them; the last two are shown from the
    first decision on."""
    named = re.search(r"(\d+) groups? named", text)
    left = re.search(r"(\d+) decisions?  (\d+) faces? left", text)
    return [int(n) for n in (named[1] if named else 0, *(left.groups() if left else (0, -1)))]


def agree(program, step):
    """What the screen says is what the database has; a decision may still be on its way."""
    program.resize(40, 160)
    program.send("F\x15\r")  # with a filter, other things are counted

    def same():
        decided, groups, made, left = counts()
        return shown(program.screen.text()) == [groups, made, left if made or decided else -1]

    check(program.until(same, 10), "step", step, "the database has", counts(), "the screen",
          shown(program.screen.text()), "\n" + program.screen.text())


def same_groups(program, step):
    """Each group that is seen has the size that the command lists."""
    listed = subprocess.run([COMMAND[0], "group", "list", "--format", "json", "--db", DB],
                            stdout=subprocess.PIPE, check=True)
    sizes = {g["name"]: len(g["faces"]) for g in json.loads(listed.stdout)["groups"]}
    sizes = {name: sizes[name] for name in sizes if name in NAMES}
    for _ in range(8):
        if program.shows(r"\[clusters\]"):
            break
        program.send("\t")
        program.quiet(0.03, 5)
    program.send("gg")

    def same():
        seen = re.findall(r"★ (%s)(?:  [^\n]*)?\n +(\d+) faces?" % "|".join(NAMES),
                          program.screen.text())
        return (seen or not sizes) and all(sizes.get(name) == int(faces) for name, faces in seen)

    check(program.until(same, 10), "step", step, "groups are", sizes, "not\n" +
          program.screen.text())


def settle(program, step):
    """Out of everything that lies over the view: then the status line is there again."""
    program.resize(24, 80)
    for _ in range(40):
        program.send("\x1b[201~")
        program.quiet(0.05, 5)
        program.send("\x1b")
        program.quiet(0.2, 20)
        if program.shows(r"\d+ (with faces|failed)|saved|q or Q quits"):
            return
    alive(program, step)
    check(False, "no status line after step", step, "\n" + program.screen.text())


def alive(program, step):
    """Else what it said last: a sanitizer's report is gone from the screen by then."""
    pid, status = os.waitpid(program.pid, os.WNOHANG)
    program.bytes = program.bytes[-20000:]
    check(pid == 0, "it ended at step", step, "with", status, "\n" + program.screen.text(),
          re.sub(rb"(^|\x1bP)[^\x1b]*\x1b\\", b"", program.bytes).decode("utf-8", "replace"))


def main():
    random.seed(SEED)
    os.chdir(os.path.dirname(DB))  # where exports go
    program = Program(COMMAND, Screen(24, 80))
    program.keep = True
    program.see("lookalike", 60)
    for step in range(STEPS):
        kind = random.random()
        if kind < 0.15:
            for keys in "\x1b[201~\x1b", "\x1b", decision():
                program.send(keys)
                program.quiet(0.03, 0.1)
        elif kind < 0.80:
            program.send(random.choice(KEYS))
        elif kind < 0.90:
            program.send(mouse(program.screen))
        elif kind < 0.93:
            program.send(paste())
        elif kind < 0.96:
            program.send(random.choice(BROKEN))
        else:
            program.resize(*random.choice(SIZES))
        program.quiet(0.004, 0.02)
        if step % 100 == 99:
            alive(program, step)
            settle(program, step)
            check(not [f for f in program.screen.faults if "last row" not in f
                       and "last cell" not in f], program.screen.faults, "at step", step)
            agree(program, step)
            same_groups(program, step)
    alive(program, STEPS)
    settle(program, STEPS)
    agree(program, STEPS)
    same_groups(program, STEPS)
    decided, groups, made, left = counts()
    steps = stored_steps()
    check(steps >= STEPS // 20, "only", steps, "decisions, undone and redone ones too")
    program.send("Q")
    check(program.wait(60) == 0, "exit", program.status, program.screen.text())
    print(f"{STEPS} steps with seed {SEED}: {steps} decisions, undone and redone ones too; "
          f"{made} stand; {groups} groups, {decided} faces decided, {left} left")


main()
