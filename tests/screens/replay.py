"""replay.py LOOKALIKE FOLDER OUT: play the scripts of this folder, and store the screens they save.

FOLDER is /tmp/screens.XXXXXX with an `album` and its `db`. At each save-screen three are compared:
what the program says is on its screen, what a model of the terminal shows for the bytes that came,
and OUT/SESSION.txt with the stored ones, by who calls this. Stored are the text, the stretches of
attributes (but those of pixels) and the places of pictures.
"""
import hashlib
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "terminal"))
from terminal import Program, Screen  # noqa: E402

LOOKALIKE, FOLDER, OUT = sys.argv[1:4]
NONE, BLOCKS = ["--graphics", "none"], ["--graphics", "blocks"]

# script, rows, columns, kind of terminal, arguments, environment
SESSIONS = [
    ("views", 24, 80, "sixel", [], {}),
    ("views", 40, 120, "sixel", [], {}),
    ("views", 30, 100, "kitty", [], {}),
    ("views", 50, 160, "sixel", [], {}),
    ("views", 24, 80, "names", NONE, {}),
    ("views", 24, 80, "mono", BLOCKS, {"NO_COLOR": "1"}),
    ("views", 24, 80, "ascii", ["--ascii"], {}),
    ("views", 12, 40, "blocks", BLOCKS, {}),
    ("review", 24, 80, "sixel", [], {}),
    ("review", 30, 100, "names", NONE, {}),
    ("review", 12, 40, "names", NONE, {}),
    ("asks", 24, 80, "sixel", [], {}),
    ("asks", 40, 120, "blocks", BLOCKS, {}),
    ("asks", 12, 40, "blocks", BLOCKS, {}),
    ("sizes", 24, 80, "sixel", [], {}),
]


def masked(text):
    text = re.sub(r"(?<=screens\.)\w{1,6}", lambda m: "X" * len(m[0]), text)
    return re.sub(r"kB in [\d.]+ m?s", "kB in 0 s", text)


def shown(name, screen):
    """What the terminal shows, as the program writes down what it believes."""
    lines = [f"== {name}", *(screen.line(row) for row in range(screen.rows)), "--",
             *screen.styles()]
    for p in sorted(screen.pictures, key=lambda p: p.place):
        if p.cells:
            data = p.data if p.number else b"\x1bP" + p.data + b"\x1b\\"
            lines.append(f"picture {' '.join(map(str, p.place))} "
                         f"{hashlib.sha256(data).hexdigest()[:12]}{'' if p.whole() else ' covered'}")
    return lines


def stored(lines):
    """Without the colours and sums of pixels: those are the libraries' that decode photos."""
    end = lines.index("--")
    styles = [s for s in lines[end:] if "bold" in s or not re.search("[34]8;2;", s)]
    return [*map(masked, lines[:end]),
            *(s.rsplit(" ", 1)[0] if s.startswith("picture") else s for s in styles)]


class Session:
    def __init__(self, script, rows, cols, kind, arguments, environment):
        self.name = f"{script}-{rows}x{cols}-{kind}"
        self.folder = f"{FOLDER}/{self.name}"
        self.taken, self.lines = 0, []
        os.mkdir(self.folder)
        os.chdir(self.folder)
        shutil.copy(f"{FOLDER}/db", "db")
        self.screen = Screen(rows, cols, sixel=kind == "sixel", kitty=kind == "kitty")
        self.screen.asked = self.compare
        self.program = Program([LOOKALIKE, "--script", f"{HERE}/{script}.script", "--db", "db",
                                *arguments, f"{FOLDER}/album"], self.screen, env=environment)

    def compare(self):
        """Before the terminal answers: the program has written its screen, and waits."""
        if not os.path.exists("screens"):
            return
        with open("screens", encoding="utf-8") as file:
            file.seek(self.taken)
            said = file.read().splitlines()
            self.taken = file.tell()
        if not said:
            return
        said = [s for s in said if not s.startswith("picture")] + sorted(
            (s for s in said if s.startswith("picture")),
            key=lambda s: [int(n) for n in s.split()[1:5]])
        seen = shown(said[0][3:], self.screen)
        if seen != said:
            different = [f"program: {a}\nterminal: {b}" for a, b in zip(said, seen) if a != b]
            raise AssertionError(f"{self.name}: {said[0]}:\n" + "\n".join(
                different[:5] or [f"{len(said)} lines, {len(seen)} in the terminal"]))
        self.lines += stored(seen)

    def play(self):
        status = self.program.wait(120)
        self.program.close()
        if status or self.screen.faults:
            raise AssertionError(f"{self.name}: exit {status}, {self.screen.faults}\n"
                                 f"{self.screen.text()}")
        with open(f"{OUT}/{self.name}.txt", "w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in self.lines)


for session in SESSIONS:
    Session(*session).play()
