"""Keras layers, with the class names, arguments and weights of those in TypeScript."""

import random

import keras
import tensorflow as tf

from . import ops, table

if keras.backend.backend() != "tensorflow":
    raise ImportError(f'cuda_activations: its layers need Keras on TensorFlow, the backend is "{keras.backend.backend()}"; set KERAS_BACKEND=tensorflow')

PACKAGE = "cuda_activations"
_serializable = keras.saving.register_keras_serializable(PACKAGE)
FORMATS = ("channels_last", "channels_first")
SHARINGS = ("channel", "layer", "position")


def _choice(layer, argument, value, choices):
    if value in choices:
        return value
    raise ValueError(f"{layer.name}: {argument} must be one of {', '.join(choices)}, got {value!r}")


class _Layer(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        # XLA has no kernels of these ops; model.compile(jit_compile="auto") leaves it off where a layer says so.
        self.supports_jit = False

    def compute_output_shape(self, input_shape):
        return input_shape

    def _channels(self, shape):
        channels = shape[1 if self.data_format == "channels_first" else -1]
        if channels is None:
            raise ValueError(f"{self.name}: the number of channels must be known, got the input shape {tuple(shape)}")
        return channels

    def _shared(self, shape):
        """Shape of a learned parameter."""
        if self.sharing == "channel":
            return (self._channels(shape),)
        if self.sharing == "layer":
            return (1,)
        if None in shape[1:]:
            raise ValueError(f'{self.name}: sharing "position" needs a known input shape, got {tuple(shape)}')
        return tuple(shape[1:])


class _Pointwise(_Layer):
    """A layer with a pointwise activation, its parameters beside it."""

    def __init__(self, activation, **kwargs):
        row = table.find(activation, ["pointwise"])
        given = {parameter["name"]: kwargs.pop(parameter["name"]) for parameter in row["parameters"] if parameter["name"] in kwargs}
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = row["name"]
        self.values = table.settle(row, given)

    def get_config(self):
        names = [parameter["name"] for parameter in table.ROWS[self.activation]["parameters"]]
        return {**super().get_config(), "activation": self.activation, **dict(zip(names, self.values))}


@_serializable
class FusedActivation(_Pointwise):
    """y = f(x), elementwise: FusedActivation("leaky_relu", negative_slope=0.1). Also an `activation=` of other layers."""

    def call(self, x):
        return ops.activation(x, self.activation, self.values)


@_serializable
class FusedBiasActivation(_Pointwise):
    """y = dropout(f(x + bias + residual)) as one op each way, of x or [x, residual]. Follows a layer with use_bias=False."""

    def __init__(self, activation, data_format="channels_last", dropout_rate=0.0, seed=None, bias_initializer="zeros", bias_regularizer=None, bias_constraint=None, **kwargs):
        super().__init__(activation, **kwargs)
        self.data_format = _choice(self, "data_format", data_format, FORMATS)
        if not 0 <= dropout_rate < 1:
            raise ValueError(f"{self.name}: dropout_rate must be in [0, 1), got {dropout_rate!r}")
        self.dropout_rate = dropout_rate
        self.seed = random.randrange(2**31) if seed is None else seed
        if not isinstance(self.seed, int) or abs(self.seed) >= 2**31:
            raise ValueError(f"{self.name}: seed must be a 32-bit whole number, got {seed!r}")
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    def build(self, input_shape):
        x = input_shape[0] if isinstance(input_shape[0], (list, tuple)) else input_shape
        self.bias = self.add_weight(name="bias", shape=(self._channels(x),), initializer=self.bias_initializer, regularizer=self.bias_regularizer, constraint=self.bias_constraint)
        if self.dropout_rate > 0:
            state = tf.constant([self.seed, 0], tf.int32)
            self.dropout_state = self.add_weight(name="dropout_state", shape=(2,), dtype="int32", initializer=lambda *_, **__: state, trainable=False)

    def call(self, inputs, training=False):
        x, residual = inputs if isinstance(inputs, (list, tuple)) else (inputs, None)
        state = None
        if training and self.dropout_rate > 0:
            state = tf.identity(self.dropout_state)
            self.dropout_state.assign_add([0, 1])
        bias = keras.ops.convert_to_tensor(self.bias)
        return ops.bias_activation(x, bias, self.activation, self.values, residual, state, self.dropout_rate if state is not None else 0.0, self.data_format)

    def compute_output_shape(self, input_shape):
        return input_shape[0] if isinstance(input_shape[0], (list, tuple)) else input_shape

    def get_config(self):
        return {
            **super().get_config(), "data_format": self.data_format, "dropout_rate": self.dropout_rate, "seed": self.seed,
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "bias_regularizer": keras.regularizers.serialize(self.bias_regularizer),
            "bias_constraint": keras.constraints.serialize(self.bias_constraint),
        }


@_serializable
class FusedGatedActivation(_Layer):
    """y = a g(b): of one input with 2 H channels (a before b), or of [a, b]."""

    def __init__(self, activation, data_format="channels_last", **kwargs):
        super().__init__(**kwargs)
        self.activation = table.find(activation, ["gated"])["name"]
        self.data_format = _choice(self, "data_format", data_format, FORMATS)

    def call(self, inputs):
        return ops.gated(inputs, self.activation, self.data_format)

    def compute_output_shape(self, input_shape):
        if isinstance(input_shape[0], (list, tuple)):
            return input_shape[0]
        channels = self._channels(input_shape)
        if channels % 2:
            raise ValueError(f"{self.name}: the number of channels must be even, got {channels}")
        shape = list(input_shape)
        shape[1 if self.data_format == "channels_first" else -1] = channels // 2
        return tuple(shape)

    def get_config(self):
        return {**super().get_config(), "activation": self.activation, "data_format": self.data_format}


@_serializable
class FusedRowActivation(_Layer):
    """softmax, log_softmax or sparsemax along an axis."""

    def __init__(self, activation, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = table.find(activation, ["rowwise"])["name"]
        if not isinstance(axis, int) or axis == 0:
            raise ValueError(f"{self.name}: axis must be a whole number that is not the batch, 0, got {axis!r}")
        self.axis = axis

    def call(self, x):
        return ops.row_activation(x, self.activation, self.axis)

    def get_config(self):
        return {**super().get_config(), "activation": self.activation, "axis": self.axis}


@_serializable
class FusedPReLU(_Layer):
    """y = x > 0 ? x : slope[c] x, the slope learned."""

    def __init__(self, sharing="channel", data_format="channels_last", slope_initializer=None, slope_regularizer=None, slope_constraint=None, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.sharing = _choice(self, "sharing", sharing, SHARINGS)
        self.data_format = _choice(self, "data_format", data_format, FORMATS)
        self.slope_initializer = keras.initializers.get(keras.initializers.Constant(0.25) if slope_initializer is None else slope_initializer)
        self.slope_regularizer = keras.regularizers.get(slope_regularizer)
        self.slope_constraint = keras.constraints.get(slope_constraint)

    def build(self, input_shape):
        self.slope = self.add_weight(name="slope", shape=self._shared(input_shape), initializer=self.slope_initializer, regularizer=self.slope_regularizer, constraint=self.slope_constraint)

    def call(self, x):
        return ops.prelu(x, keras.ops.convert_to_tensor(self.slope), self.data_format)

    def get_config(self):
        return {
            **super().get_config(), "sharing": self.sharing, "data_format": self.data_format,
            "slope_initializer": keras.initializers.serialize(self.slope_initializer),
            "slope_regularizer": keras.regularizers.serialize(self.slope_regularizer),
            "slope_constraint": keras.constraints.serialize(self.slope_constraint),
        }


@_serializable
class AdaptivePiecewiseLinear(_Layer):
    """y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x), a and b learned (Agostinelli et al. 2015, arXiv:1412.6830).

    a starts uniform in [-0.5, 0.5], b normal with deviation 0.5, as theirs."""

    def __init__(self, segments=5, sharing="channel", data_format="channels_last", a_initializer=None, b_initializer=None, a_regularizer=None, b_regularizer=None, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        if not isinstance(segments, int) or segments < 0:
            raise ValueError(f"{self.name}: segments must be a whole number of at least 0, got {segments!r}")
        self.segments = segments
        self.sharing = _choice(self, "sharing", sharing, SHARINGS)
        self.data_format = _choice(self, "data_format", data_format, FORMATS)
        self.a_initializer = keras.initializers.get(keras.initializers.RandomUniform(-0.5, 0.5) if a_initializer is None else a_initializer)
        self.b_initializer = keras.initializers.get(keras.initializers.RandomNormal(0.0, 0.5) if b_initializer is None else b_initializer)
        self.a_regularizer = keras.regularizers.get(a_regularizer)
        self.b_regularizer = keras.regularizers.get(b_regularizer)

    def build(self, input_shape):
        shape = (self.segments, *self._shared(input_shape))
        self.a = self.add_weight(name="a", shape=shape, initializer=self.a_initializer, regularizer=self.a_regularizer)
        self.b = self.add_weight(name="b", shape=shape, initializer=self.b_initializer, regularizer=self.b_regularizer)

    def call(self, x):
        return ops.apl(x, keras.ops.convert_to_tensor(self.a), keras.ops.convert_to_tensor(self.b), self.data_format)

    def get_config(self):
        return {
            **super().get_config(), "segments": self.segments, "sharing": self.sharing, "data_format": self.data_format,
            "a_initializer": keras.initializers.serialize(self.a_initializer), "b_initializer": keras.initializers.serialize(self.b_initializer),
            "a_regularizer": keras.regularizers.serialize(self.a_regularizer), "b_regularizer": keras.regularizers.serialize(self.b_regularizer),
        }
