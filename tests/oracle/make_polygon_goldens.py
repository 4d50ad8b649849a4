# SPDX-License-Identifier: Apache-2.0
"""make_polygon_goldens.py OUT [--count N] [--seed N] [--large]: polygon files and the label pictures that
cityscapesScripts' json2labelImg makes of them (with Pillow==11.3.0).

Self-crossing, level, one-point (the same point again), off-picture and fractional polygons; groups, deleted
objects, labels that are not drawn. --large: pictures and polygons of Cityscapes' size, for a trial.
"""
import argparse
import json
import os
import random

from cityscapesscripts.helpers.labels import labels
from cityscapesscripts.preparation.json2labelImg import json2labelImg

NAMES = [label.name for label in labels] + [label.name + "group" for label in labels if label.hasInstances]


def round_shape(r, w, h, n):
    """An outline around a centre, as people draw them."""
    import math
    x, y, size = r.uniform(-0.1, 1.1) * w, r.uniform(-0.1, 1.1) * h, r.uniform(0.02, 0.6) * max(w, h)
    return [[int(x + size * r.uniform(0.5, 1) * math.cos(2 * math.pi * i / n)),
             int(y + size * r.uniform(0.3, 0.8) * math.sin(2 * math.pi * i / n))] for i in range(n)]


def polygon(r, w, h, kind, n):
    if kind == "round":
        return round_shape(r, w, h, n)
    if kind == "point":
        point = [r.randint(-2, w + 1), r.randint(-2, h + 1)]
        return [point] * r.choice([2, 3, 5])
    if kind == "level":
        y = r.randint(0, h - 1)
        return [[r.randint(-5, w + 5), y] for _ in range(r.randint(2, 5))]
    if kind == "off":
        return [[r.randint(-3 * w, 4 * w), r.randint(-3 * h, 4 * h)] for _ in range(n)]
    if kind == "steps":
        points, x, y = [], r.randint(0, w), r.randint(0, h)
        for i in range(n):
            x, y = (x + r.randint(-9, 9), y) if i % 2 else (x, y + r.randint(-9, 9))
            points.append([x, y])
        return points
    if kind == "fraction":
        return [[r.uniform(-3, w + 3), r.uniform(-3, h + 3)] for _ in range(n)]
    return [[r.randint(0, w - 1), r.randint(0, h - 1)] for _ in range(n)]  # crosses itself


def make(r, large):
    w, h = (r.randint(300, 2048), r.randint(200, 1024)) if large else (r.randint(8, 64), r.randint(8, 40))
    objects = []
    for i in range(r.randint(1, 60 if large else 7)):
        kind = r.choice(["round", "round", "cross", "point", "level", "off", "steps", "fraction"])
        points = polygon(r, w, h, kind, r.choice([3, 4, 5, 8, 13, 200 if large else 21]))
        thing = {"label": r.choice(NAMES), "polygon": points}
        if r.random() < 0.2:
            thing["deleted"] = r.choice([0, 1])
        if r.random() < 0.3:
            thing.update(id=i, verified=1, user="none", date="01-Jan-2016 00:00:00")
        objects.append(thing)
    return {"imgHeight": h, "imgWidth": w, "objects": objects}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    for i in range(options.count):
        stem = f"{options.out}/shape{i:02d}"
        with open(stem + ".json", "w", encoding="utf-8") as file:
            json.dump(make(random.Random(options.seed + i), options.large), file, separators=(",", ":"))
        json2labelImg(stem + ".json", stem + ".png", "ids")


if __name__ == "__main__":
    main()
