// Bias + activation (+ residual, + dropout).
#include <algorithm>
#include <cmath>
#include <string>

#include "checked.h"
#include "kernels.h"
#include "names.h"
#include "plan.h"

namespace cuda_activations {
namespace cuda {
namespace {

struct Sizes {
  int64_t tensor, channels;
  size_t element;
};

Sizes CheckOp(const BiasActivation& op) {
  ValidateParameters(op.activation, op.parameters);
  const size_t size = ElementSize(op.dtype);
  const int64_t bytes = static_cast<int64_t>(size);
  const int64_t count = CheckLayout(op.layout, size);
  if (!(op.dropout.rate >= 0 && op.dropout.rate < 1)) {
    throw std::invalid_argument(
        "dropout rate: expected 0 or more and less than 1, got " +
        std::to_string(op.dropout.rate));
  }
  return {count * bytes, op.layout.channels * bytes, size};
}

DropoutArguments MakeDropout(const Dropout& dropout) {
  DropoutArguments arguments = {0, 1.0f, dropout.seed, dropout.counter};
  if (dropout.rate > 0) {
    arguments.threshold = static_cast<unsigned>(
        std::min(std::nearbyint(dropout.rate * 4294967296.0), 4294967295.0));
    arguments.scale = static_cast<float>(1.0 / (1.0 - dropout.rate));
  }
  return arguments;
}

template <class Arguments>
void SetParameters(const BiasActivation& op, Arguments* arguments) {
  arguments->dropout = MakeDropout(op.dropout);
  for (int i = 0; i < kMaxParameters; ++i) {
    arguments->parameters[i] = op.parameters.value[i];
  }
}

TilingRequest RequestOf(const BiasActivation& op, Sharing sharing) {
  TilingRequest request;
  request.layout = op.layout;
  request.element_size = ElementSize(op.dtype);
  request.sharing = sharing;
  return request;
}

}  // namespace

Status BiasActivationForward(const BiasActivation& op, const void* x,
                             const void* bias, const void* residual, void* y,
                             void* preactivation, const Stream& stream) {
  Sizes sizes = {};
  Status status = Checked([&] {
    sizes = CheckOp(op);
    const Buffer in{"x", x, sizes.tensor}, out{"y", y, sizes.tensor},
        vector = Optional("bias", bias, sizes.channels),
        skip = Optional("residual", residual, sizes.tensor),
        kept = Optional("preactivation", preactivation, sizes.tensor);
    CheckPointers({in, vector, skip, out, kept}, sizes.element);
    CheckOverlap(out, {in, skip}, true);
    CheckOverlap(out, {vector, kept}, false);
    CheckOverlap(kept, {in, skip}, true);
    CheckOverlap(kept, {vector}, false);
  });
  if (!status.ok() || sizes.tensor == 0) return status;
  BiasForwardArguments arguments = {};
  TilingRequest request = RequestOf(op, Sharing::kElements);
  request.vectors =
      AllAligned({x, bias, residual, y, preactivation}, kVectorBytes);
  arguments.tiling = MakeTiling(request);
  arguments.x = x;
  arguments.bias = bias;
  arguments.residual = residual;
  arguments.y = y;
  arguments.preactivation = preactivation;
  SetParameters(op, &arguments);
  return Launch(
      stream,
      {"bias_forward", "bias_forward", KernelNameOf(op.activation), op.dtype},
      TilingBlocks(arguments.tiling), &arguments);
}

Status BiasActivationBackward(const BiasActivation& op, BackwardSource source,
                              const void* saved, const void* bias,
                              const void* residual, const void* dy, void* dx,
                              void* dbias, void* workspace,
                              const Stream& stream) {
  const bool from_input = source == BackwardSource::kFromInput;
  const bool from_output = source == BackwardSource::kFromOutput;
  if (!from_input) bias = residual = nullptr;
  Sizes sizes = {};
  Status status = Checked([&] {
    sizes = CheckOp(op);
    const PointwiseInfo& info = Info(op.activation);
    if (from_output && (!info.from_output || op.dropout.rate > 0)) {
      throw std::invalid_argument(
          std::string(info.names[0]) +
          ": backward from the output needs a derivative that is a function "
          "of the output, and no dropout");
    }
    const Buffer in{"saved", saved, sizes.tensor}, up{"dy", dy, sizes.tensor},
        out{"dx", dx, sizes.tensor},
        vector = Optional("bias", bias, sizes.channels),
        skip = Optional("residual", residual, sizes.tensor),
        sums = Optional("dbias", dbias, sizes.channels);
    CheckPointers({in, up, vector, skip, out, sums}, sizes.element);
    CheckOverlap(out, {in, up, skip}, true);
    CheckOverlap(out, {vector, sums}, false);
    CheckOverlap(sums, {in, up, skip, vector}, false);
  });
  if (!status.ok()) return status;
  BiasBackwardArguments arguments = {};
  TilingRequest request =
      RequestOf(op, dbias != nullptr ? Sharing::kSums : Sharing::kElements);
  request.vectors = AllAligned({saved, bias, residual, dy, dx}, kVectorBytes);
  arguments.tiling = MakeTiling(request);
  if (dbias != nullptr) {
    arguments.combination = MakeCombination(arguments.tiling, 1, workspace);
  }
  arguments.saved = saved;
  arguments.bias = bias;
  arguments.residual = residual;
  arguments.dy = dy;
  arguments.dx = dx;
  arguments.dbias = dbias;
  SetParameters(op, &arguments);
  const char* family = from_output ? "bias_from_output" : "bias_backward";
  return Launch(
      stream, {family, family, KernelNameOf(op.activation), op.dtype},
      TilingBlocks(arguments.tiling), &arguments,
      arguments.combination.counters,
      dbias == nullptr ? 0 : MakeWorkspace(arguments.tiling, 1).counter_bytes);
}

int64_t BiasActivationBackwardWorkspace(const BiasActivation& op) {
  return WorkspaceBytes(RequestOf(op, Sharing::kSums), 1);
}

}  // namespace cuda
}  // namespace cuda_activations
