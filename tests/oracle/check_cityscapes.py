# SPDX-License-Identifier: Apache-2.0
"""check_cityscapes.py BUILD [TREE [SPLIT]]: this library against cityscapesScripts on real label files.

TREE is ../shared/data/cityscapes_mini, its split train, unless said otherwise. Predictions are derived from
the labels into a temporary folder: moved, coarse, with wrong and ignored classes. Every number of the result
file must be equal to 1e-12, the matrix to the pixel. Prints the time each takes for a pair.
Needs cityscapesScripts==2.3.0 with numpy<2.4, and BUILD/tests/oracle/print_scores.
"""
import contextlib
import glob
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image


def derive(labels, i):
    rng = np.random.default_rng(i)
    prediction = np.roll(labels, (3 + i, -5), (0, 1)).copy()
    if i % 2:
        prediction = prediction[::4, ::4].repeat(4, 0).repeat(4, 1)[:labels.shape[0], :labels.shape[1]]
    prediction[prediction < 7] = 7
    for _ in range(40):
        y, x = rng.integers(0, labels.shape[0] - 60), rng.integers(0, labels.shape[1] - 90)
        prediction[y:y + 60, x:x + 90] = rng.integers(0, 34)
    return prediction


def run_cityscapes(pairs, path):
    import cityscapesscripts.evaluation.evalPixelLevelSemanticLabeling as cs

    cs.args.exportFile, cs.args.quiet, cs.args.evalPixelAccuracy = path, True, False
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        start = time.process_time()
        cs.evaluateImgLists([p for p, _ in pairs], [t for _, t in pairs], cs.args)
        print(f"cityscapesScripts: {1e3 * (time.process_time() - start) / len(pairs):.2f} ms a pair",
              file=sys.stderr)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def compare(want, lines):
    """The number of fields that were compared; raises at the first that differs."""
    conf = np.zeros((256, 256), np.int64)
    fields = 0
    for line in lines:
        cells = line.split("\t")
        if cells[0] == "conf":
            conf[int(cells[1]), int(cells[2])] = int(cells[3])
            continue
        if cells[0] not in want:
            continue
        expected = want[cells[0]]
        expected = expected if cells[1] == "-" else expected[cells[1]]
        got = float(cells[2])
        same = math.isnan(got) if math.isnan(expected) else abs(got - expected) <= 1e-12
        assert same, f"{cells[0]} {cells[1]}: {got!r}, cityscapesScripts {expected!r}"
        fields += 1
    assert (conf[:34, :34] == np.array(want["confMatrix"])).all(), "the matrix differs"
    assert conf.sum() == np.array(want["confMatrix"]).sum()
    return fields


def main():
    build = sys.argv[1]
    here = os.path.dirname(os.path.abspath(__file__))
    tree = sys.argv[2] if len(sys.argv) > 2 else f"{here}/../../../shared/data/cityscapes_mini"
    split = sys.argv[3] if len(sys.argv) > 3 else "train"
    truths = sorted(glob.glob(f"{tree}/gtFine/{split}/*/*_gtFine_labelIds.png"))
    if not truths:
        sys.exit(f"no label files below {tree}/gtFine/{split}")
    with tempfile.TemporaryDirectory() as folder:
        pairs = []
        for i, truth in enumerate(truths):
            path = f"{folder}/{os.path.basename(truth).replace('_gtFine_labelIds', '_pred')}"
            Image.fromarray(derive(np.array(Image.open(truth)), i)).save(path)
            pairs.append((path, truth))
        want = run_cityscapes(pairs, f"{folder}/result.json")
        command = [f"{build}/tests/oracle/print_scores", "cityscapes", split, tree, folder]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    print(f"{len(pairs)} pairs: {compare(want, lines)} fields and the matrix are equal")


main()
