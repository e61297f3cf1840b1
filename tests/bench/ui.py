"""ui.py FOLDER: what tests/bench/ui prints: how fast the interface answers, and what it sends.

FOLDER holds `album` (10,000 files), `db` (their rows), `photos` (of faces, to be scanned) and
`history` (a git repository, for tig). A row is: what, the bar, what was measured, ok or MISS.
Its times are of the clock: where other programs want the processors too, those of nnn, tig and htop
in the same run tell how much. The exit status is 1 where nothing could be measured, not on a MISS.
"""
import base64
import json
import os
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "terminal"))
from terminal import Link, Program, Screen  # noqa: E402
import terminal  # noqa: E402

ROWS, COLS = 50, 160
LOOKALIKE = os.path.abspath(os.environ.get("BUILD", "build") + "/lookalike")
MBIT = 125_000  # bytes a second
missed = []


def row(what, bar, measured, good=None):
    verdict = "" if good is None else "ok" if good else "MISS"
    if good is False:
        missed.append(what)
    print(f"{what:<46} {bar:<20} {measured:<44} {verdict}", flush=True)


def percentile(values, share):
    if not values:
        raise SystemExit("nothing was measured")
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def spread(values):
    """p50, p95 and the largest, in ms."""
    return [1000 * v for v in (percentile(values, 0.5), percentile(values, 0.95), max(values))]


def times(values):
    return "p50 {:.2f}  p95 {:.2f}  max {:.2f} ms ({} times)".format(*spread(values), len(values))


class Recorder(Screen):
    """Keeps the last picture of each place that has the colours of a first one."""

    def __init__(self, **options):
        super().__init__(ROWS, COLS, **options)
        self.first = {}

    def _sixel(self, header, text):
        super()._sixel(header, text)
        if not self.pictures[-1].fine():
            self.first[self.pictures[-1].place] = self.pictures[-1]


def start(argv, kitty=False, **options):
    return Program(argv, Recorder(kitty=kitty), **options)


def interface(*arguments, **options):
    """In the view that is the first without a place where one was."""
    path = arguments[arguments.index("--db") + 1]
    if os.path.exists(path):
        with sqlite3.connect(path) as db:
            db.execute("DELETE FROM place")
    return start([LOOKALIKE, *arguments], **options)


