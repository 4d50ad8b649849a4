# SPDX-License-Identifier: Apache-2.0
"""A training step of ours beside PyTorch's: the same network, crop, batch and optimizer (AdamW),
each in a process of its own, in turns.

usage: train_race.py --train build/app/volo-train [--rounds N] [--steps N] [--threads N] [--json FILE]

Prints, for each case, the medians of a step, their ratio, and both peaks of resident memory. Ours
is `volo-train run` on the sample scenes, reading and augmenting included; PyTorch is eager, channels
last, with timm's fused attention, and is given the same random batch again and again."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

CASES = {
    "volo_d1 512x512 batch 2": dict(
        size=512, batch=2, layers=(4, 4, 8, 2), dims=(192, 384, 384, 384), heads=(6, 12, 12, 12),
        stem=64, hidden=512, auxiliary=256, classes=19),
    "small 256x256 batch 8": dict(
        size=256, batch=8, layers=(2, 2, 4, 2), dims=(96, 192, 192, 192), heads=(3, 6, 6, 6),
        stem=32, hidden=128, auxiliary=128, classes=19),
}


def config_of(case):
    return {"model_type": "upernet", "backbone_config": {
        "model_type": "volo", "img_size": [case["size"]] * 2, "layers": list(case["layers"]),
        "embed_dims": list(case["dims"]), "num_heads": list(case["heads"]), "mlp_ratio": 3.0,
        "stem_hidden_dim": case["stem"]},
        "hidden_size": case["hidden"], "use_auxiliary_head": True,
        "auxiliary_channels": case["auxiliary"],
        "id2label": {str(i): f"class {i}" for i in range(case["classes"])}}


def peak_mib():
    text = pathlib.Path("/proc/self/status").read_text()
    return int(text.split("VmHWM:")[1].split()[0]) / 1024


def torch_steps(case, steps, threads):
    """In the child: one step to warm up, then the given number of timed ones."""
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    from network import ConvModule, Segmentor

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = Segmentor(config_of(case)).train().to(memory_format=torch.channels_last)
    auxiliary = nn.Sequential(ConvModule(case["dims"][2], case["auxiliary"], 3), nn.Dropout2d(0.1),
                              nn.Conv2d(case["auxiliary"], case["classes"], 1)).train()
    optimizer = torch.optim.AdamW([*net.parameters(), *auxiliary.parameters()], lr=1e-4)
    side, n = case["size"], case["batch"]
    x = torch.randn(n, 3, side, side).to(memory_format=torch.channels_last)
    y = torch.randint(0, case["classes"], (n, side, side))
    maps = {}
    net.backbone.network[3].register_forward_hook(
        lambda module, args, out: maps.update(third=out.permute(0, 3, 1, 2)))

    def loss_of(logits):
        full = F.interpolate(logits, size=(side, side), mode="bilinear", align_corners=False)
        return F.cross_entropy(full, y, ignore_index=255)

    seconds = []
    for i in range(steps + 1):
        begin = time.perf_counter()
        logits = net(x)
        loss = loss_of(logits) + 0.4 * loss_of(auxiliary(maps["third"]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seconds.append(time.perf_counter() - begin)
    print(json.dumps({"seconds": seconds[1:], "peak_mib": peak_mib()}))


def run_torch(name, args):
    command = [sys.executable, __file__, "--torch", name, "--steps", str(args.steps),
               "--threads", str(args.threads)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_ours(name, args, folder):
    """The first step is not counted: it plans and meets untouched memory."""
    case = CASES[name]
    config, out = folder / "config.json", folder / "run"
    config.write_text(json.dumps(config_of(case)))
    command = [args.train, "run", "--out", str(out), "--restart", "--network", str(config),
               "--data", f"cityscapes:{args.samples},split=val", "--crop",
               f"{case['size']}x{case['size']}", "--batch", str(case["batch"]), "--drop-path", "0",
               "--steps", str(args.steps + 1), "--log-every", "1", "--save-every", "1000",
               "--threads", str(args.threads), "--quiet"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed")
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    seconds = [case["batch"] / line["images_per_second"] for line in lines if "loss" in line]
    return {"seconds": seconds[1:], "peak_mib": usage.ru_maxrss / 1024}


def race(name, args, folder):
    rows = {"libvolo": [], "PyTorch": []}
    peaks = {}
    for _ in range(args.rounds):
        for engine, run in (("libvolo", lambda: run_ours(name, args, folder)),
                            ("PyTorch", lambda: run_torch(name, args))):
            result = run()
            rows[engine] += result["seconds"]
            peaks[engine] = max(peaks.get(engine, 0), result["peak_mib"])
    ours, theirs = (statistics.median(rows[engine]) for engine in rows)
    print(f"{name}: step {ours:.3f} s, PyTorch {theirs:.3f} s, ratio {ours / theirs:.2f}; "
          f"peak {peaks['libvolo']:.0f} MiB, PyTorch {peaks['PyTorch']:.0f} MiB, "
          f"ratio {peaks['libvolo'] / peaks['PyTorch']:.2f}", flush=True)
    return {"case": name, "seconds": rows, "peak_mib": peaks}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", default="build/app/volo-train")
    parser.add_argument("--samples", default="assets/samples")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--case", choices=CASES, action="append")
    parser.add_argument("--json")
    parser.add_argument("--torch", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.torch:
        torch_steps(CASES[args.torch], args.steps, args.threads)
        return
    with tempfile.TemporaryDirectory() as folder:
        results = [race(name, args, pathlib.Path(folder)) for name in args.case or CASES]
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
