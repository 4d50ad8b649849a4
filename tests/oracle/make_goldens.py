#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the golden tensors in tests/golden with PyTorch, an implementation independent of ours.

    make_goldens.py OUT [--seed N] [--scale K] [NAME...]

writes OUT/NAME/model.safetensors and OUT/NAME/taps_*.safetensors for each case (all of them when no
name is given), and OUT/ops/pillow_bicubic.safetensors. Another seed, or widths K times as large, give
further cases for a trial that is not kept. Needs torch, timm, pillow, numpy and safetensors; nothing
of this is needed to build or to test.

The backbone is timm's VOLO; necks and head are written from the definitions of mmsegmentation
(MultiLevelNeck, Feature2Pyramid, UPerHead), of LV-ViT's side layers and of docs/formats.md (detail). Layouts: input, logits,
decode_head.* and neck.* are [N,C,H,W]; patch_embed, network.* and post_network.* are [N,H,W,C].
"""
import argparse
import json
import math
import pathlib
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file
from timm.models.volo import VOLO
from torch import nn


def conv_bn_relu(cin, cout, kernel):
    module = nn.Sequential()
    module.add_module("conv", nn.Conv2d(cin, cout, kernel, padding=kernel // 2, bias=False))
    module.add_module("bn", nn.BatchNorm2d(cout))
    module.add_module("relu", nn.ReLU())
    return module


class Bare(nn.Module):
    """A convolution under the name `conv`, as mmcv's ConvModule without norm and activation has it."""

    def __init__(self, cin, cout, kernel):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, padding=kernel // 2)

    def forward(self, x):
        return self.conv(x)


class MultiLevelNeck(nn.Module):
    def __init__(self, widths, strides, out):
        super().__init__()
        self.lateral_convs = nn.ModuleList(Bare(c, out, 1) for c in widths)
        self.convs = nn.ModuleList(Bare(out, out, 3) for _ in widths)
        self.factors = [s / w for s, w in zip(strides, (4, 8, 16, 32))]
        self.widths = [out] * 4

    def forward(self, maps):
        out = []
        for x, lateral, conv, factor in zip(maps, self.lateral_convs, self.convs, self.factors):
            x = F.interpolate(lateral(x), scale_factor=factor, mode="bilinear")
            out.append(conv(x))
        return out


