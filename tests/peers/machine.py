# SPDX-License-Identifier: Apache-2.0
"""What the machine is, from /proc and /sys."""
import os
import pathlib
import platform


def read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def cores(count):
    """That many CPUs that the process may use, each on a core of its own while there are such."""
    allowed = sorted(os.sched_getaffinity(0))
    first = {}
    for cpu in allowed:
        topology = f"/sys/devices/system/cpu/cpu{cpu}/topology/"
        first.setdefault((read(topology + "physical_package_id"),
                          read(topology + "core_id") or cpu), cpu)
    chosen = list(first.values())
    chosen += [cpu for cpu in allowed if cpu not in chosen]
    if count > len(chosen):
        raise SystemExit(f"{count} threads on {len(chosen)} CPUs")
    return chosen[:count]


def caches():
    """ "L1d 48K", "L2 2048K" ... of the first CPU."""
    found = []
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = {"Data": "d", "Instruction": "i"}.get(read(index / "type"), "")
        found.append(f"L{read(index / 'level')}{kind} {read(index / 'size')}")
    return found


def describe():
    info = {}
    for line in read("/proc/cpuinfo").splitlines():
        key, _, value = line.partition(":")
        info.setdefault(key.strip(), value.strip())
    flags = set(info.get("flags", "").split())
    memory = next((line.split()[1] for line in read("/proc/meminfo").splitlines()
                   if line.startswith("MemTotal:")), "0")
    return {
        "cpu": f"{info.get('model name', 'unknown')}, family {info.get('cpu family', '?')} model "
               f"{info.get('model', '?')}",
        "cpus": os.cpu_count(),
        "virtual": "hypervisor" in flags,
        "flags": [f for f in ("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16") if f in flags],
        "caches": caches(),
        "memory_gib": round(int(memory) / (1 << 20)),
        "kernel": platform.release().split("-")[0],
    }
