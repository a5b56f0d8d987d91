// y = dropout(f(x + bias + residual)) and its gradients.
#include <cmath>
#include <stdexcept>
#include <string>

#include "channel_partition.h"
#include "checks.h"

namespace cuda_activations {

namespace {

constexpr double kCost = 0.5;  // nanoseconds an element

/// Sizes in bytes, after all checks of the descriptor.
struct Sizes {
  int64_t tensor, channels;
};

Sizes Check(const BiasActivation& op) {
  ValidateParameters(op.activation, op.parameters);
  const size_t size = ElementSize(op.dtype);
  const int64_t count = CheckLayout(op.layout, size);
  if (!(op.dropout.rate >= 0 && op.dropout.rate < 1)) {
    throw std::invalid_argument(
        "dropout rate: expected 0 or more and less than 1, got " +
        std::to_string(op.dropout.rate));
  }
  const int64_t bytes = static_cast<int64_t>(size);
  return {count * bytes, op.layout.channels * bytes};
}

/// Multiplies tiles by mask / (1 - rate).
class DropoutFactor {
 public:
  explicit DropoutFactor(const Dropout& dropout)
      : dropout_(dropout),
        threshold_(static_cast<uint32_t>(std::min(
            std::nearbyint(dropout.rate * 4294967296.0), 4294967295.0))),
        scale_(static_cast<float>(1.0 / (1.0 - dropout.rate))) {}

  bool active() const { return dropout_.rate > 0; }

  template <class Math>
  void Apply(const IsaKernels& loops, int64_t first, Math* y, int64_t n) const {
    float factor[kTile];
    loops.dropout_factor(dropout_.seed, dropout_.counter, threshold_, scale_,
                         first, factor, n);
    if constexpr (sizeof(Math) == 4) {
      loops.vector_float.multiply(factor, y, n);
    } else {
      // The scale itself in double.
      const double scale = 1.0 / (1.0 - dropout_.rate);
      for (int64_t i = 0; i < n; ++i)
        y[i] = factor[i] == 0.0f ? 0.0 : y[i] * scale;
    }
  }

 private:
  const Dropout dropout_;
  const uint32_t threshold_;
  const float scale_;
};

/// The bias of a pattern, and x + bias + residual of its tiles.
template <class Type>
class Preactivation {
 public:
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  Preactivation(const IsaKernels& loops, const void* x, const void* bias,
                const void* residual)
      : loops_(loops),
        x_(static_cast<const Storage*>(x)),
        bias_(static_cast<const Storage*>(bias)),
        residual_(static_cast<const Storage*>(residual)) {}

  void Begin(const ChannelPattern& pattern) {
    if (bias_ == nullptr) return;
    if constexpr (kConverts<Type>) {
      Storage narrow[kTile];
      pattern.Expand(bias_, narrow);
      LoadConverted<Type>(loops_, narrow, expanded_, pattern.size);
    } else {
      pattern.Expand(bias_, expanded_);
    }
  }

  const Math* Tile(int64_t offset, int64_t n) {
    const Math* sum = in_.Read(loops_, x_ + offset, n);
    const VectorLoops<Math>& vector = VectorOf<Math>(loops_);
    if (bias_ != nullptr) {
      vector.add(sum, expanded_, sum_, n);
      sum = sum_;
    }
    if (residual_ != nullptr) {
      vector.add(sum, residual_in_.Read(loops_, residual_ + offset, n), sum_,
                 n);
      sum = sum_;
    }
    return sum;
  }

 private:
  const IsaKernels& loops_;
  const Storage *const x_, *const bias_, *const residual_;
  InputTile<Type> in_, residual_in_;
  alignas(64) Math expanded_[kTile];
  alignas(64) Math sum_[kTile];
};

template <class Type>
struct ForwardVisitor {
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  const BiasActivation& op;
  const IsaKernels& loops;
  const DropoutFactor& dropout;
  Preactivation<Type> input;
  Storage* y;
  Storage* preactivation;
  OutputTile<Type> out;

  void Begin(const ChannelPattern& pattern) { input.Begin(pattern); }
  void End(const ChannelPattern&) {}
  void Tile(int64_t offset, int64_t n) {
    const Math* u = input.Tile(offset, n);
    if (preactivation != nullptr) {
      StoreConverted<Type>(loops, u, preactivation + offset, n);
    }
    const auto& f = PointwiseOf<Math>(loops, op.activation).forward;
    if constexpr (!kConverts<Type>) {
      if (out.direct() && !dropout.active()) {
        f[1](op.parameters.value, u, y + offset, n);
        return;
      }
    }
    Math* to = out.Begin(y + offset);
    f[0](op.parameters.value, u, to, n);
    if (dropout.active()) dropout.Apply(loops, offset, to, n);
    out.End(loops, y + offset, n);
  }
};

template <class Type>
struct BackwardVisitor {
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  const BiasActivation& op;
  const IsaKernels& loops;
  const DropoutFactor& dropout;
  void (*loop)(const double*, const Math*, const Math*, Math*, int64_t);
  Preactivation<Type> input;
  const Storage* dy;
  Storage* dx;
  Math* partial;  ///< of this item; null without a bias gradient
  InputTile<Type> upstream;
  OutputTile<Type> out;
  alignas(64) Math masked[kTile];
  alignas(64) Math sum[kTile];

