// Functions of a whole row.
#include <algorithm>

#include "checked.h"
#include "kernels.h"
#include "names.h"
#include "plan.h"

namespace cuda_activations {
namespace cuda {
namespace {

// Vectors that a thread takes of a row before more threads share it, and rows
// so long that a whole block does.
constexpr int64_t kVectorsOfThread = 4;
constexpr int64_t kVectorsOfWarp = 256;
constexpr int kLog2Warp = 5;
constexpr int kLog2Block = 8;
static_assert(1 << kLog2Block == kBlockThreads, "");
// Blocks walk the rest of the rows.
constexpr int64_t kMostBlocks = 65536;

int64_t CheckOp(const Rowwise& op, size_t* size) {
  *size = ElementSize(op.dtype);
  Info(op.activation);
  CheckCount("rows", op.rows, *size);
  CheckCount("width", op.width, *size);
  return CheckLayout({op.rows, op.width, 1}, *size) *
         static_cast<int64_t>(*size);
}

RowwiseArguments MakeArguments(const Rowwise& op, size_t size, bool aligned) {
  RowwiseArguments arguments = {};
  arguments.rows = op.rows;
  arguments.width = op.width;
  const int64_t lanes = kVectorBytes / static_cast<int64_t>(size);
  // Every row must begin and end on a vector.
  arguments.lanes =
      aligned && op.width % lanes == 0 ? static_cast<int>(lanes) : 1;
  const int64_t vectors = op.width / arguments.lanes;
  if (vectors > kVectorsOfWarp) {
    arguments.log2_threads = kLog2Block;
  } else {
    while (arguments.log2_threads < kLog2Warp &&
           (kVectorsOfThread << arguments.log2_threads) < vectors) {
      ++arguments.log2_threads;
    }
  }
  return arguments;
}

int64_t BlocksOf(const RowwiseArguments& arguments) {
  const int64_t teams = kBlockThreads >> arguments.log2_threads;
  return std::min<int64_t>((arguments.rows + teams - 1) / teams, kMostBlocks);
}

}  // namespace

Status RowwiseForward(const Rowwise& op, const void* x, void* y,
                      const Stream& stream) {
  int64_t bytes = 0;
  size_t size = 0;
  Status status = Checked([&] {
    bytes = CheckOp(op, &size);
    CheckPointers({{"x", x, bytes}, {"y", y, bytes}}, size);
  });
  if (!status.ok() || bytes == 0) return status;
  RowwiseArguments arguments =
      MakeArguments(op, size, AllAligned({x, y}, kVectorBytes));
  arguments.x = x;
  arguments.y = y;
  return Launch(
      stream,
      {"rowwise", "rowwise_forward", KernelNameOf(op.activation), op.dtype},
      BlocksOf(arguments), &arguments);
}

Status RowwiseBackward(const Rowwise& op, const void* y, const void* dy,
                       void* dx, const Stream& stream) {
  int64_t bytes = 0;
  size_t size = 0;
  Status status = Checked([&] {
    bytes = CheckOp(op, &size);
    CheckPointers({{"y", y, bytes}, {"dy", dy, bytes}, {"dx", dx, bytes}},
                  size);
  });
  if (!status.ok() || bytes == 0) return status;
  RowwiseArguments arguments =
      MakeArguments(op, size, AllAligned({y, dy, dx}, kVectorBytes));
  arguments.x = y;
  arguments.dy = dy;
  arguments.y = dx;
  return Launch(
      stream,
      {"rowwise", "rowwise_backward", KernelNameOf(op.activation), op.dtype},
      BlocksOf(arguments), &arguments);
}

}  // namespace cuda
}  // namespace cuda_activations
