"""Safetensors files, as Node writes them, without a library of arrays."""

import json
import struct


def entries(file):
    """(name, type, shape, bytes) of each array, one at a time: reading all of them would be this process's peak memory."""
    with open(file, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            stream.seek(8 + length + begin)
            yield name, entry["dtype"], entry["shape"], stream.read(end - begin)
