#!/usr/bin/python3
"""planted.py COUNT WORK PHOTOS...: plant faults in copies of photos, and see how many are found.

Photos are files, in the order in which they are used. For each fault COUNT of them are copied and
spoiled, each photo for one fault only; what is left stays as it is. A scan of the copies is to find
what was planted (recall) and nothing else (precision). What a photo already had before it was copied
is not counted against either: portraits that are cut by their edge are so. Prints a line for each
fault; ends with 1 when one is below 0.95. $LOOKALIKE is the program. Needs ImageMagick.
"""

import json
import os
import shutil
import subprocess
import sys

LIMIT = 0.95
LOOKALIKE = os.environ["LOOKALIKE"]


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def look(work, folder):
    """The images of a folder, by path, and their faces."""
    db = os.path.join(work, os.path.basename(folder) + ".db")
    subprocess.run([LOOKALIKE, "scan", "--db", db, folder], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    images = {i["path"]: i for i in json.loads(run(LOOKALIKE, "list", "--format", "json", "--db", db))}
    for image in images.values():
        image["boxes"] = []
    for face in json.loads(run(LOOKALIKE, "export", "--db", db))["faces"]:
        images[face["path"]]["boxes"].append(face["box"])
    return images


def convert(source, target, *operations):
    run("convert", source, "-auto-orient", *operations, "-quality", "92", target)


def largest(image):
    return max(image["boxes"], key=lambda box: box[2])


# Each plants one fault: the name of the copy, and whether the photo stays beside it.

def blurred(image, stem):
    """A fortieth of the face's width: lashes and irises are gone."""
    sigma = largest(image)[2] / 40
    convert(image["path"], stem + ".jpg", "-blur", f"0x{sigma:.2f}")


def dark(image, stem):
    """Four stops less light: a sixteenth of it, 0.28 of the stored grey levels."""
    convert(image["path"], stem + ".jpg", "-evaluate", "multiply", "0.28")


def face_cut(image, stem):
    """The left quarter of the face is beyond the edge."""
    box = largest(image)
    left = int(box[0] + box[2] / 4)
    convert(image["path"], stem + ".jpg", "-crop", f"{image['width'] - left}x{image['height']}+{left}+0",
            "+repage")


def partial(image, stem):
    with open(image["path"], "rb") as source, open(stem + ".jpg", "wb") as target:
        data = source.read()
        target.write(data[:len(data) * 7 // 10])


def wrong_extension(image, stem):
    shutil.copyfile(image["path"], stem + ".png")


def duplicate(image, stem):
    shutil.copyfile(image["path"], stem + "-copy.jpg")


def encoded_anew(image, stem):
    run("convert", image["path"], "-quality", "50", stem + "-copy.jpg")


def resized(image, stem):
    run("convert", image["path"], "-resize", "50%", stem + "-copy.jpg")


# fault, finding, whether the photo stays, whether it needs a face
FAULTS = [
    (blurred, "blurred", False, True),
    (dark, "dark", False, True),
    (face_cut, "face_cut", False, True),
    (partial, "partial", False, False),
    (wrong_extension, "wrong_extension", False, False),
    (duplicate, "duplicate", True, False),
    (encoded_anew, "near_duplicate", True, False),
    (resized, "near_duplicate", True, False),
]


def usable(image, with_face):
    """A photo of one format, with a face that is large enough to be spoiled and whole."""
    if image["verdict"] != "ok" or image["format"] != "jpeg":
        return False
    return not with_face or (image["faces"] == 1 and image["boxes"][0][2] >= 60 and
                             "face_cut" not in image["findings"])


def plant(photos, count, folder):
    """Fill the folder; for each file what it was made from and its fault, or None."""
    left, made = list(photos), {}
    for fault, finding, stays, with_face in FAULTS:
        chosen = [image for image in left if usable(image, with_face)][:count]
        if len(chosen) < count:
            sys.exit(f"planted: too few photos for {count} of {fault.__name__}")
        for image in chosen:
            left.remove(image)
            stem = os.path.join(folder, f"{len(made):04d}")
            before = set(os.listdir(folder))
            if stays:
                shutil.copyfile(image["path"], stem + ".jpg")
            fault(image, stem)
            for name in set(os.listdir(folder)) - before:
                made[os.path.join(folder, name)] = (image, fault.__name__)
    for image in left:
        path = os.path.join(folder, f"{len(made):04d}" + os.path.splitext(image["path"])[1])
        shutil.copyfile(image["path"], path)
        made[path] = (image, None)
    return made


def judge(made, found):
    good = True
    for fault, finding, _, _ in FAULTS:
        same = [f.__name__ for f, word, _, _ in FAULTS if word == finding]
        hit = missed = wrong = 0
        for path, (image, planted) in made.items():
            is_found = finding in found[path]["findings"]
            if planted == fault.__name__:
                hit += is_found
                missed += not is_found
                if not is_found:
                    print(f"  missed {finding}: {image['path']} {found[path]['findings']}")
            elif is_found and planted not in same and finding not in image["findings"]:
                wrong += 1
                print(f"  wrong {finding}: {image['path']}, which is {planted}")
        recall = hit / (hit + missed)
        precision = hit / (hit + wrong) if hit else 0
        good = good and recall >= LIMIT and precision >= LIMIT
        print(f"{fault.__name__:16} as {finding:16} {hit:3} of {hit + missed:3} found, {wrong} wrongly: "
              f"recall {recall:.3f}, precision {precision:.3f}")
    return good


def main():
    count, work, photos = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    for name in ("before", "planted"):
        os.makedirs(os.path.join(work, name))
    for i, photo in enumerate(photos):
        shutil.copyfile(photo, os.path.join(work, "before", f"{i:04d}" + os.path.splitext(photo)[1].lower()))
    before = look(work, os.path.join(work, "before"))
    words = sorted({word for _, word, _, _ in FAULTS})
    print(f"{len(before)} photos as they are: " + ", ".join(
        f"{sum(word in i['findings'] for i in before.values())} {word}" for word in words))
    made = plant(before.values(), count, os.path.join(work, "planted"))
    return 0 if judge(made, look(work, os.path.join(work, "planted"))) else 1


sys.exit(main())
