"""The op library in TensorFlow for Python against TensorFlow's own ops: values, gradients, compiled functions, errors."""

import json
import unittest

import numpy as np
import tensorflow as tf

import cuda_activations as ca
from cuda_activations import files

TABLE = json.loads(files.TABLE.read_text())
RNG = np.random.default_rng(1)
keras = tf.keras.activations


def normal(*shape, dtype=tf.float32):
    return tf.constant(RNG.normal(size=shape), dtype)


def relu_sum(x, a, b):
    y = tf.nn.relu(x)
    for slope, position in zip(tf.unstack(a), tf.unstack(b)):
        y += slope * tf.nn.relu(position - x)
    return y


def sparsemax(x, axis):
    """Martins & Astudillo 2016, algorithm 1. Keras's own, to 3.15, is wrong where more than one element stays (keras-team/keras#23425)."""
    rows = tf.experimental.numpy.moveaxis(x, axis, -1)
    z = tf.sort(rows, direction="DESCENDING")
    support = tf.cast(1 + tf.range(1, z.shape[-1] + 1, dtype=z.dtype) * z > tf.cumsum(z, -1), z.dtype)
    tau = (tf.reduce_sum(z * support, -1, keepdims=True) - 1) / tf.reduce_sum(support, -1, keepdims=True)
    return tf.experimental.numpy.moveaxis(tf.nn.relu(rows - tau), -1, axis)


POINTWISE = {
    "relu": tf.nn.relu,
    "elu": tf.nn.elu,
    "selu": tf.nn.selu,
    "leaky_relu": tf.nn.leaky_relu,
    "gelu": tf.nn.gelu,
    "gelu_tanh": lambda x: tf.nn.gelu(x, approximate=True),
    "silu": tf.nn.silu,
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "softplus": tf.nn.softplus,
    "mish": keras.mish,
}
# Name, our op, the same of TensorFlow's, shapes of the operands.
CASES = [(name, lambda x, name=name: ca.activation(x, name), f, [(40, 6)]) for name, f in POINTWISE.items()] + [
    ("bias, gelu", lambda x, b: ca.bias_activation(x, b, "gelu"), lambda x, b: tf.nn.gelu(x + b), [(40, 6), (6,)]),
    ("bias, residual, silu", lambda x, b, r: ca.bias_activation(x, b, "silu", residual=r), lambda x, b, r: tf.nn.silu(x + b + r), [(40, 6), (6,), (40, 6)]),
    ("bias, channels first", lambda x, b: ca.bias_activation(x, b, "tanh", data_format="channels_first"), lambda x, b: tf.tanh(x + b[:, None]), [(4, 6, 5), (6,)]),
    ("swiglu", lambda x: ca.gated(x, "swiglu"), lambda x: x[:, :3] * tf.nn.silu(x[:, 3:]), [(40, 6)]),
    ("geglu of two", lambda a, b: ca.gated([a, b], "geglu"), lambda a, b: a * tf.nn.gelu(b), [(40, 6), (40, 6)]),
    ("softmax", lambda x: ca.row_activation(x, "softmax"), tf.nn.softmax, [(40, 6)]),
    ("log_softmax", lambda x: ca.row_activation(x, "log_softmax"), tf.nn.log_softmax, [(40, 6)]),
    ("prelu", ca.prelu, lambda x, s: tf.nn.relu(x) - s * tf.nn.relu(-x), [(40, 6), (6,)]),
    ("apl", ca.apl, relu_sum, [(40, 6), (5, 6), (5, 6)]),
    ("apl with bias", lambda x, a, b, c: ca.apl(x, a, b, bias=c), lambda x, a, b, c: relu_sum(x + c, a, b), [(40, 6), (5, 6), (5, 6), (6,)]),
]


def with_gradients(f, operands, dy):
    with tf.GradientTape() as tape:
        tape.watch(operands)
        y = f(*operands)
    return [y, *tape.gradient(y, operands, output_gradients=dy)]


