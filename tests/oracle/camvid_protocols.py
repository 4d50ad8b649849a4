#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""camvid_protocols.py REFERENCE MODEL PICTURES OUT: trainId masks of a folder, by PyTorch.

Sections D.3, D.4 and D.5 of the protocols done literally, with full-size logits and probabilities,
so that volo-segment can be measured against them with miou.py. REFERENCE is the folder of
reference.py (the network in PyTorch), MODEL a folder with config.json and model.safetensors.

--protocol whole | slide | multi   windows of 256, stride 170; scales 0.75, 1, 1.25 with flip
--step N                           every N-th picture
Needs torch, timm, safetensors, Pillow.
"""
import argparse
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file

CROP, STRIDE, RATIOS = 256, 170, (0.75, 1.0, 1.25)


def resize(x, size):
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def load_model(reference, folder):
    sys.path.insert(0, reference)
    from reference import Segmentor
    cfg = json.load(open(f"{folder}/config.json"))
    b = cfg["backbone_config"]
    model = Segmentor(dict(layers=b["layers"], embed_dims=b["embed_dims"], num_heads=b["num_heads"],
                           mlp_ratio=b["mlp_ratio"], stem_hidden_dim=b["stem_hidden_dim"]),
                      img_size=tuple(b["img_size"]), classes=len(cfg["id2label"]),
                      channels=cfg["hidden_size"], aux_channels=cfg["auxiliary_channels"])
    weights = load_file(f"{folder}/model.safetensors")
    missing, extra = model.load_state_dict(weights, strict=False)
    assert not extra, extra
    unused = ("backbone.cls_token", "backbone.post_network.", "backbone.norm.", "backbone.head.",
              "backbone.aux_head.")
    assert all(k.startswith(unused) for k in missing), missing
    return model.eval(), cfg


def keep_ratio(h, w, long_side, short_side):
    factor = min(long_side / max(h, w), short_side / min(h, w))
    return int(h * factor + 0.5), int(w * factor + 0.5)


def normalise(x, cfg):
    mean = torch.tensor(cfg["image_mean"]).view(1, 3, 1, 1)
    return (x - mean) / torch.tensor(cfg["image_std"]).view(1, 3, 1, 1)


def whole(model, x, size):
    return resize(resize(model(x), x.shape[2:]), size)


def slide(model, x, size):
    h, w = x.shape[2:]
    rows = max(h - CROP + STRIDE - 1, 0) // STRIDE + 1
    columns = max(w - CROP + STRIDE - 1, 0) // STRIDE + 1
    total, count = None, torch.zeros(1, 1, h, w)
    for i in range(rows):
        for j in range(columns):
            y2, x2 = min(i * STRIDE + CROP, h), min(j * STRIDE + CROP, w)
            y1, x1 = max(y2 - CROP, 0), max(x2 - CROP, 0)
            crop = x[:, :, y1:y2, x1:x2]
            logits = resize(model(crop), crop.shape[2:])
            if total is None:
                total = torch.zeros(1, logits.shape[1], h, w)
            total += F.pad(logits, (x1, w - x2, y1, h - y2))
            count[:, :, y1:y2, x1:x2] += 1
    assert (count > 0).all()
    return resize(total / count, size)


def views(model, rgb, box, cfg):
    """mmsegmentation 0.x: img_scale (int(L·r), int(S·r)), each with and without flip."""
    size, total = rgb.shape[2:], 0
    for r in RATIOS:
        x = normalise(resize(rgb, keep_ratio(*size, int(box[0] * r), int(box[1] * r))), cfg)
        for flip in (False, True):
            p = whole(model, x.flip(3) if flip else x, size).softmax(1)
            total = total + (p.flip(3) if flip else p)
    return total / (2 * len(RATIOS))


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser()
    for name in "reference model pictures out".split():
        parser.add_argument(name)
    parser.add_argument("--protocol", choices=["whole", "slide", "multi"], default="whole")
    parser.add_argument("--step", type=int, default=1)
    a = parser.parse_args()
    torch.set_num_threads(1)
    model, cfg = load_model(a.reference, a.model)
    box = cfg["test"]["resize"]["scale"]
    os.makedirs(a.out, exist_ok=True)
    for name in sorted(os.listdir(a.pictures))[::a.step]:
        pixels = np.asarray(Image.open(f"{a.pictures}/{name}").convert("RGB"))
        rgb = torch.tensor(pixels).permute(2, 0, 1)[None].float()
        size = rgb.shape[2:]
        if a.protocol == "multi":
            scores = views(model, rgb, box, cfg)
        else:
            x = normalise(resize(rgb, keep_ratio(*size, *box)), cfg)
            scores = (whole if a.protocol == "whole" else slide)(model, x, size)
        labels = scores.argmax(1)[0].numpy().astype(np.uint8)
        Image.fromarray(labels).save(f"{a.out}/{os.path.splitext(name)[0]}.png")


main()
