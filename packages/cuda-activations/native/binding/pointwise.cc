#include "arguments.h"

namespace cuda_activations::binding {

namespace {

/// (activation, dtype, parameters) and the number of elements.
struct Head {
  cuda_activations::Pointwise op;
  explicit Head(const Arguments& arguments) {
    op.activation = arguments.Pointwise(0);
    op.dtype = arguments.Type(1);
    op.parameters = arguments.ParametersOf(2, op.activation);
  }
};

/// pointwise(activation, dtype, parameters, x, y)
void Forward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  Head head(arguments);
  const Array x = arguments.Elements(3, "x", head.op.dtype);
  const Array y = arguments.Elements(4, "y", head.op.dtype);
  RequireLength(info.Env(), y, x.length);
  head.op.count = x.length;
  Call(info.Env(),
       [&] { PointwiseForward(head.op, x.data, y.data, ThreadPool()); });
}

template <void (*Kernel)(const cuda_activations::Pointwise&, const void*,
                         const void*, void*, const ParallelFor&)>
void Gradient(const Napi::CallbackInfo& info, const char* saved) {
  const Arguments arguments(info);
  Head head(arguments);
  const Array x = arguments.Elements(3, saved, head.op.dtype);
  const Array dy = arguments.Elements(4, "dy", head.op.dtype);
  const Array dx = arguments.Elements(5, "dx", head.op.dtype);
  RequireLength(info.Env(), dy, x.length);
  RequireLength(info.Env(), dx, x.length);
  head.op.count = x.length;
  Call(info.Env(),
       [&] { Kernel(head.op, x.data, dy.data, dx.data, ThreadPool()); });
}

/// pointwiseGradient(activation, dtype, parameters, x, dy, dx)
void Backward(const Napi::CallbackInfo& info) {
  Gradient<PointwiseBackward>(info, "x");
}

/// pointwiseGradientFromOutput(activation, dtype, parameters, y, dy, dx)
void BackwardFromOutput(const Napi::CallbackInfo& info) {
  Gradient<PointwiseBackwardFromOutput>(info, "y");
}

/// pointwiseSecondGradient(activation, dtype, parameters, x, dy, ddx, dx2)
void SecondBackward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  Head head(arguments);
  const Array x = arguments.Elements(3, "x", head.op.dtype);
  const Array dy = arguments.Elements(4, "dy", head.op.dtype);
  const Array ddx = arguments.Elements(5, "ddx", head.op.dtype);
  const Array dx2 = arguments.Elements(6, "dx2", head.op.dtype);
  for (const Array& array : {dy, ddx, dx2})
    RequireLength(info.Env(), array, x.length);
  head.op.count = x.length;
  Call(info.Env(), [&] {
    PointwiseSecondBackward(head.op, x.data, dy.data, ddx.data, dx2.data,
                            ThreadPool());
  });
}

}  // namespace

void ExportPointwise(Napi::Env env, Napi::Object exports) {
  exports["pointwise"] = Napi::Function::New<Forward>(env, "pointwise");
  exports["pointwiseGradient"] =
      Napi::Function::New<Backward>(env, "pointwiseGradient");
  exports["pointwiseGradientFromOutput"] =
      Napi::Function::New<BackwardFromOutput>(env,
                                              "pointwiseGradientFromOutput");
  exports["pointwiseSecondGradient"] =
      Napi::Function::New<SecondBackward>(env, "pointwiseSecondGradient");
}

}  // namespace cuda_activations::binding
