"""contract.py LOOKALIKE ARGUMENT...: what the interface may never send, and how it must end.

Run by tests/pty/contract.sh. The screen's own faults are: scrolling, erasing through a picture,
control strings that are broken off, pictures too large, too many or on the last row.
"""
import contextlib
import glob
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios

from checks import check
from terminal import Link, Program, Screen

COMMAND = sys.argv[1:]
SIGNALS = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL SEGV SYS TERM".split()

# Every view and everything that lies over one, with pictures before, under and after.
WALK = ["?", "\x1b", "L", "\x1b", "\t", "\t", "\t", "\t", "\r", "\r", "l", "l", "\x1b", "\x1b", "j", "k",
        "G", "gg", "+", "+", "-", "=", "/", "a", "\x1b", "F", "f", "\x1b", "w", "\x1b", "f", "z", "r",
        "\r", " ", "j", " ", "v", "l", "v", "U", "V", "U", "x", "u", "\x12", "u", "a", "b", "\r",
        "u", "?", " ", " ", "\x1b", "\x0c", "\x1b", "\x1b", "c", "S", "U", "M", "'", "s", "\x1b"]


def start(rows=40, cols=120, **options):
    """As by default, not where the last one ended."""
    for path in glob.glob(os.environ["XDG_DATA_HOME"] + "/lookalike/*.db"):
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute("DELETE FROM place")
    return Program(COMMAND + options.pop("arguments", []),
                   Screen(rows, cols, **options.pop("screen", {})), **options)


def interface(program):
    """The process that draws: the guardian's child, or the program itself."""
    with open(f"/proc/{program.pid}/task/{program.pid}/children", encoding="ascii") as file:
        children = file.read().split()
    for pid in children:
        with open(f"/proc/{pid}/comm", encoding="ascii") as file:
            if file.read().strip() == "lookalike":
                return int(pid)
    return program.pid


def blank_under(screen):
    """A kitty's pictures lie over text and are not erased by it: none may be left over."""
    for picture in screen.pictures:
        for row, col in picture.cells if picture.number else ():
            check(row < screen.rows and col < screen.cols and screen.cells[row][col][0] == " ",
                  "a picture over text at", row, col, screen.text())


def walk(**options):
    program = start(screen=options)
    sync = options.get("sync")
    program.see(r"^❯ 1 ")
    check(program.until(lambda: program.screen.pictures), "no pictures", program.screen.text())
    program.quiet(0.3)
    for key in WALK:
        program.send(key)
        program.quiet(0.08, 5)
        check(not program.screen.faults, program.screen.faults, "after", repr(key))
        blank_under(program.screen)
        check(program.screen.alternate, "it has left after", repr(key))
    for rows, cols in ((24, 80), (12, 40), (5, 20), (3, 10), (1, 1), (50, 160), (40, 120)):
        program.resize(rows, cols)
        program.quiet(0.2, 5)
        check(not program.screen.faults, program.screen.faults, "at", rows, cols)
        blank_under(program.screen)
    check(not sync or program.screen.syncs > 10, "no synchronised updates")
    check(not program.screen.in_string(), "a control string does not end")
    for key in ("\x1b", "\x1b", "Q"):  # in the clusters, where the next begins then
        program.quiet(0.1, 2)
        program.send(key)
    check(program.wait() == 0, "exit", program.status)
    check(not options.get("kitty") or not program.screen.pictures, "pictures are left")
    program.close()


def end_of(program):
    """All bytes from the one that begins to put the terminal back; and the guardian's last words."""
    at = program.bytes.rfind(b"\x1b\\\x1b[?2026l")
    check(at >= 0, "nothing puts the terminal back:", program.bytes[-200:])
    return re.fullmatch(rb"(.*?)(lookalike: [^\r\n]*\r\n)?", program.bytes[at:], re.S)[1]


def begin(slow, **options):
    # So slow that a picture takes seconds.
    program = start(link=Link(20000 if slow else 0), screen=options)
    program.keep = True
    program.settings = termios.tcgetattr(program.fd)
    program.see(r"^❯ 1 ")
    if slow:
        check(program.until(program.screen.in_string), "no picture begins")
    else:
        program.quiet(0.3)
    return program


def end(program, how):
    program.wait()
    while program.step(0.05):
        pass
    screen = program.screen
    check(program.status is not None, how, "does not end it")
    check(not screen.faults, how, screen.faults)
    check(not screen.alternate and not screen.in_string(), how, "leaves the alternate screen on")
    check(not screen.modes - {12, 25}, how, "leaves modes", screen.modes)
    check(25 in screen.modes, how, "leaves no cursor")
    settings = termios.tcgetattr(program.fd)
    check(settings == program.settings, how, "leaves other settings")
    program.close()
    return end_of(program)


def ends():
    program = begin(False)
    program.send("Q")
    usual = end(program, "Q")
    for capability in ("rmkx", "cnorm", "rmcup"):
        text = subprocess.run(["tput", capability], check=True, capture_output=True).stdout
        check(text in usual, capability, "is not in", usual)
    check(usual.endswith(text), "rmcup is not the last:", usual)
    for name in SIGNALS:
        for slow in (False, True):
            program = begin(slow)
            os.kill(interface(program), getattr(signal, "SIG" + name))
            how = f"SIG{name}{' within a picture' if slow else ''}"
            seen = end(program, how)
            check(seen == usual, how, "ends with", seen, "and not", usual)


def kitty_ends():
    """Its pictures are deleted, those under way too."""
    for name in ("KILL", "SEGV", "TERM"):
        for slow in (False, True):
            program = begin(slow, kitty=True)
            check(slow or program.screen.pictures, "no pictures")
            os.kill(interface(program), getattr(signal, "SIG" + name))
            end(program, "SIG" + name)
            check(not program.screen.pictures and not program.screen.loading,
                  "SIG" + name, "leaves pictures")


