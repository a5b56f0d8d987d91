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

AplArguments MakeArguments(const Apl& op, const void* x, const void* bias,
                           const void* a, const void* b, void* y) {
  AplArguments arguments = {};
  arguments.segments = op.segments;
  arguments.x = x;
  arguments.a = a;
  arguments.b = b;
  arguments.bias = bias;
  arguments.y = y;
  return arguments;
}

/// Whether `bias` holds one value a channel, or is none.
enum class Bias { kNone, kAdded };

int64_t CheckBias(const Apl& op, Bias added) {
  if (added == Bias::kNone) return 0;
  CheckChannelsLast("bias", op.layout);
  return op.layout.channels * static_cast<int64_t>(ElementSize(op.dtype));
}

int64_t SumsOf(const Apl& op, Bias added) {
  return 2 * op.segments + (added == Bias::kAdded ? 1 : 0);
}

Status Forward(const Apl& op, Bias added, const void* x, const void* bias,
               const void* a, const void* b, void* y, const Stream& stream) {
  Sizes sizes = {};
  Status status = Checked([&] {
    sizes = CheckOp(op.layout, op.dtype, op.segments);
    const Buffer in{"x", x, sizes.tensor}, out{"y", y, sizes.tensor},
        weights{"a", a, sizes.parameters}, hinges{"b", b, sizes.parameters},
        shift{"bias", bias, CheckBias(op, added)};
    CheckPointers({in, weights, hinges, shift, out}, sizes.element);
    CheckOverlap(out, {in}, true);
    CheckOverlap(out, {weights, hinges, shift}, false);
  });
  if (!status.ok() || sizes.tensor == 0) return status;
  AplArguments arguments = MakeArguments(op, x, bias, a, b, y);
  TilingRequest request = RequestOf(op, Sharing::kElements);
  request.vectors = AllAligned({x, bias, a, b, y}, request.vector_bytes);
  arguments.tiling = MakeTiling(request);
  const bool columns = arguments.tiling.per_lane;
  const char* name =
      added == Bias::kNone
          ? (columns ? "apl_forward_columns" : "apl_forward_planes")
          : (columns ? "apl_biased_forward_columns"
                     : "apl_biased_forward_planes");
  return Launch(stream,
                {"per_channel", name, HeldSegments(op.segments), op.dtype},
                TilingBlocks(arguments.tiling), &arguments);
}

Status Backward(const Apl& op, Bias added, const void* x, const void* bias,
                const void* a, const void* b, const void* dy, void* dx,
                void* dbias, void* da, void* db, void* workspace,
                const Stream& stream) {
  Status status = Checked([&] {
    const Sizes sizes = CheckOp(op.layout, op.dtype, op.segments);
    const int64_t bias_bytes = CheckBias(op, added);
    const Buffer in{"x", x, sizes.tensor}, up{"dy", dy, sizes.tensor},
        out{"dx", dx, sizes.tensor}, weights{"a", a, sizes.parameters},
        hinges{"b", b, sizes.parameters}, da_sums{"da", da, sizes.parameters},
        db_sums{"db", db, sizes.parameters}, shift{"bias", bias, bias_bytes},
        dbias_sums{"dbias", dbias, bias_bytes};
    CheckPointers(
        {in, up, weights, hinges, shift, out, da_sums, db_sums, dbias_sums},
        sizes.element);
    CheckOverlap(out, {in, up}, true);
    CheckOverlap(out, {weights, hinges, shift, da_sums, db_sums, dbias_sums},
                 false);
    CheckOverlap(da_sums, {in, up, weights, hinges, shift, db_sums}, false);
    CheckOverlap(db_sums, {in, up, weights, hinges, shift}, false);
    CheckOverlap(dbias_sums, {in, up, weights, hinges, shift, da_sums, db_sums},
                 false);
  });
  if (!status.ok()) return status;
  AplArguments arguments = MakeArguments(op, x, bias, a, b, dx);
  TilingRequest request = RequestOf(op, Sharing::kSums);
  request.vectors = AllAligned({x, bias, a, b, dy, dx}, request.vector_bytes);
  arguments.tiling = MakeTiling(request);
  const int64_t sums = SumsOf(op, added);
  arguments.combination = MakeCombination(arguments.tiling, sums, workspace);
  arguments.dy = dy;
  arguments.da = da;
  arguments.db = db;
  arguments.dbias = dbias;
  const bool columns = arguments.tiling.per_lane;
  const char* name =
      added == Bias::kNone
          ? (columns ? "apl_backward_columns" : "apl_backward_planes")
          : (columns ? "apl_biased_backward_columns"
                     : "apl_biased_backward_planes");
  return Launch(stream,
                {"per_channel", name, HeldSegments(op.segments), op.dtype},
                TilingBlocks(arguments.tiling), &arguments,
                arguments.combination.counters,
                MakeWorkspace(arguments.tiling, sums).counter_bytes);
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
  return Forward(op, Bias::kNone, x, nullptr, a, b, y, stream);
}

Status AplBackward(const Apl& op, const void* x, const void* a, const void* b,
                   const void* dy, void* dx, void* da, void* db,
                   void* workspace, const Stream& stream) {
  return Backward(op, Bias::kNone, x, nullptr, a, b, dy, dx, nullptr, da, db,
                  workspace, stream);
}

int64_t AplBackwardWorkspace(const Apl& op) {
  return WorkspaceBytes(RequestOf(op, Sharing::kSums), SumsOf(op, Bias::kNone));
}

Status BiasedAplForward(const Apl& op, const void* x, const void* bias,
                        const void* a, const void* b, void* y,
                        const Stream& stream) {
  return Forward(op, Bias::kAdded, x, bias, a, b, y, stream);
}

Status BiasedAplBackward(const Apl& op, const void* x, const void* bias,
                         const void* a, const void* b, const void* dy, void* dx,
                         void* dbias, void* da, void* db, void* workspace,
                         const Stream& stream) {
  return Backward(op, Bias::kAdded, x, bias, a, b, dy, dx, dbias, da, db,
                  workspace, stream);
}

int64_t BiasedAplBackwardWorkspace(const Apl& op) {
  return WorkspaceBytes(RequestOf(op, Sharing::kSums),
                        SumsOf(op, Bias::kAdded));
}

}  // namespace cuda
}  // namespace cuda_activations
