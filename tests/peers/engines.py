# SPDX-License-Identifier: Apache-2.0
"""One engine in a process of its own, told over a pipe what to do.

usage: engines.py JOB   (JSON: engine, model, graphs, height, width, batch, threads, cpus, library)
Standard input gives a command a line, standard output answers with a line of JSON:
  run N        N runs; "seconds" of the last
  logits PATH  those of the last run, f32 [n,classes,h,w], into a .npy file
  peak         "bytes": the process's peak resident memory so far
The first line of output says that the engine is loaded: "version", "settings", "load_seconds"."""
import ctypes
import json
import os
import sys
import time

import numpy as np


class VoloError(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("message", ctypes.c_char * 240)]


class VoloTap(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.POINTER(ctypes.c_float)),
                ("n", ctypes.c_size_t), ("h", ctypes.c_size_t), ("w", ctypes.c_size_t),
                ("c", ctypes.c_size_t)]


class Libvolo:
    """This library through its public C functions; threads: all the process may use."""

    def __init__(self, job, x):
        self.lib, self.err = ctypes.CDLL(job["library"]), VoloError()
        self.lib.volo_version.restype = ctypes.c_char_p
        self.lib.volo_cpu_level.restype = ctypes.c_char_p
        self.model, self.session = ctypes.c_void_p(), ctypes.c_void_p()
        self.tap, self.x = VoloTap(), x
        self.size = [ctypes.c_size_t(side) for side in x.shape[:3]]
        self.call("volo_init")
        self.call("volo_model_open", os.fsencode(job["model"]), None, ctypes.byref(self.model))
        self.call("volo_session_new", self.model, None, ctypes.byref(self.session))
        self.version = self.lib.volo_version().decode()
        self.settings = "CPU level " + self.lib.volo_cpu_level().decode()

    def call(self, name, *args):
        if getattr(self.lib, name)(*args, ctypes.byref(self.err)):
            raise RuntimeError(f"{name}: {self.err.message.decode()}")

    def run(self):
        self.call("volo_session_forward", self.session, self.x.ctypes.data_as(ctypes.c_void_p),
                  *self.size, ctypes.byref(self.tap))

    def logits(self):
        t = self.tap
        return np.ctypeslib.as_array(t.data, (t.n, t.h, t.w, t.c)).transpose(0, 3, 1, 2)


class PyTorch:
    """Eager, channels last; timm's fused attention (scaled_dot_product_attention)."""

    def __init__(self, job, x):
        import torch

        import network
        self.torch, self.version = torch, torch.__version__.split("+")[0]
        torch.set_num_threads(job["threads"])
        torch.set_float32_matmul_precision("highest")
        self.net = network.load(job["model"]).to(memory_format=torch.channels_last)
        self.x = torch.from_numpy(x).permute(0, 3, 1, 2)
        self.settings = "eager, inference mode, channels last, fused attention"

    def run(self):
        with self.torch.inference_mode():
            self.y = self.net(self.x)

    def logits(self):
        return self.y.numpy()


class PyTorchCompiled(PyTorch):
    """torch.compile with weights frozen: batch norm is folded, weights are packed for oneDNN."""

    def __init__(self, job, x):
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", job["graphs"] + "-inductor")
        os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
        super().__init__(job, x)
        import torch._inductor.config as inductor
        inductor.freezing = True
        self.net = self.torch.compile(self.net)
        self.settings = "torch.compile, frozen weights, channels last, fused attention"


class OnnxRuntime:
    suffix = "-ort.onnx"

    def __init__(self, job, x):
        import onnxruntime as ort
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = job["threads"], 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = ort.InferenceSession(job["graphs"] + self.suffix, options,
                                            providers=["CPUExecutionProvider"])
        self.x = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
        self.version = ort.__version__
        self.settings = "ORT_ENABLE_ALL, opset 23, MultiHeadAttention"

    def run(self):
        self.y, = self.session.run(None, {"x": self.x})

    def logits(self):
        return self.y


class OnnxRuntimeSliced(OnnxRuntime):
    suffix = "-ort-sliced.onnx"


class OpenVino:
    suffix = ".xml"

    def __init__(self, job, x):
        import openvino as ov
        compiled = ov.Core().compile_model(job["graphs"] + self.suffix, "CPU", {
            "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": job["threads"]})
        ran = {op.get_rt_info()["runtimePrecision"].astype(str)
               for op in compiled.get_runtime_model().get_ops()}
        if ran & {"bf16", "f16"}:
            raise RuntimeError(f"runs in {sorted(ran)}, not in float32")
        self.request = compiled.create_infer_request()
        self.x = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
        self.request.set_input_tensor(ov.Tensor(self.x, shared_memory=True))
        self.version = ov.__version__.split("-")[0]
        self.settings = "INFERENCE_PRECISION_HINT f32, LATENCY, 1 stream"

    def run(self):
        self.request.infer()

    def logits(self):
        return self.request.get_output_tensor().data


class OpenVinoSliced(OpenVino):
    suffix = "-sliced.xml"


ENGINES = {
    "libvolo": Libvolo, "pytorch": PyTorch, "pytorch-compiled": PyTorchCompiled,
    "onnxruntime": OnnxRuntime, "openvino": OpenVino,
    "onnxruntime-sliced": OnnxRuntimeSliced, "openvino-sliced": OpenVinoSliced,
}


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


def obey(engine, command, argument):
    if command == "run":
        for _ in range(int(argument)):
            start = time.perf_counter()
            engine.run()
            seconds = time.perf_counter() - start
        return {"seconds": seconds}
    if command == "logits":
        np.save(argument, np.ascontiguousarray(engine.logits(), dtype=np.float32))
        return {}
    return {"bytes": peak_bytes()}


def main():
    job = json.loads(sys.argv[1])
    os.sched_setaffinity(0, job["cpus"])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is not an answer
    x = np.random.default_rng(1).standard_normal(
        (job["batch"], job["height"], job["width"], 3), dtype=np.float32)

    def answer(fields):
        print(json.dumps(fields), file=answers, flush=True)
    start = time.perf_counter()
    engine = ENGINES[job["engine"]](job, x)
    answer({"version": engine.version, "settings": engine.settings,
            "load_seconds": time.perf_counter() - start})
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        answer(obey(engine, command, argument))


if __name__ == "__main__":
    main()
