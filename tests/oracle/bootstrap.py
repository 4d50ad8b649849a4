# SPDX-License-Identifier: Apache-2.0
"""bootstrap.py A.json B.json [SAMPLES [SEED]]: what `volo-eval diff` must say, by numpy.

The pictures of each sample come from numpy's Philox, of which the library has its own copy, so the
interval must agree to rounding; a second one from other random numbers shows how far chance goes.
Conventions in which a class that is nowhere is skipped: cityscapes, mmseg, hf (and detectron2).
"""
import json
import sys

import numpy as np


def counts(document):
    per_image = document["per_image"]
    return [np.array([image[key] for image in per_image], dtype=np.uint64)
            for key in ("tp", "pred", "gt")]


def miou(convention, tp, pred, gt):
    tp, union = tp.astype(float), (pred + gt - tp).astype(float)
    if convention == "csail":
        return (tp / (union + 1e-10)).mean()
    there = gt > 0 if convention == "detectron2" else union > 0
    return (tp[there] / union[there]).mean() if there.any() else np.nan


def draw_own(images, sample, seed):
    blocks = (images + 3) // 4
    numbers = np.empty((blocks, 4), dtype=np.uint64)
    for block in range(blocks):
        counter = (block + (sample << 64) - 1) % (1 << 256)  # numpy steps it before it draws
        words = np.array([counter >> (64 * i) & (1 << 64) - 1 for i in range(4)], dtype=np.uint64)
        key = np.array([seed, 0], dtype=np.uint64)
        numbers[block] = np.random.Philox(key=key, counter=words).random_raw(4)
    return [int(number) * images >> 64 for number in numbers.ravel()[:images]]


def interval(convention, a, b, draws):
    differences = []
    for picked in draws:
        scores = [miou(convention, *(c[picked].sum(axis=0) for c in side)) for side in (a, b)]
        differences.append(scores[1] - scores[0])
    differences = np.array(differences)
    differences = differences[~np.isnan(differences)]
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high), float((differences > 0).mean())


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        first = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        second = json.load(file)
    samples = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    convention = first["convention"]
    a, b = counts(first), counts(second)
    images = len(first["per_image"])
    own = interval(convention, a, b, (draw_own(images, s, seed) for s in range(samples)))
    other = np.random.default_rng(12345)
    chance = interval(convention, a, b, (other.integers(images, size=images) for _ in range(samples)))
    print(json.dumps({"low": own[0], "high": own[1], "share_better": own[2],
                      "other_low": chance[0], "other_high": chance[1]}, indent=2))


if __name__ == "__main__":
    main()
