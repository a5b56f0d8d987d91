// Pointwise kernels and the copy.
#include <string>

#include "checked.h"
#include "kernels.h"
#include "names.h"
#include "plan.h"

namespace cuda_activations {
namespace cuda {
namespace {

Status LaunchPointwise(const char* family, const Pointwise& op,
                       std::initializer_list<Buffer> inputs, Buffer output,
                       const Stream& stream) {
  Status status = Checked([&] {
    const size_t size = ElementSize(op.dtype);
    CheckCount("count", op.count, size);
    ValidateParameters(op.activation, op.parameters);
    const int64_t bytes = op.count * static_cast<int64_t>(size);
    output.bytes = bytes;
    CheckPointers({output}, size);
    for (Buffer input : inputs) {
      input.bytes = bytes;
      CheckPointers({input}, size);
      CheckOverlap(output, {input}, true);
    }
  });
  if (!status.ok() || op.count == 0) return status;
  PointwiseArguments arguments = {};
  const void* pointers[4] = {output.data, output.data, output.data,
                             output.data};
  int n = 0;
  for (const Buffer& input : inputs) {
    pointers[n] = arguments.in[n] = input.data;
    ++n;
  }
  arguments.out = const_cast<void*>(output.data);
  const size_t size = ElementSize(op.dtype);
  arguments.span = MakeSpan(
      op.count, size, {pointers[0], pointers[1], pointers[2], pointers[3]});
  for (int i = 0; i < kMaxParameters; ++i) {
    arguments.parameters[i] = op.parameters.value[i];
  }
  return Launch(stream, {family, family, KernelNameOf(op.activation), op.dtype},
                SpanBlocks(arguments.span, size), &arguments);
}

}  // namespace

Status PointwiseForward(const Pointwise& op, const void* x, void* y,
                        const Stream& stream) {
  return LaunchPointwise("pointwise_forward", op, {{"x", x, 0}}, {"y", y, 0},
                         stream);
}

Status PointwiseBackward(const Pointwise& op, const void* x, const void* dy,
                         void* dx, const Stream& stream) {
  return LaunchPointwise("pointwise_backward", op, {{"x", x, 0}, {"dy", dy, 0}},
                         {"dx", dx, 0}, stream);
}

Status PointwiseBackwardFromOutput(const Pointwise& op, const void* y,
                                   const void* dy, void* dx,
                                   const Stream& stream) {
  Status status = Checked([&] {
    const PointwiseInfo& info = Info(op.activation);
    if (!info.from_output) {
      throw std::invalid_argument(
          std::string(info.names[0]) +
          ": its derivative is no function of its output");
    }
  });
  if (!status.ok()) return status;
  return LaunchPointwise("pointwise_from_output", op,
                         {{"y", y, 0}, {"dy", dy, 0}}, {"dx", dx, 0}, stream);
}

Status PointwiseSecondBackward(const Pointwise& op, const void* x,
                               const void* dy, const void* ddx, void* dx2,
                               const Stream& stream) {
  return LaunchPointwise("pointwise_second", op,
                         {{"x", x, 0}, {"dy", dy, 0}, {"ddx", ddx, 0}},
                         {"dx2", dx2, 0}, stream);
}

Status Copy(DType dtype, int64_t count, const void* x, void* y,
            const Stream& stream) {
  CopyArguments arguments = {};
  arguments.in = x;
  arguments.out = y;
  const size_t size = ElementSize(dtype);
  arguments.span = MakeSpan(count, size, {x, y});
  return Launch(stream, {"copy", "copy", "vectors", dtype},
                SpanBlocks(arguments.span, size), &arguments);
}

}  // namespace cuda
}  // namespace cuda_activations
