"""Arrays in safetensors files, as Node writes them."""

import json
import struct

import numpy as np

DTYPES = {"F32": np.float32, "I32": np.int32}


def arrays(file):
    """The arrays of a safetensors file, one at a time: reading all of it would be this process's peak memory."""
    with open(file, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            stream.seek(8 + length + begin)
            yield name, np.frombuffer(stream.read(end - begin), DTYPES[entry["dtype"]]).reshape(entry["shape"])
