# SPDX-License-Identifier: Apache-2.0
"""make_train_goldens.py OUT: losses and optimizers by PyTorch, in double, stored as float32.

losses.safetensors      logits [n,h,w,k] and labels of full size; for each case NAME.loss and
                        NAME.gradient: F.interpolate, then F.cross_entropy (weights, smoothing,
                        ignored labels), -log of summed probabilities, mining by mmsegmentation's
                        rule, Dice and Lovász-softmax with gradients by autograd
optimizers.safetensors  torch.optim.AdamW and SGD: values before and after each of four steps

Needs: torch, safetensors.
"""
import os
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

IGNORED = 255


def upsample(z, labels, align):
    """[n,h,w,k] -> [n,k,H,W]"""
    return F.interpolate(z.permute(0, 3, 1, 2), size=labels.shape[1:], mode="bilinear", align_corners=align)


def grouped(z, labels, group, weight):
    """Σ weight · -log Σ p over the classes of a coarse label, and Σ weight."""
    p = torch.softmax(z, 0)
    loss, total = 0.0, 0.0
    for label in labels.unique().tolist():
        members = [c for c in range(z.shape[0]) if group[c] == label and label != IGNORED]
        if not members:
            continue
        w = weight[members].mean()
        loss = loss - (w * torch.log(p[members].sum(0))[labels == label]).sum()
        total += w * (labels == label).sum()
    return loss, total


def mined(z, labels, threshold, kept):
    valid = labels != IGNORED
    p = torch.softmax(z, 1).gather(1, labels.clamp(max=z.shape[1] - 1)[:, None]).squeeze(1)
    ordered = p[valid].sort()[0]
    limit = max(ordered[min(kept * labels.shape[0], ordered.numel() - 1)].item(), threshold)
    keep = valid & (p < limit)
    losses = F.cross_entropy(z, labels, ignore_index=IGNORED, reduction="none")
    return losses[keep].sum() / valid.sum()


def dice(z, labels):
    losses = []
    for picture, label in zip(torch.softmax(z, 1), labels):
        valid = label != IGNORED
        terms = []
        for c in label[valid].unique().tolist():
            p, y = picture[c][valid], (label[valid] == c).double()
            terms.append(1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1))
        losses.append(torch.stack(terms).mean())
    return torch.stack(losses).mean()


def lovasz(z, labels):
    losses = []
    for picture, label in zip(torch.softmax(z, 1), labels):
        valid = label != IGNORED
        terms = []
        for c in label[valid].unique().tolist():
            y = (label[valid] == c).double()
            errors, order = (y - picture[c][valid]).abs().sort(descending=True, stable=True)
            y = y[order]
            jaccard = 1 - (y.sum() - y.cumsum(0)) / (y.sum() + (1 - y).cumsum(0))
            steps = torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
            terms.append((errors * steps).sum())
        losses.append(torch.stack(terms).mean())
    return torch.stack(losses).mean()


def losses():
    generator = torch.Generator().manual_seed(7)
    n, h, w, k = 2, 5, 7, 19
    z = (3 * torch.randn(n, h, w, k, generator=generator)).float().double()
    labels = torch.randint(0, k, (n, 33, 45), generator=generator)
    for i in range(n):  # a few large areas, as pictures have
        labels[i, : 20 + i, 5:30] = 3 + i
        labels[i, 25:, 10:] = 11
    labels[:, 7:11, 3:40] = IGNORED
    small = labels[:, ::12, ::9].contiguous()
    weight = (torch.rand(k, generator=generator) + 0.25).float().double()
    group = [c // 3 if c < 17 else IGNORED for c in range(k)]
    coarse = torch.where(labels[1] == IGNORED, IGNORED, labels[1] // 3)

    def mixed(x):
        a, wa = grouped(x[0], labels[0], list(range(k)), weight)
        b, wb = grouped(x[1], coarse, group, weight)
        return (a + b) / (wa + wb)

    def plain(x, y, **options):
        return F.cross_entropy(x, y, ignore_index=IGNORED, **options)

    cases = {
        "plain": (labels, False, lambda x: plain(x, labels)),
        "corners": (labels, True, lambda x: plain(x, labels)),
        "smaller": (small, False, lambda x: plain(x, small)),
        "weights": (labels, False, lambda x: plain(x, labels, weight=weight)),
        "smoothing": (labels, False, lambda x: plain(x, labels, label_smoothing=0.1)),
        "both": (labels, False, lambda x: plain(x, labels, weight=weight, label_smoothing=0.2)),
        "groups": (labels, False, mixed),
        "threshold": (labels, False, lambda x: mined(x, labels, 0.3, 10)),
        "kept": (labels, False, lambda x: mined(x, labels, 0.001, 700)),
        "dice": (labels, False, lambda x: dice(x, labels)),
        "lovasz": (labels, False, lambda x: lovasz(x, labels)),
        "sum": (labels, True, lambda x: plain(x, labels, weight=weight) + 0.5 * dice(x, labels) + 2 * lovasz(x, labels)),
    }
    out = {"logits": z, "labels": labels, "small": small, "weight": weight,
           "group": torch.tensor(group), "coarse": torch.stack([labels[0], coarse])}
    for name, (target, align, fn) in cases.items():
        x = z.clone().requires_grad_()
        loss = fn(upsample(x, target, align))
        loss.backward()
        out[name + ".loss"], out[name + ".gradient"] = loss.detach().reshape(1), x.grad
    return out


def optimizers():
    generator = torch.Generator().manual_seed(11)
    count, steps = 203, 4
    start = torch.randn(count, generator=generator).float().double()
    gradients = torch.randn(steps, count, generator=generator).float().double()
    out = {"start": start, "gradients": gradients}
    cases = {
        "adamw": lambda p: torch.optim.AdamW([p], lr=1e-2, weight_decay=0.05),
        "sgd": lambda p: torch.optim.SGD([p], lr=1e-2, momentum=0.9, weight_decay=0.05),
        "nesterov": lambda p: torch.optim.SGD([p], lr=1e-2, momentum=0.9, weight_decay=0.05, nesterov=True),
        "bare": lambda p: torch.optim.SGD([p], lr=1e-2),
    }
    for name, make in cases.items():
        p = torch.nn.Parameter(start.clone())
        optimizer = make(p)
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = 1e-2 / (1 + step)
            p.grad = gradients[step].clone()
            out[f"{name}.norm{step + 1}"] = torch.nn.utils.clip_grad_norm_([p], 10).detach().reshape(1)
            optimizer.step()
            out[f"{name}.after{step + 1}"] = p.detach().clone()
    return out


def save(path, tensors):
    stored = {}
    for name, x in tensors.items():
        stored[name] = (x.to(torch.uint8) if x.dtype == torch.int64 else x.float()).contiguous()
    save_file(stored, path)


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    save(os.path.join(out, "losses.safetensors"), losses())
    save(os.path.join(out, "optimizers.safetensors"), optimizers())


if __name__ == "__main__":
    main()
