#!/usr/bin/env python3
"""make.py SEED COUNT PHOTOS ALBUM MANIFEST: a folder of hostile files, the same for the same seed.

Bombs and odd files are always the same; the rest, up to COUNT, are mutants of small pictures:
sample photos for JPEG, and pictures written here for the other formats, so that nothing but
Python's own library is needed. Blind mutation does not reach a PNG decoder, because checksums
reject nearly all of it; here they are repaired. The manifest has a line for each file: the format
or kind, the verdicts that are right for it ("any" when any is), and the name in base64.
"""
import base64
import os
import random
import socket
import struct
import sys
import zlib
from pathlib import Path


# ---- writers: the least that a decoder takes for a picture

def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, color, rows):
    return (b"\x89PNG\r\n\x1a\n"
            + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
            + png_chunk(b"IDAT", zlib.compress(rows, 6)) + png_chunk(b"IEND", b""))


def png_of(width, height, rgb):
    rows = b"".join(b"\0" + rgb[3 * width * y:3 * width * (y + 1)] for y in range(height))
    return png(width, height, 8, 2, rows)


def bmp_of(width, height, rgb):
    stride = (3 * width + 3) // 4 * 4
    rows = b"".join(rgb[3 * width * y:3 * width * (y + 1)][::-1].ljust(stride, b"\0")
                    for y in reversed(range(height)))
    return (struct.pack("<2sIHHI", b"BM", 54 + len(rows), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(rows), 2835, 2835, 0, 0)
            + rows)


def pnm_of(width, height, rgb):
    return b"P6\n# a comment\n%d %d\n255\n" % (width, height) + rgb


def tiff(width, height, compression, strip):
    """One strip of RGB; compression 1 is none, 8 is Deflate."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 134), (259, 3, 1, compression),
               (262, 3, 1, 2), (273, 4, 1, 140), (274, 3, 1, 1), (277, 3, 1, 3), (278, 4, 1, height),
               (279, 4, 1, len(strip))]
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(entries)) + directory
    return (head + b"\0\0\0\0").ljust(134, b"\0") + struct.pack("<HHH", 8, 8, 8) + strip


def tiff_of(width, height, rgb):
    return tiff(width, height, 1, rgb)


def tiff_deflate_of(width, height, rgb):
    return tiff(width, height, 8, zlib.compress(rgb))


class Bits:
    """A stream of bits, the lowest first, as WebP's lossless format has them."""

    def __init__(self):
        self.value, self.count = 0, 0
        self.bytes = bytearray()

    def put(self, value, count):
        self.value |= value << self.count
        self.count += count
        while self.count >= 8:
            self.bytes.append(self.value & 255)
            self.value >>= 8
            self.count -= 8

    def end(self):
        self.put(0, 7)
        return bytes(self.bytes)


REVERSED = [int("{:08b}".format(i)[::-1], 2) for i in range(256)]


def webp_wrap(stream):
    data = b"VP8L" + struct.pack("<I", len(stream)) + stream + b"\0" * (len(stream) & 1)
    return b"RIFF" + struct.pack("<I", 4 + len(data)) + b"WEBP" + data


def webp_start(width, height):
    bits = Bits()
    bits.put(0x2f, 8)
    bits.put(width - 1, 14)
    bits.put(height - 1, 14)
    bits.put(0, 4)  # no alpha, version 0
    bits.put(0, 3)  # no transform, no colour cache, one set of codes
    return bits


def webp_symbol(bits, symbol):
    """A code of one symbol, which takes no bits in the picture."""
    bits.put(0b101, 3)
    bits.put(symbol, 8)


def webp_of(width, height, rgb):
    bits = webp_start(width, height)
    for alphabet in (256 + 24, 256, 256):  # green, red, blue: eight bits for each value
        bits.put(0, 1)
        bits.put(12 - 4, 4)
        for length in (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8):
            bits.put(length in (0, 8), 3)
        bits.put(0, 1)
        for symbol in range(alphabet):
            bits.put(symbol < 256, 1)
    webp_symbol(bits, 255)  # alpha
    webp_symbol(bits, 0)    # distances
    for i in range(0, 3 * width * height, 3):
        for channel in (1, 0, 2):
            bits.put(REVERSED[rgb[i + channel]], 8)
    return webp_wrap(bits.end())


def webp_flat(width, height):
    bits = webp_start(width, height)
    for symbol in (128, 128, 128, 255, 0):
        webp_symbol(bits, symbol)
    return webp_wrap(bits.end())


# ---- bombs, each under 2 MB

def jpeg_claiming(base, width, height):
    """The sides in the frame header replaced."""
    at = 2
    while base[at + 1] not in (0xc0, 0xc1, 0xc2):
        at += 2 + struct.unpack(">H", base[at + 2:at + 4])[0]
    return base[:at + 5] + struct.pack(">HH", height, width) + base[at + 9:]


