#include "arguments.h"

namespace cuda_activations::binding {

namespace {

/// (dtype, inner, x, slope); channels = slope.length.
struct PReluHead {
  cuda_activations::PRelu op;
  Array x, slope;
  explicit PReluHead(const Arguments& arguments) {
    op.dtype = arguments.Type(0);
    const int64_t inner = arguments.Size(1, "inner", 0);
    x = arguments.Elements(2, "x", op.dtype);
    slope = arguments.Elements(3, "slope", op.dtype);
    op.layout = LayoutOf(arguments.Env(), x, slope.length, inner);
  }
};

/// prelu(dtype, inner, x, slope, y)
void PReluForwardCall(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const PReluHead head(arguments);
  const Array y = arguments.Elements(4, "y", head.op.dtype);
  RequireLength(info.Env(), y, head.x.length);
  Call(info.Env(), [&] {
    PReluForward(head.op, head.x.data, head.slope.data, y.data, ThreadPool());
  });
}

/// preluGradient(dtype, inner, x, slope, dy, dx, dslope)
void PReluBackwardCall(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const PReluHead head(arguments);
  const Array dy = arguments.Elements(4, "dy", head.op.dtype);
  const Array dx = arguments.Elements(5, "dx", head.op.dtype);
  const Array dslope = arguments.Elements(6, "dslope", head.op.dtype);
  RequireLength(info.Env(), dy, head.x.length);
  RequireLength(info.Env(), dx, head.x.length);
  RequireLength(info.Env(), dslope, head.slope.length);
  Call(info.Env(), [&] {
    const auto workspace = Workspace(PReluBackwardWorkspace(head.op));
    PReluBackward(head.op, head.x.data, head.slope.data, dy.data, dx.data,
                  dslope.data, workspace.get(), ThreadPool());
  });
}

/// (dtype, channels, inner, x, a, b); segments = a.length / channels.
struct AplHead {
  cuda_activations::Apl op;
  Array x, a, b;
  explicit AplHead(const Arguments& arguments) {
    const Napi::Env env = arguments.Env();
    op.dtype = arguments.Type(0);
    const int64_t channels = arguments.Size(1, "channels", 0);
    const int64_t inner = arguments.Size(2, "inner", 0);
    x = arguments.Elements(3, "x", op.dtype);
    a = arguments.Elements(4, "a", op.dtype);
    b = arguments.Elements(5, "b", op.dtype);
    op.layout = LayoutOf(env, x, channels, inner);
    op.segments = LayoutOf(env, a, channels, 1).outer;
    RequireLength(env, b, a.length);
  }
};

/// apl(dtype, channels, inner, x, a, b, y)
void AplForwardCall(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const AplHead head(arguments);
  const Array y = arguments.Elements(6, "y", head.op.dtype);
  RequireLength(info.Env(), y, head.x.length);
  Call(info.Env(), [&] {
    AplForward(head.op, head.x.data, head.a.data, head.b.data, y.data,
               ThreadPool());
  });
}

/// aplGradient(dtype, channels, inner, x, a, b, dy, dx, da, db)
void AplBackwardCall(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const AplHead head(arguments);
  const Napi::Env env = info.Env();
  const Array dy = arguments.Elements(6, "dy", head.op.dtype);
  const Array dx = arguments.Elements(7, "dx", head.op.dtype);
  const Array da = arguments.Elements(8, "da", head.op.dtype);
  const Array db = arguments.Elements(9, "db", head.op.dtype);
  RequireLength(env, dy, head.x.length);
  RequireLength(env, dx, head.x.length);
  RequireLength(env, da, head.a.length);
  RequireLength(env, db, head.a.length);
  Call(env, [&] {
    const auto workspace = Workspace(AplBackwardWorkspace(head.op));
    AplBackward(head.op, head.x.data, head.a.data, head.b.data, dy.data,
                dx.data, da.data, db.data, workspace.get(), ThreadPool());
  });
}

}  // namespace

void ExportPerChannel(Napi::Env env, Napi::Object exports) {
  exports["prelu"] = Napi::Function::New<PReluForwardCall>(env, "prelu");
  exports["preluGradient"] =
      Napi::Function::New<PReluBackwardCall>(env, "preluGradient");
  exports["apl"] = Napi::Function::New<AplForwardCall>(env, "apl");
  exports["aplGradient"] =
      Napi::Function::New<AplBackwardCall>(env, "aplGradient");
}

}  // namespace cuda_activations::binding
