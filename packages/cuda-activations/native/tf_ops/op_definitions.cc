// Definitions of the ops. `function` names a row of the activation table and
// `parameters` holds its scalars in table order (empty: the defaults); both are
// validated when a kernel is made, so that adding an activation changes no op.
#include "shape_functions.h"
#include "tensorflow/core/framework/op.h"

namespace cuda_activations::tf_ops {
namespace {

constexpr char kTypes[] = "T: {half, bfloat16, float, double}";
constexpr char kDataFormat[] =
    "data_format: {'channels_last', 'channels_first'} = 'channels_last'";

REGISTER_OP("CudaActivations>FusedActivation")
    .Input("x: T")
    .Output("y: T")
    .Attr(kTypes)
    .Attr("function: string")
    .Attr("parameters: list(float) = []")
    .SetShapeFn(SameShape<1>)
    .Doc("y = f(x), elementwise.");

REGISTER_OP("CudaActivations>FusedActivationGrad")
    .Input("dy: T")
    .Input("saved: T")
    .Output("dx: T")
    .Attr(kTypes)
    .Attr("function: string")
    .Attr("parameters: list(float) = []")
    .Attr("from_output: bool = false")
    .SetShapeFn(SameShape<2>)
    .Doc(R"(
dx = dy f'(x).

saved: x, or y = f(x) where from_output is set (only for functions whose
  derivative is a function of their output).
)");

REGISTER_OP("CudaActivations>FusedActivationGradGrad")
    .Input("ddx: T")
    .Input("dy: T")
    .Input("x: T")
    .Output("dx: T")
    .Attr(kTypes)
    .Attr("function: string")
    .Attr("parameters: list(float) = []")
    .SetShapeFn(SameShape<3>)
    .Doc(R"(
dx = ddx dy f''(x): the gradient of FusedActivationGrad with respect to x.

ddx: the gradient that reached FusedActivationGrad's result.
)");

REGISTER_OP("CudaActivations>FusedBiasActivation")
    .Input("x: T")
    .Input("bias: T")
    .Input("residual: num_residuals * T")
    .Input("dropout_state: num_dropout_states * int32")
    .Output("y: T")
    .Output("preactivation: num_preactivations * T")
    .Attr(kTypes)
    .Attr("function: string")
    .Attr("parameters: list(float) = []")
    .Attr("num_residuals: int >= 0 = 0")
    .Attr("num_dropout_states: int >= 0 = 0")
    .Attr("num_preactivations: int >= 0 = 0")
    .Attr("dropout_rate: float = 0.0")
    .Attr(kDataFormat)
    .SetShapeFn(BiasActivationShape)
    .Doc(R"(
y = dropout(f(x + bias[c] + residual)).

bias: [channels].
residual: none, or one tensor shaped like x.
dropout_state: none, or one [2]: seed and counter. The mask is a function of
  these and of the element's index, and is never stored.
preactivation: none, or x + bias + residual for FusedBiasActivationGrad.
)");

REGISTER_OP("CudaActivations>FusedBiasActivationGrad")
    .Input("dy: T")
    .Input("saved: T")
    .Input("bias: num_biases * T")
    .Input("residual: num_residuals * T")
    .Input("dropout_state: num_dropout_states * int32")
    .Output("dx: T")
    .Output("dbias: T")
    .Attr(kTypes)
    .Attr("function: string")
    .Attr("parameters: list(float) = []")
    .Attr("num_biases: int >= 0 = 0")
    .Attr("num_residuals: int >= 0 = 0")
    .Attr("num_dropout_states: int >= 0 = 0")
    .Attr("dropout_rate: float = 0.0")
    .Attr("source: {'input', 'preactivation', 'output'} = 'input'")
    .Attr(kDataFormat)
    .SetShapeFn(BiasActivationGradShape)
    .Doc(R"(
dx = dropout'(dy) f'(x + bias + residual), which is the residual's gradient too;
dbias[c] = sum of dx over all but the channel, the same bits for any number of
threads.

saved: what `source` names: x (then bias and any residual follow), the
  preactivation, or y (without dropout).
)");

REGISTER_OP("CudaActivations>FusedGatedActivation")
    .Input("x: num_inputs * T")
    .Output("y: T")
    .Attr(kTypes)
    .Attr("function: string")
    .Attr("num_inputs: int >= 1 = 1")
    .Attr(kDataFormat)
    .SetShapeFn(GatedActivationShape)
    .Doc(R"(
y = a g(b).

x: a and b, or one tensor that holds a in the first and b in the second half of
  its channels.
)");

REGISTER_OP("CudaActivations>FusedGatedActivationGrad")
    .Input("dy: T")
    .Input("x: num_inputs * T")
    .Output("dx: num_inputs * T")
    .Attr(kTypes)
    .Attr("function: string")
    .Attr("num_inputs: int >= 1 = 1")
    .Attr(kDataFormat)
    .SetShapeFn(GatedActivationGradShape)
    .Doc("da = dy g(b), db = dy a g'(b), laid out as x is.");

REGISTER_OP("CudaActivations>FusedRowActivation")
    .Input("x: T")
    .Output("y: T")
    .Attr(kTypes)
    .Attr("function: string")
    .SetShapeFn(RowActivationShape<1>)
    .Doc(R"(
y = f(x) along the last dimension.

function: softmax, log_softmax or sparsemax (Martins & Astudillo 2016).
)");

REGISTER_OP("CudaActivations>FusedRowActivationGrad")
    .Input("dy: T")
    .Input("y: T")
    .Output("dx: T")
    .Attr(kTypes)
    .Attr("function: string")
    .SetShapeFn(RowActivationShape<2>)
    .Doc("dx from dy and y = f(x), along the last dimension.");

REGISTER_OP("CudaActivations>PRelu")
    .Input("x: T")
    .Input("slope: T")
    .Output("y: T")
    .Attr(kTypes)
    .Attr(kDataFormat)
    .SetShapeFn(PerChannelShape)
    .Doc(R"(
y = x > 0 ? x : slope x.

slope: [channels], [1] shared by all, or one per position (x's shape without the
  batch).
)");

REGISTER_OP("CudaActivations>PReluGrad")
    .Input("dy: T")
    .Input("x: T")
    .Input("slope: T")
    .Output("dx: T")
    .Output("dslope: T")
    .Attr(kTypes)
    .Attr(kDataFormat)
    .SetShapeFn(PerChannelGradShape<1>)
    .Doc("Gradients of PRelu; dslope has the same bits for any thread count.");

REGISTER_OP("CudaActivations>AdaptivePiecewiseLinear")
    .Input("x: T")
    .Input("a: T")
    .Input("b: T")
    .Input("bias: num_biases * T")
    .Output("y: T")
    .Attr(kTypes)
    .Attr("num_biases: int >= 0 = 0")
    .Attr(kDataFormat)
    .SetShapeFn(PerChannelShape)
    .Doc(R"(
y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x) (Agostinelli et al. 2015).

a, b: [segments, channels], [segments, 1] shared by all, or one set per position
  ([segments] followed by x's shape without the batch).
bias: none, or one [channels] that is added to x, with a and b [segments,
  channels] and channels_last.
)");

REGISTER_OP("CudaActivations>AdaptivePiecewiseLinearGrad")
    .Input("dy: T")
    .Input("x: T")
    .Input("a: T")
    .Input("b: T")
    .Input("bias: num_biases * T")
    .Output("dx: T")
    .Output("da: T")
    .Output("db: T")
    .Output("dbias: num_biases * T")
    .Attr(kTypes)
    .Attr("num_biases: int >= 0 = 0")
    .Attr(kDataFormat)
    .SetShapeFn(AplGradShape)
    .Doc(R"(
Gradients of AdaptivePiecewiseLinear; da, db and dbias, the sum of dx over all
but the channel, have the same bits for any number of threads.
)");

}  // namespace
}  // namespace cuda_activations::tf_ops
