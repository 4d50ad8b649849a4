#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_protocol_goldens.py REFERENCE TINY OUT: expected values of tests/golden/protocols.

Windows, scales with flip in both generations of mmsegmentation, and resizing, by PyTorch and
OpenCV, literally as sections D.2, D.4 and D.5 say it. REFERENCE is the folder of reference.py (the
network in PyTorch), TINY the tiny model (tests/golden/tiny/model.safetensors), OUT where
protocols.safetensors and resize.safetensors go. Needs torch, timm, safetensors, and for the bytes
opencv-python-headless (OPENCV names another Python that has it). Never needed to build or test.

Layouts: scores [1,H,W,classes], labels [1,H,W], pictures [1,h,w,3], box [long,short].
"""
import json
import os
import subprocess
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file

# Pictures (h, w) and boxes (long, short) that keep the ratio: up, down, exactly halved and doubled.
BOXES = [((24, 36), b) for b in [(54, 36), (53, 36), (72, 48), (37, 99), (36, 24), (35, 24), (30, 20), (27, 27),
                                 (18, 12), (17, 12), (12, 8), (9, 6), (3, 2), (1, 1)]]
BOXES += [((29, 17), (58, 34)), ((29, 17), (43, 30)), ((29, 17), (20, 10)), ((1, 13), (26, 2)), ((13, 1), (40, 9)),
          ((1, 1), (5, 5)), ((40, 2), (20, 1)), ((31, 33), (32, 31))]
MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


def resize(x, size):
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def normalise(x):
    return (x - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)


def load_model(reference, path):
    sys.path.insert(0, reference)
    from reference import Segmentor
    with safe_open(path, "pt") as file:
        cfg = json.loads(file.metadata()["config"])
    b = cfg["backbone_config"]
    model = Segmentor(dict(layers=b["layers"], embed_dims=b["embed_dims"], num_heads=b["num_heads"],
                           mlp_ratio=b["mlp_ratio"], stem_hidden_dim=b["stem_hidden_dim"]),
                      img_size=tuple(b["img_size"]), classes=len(cfg["id2label"]),
                      channels=cfg["hidden_size"], aux_channels=cfg["auxiliary_channels"])
    _, extra = model.load_state_dict(load_file(path), strict=False)
    assert not extra, extra
    return model.eval()


def slide(model, x, crop, stride):
    """Logits at the input's size (D.4)."""
    h, w = x.shape[2:]
    rows = max(h - crop + stride - 1, 0) // stride + 1
    columns = max(w - crop + stride - 1, 0) // stride + 1
    total, count = 0, torch.zeros(1, 1, h, w)
    for i in range(rows):
        for j in range(columns):
            y2, x2 = min(i * stride + crop, h), min(j * stride + crop, w)
            y1, x1 = max(y2 - crop, 0), max(x2 - crop, 0)
            part = x[:, :, y1:y2, x1:x2]
            total = total + F.pad(resize(model(part), part.shape[2:]), (x1, w - x2, y1, h - y2))
            count[:, :, y1:y2, x1:x2] += 1
    assert (count > 0).all()
    return total / count


def whole(model, x):
    return resize(model(x), x.shape[2:])


def keep_ratio(h, w, long_side, short_side):
    factor = min(long_side / max(h, w), short_side / min(h, w))
    return int(h * factor + 0.5), int(w * factor + 0.5)


def mmseg0(logits_of, rgb, ratios):
    """img_scale (int(L·r), int(S·r)); softmax at the picture's size, then un-flip; mean."""
    h, w = rgb.shape[2:]
    total = 0
    for r in ratios:
        x = normalise(resize(rgb, keep_ratio(h, w, int(max(h, w) * r), int(min(h, w) * r))))
        for flip in (False, True):
            p = resize(logits_of(x.flip(3) if flip else x), (h, w)).softmax(1)
            total = total + (p.flip(3) if flip else p)
    return total / (2 * len(ratios))


def mmseg1(logits_of, rgb, ratios):
    """int(side·r + .5) of the picture; un-flip logits, then to the picture's size; softmax; mean."""
    h, w = rgb.shape[2:]
    total = 0
    for r in ratios:
        x = normalise(resize(rgb, (int(h * r + 0.5), int(w * r + 0.5))))
        for flip in (False, True):
            logits = logits_of(x.flip(3) if flip else x)
            total = total + resize(logits.flip(3) if flip else logits, (h, w)).softmax(1)
    return total / (2 * len(ratios))


def picture(h, w, seed):
    """Smooth shapes and noise, so that neither kernel finds it easy."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:h, 0:w]
    waves = [127 + 90 * np.sin(x / (5 + k) + k) * np.cos(y / (7 - k)) for k in range(3)]
    noisy = np.stack(waves, -1) + rng.normal(0, 30, (h, w, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8)


@torch.no_grad()
def protocols(reference, tiny):
    model = load_model(reference, tiny)
    pixels = picture(97, 131, 1)
    rgb = torch.tensor(pixels).permute(2, 0, 1)[None].float()
    small = rgb[:, :, :61, :85]
    views = (0.5, 1.0, 1.5)

    def windows(x):
        return slide(model, x, 64, 43)
    scores = {"slide": windows(normalise(rgb)),
              "slide_resized": resize(windows(normalise(resize(small, (78, 109)))), (61, 85)),
              "slide_small": windows(normalise(small)),
              "mmseg0": mmseg0(lambda x: whole(model, x), small, views),
              "mmseg1": mmseg1(lambda x: whole(model, x), small, views),
              "mmseg0_slide": mmseg0(windows, small, (0.6, 1.2))}
    out = {"picture": torch.tensor(pixels)[None], "small": torch.tensor(pixels[None, :61, :85]).contiguous()}
    for name, x in scores.items():
        out[name] = x.permute(0, 2, 3, 1).contiguous()
        out[name + "_labels"] = x.argmax(1).to(torch.uint8)
    return out


CV = """
import sys, numpy as np, cv2
x = np.load(sys.argv[1])
np.save(sys.argv[2], cv2.resize(x, (int(sys.argv[3]), int(sys.argv[4])), interpolation=cv2.INTER_LINEAR))
"""


def opencv(x, h, w, folder):
    a, b = f"{folder}/in.npy", f"{folder}/out.npy"
    np.save(a, x)
    subprocess.run([os.environ.get("OPENCV", sys.executable), "-c", CV, a, b, str(w), str(h)], check=True)
    y = np.load(b).reshape(h, w, 3)
    os.remove(a)
    os.remove(b)
    return y


def resizes(folder):
    out = {}
    for i, ((h, w), box) in enumerate(BOXES):
        x = picture(h, w, 100 + i)
        rgb = torch.tensor(x).permute(2, 0, 1)[None].float()
        size = tuple(max(side, 1) for side in keep_ratio(h, w, *box))
        out[f"{i:02}.in"] = torch.tensor(x)[None]
        out[f"{i:02}.box"] = torch.tensor(box, dtype=torch.uint8)
        out[f"{i:02}.float"] = resize(rgb, size).permute(0, 2, 3, 1).contiguous()
        out[f"{i:02}.opencv"] = torch.tensor(opencv(x, *size, folder))[None]
    return out


reference, tiny, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
save_file(protocols(reference, tiny), f"{folder}/protocols.safetensors")
save_file(resizes(folder), f"{folder}/resize.safetensors")