class Feature2Pyramid(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.upsample_4x = nn.Sequential(nn.ConvTranspose2d(width, width, 2, 2), nn.BatchNorm2d(width),
                                         nn.GELU(), nn.ConvTranspose2d(width, width, 2, 2))
        self.upsample_2x = nn.Sequential(nn.ConvTranspose2d(width, width, 2, 2))
        self.widths = [width] * 4

    def forward(self, maps):
        return [self.upsample_4x(maps[0]), self.upsample_2x(maps[1]), maps[2], F.max_pool2d(maps[3], 2, 2)]


def side_layer(cin, middle, out, kernel):
    modules = []
    if kernel:
        modules += [nn.ConvTranspose2d(cin, middle, kernel, kernel, bias=False), nn.BatchNorm2d(middle), nn.ReLU()]
    modules += [nn.Conv2d(middle if kernel else cin, out, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
    return nn.Sequential(*modules)


class Detail(nn.Module):
    def __init__(self, width, stem, out):
        super().__init__()
        self.upsample = nn.Sequential(OrderedDict(conv=nn.ConvTranspose2d(width, out, 2, 2, bias=False),
                                                  bn=nn.BatchNorm2d(out), relu=nn.ReLU()))
        self.detail = nn.Sequential(OrderedDict(conv=nn.Conv2d(stem, out, 3, 2, 1, bias=False),
                                                bn=nn.BatchNorm2d(out), relu=nn.ReLU()))

    def forward(self, maps, stem):
        fine = self.detail(stem)
        up = F.interpolate(self.upsample(maps[0]), size=fine.shape[2:], mode="bilinear")
        return [fine + up, *maps[1:]]


class Backbone(VOLO):
    def stages(self, x, taps):
        """Results of network.0 .. network.4, [N,C,H,W]."""
        self.stem = self.patch_embed.conv(x)
        x = self.patch_embed.proj(self.stem).permute(0, 2, 3, 1)
        taps["patch_embed"] = x
        out = []
        for i, stage in enumerate(self.network):
            if i == 2:
                pos = self.pos_embed
                if pos.shape[1:3] != x.shape[1:3]:
                    pos = F.interpolate(pos.permute(0, 3, 1, 2), size=x.shape[1:3], mode="bicubic").permute(0, 2, 3, 1)
                x = x + pos
            x = stage(x)
            taps[f"network.{i}"] = x
            out.append(x.permute(0, 3, 1, 2))
        return out


class UPerHead(nn.Module):
    def __init__(self, widths, channels, classes, align_corners, scales=(1, 2, 3, 6)):
        super().__init__()
        self.align_corners = align_corners
        self.psp_modules = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(s), conv_bn_relu(widths[3], channels, 1)) for s in scales)
        self.bottleneck = conv_bn_relu(widths[3] + len(scales) * channels, channels, 3)
        self.lateral_convs = nn.ModuleList(conv_bn_relu(c, channels, 1) for c in widths[:3])
        self.fpn_convs = nn.ModuleList(conv_bn_relu(channels, channels, 3) for _ in range(3))
        self.fpn_bottleneck = conv_bn_relu(4 * channels, channels, 3)
        self.conv_seg = nn.Conv2d(channels, classes, 1)

    def to_size_of(self, x, like):
        return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=self.align_corners)

    def forward(self, maps, taps):
        pooled = [self.to_size_of(m(maps[3]), maps[3]) for m in self.psp_modules]
        level = [conv(x) for conv, x in zip(self.lateral_convs, maps)]
        level.append(self.bottleneck(torch.cat([maps[3], *pooled], 1)))
        taps["decode_head.bottleneck"] = level[3]
        for i in (3, 2, 1):
            level[i - 1] = level[i - 1] + self.to_size_of(level[i], level[i - 1])
        level = [conv(x) for conv, x in zip(self.fpn_convs, level)] + [level[3]]
        fused = self.fpn_bottleneck(torch.cat([level[0]] + [self.to_size_of(x, level[0]) for x in level[1:]], 1))
        taps["decode_head.fpn_bottleneck"] = fused
        return self.conv_seg(fused)


class Segmentor(nn.Module):
    def __init__(self, volo, case):
        super().__init__()
        self.backbone = Backbone(**volo)
        self.out_indices = case["out_indices"]
        self.kind = case["neck"]
        dims = volo["embed_dims"]
        widths = [dims[0] if i == 0 else dims[1] for i in self.out_indices]
        strides = [8 if i == 0 else 16 for i in self.out_indices]
        if self.kind == "mln":
            self.neck = MultiLevelNeck(widths, strides, case["neck_width"])
            widths = self.neck.widths
        elif self.kind == "f2p":
            self.neck = Feature2Pyramid(widths[0])
        elif self.kind == "sidelayer":
            c, last = widths[0], case["neck_width"]
            for i, kernel in enumerate((4, 2, 0, 0)):
                self.backbone.add_module(f"side_layer{i + 1}", side_layer(c, c, last if i == 3 else c, kernel))
            widths = [c, c, c, last]
        elif self.kind == "detail":
            self.neck = Detail(widths[0], volo["stem_hidden_dim"], case["neck_width"])
            widths[0] = case["neck_width"]
        self.decode_head = UPerHead(widths, case["hidden"], case["classes"], case["align_corners"])

    def forward(self, x, taps):
        stages = self.backbone.stages(x, taps)
        maps = [stages[i] for i in self.out_indices]
        if self.kind == "sidelayer":
            maps = [getattr(self.backbone, f"side_layer{i + 1}")(m) for i, m in enumerate(maps)]
        elif self.kind == "detail":
            maps = self.neck(maps, self.backbone.stem)
        elif self.kind:
            maps = self.neck(maps)
        if self.kind:
            taps.update({f"neck.{i}": m for i, m in enumerate(maps[:1] if self.kind == "detail" else maps)})
        return self.decode_head(maps, taps)


