// APL: y = max(0, x) + sum_s a_s max(0, b_s - x), with the gradients of a and
// b; `biased`: of x + bias, with the gradient of bias too.
//
// A thread holds the parameters of `held` segments in registers, in the
// backward pass together with their sums. Of more segments the forward pass
// reads the rest through the first-level cache, and the backward pass walks its
// elements several times and writes dx in the last, so that dx may be the
// buffer of x or dy.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_APL_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_APL_H_

#include "chain.h"
#include "combine.h"

namespace cuda_activations {
namespace cuda {

/// Lanes of a thread: its registers hold parameters and sums for each, which
/// limits them to 8 bytes of 16-bit types.
constexpr int kAplLanes = 4;

/// The parameters of the segments from `first_segment` on that a thread holds.
/// `per_lane`: each lane has its own, else the block's channel has one set.
template <class Element, int held, bool per_lane, bool biased>
struct AplSegments {
  static constexpr int kSets = per_lane ? kAplLanes : 1;
  const AplArguments& p;
  int64 first_segment = 0;
  int64 channel = 0;
  float a[held][kSets], b[held][kSets];
  float bias[biased ? kSets : 1];

  CA_DEVICE explicit AplSegments(const AplArguments& arguments)
      : p(arguments) {}

  template <int lanes>
  CA_DEVICE void Load(int64 segment, float (&slope)[kSets],
                      float (&position)[kSets]) const {
    constexpr int loaded = per_lane ? lanes : 1;
    const int64 at = segment * p.tiling.channels + channel;
    LoadChannel<Element, loaded>(p.tiling, p.a, at, slope);
    LoadChannel<Element, loaded>(p.tiling, p.b, at, position);
  }

  template <int lanes>
  CA_DEVICE void Hold(int64 first_channel) {
    channel = first_channel;
    if constexpr (biased) {
      LoadChannel<Element, (per_lane ? lanes : 1)>(p.tiling, p.bias, channel,
                                                   bias);
    }
    CA_UNROLL
    for (int s = 0; s < held; ++s) {
      if (first_segment + s < p.segments) {
        Load<lanes>(first_segment + s, a[s], b[s]);
      } else {
        // No x is below minus infinity: a segment that is never active.
        CA_UNROLL
        for (int i = 0; i < kSets; ++i) {
          a[s][i] = 0.0f;
          b[s][i] = -__int_as_float(0x7f800000);
        }
      }
    }
  }

  /// Which set belongs to a lane.
  CA_DEVICE static constexpr int Set(int lane) { return per_lane ? lane : 0; }

  template <int lanes>
  CA_DEVICE void AddBias(float (&x)[lanes]) const {
    if constexpr (biased) {
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) x[i] += bias[Set(i)];
    }
  }
};

template <class Element, int held, bool per_lane, bool biased>
struct AplForwardWalker {
  using Segments = AplSegments<Element, held, per_lane, biased>;
  const AplArguments& p;
  const Tile& tile;
  Segments segments;

  CA_DEVICE AplForwardWalker(const AplArguments& arguments, const Tile& t)
      : p(arguments), tile(t), segments(arguments) {}

  template <int lanes>
  CA_DEVICE void BeginColumn(int64 channel) {
    segments.template Hold<lanes>(channel);
  }

  template <int lanes>
  CA_DEVICE void Row(int64 row, int64 column) {
    using Lanes = Access<Element, lanes>;
    const int64 index = tile.channel * p.tiling.channel_stride +
                        row * p.tiling.row_stride + column;
    float x[lanes], y[lanes];
    Lanes::Load(p.x, index, x);
    segments.AddBias(x);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) y[i] = 0.0f > x[i] ? 0.0f : x[i];
    CA_UNROLL
    for (int s = 0; s < held; ++s) {
      AddHinges<lanes>(segments.a[s], segments.b[s], x, y);
    }
#pragma unroll 1
    for (int64 s = held; s < p.segments; ++s) {
      float a[Segments::kSets], b[Segments::kSets];
      segments.template Load<lanes>(s, a, b);
      AddHinges<lanes>(a, b, x, y);
    }
    Lanes::Store(p.y, index, y);
  }

  template <int lanes, int sets>
  CA_DEVICE static void AddHinges(const float (&a)[sets],
                                  const float (&b)[sets],
                                  const float (&x)[lanes], float (&y)[lanes]) {
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) {
      const int set = Segments::Set(i);
      const float distance = b[set] - x[i];
      y[i] = math::MulAdd(a[set], distance > 0.0f ? distance : 0.0f, y[i]);
    }
  }
};

template <class Element, int held, bool per_lane, bool biased>
CA_DEVICE void AplForward(const AplArguments& p) {
  const Tile tile(p.tiling);
  AplForwardWalker<Element, held, per_lane, biased> walker(p, tile);
  WalkTile<kAplLanes>(p.tiling, tile, walker);
}

