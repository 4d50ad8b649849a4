#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""train_op_goldens.py OUT: gradients of single operations by PyTorch's autograd in float64.

Each case NAME has inputs NAME.x0.., parameters NAME.p0.., the result NAME.y, the gradient it is given
NAME.dy, and what autograd makes of it: NAME.dx0.., NAME.dp0... Maps are [n,h,w,c]; parameters lie as
model files have them. Values are computed in float64 from float32 ones and then rounded. Needs torch
and safetensors; never needed to build or to test. OUT is tests/golden/ops/train_ops.safetensors.
"""
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

CASES = {}


def case(inputs, parameters=(), scale=1.0):
    """Registers f(x0.., p0..) with maps [n,c,h,w] inside and [n,h,w,c] outside."""
    def register(function):
        CASES[function.__name__] = (function, inputs, parameters, scale)
        return function
    return register


def resize(x, size, align_corners):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=align_corners)


@case([(2, 4, 5, 7)], [(9, 7), (9,)])
def linear_gelu(x, weight, bias):
    return F.gelu(F.linear(x.permute(0, 2, 3, 1), weight, bias)).permute(0, 3, 1, 2)


@case([(2, 3, 5, 19)], scale=6.0)
def gelu(x):
    return F.gelu(x)


@case([(2, 3, 5, 19)], [(19,), (19,)])
def layernorm(x, weight, bias):
    return F.layer_norm(x.permute(0, 2, 3, 1), (19,), weight, bias, 1e-5).permute(0, 3, 1, 2)


@case([(3, 5, 4, 11)], [(11,), (11,)])
def batchnorm_relu(x, weight, bias):
    return F.relu(F.batch_norm(x, None, None, weight, bias, True, 0.1, 1e-5))


def convolution(shape, out, kernel, stride, pad):
    def run(x, weight, bias):
        return F.conv2d(x, weight, bias, stride, pad)
    run.__name__ = f"conv_k{kernel}_s{stride}_p{pad}"
    case([shape], [(out, shape[3], kernel, kernel), (out,)])(run)


convolution((2, 9, 7, 16), 20, 3, 1, 1)
convolution((2, 9, 7, 5), 6, 3, 2, 1)
convolution((1, 17, 13, 3), 6, 7, 2, 3)
convolution((2, 7, 9, 8), 6, 2, 2, 0)


@case([(2, 3, 5, 9)], [(9, 7, 2, 2), (7,)])
def conv_transpose_k2(x, weight, bias):
    return F.conv_transpose2d(x, weight, bias, 2)


@case([(2, 4, 5, 72)])
def attention(qkv, heads=3):
    n, c, h, w = qkv.shape
    q, k, v = qkv.reshape(n, 3, heads, c // 3 // heads, h * w).transpose(3, 4).unbind(1)
    y = (q @ k.transpose(2, 3) * q.shape[3] ** -0.5).softmax(3) @ v
    return y.transpose(2, 3).reshape(n, c // 3, h, w)


@case([(3, 1, 1, 24), (3, 4, 5, 48)])
def class_attention(q, kv, heads=3):
    n, c = q.shape[:2]
    q = q.reshape(n, heads, 1, c // heads)
    k, v = kv.reshape(n, 2, heads, c // heads, -1).transpose(3, 4).unbind(1)
    y = (q @ k.transpose(2, 3) * q.shape[3] ** -0.5).softmax(3) @ v
    return y.reshape(n, c, 1, 1)


@case([(2, 5, 7, 24), (2, 3, 4, 243)])
def outlook_attention(v, a, heads=3):
    """VOLO's own formula: unfold, softmax, weighted sums, fold."""
    n, c, h, w = v.shape
    cells = a.shape[2] * a.shape[3]
    d = c // heads
    windows = F.unfold(v, 3, padding=1, stride=2).reshape(n, heads, d, 9, cells).permute(0, 1, 4, 3, 2)
    weights = a.permute(0, 2, 3, 1).reshape(n, cells, heads, 9, 9).permute(0, 2, 1, 3, 4)
    y = (weights * d ** -0.5).softmax(4) @ windows
    return F.fold(y.permute(0, 1, 4, 3, 2).reshape(n, c * 9, cells), (h, w), 3, padding=1, stride=2)


@case([(2, 4, 5, 3), (2, 7, 9, 5), (2, 1, 1, 4)])
def concat_resized(x, same, pixel):
    return torch.cat([resize(m, (7, 9), False) for m in (x, same, pixel)], 1)


@case([(2, 4, 5, 3), (2, 7, 9, 5), (2, 11, 2, 4)])
def concat_resized_aligned(x, same, larger):
    return torch.cat([resize(m, (7, 9), True) for m in (x, same, larger)], 1)


@case([(2, 8, 10, 5), (2, 4, 5, 5)])
def add_resized(x, small):
    return x + resize(small, x.shape[2:], False)


@case([(2, 7, 9, 5), (2, 4, 5, 5)])
def add_resized_aligned(x, small):
    return x + resize(small, x.shape[2:], True)


@case([(2, 5, 7, 6)])
def rescale_3_2(x):
    return F.interpolate(x, scale_factor=1.5, mode="bilinear", align_corners=False,
                         recompute_scale_factor=False)


@case([(2, 8, 7, 5)])
def adaptive_pool_3(x):
    return F.adaptive_avg_pool2d(x, 3)


@case([(2, 8, 4, 5)])
def adaptive_pool_6(x):
    return F.adaptive_avg_pool2d(x, 6)


@case([(2, 5, 7, 6)])
def avg_pool2(x):
    return F.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False)


@case([(2, 5, 7, 6)])
def max_pool2(x):
    return F.max_pool2d(x, 2, 2)


@case([(2, 1, 1, 19), (2, 3, 5, 19)])
def add_max(a, x):
    return a + 0.5 * x.flatten(2).max(2)[0].reshape(a.shape)


@case([(2, 7, 5, 6)], [(1, 4, 3, 6)])
def add_grid(x, grid):
    return x + F.interpolate(grid.permute(0, 3, 1, 2), size=x.shape[2:], mode="bicubic", align_corners=False)


def draw(shape, scale=1.0):
    return ((torch.rand(shape) * 2 - 1) * scale).double().requires_grad_()


def make(name, out):
    function, inputs, parameters, scale = CASES[name]
    maps = [draw(shape, scale) for shape in inputs]
    values = [draw(shape) for shape in parameters]
    y = function(*[x.permute(0, 3, 1, 2) for x in maps], *values).permute(0, 2, 3, 1)
    dy = draw(tuple(y.shape)).detach()
    y.backward(dy)
    out[f"{name}.y"], out[f"{name}.dy"] = y, dy
    for letter, tensors in (("x", maps), ("p", values)):
        for i, tensor in enumerate(tensors):
            out[f"{name}.{letter}{i}"], out[f"{name}.d{letter}{i}"] = tensor, tensor.grad


def main():
    torch.manual_seed(20)
    out = {}
    for name in CASES:
        make(name, out)
    save_file({k: v.detach().float().contiguous() for k, v in out.items()}, sys.argv[1])


if __name__ == "__main__":
    main()
