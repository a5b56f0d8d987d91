"""TensorFlow's arm of `bench-kernels`: Keras's activations and gradients as one tf.function without XLA, its usual compiled form."""

import os

import numpy as np
import tensorflow as tf

from bench_protocol import operand_length, operand_shape, serve

tf.config.threading.set_intra_op_parallelism_threads(int(os.environ.get("TF_NUM_INTRAOP_THREADS", "1")))
tf.config.threading.set_inter_op_parallelism_threads(1)

keras = tf.keras.activations

POINTWISE = {
    "linear": tf.identity,
    "leaky_relu": lambda x: tf.nn.leaky_relu(x, 0.2),
    "gelu": lambda x: keras.gelu(x, approximate=False),
    "gelu_tanh": lambda x: keras.gelu(x, approximate=True),
    "penalized_tanh": lambda x: tf.where(x > 0, tf.tanh(x), 0.25 * tf.tanh(x)),
    "threshold": lambda x: tf.where(x > 0, x, tf.zeros_like(x)),
    "squared_relu": lambda x: tf.square(tf.nn.relu(x)),
    "square": tf.square,
}

GATES = {"glu": "sigmoid", "bilinear": "linear", "reglu": "relu", "geglu": "gelu", "geglu_tanh": "gelu_tanh", "swiglu": "silu"}


def pointwise(name):
    return POINTWISE.get(name) or getattr(keras, name, None)


def gated(activation):
    gate = pointwise(GATES[activation])

    def call(x):
        a, b = tf.split(x, 2, axis=-1)
        return a * gate(b)

    return call


def prelu(x, slope):
    return tf.nn.relu(x) - slope * tf.nn.relu(-x)


def apl(x, a, b):
    y = tf.nn.relu(x)
    for slope, position in zip(tf.unstack(a), tf.unstack(b)):
        y = y + slope * tf.nn.relu(position - x)
    return y


def function_of(op):
    """The op and the names of its parameters; None where this library has no way to write it here."""
    family, activation = op["family"], op["activation"]
    if family == "gated":
        return (gated(activation), []) if activation in GATES else None
    if family == "perChannel":
        return {"prelu": (prelu, ["slope"]), "apl": (apl, ["a", "b"])}.get(activation)
    f = pointwise(activation)
    if f is None:
        return None
    return (lambda x, bias: f(tf.nn.bias_add(x, bias)), ["bias"]) if family == "bias" else (f, [])


def operand(name, request):
    """The operand that every arm makes alike: see inputs.ts."""
    recipe = request["operands"][name]
    index = np.arange(1, operand_length(name, request) + 1, dtype=np.uint64)
    values = ((index * np.uint64(recipe["multiplier"]) & np.uint64(0xFFFFFFFF)) / 2**31 - 1) * recipe["range"]
    return tf.cast(tf.constant(values.reshape(operand_shape(name, request))), request["bench"]["dtype"])


def prepare(request):
    bench = request["bench"]
    found = function_of(bench["op"])
    # A tf.function has no gradient without its forward pass.
    if found is None or bench["direction"] == "backward":
        return {}
    f, names = found
    operands = [operand(name, request) for name in ["x", *names]]
    if bench["direction"] == "forward":
        # An identity alone would be returned as it is.
        compiled = tf.function(f, jit_compile=False)
        return {"tensorflow": (lambda: compiled(*operands), lambda: first(compiled(*operands)))}
    dy = operand("dy", request)

    @tf.function(jit_compile=False)
    def compiled(*inputs):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            y = f(*inputs)
        return tape.gradient(y, inputs, output_gradients=dy)

    return {"tensorflow": (lambda: compiled(*operands), lambda: first(compiled(*operands)[0]))}


def first(tensor):
    return tf.cast(tf.reshape(tensor, [-1])[:64], tf.float64).numpy().tolist()


serve(lambda: {"tensorflow-python": tf.__version__, "keras": tf.keras.__version__}, prepare)