def bombs(jpeg):
    large = "too_large"
    yield "png", "1bit", large, png(20000, 20000, 1, 0, bytes(20000 * 2501))
    yield "png", "16bit", large, png(11000, 11000, 16, 6, bytes(11000 * 100))
    yield "png", "claim", large, png(2**31 - 1, 2**31 - 1, 8, 2, b"")
    yield "png", "below", "any", png(9990, 9990, 1, 0, bytes(9990 * 1250))
    yield "tiff", "claim", large, tiff(60000, 60000, 1, bytes(1000))
    yield "tiff", "deflate", large, tiff(30000, 30000, 8, zlib.compress(bytes(10**8)))
    yield "tiff", "sides", "any", tiff(2**32 - 1, 2**32 - 1, 1, bytes(1000))
    yield "bmp", "claim", large, bmp_of(4, 4, bytes(48)).replace(
        struct.pack("<ii", 4, 4), struct.pack("<ii", 60000, 60000), 1)
    yield "bmp", "upside", large, bmp_of(4, 4, bytes(48)).replace(
        struct.pack("<ii", 4, 4), struct.pack("<ii", 60000, -60000), 1)
    yield "bmp", "negative", "any", bmp_of(4, 4, bytes(48)).replace(
        struct.pack("<ii", 4, 4), struct.pack("<ii", -2**31, -2**31), 1)
    yield "pnm", "claim", large, b"P6 60000 60000 255\n" + bytes(1000)
    yield "pnm", "bitmap", large, b"P4 60000 60000\n" + bytes(1000)
    yield "pnm", "digits", "any", b"P5 " + b"9" * 100000 + b" 1 255\n"
    yield "pnm", "comment", "any", b"P5 #" + b"x" * 1500000
    yield "webp", "flat", large, webp_flat(16383, 16383)
    yield "webp", "wide", large, webp_flat(16383, 6200)
    yield "jpeg", "claim", "any", jpeg_claiming(jpeg, 65500, 65500)
    yield "jpeg", "tall", "any", jpeg_claiming(jpeg, 1, 65500)


# ---- odd files

def odd_files():
    yield "empty.jpg", "corrupt", b""
    yield "one-byte.jpg", "unsupported corrupt", b"\xff"
    for name, head in (("jpeg.jpg", b"\xff\xd8\xff"), ("png.png", b"\x89PNG\r\n\x1a\n"),
                       ("webp.webp", b"RIFF\xff\xff\xff\xffWEBP"), ("tiff.tif", b"II*\0"),
                       ("tiff2.tif", b"MM\0*\xff\xff\xff\xff"), ("bmp.bmp", b"BM"), ("pnm.ppm", b"P6")):
        yield "only-" + name, "corrupt unsupported", head
    yield "gif.gif", "corrupt unsupported", b"GIF89a" + bytes(7)
    yield "heic.heic", "corrupt unsupported", b"\0\0\0\x18ftypheic" + bytes(100)
    yield "avif.avif", "corrupt unsupported", b"\0\0\0\x18ftypavif" + bytes(100)
    yield "page.jpg", "unsupported", b"<html><script>alert(1)</script>"
    yield "program.png", "unsupported", b"\x7fELF\2\1\1" + bytes(1000)
    yield "script.png", "unsupported", b"#!/bin/sh\nrm -rf /\n"
    yield "vector.webp", "unsupported", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'
    yield "loop.tif", "any", struct.pack("<2sHIH", b"II", 42, 8, 0) + struct.pack("<I", 8)
    # A profile and a text that a careless reader would inflate or print.
    yield "text.png", "any", (b"\x89PNG\r\n\x1a\n"
                              + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0))
                              + png_chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(50000000)))
                              + png_chunk(b"iCCP", b"\x1b[31m\0\0" + zlib.compress(bytes(1000)))
                              + png_chunk(b"IDAT", zlib.compress(bytes(20)))
                              + png_chunk(b"IEND", b""))


