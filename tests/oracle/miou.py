#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""miou.py PREDICTIONS LABELS: mIoU of trainId masks on CamVid's 11 classes, and agreement.

PREDICTIONS holds trainId PNGs (volo-segment --write trainid), LABELS CamVid's valannot. With
--same REFERENCE it prints instead the share of equal pixels over the files of that folder.
Needs numpy and Pillow. The fold of 19 classes to 11 groups walls with buildings, terrain and
vegetation with trees, riders and two-wheelers with bicyclists, larger vehicles with cars.
"""
import argparse
import os

import numpy as np
from PIL import Image

FOLD = {0: 3, 1: 4, 2: 1, 3: 1, 4: 7, 5: 2, 6: 6, 7: 6, 8: 5, 9: 5, 10: 0, 11: 9, 12: 10,
        13: 8, 14: 8, 15: 8, 16: 8, 17: 10, 18: 10}
NAMES = "sky building pole road pavement tree sign fence car pedestrian bicyclist".split()


def read(path):
    return np.asarray(Image.open(path))


def agreement(predictions, reference):
    equal = total = 0
    worst = 1.0
    for name in sorted(os.listdir(reference)):
        want, got = read(f"{reference}/{name}"), read(f"{predictions}/{name}")
        equal += (want == got).sum()
        total += want.size
        worst = min(worst, (want == got).mean())
    print(f"equal pixels {100 * equal / total:.4f} %, worst picture {100 * worst:.4f} %")


def score(predictions, labels):
    fold = np.full(256, 255, np.int64)
    fold[list(FOLD)] = list(FOLD.values())
    matrix = np.zeros((11, 256), np.int64)
    for name in sorted(os.listdir(labels)):
        truth, got = read(f"{labels}/{name}"), fold[read(f"{predictions}/{name}")]
        valid = truth < 11
        matrix += np.bincount(truth[valid].astype(np.int64) * 256 + got[valid], minlength=11 * 256).reshape(11, 256)
    square = matrix[:, :11]
    hit = np.diag(square)
    iou = hit / (matrix.sum(1) + square.sum(0) - hit)
    for name, value in zip(NAMES, iou):
        print(f"{name:12s} {100 * value:6.2f}")
    print(f"mIoU {100 * iou.mean():.3f}, pixel accuracy {100 * hit.sum() / matrix.sum():.3f}")


parser = argparse.ArgumentParser()
parser.add_argument("predictions")
parser.add_argument("labels", nargs="?")
parser.add_argument("--same")
arguments = parser.parse_args()
if arguments.same:
    agreement(arguments.predictions, arguments.same)
else:
    score(arguments.predictions, arguments.labels)
