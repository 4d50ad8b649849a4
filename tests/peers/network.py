# SPDX-License-Identifier: Apache-2.0
"""VOLO + UPerNet in PyTorch, direct profile: timm's VOLO up to `network` under a head of its own.

Layers and weights come from a file of `volo-model init`."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from timm.models.volo import VOLO

from model_file import ModelFile

POOL_SCALES = (1, 2, 3, 6)
TAIL = ("cls_token", "post_network", "norm", "head", "aux_head")


def up(x, like):
    size = tuple(int(side) for side in like.shape[2:])
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class ConvModule(nn.Module):
    def __init__(self, cin, cout, k):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, k, padding=k // 2, bias=False)
        self.bn = nn.BatchNorm2d(cout)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class UPerHead(nn.Module):
    def __init__(self, dims, channels, classes):
        super().__init__()
        self.psp_modules = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(k), ConvModule(dims[-1], channels, 1))
            for k in POOL_SCALES)
        self.bottleneck = ConvModule(dims[-1] + len(POOL_SCALES) * channels, channels, 3)
        self.lateral_convs = nn.ModuleList(ConvModule(c, channels, 1) for c in dims[:-1])
        self.fpn_convs = nn.ModuleList(ConvModule(channels, channels, 3) for _ in dims[:-1])
        self.fpn_bottleneck = ConvModule(len(dims) * channels, channels, 3)
        self.conv_seg = nn.Conv2d(channels, classes, 1)

    def forward(self, maps):
        top = maps[-1]
        pooled = [up(module(top), top) for module in self.psp_modules]
        lateral = [conv(x) for conv, x in zip(self.lateral_convs, maps)]
        lateral.append(self.bottleneck(torch.cat([top] + pooled, 1)))
        for i in range(len(lateral) - 1, 0, -1):
            lateral[i - 1] = lateral[i - 1] + up(lateral[i], lateral[i - 1])
        out = [conv(x) for conv, x in zip(self.fpn_convs, lateral)] + [lateral[-1]]
        out = [out[0]] + [up(x, out[0]) for x in out[1:]]
        return self.conv_seg(self.fpn_bottleneck(torch.cat(out, 1)))


class Segmentor(nn.Module):
    """x [n,3,h,w], normalised -> logits [n,classes,h/8,w/8]; h, w are those of the model file."""

    def __init__(self, config):
        super().__init__()
        volo = config["backbone_config"]
        self.img_size = tuple(volo["img_size"])
        self.backbone = VOLO(
            img_size=self.img_size, num_classes=1, layers=tuple(volo["layers"]),
            embed_dims=tuple(volo["embed_dims"]), num_heads=tuple(volo["num_heads"]),
            mlp_ratio=volo["mlp_ratio"], stem_hidden_dim=volo["stem_hidden_dim"])
        for name in TAIL:
            delattr(self.backbone, name)
        self.decode_head = UPerHead(volo["embed_dims"], config["hidden_size"],
                                    len(config["id2label"]))

    def forward(self, x):
        x = self.backbone.patch_embed(x).permute(0, 2, 3, 1)
        maps = []
        for i, stage in enumerate(self.backbone.network):
            x = stage(x + self.backbone.pos_embed if i == 2 else x)
            if i != 1:
                maps.append(x.permute(0, 3, 1, 2))
        return self.decode_head(maps)


def load(path):
    """The network of a model file, in evaluation mode."""
    file = ModelFile(path)
    net = Segmentor(file.config).eval().requires_grad_(False)
    state = net.state_dict()
    unknown = set(file.entries) - set(state)
    if unknown:
        raise SystemExit(f"{path}: '{min(unknown)}' has no place in the network")
    for name, tensor in state.items():
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(torch.from_numpy(file.read(name)))
    return net
