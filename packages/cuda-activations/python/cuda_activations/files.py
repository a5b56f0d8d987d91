"""Where the op library and the activation table are: beside this file in an installed wheel, at their places in a checkout."""

import os
import pathlib

_HERE = pathlib.Path(__file__).resolve().parent
_CHECKOUT = _HERE.parents[1]


def _find(name, in_checkout):
    installed = _HERE / name
    return installed if installed.exists() else _CHECKOUT / in_checkout / name


TABLE = _find("activations.json", ".")


def library():
    """The op library; CUDA_ACTIVATIONS_OP_LIBRARY names another."""
    named = os.environ.get("CUDA_ACTIVATIONS_OP_LIBRARY")
    path = pathlib.Path(named) if named else _find("libcuda_activations_ops.so", "build/Release")
    if path.exists():
        return str(path)
    way_out = "" if named else '; build it with "npx nx run cuda-activations:build-native", or name one in CUDA_ACTIVATIONS_OP_LIBRARY'
    raise ImportError(f"cuda_activations: the op library {path} is missing{way_out}")
