#include "arguments.h"

namespace cuda_activations::binding {

namespace {

/// gated(activation, dtype, a, b, y)
void Forward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  cuda_activations::Gated op;
  op.activation = arguments.Gated(0);
  op.dtype = arguments.Type(1);
  const Array a = arguments.Elements(2, "a", op.dtype);
  const Array b = arguments.Elements(3, "b", op.dtype);
  const Array y = arguments.Elements(4, "y", op.dtype);
  RequireLength(info.Env(), b, a.length);
  RequireLength(info.Env(), y, a.length);
  op.rows = 1;
  op.width = op.stride = a.length;
  Call(info.Env(),
       [&] { GatedForward(op, a.data, b.data, y.data, ThreadPool()); });
}

/// gatedGradient(activation, dtype, a, b, dy, da, db)
void Backward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  cuda_activations::Gated op;
  op.activation = arguments.Gated(0);
  op.dtype = arguments.Type(1);
  const Array a = arguments.Elements(2, "a", op.dtype);
  const Array b = arguments.Elements(3, "b", op.dtype);
  const Array dy = arguments.Elements(4, "dy", op.dtype);
  const Array da = arguments.Elements(5, "da", op.dtype);
  const Array db = arguments.Elements(6, "db", op.dtype);
  for (const Array& array : {b, dy, da, db})
    RequireLength(info.Env(), array, a.length);
  op.rows = 1;
  op.width = op.stride = a.length;
  Call(info.Env(), [&] {
    GatedBackward(op, a.data, b.data, dy.data, da.data, db.data, ThreadPool());
  });
}

/// (activation, dtype, rows, width, x): x is rows of a, then b.
struct Packed {
  cuda_activations::Gated op;
  Array x;
  explicit Packed(const Arguments& arguments) {
    op.activation = arguments.Gated(0);
    op.dtype = arguments.Type(1);
    op.rows = arguments.Size(2, "rows", 0);
    op.width = arguments.Size(3, "width", 0);
    x = arguments.Elements(4, "x", op.dtype);
    const int64_t most = int64_t{1} << 52;
    if (op.width > most || (op.width > 0 && op.rows > most / op.width)) {
      throw Napi::RangeError::New(
          arguments.Env(), "rows x width: expected what memory holds, got " +
                               std::to_string(op.rows) + " x " +
                               std::to_string(op.width));
    }
    op.stride = 2 * op.width;
    RequireLength(arguments.Env(), x, op.rows * op.stride);
  }
  int64_t count() const { return op.rows * op.width; }
  /// The second half of the first row.
  void* Second(const Array& array) const {
    if (array.data == nullptr) return nullptr;
    return static_cast<char*>(array.data) +
           op.width * static_cast<int64_t>(ElementSize(op.dtype));
  }
};

/// gatedPacked(activation, dtype, rows, width, x, y)
void PackedForward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const Packed packed(arguments);
  const Array y = arguments.Elements(5, "y", packed.op.dtype);
  RequireLength(info.Env(), y, packed.count());
  Call(info.Env(), [&] {
    GatedForward(packed.op, packed.x.data, packed.Second(packed.x), y.data,
                 ThreadPool());
  });
}

/// gatedPackedGradient(activation, dtype, rows, width, x, dy, dx)
void PackedBackward(const Napi::CallbackInfo& info) {
  const Arguments arguments(info);
  const Packed packed(arguments);
  const Array dy = arguments.Elements(5, "dy", packed.op.dtype);
  const Array dx = arguments.Elements(6, "dx", packed.op.dtype);
  RequireLength(info.Env(), dy, packed.count());
  RequireLength(info.Env(), dx, packed.x.length);
  Call(info.Env(), [&] {
    GatedBackward(packed.op, packed.x.data, packed.Second(packed.x), dy.data,
                  dx.data, packed.Second(dx), ThreadPool());
  });
}

}  // namespace

void ExportGated(Napi::Env env, Napi::Object exports) {
  exports["gated"] = Napi::Function::New<Forward>(env, "gated");
  exports["gatedGradient"] =
      Napi::Function::New<Backward>(env, "gatedGradient");
  exports["gatedPacked"] =
      Napi::Function::New<PackedForward>(env, "gatedPacked");
  exports["gatedPackedGradient"] =
      Napi::Function::New<PackedBackward>(env, "gatedPackedGradient");
}

}  // namespace cuda_activations::binding
