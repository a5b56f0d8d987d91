"""Models trained in TypeScript in Keras, and models of Keras written for TypeScript, which exchange-models.mjs checks afterwards."""

import json
import os
import pathlib
import unittest

import keras
import numpy as np

import cuda_activations as ca

FOLDER = pathlib.Path(os.environ["EXCHANGED_MODELS"])
FROM_TFJS, FROM_KERAS = FOLDER / "from-tfjs", FOLDER / "from-keras"


def cnn():
    return keras.Sequential([
        keras.Input((12, 12, 1)), keras.layers.Conv2D(6, 3, padding="same"), keras.layers.BatchNormalization(), ca.AdaptivePiecewiseLinear(4),
        keras.layers.AveragePooling2D(2), keras.layers.Conv2D(4, 3, activation=ca.mish), keras.layers.Activation("silu"), ca.FusedPReLU(),
        keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.1), keras.layers.Dense(3, activation="softmax"),
    ])


def functional():
    x = keras.Input((8,))
    y = keras.layers.Dense(12, activation=ca.leaky_relu.with_parameters(negative_slope=0.1), kernel_initializer="he_normal", kernel_regularizer="l2")(x)
    half = ca.FusedGatedActivation("swiglu")(ca.elu(y, alpha=0.5))
    y = ca.FusedBiasActivation("gelu", dropout_rate=0.1, seed=2)([keras.layers.Dense(6, use_bias=False, activation=ca.quick_gelu)(half), half])
    y = keras.layers.Concatenate()([y, keras.layers.Add()([ca.AdaptivePiecewiseLinear(2, sharing="layer")(y), half])])
    return keras.Model(x, ca.softmax(keras.layers.Dense(3, activation=ca.gelu_tanh)(y)))


class ExchangedModels(unittest.TestCase):
    def test_from_typescript(self):
        for folder in sorted(FROM_TFJS.iterdir()):
            with self.subTest(folder.name):
                model = ca.load_tfjs_model(folder)
                expected = json.loads((folder / "expected.json").read_text())
                x, y = (np.array(expected[key], "float32") for key in "xy")
                np.testing.assert_allclose(model(x), y, rtol=1e-5, atol=1e-6)
                kinds = {type(layer) for layer in model.layers}
                self.assertIn(ca.AdaptivePiecewiseLinear, kinds)
                model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
                losses = model.fit(x, np.argmax(y, 1), epochs=5, verbose=0).history["loss"]
                self.assertLess(losses[-1], losses[0])
        self.assertEqual(len(list(FROM_TFJS.iterdir())), 2)

    def test_to_typescript(self):
        for make in (cnn, functional):
            keras.utils.set_random_seed(4)
            model = make()
            x = np.random.default_rng(5).normal(size=(16, *model.input_shape[1:])).astype("float32")
            model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
            model.fit(x, np.arange(16) % 3, epochs=2, verbose=0)
            folder = FROM_KERAS / make.__name__
            ca.save_tfjs_model(model, folder)
            y = np.array(model(x))
            (folder / "expected.json").write_text(json.dumps({"x": x.tolist(), "y": y.tolist()}))
            with self.subTest(make.__name__):
                np.testing.assert_allclose(ca.load_tfjs_model(folder)(x), y, rtol=1e-6, atol=1e-7)

    def test_what_means_something_else(self):
        def model(layer):
            return keras.Sequential([keras.Input((3,)), layer])

        class Mine(keras.layers.Dense):
            pass

        for message, layer in (("no activation 'hard_sigmoid'", keras.layers.Dense(1, activation="hard_sigmoid")), ("no layer .*Mine", Mine(1))):
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                ca.save_tfjs_model(model(layer), FOLDER / "refused")
        with self.assertRaisesRegex(ValueError, "must be built"):
            ca.save_tfjs_model(keras.Sequential([keras.layers.Dense(1)]), FOLDER / "refused")

        folder = FOLDER / "changed"
        ca.save_tfjs_model(model(keras.layers.Dense(1, activation="relu")), folder)
        text = (folder / "model.json").read_text()
        for message, old, new in (("hard_sigmoid of TensorFlow.js", '"relu"', '"hard_sigmoid"'), ('did you mean "relu"', '"relu"', '"relux"'), ("without a value .*/kernel", "/kernel", "/other")):
            self.assertIn(old, text)
            (folder / "model.json").write_text(text.replace(old, new))
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                ca.load_tfjs_model(folder)


if __name__ == "__main__":
    unittest.main()
