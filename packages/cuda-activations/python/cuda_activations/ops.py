"""The ops of the library with their gradients, a function for each."""

import tensorflow as tf

from . import files


def _load():
    library = files.library()
    try:
        return tf.load_op_library(library)
    except tf.errors.NotFoundError as error:
        raise ImportError(
            f"cuda_activations: TensorFlow {tf.__version__} cannot load {library}, which is built for TensorFlow 2.21 and linux: {error.message}"
        ) from error


ops = _load()


def activation(x, function, parameters=()):
    """f(x) elementwise. Parameters in the table's order; none: the defaults."""
    return ops.cuda_activations_fused_activation(x, function=function, parameters=list(parameters))


def bias_activation(x, bias, function="linear", parameters=(), residual=None, dropout_state=None, dropout_rate=0.0, data_format="channels_last"):
    """dropout(f(x + bias + residual)). dropout_state: int32 [2], a seed and a counter that is another at each step."""
    y, _ = ops.cuda_activations_fused_bias_activation(
        x, bias, [] if residual is None else [residual], [] if dropout_state is None else [dropout_state],
        function=function, parameters=list(parameters), num_preactivations=0, dropout_rate=dropout_rate, data_format=data_format)
    return y


def gated(x, function, data_format="channels_last"):
    """a g(b): x holds a and b in the halves of its channels, or is the two of them."""
    return ops.cuda_activations_fused_gated_activation(list(x) if isinstance(x, (list, tuple)) else [x], function=function, data_format=data_format)


def row_activation(x, function, axis=-1):
    """softmax, log_softmax or sparsemax along an axis."""
    rank = x.shape.rank
    if axis in (-1, rank - 1):
        return ops.cuda_activations_fused_row_activation(x, function=function)
    if not -rank <= axis < rank:
        raise ValueError(f"axis must be a whole number in [{-rank}, {rank}), got {axis}")
    # The op's rows lie along the last dimension.
    order = list(range(rank))
    order[axis], order[-1] = order[-1], order[axis]
    return tf.transpose(ops.cuda_activations_fused_row_activation(tf.transpose(x, order), function=function), order)


def prelu(x, slope, data_format="channels_last"):
    """x > 0 ? x : slope x."""
    return ops.cuda_activations_p_relu(x, slope, data_format=data_format)


def apl(x, a, b, data_format="channels_last", bias=None):
    """max(0, x) + sum_s a[s, c] max(0, b[s, c] - x), of x + bias where there is one ([channels], channels last)."""
    return ops.cuda_activations_adaptive_piecewise_linear(x, a, b, [] if bias is None else [bias], data_format=data_format)


def _attributes(op, *names):
    return {name: op.get_attr(name) for name in names}


@tf.RegisterGradient("CudaActivations>FusedActivation")
def _activation_grad(op, dy):
    return ops.cuda_activations_fused_activation_grad(dy, op.inputs[0], **_attributes(op, "function", "parameters"))


@tf.RegisterGradient("CudaActivations>FusedActivationGrad")
def _activation_grad_grad(op, ddx):
    dy, x = op.inputs
    if op.get_attr("from_output"):
        raise LookupError("FusedActivationGrad: the second derivative needs x, from_output gives y")
    attributes = _attributes(op, "function", "parameters")
    return (ops.cuda_activations_fused_activation_grad(ddx, x, **attributes), ops.cuda_activations_fused_activation_grad_grad(ddx, dy, x, **attributes))


@tf.RegisterGradient("CudaActivations>FusedBiasActivation")
def _bias_activation_grad(op, dy, *_):
    residuals, states = op.get_attr("num_residuals"), op.get_attr("num_dropout_states")
    x, bias, *rest = op.inputs
    dx, dbias = ops.cuda_activations_fused_bias_activation_grad(
        dy, x, [bias], rest[:residuals], rest[residuals:], **_attributes(op, "function", "parameters", "dropout_rate", "data_format"))
    return [dx, dbias] + [dx] * residuals + [None] * states


@tf.RegisterGradient("CudaActivations>FusedGatedActivation")
def _gated_grad(op, dy):
    return ops.cuda_activations_fused_gated_activation_grad(dy, list(op.inputs), **_attributes(op, "function", "data_format"))


@tf.RegisterGradient("CudaActivations>FusedRowActivation")
def _row_activation_grad(op, dy):
    return ops.cuda_activations_fused_row_activation_grad(dy, op.outputs[0], function=op.get_attr("function"))


@tf.RegisterGradient("CudaActivations>PRelu")
def _prelu_grad(op, dy):
    return ops.cuda_activations_p_relu_grad(dy, *op.inputs, data_format=op.get_attr("data_format"))


@tf.RegisterGradient("CudaActivations>AdaptivePiecewiseLinear")
def _apl_grad(op, dy):
    x, a, b, *bias = op.inputs
    dx, da, db, dbias = ops.cuda_activations_adaptive_piecewise_linear_grad(dy, x, a, b, bias, data_format=op.get_attr("data_format"))
    return [dx, da, db, *dbias]