class Classifier(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone

    def forward(self, x, taps):
        model = self.backbone
        stages = model.stages(x, taps)
        n, c = stages[4].shape[:2]
        tokens = torch.cat([model.cls_token.expand(n, -1, -1), stages[4].flatten(2).transpose(1, 2)], 1)
        for i, block in enumerate(model.post_network):
            tokens = block(tokens)
            taps[f"post_network.{i}"] = tokens[:, :1].reshape(n, 1, 1, c)
        tokens = model.norm(tokens)
        logits = model.head(tokens[:, 0]) + 0.5 * model.aux_head(tokens[:, 1:]).max(1)[0]
        if x.shape[2] == x.shape[3] == 16 * model.pos_embed.shape[1]:
            assert torch.allclose(model(x), logits, rtol=1e-4, atol=1e-5)  # timm's own forward agrees
        return logits.reshape(n, -1, 1, 1)


def randomise(model, generator):
    """Values that keep every stage's numbers near 1, and no parameter at its neutral start."""
    for name, tensor in model.state_dict().items():
        if tensor.dtype != torch.float32:
            continue
        values = torch.randn(tensor.shape, generator=generator)
        if name.endswith("running_var"):
            values = values.abs() * 0.3 + 0.5
        elif tensor.ndim == 1 and name.endswith("weight"):
            values = 1 + 0.2 * values
        elif tensor.ndim == 1:
            values = 0.2 * values
        elif "pos_embed" in name or "cls_token" in name:
            values = 0.5 * values
        else:
            values = values * math.sqrt(1.5 / max(1, tensor[0].numel()))
        tensor.copy_(values)


def save(tensors, path, metadata=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.detach().contiguous() for k, v in tensors.items()}, str(path), metadata=metadata)


def config_of(volo, case):
    config = {"backbone_config": {"model_type": "volo", "num_heads": list(volo["num_heads"]),
                                  "out_indices": list(case["out_indices"])},
              "align_corners": case["align_corners"],
              "test": {"mode": "whole", "resize": None}}
    if case["said"]:
        config["neck"] = case["neck"]
    return json.dumps(config)


def save_taps(model, path, shape, generator):
    taps = {"input": torch.randn(shape, generator=generator)}
    taps["logits"] = model(taps["input"], taps)
    save(taps, path)


def volo_of(scale, img_size):
    return dict(layers=(1, 1, 1, 1), img_size=img_size, num_classes=11, stem_hidden_dim=8,
                embed_dims=(16 * scale, 24 * scale, 24 * scale, 24 * scale), num_heads=(1, 2, 2, 2), mlp_ratio=2.0)


DIRECT, ALIKE = (0, 2, 3, 4), (1, 2, 3, 4)


TAIL = ("head.", "aux_head.", "post_network.", "norm.", "cls_token")


def segmentor(out_indices=DIRECT, neck=None, neck_width=20, align_corners=False, said=True, tail=False):
    """said: the config has the field neck; tail: the file has the classification tail too, by bare names."""
    return dict(out_indices=out_indices, neck=neck, neck_width=neck_width, align_corners=align_corners, said=said,
                tail=tail, hidden=12, classes=5, inputs=[(1, 3, 80, 112), (2, 3, 45, 67)])


def tensors_to_save(model, case):
    """Names and values; without a case, all there are."""
    for name, value in model.state_dict().items():
        rest = name.removeprefix("backbone.")
        if case is None or name == rest or not rest.startswith(TAIL):
            yield name, value
        elif case["tail"]:
            yield rest, value


CASES = {
    "zy": segmentor(out_indices=(0, 1, 2, 3), tail=True),
    "mln": segmentor(neck="mln"),
    "mln_alike": segmentor(out_indices=ALIKE, neck="mln", said=False),
    "f2p": segmentor(out_indices=ALIKE, neck="f2p", said=False),
    "sidelayer": segmentor(out_indices=ALIKE, neck="sidelayer", neck_width=40, said=False),
    "detail": segmentor(neck="detail", said=False),
    "align_corners": segmentor(align_corners=True),
    "classifier": None,
}


