"""A terminal to test the interface with: a pty, and a model of the screen behind it.

Screen   what an xterm with sixel would show: cells with their attributes, pictures as the cells
         they still cover; or a kitty, whose pictures stay until they are deleted; or a tmux, whose
         pictures go as a whole when one of their cells is written, and the oldest of ten. It answers
         questions, and notes in `faults` what must never be sent.
Link     a line of a certain speed and delay between the program and the screen.
Program  a program on the pty: keys in, bytes out, both timed.

Needs nothing but Python's own library. Sizes are in cells, times in seconds.
"""
import base64
import binascii
import errno
import fcntl
import functools
import hashlib
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata
import zlib

CELL = (9, 15)  # pixels
PICTURES_MAX = 16  # more than these are forgotten by xterm
TMUX_PICTURES_MAX = 9
PICTURE_MAX_PX = 1000
PICTURE_MAX_BYTES = 900_000

TOKEN = re.compile(
    rb"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    rb"|\x1b(?P<string>[P\]_^X])(?P<text>[^\x07\x1b\x18\x1a]*)(?P<end>\x07|\x1b\\|\x18|\x1a|\x1b(?=[^\\]))"
    rb"|\x1b(?P<esc>[ -/]*[0-OQ-WYZ\\`-~])"
    rb"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<print>[\x20-\x7e]+|(?:[\xc0-\xff][\x80-\xbf]*|[\x80-\xbf])+)")
STRING_END = re.compile(rb"[\x07\x1b\x18\x1a]")
SIXEL = re.compile(rb"([\d;]*)q(?:\"(\d+);(\d+);(\d+);(\d+))?")


COLORS_STRIP = 35  # of a row of thumbnails, before it gets more


