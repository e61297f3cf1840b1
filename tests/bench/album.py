"""album.py SCANNED DB FOLDER COUNT: a large collection out of a small one's rows.

FOLDER gets COUNT files of one byte, DB a row for each that says it is unchanged. Faces are those of
SCANNED over and over; their measures and embeddings differ a little each time.
"""
import os
import random
import shutil
import sqlite3
import struct
import sys

source, target, folder, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
MTIME_NS = 1_700_000_000_000_000_000


def jitter(blob, kind, share):
    if not blob:
        return blob
    numbers = struct.unpack(f"<{len(blob) // struct.calcsize(kind)}{kind}", blob)
    moved = [n * (1 + random.gauss(0, share)) for n in numbers]
    return struct.pack(f"<{len(numbers)}{kind}", *moved)


def columns(db, table):
    return [r[1] for r in db.execute(f"PRAGMA table_info({table})")]


def insert(db, table, row):
    names = ", ".join(row)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})",
               list(row.values()))


def rows(db, table, where, value):
    names = columns(db, table)
    return [dict(zip(names, r)) for r in db.execute(f"SELECT * FROM {table} WHERE {where} = ?",
                                                     (value,))]


random.seed(1)
shutil.copy(source, target)
os.makedirs(folder)
db = sqlite3.connect(target)
db.execute("PRAGMA foreign_keys = OFF")
known = [i for i, in db.execute("SELECT image_id FROM faces GROUP BY image_id HAVING count(*) = 1")]
images = [rows(db, "images", "id", i)[0] for i in known]
faces = [rows(db, "faces", "image_id", i)[0] for i in known]
data = [rows(db, "face_data", "face_id", f["id"])[0] for f in faces]
vectors = [rows(db, "face_embeddings", "face_id", f["id"]) for f in faces]
for table in ("images", "faces", "seen", "face_data", "face_embeddings", "roots"):
    db.execute(f"DELETE FROM {table}")
for i in range(count):
    name = os.path.join(folder, f"IMG_{i:05}.jpg")
    with open(name, "wb") as file:
        file.write(b"x")
    os.utime(name, ns=(MTIME_NS, MTIME_NS))
    image, face = dict(images[i % len(images)]), dict(faces[i % len(faces)])
    image.update(id=i + 1, path=os.fsencode(name), size_bytes=1, mtime_ns=MTIME_NS,
                 hash=struct.pack("<Q", i) + bytes(8) if image["hash"] else None, same_as=None)
    face.update(id=i + 1, image_id=i + 1, position=0, measures=jitter(face["measures"], "d", 0.02))
    insert(db, "images", image)
    insert(db, "faces", face)
    insert(db, "face_data", {**data[i % len(data)], "face_id": i + 1})
    for vector in vectors[i % len(vectors)]:
        insert(db, "face_embeddings", {**vector, "face_id": i + 1,
                                       "vector": jitter(vector["vector"], "f", 0.05)})
db.execute("INSERT INTO roots VALUES (?)", (os.fsencode(folder),))
db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name IN ('images', 'faces')", (count,))
db.commit()
db.execute("VACUUM")
