"""A function for each pointwise and row-wise activation: gelu(x), leaky_relu(x, negative_slope=0.1); all are an `activation=` of Keras layers."""

import keras
import tensorflow as tf

from . import ops, table
from .layers import PACKAGE, FusedActivation, FusedRowActivation


class _Called:
    """A layer without weights that is called as a function: nothing is cast to the layer's type, and nothing but the op runs.

    It is a layer so that a model which holds it as `activation=` saves it, and knows that XLA cannot compile it."""

    def __call__(self, x, **options):
        if isinstance(x, keras.KerasTensor):
            return (self.with_parameters(**options) if options else self)._symbolic(x)
        return self._function(tf.convert_to_tensor(x), **options)


@keras.saving.register_keras_serializable(PACKAGE)
class Function(_Called, FusedActivation):
    """A pointwise activation as a function of a tensor, float16, bfloat16, float32 or float64."""

    def __init__(self, activation, **kwargs):
        super().__init__(activation, **{"name": activation, **kwargs})
        self.__name__ = self.activation
        row = table.ROWS[self.activation]
        ranges = "".join(f"\n{each['name']} = {each['default']}: {each['description']}" for each in row["parameters"])
        self.__doc__ = f"{row['formula']} ({row['source']}){ranges}"

    def _function(self, x, **parameters):
        return ops.activation(x, self.activation, table.settle(table.ROWS[self.activation], parameters) if parameters else self.values)

    def with_parameters(self, **parameters):
        """The same activation with other parameters: activation=leaky_relu.with_parameters(negative_slope=0.1)."""
        return Function(self.activation, **parameters)

    def _symbolic(self, x):
        config = self.get_config()
        return FusedActivation(**{key: value for key, value in config.items() if key not in ("name", "trainable", "dtype")})(x)


@keras.saving.register_keras_serializable(PACKAGE)
class RowFunction(_Called, FusedRowActivation):
    """A row-wise activation as a function of a tensor, along `axis`."""

    def __init__(self, activation, **kwargs):
        super().__init__(activation, **{"name": activation, **kwargs})
        self.__name__ = self.activation
        row = table.ROWS[self.activation]
        self.__doc__ = f"{row['formula']} ({row['source']})\naxis = -1"

    def _function(self, x, axis=None):
        return ops.row_activation(x, self.activation, self.axis if axis is None else axis)

    def with_parameters(self, **parameters):
        return RowFunction(self.activation, **parameters)

    def _symbolic(self, x):
        return FusedRowActivation(self.activation, self.axis)(x)


FUNCTIONS = {name: {"pointwise": Function, "rowwise": RowFunction}[row["family"]](name) for name, row in table.ROWS.items() if row["family"] in ("pointwise", "rowwise")}