class Picture:
    """A picture on the screen, and which of its cells are still its own."""

    def __init__(self, row, col, width, height, data, number=0):  # pixels
        self.number = number  # kitty's; 0 for a sixel
        self.row, self.col, self.width, self.height, self.data = row, col, width, height, data
        self.rows, self.cols = -(-height // CELL[1]), -(-width // CELL[0])
        self.cells = {(r, c) for r in range(row, row + self.rows)
                      for c in range(col, col + self.cols)}
        self.hash = hashlib.sha256(data).hexdigest()[:12]

    @property
    def place(self):
        return self.row, self.col, self.rows, self.cols

    def whole(self):
        return len(self.cells) == self.rows * self.cols

    @functools.cached_property
    def colors(self):
        """How many a sixel's palette has."""
        return len(set(re.findall(rb"#(\d+);2;", self.data)))

    def fine(self):
        """Whether it has those that are sent when nobody asks for anything."""
        return bool(self.number) or self.colors > COLORS_STRIP


def char_width(ch):
    if unicodedata.combining(ch) or unicodedata.category(ch) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1


class Screen:
    def __init__(self, rows=24, cols=80, sixel=True, sync=False, kitty=False, tmux=False):
        self.sixel, self.sync, self.kitty, self.tmux = sixel and not kitty, sync, kitty, tmux
        self.pictures = []
        self.loading = None  # kitty: the keys and the data of a picture that is under way
        self.faults = []
        self.modes = set()
        self.alternate = False
        self.buffer = b""
        self.syncs = 0  # synchronised updates that were finished
        self.picture_bytes = 0
        self.scrolled = False  # lines went off the top, and the screen was not cleared yet
        self.asked = None  # called before the answer to CSI 5 n
        self.wanted = None  # the size that CSI 8 t asked for
        self.resize(rows, cols)

    def resize(self, rows, cols):
        self.rows, self.cols = rows, cols
        self.row = self.col = 0
        self.saved = (0, 0)
        self.pen = ""
        self.wrap = False
        self.clear()

    def clear(self):
        self.cells = [[(" ", "")] * self.cols for _ in range(self.rows)]
        self.pictures = [p for p in self.pictures if p.number]
        self.scrolled = False

    # ---- what it shows ----

    def line(self, row):
        return "".join(ch for ch, _ in self.cells[row]).rstrip()

    def text(self):
        return "\n".join(self.line(row) for row in range(self.rows))

    def styles(self):
        """A line for each stretch of cells with attributes: "row col..col attributes"."""
        for row in range(self.rows):
            start = 0
            for col in range(1, self.cols + 1):
                pen = self.cells[row][start][1]
                if col == self.cols or self.cells[row][col][1] != pen:
                    if pen:
                        yield f"{row} {start}..{col - 1} {pen}"
                    start = col

    # ---- what comes from the program ----

    def feed(self, data):
        """Take bytes; return the answers to them."""
        answers = []
        # A picture comes in many pieces: each is looked at once.
        unfinished = self.in_string() and not STRING_END.search(self.buffer[-1:] + data)
        self.buffer += data
        if unfinished:
            return b""
        at = 0
        while at < len(self.buffer):
            token = TOKEN.match(self.buffer, at)
            if not token or (token.end() == len(self.buffer) and token.lastgroup == "print"
                             and self.buffer[-1] >= 0x80 and not self._decodes(token[0])):
                break
            at = token.end()
            if token["csi"] is not None:
                answers.append(self._csi(token["csi"].decode("latin-1")))
            elif token["string"] is not None:
                answers.append(self._string(token))
            elif token["esc"] is not None:
                self._escape(token["esc"])
            elif token["control"] is not None:
                self._control(token["control"][0])
            else:
                self._print(token["print"].decode("utf-8", "replace"))
        self.buffer = self.buffer[at:]
        return b"".join(a for a in answers if a)

    @staticmethod
    def _decodes(data):
        try:
            data.decode()
        except UnicodeDecodeError:
            return False
        return True

    def in_string(self):
        """Whether a control string has begun and not ended."""
        return self.buffer[:2] in (b"\x1bP", b"\x1b]", b"\x1b_")

    def _fault(self, what):
        if what not in self.faults:
            self.faults.append(what)

    def _scroll(self, what):
        """Allowed only to push old pictures out before all is cleared, as frame.c explains."""
        if what != "LF":
            self._fault(f"scroll: {what}")
        self.scrolled = True
        for picture in self.pictures:
            picture.row -= 1
            picture.cells = {(r - 1, c) for r, c in picture.cells if r > 0}
        self.cells = self.cells[1:] + [[(" ", "")] * self.cols]

    def _cover(self, row, col):
        if self.tmux:
            self.pictures = [p for p in self.pictures if (row, col) not in p.cells]
        for picture in self.pictures:
            if not picture.number:
                picture.cells.discard((row, col))

    def _print(self, text):
        if self.scrolled:
            self._fault("text after a scroll that no clear followed")
        for ch in text:
            width = char_width(ch)
            if width == 0:
                col = self.col - (0 if self.wrap else 1)
                if col >= 0:
                    before, pen = self.cells[self.row][col]
                    self.cells[self.row][col] = (before + ch, pen)
                continue
            if self.wrap or self.col + width > self.cols:
                self.col, self.wrap = 0, False
                if self.row == self.rows - 1:
                    self._fault("scroll: text over the last cell")
                else:
                    self.row += 1
            for i in range(min(width, self.cols - self.col)):
                self.cells[self.row][self.col + i] = (ch if i == 0 else "", self.pen)
                self._cover(self.row, self.col + i)
            self.col += width
            if self.col >= self.cols:
                self.col, self.wrap = self.cols - 1, True

    def _control(self, code):
        self.wrap = False
        if code == 13:
            self.col = 0
        elif code in (10, 11, 12):
            if self.row == self.rows - 1:
                self._scroll("LF")
            else:
                self.row += 1
        elif code == 8:
            self.col = max(0, self.col - 1)
        elif code == 9:
            self.col = min(self.cols - 1, self.col // 8 * 8 + 8)

    def _escape(self, sequence):
        if sequence == b"7":
            self.saved = (self.row, self.col, self.pen)
        elif sequence == b"8":
            self.row, self.col, self.pen = (self.saved + ("",))[:3]
            self.wrap = False
        elif sequence in (b"D", b"M", b"E"):
            self._fault(f"scroll: ESC {sequence.decode()}")
        elif sequence == b"c":
            self._fault("reset")

    def _erase(self, cells, what):
        for row, col in cells:
            if any((row, col) in p.cells for p in self.pictures):
                self._fault(f"{what} through a picture")
            self.cells[row][col] = (" ", self.pen)
            self._cover(row, col)

    def _csi(self, sequence):
        prefix = sequence[0] if sequence[0] in "<=>?" else ""
        final = sequence[-1]
        body = sequence[len(prefix):-1]
        middle = "".join(c for c in body if c in " !\"#$%&'()*+,-./")
        numbers = [int(n) if n.isdigit() else 0 for n in re.split("[;:]", body.rstrip(middle))]
        first = numbers[0]
        if not prefix and final != "m":
            self.wrap = False
        if prefix == "?" and final in "hl" and not middle:
            for mode in numbers:
                self._mode(mode, final == "h")
        elif prefix == "?" and middle == "$" and final == "p":
            known = {2026: 2 if self.sync else 0, 80: 2, 8452: 2}.get(first, 0)
            return b"\x1b[?%d;%d$y" % (first, known)
        elif prefix == "?" and final == "S":
            return self._graphics(numbers)
        elif prefix == ">" and final == "q":
            name = "kitty(0.36.4)" if self.kitty else "tmux 3.5a" if self.tmux else "XTerm(379)"
            return f"\x1bP>|{name}\x1b\\".encode()
        elif prefix:
            return b""
        elif final in "Hf":
            self.row = min(self.rows, max(1, first)) - 1
            self.col = min(self.cols, max(1, (numbers + [1])[1])) - 1
        elif final in "ABCDG`d":
            self._move(final, max(1, first))
        elif final == "m":
            self.pen = sgr(self.pen, body)
        elif final == "J":
            self._erase_display(first)
        elif final == "K":
            span = {0: range(self.col, self.cols), 1: range(self.col + 1),
                    2: range(self.cols)}.get(first, range(0))
            self._erase([(self.row, c) for c in span], "EL")
        elif final == "X":
            self._erase([(self.row, c) for c in
                         range(self.col, min(self.cols, self.col + max(1, first)))], "ECH")
        elif final in "LMSTr@P":
            self._fault(f"scroll: CSI {sequence}")
        elif final == "c":
            return b"\x1b[?63;1;2;4;6;9;15;16;22;28c" if self.sixel else b"\x1b[?64;1;2;6;9;15;22c"
        elif final == "t" and first == 8:
            self.wanted = numbers[1], numbers[2]
        elif final == "n" and first == 5:
            if self.asked:
                self.asked()
            return b"\x1b[0n"
        elif final == "n" and first == 6:
            return b"\x1b[%d;%dR" % (self.row + 1, self.col + 1)
        return b""

    def _erase_display(self, kind):
        """All of it is a clear, which some terminals spell as from the first cell on."""
        here = self.row * self.cols + self.col
        if kind >= 2 or (kind == 0 and here == 0):
            self.clear()
            return
        span = range(here, self.rows * self.cols) if kind == 0 else range(here + 1)
        self._erase([(i // self.cols, i % self.cols) for i in span], "ED")

    def _move(self, final, count):
        if final == "A":
            self.row = max(0, self.row - count)
        elif final == "B":
            self.row = min(self.rows - 1, self.row + count)
        elif final == "C":
            self.col = min(self.cols - 1, self.col + count)
        elif final == "D":
            self.col = max(0, self.col - count)
        elif final == "d":
            self.row = min(self.rows, count) - 1
        else:
            self.col = min(self.cols, count) - 1

    def _mode(self, mode, on):
        if mode == 2026 and not on and 2026 in self.modes:
            self.syncs += 1
        if mode == 1049:
            self.alternate = on
            self.row = self.col = 0
            self.clear()
        (self.modes.add if on else self.modes.discard)(mode)

    def _graphics(self, numbers):
        item, action = (numbers + [0, 0])[:2]
        if not self.sixel:
            return b"\x1b[?%d;3;0S" % item
        if item == 1:
            return b"\x1b[?1;0;1024S"
        if action == 4:
            return b"\x1b[?2;0;%d;%dS" % (PICTURE_MAX_PX, PICTURE_MAX_PX)
        return b"\x1b[?2;0;%d;%dS" % (min(self.cols * CELL[0], PICTURE_MAX_PX),
                                      min(self.rows * CELL[1], PICTURE_MAX_PX))

    def _string(self, token):
        kind, text = token["string"], token["text"]
        if token["end"] not in (b"\x07", b"\x1b\\"):
            self._fault("a control string was broken off")
        if kind == b"]" and text.startswith(b"11;?"):
            return b"\x1b]11;rgb:0000/0000/0000\x1b\\"
        if kind == b"P" and text.startswith(b"$q"):
            if self.tmux:
                self._fault("DECRQSS, which is a sixel to tmux")
            return b"\x1bP1$r0;48:2::1:2:3m\x1b\\"
        header = SIXEL.match(text) if kind == b"P" else None
        if header:
            self._sixel(header, text)
        if kind == b"_" and text.startswith(b"G"):
            self._kitty(text[1:])
        return b""

    def _kitty(self, text):
        """Delete, or take a chunk: of a PNG, sent and shown at once, quietly."""
        if not self.kitty:
            self._fault("kitty's graphics for a terminal that has none")
        head, _, data = text.partition(b";")
        keys = dict(re.findall(rb"(\w)=(\w+)", head))
        if len(data) > 4096:
            self._fault("a chunk of more than 4096 bytes")
        if keys.get(b"a") == b"d":
            if self.loading:
                self._fault("a picture is deleted while another is under way")
            self.pictures = [p for p in self.pictures if keys.get(b"d") == b"I" and
                             p.number != int(keys.get(b"i", 0))]
            return
        if not self.loading:
            self.loading = keys, b""
        elif b"a" in keys:
            self._fault("a picture begins within another")
        self.loading = self.loading[0], self.loading[1] + data
        if keys.get(b"m") != b"1":
            self._kitty_end(*self.loading)
            self.loading = None

    def _kitty_end(self, keys, data):
        """An end before its time is how a picture is given up."""
        try:
            numbers = {key: int(keys[key]) for key in (b"i", b"c", b"r")}
            width, height, _ = png_pixels(base64.b64decode(data, validate=True))
        except (KeyError, ValueError, struct.error, zlib.error, binascii.Error):
            return
        if keys.get(b"q") != b"2" or keys.get(b"C") != b"1" or keys.get(b"f") != b"100":
            self._fault(f"a picture with keys {keys}")
        picture = Picture(self.row, self.col, width, height, data, numbers[b"i"])
        if (height, width) != (numbers[b"r"] * CELL[1], numbers[b"c"] * CELL[0]):
            self._fault(f"a picture that does not fill its cells: {keys}")
        if any(p.number == picture.number for p in self.pictures):
            self._fault("a number that is in use")
        self.picture_bytes += len(data)
        self.pictures.append(picture)

    def _sixel(self, header, text):
        if not self.sixel:
            self._fault("sixel for a terminal that has none")
        if not header[4]:
            self._fault("sixel without its size")
            return
        width, height = int(header[4]), int(header[5])
        if width > PICTURE_MAX_PX or height > PICTURE_MAX_PX or len(text) > PICTURE_MAX_BYTES:
            self._fault(f"a sixel of {width}x{height} pixels, {len(text)} bytes")
        if self.tmux:
            height = -(-height // 6) * 6
        picture = Picture(self.row, self.col, width, height, text)
        if picture.row + picture.rows > self.rows - 1:
            self._fault("sixel on the last row")
        self.picture_bytes += len(text)
        for other in () if self.tmux else self.pictures:
            other.cells -= picture.cells
        self.pictures = [p for p in self.pictures if p.cells] + [picture]
        if len(self.pictures) > (TMUX_PICTURES_MAX if self.tmux else PICTURES_MAX):
            self._fault("more pictures than the terminal keeps")


SGR_NAMES = {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}


def sgr(pen, body):
    """The attributes after a CSI m: words, then "38;..." and "48;..." as they were sent."""
    words = pen.split()
    codes = re.split("[;:]", body) if body else ["0"]
    while codes:
        code = int(codes.pop(0) or 0)
        if code == 0:
            words = []
        elif code in SGR_NAMES:
            words.append(SGR_NAMES[code])
        elif code in (38, 48):
            count = {"5": 2, "2": 4}.get(codes[0] if codes else "", 0)
            words = [w for w in words if not w.startswith(f"{code};")]
            words.append(f"{code};" + ";".join(codes[:count]))
            del codes[:count]
        elif 30 <= code <= 49 or 90 <= code <= 107:
            front = code < 40 or 90 <= code < 98
            base = 38 if front else 48
            words = [w for w in words if not w.startswith(f"{base};")]
            if code not in (39, 49):
                index = code % 10 + (8 if code >= 90 else 0)
                words.append(f"{base};5;{index}")
    return " ".join(sorted(set(words)))


def sixel_pixels(text, background=(0, 0, 0)):
    """The pixels of a sixel as a bytearray of RGB, by the format's description (DEC STD 070)."""
    header = SIXEL.match(text)
    width, height = int(header[4]), int(header[5])
    pixels = bytearray(bytes(background) * (width * height))
    palette, color, x, band = {}, bytes(3), 0, 0
    for token in re.finditer(rb"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|([$-])",
                             text[header.end():]):
        register, red, green, blue, count, repeated, single, move = token.groups()
        if register:
            if red:
                palette[register] = bytes((int(v) * 255 + 50) // 100 for v in (red, green, blue))
            color = palette.get(register, bytes(3))
        elif move:
            x, band = 0, band + (6 if move == b"-" else 0)
        else:
            bits, count = (repeated or single)[0] - 63, int(count or 1)
            for i in range(6):
                if bits >> i & 1 and band + i < height:
                    at = ((band + i) * width + x) * 3
                    run = max(0, min(count, width - x))
                    pixels[at:at + 3 * run] = color * run
            x += count
    return pixels


def png_pixels(data):
    """Width, height and the RGB of a PNG with a palette of at most 256 and no filters."""
    chunks, at = {}, 8
    while at < len(data):
        length, = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        if struct.unpack_from(">I", data, at + 8 + length)[0] != zlib.crc32(kind + body):
            raise ValueError("a chunk's checksum")
        chunks[kind] = body
        at += 12 + length
    if data[:8] != b"\x89PNG\r\n\x1a\n" or list(chunks) != [b"IHDR", b"PLTE", b"IDAT", b"IEND"]:
        raise ValueError("not the chunks of a PNG")
    width, height, depth, kind = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    rows = zlib.decompress(chunks[b"IDAT"])
    if (depth, kind) != (8, 3) or len(rows) != (width + 1) * height or any(rows[::width + 1]):
        raise ValueError("not 8 bits of a palette, without filters")
    palette = [chunks[b"PLTE"][i:i + 3] for i in range(0, len(chunks[b"PLTE"]), 3)]
    pixels = b"".join(palette[i] for at in range(0, len(rows), width + 1)
                      for i in rows[at + 1:at + 1 + width])
    return width, height, pixels


class Link:
    """Bytes arrive after `delay`, at `rate` bytes a second (0: at once), from a buffer that takes
    all there is, as sshd and TCP do."""

    def __init__(self, rate=0, delay=0.0):
        self.rate, self.delay = rate, delay
        self.queue = []  # (when, bytes)
        self.free = 0.0  # when the line has sent all

    def put(self, now, data):
        step = 1024 if self.rate else len(data) + 1
        for i in range(0, len(data), step):
            piece = data[i:i + step]
            if self.rate:
                self.free = max(self.free, now) + len(piece) / self.rate
            self.queue.append(((self.free if self.rate else now) + self.delay, piece))

    def next(self):
        return self.queue[0][0] if self.queue else None

    def take(self, now):
        data = b""
        while self.queue and self.queue[0][0] <= now:
            data += self.queue.pop(0)[1]
        return data


class Program:
    def __init__(self, argv, screen, env=None, link=None, back_delay=0.0, answers=True):
        self.screen, self.link, self.back = screen, link or Link(), Link(0, back_delay)
        self.answering = answers
        self.log = []  # (when, number of bytes that arrived)
        self.bytes = b""
        self.keep = self.ended = False
        self.status = None
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                size = struct.pack("HHHH", screen.rows, screen.cols,
                                   screen.cols * CELL[0], screen.rows * CELL[1])
                fcntl.ioctl(0, termios.TIOCSWINSZ, size)
                os.execvpe(argv[0], argv, {**os.environ, **(env or {})})
            finally:
                os._exit(127)
        os.set_blocking(self.fd, False)

    def resize(self, rows, cols):
        """A new size; what is on the screen is as good as gone. The same size tells the program
        nothing."""
        if (rows, cols) == (self.screen.rows, self.screen.cols):
            return
        self.screen.resize(rows, cols)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, cols, cols * CELL[0], rows * CELL[1]))

    def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        self.back.put(time.monotonic(), data)
        self.step(0)

    def step(self, timeout):
        """Wait for bytes or for something that is due, and pass it on. False: the program ended."""
        now = time.monotonic()
        due = [t for t in (self.link.next(), self.back.next()) if t is not None]
        if due:
            timeout = max(0.0, min(timeout, min(due) - now))
        if self.ended:
            time.sleep(timeout)
        elif select.select([self.fd], [], [], timeout)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError as error:
                if error.errno not in (errno.EIO, errno.EAGAIN):
                    raise
                data = b"" if error.errno == errno.EIO else None
            self.ended = data == b""
            self.link.put(time.monotonic(), data or b"")
        now = time.monotonic()
        data = self.link.take(now)
        if data:
            self.log.append((now, len(data)))
            if self.keep:
                self.bytes += data
            answer = self.screen.feed(data)
            if self.screen.wanted:
                self.resize(*self.screen.wanted)
                self.screen.wanted = None
            if answer and self.answering:
                self.back.put(now, answer)
        data = self.back.take(time.monotonic())
        while data and not self.ended:
            try:
                data = data[os.write(self.fd, data):]
            except BlockingIOError:
                self.back.queue.insert(0, (time.monotonic() + 0.001, data))
                break
            except OSError:
                break
        return not self.ended or bool(self.link.queue)

    def until(self, check, limit=30.0):
        """Pass bytes on until check() is true; False after so many seconds, or at the end."""
        end = time.monotonic() + limit
        while not check():
            if time.monotonic() > end or not self.step(0.05):
                return bool(check())
        return True

    def quiet(self, gap, limit=30.0):
        """Until nothing has come for so long."""
        end = time.monotonic() + limit
        last, count = time.monotonic(), len(self.log)
        while time.monotonic() < end:
            if not self.step(gap / 4):
                return False
            if len(self.log) != count or self.link.queue:
                last, count = time.monotonic(), len(self.log)
            elif time.monotonic() - last >= gap:
                return True
        return False

    def refined(self, limit=2.0):
        """Until every picture has all the colours that it gets; some do not get more."""
        self.until(lambda: all(p.fine() for p in self.screen.pictures), limit)
        self.quiet(0.1, 5)

    def shows(self, pattern):
        return re.search(pattern, self.screen.text(), re.M) is not None

    def see(self, pattern, limit=30.0):
        if not self.until(lambda: self.shows(pattern), limit):
            raise AssertionError(f"no /{pattern}/ on the screen:\n{self.screen.text()}")

    def key(self, data, gap=0.012, limit=2.0):
        """Press it; (seconds to the last byte, bytes, bytes of pictures) of the answer."""
        self.log.clear()
        pictures = self.screen.picture_bytes
        began = time.monotonic()
        self.send(data)
        while time.monotonic() < began + limit:
            self.step(gap)
            last = self.log[-1][0] if self.log else None
            if last and time.monotonic() - last >= gap and not self.link.queue:
                break
        count = sum(n for _, n in self.log)
        return ((self.log[-1][0] - began) if self.log else None, count,
                self.screen.picture_bytes - pictures)

    def wait(self, limit=10.0):
        """Its wait status, when it has ended."""
        end = time.monotonic() + limit
        while self.status is None and time.monotonic() < end:
            self.step(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status

    def close(self):
        while self.step(0) and self.link.queue:
            pass
        os.close(self.fd)
        if self.status is None:
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                pid, self.status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    return
                time.sleep(0.01)
            os.kill(self.pid, signal.SIGKILL)
            _, self.status = os.waitpid(self.pid, 0)


def main():
    """terminal.py [-s ROWSxCOLS] [-k KEYS] COMMAND...: start it, press keys, print the screen."""
    arguments = sys.argv[1:]
    rows, cols, keys = 24, 80, ""
    while arguments and arguments[0].startswith("-"):
        option = arguments.pop(0)
        if option == "-s":
            rows, cols = map(int, arguments.pop(0).split("x"))
        elif option == "-k":
            keys = arguments.pop(0).encode().decode("unicode_escape")
    program = Program(arguments, Screen(rows, cols))
    program.quiet(1.0)
    for key in keys:
        program.send(key)
        program.quiet(0.3)
    print(program.screen.text())
    for picture in program.screen.pictures:
        print("picture", *picture.place, picture.hash, "whole" if picture.whole() else "covered")
    print("faults:", program.screen.faults, "picture bytes:", program.screen.picture_bytes)
    os.kill(program.pid, signal.SIGTERM)
    program.close()


if __name__ == "__main__":
    main()
