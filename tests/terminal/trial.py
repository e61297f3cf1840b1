"""trial.py DB LOOKALIKE ARGUMENT...: judges of the blind test, who see a terminal and press keys.

A run in which every trial is skipped writes down what the same seed will ask. Then one judge knows
it all, one throws dice, and one goes by the groups of the screen. What the screen says of them is
worked out again here from the answers in the database. Run by tests/pty/trial.sh.
"""
import json
import math
import random
import re
import sqlite3
import subprocess
import sys

from checks import check
from terminal import CELL, Program, Screen, sixel_pixels

DB, COMMAND = sys.argv[1], sys.argv[2:]
LOOKALIKE = COMMAND[0]
K, SEED = 3, 7
QUESTION = "Which one does not belong?"
HINT = "1-6, or arrows and Enter Space skip q end"


def rows():
    """The trials of the newest run, and the faces of each by place."""
    db = sqlite3.connect(f"file:{DB}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    run = db.execute("SELECT max(begun_ms) FROM trial_runs").fetchone()[0]
    trials = db.execute("SELECT * FROM trials WHERE begun_ms = ? ORDER BY number", (run,)).fetchall()
    faces = {}
    for row in db.execute("SELECT number, face_id FROM trial_faces WHERE begun_ms = ?"
                          " ORDER BY number, position", (run,)):
        faces.setdefault(row["number"], []).append(row["face_id"])
    db.close()
    return trials, faces


def groups():
    """Of each face its group, as another command prints it."""
    text = subprocess.run([LOOKALIKE, "cluster", "-k", str(K), "--format", "json", *COMMAND[1:]],
                          stdout=subprocess.PIPE, check=True).stdout
    db = sqlite3.connect(f"file:{DB}?mode=ro", uri=True)
    ids = {(row[0].decode(), row[1]): row[2] for row in db.execute(
        "SELECT i.path, f.position, f.id FROM faces f JOIN images i ON i.id = f.image_id")}
    db.close()
    return {ids[face["path"], face["face"]]: number
            for number, cluster in enumerate(json.loads(text)["clusters"])
            for face in cluster["faces"]}


def ready(program, number, count):
    """Trial so and so is asked, and all its faces are there."""
    screen = program.screen
    if 2026 in screen.modes:  # a frame has come in part
        return False
    if not re.fullmatch(rf" {re.escape(QUESTION)} +{number} of {count}", screen.line(0)):
        return False
    if screen.sixel:
        return {p.row for p in screen.pictures} == {1, 12} and all(
            p.whole() for p in screen.pictures) and not screen.in_string()
    return sum(any(ch in "▀▄" for ch in screen.line(row)) for row in range(24)) == 20


def sit(trials, judge, sixel=False, look=None):
    """One run of a judge; the screen at its end."""
    program = Program([LOOKALIKE, "-k", str(K), "--trials", str(trials), "--graphics",
                       "sixel" if sixel else "blocks", *COMMAND[1:]], Screen(sixel=sixel, sync=True))
    program.keep = True
    program.see(r"^❯ 1 ")
    program.see(" k 3 ")
    program.send(f"{SEED}t")
    program.see("A blind test")
    program.bytes = b""
    program.send("\r")
    program.see(rf" 1 of {trials}$")
    for number in range(1, trials + 1) if judge else ():
        check(program.until(lambda: ready(program, number, trials)), "no trial", number, "\n" +
              program.screen.text())
        if look:
            look(program)
        program.bytes = b""
        program.send(judge(number))
    if not judge:  # to pass over takes no look
        program.send(" " * trials)
    program.see(f"Seed {SEED}; {trials} of {trials} trials")
    program.quiet(0.1)
    text = program.screen.text()
    check(not program.screen.faults, program.screen.faults)
    program.send("Q")
    check(program.wait() == 0, "exit", program.status)
    program.close()
    return text


def look_at_sixel(program):
    """What a trial sends is pictures with six faces in all, the question, digits and keys."""
    screen = program.screen
    strips = re.findall(rb"\x1bP[\d;]*q[^\x1b]*\x1b\\", program.bytes)
    check(len(strips) == len(screen.pictures), len(strips), "pictures were sent")
    faces = 0
    for picture in screen.pictures:
        pixels = sixel_pixels(picture.data)
        dark = [not any(any(pixels[3 * (y * picture.width + x):3 * (y * picture.width + x) + 3])
                        for y in range(0, picture.height, 7)) for x in range(picture.width)]
        faces += sum(not dark[x] and (x == 0 or dark[x - 1]) for x in range(picture.width))
    check(faces == 6, faces, "faces")
    words = " ".join(screen.text().split())
    check(re.fullmatch(rf"{re.escape(QUESTION)} \d+ of \d+ 1 2 3 4 5 6 {re.escape(HINT)}", words),
          "beside the faces:", words)
    # Nor was anything sent that something else has covered since.
    sent = re.sub(rb"\x1b(P[^\x1b]*\x1b\\|\[[0-?]*[ -/]*[@-~])", b" ", program.bytes)
    for tell in (b"/", b".jpg", b"group", b"near", b"lot"):
        check(tell not in sent, tell, "was sent in", sent)


def tail(hits, count, chance):
    return sum(math.comb(count, i) * chance ** i * (1 - chance) ** (count - i)
               for i in range(hits, count + 1))


def hits(trials, arm, part=0):
    """Answered, and right, of an arm."""
    answers = [t["answer"] == t["expected"] for t in trials
               if t["arm"] == arm and t["part"] == part and t["answer"] >= 0]
    return len(answers), sum(answers)


def check_result(text):
    """The screen says of the newest run what its rows say."""
    trials, _ = rows()
    answered, right = hits(trials, 0)
    caught, seen = hits(trials, 0, 2)
    verdict = ("unreliable" if 5 * seen < 4 * caught
               else "better than chance" if tail(right, answered, 1 / 6) <= 0.01
               else "not shown")
    check(re.search(rf"^ {verdict}", text, re.M), f"not {verdict}:\n{text}")
    check(re.search(rf"^ geometry groups +{right}/{answered} ", text, re.M), right, answered, text)
    check(f"You: {seen}/{caught} right where nobody can miss" in text, seen, caught, text)
    return trials


def by_group(groups):
    """The first of those whose group has fewest of the faces here."""
    return str(min(range(len(groups)), key=lambda i: groups.count(groups[i])) + 1)


def skipped(trials):
    """What the seed asks, and of whom."""
    sit(trials, None)
    return rows()


def main():
    asked, _ = skipped(12)
    answers = {t["number"]: str(t["expected"] + 1) for t in asked}
    for sixel in (False, True):
        text = sit(12, answers.__getitem__, sixel, look_at_sixel if sixel else None)
        check([t["expected"] for t in check_result(text)] == [t["expected"] for t in asked],
              "the same seed asks something else")
        check(re.search(r"^ better than chance", text, re.M), text)
        check(re.search(r"^ geometry groups .* 100 % \(\d+-100\)", text, re.M), text)
    dice = random.Random(1)
    text = sit(24, lambda number: str(dice.randrange(6) + 1))
    check_result(text)
    check(not re.search(r"^ better than chance", text, re.M), text)
    # Who goes by the groups is right in their trials, and in those by lot as often as chance.
    asked, faces = skipped(36)
    group = groups()
    sit(36, lambda number: by_group([group[face] for face in faces[number]]))
    trials, _ = rows()
    check(hits(trials, 0)[0] == hits(trials, 0)[1], "not right in the groups", hits(trials, 0))
    answered, right = hits(trials, 2)
    check(answered == 7 and tail(right, answered, 1 / 6) > 0.01, right, "of", answered, "by lot")


main()
