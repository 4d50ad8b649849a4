# SPDX-License-Identifier: Apache-2.0
"""A model file (safetensors) tensor by tensor, so that no second copy of the weights is made."""
import json
import struct

import numpy as np


class ModelFile:
    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            length, = struct.unpack("<Q", file.read(8))
            self.entries = json.loads(file.read(length))
        self.start = 8 + length
        self.config = json.loads(self.entries.pop("__metadata__")["config"])

    def read(self, name):
        """One tensor as a numpy array of float32."""
        entry = self.entries[name]
        if entry["dtype"] != "F32":
            raise SystemExit(f"{self.path}: '{name}' is {entry['dtype']}, expected F32")
        begin, end = entry["data_offsets"]
        flat = np.fromfile(self.path, np.float32, (end - begin) // 4, offset=self.start + begin)
        return flat.reshape(entry["shape"])
