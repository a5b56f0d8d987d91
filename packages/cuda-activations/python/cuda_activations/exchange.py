"""Models from and to tf.layers of TensorFlow.js: the folder of model.save('file://DIR') and tf.loadLayersModel('file://DIR/model.json')."""

import json
import pathlib

import keras
import numpy as np

from . import tfjs_config

_TYPES = {"float32": "<f4", "float16": "<f2", "int32": "<i4", "uint8": "u1", "bool": "u1"}


def load_tfjs_model(path):
    """The Keras model of a folder, or of its model.json, with its weights and this package's layers and activations.

    ValueError where a layer or an activation means something else in Keras or is unknown here, and where weights do not fit."""
    path = pathlib.Path(path)
    file = path / "model.json" if path.is_dir() else path
    saved = json.loads(file.read_text(encoding="utf-8"))
    topology = saved.get("modelTopology")
    if not isinstance(topology, dict):
        raise ValueError(f"{file} holds no layers model of TensorFlow.js (no modelTopology)")
    model = tfjs_config.model_of(topology.get("model_config", topology))
    _set_weights(model, _read_weights(saved.get("weightsManifest", []), file.parent))
    return model


def save_tfjs_model(model, path):
    """Writes a Sequential or functional Keras model that tf.loadLayersModel loads, where cuda-activations is registered if it uses it.

    ValueError where a layer or an activation means something else in TensorFlow.js."""
    path = pathlib.Path(path)
    topology = tfjs_config.topology_of(model)
    entries, values = [], []
    for name, variable in _variables(model).items():
        value = np.asarray(keras.ops.convert_to_numpy(variable))
        dtype = "int32" if value.dtype.kind in "iu" else "float32"
        entries.append({"name": name, "shape": list(value.shape), "dtype": dtype})
        values.append(value.astype(_TYPES[dtype]).tobytes())
    path.mkdir(parents=True, exist_ok=True)
    (path / "weights.bin").write_bytes(b"".join(values))
    saved = {
        "format": "layers-model", "generatedBy": f"keras {keras.__version__}", "convertedBy": "cuda_activations",
        "modelTopology": topology, "weightsManifest": [{"paths": ["weights.bin"], "weights": entries}],
    }
    (path / "model.json").write_text(json.dumps(saved), encoding="utf-8")


def _leaves(layer):
    """Layers that hold their weights themselves, in models within models as well."""
    if isinstance(layer, keras.Model):
        for each in layer.layers:
            yield from _leaves(each)
    else:
        yield layer


def _variables(model):
    """Weights by the names that tf.layers saves them under."""
    return {f"{layer.name}/{variable.name}": variable for layer in _leaves(model) for variable in layer.weights}


def _read_weights(manifest, folder):
    weights = {}
    for group in manifest:
        data = b"".join((folder / each).read_bytes() for each in group["paths"])
        at = 0
        for entry in group["weights"]:
            if entry["dtype"] not in _TYPES or "quantization" in entry:
                raise ValueError(f"weight {entry['name']}: must be of {', '.join(_TYPES)} and not quantized, got {entry['dtype']}")
            dtype = np.dtype(_TYPES[entry["dtype"]])
            count = int(np.prod(entry["shape"], dtype=np.int64))
            weights[entry["name"]] = np.frombuffer(data, dtype, count, at).reshape(entry["shape"])
            at += count * dtype.itemsize
    return weights


def _set_weights(model, weights):
    variables = _variables(model)
    if variables.keys() != weights.keys():
        missing, unknown = (", ".join(sorted(names)) or "none" for names in (variables.keys() - weights.keys(), weights.keys() - variables.keys()))
        raise ValueError(f"the saved weights are not those of the model: without a value {missing}; not in the model {unknown}")
    for name, variable in variables.items():
        if tuple(variable.shape) != weights[name].shape:
            raise ValueError(f"weight {name}: must have the shape {tuple(variable.shape)}, got {weights[name].shape}")
        variable.assign(weights[name])
