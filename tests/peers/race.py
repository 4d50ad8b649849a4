# SPDX-License-Identifier: Apache-2.0
"""Races libvolo against PyTorch, ONNX Runtime and OpenVINO on one network: see README.md.

Every engine has a process of its own, stopped (SIGSTOP) but for its turn; turns go round."""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import time

import numpy as np

import machine
import report

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASES = ("224x224", "8x224x224", "512x512", "1024x1024", "1024x2048")
ENGINES = {  # and the graph that each needs
    "libvolo": None, "pytorch": None, "pytorch-compiled": None, "onnxruntime": "ort",
    "openvino": "openvino", "onnxruntime-sliced": "ort-sliced",
    "openvino-sliced": "openvino-sliced",
}
SUFFIX = {"ort": "-ort.onnx", "openvino": ".xml", "ort-sliced": "-ort-sliced.onnx",
          "openvino-sliced": "-sliced.xml"}
ALIKE = 1e-8  # NMSE of logits, against PyTorch


def say(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", flush=True)


class Case:
    """An input: "HxW", or "NxHxW" for a batch of N."""

    def __init__(self, name, work):
        sides = [int(side) for side in name.split("x")]
        self.name, (self.height, self.width) = name, sides[-2:]
        self.batch = sides[0] if len(sides) == 3 else 1
        self.pixels = self.batch * self.height * self.width
        self.model = work / f"volo_d1_{self.height}x{self.width}.safetensors"
        self.graphs = work / f"volo_d1_{name}"

    def rounds(self, wanted):
        return wanted or min(21, max(5, 4000000 // self.pixels))

    def prepare(self, build, kinds):
        """The model file, then the graphs that are missing."""
        if not self.model.exists():
            subprocess.run([build / "app/volo-model", "init", "--variant", "volo_d1", "--classes",
                            "19", "--img-size", f"{self.height}x{self.width}", "--seed", "1",
                            "--out", self.model], check=True)
        missing = [kind for kind in kinds
                   if not pathlib.Path(f"{self.graphs}{SUFFIX[kind]}").exists()]
        if missing:
            say(f"{self.name}: writing the graphs {' '.join(missing)}")
            with open(f"{self.graphs}-export.log", "w", encoding="utf-8") as log:
                subprocess.run([sys.executable, HERE / "export.py", self.model, str(self.batch),
                                self.graphs, *missing], check=True, stdout=log, stderr=log)


class Engine:
    """A process of engines.py. It is stopped whenever it is not asked for something."""

    def __init__(self, name, case, args):
        self.name, self.log = name, f"{case.graphs}-{name}.log"
        job = {"engine": name, "model": str(case.model), "graphs": str(case.graphs),
               "height": case.height, "width": case.width, "batch": case.batch,
               "threads": args.threads, "cpus": args.cpus,
               "library": str(args.build / "libvolo.so.0")}
        env = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
        env["OMP_NUM_THREADS"] = str(args.threads)
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, HERE / "engines.py", json.dumps(job)], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log, text=True, env=env)
        self.about = self.read()
        self.stop()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            with open(self.log, encoding="utf-8") as log:
                last = (log.read().strip().splitlines() or ["it ended without a word"])[-1]
            self.process.wait()
            raise RuntimeError(last)
        return json.loads(line)

    def stop(self):
        time.sleep(0.05)  # threads that spin after a run go to sleep first
        self.process.send_signal(signal.SIGSTOP)

    def ask(self, command):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.read()
        self.stop()
        return answer

    def end(self):
        self.process.kill()
        self.process.wait()


def open_engine(name, case, args):
    """(engine, row) after its first run, or (None, row) with the reason."""
    say(f"{case.name}: opening {name}")
    try:
        engine = Engine(name, case, args)
        first = engine.ask("run 1")["seconds"]
        row = {"version": engine.about["version"], "settings": engine.about["settings"],
               "load_seconds": engine.about["load_seconds"], "first_seconds": first,
               "peak_bytes": engine.ask("peak")["bytes"], "seconds": []}
        engine.ask(f"logits {case.graphs}-{name}.npy")
        return engine, row
    except (RuntimeError, BrokenPipeError) as error:
        say(f"{case.name}: {name} does not run: {error}")
        return None, {"error": str(error)}


def compare(rows, case):
    """How far each engine's logits are from PyTorch's."""
    reference = f"{case.graphs}-pytorch.npy"
    if "error" in rows.get("pytorch", {"error": True}):
        return
    y = np.load(reference).astype(np.float64)
    for name, row in rows.items():
        if "error" not in row:
            d = np.load(f"{case.graphs}-{name}.npy") - y
            row["max_abs"] = float(abs(d).max())
            row["nmse"] = float((d ** 2).sum() / (y ** 2).sum())
            if not row["nmse"] < ALIKE:
                raise SystemExit(f"{case.name}: {name} computes something else: NMSE {row['nmse']}")


def prepare(case, args):
    """Models, graphs, and what torch.compile keeps for the next time."""
    case.prepare(args.build, [ENGINES[e] for e in args.engines if ENGINES[e]])
    cache = pathlib.Path(f"{case.graphs}-inductor")
    if "pytorch-compiled" in args.engines and not cache.exists():
        engine, _ = open_engine("pytorch-compiled", case, args)
        if engine:
            engine.end()


def race(case, args):
    case.prepare(args.build, [ENGINES[e] for e in args.engines if ENGINES[e]])
    engines, rows = {}, {}
    try:
        for name in args.engines:
            engine, rows[name] = open_engine(name, case, args)
            if engine:
                engines[name] = engine
        compare(rows, case)
        runs = 2 if case.pixels < 1000000 else 1  # of two, the first warms the caches
        for i in range(case.rounds(args.rounds)):
            for name, engine in engines.items():
                rows[name]["seconds"].append(engine.ask(f"run {runs}")["seconds"])
            say(f"{case.name}: round {i + 1}: " + ", ".join(
                f"{name} {rows[name]['seconds'][-1]:.4f}" for name in engines))
    finally:
        for engine in engines.values():
            engine.end()
    for row in rows.values():
        if "error" not in row:
            row["median"] = statistics.median(row["seconds"])
    return {"rows": rows, "date": f"{datetime.date.today()}", "threads": args.threads}


def bench(args, *words):
    """What volo-bench prints, or None where it is not built."""
    program = args.build / "app/volo-bench"
    if not program.exists():
        return None
    done = subprocess.run(["taskset", "-c", ",".join(map(str, args.cpus)), program, *words,
                           "--json"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        say(f"volo-bench {' '.join(words)}: exit {done.returncode}")
        return None
    return json.loads(done.stdout)


def bench_case(case, args):
    """volo-bench's own view: stages, memory; windows for a wide picture; one thread for a small."""
    model = ["model", "--model", str(case.model), "--batch", str(case.batch), "--input",
             f"{case.height}x{case.width}"]
    say(f"{case.name}: volo-bench")
    found = {"whole": bench(args, *model, "--threads", str(args.threads))}
    if case.width > 1024:
        found["slide"] = bench(args, *model, "--threads", str(args.threads), "--mode", "slide",
                               "--crop", "1024x1024", "--stride", "768x768")
    if case.name == "512x512":
        found["one_thread"] = bench(args, *model, "--threads", "1")
    return {k: v for k, v in found.items() if v}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build",
                        help="meson's build folder (default: build)")
    parser.add_argument("--work", type=pathlib.Path,
                        help="models, graphs and results (default: peers in the build folder)")
    parser.add_argument("--sizes", help="HxW or NxHxW, with commas (default: all of the report)")
    parser.add_argument("--engines", help="names, with commas (default: all)")
    parser.add_argument("--rounds", type=int, help="turns of each engine (default: 5 to 21)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true",
                        help="unless told otherwise 224x224 and 512x512, three rounds, nothing "
                        "compiled or rewritten")
    parser.add_argument("--prepare", action="store_true",
                        help="write models, graphs and compiled kernels only")
    parser.add_argument("--no-race", action="store_true", help="write the report anew only")
    parser.add_argument("--docs", type=pathlib.Path, default=ROOT / "docs",
                        help="where performance.md and performance.png are (default: docs)")
    args = parser.parse_args()
    args.sizes = args.sizes or ("224x224,512x512" if args.quick else ",".join(CASES))
    args.engines = args.engines or (
        "libvolo,pytorch,onnxruntime,openvino" if args.quick else ",".join(ENGINES))
    args.rounds = args.rounds or (3 if args.quick else None)
    args.build = args.build.resolve()
    args.work = (args.work or args.build / "peers").resolve()
    args.sizes, args.engines = args.sizes.split(","), args.engines.split(",")
    if not set(args.engines) <= set(ENGINES):
        parser.error("the engines are " + ", ".join(ENGINES))
    args.cpus = machine.cores(args.threads)
    return args


def main():
    args = parse()
    args.work.mkdir(parents=True, exist_ok=True)
    store = args.work / "results.json"
    results = json.loads(store.read_text()) if store.exists() else {"cases": {}}
    start = time.monotonic()
    cases = [Case(name, args.work) for name in args.sizes]
    if args.prepare:
        for case in cases:
            prepare(case, args)
        return
    if not args.no_race:
        about = {"machine": machine.describe(), "library": hashlib.sha256(
            (args.build / "libvolo.so.0").read_bytes()).hexdigest()}
        if any(results.get(key) != value for key, value in about.items()):
            results = {"cases": {}}  # of another machine or build: not to be shown in one table
        results.update(about, limits=bench(args, "machine"))
        for case in cases:
            results["cases"][case.name] = race(case, args) | {"bench": bench_case(case, args)}
            store.write_text(json.dumps(results, indent=1))
    report.write(results, [c for c in CASES if c in results["cases"]] +
                 [c for c in results["cases"] if c not in CASES], args.docs)
    say(f"{time.monotonic() - start:.0f} s in all; the report is in {args.docs}/performance.md")


if __name__ == "__main__":
    main()
