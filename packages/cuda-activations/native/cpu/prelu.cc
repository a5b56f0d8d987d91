// PReLU forward and backward.
#include "channel_partition.h"
#include "checks.h"

namespace cuda_activations {

namespace {

constexpr double kCost = 0.3;  // nanoseconds an element

/// The slopes of a pattern, as the loops want them.
template <class Type>
class Slopes {
 public:
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  Slopes(const IsaKernels& loops, const void* slope)
      : loops_(loops), slope_(static_cast<const Storage*>(slope)) {}
  void Begin(const ChannelPattern& pattern) {
    if constexpr (kConverts<Type>) {
      Storage narrow[kTile];
      pattern.Expand(slope_, narrow);
      LoadConverted<Type>(loops_, narrow, expanded_, pattern.size);
    } else {
      pattern.Expand(slope_, expanded_);
    }
  }
  const Math* values() const { return expanded_; }

 private:
  const IsaKernels& loops_;
  const Storage* const slope_;
  alignas(64) Math expanded_[kTile];
};

template <class Type>
struct ForwardVisitor {
  using Storage = typename Type::Storage;
  const IsaKernels& loops;
  Slopes<Type> slopes;
  const Storage* x;
  Storage* y;
  InputTile<Type> in;
  OutputTile<Type> out;

  void Begin(const ChannelPattern& pattern) { slopes.Begin(pattern); }
  void End(const ChannelPattern&) {}
  void Tile(int64_t offset, int64_t n) {
    VectorOf<typename Type::Math>(loops).prelu(in.Read(loops, x + offset, n),
                                               slopes.values(),
                                               out.Begin(y + offset), n);
    out.End(loops, y + offset, n);
  }
};

template <class Type>
struct BackwardVisitor {
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  const IsaKernels& loops;
  Slopes<Type> slopes;
  const Storage* x;
  const Storage* dy;
  Storage* dx;
  Math* partial;
  InputTile<Type> in, upstream;
  OutputTile<Type> out;
  alignas(64) Math moment[kTile];
  alignas(64) Math sum[kTile];

  void Begin(const ChannelPattern& pattern) {
    slopes.Begin(pattern);
    std::memset(sum, 0, sizeof(Math) * static_cast<size_t>(pattern.size));
  }
  void Tile(int64_t offset, int64_t n) {
    const VectorLoops<Math>& vector = VectorOf<Math>(loops);
    vector.prelu_gradient(in.Read(loops, x + offset, n), slopes.values(),
                          upstream.Read(loops, dy + offset, n),
                          out.Begin(dx + offset), moment, n);
    vector.add(sum, moment, sum, n);
    out.End(loops, dx + offset, n);
  }
  void End(const ChannelPattern& pattern) { pattern.Fold(sum, partial); }
};

}  // namespace

void PReluForward(const PRelu& op, const void* x, const void* slope, void* y,
                  const ParallelFor& parallel) {
  const size_t size = ElementSize(op.dtype);
  const int64_t bytes =
      CheckLayout(op.layout, size) * static_cast<int64_t>(size);
  const Buffer in{"x", x, bytes}, out{"y", y, bytes},
      factor{"slope", slope, op.layout.channels * static_cast<int64_t>(size)};
  CheckPointers({in, factor, out}, size);
  CheckOverlap(out, {in}, true);
  CheckOverlap(out, {factor}, false);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Storage = typename Type::Storage;
    const IsaKernels& loops = Loops();
    const bool stream = Streams(bytes, x == y);
    ForItems(Partition(op.layout), parallel, kCost,
             [&](const ChannelItem& item) {
               ForwardVisitor<Type> visitor{loops,
                                            {loops, slope},
                                            static_cast<const Storage*>(x),
                                            static_cast<Storage*>(y),
                                            {},
                                            OutputTile<Type>(stream)};
               WalkItem(op.layout, item, visitor);
             });
  });
}

int64_t PReluBackwardWorkspace(const PRelu& op) {
  CheckLayout(op.layout, ElementSize(op.dtype));
  return PartialBytes(Partition(op.layout), 1, op.dtype);
}

void PReluBackward(const PRelu& op, const void* x, const void* slope,
                   const void* dy, void* dx, void* dslope, void* workspace,
                   const ParallelFor& parallel) {
  const size_t size = ElementSize(op.dtype);
  const int64_t bytes =
      CheckLayout(op.layout, size) * static_cast<int64_t>(size);
  const int64_t channel_bytes = op.layout.channels * static_cast<int64_t>(size);
  const Buffer in{"x", x, bytes}, up{"dy", dy, bytes},
      factor{"slope", slope, channel_bytes}, out{"dx", dx, bytes},
      sums{"dslope", dslope, channel_bytes},
      scratch{"workspace", workspace, PReluBackwardWorkspace(op)};
  CheckPointers({in, up, factor, out, sums}, size);
  CheckPointers({scratch}, alignof(double));
  CheckOverlap(out, {in, up}, true);
  CheckOverlap(out, {factor, sums, scratch}, false);
  CheckOverlap(sums, {in, up, factor, scratch}, false);
  const ChannelPartition partition = Partition(op.layout);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Storage = typename Type::Storage;
    using Math = typename Type::Math;
    const IsaKernels& loops = Loops();
    const bool stream = Streams(bytes, dx == x || dx == dy);
    Math* const partials = static_cast<Math*>(workspace);
    ForItems(partition, parallel, kCost, [&](const ChannelItem& item) {
      BackwardVisitor<Type> visitor{
          loops,
          {loops, slope},
          static_cast<const Storage*>(x),
          static_cast<const Storage*>(dy),
          static_cast<Storage*>(dx),
          partials + item.partial * op.layout.channels,
          {},
          {},
          OutputTile<Type>(stream),
          {},
          {}};
      WalkItem(op.layout, item, visitor);
    });
    CombinePartials(partials, partition.partials(), op.layout.channels,
                    [&](int64_t c, double total) {
                      const Math sum = static_cast<Math>(total);
                      StoreConverted<Type>(
                          loops, &sum, static_cast<Storage*>(dslope) + c, 1);
                    });
  });
}

}  // namespace cuda_activations