def make_odd_entries(album, note):
    os.mkfifo(album / "fifo.jpg")
    note("odd", "unreadable", b"fifo.jpg")
    (album / "folder.jpg").mkdir()
    note("odd", "unreadable", b"folder.jpg")
    with socket.socket(socket.AF_UNIX) as unix:
        here = os.getcwd()
        os.chdir(album)  # a socket's path must be short
        unix.bind("socket.jpg")
        os.chdir(here)
    note("odd", "unreadable", b"socket.jpg")
    for name, target in (("dangling.jpg", "nowhere"), ("loop.jpg", "loop.jpg"),
                         ("zero.jpg", "/dev/zero")):
        (album / name).symlink_to(target)
        note("odd", "unreadable", name.encode())
    with open(album / "sparse.png", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate((512 << 20) + 1)
    note("odd", "too_large", b"sparse.png")


# ---- mutants

INTERESTING = [b"\0", b"\xff", b"\x7f", b"\x80", b"\0\0", b"\xff\xff", b"\0\0\0\0",
               b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\x80", b"\x01\0\0\0"]


def mutate(rng, base):
    data = bytearray(base)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        # Half of the changes hit the first bytes, where decisions are made.
        limit = len(data) if rng.random() < 0.5 else min(len(data), 200)
        if limit == 0:
            break
        at = rng.randrange(limit)
        action = rng.randrange(6)
        if action == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif action == 1:
            data[at] = rng.randrange(256)
        elif action == 2:
            bytes_ = rng.choice(INTERESTING)
            data[at:at + len(bytes_)] = bytes_
        elif action == 3:
            del data[at:at + rng.randrange(1, 30)]
        elif action == 4:
            data[at:at] = data[at:at + rng.randrange(1, 30)]
        else:
            data[at:at] = rng.randbytes(rng.randrange(1, 8))
    return bytes(data)


def png_chunks(data):
    at = 8
    while at + 12 <= len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        if at + 12 + length > len(data):
            break
        yield data[at + 4:at + 8], data[at + 8:at + 8 + length]
        at += 12 + length


def change_bytes(rng, base):
    data = bytearray(base)
    for _ in range(rng.choice((1, 2, 5, 20))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def mutate_png(rng, base):
    """One kind of chunk is changed: the pixels before they are compressed, or what is stored."""
    target = rng.choice(("pixels", "pixels", "pixels", "IDAT", "IHDR", "new"))
    out = base[:8]
    for kind, data in png_chunks(base):
        if kind == b"IDAT" and target == "pixels":
            data = zlib.compress(change_bytes(rng, zlib.decompress(data)))
        elif kind == target.encode():
            data = mutate(rng, data)
        out += png_chunk(kind, data)
        if target == "new" and kind == b"IHDR":
            out += png_chunk(rng.choice((b"PLTE", b"tRNS", b"gAMA", b"eXIf", b"acTL", b"IHDR")),
                             rng.randbytes(rng.randrange(40)))
    return out


def truncate(rng, base):
    return base[:rng.randrange(len(base))]


def mutant(rng, kind, base):
    if rng.random() < 0.15:
        return truncate(rng, base)
    if kind == "png" and rng.random() < 0.9:
        return mutate_png(rng, base)
    return mutate(rng, base)


def bases(rng, photos):
    """Small pictures of each format; noise, so that the file has as much to hit as to skip."""
    portraits = sorted((photos / "portraits").glob("*/*.jpg"))
    found = {"jpeg": [path.read_bytes() for path in rng.sample(portraits, 12)]}
    writers = {"png": [png_of], "webp": [webp_of], "bmp": [bmp_of], "pnm": [pnm_of],
               "tiff": [tiff_of, tiff_deflate_of]}
    for kind, write in writers.items():
        found[kind] = []
        for width, height in ((32, 24), (40, 40), (17, 61)):
            rgb = bytes((x * 7 + y * 5 + rng.randrange(40)) & 255
                        for y in range(height) for x in range(3 * width))
            found[kind] += [writer(width, height, rgb) for writer in write]
    return found


def odd_name(rng, number):
    """Any bytes but "/" and NUL, up to the 255 that a name may have, then a suffix."""
    choices = [b"\x1b]0;owned\x07", b"\n", b"\r", b"\xff\xfe", b"'; touch owned; '", b"=cmd|' C calc'!A0",
               b"<script>", "\u202egpj".encode(), b"%s%n", b"--help", b" ", "日本".encode()]
    name = b"%06d" % number + rng.choice(choices) + bytes(
        c for c in rng.randbytes(rng.choice((0, 3, 200))) if c not in b"\0/")
    return name[:240]


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    photos, album, manifest = (Path(arg) for arg in sys.argv[3:6])
    rng = random.Random(seed)
    album.mkdir(parents=True)
    lines = []

    def note(kind, verdicts, name):
        lines.append("%s\t%s\t%s" % (kind, verdicts, base64.b64encode(name).decode()))

    def put(kind, verdicts, name, data):
        with open(os.path.join(os.fsencode(album), name), "wb") as file:
            file.write(data)
        note(kind, verdicts, name)

    found = bases(rng, photos)
    for kind, name, verdicts, data in bombs(found["jpeg"][0]):
        assert len(data) < 2000000, (kind, name, len(data))
        put("bomb", verdicts, b"bomb-%s.%s" % (name.encode(), kind.encode()), data)
    for name, verdicts, data in odd_files():
        put("odd", verdicts, name.encode(), data)
    make_odd_entries(album, note)
    kinds = list(found)
    suffixes = {"jpeg": b".jpg", "png": b".png", "webp": b".webp", "bmp": b".bmp", "pnm": b".ppm",
                "tiff": b".tif"}
    for kind in kinds:  # that the writers write what decoders read
        put("base-" + kind, "ok", b"base" + suffixes[kind], found[kind][0])
    while len(lines) < count:
        kind = kinds[len(lines) % len(kinds)]
        name = odd_name(rng, len(lines)) if rng.random() < 0.2 else b"%06d" % len(lines)
        put(kind, "any", name + suffixes[kind], mutant(rng, kind, rng.choice(found[kind])))
    manifest.write_text("\n".join(lines) + "\n")


main()
