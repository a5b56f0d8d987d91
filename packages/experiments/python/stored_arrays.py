"""Arrays in safetensors files, as NumPy's."""

import numpy as np

from stored_entries import entries

DTYPES = {"F32": np.float32, "I32": np.int32}


def arrays(file):
    """(name, array) of each array of a safetensors file, one at a time."""
    for name, dtype, shape, data in entries(file):
        yield name, np.frombuffer(data, DTYPES[dtype]).reshape(shape)
