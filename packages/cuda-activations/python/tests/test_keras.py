"""Keras layers and `activation=`: training, saving, tf.function, XLA, functional models, errors."""

import pathlib
import tempfile
import unittest
import warnings

import keras
import numpy as np
import tensorflow as tf

import cuda_activations as ca


def images(count, seed=0):
    """Bars, upright or lying: two classes."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 0.3, (count, 12, 12, 1)).astype("float32")
    y = rng.integers(0, 2, count)
    for image, label, at in zip(x, y, rng.integers(0, 12, count)):
        image[(slice(None), at) if label else at] += 1
    return x, y


def cnn():
    keras.utils.set_random_seed(1)
    return keras.Sequential([
        keras.Input((12, 12, 1)),
        keras.layers.Conv2D(8, 3), ca.AdaptivePiecewiseLinear(segments=3), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(8, 3, activation=ca.mish), keras.layers.Flatten(),
        keras.layers.Dense(16, use_bias=False), ca.FusedBiasActivation("gelu", dropout_rate=0.1, seed=3),
        keras.layers.Dense(2), ca.FusedRowActivation("softmax"),
    ])


def layers_of_all_kinds():
    x = keras.Input((8,))
    y = keras.layers.Dense(12, activation=ca.leaky_relu.with_parameters(negative_slope=0.1))(x)
    y = ca.FusedPReLU()(ca.FusedActivation("elu", alpha=0.5)(y))
    gated = ca.FusedGatedActivation("swiglu")(y)
    both = ca.FusedGatedActivation("geglu")([gated, ca.quick_gelu(gated)])
    both = ca.FusedBiasActivation("silu")([both, gated])
    return keras.Model(x, ca.softmax(ca.AdaptivePiecewiseLinear(2, sharing="layer", a_regularizer="l2")(both)))


class Keras(unittest.TestCase):
    def assert_same(self, model, other, x):
        np.testing.assert_allclose(model(x), other(x), rtol=1e-6, atol=1e-6)

    def test_a_cnn_with_apl_trains(self):
        model = cnn()
        x, y = images(512)
        begin = [weight.numpy() for weight in model.layers[1].weights]
        model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
        self.assertFalse(model.jit_compile)
        model.fit(x, y, batch_size=32, epochs=8, verbose=0)
        self.assertGreater(model.evaluate(*images(256, 1), verbose=0)[1], 0.9)
        for before, after in zip(begin, model.layers[1].weights):
            self.assertGreater(np.abs(before - after.numpy()).max(), 1e-3)

    def test_saved_and_loaded(self):
        x, _ = images(4)
        for name, model, inputs in (("cnn", cnn(), x), ("all kinds", layers_of_all_kinds(), x[:, :8, 0, 0])):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder) / "model.keras"
                model.save(file)
                loaded = keras.models.load_model(file)
                self.assert_same(model, loaded, inputs)
                self.assertEqual(loaded.layers[1].get_config(), model.layers[1].get_config())
                self.assert_same(model, keras.models.clone_model(model, clone_function=lambda layer: layer), inputs)

    def test_saved_model(self):
        model, (x, _) = cnn(), images(4)
        with tempfile.TemporaryDirectory() as folder:
            model.export(folder, verbose=False)
            loaded = tf.saved_model.load(folder)
            served = loaded.serve(x)
        np.testing.assert_allclose(served, model(x), rtol=1e-6, atol=1e-6)

    def test_gradients_of_a_saved_model(self):
        class Module(tf.Module):
            @tf.function(input_signature=[tf.TensorSpec([None])])
            def __call__(self, x):
                return ca.mish(x)

        with tempfile.TemporaryDirectory() as folder:
            tf.saved_model.save(Module(), folder)
            loaded = tf.saved_model.load(folder)
        x = tf.constant([-1.0, 2.0])
        gradients = []
        for f in (loaded, ca.mish):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            gradients.append(tape.gradient(y, x))
        np.testing.assert_array_equal(*gradients)

    def test_xla(self):
        """XLA has no kernels of the ops: TensorFlow says so, and a Keras model that holds one is not compiled by it."""
        with self.assertRaisesRegex((tf.errors.InvalidArgumentError, tf.errors.UnimplementedError), "FusedActivation"):
            tf.function(ca.gelu._function, jit_compile=True, autograph=False)(tf.ones([3]))
        for activation, compiled in ((ca.gelu, False), ("gelu", True)):
            model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation=activation)])
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                model.compile("sgd", "mse", jit_compile=True)
            self.assertEqual((model.jit_compile, any("jit_compile=True" in str(each.message) for each in caught)), (compiled, not compiled))
            model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)

    def test_mixed_precision(self):
        layer = ca.AdaptivePiecewiseLinear(2, dtype="mixed_float16")
        y = layer(tf.ones([2, 3]))
        self.assertEqual((y.dtype, layer.a.dtype), (tf.float16, "float32"))
        self.assertEqual(ca.gelu(tf.ones([2], tf.float64)).dtype, tf.float64)

    def test_dropout_goes_on_with_the_same_masks(self):
        first, second = (ca.FusedBiasActivation("linear", dropout_rate=0.5, seed=7) for _ in range(2))
        x = tf.ones([64, 8])
        masks = [[np.array(layer(x, training=True)) for _ in range(2)] for layer in (first, second)]
        np.testing.assert_array_equal(*masks)
        self.assertTrue(np.any(masks[0][0] != masks[0][1]))
        np.testing.assert_array_equal(first(x), x)

    def test_errors(self):
        for error, message, make in (
            (ValueError, 'did you mean "gelu"', lambda: ca.FusedActivation("geluu")),
            (ValueError, "rowwise activation, got 'gelu'", lambda: ca.FusedRowActivation("gelu")),
            (ValueError, "sharing must be one of channel, layer, position, got 'unit'", lambda: ca.FusedPReLU(sharing="unit")),
            (ValueError, "segments must be a whole number of at least 0, got -1", lambda: ca.AdaptivePiecewiseLinear(-1)),
            (ValueError, "dropout_rate must be in .0, 1., got 1", lambda: ca.FusedBiasActivation("relu", dropout_rate=1)),
            (ValueError, "axis must be a whole number that is not the batch", lambda: ca.FusedRowActivation("softmax", axis=0)),
            (ValueError, "number of channels must be even, got 3", lambda: ca.FusedGatedActivation("glu").compute_output_shape((None, 3))),
        ):
            with self.subTest(message), self.assertRaisesRegex(error, message):
                make()


if __name__ == "__main__":
    unittest.main()
