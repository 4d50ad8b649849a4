# SPDX-License-Identifier: Apache-2.0
"""make_eval_goldens.py OUT: small label pictures and what other programs make of them.

cityscapes/CASE   a Cityscapes tree with instances, predictions, and expected.json as cityscapesScripts
                  writes it; expected.tsv holds the same, a number a line
conventions       pictures of 8 classes with all corner cases; expected.tsv by mmsegmentation's and CSAIL's
                  own code, torchmetrics, and the formulas of Detectron2 and Hugging Face evaluate (neither
                  has its metric on PyPI); boundaries by the definition, pixel by pixel

Needs: cityscapesScripts==2.3.0 with numpy<2.4, Pillow==11.3.0 (this interpreter); for `conventions` the
unpacked wheels of mmsegmentation==1.2.2, mit_semseg==1.0.0, torchmetrics==1.9.0 and lightning-utilities in
--wheels, and torch. `--only cityscapes|conventions` makes one of them, so that two interpreters will do.
"""
import argparse
import ast
import contextlib
import io
import json
import math
import os
import sys

import numpy as np
from PIL import Image


def save(path, array):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Image.fromarray(array).save(path)


# --- Cityscapes ------------------------------------------------------------------------------------

H, W = 24, 48


def paint(rng, ids, blocks):
    """Rectangles of ids on a ground of the first: labels u8 [h,w]."""
    labels = np.full((H, W), ids[0], np.uint8)
    for _ in range(blocks):
        y, x = rng.integers(0, H - 3), rng.integers(0, W - 3)
        h, w = rng.integers(2, 12), rng.integers(2, 16)
        labels[y:y + h, x:x + w] = rng.choice(ids)
    return labels


def disturb(rng, labels, extra, share):
    """A prediction: the truth moved a little, with some blocks of extra ids."""
    prediction = np.roll(labels, (int(rng.integers(-2, 3)), int(rng.integers(-2, 3))), (0, 1)).copy()
    noise = rng.random(labels.shape) < share
    prediction[noise] = rng.choice(extra, int(noise.sum()))
    for _ in range(3):
        y, x = rng.integers(0, H - 4), rng.integers(0, W - 6)
        prediction[y:y + 4, x:x + 6] = rng.choice(extra)
    return prediction


def instances(rng, labels, with_instances, group_share):
    """id * 1000 + number for rectangles of each id that has instances; the rest are groups."""
    codes = labels.astype(np.uint16)
    for id_ in with_instances:
        mask = labels == id_
        for number in range(int(rng.integers(1, 4))):
            y, x = rng.integers(0, H - 4), rng.integers(0, W - 4)
            area = np.zeros_like(mask)
            area[y:y + 10, x:x + 14] = True
            if rng.random() > group_share:
                codes[mask & area] = id_ * 1000 + number
    return codes


ALL = list(range(34))
VALID = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33]
THINGS = [24, 25, 26, 27, 28, 29, 30, 31, 32, 33]
CASES = {  # ids of the truth, extra ids of predictions, share of groups
    "every_class": (ALL, VALID, 0.0),
    "absent": ([7, 11, 23, 26, 0], [7, 11, 23, 26], 0.0),
    "predicted_only": ([7, 8, 21, 23, 24, 4], [25, 27, 31, 9, 29], 0.2),
    "void": ([0, 1, 2, 3, 4, 5, 6, 9, 10], VALID, 0.0),
    "groups": ([7, 24, 26, 33, 29, 30], [7, 24, 26, 30], 0.7),
    "ignored_predictions": ([7, 8, 11, 24, 25, 26, 28], [0, 4, 14, 18, 29, 30, 33], 0.3),
}


def make_case(out, name, seed):
    truth_ids, extra, group_share = CASES[name]
    rng = np.random.default_rng(seed)
    for i in range(3):
        labels = paint(rng, truth_ids, 40)
        if name == "every_class":
            labels.flat[i * 40:i * 40 + 34] = ALL
        codes = instances(rng, labels, [t for t in THINGS if t in truth_ids], group_share)
        prediction = disturb(rng, labels if name != "void" else paint(rng, VALID, 30), extra, 0.05)
        frame = f"aa_{i:06d}_000019"
        stem = f"{out}/{name}/gtFine/val/aa/{frame}_gtFine"
        save(f"{stem}_labelIds.png", labels)
        save(f"{stem}_instanceIds.png", codes)
        save(f"{out}/{name}/pred/{frame}_pred.png", prediction)


def run_cityscapes(root, json_path):
    """What csEvalPixelLevelSemanticLabeling finds for root/gtFine/val and root/pred."""
    import glob

    import cityscapesscripts.evaluation.evalPixelLevelSemanticLabeling as cs

    truths = sorted(glob.glob(f"{root}/gtFine/val/*/*_gtFine_labelIds.png"))
    predictions = [f"{root}/pred/{os.path.basename(t).replace('_gtFine_labelIds', '_pred')}" for t in truths]
    cs.args.exportFile = json_path
    cs.args.quiet = True
    cs.args.evalPixelAccuracy = False
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        cs.evaluateImgLists(predictions, truths, cs.args)


