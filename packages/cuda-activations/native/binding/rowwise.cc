#include "arguments.h"

namespace cuda_activations::binding {

namespace {

/// (activation, dtype, width, array): rows of `width` elements.
struct Head {
  cuda_activations::Rowwise op;
  Array array;
  Head(const Arguments& arguments, const char* name) {
    op.activation = arguments.Rowwise(0);
    op.dtype = arguments.Type(1);
    op.width = arguments.Size(2, "width", 0);
    array = arguments.Elements(3, name, op.dtype);
    op.rows = LayoutOf(arguments.Env(), array, op.width, 1).outer;
  }
};

/// rowwise(activation, dtype, width, x, y)
void Forward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const Head head(arguments, "x");
  const Array y = arguments.Elements(4, "y", head.op.dtype);
  RequireLength(info.Env(), y, head.array.length);
  Call(info.Env(),
       [&] { RowwiseForward(head.op, head.array.data, y.data, ThreadPool()); });
}

/// rowwiseGradient(activation, dtype, width, y, dy, dx)
void Backward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const Head head(arguments, "y");
  const Array dy = arguments.Elements(4, "dy", head.op.dtype);
  const Array dx = arguments.Elements(5, "dx", head.op.dtype);
  RequireLength(info.Env(), dy, head.array.length);
  RequireLength(info.Env(), dx, head.array.length);
  Call(info.Env(), [&] {
    RowwiseBackward(head.op, head.array.data, dy.data, dx.data, ThreadPool());
  });
}

}  // namespace

void ExportRowwise(Napi::Env env, Napi::Object exports) {
  exports["rowwise"] = Napi::Function::New<Forward>(env, "rowwise");
  exports["rowwiseGradient"] =
      Napi::Function::New<Backward>(env, "rowwiseGradient");
}

}  // namespace cuda_activations::binding
