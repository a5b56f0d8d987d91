"""Configurations of models: Keras 3's own, and those of tf.layers, which are Keras 2's."""

import re

import keras

from . import layers, table
from .functions import FUNCTIONS, Function, RowFunction

_OURS = {each.__name__: each for each in (
    layers.AdaptivePiecewiseLinear, layers.FusedActivation, layers.FusedBiasActivation, layers.FusedGatedActivation, layers.FusedPReLU, layers.FusedRowActivation)}
_ACTIVATION_KEYS = ("activation", "recurrent_activation")

# Names of tf.layers' own activations, and what they are here: a name of Keras's of the same meaning, one of ours, or nothing.
_OF_TFJS = {
    **{name: name for name in ("elu", "gelu", "linear", "mish", "relu", "relu6", "selu", "sigmoid", "softmax", "softplus", "softsign", "swish", "tanh", "log_softmax")},
    "gelu_new": FUNCTIONS["gelu_tanh"],
    "hard_sigmoid": None,
}
# What Keras calls otherwise than tf.layers.
_TO_TFJS = {"silu": "swish"}


def model_of(topology):
    """A model without its weights from a configuration of tf.layers."""
    class_name, config = topology["class_name"], dict(topology["config"])
    if class_name not in ("Sequential", "Model", "Functional"):
        raise ValueError(f"a layers model must be Sequential or Model, got {class_name!r}")
    config["layers"] = [_layer_of(each) for each in config["layers"]]
    first = topology["config"]["layers"][0]
    shape = first["config"].get("batch_input_shape")
    if class_name == "Sequential" and first["class_name"] != "InputLayer" and shape is not None:
        config["layers"].insert(0, {"class_name": "InputLayer", "config": {"batch_input_shape": shape, "dtype": first["config"].get("dtype") or "float32"}})
    # One input is an input, not a list of one.
    for key in ("input_layers", "output_layers"):
        if len(config.get(key, ())) == 1:
            config[key] = config[key][0]
    with keras.saving.custom_object_scope(_OURS):
        return (keras.Sequential if class_name == "Sequential" else keras.Model).from_config(config)


def _layer_of(layer):
    name, config = layer["class_name"], dict(layer["config"])
    if name in ("Sequential", "Model", "Functional"):
        raise ValueError(f"{config.get('name')}: models within models are not read; flatten the model before saving it")
    if name != "InputLayer":
        config.pop("batch_input_shape", None)
    if name == "AdaptivePiecewiseLinear":
        # How the weights that are loaded once began.
        config.pop("initialization", None)
        config.pop("seed", None)
    if name not in _OURS:
        for key in _ACTIVATION_KEYS:
            if isinstance(config.get(key), str):
                config[key] = _activation_of(config["name"], config[key])
    return {**layer, "config": config}


def _activation_of(layer, name):
    if name in _OF_TFJS:
        if _OF_TFJS[name] is None:
            raise ValueError(f"{layer}: {name} of TensorFlow.js is another function than that of Keras")
        return _OF_TFJS[name]
    parts = re.fullmatch(r"(\w+)(?:\((.*)\))?", name)
    function = FUNCTIONS.get(table.find(parts[1] if parts else name, ["pointwise", "rowwise"])["name"])
    if not parts or not parts[2]:
        return function
    return function.with_parameters(**{key: float(value) for key, value in (each.split("=") for each in parts[2].split(","))})


def topology_of(model):
    """The configuration of tf.layers for a model of Keras."""
    if not isinstance(model, keras.Sequential) and type(model).__name__ not in ("Functional", "Model") or not hasattr(model, "get_config"):
        raise ValueError(f"model must be a Sequential or functional model of Keras, got {type(model).__name__}")
    if not model.built:
        raise ValueError(f"{model.name} must be built: call it once, or give it an Input")
    config = model.get_config()
    if isinstance(model, keras.Sequential):
        return _topology("Sequential", {"name": config["name"], "layers": [_layer_to(each) for each in config["layers"]]})
    ends = {key: _ends(config[key]) for key in ("input_layers", "output_layers")}
    return _topology("Model", {"name": config["name"], "layers": [{**_layer_to(each), "name": each["name"], "inbound_nodes": [_node_to(each["name"], node) for node in each["inbound_nodes"]]} for each in config["layers"]], **ends})


def _topology(class_name, config):
    return {"class_name": class_name, "config": config, "keras_version": f"keras {keras.__version__}", "backend": "tensorflow"}


def _ends(value):
    return [value] if value and isinstance(value[0], str) else value


def _layer_to(layer):
    name, config = layer["class_name"], layer["config"]
    stock = layer.get("module") in ("keras.layers", "keras") and name not in ("Sequential", "Functional", "Model")
    if not stock and layer.get("registered_name") != f"{layers.PACKAGE}>{name}":
        raise ValueError(f"{config.get('name')}: TensorFlow.js has no layer {layer.get('registered_name') or name}")
    if name in (Function.__name__, RowFunction.__name__):
        name = {"Function": "FusedActivation", "RowFunction": "FusedRowActivation"}[name]
    converted = {key: _value_to(config.get("name"), value) for key, value in config.items()}
    if name not in _OURS:
        for key in _ACTIVATION_KEYS:
            if isinstance(converted.get(key), str):
                converted[key] = _activation_to(config["name"], converted[key])
    if "batch_shape" in converted:
        converted["batch_input_shape"] = converted.pop("batch_shape")
    return {"class_name": name, "config": converted}


def _value_to(layer, value):
    if isinstance(value, (list, tuple)):
        return [_value_to(layer, each) for each in value]
    if not isinstance(value, dict):
        return value
    class_name, config = value.get("class_name"), value.get("config")
    if class_name == "DTypePolicy":
        return config["name"]
    if class_name in ("Function", "RowFunction") and value.get("registered_name") == f"{layers.PACKAGE}>{class_name}":
        row = table.ROWS[config["activation"]]
        values = {each["name"]: config[each["name"]] for each in row["parameters"]}
        if all(values[each["name"]] == each["default"] for each in row["parameters"]):
            return row["name"]
        return f"{row['name']}({','.join(f'{name}={_number(value)}' for name, value in values.items())})"
    if class_name == "function":
        return config
    if class_name is None:
        return {key: _value_to(layer, each) for key, each in value.items()}
    if class_name in ("L1", "L2"):
        # tf.layers has the one regularizer of both.
        return {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.0, **config}}
    return {"class_name": class_name, "config": _value_to(layer, config)}


def _number(value):
    """As JavaScript writes it, which knows such an activation by its name."""
    return str(int(value)) if value == int(value) else repr(value)


def _activation_to(layer, name):
    name = _TO_TFJS.get(name, name)
    base = name.split("(")[0]
    if _OF_TFJS.get(base, base) is None or (base not in _OF_TFJS and base not in FUNCTIONS):
        raise ValueError(f"{layer}: TensorFlow.js has no activation {name!r} that means the same")
    return name


def _node_to(layer, node):
    found = []

    def collect(value):
        if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
            found.append([*value["config"]["keras_history"], {}])
        elif isinstance(value, (list, tuple)):
            for each in value:
                collect(each)
        elif value is not None:
            raise ValueError(f"{layer}: TensorFlow.js cannot call a layer with {value!r}")

    collect(node["args"])
    collect(list(node["kwargs"].values()))
    return found
