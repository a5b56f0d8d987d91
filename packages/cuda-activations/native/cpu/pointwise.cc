// Pointwise kernels: chunks of elements through the loops of one activation.
#include <stdexcept>
#include <string>

#include "checks.h"
#include "tiles.h"

namespace cuda_activations {

namespace {

// Nanoseconds an element on one thread, for the decision to share work: between
// the cheapest and the dearest function.
constexpr double kCost = 0.4;

int64_t Check(const Pointwise& op) {
  ValidateParameters(op.activation, op.parameters);
  const size_t size = ElementSize(op.dtype);
  CheckCount("count", op.count, size);
  return op.count * static_cast<int64_t>(size);
}

/// One output from inputs[0 .. n - 1], tile by tile.
template <class Type, int inputs, class F>
void MapTiles(const F& f, const void* const (&in)[inputs], void* out,
              int64_t count, const ParallelFor& parallel) {
  using Storage = typename Type::Storage;
  using Math = typename Type::Math;
  const IsaKernels& loops = Loops();
  bool in_place = false;
  for (const void* input : in) in_place |= input == out;
  const bool stream =
      Streams(count * static_cast<int64_t>(sizeof(Storage)), in_place);
  ForChunks(parallel, count, kCost, [&](int64_t begin, int64_t end) {
    InputTile<Type> input[inputs];
    OutputTile<Type> output(stream);
    // Without conversion nothing is gained by tiles.
    const int64_t step = kConverts<Type> ? kTile : end - begin;
    for (int64_t i = begin; i < end; i += step) {
      const int64_t n = end - i < step ? end - i : step;
      const Math* from[inputs];
      for (int k = 0; k < inputs; ++k)
        from[k] =
            input[k].Read(loops, static_cast<const Storage*>(in[k]) + i, n);
      Storage* const to = static_cast<Storage*>(out) + i;
      if constexpr (kConverts<Type>) {
        f(from, output.Begin(to), n, false);
        output.End(loops, to, n);
      } else {
        f(from, to, n, stream);
      }
    }
  });
}

}  // namespace

void PointwiseForward(const Pointwise& op, const void* x, void* y,
                      const ParallelFor& parallel) {
  const int64_t bytes = Check(op);
  const Buffer in{"x", x, bytes}, out{"y", y, bytes};
  CheckPointers({in, out}, ElementSize(op.dtype));
  CheckOverlap(out, {in}, true);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    const auto& loop = PointwiseOf<Math>(Loops(), op.activation).forward;
    MapTiles<Type, 1>(
        [&](const Math* const* from, Math* to, int64_t n, bool stream) {
          loop[stream](op.parameters.value, from[0], to, n);
        },
        {x}, y, op.count, parallel);
  });
}

void PointwiseBackward(const Pointwise& op, const void* x, const void* dy,
                       void* dx, const ParallelFor& parallel) {
  const int64_t bytes = Check(op);
  const Buffer in{"x", x, bytes}, up{"dy", dy, bytes}, out{"dx", dx, bytes};
  CheckPointers({in, up, out}, ElementSize(op.dtype));
  CheckOverlap(out, {in, up}, true);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    const auto& loop = PointwiseOf<Math>(Loops(), op.activation).backward;
    MapTiles<Type, 2>(
        [&](const Math* const* from, Math* to, int64_t n, bool stream) {
          loop[stream](op.parameters.value, from[0], from[1], to, n);
        },
        {x, dy}, dx, op.count, parallel);
  });
}

void PointwiseBackwardFromOutput(const Pointwise& op, const void* y,
                                 const void* dy, void* dx,
                                 const ParallelFor& parallel) {
  const int64_t bytes = Check(op);
  const PointwiseInfo& info = Info(op.activation);
  if (!info.from_output) {
    throw std::invalid_argument(
        "activation: expected one whose derivative is a function of its "
        "output, got " +
        std::string(info.names[0]));
  }
  const Buffer in{"y", y, bytes}, up{"dy", dy, bytes}, out{"dx", dx, bytes};
  CheckPointers({in, up, out}, ElementSize(op.dtype));
  CheckOverlap(out, {in, up}, true);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    const auto& loop = PointwiseOf<Math>(Loops(), op.activation).from_output;
    MapTiles<Type, 2>(
        [&](const Math* const* from, Math* to, int64_t n, bool stream) {
          loop[stream](op.parameters.value, from[0], from[1], to, n);
        },
        {y, dy}, dx, op.count, parallel);
  });
}

void PointwiseSecondBackward(const Pointwise& op, const void* x, const void* dy,
                             const void* ddx, void* dx2,
                             const ParallelFor& parallel) {
  const int64_t bytes = Check(op);
  const Buffer in{"x", x, bytes}, up{"dy", dy, bytes},
      second{"ddx", ddx, bytes}, out{"dx2", dx2, bytes};
  CheckPointers({in, up, second, out}, ElementSize(op.dtype));
  CheckOverlap(out, {in, up, second}, true);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    const auto loop = PointwiseOf<Math>(Loops(), op.activation).second;
    MapTiles<Type, 3>(
        [&](const Math* const* from, Math* to, int64_t n, bool) {
          loop(op.parameters.value, from[0], from[1], from[2], to, n);
        },
        {x, dy, ddx}, dx2, op.count, parallel);
  });
}

}  // namespace cuda_activations