def make_case(name, folder, seed, scale):
    generator = torch.Generator().manual_seed(seed)
    case = CASES[name]
    volo = volo_of(scale, 64)
    if case:
        model = Segmentor(volo, {k: v * scale if k in ("neck_width", "hidden") else v for k, v in case.items()})
        config = config_of(volo, case)
    else:
        model = Classifier(Backbone(**volo))
        config = json.dumps({"backbone_config": {"num_heads": list(volo["num_heads"])}})
    model.eval()
    randomise(model, generator)
    save(dict(tensors_to_save(model, case)), folder / "model.safetensors", {"config": config})
    for n, c, h, w in case["inputs"] if case else [(3, 3, 64, 64), (1, 3, 53, 75)]:
        save_taps(model, folder / f"taps_{n}x{h * scale}x{w * scale}.safetensors", (n, c, h * scale, w * scale), generator)
    if not case:
        save_pictures(model, folder, seed, (((75, 110), 0.96), ((131, 60), 1.15)))
    elif case["tail"]:
        save_pictures(Classifier(model.backbone).eval(), folder, seed, (((75, 110), 0.96),))


# --- pictures ---

def picture(height, width, seed):
    """Waves and noise, u8 [h,w,3]: smooth parts, hard edges and full range."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / (3 + k) + y / (5 - k)) * 120 + 128 for k in range(3)]
    rgb = np.stack(waves, -1) + random.normal(0, 30, (height, width, 3))
    rgb[height // 3:height // 2, width // 4:] = 255
    rgb[:, width // 2:width // 2 + 2] = 0
    return rgb.clip(0, 255).astype(np.uint8)


def prepare(image, size, crop_pct):
    """torchvision's Resize to ⌊size/crop_pct⌋ and CenterCrop, without torchvision: u8 [size,size,3]."""
    short = math.floor(size / crop_pct)
    w, h = image.size
    new = (short, int(short * h / w)) if w <= h else (int(short * w / h), short)
    rgb = np.asarray(image.resize(new, Image.BICUBIC))
    pad = [(max(size - s, 0) // 2, (max(size - s, 0) + 1) // 2) for s in rgb.shape[:2]]
    rgb = np.pad(rgb, pad + [(0, 0)])
    top, left = (int(round((s - size) / 2)) for s in rgb.shape[:2])
    return rgb[top:top + size, left:left + size]


def save_pictures(model, folder, seed, sizes):
    """pictures_HxW_PERCENT: input as u8 and as tensor, logits, probabilities."""
    for (h, w), crop_pct in sizes:
        image = Image.fromarray(picture(h, w, seed + h))
        image.save(folder / f"picture_{h}x{w}.png", optimize=True)
        rgb = prepare(image, 64, crop_pct)
        mean, std = (torch.tensor(v).view(3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
        x = ((torch.from_numpy(rgb.copy()).permute(2, 0, 1).float() / 255) - mean) / std
        taps = {"input": x[None]}
        taps["logits"] = model(taps["input"], taps)
        taps["probabilities"] = taps["logits"].flatten().softmax(0)
        taps["pixels"] = torch.from_numpy(rgb.copy())
        save(taps, folder / f"pictures_{h}x{w}_{round(100 * crop_pct)}.safetensors")


def make_bicubic(path):
    """Pillow's bicubic resize of u8 pictures: in_HxW and, for each size, out_HxW_to_HxW."""
    tensors = {}
    for h, w in ((1, 1), (7, 5), (61, 90), (40, 33)):
        rgb = picture(h, w, h)
        tensors[f"in_{h}x{w}"] = torch.from_numpy(rgb)
        for a, b in ((1, 1), (5, 7), (16, 23), (61, 20), (64, 97), (3, 90)):
            out = np.asarray(Image.fromarray(rgb).resize((b, a), Image.BICUBIC))
            tensors[f"out_{h}x{w}_to_{a}x{b}"] = torch.from_numpy(out.copy())
    save(tensors, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=int, default=1)
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    for name in options.names or CASES:
        make_case(name, options.out / name, options.seed, options.scale)
    if not options.names:
        make_bicubic(options.out / "ops" / "pillow_bicubic.safetensors")


main()