def processor_seconds(program):
    """Of the program and of those that it has started."""
    ticks, mine = 0, {program.pid}
    for pid in sorted(int(p) for p in os.listdir("/proc") if p.isdigit()):
        try:
            with open(f"/proc/{pid}/stat") as file:
                words = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if pid in mine or int(words[1]) in mine:
            mine.add(pid)
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def computed(program, limit=180):
    """Nothing is computed any more: the criteria for every k go on when all else is done."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = processor_seconds(program)
        program.quiet(10, 0.5)
        if processor_seconds(program) - before < 0.02:
            return
    print("(it is still computing)")


def settled(program):
    """All is clustered, stored and sent."""
    program.see(r" saved *$| with faces ", 120)
    program.until(lambda: not program.shows("clustering"), 120)
    program.quiet(0.7, 60)
    computed(program)
    program.refined()
    # Rows that another version made are looked at again, and there is nothing in the files.
    assert not program.shows(r"[1-9]\d* failed"), "KEEP is of another version: make it anew"


def finish(program, keys="Q"):
    program.send(keys)
    program.wait(5)
    program.close()


def first_screen(argv, pattern, keys, turns=9):
    """Median seconds from the start until the screen shows the pattern, and bytes until then."""
    taken = []
    for _ in range(turns):
        program = start(argv)
        program.see(pattern)
        taken.append((program.log[-1][0] - program.started, sum(n for _, n in program.log)))
        program.quiet(0.2, 2)
        finish(program, keys)
    return sorted(taken)[turns // 2]


def keys_of(program, keys, turns):
    """(seconds, bytes, picture bytes) of each of so many keys, with a pause after each."""
    taken = []
    for i in range(turns):
        answer = program.key(keys[i % len(keys)])
        if answer[0] is not None:
            taken.append(answer)
        program.quiet(0.06, 1)
    return taken


def others(folder):
    """The tools to compare with: name, command, what its first screen shows, how to leave it."""
    return [("nnn", ["nnn", "-H", f"{folder}/album"], r"IMG_0001.*", "q"),
            ("tig", ["tig", "-C", f"{folder}/history"], r"\[main\]", "Q"),
            ("htop", ["htop"], r"F10", "q")]


def start_and_keys(folder, turns):
    command = [LOOKALIKE, "--db", f"{folder}/db", f"{folder}/album"]
    nnn = None
    for name, argv, pattern, leave in others(folder):
        taken, count = first_screen(argv, pattern, leave)
        nnn = nnn or taken
        program = start(argv)
        program.see(pattern)
        program.quiet(0.3, 2)
        moves = keys_of(program, "jk" if name != "htop" else ["\x1b[B", "\x1b[A"], turns)
        finish(program, leave)
        row(f"{name}: first screen", "", f"{1000 * taken:.1f} ms, {count} B")
        row(f"{name}: key, idle", "", f"{times([m[0] for m in moves])}")
    taken, count = first_screen(command, r"10,?000 images(.|\n)*(with faces|photos/s|saved|note:|looking for new)",
                                "Q")
    row("first screen, 10,000 images known", "40 ms, 3 x nnn",
        f"{1000 * taken:.1f} ms, {count} B, {taken / nnn:.1f} x nnn",
        taken <= 0.040 and taken <= 3 * nnn)
    silent = start(command, answers=False)
    shown = silent.until(lambda: silent.shows("10,?000 images"), 5)
    row("without an answer of the terminal", "it is shown", "shown" if shown else "nothing", shown)
    finish(silent)


def idle(folder, turns):
    program = interface("--db", f"{folder}/db", f"{folder}/album", "-k", "8")
    settled(program)
    moves = keys_of(program, "jk", turns)
    row("key, idle, in groups", "p95 1 ms", times([m[0] for m in moves]),
        spread([m[0] for m in moves])[1] <= 1)
    row("cursor move, in groups", "350 B, 0 of pictures",
        f"{max(m[1] for m in moves)} B, {max(m[2] for m in moves)} of pictures",
        max(m[1] for m in moves) <= 350 and max(m[2] for m in moves) == 0)
    resent(program)
    program.send("\r")
    program.quiet(0.7, 20)
    program.refined()
    moves = keys_of(program, "lh", turns)
    row("key, idle, in faces", "p95 1 ms", times([m[0] for m in moves]),
        spread([m[0] for m in moves])[1] <= 1)
    row("cursor move, in faces", "350 B, 0 of pictures",
        f"{max(m[1] for m in moves)} B, {max(m[2] for m in moves)} of pictures",
        max(m[1] for m in moves) <= 350 and max(m[2] for m in moves) == 0)
    decisions = []
    for _ in range(turns):
        program.keep, program.bytes = True, b""
        taken = program.key("x")
        assert b"saving" in program.bytes, program.screen.text()
        decisions.append(taken[0])
        program.keep = False
        program.see("saved")
        program.quiet(0.06, 5)
        program.send("u")
        program.see("undone")
        program.quiet(0.06, 5)
    row("a decision: \"saving\", idle", "p95 1 ms", times(decisions), spread(decisions)[1] <= 1)
    finish(program)


def resent(program):
    """Bytes of pictures whose cells nothing covered meanwhile."""
    for what, keys in (("ticks (3 s)", None), ("search", ["/", "a", "b", "\x1b"]),
                       ("messages", ["L", "q"]), ("help", ["?", "\x1b"])):
        before, places, covered = program.screen.picture_bytes, {}, set()
        for p in program.screen.pictures:
            places[p.place] = p.data
        if not keys:
            program.quiet(3.0, 3)
        for key in keys or []:
            program.send(key)
            program.quiet(0.3, 5)
            whole = {p.place for p in program.screen.pictures if p.whole()}
            covered |= set(places) - whole
        sent = program.screen.picture_bytes - before
        owed = sum(len(places[p]) for p in covered)
        row(f"unchanged pictures sent again: {what}", "0 B",
            f"{max(0, sent - owed)} B (and {min(owed, sent)} B that was covered)", sent <= owed)


def loaded(folder, turns):
    """All cores extract: the interface scans a folder that it does not know."""
    program = interface("--db", f"{folder}/new.db", f"{folder}/photos")
    program.see(r"photos/s", 60)
    program.until(lambda: program.shows(r"^❯ 1 "), 60)
    taken, before = [], program.screen.picture_bytes
    while len(taken) < turns and program.shows("photos/s"):
        answer = program.key("jk"[len(taken) % 2], gap=0.006)
        if answer[0] is not None and answer[0] < 1:
            taken.append(answer[0])
        program.quiet(0.03, 0.2)
    values = spread(taken)
    row("key while all cores extract", "p95 10, max 50 ms", times(taken),
        values[1] <= 10 and values[2] <= 50)
    row("pictures sent while the scan runs", "",
        f"{(program.screen.picture_bytes - before) // 1000} kB")
    finish(program)


def change_k(folder):
    program = interface("--db", f"{folder}/db", f"{folder}/album", "-k", "8")
    settled(program)
    text, pictures = [], []
    for key, k in 10 * (("+", 9), ("-", 8)):
        program.log.clear()
        before, began = program.screen.picture_bytes, time.monotonic()
        program.send(key)
        program.see(rf" k {k} ", 5)
        text.append(program.log[-1][0] - began)
        program.quiet(0.3, 5)
        pictures.append(program.log[-1][0] - began - text[-1])
        assert program.screen.picture_bytes > before
    row("change of k, 10,000 faces: text", "300 ms", times(text), max(text) <= 0.3)
    row("... and cached thumbnails after it", "100 ms", times(pictures[2:]),
        max(pictures[2:]) <= 0.1)
    finish(program)


def slow_line(folder, turns, delay=0.05):
    """Keys while grids are sent at 1 Mbit/s through a line that buffers whatever it is given."""
    taken, began = [], time.monotonic()
    program = interface("--db", f"{folder}/db", f"{folder}/album", "-k", "8",
                        link=Link(MBIT, delay), back_delay=delay)

    def cursor():
        return [r for r in range(ROWS) if program.screen.cells[r][0][0] == "❯"]

    def press(key):
        here, pressed = cursor(), time.monotonic()
        program.send(key)
        if not program.until(lambda: cursor() != here, 5):
            raise SystemExit(f"no answer to {key}:\n{program.screen.text()}")
        return time.monotonic() - pressed

    program.until(lambda: cursor() and (program.screen.picture_bytes or program.link.queue), 60)
    first, at_top, larger = program.screen.picture_bytes, True, False
    grid_began = time.monotonic()
    while len(taken) < turns and time.monotonic() < began + 30 + turns:
        # Only while pictures are on the line: more bytes than any text. Then another k, whose
        # pictures are sent anew.
        if sum(len(data) for _, data in program.link.queue) < 2000:
            program.send("-" if larger else "+")
            larger = not larger
            program.quiet(0.3, 0.3)
            continue
        taken.append(press("j" if at_top else "k"))
        at_top = not at_top
        program.quiet(0.02 + 0.01 * (len(taken) % 20), 0.25)
    sent = program.screen.picture_bytes - first
    row("key while the grid is sent, 1 Mbit/s, RTT 100 ms", "RTT + 150 ms",
        f"{times(taken)}", max(taken) <= 2 * delay + 0.150)
    row("... pictures sent meanwhile", "", f"{sent // 1000} kB in "
        f"{time.monotonic() - grid_began:.0f} s")
    finish(program)
    program = interface("--db", f"{folder}/db", f"{folder}/album", "-k", "8",
                        link=Link(MBIT, delay), back_delay=delay)
    program.until(lambda: program.screen.picture_bytes > 0, 60)
    program.quiet(0.7, 60)
    row("the first screen with its grid, 1 Mbit/s", "",
        f"{program.log[-1][0] - program.started:.1f} s, {program.screen.picture_bytes // 1000} kB")
    finish(program)


def pixels_of(strip):
    import numpy
    pixels = (terminal.png_pixels(base64.b64decode(strip.data))[2] if strip.number
              else terminal.sixel_pixels(strip.data))
    return numpy.frombuffer(pixels, numpy.uint8).reshape(strip.height, strip.width, 3)


def quality(folder, strips, groups):
    """Bytes a thumbnail, the mean and the worst PSNR after a 2 x 2 low-pass, how many."""
    import numpy
    db = sqlite3.connect(f"{folder}/faces.db")
    sent, psnr = 0, []
    for strip, group in zip(sorted(strips, key=lambda p: p.row), groups):
        image = pixels_of(strip)
        sent += len(strip.data)
        assert strip.height == 80, strip.place
        for i, face in enumerate(group["faces"][:(strip.width + 10) // 90]):
            thumb, = db.execute(
                "SELECT thumb FROM face_data d JOIN faces f ON f.id = d.face_id JOIN images i "
                "ON i.id = f.image_id WHERE i.path = cast(? AS BLOB) AND f.position = ?",
                (os.fsencode(face["path"]), face["face"])).fetchone()
            raw = subprocess.run(["convert", "-", "-depth", "8", "rgb:-"], input=thumb,
                                 check=True, capture_output=True).stdout
            want = numpy.frombuffer(raw, numpy.uint8).reshape(80, 2, 80, 2, 3).mean((1, 3))
            low = [a.reshape(40, 2, 40, 2, 3).mean((1, 3))
                   for a in (want, image[:, 90 * i:90 * i + 80].astype(float))]
            psnr.append(10 * numpy.log10(255 ** 2 / ((low[0] - low[1]) ** 2).mean()))
    return sent / len(psnr), sum(psnr) / len(psnr), min(psnr), len(psnr)


def thumbnails(folder, kitty=False):
    """Strips of 80 x 80 thumbnails, compared with the stored ones halved by 2 x 2 means."""
    terminal.CELL = (10, 20)
    arguments = ["--db", f"{folder}/faces.db", f"{folder}/faces", "-k", "8"]
    groups = json.loads(subprocess.run([LOOKALIKE, "cluster", "--format", "json", *arguments],
                                       check=True, capture_output=True).stdout)["clusters"]
    program = interface(*arguments, kitty=kitty)
    settled(program)
    last = list(program.screen.pictures)
    first = last if kitty else [program.screen.first[p.place] for p in last]
    finish(program)
    how = ", kitty" if kitty else ""
    size, mean, worst, count = quality(folder, first, groups)
    row("thumbnail of 80 x 80 in a strip, mean" + how, "5.0 kB, 33 / 30 dB",
        f"{size / 1000:.2f} kB, {mean:.1f} mean / {worst:.1f} dB worst of {count}",
        size <= 5000 and mean >= 33 and worst >= 30)
    row("grid of 40 faces" + how, "220 kB", f"{40 * size / 1000:.0f} kB", 40 * size <= 220_000)
    if not kitty and not all(p.fine() for p in last):
        row("... with more colours", "", "not sent: the line was measured as too slow")
    elif not kitty:
        size, mean, worst, count = quality(folder, last, groups)
        row("... with more colours, once, after a second", "",
            f"{size / 1000:.2f} kB, {mean:.1f} mean / {worst:.1f} dB worst")
    terminal.CELL = (9, 15)
    if not kitty:
        thumbnails(folder, kitty=True)


def main():
    folder = sys.argv[1]
    turns = int(os.environ.get("TURNS", "300"))
    parts = sys.argv[2:] or ["start", "idle", "loaded", "k", "line", "thumbnails"]
    print(f"{'what':<46} {'bar':<20} measured at {COLS}x{ROWS}; load {os.getloadavg()[0]:.1f}")
    for part in parts:
        {"start": lambda: start_and_keys(folder, turns), "idle": lambda: idle(folder, turns),
         "loaded": lambda: loaded(folder, turns), "k": lambda: change_k(folder),
         "line": lambda: slow_line(folder, turns), "thumbnails": lambda: thumbnails(folder)}[part]()
    if missed:
        print(f"missed: {len(missed)}")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
