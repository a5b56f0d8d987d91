"""The op library in TensorFlow for Python against TensorFlow's own ops: values, gradients, compiled functions, errors."""

import json
import pathlib
import unittest

import numpy as np
import tensorflow as tf

import cuda_activations as ca

TABLE = json.loads((pathlib.Path(__file__).resolve().parents[1] / "activations.json").read_text())
RNG = np.random.default_rng(1)
keras = tf.keras.activations


def normal(*shape, dtype=tf.float32):
    return tf.constant(RNG.normal(size=shape), dtype)


def relu_sum(x, a, b):
    y = tf.nn.relu(x)
    for slope, position in zip(tf.unstack(a), tf.unstack(b)):
        y += slope * tf.nn.relu(position - x)
    return y


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
        for row in TABLE["pointwise"]:
            with self.subTest(row["name"]):
                y, dx = with_gradients(lambda x: ca.activation(x, row["name"]), [normal(17)], None)
                self.assertTrue(np.all(np.isfinite(y)) and np.all(np.isfinite(dx)))

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
