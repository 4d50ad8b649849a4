# SPDX-License-Identifier: Apache-2.0
"""Writes what race.py found into docs/performance.md, between two marks, and draws the chart."""
import statistics

BEGIN = "<!-- begin: written by tests/peers/run.sh -->"
END = "<!-- end: written by tests/peers/run.sh -->"
TITLES = {"libvolo": "libvolo", "pytorch": "PyTorch", "pytorch-compiled": "PyTorch, compiled",
          "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO",
          "onnxruntime-sliced": "ONNX Runtime, rewritten graph",
          "openvino-sliced": "OpenVINO, rewritten graph"}
COLOURS = {"libvolo": "#c0392b", "pytorch": "#9aa5b1", "pytorch-compiled": "#6b7785",
           "onnxruntime": "#5b8db8", "openvino": "#7fb069", "onnxruntime-sliced": "#a9c4dd",
           "openvino-sliced": "#bcd9ae"}
MIB = 1 << 20


def ran(case):
    return {name: row for name, row in case["rows"].items() if "error" not in row}


def best_peer(case, rewritten=False):
    """The fastest engine but ours, of the graphs as exported or of all: (name, seconds)."""
    peers = [(row["median"], name) for name, row in ran(case).items()
             if name != "libvolo" and (rewritten or not name.endswith("-sliced"))]
    seconds, name = min(peers, default=(None, None))
    return name, seconds


def ratio(case, rewritten=False):
    """Our median over the best peer's, and the extremes of that in single rounds."""
    name, seconds = best_peer(case, rewritten)
    ours = ran(case).get("libvolo")
    if name is None or ours is None:
        return "-"
    rounds = [a / b for a, b in zip(ours["seconds"], case["rows"][name]["seconds"])]
    return (f"**{ours['median'] / seconds:.2f}** ({min(rounds):.2f} to {max(rounds):.2f}; "
            f"{TITLES[name]})")


def table(head, rows):
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return ["| " + " | ".join(cells) + " |" for cells in [head, rule] + rows] + [""]


def label(name):
    sides = name.split("x")
    return "×".join(sides) if len(sides) == 2 else f"{sides[0]} of {'×'.join(sides[1:])}"


def seconds_cell(row):
    if row is None or "error" in row:
        return "-"
    s = sorted(row["seconds"])
    return f"{row['median']:#.3g} ({s[0]:#.3g} to {s[-1]:#.3g})"


def engines_of(cases):
    return [name for name in TITLES if any(name in case["rows"] for case in cases)]


def times(names, cases):
    rows = [[TITLES[e]] + [seconds_cell(case["rows"].get(e)) for case in cases]
            for e in engines_of(cases)]
    rows.append(["libvolo ÷ best peer"] + [ratio(case) for case in cases])
    if any(e.endswith("-sliced") for e in engines_of(cases)):
        rows.append(["… rewritten graphs too"] + [ratio(case, True) for case in cases])
    rounds = ", ".join(f"{label(n)} {max(len(r['seconds']) for r in ran(c).values())}"
                       for n, c in zip(names, cases))
    return [f"Seconds for one input, {cases[0]['threads']} threads, float32: median (least to "
            f"most). Rounds: {rounds}.", ""] + table(["engine"] + [label(n) for n in names], rows)


def memory_cell(row, bench):
    if row is None or "error" in row:
        return "-"
    own = f", of `volo-bench` {bench['peak_rss'] / MIB:.0f}" if bench else ""
    return f"{row['peak_bytes'] / MIB:.0f}{own}"


def memory(names, cases):
    rows = []
    for e in engines_of(cases):
        benches = [case["bench"].get("whole") if e == "libvolo" else None for case in cases]
        rows.append([TITLES[e]] + [memory_cell(case["rows"].get(e), b)
                                   for case, b in zip(cases, benches)])
    return ["Peak resident memory of a fresh process after one run, MiB, Python and its packages "
            "included (libvolo is called from Python too).", ""] + table(
                ["engine"] + [label(n) for n in names], rows)


def agreement(names, cases):
    rows = [[TITLES[e]] + [f"{r['nmse']:.1e}, {r['max_abs']:.1e}" if "nmse" in (
        r := case["rows"].get(e, {})) else "-" for case in cases]
            for e in engines_of(cases) if e != "pytorch"]
    return ["Logits against PyTorch's: squared error over squared size, largest difference.",
            ""] + table(["engine"] + [label(n) for n in names], rows)


def stages(name, how, bench):
    rows = [[f"`{m['name']}`", f"{1e3 * m['seconds']:.2f}", f"{100 * m['share']:.1f}",
             f"{m['macs'] / 1e9:.2f}", f"{m['gflops']:.0f}", f"{100 * m['share_of_peak']:.0f}"]
            for m in bench["modules"]]
    rows.append(["all", f"{1e3 * bench['seconds']:.1f}", "100", f"{bench['macs'] / 1e9:.1f}",
                 f"{bench['gflops']:.0f}", f"{100 * bench['share_of_peak']:.0f}"])
    return [f"### Where libvolo's time goes: {label(name)}{how}", "",
            "GFLOP/s count every convolution as a direct one; peak is that of fused multiply-adds.",
            ""] + table(["module", "ms", "time %", "GMAC", "GFLOP/s", "peak %"], rows)