template <class Element, int held, bool per_lane, bool biased>
struct AplBackwardWalker {
  using Segments = AplSegments<Element, held, per_lane, biased>;
  static constexpr int kSets = Segments::kSets;
  const AplArguments& p;
  const Tile& tile;
  Segments segments;
  float moment[held][kSets];        ///< sum of dy max(0, b - x)
  float mass[held][kSets];          ///< sum of dy 1[x < b]
  float total[biased ? kSets : 1];  ///< sum of dx, in the last pass

  CA_DEVICE AplBackwardWalker(const AplArguments& arguments, const Tile& t)
      : p(arguments), tile(t), segments(arguments) {}

  CA_DEVICE void BeginPass(int64 segment) {
    segments.first_segment = segment;
    CA_UNROLL
    for (int s = 0; s < held; ++s) {
      CA_UNROLL
      for (int i = 0; i < kSets; ++i) moment[s][i] = mass[s][i] = 0.0f;
    }
    CA_UNROLL
    for (int i = 0; i < (biased ? kSets : 1); ++i) total[i] = 0.0f;
  }

  template <int lanes>
  CA_DEVICE void BeginColumn(int64 channel) {
    segments.template Hold<lanes>(channel);
  }

  template <int lanes>
  CA_DEVICE void Row(int64 row, int64 column) {
    using Lanes = Access<Element, lanes>;
    const int64 index = tile.channel * p.tiling.channel_stride +
                        row * p.tiling.row_stride + column;
    float x[lanes], dy[lanes], slope[lanes];
    Lanes::Load(p.x, index, x);
    Lanes::Load(p.dy, index, dy);
    segments.AddBias(x);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) slope[i] = x[i] > 0.0f ? 1.0f : 0.0f;
    CA_UNROLL
    for (int s = 0; s < held; ++s) {
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) {
        const int set = Segments::Set(i);
        const float distance = segments.b[s][set] - x[i];
        const bool active = distance > 0.0f;
        const float passed = active ? dy[i] : 0.0f;
        mass[s][set] += passed;
        moment[s][set] =
            math::MulAdd(passed, active ? distance : 0.0f, moment[s][set]);
        slope[i] -= active ? segments.a[s][set] : 0.0f;
      }
    }
    if (segments.first_segment + held < p.segments) return;
#pragma unroll 1
    for (int64 s = 0; s < segments.first_segment; ++s) {
      float a[kSets], b[kSets];
      segments.template Load<lanes>(s, a, b);
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) {
        const int set = Segments::Set(i);
        slope[i] -= x[i] < b[set] ? a[set] : 0.0f;
      }
    }
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) {
      dy[i] = Chain(slope[i], dy[i]);
      if constexpr (biased) total[Segments::Set(i)] += dy[i];
    }
    Lanes::Store(p.y, index, dy);
  }
};

template <class Element, int held, bool per_lane, bool biased>
CA_DEVICE void AplBackward(const AplArguments& p) {
  __shared__ Scratch<kAplLanes> scratch;
  const Tile tile(p.tiling);
  AplBackwardWalker<Element, held, per_lane, biased> walker(p, tile);
  // Sums come in the order of da, of db before its factor a, of dbias.
  const auto put = [&](int64 index, int64 channel, float sum) {
    if (biased && index == 2 * p.segments) {
      const float stored[] = {sum};
      Access<Element, 1>::Store(p.dbias, channel, stored);
      return;
    }
    const bool of_a = index < p.segments;
    const int64 at =
        (of_a ? index : index - p.segments) * p.tiling.channels + channel;
    float value[] = {sum};
    if (of_a) {
      Access<Element, 1>::Store(p.da, at, value);
    } else {
      float a[1];
      Access<Element, 1>::Load(p.a, at, a);
      value[0] = a[0] * sum;
      Access<Element, 1>::Store(p.db, at, value);
    }
  };
  const int64 sums = 2 * p.segments + (biased ? 1 : 0);
  int64 segment = 0;
  do {
    walker.BeginPass(segment);
    WalkTile<kAplLanes>(p.tiling, tile, walker);
    CA_UNROLL
    for (int s = 0; s < held; ++s) {
      if (segment + s >= p.segments) break;
      StoreSum(p.tiling, tile, p.combination, segment + s, sums,
               walker.moment[s], scratch, put);
      StoreSum(p.tiling, tile, p.combination, p.segments + segment + s, sums,
               walker.mass[s], scratch, put);
    }
    segment += held;
  } while (segment < p.segments);
  if constexpr (biased) {
    StoreSum(p.tiling, tile, p.combination, 2 * p.segments, sums, walker.total,
             scratch, put);
  }
  CombineParts(p.tiling, tile, p.combination, sums, scratch, put);
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_APL_H_