def palettes():
    """On a slow line strips have fewer colours."""
    for rate, least, most in ((0, 17, 64), (60000, 2, 16)):
        program = start(link=Link(rate))
        check(program.until(lambda: program.screen.pictures), "no pictures")

        def right():
            return all(least <= len(set(re.findall(rb"#(\d+);2;", picture.data))) <= most
                       for picture in program.screen.pictures)

        check(program.until(right), "not the colours for", rate, "bytes a second")
        program.quiet(0.5)
        check(right(), "other colours at", rate, "bytes a second")
        program.send("Q")
        program.wait()
        program.close()


def help_beside():
    """The help covers no picture where there is room beside them, and none is sent again."""
    program = start()
    check(program.until(lambda: program.screen.pictures), "no pictures")
    program.refined(10)
    before = program.screen.picture_bytes
    for keys in ("?", " ", "\x1b"):
        program.send(keys)
        program.quiet(0.2, 5)
        check(all(p.whole() for p in program.screen.pictures), "the help covers a picture")
    check(program.screen.picture_bytes == before, "pictures are sent again")
    program.send("Q")
    program.wait()
    program.close()


def around_tmux():
    """tmux says that it has sixel; whether the terminal around it has, its own command says."""
    for features, sixel in (("256,clipboard,sixel,title", True), ("256,title", False)):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/tmux", "w", encoding="ascii") as file:
                file.write(f"#!/bin/sh\necho {features}\n")
            os.chmod(f"{folder}/tmux", 0o755)
            program = start(screen={"tmux": True},
                            env={"TMUX": "here", "PATH": f"{folder}:{os.environ['PATH']}"})
            program.see(r"^❯ 1 ")
            check(program.until(lambda: program.screen.pictures if sixel else program.shows("▀")),
                  "neither pictures nor blocks", features)
            program.quiet(0.3, 5)
            check(bool(program.screen.pictures) == sixel != program.shows("▀"), features)
            program.send("Q")
            program.wait()
            program.close()


def more_colors():
    """When nobody asks for anything each row of thumbnails gets more colours, once and in its place,
    and keeps them."""
    program = start(rows=50, arguments=["-k", "4"])
    check(program.until(lambda: len(program.screen.pictures) == 4), "no pictures")
    places = {p.place for p in program.screen.pictures}
    check(program.until(lambda: all(p.fine() for p in program.screen.pictures), 60), "no more colours")
    program.quiet(0.3, 5)
    before = program.screen.picture_bytes
    fine = {p.place: p.data for p in program.screen.pictures}
    check(set(fine) == places and all(p.whole() and p.colors <= 64
                                      for p in program.screen.pictures), "not in their places")
    for keys in "jjkk":
        program.send(keys)
        program.quiet(0.3, 5)
    program.quiet(1.5, 5)
    check(program.screen.picture_bytes == before, "they are sent again")
    for keys in "+-":
        program.send(keys)
        program.see(r" k [45] ")
        program.quiet(0.3, 5)
    check(program.until(lambda: {p.place: p.data for p in program.screen.pictures} == fine, 10),
          "they are not kept")
    check(not program.screen.faults, program.screen.faults)
    program.send("Q")
    program.wait()
    program.close()


def rows_of_groups(program):
    """The row of each group on the screen, and of that under the cursor."""
    rows = {}
    for row in range(3, program.screen.rows - 3):
        if match := re.match(r"(❯)? *(\d+) +\d+ faces?\b", program.screen.line(row)):
            rows[int(match[2])] = row
            if match[1]:
                cursor = int(match[2])
    return rows, cursor


def beyond(most, **options):
    """More groups than pictures that the terminal keeps: those near the cursor, and the rest in
    blocks, so that a step of the cursor sends pictures only where it comes to blocks."""
    program = start(rows=90, cols=200, screen=options, arguments=["-k", "25"])
    program.see(r"^❯ 1 ")
    steps = 0
    for keys in ["", "j", *["5j"] * 4, "G", "k", *["7k"] * 3, "gg"]:
        before = {p.row for p in program.screen.pictures}
        program.quiet(0.1)
        _, sent, of_pictures = program.key(keys, 0.3) if keys else (0, 0, 0)
        if not keys:
            check(program.until(lambda: len(program.screen.pictures) == most), "not", most)
            program.quiet(0.3)
        rows, cursor = rows_of_groups(program)
        check(len(rows) == 25, len(rows), "groups", program.screen.text())
        pictures = [p for p in program.screen.pictures if p.cells]
        near = [n for n, row in rows.items() if row in {p.row for p in pictures}]
        check(len(pictures) == most and all(p.whole() for p in pictures), len(pictures), "pictures")
        check(near == list(range(near[0], near[0] + most)) and cursor in near, near, "at", cursor)
        for number, row in rows.items():
            blocks = program.screen.line(row).count("▀")
            check((blocks == 0) == (number in near), blocks, "half blocks in row", number)
        if keys and rows[cursor] in before:
            steps += 1
            # But for more colours, if this took so long that it is idle.
            check(of_pictures == 0 and sent <= 350 or any(p.fine() for p in pictures),
                  sent, "bytes,", of_pictures, "of pictures")
        check(not program.screen.faults, program.screen.faults, "after", repr(keys))
    check(steps >= 4, steps, "steps without pictures")
    program.send("Q")
    check(program.wait() == 0, "exit", program.status)
    program.close()


palettes()
help_beside()
around_tmux()
more_colors()
beyond(15)
beyond(9, tmux=True)
walk()
walk(tmux=True)
walk(sync=True)
walk(kitty=True)
ends()
kitty_ends()