def flatten(json_path, tsv_path):
    with open(json_path, encoding="utf-8") as file:
        data = json.load(file)
    with open(tsv_path, "w", encoding="utf-8") as file:
        for label, row in enumerate(data["confMatrix"]):
            for prediction, count in enumerate(row):
                if count:
                    file.write(f"conf\t{label}\t{prediction}\t{count}\n")
        for key, value in sorted(data.items()):
            if isinstance(value, dict) and key != "labels":
                for name, number in value.items():
                    file.write(f"{key}\t{name}\t{number!r}\n")
            elif isinstance(value, float):
                file.write(f"{key}\t-\t{value!r}\n")


def make_cityscapes(out):
    for seed, name in enumerate(CASES):
        make_case(out, name, seed)
        folder = f"{out}/{name}"
        run_cityscapes(folder, f"{folder}/expected.json")
        flatten(f"{folder}/expected.json", f"{folder}/expected.tsv")


# --- the conventions -------------------------------------------------------------------------------

CLASSES = 8
IGNORE = 255
NAMES = ["both", "missed", "invented", "nowhere", "rare", "ground", "half", "edge"]


def make_pairs():
    """Class 1 is never predicted, class 2 only predicted, class 3 nowhere; the last pair is all void."""
    rng = np.random.default_rng(7)
    pairs = []
    for i in range(4):
        h, w = 20 + 3 * i, 31 - 2 * i
        label = rng.choice([0, 1, 4, 5, 6, 7], (h // 4 + 1, w // 4 + 1)).repeat(4, 0).repeat(4, 1)[:h, :w]
        label = label.astype(np.uint8)
        label[rng.random(label.shape) < 0.02] = IGNORE
        label[:3, :5] = IGNORE
        if i == 3:
            label[:] = IGNORE
        prediction = np.roll(label, 1, 1)
        prediction[(prediction == IGNORE) | (prediction == 1)] = 5
        noise = rng.random(label.shape) < 0.06
        prediction[noise] = rng.choice([0, 2, 4, 5, 6, 7], int(noise.sum()))
        pairs.append((label, prediction.astype(np.uint8)))
    return pairs


def functions_of(path, names):
    """Functions of a source file by name, without importing what the file imports."""
    import typing
    from collections import OrderedDict

    import torch

    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    found = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n.name in names]
    for node in found:
        node.decorator_list = []
    scope = {"np": np, "torch": torch, "OrderedDict": OrderedDict, **vars(typing)}
    exec(compile(ast.Module(found, []), path, "exec"), scope)
    return [scope[name] for name in names]


def mmseg(pairs, wheels):
    import torch

    areas, metrics = functions_of(f"{wheels}/mmseg/evaluation/metrics/iou_metric.py",
                                  ["intersect_and_union", "total_area_to_metrics"])
    parts = [areas(torch.from_numpy(p.astype(np.int64)), torch.from_numpy(l.astype(np.int64)), CLASSES, IGNORE)
             for l, p in pairs]
    totals = [sum(part[i].double() for part in parts) for i in range(4)]
    result = metrics(*totals, ["mIoU", "mDice", "mFscore"])
    for key, value in result.items():
        if key == "aAcc":
            yield key, "-", float(np.round(np.nanmean(value) * 100, 2))
            continue
        yield "m" + key, "-", float(np.round(np.nanmean(value) * 100, 2))
        for name, number in zip(NAMES, value):
            yield key, name, float(number)


def csail(pairs, wheels):
    areas, accuracy, meter = functions_of(f"{wheels}/mit_semseg/utils.py",
                                          ["intersectionAndUnion", "accuracy", "AverageMeter"])
    inter, union, acc = meter(), meter(), meter()
    for label, prediction in pairs:
        label = label.astype(np.int64)
        label[label == IGNORE] = -1
        prediction = prediction.astype(np.int64)
        acc.update(*accuracy(prediction, label))
        i, u = areas(prediction, label, CLASSES)
        inter.update(i)
        union.update(u)
    iou = inter.sum / (union.sum + 1e-10)
    for name, number in zip(NAMES, iou):
        yield "IoU", name, float(number)
    yield "mIoU", "-", float(f"{iou.mean():.4f}")
    yield "aAcc", "-", float(acc.average())


def hugging_face(pairs):
    """evaluate/metrics/mean_iou/mean_iou.py: numpy, float64 sums."""
    total = np.zeros((4, CLASSES))
    for label, prediction in pairs:
        mask = label != IGNORE
        p, l = prediction[mask], label[mask]
        i, pa, la = (np.histogram(x, bins=CLASSES, range=(0, CLASSES - 1))[0] for x in (p[p == l], p, l))
        total += [i, pa + la - i, pa, la]
    iou, acc = total[0] / total[1], total[0] / total[3]
    yield "mIoU", "-", float(np.nanmean(iou))
    yield "mAcc", "-", float(np.nanmean(acc))
    yield "aAcc", "-", float(total[0].sum() / total[3].sum())
    for name, a, b in zip(NAMES, iou, acc):
        yield "IoU", name, float(a)
        yield "Acc", name, float(b)


def detectron2(pairs):
    """detectron2/evaluation/sem_seg_evaluation.py: int64 matrix with a row and column for ignored pixels."""
    conf = np.zeros((CLASSES + 1, CLASSES + 1), np.int64)
    for label, prediction in pairs:
        gt = label.astype(int)
        gt[gt == IGNORE] = CLASSES
        conf += np.bincount((CLASSES + 1) * prediction.astype(int).reshape(-1) + gt.reshape(-1),
                            minlength=conf.size).reshape(conf.shape)
    acc, iou = np.full(CLASSES, np.nan), np.full(CLASSES, np.nan)
    tp = conf.diagonal()[:-1].astype(float)
    pos_gt = np.sum(conf[:-1, :-1], axis=0).astype(float)
    weights = pos_gt / np.sum(pos_gt)
    pos_pred = np.sum(conf[:-1, :-1], axis=1).astype(float)
    valid = pos_gt > 0
    acc[valid] = tp[valid] / pos_gt[valid]
    union = pos_gt + pos_pred - tp
    good = np.logical_and(valid, union > 0)
    iou[good] = tp[good] / union[good]
    yield "mIoU", "-", 100 * float(np.sum(iou[good]) / np.sum(good))
    yield "mAcc", "-", 100 * float(np.sum(acc[valid]) / np.sum(valid))
    yield "aAcc", "-", 100 * float(np.sum(tp) / np.sum(pos_gt))
    yield "fwIoU", "-", 100 * float(np.sum(iou[good] * weights[good]))
    for name, a, b in zip(NAMES, iou, acc):
        yield "IoU", name, float(a)
        yield "Acc", name, float(b)


def torchmetrics(pairs, wheels):
    sys.path.insert(0, wheels)
    import torch
    from torchmetrics.classification import MulticlassJaccardIndex

    metric = MulticlassJaccardIndex(CLASSES, average=None, ignore_index=IGNORE)
    for label, prediction in pairs:
        metric.update(torch.from_numpy(prediction.astype(np.int64)), torch.from_numpy(label.astype(np.int64)))
    matrix = metric.confmat.double()
    inter = matrix.diag()
    union = matrix.sum(0) + matrix.sum(1) - inter
    got = metric.compute()
    for i, name in enumerate(NAMES):  # classes that occur nowhere are 0 there; float32 is compared in passing
        assert abs(float(got[i]) - (float(inter[i] / union[i]) if union[i] else 0)) < 1e-6
        yield "IoU", name, float(inter[i] / union[i]) if union[i] else math.nan


def eroded(mask, d):
    h, w = mask.shape
    padded = np.zeros((h + 2 * d, w + 2 * d), bool)
    padded[d:d + h, d:d + w] = mask
    result = np.ones_like(mask)
    for y in range(2 * d + 1):
        for x in range(2 * d + 1):
            result &= padded[y:y + h, x:x + w]
    return result


def boundaries(pairs, ratio):
    counts = np.zeros((CLASSES, 3), int)
    for label, prediction in pairs:
        d = max(1, round(ratio * math.hypot(*label.shape)))
        valid = label != IGNORE
        for c in range(CLASSES):
            g, p = label == c, prediction == c
            g, p = (g & ~eroded(g, d) & valid), (p & ~eroded(p, d) & valid)
            counts[c] += (g & p).sum(), g.sum(), p.sum()
    for name, row in zip(NAMES, counts):
        for what, number in zip(("both", "truth", "prediction"), row):
            yield f"{what}@{ratio}", name, int(number)


def make_conventions(out, wheels):
    pairs = make_pairs()
    for i, (label, prediction) in enumerate(pairs):
        save(f"{out}/gt/pair{i}.png", label)
        save(f"{out}/pred/pair{i}.png", prediction)
    with open(f"{out}/table.tsv", "w", encoding="utf-8") as file:
        file.write("name\tid\ttrainId\tR\tG\tB\n")
        for i, name in enumerate(NAMES):
            file.write(f"{name}\t{i}\t{i}\t{30 * i}\t{255 - 30 * i}\t{20 * i}\n")
    tools = {"mmseg": mmseg(pairs, wheels), "csail": csail(pairs, wheels), "hf": hugging_face(pairs),
             "detectron2": detectron2(pairs), "torchmetrics": torchmetrics(pairs, wheels)}
    with open(f"{out}/expected.tsv", "w", encoding="utf-8") as file, np.errstate(all="ignore"):
        for tool, rows in tools.items():
            for field, name, number in rows:
                file.write(f"{tool}\t{field}\t{name}\t{number!r}\n")
        for ratio in (0.02, 0.05, 0.1, 0.3):
            for field, name, number in boundaries(pairs, ratio):
                file.write(f"boundary\t{field}\t{name}\t{number}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--wheels")
    parser.add_argument("--only", choices=["cityscapes", "conventions"])
    options = parser.parse_args()
    if options.only != "conventions":
        make_cityscapes(f"{options.out}/cityscapes")
    if options.only != "cityscapes":
        make_conventions(f"{options.out}/conventions", options.wheels)


if __name__ == "__main__":
    main()
