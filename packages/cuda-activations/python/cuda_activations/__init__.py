"""Fused activation functions for TensorFlow and Keras.

    import cuda_activations as ca
    y = ca.gelu(x)
    keras.layers.Dense(64, activation=ca.mish)
    ca.AdaptivePiecewiseLinear(segments=5)
"""

from .exchange import load_tfjs_model, save_tfjs_model
from .functions import FUNCTIONS as _FUNCTIONS
from .layers import AdaptivePiecewiseLinear, FusedActivation, FusedBiasActivation, FusedGatedActivation, FusedPReLU, FusedRowActivation
from .ops import activation, apl, bias_activation, gated, prelu, row_activation

__version__ = "0.1.0"
globals().update(_FUNCTIONS)
__all__ = [
    "AdaptivePiecewiseLinear", "FusedActivation", "FusedBiasActivation", "FusedGatedActivation", "FusedPReLU", "FusedRowActivation",
    "activation", "apl", "bias_activation", "gated", "load_tfjs_model", "prelu", "row_activation", "save_tfjs_model", *_FUNCTIONS,
]
