#include "arguments.h"

namespace cuda_activations::binding {

namespace {

/// (activation, dtype, parameters, channels, inner, rate, seed, counter, x,
/// bias, residual); bias and residual may be undefined.
struct Head {
  cuda_activations::BiasActivation op;
  Array x, bias, residual;

  explicit Head(const Arguments& arguments) {
    const Napi::Env env = arguments.Env();
    op.activation = arguments.Pointwise(0);
    op.dtype = arguments.Type(1);
    op.parameters = arguments.ParametersOf(2, op.activation);
    const int64_t channels = arguments.Size(3, "channels", 0);
    const int64_t inner = arguments.Size(4, "inner", 0);
    op.dropout.rate = arguments.Real(5, "dropout rate");
    op.dropout.seed = arguments.Unsigned64(6, "dropout seed");
    op.dropout.counter = arguments.Unsigned64(7, "dropout counter");
    x = arguments.Elements(8, "x", op.dtype);
    bias = arguments.OptionalElements(9, "bias", op.dtype);
    residual = arguments.OptionalElements(10, "residual", op.dtype);
    op.layout = LayoutOf(env, x, channels, inner);
    if (bias.data != nullptr) RequireLength(env, bias, channels);
    if (residual.data != nullptr) RequireLength(env, residual, x.length);
  }
};

/// biasActivation(..., y)
void Forward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const Head head(arguments);
  const Array y = arguments.Elements(11, "y", head.op.dtype);
  RequireLength(info.Env(), y, head.x.length);
  Call(info.Env(), [&] {
    BiasActivationForward(head.op, head.x.data, head.bias.data,
                          head.residual.data, y.data, nullptr, ThreadPool());
  });
}

/// biasActivationGradient(..., dy, dx, dbias); dbias may be undefined.
void Backward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const Head head(arguments);
  const Napi::Env env = info.Env();
  const Array dy = arguments.Elements(11, "dy", head.op.dtype);
  const Array dx = arguments.Elements(12, "dx", head.op.dtype);
  const Array dbias = arguments.OptionalElements(13, "dbias", head.op.dtype);
  RequireLength(env, dy, head.x.length);
  RequireLength(env, dx, head.x.length);
  if (dbias.data != nullptr) RequireLength(env, dbias, head.op.layout.channels);
  Call(env, [&] {
    const auto workspace = Workspace(
        dbias.data == nullptr ? 0 : BiasActivationBackwardWorkspace(head.op));
    BiasActivationBackward(head.op, BackwardSource::kFromInput, head.x.data,
                           head.bias.data, head.residual.data, dy.data, dx.data,
                           dbias.data, workspace.get(), ThreadPool());
  });
}

}  // namespace

void ExportBiasActivation(Napi::Env env, Napi::Object exports) {
  exports["biasActivation"] =
      Napi::Function::New<Forward>(env, "biasActivation");
  exports["biasActivationGradient"] =
      Napi::Function::New<Backward>(env, "biasActivationGradient");
}

}  // namespace cuda_activations::binding
