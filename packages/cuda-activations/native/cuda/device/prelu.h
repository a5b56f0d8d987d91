// PReLU: y = x > 0 ? x : slope x, with the gradient of the slopes.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_PRELU_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_PRELU_H_

#include "combine.h"

namespace cuda_activations {
namespace cuda {

template <class Element, bool backward>
struct PReluWalker {
  const PReluArguments& p;
  const Tile& tile;
  float slope[Element::kLanes];
  float sum[Element::kLanes];

  CA_DEVICE PReluWalker(const PReluArguments& arguments, const Tile& t)
      : p(arguments), tile(t) {
    CA_UNROLL
    for (int i = 0; i < Element::kLanes; ++i) sum[i] = 0.0f;
  }

  template <int lanes>
  CA_DEVICE void BeginColumn(int64 channel) {
    LoadChannel<Element, lanes>(p.tiling, p.slope, channel, slope);
  }

  template <int lanes>
  CA_DEVICE void Row(int64 row, int64 column) {
    using Lanes = Access<Element, lanes>;
    const int64 index = tile.channel * p.tiling.channel_stride +
                        row * p.tiling.row_stride + column;
    float x[lanes];
    Lanes::Load(p.x, index, x);
    if constexpr (backward) {
      float dy[lanes];
      Lanes::Load(p.dy, index, dy);
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) {
        const bool positive = x[i] > 0.0f;
        sum[i] += positive ? 0.0f : dy[i] * x[i];
        dy[i] = positive ? dy[i] : slope[i] * dy[i];
      }
      Lanes::Store(p.y, index, dy);
    } else {
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) {
        x[i] = x[i] > 0.0f ? x[i] : slope[i] * x[i];
      }
      Lanes::Store(p.y, index, x);
    }
  }
};

template <class Element>
CA_DEVICE void PReluForward(const PReluArguments& p) {
  const Tile tile(p.tiling);
  PReluWalker<Element, false> walker(p, tile);
  WalkTile<Element::kLanes>(p.tiling, tile, walker);
}

template <class Element>
CA_DEVICE void PReluBackward(const PReluArguments& p) {
  __shared__ Scratch<Element::kLanes> scratch;
  const Tile tile(p.tiling);
  PReluWalker<Element, true> walker(p, tile);
  WalkTile<Element::kLanes>(p.tiling, tile, walker);
  LeaveSums(walker.sum, scratch);
  FinishSums<Element>(p.tiling, p.combination, p.dslope, scratch);
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_PRELU_H_
