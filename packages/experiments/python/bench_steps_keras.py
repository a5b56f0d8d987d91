"""Keras's arm of `bench-steps`: the network of the description, trained by a tf.function without XLA, Keras's fastest setting on CPUs.

The step is the bare one (gradient, update, loss): `Model.fit` adds metrics and callbacks, which are not measured on either side.
"""

import os

import keras
import tensorflow as tf
from keras import layers

from bench_bert_keras import bert
from bench_step_arm import StepArm, batches_of, network_of, serve_steps
from stored_arrays import arrays

threads = int(os.environ.get("BENCH_THREADS", "0"))
if threads > 0:
    tf.config.threading.set_intra_op_parallelism_threads(threads)


class Apl(layers.Layer):
    """max(0, x) + sum_s a[s, c] max(0, b[s, c] - x), as a user of Keras writes it."""

    def __init__(self, segments, **options):
        super().__init__(**options)
        self.segments = segments

    def build(self, shape):
        self.a = self.add_weight(name="a", shape=(self.segments, shape[-1]))
        self.b = self.add_weight(name="b", shape=(self.segments, shape[-1]))

    def call(self, x):
        y = keras.ops.relu(x)
        for s in range(self.segments):
            y = y + self.a[s] * keras.ops.relu(self.b[s] - x)
        return y


class Dropout(layers.Layer):
    """Inverted dropout with the masks of every other arm: by a weight [seed, counter]."""

    def __init__(self, rate, **options):
        super().__init__(**options)
        self.rate = rate

    def build(self, shape):
        self.state = self.add_weight(name="dropout_state", shape=(2,), dtype="int32", initializer="zeros", trainable=False)

    def call(self, x):
        numbers = tf.raw_ops.StatelessRandomUniform(shape=tf.shape(x), seed=self.state, dtype=tf.float32)
        mask = tf.cast(numbers >= self.rate, tf.float32) * (1 / (1 - self.rate))
        self.state.assign(self.state + [0, 1])
        return x * mask


def padded(padding, x):
    return layers.ZeroPadding2D(padding)(x) if padding else x


def convolution(layer, x):
    size, padding, stride = layer["kernelSize"], layer["padding"], layer["stride"]
    # "same" is what PyTorch's padding is where nothing is strided, and needs no copy of the image.
    same = stride == 1 and size == 2 * padding + 1
    convolve = layers.Conv2D(layer["filters"], size, stride, padding="same" if same else "valid", use_bias=layer["useBias"], name=layer["name"])
    return convolve(x if same else padded(padding, x))


def apply(layer, inputs, relu):
    kind, name = layer["kind"], layer["name"]
    x = inputs[0] if inputs else None
    if kind == "input":
        return layers.Input(layer["shape"], name=name)
    if kind == "convolution":
        return convolution(layer, x)
    if kind == "batchNormalization":
        return layers.BatchNormalization(momentum=1 - layer["momentum"], epsilon=layer["epsilon"], name=name)(x)
    if kind == "maxPool":
        # Zeros in the padding never win against what a ReLU lets through.
        return layers.MaxPool2D(layer["poolSize"], layer["stride"], name=name)(padded(layer["padding"], x))
    if kind == "averagePool":
        return layers.AveragePooling2D(layer["poolSize"], layer["stride"], name=name)(x)
    if kind == "dropout":
        return Dropout(layer["rate"], name=name)(x)
    if kind == "dense":
        return layers.Dense(layer["units"], name=name)(x)
    if kind == "relu" or (relu and kind == "apl"):
        return layers.ReLU(name=name)(x)
    if kind == "apl":
        return Apl(layer["segments"], name=name)(x)
    if kind == "flatten":
        return layers.Flatten(name=name)(x)
    if kind == "add":
        return layers.Add(name=name)(inputs)
    if kind == "globalAveragePool":
        return layers.GlobalAveragePooling2D(name=name)(x)
    raise ValueError(f"network: unknown kind of layer {kind!r}")


def build(subject, relu):
    """relu: in the place of APL."""
    network = network_of(subject)
    if network[0]["kind"] == "bert":
        model, targets = bert(network[0]["config"])
    else:
        model = image_model(network, relu)
        targets = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    # Keras names running statistics as TensorFlow.js does: moving_mean, moving_variance.
    for name, values in arrays(subject["files"]["weights"]):
        if name in targets or not relu:
            targets.pop(name).assign(values)
    if targets:
        raise ValueError(f"weights: {', '.join(sorted(targets))} are missing")
    return model


def image_model(network, relu):
    outputs = {}
    for layer in network:
        outputs[layer["name"]] = apply(layer, [outputs[name] for name in layer["inputs"]], relu)
    return keras.Model(outputs[network[0]["name"]], outputs[network[-1]["name"]])


def batches(subject):
    return batches_of((name, tf.constant(values)) for name, values in arrays(subject["files"]["batches"]))


def training_step(model, subject):
    optimizer = keras.optimizers.SGD(subject["learningRate"], momentum=subject["momentum"])
    optimizer.build(model.trainable_variables)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function(jit_compile=False)
    def step(inputs, labels):
        with tf.GradientTape() as tape:
            loss = cross_entropy(labels, model(inputs[0] if len(inputs) == 1 else inputs, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    return step


class KerasArm(StepArm):
    def hello(self, _):
        return {"tensorflow-python": tf.__version__, "keras": keras.__version__}

    def prepared_step(self, subject, relu):
        step = training_step(build(subject, relu), subject)
        return lambda inputs, labels: float(step(inputs, labels).numpy()), batches(subject)

    def profile(self, request):
        # The profiler is imported here: it is no part of what the other requests measure.
        import step_profile
        from exported_step import exported_step

        subject, graph = request["subject"], request["graph"]
        if graph:
            exported = exported_step(graph)
            step = lambda inputs, labels: exported(*inputs, labels)
        else:
            step = training_step(build(subject, relu=False), subject)
        return step_profile.profile(step, batches(subject), request["steps"])


if __name__ == "__main__":
    serve_steps(KerasArm())
