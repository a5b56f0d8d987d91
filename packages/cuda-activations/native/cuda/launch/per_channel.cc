// PReLU and APL.
#include <string>

#include "checked.h"
#include "kernels.h"
#include "plan.h"

namespace cuda_activations {
namespace cuda {
namespace {

struct Sizes {
  int64_t tensor, parameters;
  size_t element;
};

Sizes CheckOp(const ChannelLayout& layout, DType dtype, int64_t sets) {
  const size_t size = ElementSize(dtype);
  const int64_t bytes = static_cast<int64_t>(size);
  const int64_t count = CheckLayout(layout, size);
  CheckCount("segments", sets, size);
  CheckLayout({sets, layout.channels, 1}, size);
  return {count * bytes, sets * layout.channels * bytes, size};
}

TilingRequest RequestOf(const ChannelLayout& layout, DType dtype,
                        Sharing sharing) {
  TilingRequest request;
  request.layout = layout;
  request.element_size = ElementSize(dtype);
  request.sharing = sharing;
  return request;
}

// A thread's registers hold APL parameters and sums for so many lanes.
constexpr int kAplLanes = 4;

TilingRequest RequestOf(const Apl& op, Sharing sharing) {
  TilingRequest request = RequestOf(op.layout, op.dtype, sharing);
  request.vector_bytes = kAplLanes * static_cast<int>(request.element_size);
  return request;
}

/// The kernel that walks the segments in the fewest passes, and of those the
/// one with the fewest registers.
const char* HeldSegments(int64_t segments) {
  struct Held {
    int64_t count;
    const char* name;
  };
  static constexpr Held kHeld[] = {
#define CA_APL(held) {held, #held},
#include "../apl_held.inc"
#undef CA_APL
  };
  const Held* best = nullptr;
  int64_t fewest = 0;
  for (const Held& held : kHeld) {
    const int64_t passes = (segments + held.count - 1) / held.count;
    if (best == nullptr || passes < fewest) {
      best = &held;
      fewest = passes;
    }
  }
  return best->name;
}

AplArguments MakeArguments(const Apl& op, const void* x, const void* a,
                           const void* b, void* y) {
  AplArguments arguments = {};
  arguments.segments = op.segments;
  arguments.x = x;
  arguments.a = a;
  arguments.b = b;
  arguments.y = y;
  return arguments;
}

}  // namespace

Status PReluForward(const PRelu& op, const void* x, const void* slope, void* y,
                    const Stream& stream) {
  Sizes sizes = {};
  Status status = Checked([&] {
    sizes = CheckOp(op.layout, op.dtype, 1);
    const Buffer in{"x", x, sizes.tensor}, out{"y", y, sizes.tensor},
        slopes{"slope", slope, sizes.parameters};
    CheckPointers({in, slopes, out}, sizes.element);
    CheckOverlap(out, {in}, true);
    CheckOverlap(out, {slopes}, false);
  });
  if (!status.ok() || sizes.tensor == 0) return status;
  PReluArguments arguments = {};
  TilingRequest request = RequestOf(op.layout, op.dtype, Sharing::kElements);
  request.vectors = AllAligned({x, slope, y}, kVectorBytes);
  arguments.tiling = MakeTiling(request);
  arguments.x = x;
  arguments.slope = slope;
  arguments.y = y;
  return Launch(stream, {"per_channel", "prelu", "forward", op.dtype},
                TilingBlocks(arguments.tiling), &arguments);
}

Status PReluBackward(const PRelu& op, const void* x, const void* slope,
                     const void* dy, void* dx, void* dslope, void* workspace,
                     const Stream& stream) {
  Status status = Checked([&] {
    const Sizes sizes = CheckOp(op.layout, op.dtype, 1);
    const Buffer in{"x", x, sizes.tensor}, up{"dy", dy, sizes.tensor},
        out{"dx", dx, sizes.tensor}, slopes{"slope", slope, sizes.parameters},
        sums{"dslope", dslope, sizes.parameters};
    CheckPointers({in, up, slopes, out, sums}, sizes.element);
    CheckOverlap(out, {in, up}, true);
    CheckOverlap(out, {slopes, sums}, false);
    CheckOverlap(sums, {in, up, slopes}, false);
  });
  if (!status.ok()) return status;
  PReluArguments arguments = {};
  TilingRequest request = RequestOf(op.layout, op.dtype, Sharing::kSums);
  request.vectors = AllAligned({x, slope, dy, dx}, kVectorBytes);
  arguments.tiling = MakeTiling(request);
  arguments.combination = MakeCombination(arguments.tiling, 1, workspace);
  arguments.x = x;
  arguments.slope = slope;
  arguments.dy = dy;
  arguments.y = dx;
  arguments.dslope = dslope;
  return Launch(stream, {"per_channel", "prelu", "backward", op.dtype},
                TilingBlocks(arguments.tiling), &arguments,
                arguments.combination.counters,
                MakeWorkspace(arguments.tiling, 1).counter_bytes);
}

int64_t PReluBackwardWorkspace(const PRelu& op) {
  return WorkspaceBytes(RequestOf(op.layout, op.dtype, Sharing::kSums), 1);
}

Status AplForward(const Apl& op, const void* x, const void* a, const void* b,
                  void* y, const Stream& stream) {
  Sizes sizes = {};
  Status status = Checked([&] {
    sizes = CheckOp(op.layout, op.dtype, op.segments);
    const Buffer in{"x", x, sizes.tensor}, out{"y", y, sizes.tensor},
        weights{"a", a, sizes.parameters}, hinges{"b", b, sizes.parameters};
    CheckPointers({in, weights, hinges, out}, sizes.element);
    CheckOverlap(out, {in}, true);
    CheckOverlap(out, {weights, hinges}, false);
  });
  if (!status.ok() || sizes.tensor == 0) return status;
  AplArguments arguments = MakeArguments(op, x, a, b, y);
  TilingRequest request = RequestOf(op, Sharing::kElements);
  request.vectors = AllAligned({x, a, b, y}, request.vector_bytes);
  arguments.tiling = MakeTiling(request);
  return Launch(
      stream,
      {"per_channel",
       arguments.tiling.per_lane ? "apl_forward_columns" : "apl_forward_planes",
       HeldSegments(op.segments), op.dtype},
      TilingBlocks(arguments.tiling), &arguments);
}

Status AplBackward(const Apl& op, const void* x, const void* a, const void* b,
                   const void* dy, void* dx, void* da, void* db,
                   void* workspace, const Stream& stream) {
  Status status = Checked([&] {
    const Sizes sizes = CheckOp(op.layout, op.dtype, op.segments);
    const Buffer in{"x", x, sizes.tensor}, up{"dy", dy, sizes.tensor},
        out{"dx", dx, sizes.tensor}, weights{"a", a, sizes.parameters},
        hinges{"b", b, sizes.parameters}, da_sums{"da", da, sizes.parameters},
        db_sums{"db", db, sizes.parameters};
    CheckPointers({in, up, weights, hinges, out, da_sums, db_sums},
                  sizes.element);
    CheckOverlap(out, {in, up}, true);
    CheckOverlap(out, {weights, hinges, da_sums, db_sums}, false);
    CheckOverlap(da_sums, {in, up, weights, hinges, db_sums}, false);
    CheckOverlap(db_sums, {in, up, weights, hinges}, false);
  });
  if (!status.ok()) return status;
  AplArguments arguments = MakeArguments(op, x, a, b, dx);
  TilingRequest request = RequestOf(op, Sharing::kSums);
  request.vectors = AllAligned({x, a, b, dy, dx}, request.vector_bytes);
  arguments.tiling = MakeTiling(request);
  const int64_t sums = 2 * op.segments;
  arguments.combination = MakeCombination(arguments.tiling, sums, workspace);
  arguments.dy = dy;
  arguments.da = da;
  arguments.db = db;
  return Launch(stream,
                {"per_channel",
                 arguments.tiling.per_lane ? "apl_backward_columns"
                                           : "apl_backward_planes",
                 HeldSegments(op.segments), op.dtype},
                TilingBlocks(arguments.tiling), &arguments,
                arguments.combination.counters,
                MakeWorkspace(arguments.tiling, sums).counter_bytes);
}

int64_t AplBackwardWorkspace(const Apl& op) {
  return WorkspaceBytes(RequestOf(op, Sharing::kSums), 2 * op.segments);
}

}  // namespace cuda
}  // namespace cuda_activations
