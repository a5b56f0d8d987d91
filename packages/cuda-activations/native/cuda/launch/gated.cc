// Gated linear units.
#include <string>

#include "checked.h"
#include "kernels.h"
#include "names.h"
#include "plan.h"

namespace cuda_activations {
namespace cuda {
namespace {

struct Sizes {
  int64_t strided, dense;
  size_t element;
};

Sizes CheckOp(const Gated& op) {
  const size_t size = ElementSize(op.dtype);
  Info(op.activation);
  CheckCount("rows", op.rows, size);
  CheckCount("width", op.width, size);
  const int64_t bytes = static_cast<int64_t>(size);
  const int64_t count = CheckLayout({op.rows, 1, op.width}, size);
  if (op.rows > 1 && op.stride < op.width) {
    throw std::invalid_argument("stride: expected at least the width " +
                                std::to_string(op.width) + ", got " +
                                std::to_string(op.stride));
  }
  CheckLayout({op.rows, 1, op.stride}, size);
  const int64_t strided =
      count == 0 ? 0 : ((op.rows - 1) * op.stride + op.width) * bytes;
  return {strided, count * bytes, size};
}

/// Rows are the outer dimension of one plane.
Tiling MakeGatedTiling(const Gated& op, bool aligned, size_t size) {
  const int64_t lanes = kVectorBytes / static_cast<int64_t>(size);
  TilingRequest request;
  request.element_size = size;
  request.layout = {op.rows, 1, op.width};
  request.strided = true;
  request.vectors =
      aligned &&
      (op.rows == 1 || (op.stride % lanes == 0 && op.width % lanes == 0));
  Tiling tiling = MakeTiling(request);
  tiling.row_stride = op.stride;
  return tiling;
}

}  // namespace

Status GatedForward(const Gated& op, const void* a, const void* b, void* y,
                    const Stream& stream) {
  Sizes sizes = {};
  Status status = Checked([&] {
    sizes = CheckOp(op);
    CheckPointers({{"a", a, sizes.strided},
                   {"b", b, sizes.strided},
                   {"y", y, sizes.dense}},
                  sizes.element);
  });
  if (!status.ok() || sizes.dense == 0) return status;
  GatedArguments arguments = {};
  arguments.tiling =
      MakeGatedTiling(op, AllAligned({a, b, y}, kVectorBytes), sizes.element);
  arguments.dense_stride = op.width;
  arguments.a = a;
  arguments.b = b;
  arguments.y = y;
  return Launch(
      stream, {"gated", "gated_forward", KernelNameOf(op.activation), op.dtype},
      TilingBlocks(arguments.tiling), &arguments);
}

Status GatedBackward(const Gated& op, const void* a, const void* b,
                     const void* dy, void* da, void* db, const Stream& stream) {
  Sizes sizes = {};
  Status status = Checked([&] {
    sizes = CheckOp(op);
    CheckPointers({{"a", a, sizes.strided},
                   {"b", b, sizes.strided},
                   {"dy", dy, sizes.dense},
                   {"da", da, sizes.strided},
                   {"db", db, sizes.strided}},
                  sizes.element);
  });
  if (!status.ok() || sizes.dense == 0) return status;
  GatedArguments arguments = {};
  arguments.tiling = MakeGatedTiling(
      op, AllAligned({a, b, dy, da, db}, kVectorBytes), sizes.element);
  arguments.dense_stride = op.width;
  arguments.a = a;
  arguments.b = b;
  arguments.dy = dy;
  arguments.y = da;
  arguments.db = db;
  return Launch(
      stream,
      {"gated", "gated_backward", KernelNameOf(op.activation), op.dtype},
      TilingBlocks(arguments.tiling), &arguments);
}

}  // namespace cuda
}  // namespace cuda_activations