def scaling(cases, limits):
    lines = []
    for case in cases:
        bench = case["bench"]
        if "one_thread" not in bench or "whole" not in bench:
            continue
        ours = bench["one_thread"]["seconds"] / bench["whole"]["seconds"]
        lines += [f"One thread takes {bench['one_thread']['seconds']:.3f} s at 512×512, "
                  f"{bench['whole']['threads']} take {bench['whole']['seconds']:.3f} s: "
                  f"{ours:.2f} times as fast"]
        if limits:
            pure = limits["peaks"][-1]["scaling"]
            lines[-1] += f"; multiply-adds alone scale by {pure:.2f} here ({ours / pure:.2f} of it)"
        lines[-1] += "."
    return lines + [""] if lines else []


def machine_text(results):
    m, limits = results["machine"], results.get("limits")
    lines = [f"* CPU: {m['cpu']}; {m['cpus']} CPUs{', a virtual machine' if m['virtual'] else ''}; "
             f"{', '.join(m['flags'])}; caches {', '.join(m['caches'])}; {m['memory_gib']} GiB; "
             f"Linux {m['kernel']}"]
    if limits:
        peaks = ", ".join(f"{p['level']} {p['gflops_one']:.0f} and {p['gflops_all']:.0f}"
                          for p in limits["peaks"])
        lines.append(f"* Peak of fused multiply-adds, GFLOP/s of one thread and of "
                     f"{limits['threads']}: {peaks}; OpenBLAS {limits['openblas_core']}")
    about = {}
    for case in results["cases"].values():
        for name, row in ran(case).items():
            about[name] = f"* {TITLES[name]} {row['version']}: {row['settings']}"
    lines += [about[name] for name in TITLES if name in about]
    missing = {f"* {TITLES[name]} did not run at {label(size)}: {row['error']}"
               for size, case in results["cases"].items()
               for name, row in case["rows"].items() if "error" in row}
    dates = sorted({case["date"] for case in results["cases"].values()})
    return lines + sorted(missing) + [f"* {' and '.join(dates)}", ""]


def text(results, names):
    cases = [results["cases"][name] for name in names]
    lines = [BEGIN, "", "![seconds beside the best peer](performance.png)", ""]
    lines += times(names, cases) + memory(names, cases) + agreement(names, cases)
    lines += scaling(cases, results.get("limits"))
    lines += machine_text(results)
    for name, case in zip(names, cases):
        for kind, how in (("whole", ""), ("slide", ", in windows of 1024×1024, from pixels")):
            if kind in case["bench"]:
                lines += stages(name, how, case["bench"][kind])
    return "\n".join(lines + [END])


def replace_marked(old, new):
    if BEGIN not in old:
        return old.rstrip("\n") + "\n\n" + new + "\n"
    before, rest = old.split(BEGIN, 1)
    if END not in rest:
        raise SystemExit(f"performance.md: '{BEGIN}' without '{END}'")
    return before + new + rest.split(END, 1)[1]


def draw(results, names, path):
    """Bars of seconds over the best peer's seconds, the seconds written beside them."""
    import matplotlib
    matplotlib.use("agg")
    from matplotlib import pyplot
    cases = [results["cases"][name] for name in names]
    engines = engines_of(cases)
    figure, axes = pyplot.subplots(figsize=(9, 1.2 + 0.24 * len(names) * (len(engines) + 1)))
    ticks = []
    for i, case in enumerate(cases):
        unit = best_peer(case)[1] or statistics.median(r["median"] for r in ran(case).values())
        for j, name in enumerate(e for e in engines if e in ran(case)):
            row, y = case["rows"][name], -(i * (len(engines) + 1) + j)
            axes.barh(y, row["median"] / unit, 0.9, color=COLOURS[name],
                      label=TITLES[name] if TITLES[name] not in ticks else None)
            axes.text(row["median"] / unit + 0.01, y, f"{row['median']:#.3g} s", va="center",
                      fontsize=8, fontweight="bold" if name == "libvolo" else "normal",
                      bbox={"color": "white", "pad": 0.5})
            ticks.append(TITLES[name])
    axes.set_yticks([-(i * (len(engines) + 1) + (len(engines) - 1) / 2)
                     for i in range(len(names))], [label(name) for name in names])
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel("time, best peer with the exported graph = 1 (shorter is better)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="upper center", ncols=4, fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.55 / figure.get_figheight()))
    figure.savefig(path, dpi=110, metadata={"Software": None})


def write(results, names, docs):
    docs.mkdir(parents=True, exist_ok=True)
    path = docs / "performance.md"
    old = path.read_text(encoding="utf-8") if path.exists() else "# Performance\n"
    path.write_text(replace_marked(old, text(results, names)), encoding="utf-8")
    draw(results, names, docs / "performance.png")
