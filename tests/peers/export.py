# SPDX-License-Identifier: Apache-2.0
"""Writes the network of a model file as graphs for the other engines.

usage: export.py MODEL BATCH OUT KIND...
KIND is one of
  onnx             OUT.onnx: opset 23, attention, GELU, layer norm are operators of the standard
  openvino         OUT.xml: the same in OpenVINO's format, float32
  ort              OUT-ort.onnx: attention is ONNX Runtime's own operator (its flash attention)
  openvino-sliced, ort-sliced: with outlook attention written anew, see sliced_outlook"""
import os
import sys

import openvino
import torch
import torch.nn.functional as F
from timm.models.volo import Attention, OutlookAttention

import network

OPSET = 23


def numbers(shape):
    """Sizes as plain numbers, which become constants of the graph."""
    return (int(size) for size in shape)


def timm_outlook(self, x):
    """The forward of timm's OutlookAttention, with plain numbers for sizes."""
    b, h, w, c = numbers(x.shape)
    rows, cols, k2 = -(-h // self.stride), -(-w // self.stride), self.kernel_size ** 2
    v = self.unfold(self.v(x).permute(0, 3, 1, 2))
    v = v.reshape(b, self.num_heads, c // self.num_heads, k2, rows * cols).permute(0, 1, 4, 3, 2)
    a = self.attn(self.pool(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1))
    a = a.reshape(b, rows * cols, self.num_heads, k2, k2).permute(0, 2, 1, 3, 4)
    a = (a * self.scale).softmax(dim=-1)
    y = (a @ v).permute(0, 1, 4, 3, 2).reshape(b, c * k2, rows * cols)
    y = F.fold(y, (h, w), self.kernel_size, padding=self.padding, stride=self.stride)
    return self.proj(y.permute(0, 2, 3, 1))


def sliced_outlook(self, x):
    """The same sums without unfold and fold: channels stay last, the nine positions of a window are
    strided slices, and the four kinds of pixels (even and odd rows and columns) are added up apart.
    Nobody exports this; it shows what the engines would do with a kinder graph."""
    b, h, w, c = numbers(x.shape)
    rows, cols, heads = h // 2, w // 2, self.num_heads
    if (self.kernel_size, self.stride, h % 2, w % 2) != (3, 2, 0, 0):
        raise SystemExit("sliced_outlook is for windows of 3 with stride 2 on even grids")
    v = F.pad(self.v(x), (0, 0, 1, 1, 1, 1))
    v = torch.stack([v[:, y:y + h:2, z:z + w:2] for y in range(3) for z in range(3)], 3)
    v = v.reshape(b * rows * cols, 9, heads, c // heads).transpose(1, 2)
    a = self.attn(x.reshape(b, rows, 2, cols, 2, c).mean(dim=(2, 4)))
    a = (a.reshape(b * rows * cols, heads, 9, 9) * self.scale).softmax(dim=-1)
    y = (a @ v).transpose(1, 2).reshape(b, rows, cols, 9, c).unbind(3)

    def below(t):
        return F.pad(t[:, 1:], (0, 0, 0, 0, 0, 1))

    def right(t):
        return F.pad(t[:, :, 1:], (0, 0, 0, 1))

    even = torch.stack([y[4], y[5] + right(y[3])], 3)
    odd = torch.stack([y[7] + below(y[1]), y[8] + right(y[6]) + below(y[2] + right(y[0]))], 3)
    return self.proj(torch.stack([even, odd], 2).reshape(b, h, w, c))


def ort_attention(self, x):
    """timm's Attention by an operator of ONNX Runtime; only an exporter can run it."""
    b, h, w, c = numbers(x.shape)
    q, k, v = self.qkv(x).reshape(b, h * w, 3 * c).split(c, dim=2)
    y = torch.onnx.ops.symbolic(
        "com.microsoft::MultiHeadAttention", (q, k, v),
        attrs={"num_heads": self.num_heads, "scale": float(self.scale)},
        dtype=torch.float32, shape=(b, h * w, c), version=1)
    return self.proj(y.reshape(b, h, w, c))


def means(bins, size):
    """[bins,size]: row i takes the mean of adaptive pooling's bin i."""
    rows = torch.zeros(bins, size)
    for i in range(bins):
        first, last = i * size // bins, -(-(i + 1) * size // bins)
        rows[i, first:last] = 1 / (last - first)
    return rows


def matrix_pool(self, x):
    """AdaptiveAvgPool2d as two products; as sizes that do not divide it would be exported as a
    thousand slices and sums."""
    h, w = numbers(x.shape[2:])
    return means(self.output_size, h) @ x @ means(self.output_size, w).T


def replace(net, kind, forward):
    for module in net.modules():
        if isinstance(module, kind):
            module.forward = forward.__get__(module)


def write_onnx(net, path):
    x = torch.randn(net.batch, 3, *net.img_size)
    program = torch.onnx.export(net, (x,), dynamo=True, opset_version=OPSET, input_names=["x"],
                                output_names=["logits"], external_data=False, verbose=False)
    program.optimize()
    program.save(path + ".part")
    os.replace(path + ".part", path)


def write_openvino(net, path):
    stem = path.removesuffix(".xml")
    if not os.path.exists(stem + ".onnx"):
        write_onnx(net, stem + ".onnx")
    graph = openvino.Core().read_model(stem + ".onnx")
    openvino.save_model(graph, stem + "-part.xml", compress_to_fp16=False)
    os.replace(stem + "-part.bin", stem + ".bin")
    os.replace(stem + "-part.xml", path)


KINDS = {
    "onnx": (".onnx", write_onnx, timm_outlook, Attention.forward),
    "openvino": (".xml", write_openvino, timm_outlook, Attention.forward),
    "ort": ("-ort.onnx", write_onnx, timm_outlook, ort_attention),
    "openvino-sliced": ("-sliced.xml", write_openvino, sliced_outlook, Attention.forward),
    "ort-sliced": ("-ort-sliced.onnx", write_onnx, sliced_outlook, ort_attention),
}


def export(model, batch, out, kinds):
    net = network.load(model)
    net.batch = batch
    replace(net, torch.nn.AdaptiveAvgPool2d, matrix_pool)
    for kind in kinds:
        suffix, write, outlook, attention = KINDS[kind]
        replace(net, OutlookAttention, outlook)
        replace(net, Attention, attention)
        write(net, out + suffix)


if __name__ == "__main__":
    if len(sys.argv) < 5 or not set(sys.argv[4:]) <= set(KINDS):
        sys.exit(__doc__)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    export(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
