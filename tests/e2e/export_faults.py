"""export_faults.py LOOKALIKE DB ALL KILLS PHOTO...: let every system call by which an export writes go wrong.

A run that is not disturbed tells the calls that touch the result, its folder, its temporary name
and, for copies, the photos. Then each of them in turn fails with an error, or the program is
killed at it (by strace); and KILLS times it is killed at some moment. Without ALL each call gets one of the errors, in turn.
"""
import hashlib
import os
import random
import re
import subprocess
import sys
import tempfile
import time

program, db, everything = sys.argv[1], sys.argv[2], sys.argv[3] == "all"
ERRORS = ["ENOSPC", "EIO", "EINTR", "EMFILE"]
KINDS = {
    "csv": ["--format", "csv", "--with-landmarks"],
    "json": ["--format", "json"],
    "html": ["--format", "html"],
    "links": ["--format", "tree"],
    "copies": ["--format", "tree", "--copy"],
}
folder = tempfile.mkdtemp()
environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")


def fail(text):
    print("failed:", text)
    sys.exit(1)


def content(path):
    """What is there: None, a file's bytes, or a folder's names with what they are."""
    if os.path.isfile(path):
        return open(path, "rb").read()
    if not os.path.isdir(path):
        return None
    found = {}
    for top, folders, files in os.walk(path):
        for name in folders + files:
            full = os.path.join(top, name)
            key = os.path.relpath(full, path)
            if os.path.islink(full):
                found[key] = "-> " + os.readlink(full)
            else:
                found[key] = open(full, "rb").read() if os.path.isfile(full) else "folder"
    return found


def remove(path):
    subprocess.run(["rm", "-rf", path], check=True)


class Export:
    def __init__(self, kind):
        self.kind = kind
        self.tree = "tree" in KINDS[kind]
        self.target = os.path.join(folder, kind)
        name = hashlib.sha256(kind.encode()).hexdigest()[:16]
        self.temporary = os.path.join(folder, f".lookalike-{name}.tmp")
        self.old = None if self.tree else b"what was there\n"
        self.command = [program, "export", "-k", "1", "--db", db, "-o", self.target] + KINDS[kind]
        self.run([])
        self.new = content(self.target)
        self.watched = [folder, folder + "/", self.target, self.temporary]
        if self.tree:
            parts = [os.path.join(self.temporary, key) for key in self.new]
            self.watched += parts + [os.path.realpath(os.path.join(self.target, key))
                                     for key in self.new]
        if kind == "copies":
            self.watched += self.sources

    sources = []

    def run(self, strace):
        """Over what was there; exit status (negative: a signal) and stderr."""
        remove(self.target)
        if self.old is not None:
            with open(self.target, "wb") as file:
                file.write(self.old)
        done = subprocess.run(strace + self.command, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
        lines = done.stderr.decode().splitlines(keepends=True)
        return done.returncode, "".join(l for l in lines if not l.startswith("strace: "))

    def traced(self, what):
        paths = [word for path in self.watched for word in ("-P", path)]
        return ["strace", "-qq", "-o", os.path.join(folder, "log")] + paths + what

    def calls(self):
        """How often each call is made on what is watched."""
        status, text = self.run(self.traced([]))
        if status or content(self.target) != self.new:
            fail(f"{self.kind} under strace: {status} {text}")
        counts = {}
        for line in open(os.path.join(folder, "log"), errors="replace"):
            name = re.match(r"\w+", line).group()
            counts[name] = counts.get(name, 0) + 1
        return counts

    def strays(self):
        return [name for name in os.listdir(folder) if name.endswith(".tmp")]

    def check_error(self, call, when, error):
        status, text = self.run(self.traced([f"-einject={call}:error={error}:when={when}"]))
        label = f"{self.kind}, {error} at {call} {when}: exit {status}, '{text.strip()}'"
        after = content(self.target)
        lasting = "made to last" not in text
        if status not in (0, 1, 3) or len(text.splitlines()) != (status != 0):
            fail(label)
        if status == 0 and after != self.new:
            fail(label + ", but not what it should be")
        if status == 1 and after != (self.old if lasting else self.new):
            fail(label + ", but what was there is not as it was")
        if status == 3 and (self.kind != "copies" or not set(after.items()) < set(self.new.items())):
            fail(label + ", but not a part")
        if self.strays():
            # Only where the lock was not had, which may be another's.
            if call not in ("flock", "openat", "newfstatat", "fstat"):
                fail(label + f", and leaves {self.strays()}")
            self.check_next(label)
        return status

    def check_random_kill(self, rng, seconds):
        remove(self.target)
        if self.old is not None:
            with open(self.target, "wb") as file:
                file.write(self.old)
        process = subprocess.Popen(self.command, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, seconds))
        process.kill()
        process.wait()
        if content(self.target) not in (self.old, self.new) or len(self.strays()) > 1:
            fail(f"{self.kind}, killed at some moment: {self.strays()} and half of it")

    def check_signal(self, call, when):
        status, text = self.run(self.traced([f"-einject={call}:signal=TERM:when={when}"]))
        label = f"{self.kind}, SIGTERM at {call} {when}: {status} {text}"
        after = content(self.target)
        told = text == "lookalike: interrupted; nothing was replaced\n"
        if (status, told, after) not in ((5, True, self.old), (0, False, self.new)):
            # Before there is anything to clear away it is as for any program.
            if status not in (-15, 143) or after != self.old:
                fail(label)
        if self.strays():
            fail(label + f", and leaves {self.strays()}")
        return told

    def check_next(self, label):
        status, text = self.run([])
        if status or content(self.target) != self.new or self.strays():
            fail(label + f"; and then {status} {text} {self.strays()}")

    def check_kill(self, call, when):
        status, text = self.run(self.traced([f"-einject={call}:signal=KILL:when={when}"]))
        label = f"{self.kind}, killed at {call} {when}: {status} {text}"
        if status not in (-9, 137):
            fail(label)
        after = content(self.target)
        if after not in (self.old, self.new) or len(self.strays()) > 1:
            fail(label + f": {self.strays()} and half of it")
        self.check_next(label)


turn = errors = kills = refused = interrupted = 0
random_kills = int(sys.argv[4])
Export.sources = sys.argv[5:]
rng = random.Random(1)
for kind in KINDS:
    export = Export(kind)
    started = time.monotonic()
    export.run([])
    seconds = time.monotonic() - started
    for i in range(random_kills // len(KINDS)):
        export.check_random_kill(rng, seconds)
    export.check_next(f"{kind}, after random kills")
    if kind == "json" and not everything:
        continue  # the calls are those of CSV
    for call, count in sorted(export.calls().items()):
        for when in range(1, count + 1):
            turn += 1
            for error in ERRORS if everything else [ERRORS[turn % 4]]:
                refused += export.check_error(call, when, error) != 0
                errors += 1
            if everything or turn % 2:
                export.check_kill(call, when)
                kills += 1
            if everything or turn % 2 == 0:
                interrupted += export.check_signal(call, when)
print(f"{errors} errors, {refused} of them told; {kills} kills; {interrupted} interrupted")
remove(folder)
if errors < 80 or kills < 40 or interrupted < 12 or refused < errors / 2:
    fail("too few calls were found")
