"""page.py WHAT PAGE: what is in a page of export.

skeleton   each element with the names of its attributes, in order, a line each
paths      the paths in it, the bytes as they were, in hex, a line each
pictures   for each picture "WIDTH HEIGHT", and what beside pixels is in its JPEG
"""
import base64
import re
import sys
from html.parser import HTMLParser

ESCAPES = {"n": b"\n", "t": b"\t", "\\": b"\\", "'": b"'"}


def unquote(text):
    """The bytes that quote_bytes() wrote: text as it is, or a shell's $'...'."""
    if not text.startswith("$'"):
        return text.encode()
    out = b""
    for part in re.findall(r"\\[0-7]{3}|\\.|[^\\]", text[2:-1]):
        if part[0] != "\\":
            out += part.encode()
        else:
            out += bytes([int(part[1:], 8)]) if part[1].isdigit() else ESCAPES[part[1]]
    return out


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.skeleton, self.paths, self.pictures, self.inside = [], [], [], None

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.skeleton.append(" ".join([tag] + [name for name, _ in attributes]))
        if tag == "figure" and "title" in values:
            self.paths.append(values["title"])
        if values.get("class") == "path":
            self.inside = ""
        if tag == "img":
            kind, data = values["src"].split(",", 1)
            assert kind == "data:image/jpeg;base64"
            self.pictures.append(base64.b64decode(data, validate=True))

    def handle_data(self, data):
        if self.inside is not None:
            self.inside += data

    def handle_endtag(self, tag):
        if self.inside is not None:
            assert tag == "bdi"
            self.paths.append(self.inside)
            self.inside = None


def segments(jpeg):
    """The markers of a JPEG up to its pixels, and its size."""
    at, found, size = 2, [], None
    while jpeg[at + 1] != 0xDA:
        length = int.from_bytes(jpeg[at + 2:at + 4], "big")
        found.append(jpeg[at + 1])
        if 0xC0 <= jpeg[at + 1] <= 0xC2:
            size = [int.from_bytes(jpeg[at + n:at + n + 2], "big") for n in (7, 5)]
        at += 2 + length
    return found, size


page = Page()
page.feed(open(sys.argv[2], encoding="utf-8", newline="").read())
if sys.argv[1] == "skeleton":
    print("\n".join(page.skeleton))
elif sys.argv[1] == "paths":
    print("\n".join(unquote(path).hex() for path in page.paths))
else:
    for jpeg in page.pictures:
        markers, size = segments(jpeg)
        # JFIF's own head, tables, frame: E0 DB C0 C4; no other APPn, no comment.
        print(*size, *sorted({f"{marker:02x}" for marker in markers} - {"e0", "db", "c0", "c4"}))
