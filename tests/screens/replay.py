"""replay.py LOOKALIKE FOLDER OUT: play the sessions below, and store each screen they stop at.

FOLDER is /tmp/screens.XXXXXX with an `album` and its `db`. A stored screen is OUT/SESSION.txt: its
text, its stretches of attributes (but those of pixels), its pictures' places. The next key waits until nothing has been
sent for a while and nothing is said to go on.
"""
import os
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "terminal"))
from terminal import Program, Screen  # noqa: E402

LOOKALIKE, FOLDER, OUT = sys.argv[1:4]
BUSY = r"clustering|saving|looking for|photos/s|seconds left"

VIEWS = [("start", ""), ("down", "jj"), ("end", "G"), ("first", "gg"), ("k more", "++"),
         ("k suggested", "="), ("faces", "\r"), ("faces right", "ll"), ("face", "\r"),
         ("face back", "\x1b"), ("groups again", "\x1b"), ("images", "\x1b[Z\x1b[Z"),
         ("images below", "jjj"), ("elbow", "\t"), ("help", "?"), ("help closed", "\x1b"),
         ("measures", "w"), ("measures left", "\x1b"), ("summary", "i"), ("summary below", "jj"),
         ("summary end", "G"), ("summary opens", "gg\r"), ("summary left", "\x1b\x1b")]
REVIEW = [("mark", "\r  l "), ("range", "lvl"), ("range kept", "v"), ("name", "a"),
          ("typed", "choir"), ("named", "\r"), ("undone", "u"), ("redone", "\x12"),
          ("aside", "x"), ("back", "\x1b"), ("go to", "'"), ("search", "/"), ("typing", "1"),
          ("found", "\r"), ("filter", "F"), ("filtering", "faces:1\r"), ("nothing", "Ffaces:9\r"),
          ("all", "F\x15\r")]
# name, rows, columns, sixel, arguments, environment, screens
SESSIONS = [
    ("sixel-24x80", 24, 80, True, [], {}, VIEWS),
    ("sixel-40x120", 40, 120, True, [], {}, VIEWS),
    ("blocks-40x120", 40, 120, False, [], {}, VIEWS[:8]),
    ("names-24x80", 24, 80, False, ["--graphics", "none"], {}, VIEWS),
    ("mono-24x80", 24, 80, False, ["--graphics", "none"], {"NO_COLOR": "1"}, VIEWS[:12]),
    ("small-12x40", 12, 40, False, ["--graphics", "none"], {}, VIEWS),
    ("ascii-24x80", 24, 80, False, ["--ascii"], {}, VIEWS[:8]),
    ("review-24x80", 24, 80, True, [], {}, REVIEW),
    ("review-30x100", 30, 100, False, ["--graphics", "none"], {}, REVIEW),
]


def masked(text):
    text = re.sub(r"(?<=screens\.)\w{1,6}", lambda m: "X" * len(m[0]), text)
    return re.sub(r"\d\d:\d\d:\d\d", "00:00:00", text)


def idle(program):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        program.quiet(0.25, 10)
        if not program.shows(BUSY):
            return
    raise AssertionError(f"it is never idle:\n{program.screen.text()}")


def stored(name, screen):
    lines = [f"== {name}", *(masked(screen.line(row)) for row in range(screen.rows)), "--",
             *(s for s in screen.styles() if "bold" in s or not re.search("[34]8;2;", s))]
    lines += [f"picture {p.row} {p.col} {p.rows} {p.cols} {'whole' if p.whole() else 'covered'}"
              for p in sorted(screen.pictures, key=lambda p: p.place) if p.cells]
    return "\n".join(lines) + "\n"


def play(name, rows, cols, sixel, arguments, environment, screens):
    db = f"{FOLDER}/{name}.db"
    shutil.copy(f"{FOLDER}/db", db)
    program = Program([LOOKALIKE, "--db", db, *arguments, f"{FOLDER}/album"],
                      Screen(rows, cols, sixel), env=environment)
    program.see("lookalike")
    idle(program)
    with open(f"{OUT}/{name}.txt", "w", encoding="utf-8") as out:
        for case, keys in screens:
            for key in re.findall(r"\x1b\[.|(?s:.)", keys):
                program.send(key)
                program.quiet(0.04, 2)
            idle(program)
            out.write(stored(case, program.screen))
    program.send("\x1b")
    program.quiet(0.1, 2)
    program.send("Q")
    program.wait(10)
    program.close()
    if program.screen.faults:
        raise AssertionError(f"{name}: {program.screen.faults}")


for session in SESSIONS:
    play(*session)