  void Begin(const ChannelPattern& pattern) {
    input.Begin(pattern);
    std::memset(sum, 0, sizeof(Math) * static_cast<size_t>(pattern.size));
  }
  void Tile(int64_t offset, int64_t n) {
    const Math* u = input.Tile(offset, n);
    const Math* g = upstream.Read(loops, dy + offset, n);
    if (dropout.active()) {
      std::memcpy(masked, g, sizeof(Math) * static_cast<size_t>(n));
      dropout.Apply(loops, offset, masked, n);
      g = masked;
    }
    Math* to = out.Begin(dx + offset);
    loop(op.parameters.value, u, g, to, n);
    if (partial != nullptr) VectorOf<Math>(loops).add(sum, to, sum, n);
    out.End(loops, dx + offset, n);
  }
  void End(const ChannelPattern& pattern) {
    if (partial != nullptr) pattern.Fold(sum, partial);
  }
};

}  // namespace

void BiasActivationForward(const BiasActivation& op, const void* x,
                           const void* bias, const void* residual, void* y,
                           void* preactivation, const ParallelFor& parallel) {
  const Sizes bytes = Check(op);
  const Buffer in{"x", x, bytes.tensor}, out{"y", y, bytes.tensor},
      vector{"bias", bias, bias == nullptr ? 0 : bytes.channels},
      skip{"residual", residual, residual == nullptr ? 0 : bytes.tensor},
      kept{"preactivation", preactivation,
           preactivation == nullptr ? 0 : bytes.tensor};
  CheckPointers({in, vector, skip, out, kept}, ElementSize(op.dtype));
  CheckOverlap(out, {in, skip}, true);
  CheckOverlap(out, {vector, kept}, false);
  CheckOverlap(kept, {in, skip}, true);
  CheckOverlap(kept, {vector}, false);
  const ChannelPartition partition = Partition(op.layout);
  const DropoutFactor dropout(op.dropout);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Storage = typename Type::Storage;
    const IsaKernels& loops = Loops();
    const bool stream = Streams(bytes.tensor, y == x || y == residual);
    ForItems(partition, parallel, kCost, [&](const ChannelItem& item) {
      ForwardVisitor<Type> visitor{op,
                                   loops,
                                   dropout,
                                   {loops, x, bias, residual},
                                   static_cast<Storage*>(y),
                                   static_cast<Storage*>(preactivation),
                                   OutputTile<Type>(stream)};
      WalkItem(op.layout, item, visitor);
    });
  });
}

int64_t BiasActivationBackwardWorkspace(const BiasActivation& op) {
  Check(op);
  return PartialBytes(Partition(op.layout), 1, op.dtype);
}

void BiasActivationBackward(const BiasActivation& op, BackwardSource source,
                            const void* saved, const void* bias,
                            const void* residual, const void* dy, void* dx,
                            void* dbias, void* workspace,
                            const ParallelFor& parallel) {
  const Sizes bytes = Check(op);
  if (source != BackwardSource::kFromInput) bias = residual = nullptr;
  const bool from_output = source == BackwardSource::kFromOutput;
  if (from_output &&
      (!Info(op.activation).from_output || op.dropout.rate > 0)) {
    throw std::invalid_argument(
        "source: the output serves only activations whose derivative is a "
        "function of it, without dropout; got " +
        std::string(Info(op.activation).names[0]) + " with dropout rate " +
        std::to_string(op.dropout.rate));
  }
  const int64_t work =
      dbias == nullptr ? 0 : BiasActivationBackwardWorkspace(op);
  const Buffer in{"saved", saved, bytes.tensor}, up{"dy", dy, bytes.tensor},
      vector{"bias", bias, bias == nullptr ? 0 : bytes.channels},
      skip{"residual", residual, residual == nullptr ? 0 : bytes.tensor},
      out{"dx", dx, bytes.tensor},
      sums{"dbias", dbias, dbias == nullptr ? 0 : bytes.channels},
      scratch{"workspace", workspace, work};
  CheckPointers({in, up, vector, skip, out, sums}, ElementSize(op.dtype));
  CheckPointers({scratch}, alignof(double));
  CheckOverlap(out, {in, up, skip}, true);
  CheckOverlap(out, {vector, sums, scratch}, false);
  CheckOverlap(sums, {in, up, vector, skip, scratch}, false);
  const ChannelPartition partition = Partition(op.layout);
  const DropoutFactor dropout(op.dropout);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Storage = typename Type::Storage;
    using Math = typename Type::Math;
    const IsaKernels& loops = Loops();
    const PointwiseLoops<Math>& f = PointwiseOf<Math>(loops, op.activation);
    const bool stream = Streams(bytes.tensor, dx == saved || dx == dy);
    Math* const partials = static_cast<Math*>(workspace);
    ForItems(partition, parallel, kCost, [&](const ChannelItem& item) {
      BackwardVisitor<Type> visitor{
          op,
          loops,
          dropout,
          from_output ? f.from_output[0] : f.backward[0],
          {loops, saved, bias, residual},
          static_cast<const Storage*>(dy),
          static_cast<Storage*>(dx),
          work == 0 ? nullptr : partials + item.partial * op.layout.channels,
          {},
          OutputTile<Type>(stream),
          {},
          {}};
      WalkItem(op.layout, item, visitor);
    });
    if (dbias == nullptr) return;
    CombinePartials(partials, partition.partials(), op.layout.channels,
                    [&](int64_t c, double total) {
                      const Math sum = static_cast<Math>(total);
                      StoreConverted<Type>(loops, &sum,
                                           static_cast<Storage*>(dbias) + c, 1);
                    });
  });
}

}  // namespace cuda_activations
