"""walk.py STEPS SEED LOOKALIKE ARGUMENT...: a walk in the terminal that this runs in, and its pixels.

This sits between the program and the terminal: bytes pass both ways, and a model of the screen
reads along. At each stop the screenshot must have, in every cell that a picture still owns, the
pixels that were sent; and must be the one of the same screen drawn anew, which no earlier frame
can have spoiled. At the end again, after a window had covered it. Run by walk.sh, which has
started the terminal at the left upper corner of DISPLAY, without a border.
"""
import fcntl
import os
import random
import re
import select
import struct
import subprocess
import sys
import termios
import time
import traceback
import tty

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "terminal"))
import terminal  # noqa: E402
from checks import check  # noqa: E402

STEPS, SEED = map(int, sys.argv[1:3])
COMMAND = sys.argv[3:]
STOP_EVERY = 50
SCREEN = 1280, 800  # pixels, as walk.sh starts it
SIZES = [(30, 100), (24, 80), (40, 120), (35, 90)]
KEYS = list("hjklgG+-=fzdwvVUaxS'ynu/nF?L23 ") + [
    "\t", "\t", "\x1b[Z", "\r", "\r", "\x1b", "\x12", "\x04", "\x15",
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F"]
BUSY = r"clustering|saving|looking for|reading the photo|photos/s|seconds left"
ROUNDING = 3  # of a colour in percent to one in 255 steps


def window():
    rows, cols, width, height = struct.unpack(
        "HHHH", fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8)))
    return rows, cols, width // cols, height // rows


class Mirror(terminal.Screen):
    def feed(self, data):
        while data:
            sent = os.write(1, data)
            super().feed(data[:sent])
            data = data[sent:]
        return b""  # the terminal answers


class Through(terminal.Program):
    """What the terminal says goes to the program, but for the answers to our own question."""
    drawn = True

    def step(self, timeout):
        if select.select([0], [], [], 0)[0]:
            said = os.read(0, 4096)
            if not self.drawn and b"\x1b[0n" in said:
                self.drawn, said = True, said.replace(b"\x1b[0n", b"", 1)
            if said:
                self.back.put(time.monotonic(), said)
        return super().step(min(timeout, 0.005))

    def idle(self):
        """Nothing goes on, and the terminal has read all there was."""
        end = time.monotonic() + 30
        while not self.quiet(0.3, 20) or self.shows(BUSY):
            check(time.monotonic() < end, "it is never idle:", self.screen.text())
        self.refined()
        self.drawn = False
        os.write(1, b"\x1b[5n")
        check(self.until(lambda: self.drawn), "the terminal does not answer")


def shoot():
    """The pixels of DISPLAY as RGB, when two shots in a row are the same."""
    last = None
    while True:
        shot = subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], check=True,
                              stdout=subprocess.PIPE).stdout
        if shot == last:
            return shot
        last = shot


def keep(shot, name):
    with open(os.path.join(os.environ["TMPDIR"], name + ".ppm"), "wb") as out:
        out.write(b"P6 %d %d 255\n" % SCREEN + shot)


def wrong_pixels(shot, picture):
    """How many pixels of the picture, in cells that it still owns, are of another colour."""
    wide, high = terminal.CELL
    sent = terminal.sixel_pixels(picture.data)
    wrong = 0
    for row, col in picture.cells:
        left = (col - picture.col) * wide
        width = min(wide, picture.width - left)
        for y in range((row - picture.row) * high,
                       min((row - picture.row + 1) * high, picture.height)):
            at = (y * picture.width + left) * 3
            there = ((picture.row * high + y) * SCREEN[0] + col * wide) * 3
            want, seen = sent[at:at + 3 * width], shot[there:there + 3 * width]
            if want != seen:
                wrong += sum(any(abs(want[i + c] - seen[i + c]) > ROUNDING for c in range(3))
                             for i in range(0, 3 * width, 3))
    return wrong


def check_pixels(program, when):
    """The pictures' cells that were compared."""
    program.idle()
    shot = shoot()
    cells = 0
    for picture in program.screen.pictures:
        wrong = wrong_pixels(shot, picture)
        if wrong:
            keep(shot, "wrong")
        check(not wrong, when, wrong, "pixels differ in the picture at", picture.place)
        cells += len(picture.cells)
    return shot, cells


def check_same(before, after, when):
    differ = [i // 3 for i in range(0, len(before), 3) if before[i:i + 3] != after[i:i + 3]]
    if differ:
        keep(before, "before")
        keep(after, "after")
        rows = sorted({at // SCREEN[0] // terminal.CELL[1] for at in differ})
        check(False, when, len(differ), "pixels differ, in the lines", rows)


def settle(program):
    """Out of everything that lies over the view."""
    for _ in range(20):
        program.send("\x1b")
        program.quiet(0.1, 5)
        if program.shows(r"\d+ (with faces|failed)|saved|q or Q quits"):
            program.send("\x1b[24~")  # F12, which nothing is on, takes a message away
            return
    check(False, "no status line:", program.screen.text())


def stop(program, when):
    settle(program)
    before, cells = check_pixels(program, when)
    text = program.screen.text()
    program.send("\x0c")
    after, _ = check_pixels(program, when + ", drawn anew")
    check(text == program.screen.text(), when, "the text was", text, "\nand is", program.screen.text())
    check_same(before, after, when + ", drawn anew:")
    return cells


def cover():
    """Another window over ours, and gone again."""
    other = subprocess.Popen(["xterm", "-class", "Cover", "-geometry", "200x60+30+30",
                              "-e", "sleep", "60"])
    subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--class", "Cover"],
                   stdout=subprocess.DEVNULL, check=True)
    covered = shoot()
    other.terminate()
    other.wait()
    return covered


def resize(program, rows, cols):
    """The terminal's window; its program hears of it, and passes it on."""
    width, height = terminal.CELL
    subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "term", "windowsize",
                    str(cols * width), str(rows * height)], check=True)
    check(program.until(lambda: window()[:2] == (rows, cols)), "no such size:", window())
    program.resize(rows, cols)


def main():
    random.seed(SEED)
    tty.setraw(0)
    rows, cols, *terminal.CELL = window()
    program = Through(COMMAND, Mirror(rows, cols))
    program.see("lookalike", 60)
    cells = stop(program, "at the start")
    check(cells, "no picture at the start:", program.screen.text())
    for step in range(1, STEPS + 1):
        if random.random() < 0.97:
            program.send(random.choice(KEYS))
        else:
            resize(program, *random.choice(SIZES))
        program.quiet(random.choice([0.004, 0.004, 0.1]), 0.2)
        if step % STOP_EVERY == 0:
            cells += stop(program, f"after {step} steps")
    program.send("\x1b[H")
    before, _ = check_pixels(program, "before it was covered")
    check(cover() != before, "no window covers it")
    after, covered = check_pixels(program, "after it was covered")
    check_same(before, after, "after it was covered:")
    faults = [f for f in program.screen.faults if not re.search("last (row|cell)", f)]
    check(not faults, faults)
    program.send("\x1b")
    program.quiet(0.1, 2)
    program.send("Q")
    check(program.wait(30) == 0, "exit", program.status)
    print(f"{STEPS} steps with seed {SEED}: {cells} cells of pictures, {covered} of them covered")


# The terminal shows nobody what goes wrong.
with open(os.path.join(os.environ["TMPDIR"], "said"), "w", encoding="utf-8") as sys.stdout:
    sys.stderr = sys.stdout
    try:
        main()
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()