class Ops(unittest.TestCase):
    def assert_close(self, actual, expected, tolerance=1e-5):
        for a, e in zip(actual, expected, strict=True):
            np.testing.assert_allclose(tf.cast(a, tf.float64), tf.cast(e, tf.float64), rtol=tolerance, atol=tolerance)

    def test_values_and_gradients(self):
        for name, ours, theirs, shapes in CASES:
            operands = [normal(*shape) for shape in shapes]
            dy = normal(*theirs(*operands).shape)
            with self.subTest(name):
                expected = with_gradients(theirs, operands, dy)
                self.assert_close(with_gradients(ours, operands, dy), expected)
                self.assert_close(with_gradients(tf.function(ours, autograph=False), operands, dy), expected)

    def test_second_derivatives(self):
        x = normal(40)
        for name, f in POINTWISE.items():
            def second(g):
                with tf.GradientTape() as outer:
                    outer.watch(x)
                    with tf.GradientTape() as inner:
                        inner.watch(x)
                        y = g(x)
                    dx = inner.gradient(y, x)
                return outer.gradient(dx, x, unconnected_gradients="zero")

            with self.subTest(name):
                self.assert_close([second(lambda v: ca.activation(v, name))], [second(f)], 2e-5)

    def test_every_row_of_the_table(self):
        """Against Keras's own in double, or the definition where it has none, over wide inputs."""
        definitions = {
            "gelu": lambda x: x * 0.5 * tf.math.erfc(-x / np.sqrt(2)),
            # TensorFlow rounds the constants of these two to float32, in double as well.
            "leaky_relu": lambda x: tf.where(x > 0, x, 0.2 * x),
            "gelu_tanh": lambda x: x / 2 * (1 + tf.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
            "penalized_tanh": lambda x: tf.where(x > 0, tf.tanh(x), 0.25 * tf.tanh(x)),
            "squared_relu": lambda x: tf.square(tf.nn.relu(x)),
            "square": tf.square,
            "quick_gelu": lambda x: x * tf.sigmoid(1.702 * x),
            "lisht": lambda x: x * tf.tanh(x),
            "threshold": lambda x: keras.threshold(x, 0, 0),
        }
        x = normal(4000, dtype=tf.float64) * 4
        narrow = tf.cast(x, tf.float32)
        for row in TABLE["pointwise"]:
            name = row["name"]
            reference = definitions[name] if name in definitions else getattr(keras, name)
            with self.subTest(name):
                expected = with_gradients(reference, [tf.cast(narrow, tf.float64)], None)
                self.assert_close(with_gradients(getattr(ca, name), [narrow], None), expected, 3e-6)
                self.assert_close(with_gradients(getattr(ca, name), [tf.cast(narrow, tf.float64)], None), expected, 1e-12)

    def test_row_functions_along_any_axis(self):
        x = normal(5, 6, 7)
        for name in ("softmax", "log_softmax", "sparsemax"):
            for axis in (0, 1, -1):
                with self.subTest(name, axis=axis):
                    ours, theirs = getattr(ca, name), getattr(keras, name) if name != "sparsemax" else sparsemax
                    self.assert_close(with_gradients(lambda v: ours(v, axis=axis), [x], x), with_gradients(lambda v: theirs(v, axis=axis), [x], x))

    def test_every_gated_row(self):
        gates = {"glu": tf.sigmoid, "bilinear": tf.identity, "reglu": tf.nn.relu, "geglu": tf.nn.gelu, "geglu_tanh": lambda x: tf.nn.gelu(x, approximate=True), "swiglu": tf.nn.silu}
        for row in TABLE["gated"]:
            with self.subTest(row["name"]):
                operands, gate = [normal(9, 5), normal(9, 5)], gates[row["name"]]
                self.assert_close(with_gradients(lambda a, b: ca.gated([a, b], row["name"]), operands, None), with_gradients(lambda a, b: a * gate(b), operands, None))

    def test_parameters(self):
        x = normal(100)
        self.assert_close([ca.leaky_relu(x, negative_slope=0.1), ca.elu(x, alpha=0.5)], [tf.nn.leaky_relu(x, 0.1), keras.elu(x, 0.5)])
        self.assert_close([ca.elu.with_parameters(alpha=0.5)(x)], [keras.elu(x, 0.5)])
        with self.assertRaisesRegex(TypeError, "elu: unknown parameter 'slope'; known: alpha"):
            ca.elu(x, slope=1)
        with self.assertRaisesRegex(ValueError, "elu: alpha must be a number in .*got -1"):
            ca.elu(x, alpha=-1)

    def test_types(self):
        for dtype, tolerance in ((tf.float16, 2e-3), (tf.bfloat16, 2e-2), (tf.float64, 1e-12)):
            with self.subTest(dtype.name):
                x = normal(50, dtype=dtype)
                wide = tf.cast(x, tf.float64)
                ours = with_gradients(lambda v: ca.activation(v, "silu"), [x], None)
                self.assert_close(ours, with_gradients(tf.nn.silu, [wide], None), tolerance)

    def test_dropout(self):
        x, bias = tf.ones([64, 64]), tf.zeros([64])
        rate, state = 0.25, tf.constant([7, 3])
        y, dx = with_gradients(lambda v: ca.bias_activation(v, bias, dropout_state=state, dropout_rate=rate), [x], None)
        kept = tf.cast(y > 0, tf.float32)
        self.assertAlmostEqual(float(tf.reduce_mean(kept)), 1 - rate, delta=0.03)
        self.assert_close([y, dx], [kept / (1 - rate)] * 2)

    def test_trains(self):
        w = tf.Variable(normal(6, 6))
        x, target = normal(64, 6), normal(64, 6)
        optimizer = tf.keras.optimizers.SGD(0.5)

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(ca.activation(x @ w, "mish") - target))
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])
            return loss

        first = float(step())
        for _ in range(50):
            last = float(step())
        self.assertLess(last, 0.9 * first)

    def test_errors(self):
        with self.assertRaisesRegex(tf.errors.InvalidArgumentError, "gleu"):
            ca.activation(tf.ones([3]), "gleu")
        with self.assertRaisesRegex(tf.errors.InvalidArgumentError, "slope"):
            ca.prelu(tf.ones([2, 3]), tf.ones([4]))


if __name__ == "__main__":
    unittest.main()
