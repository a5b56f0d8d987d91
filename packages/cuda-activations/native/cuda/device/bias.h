// Bias + activation with residual and dropout, and its backward pass with the
// bias gradient.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_BIAS_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_BIAS_H_

#include "chain.h"
#include "combine.h"
#include "dropout.h"

namespace cuda_activations {
namespace cuda {

/// Adds what the forward pass adds to x before the activation.
template <class Element, int lanes>
CA_DEVICE void AddBiasAndResidual(const float* bias, const void* residual,
                                  int64 index, float (&value)[lanes]) {
  CA_UNROLL
  for (int i = 0; i < lanes; ++i) value[i] += bias[i];
  if (residual == nullptr) return;
  float added[lanes];
  Access<Element, lanes>::Load(residual, index, added);
  CA_UNROLL
  for (int i = 0; i < lanes; ++i) value[i] += added[i];
}

/// The bias of a group of columns, -0 (which changes no number) without one.
template <class Element, int lanes, int count>
CA_DEVICE void LoadBias(const Tiling& t, const void* bias, int64 channel,
                        float (&value)[count]) {
  if (bias != nullptr) {
    LoadChannel<Element, lanes>(t, bias, channel, value);
  } else {
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) value[i] = -0.0f;
  }
}

template <class Element, template <class> class Activation>
struct BiasForwardWalker {
  using Real = typename Element::Real;
  const BiasForwardArguments& p;
  const Tile& tile;
  const Activation<Real> f;
  float bias[Element::kLanes];

  CA_DEVICE BiasForwardWalker(const BiasForwardArguments& arguments,
                              const Tile& t)
      : p(arguments), tile(t), f(arguments.parameters) {}

  template <int lanes>
  CA_DEVICE void BeginColumn(int64 channel) {
    LoadBias<Element, lanes>(p.tiling, p.bias, channel, bias);
  }

  template <int lanes>
  CA_DEVICE void Row(int64 row, int64 column) {
    using Lanes = Access<Element, lanes>;
    const int64 index = tile.channel * p.tiling.channel_stride +
                        row * p.tiling.row_stride + column;
    float value[lanes];
    Lanes::Load(p.x, index, value);
    AddBiasAndResidual<Element, lanes>(bias, p.residual, index, value);
    if (p.preactivation != nullptr) {
      Lanes::Store(p.preactivation, index, value);
    }
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) value[i] = f.Value(Real(value[i]));
    if (p.dropout.threshold != 0) Drop(p.dropout, index, value);
    Lanes::Store(p.y, index, value);
  }
};

template <class Element, template <class> class Activation>
CA_DEVICE void BiasForward(const BiasForwardArguments& p) {
  const Tile tile(p.tiling);
  BiasForwardWalker<Element, Activation> walker(p, tile);
  WalkTile<Element::kLanes>(p.tiling, tile, walker);
}

/// `from_output`: `saved` is y, else x or the pre-activation.
template <class Element, template <class> class Activation, bool from_output>
struct BiasBackwardWalker {
  using Real = typename Element::Real;
  const BiasBackwardArguments& p;
  const Tile& tile;
  const Activation<Real> f;
  float bias[Element::kLanes];
  float sum[Element::kLanes];

  CA_DEVICE BiasBackwardWalker(const BiasBackwardArguments& arguments,
                               const Tile& t)
      : p(arguments), tile(t), f(arguments.parameters) {
    CA_UNROLL
    for (int i = 0; i < Element::kLanes; ++i) sum[i] = 0.0f;
  }

  template <int lanes>
  CA_DEVICE void BeginColumn(int64 channel) {
    if constexpr (!from_output) {
      LoadBias<Element, lanes>(p.tiling, p.bias, channel, bias);
    }
  }

  CA_DEVICE float Derivative(float saved) const {
    if constexpr (from_output) {
      return f.DerivativeFromOutput(Real(saved));
    } else {
      return f.Derivative(Real(saved));
    }
  }

  template <int lanes>
  CA_DEVICE void Row(int64 row, int64 column) {
    using Lanes = Access<Element, lanes>;
    const int64 index = tile.channel * p.tiling.channel_stride +
                        row * p.tiling.row_stride + column;
    float saved[lanes], gradient[lanes];
    Lanes::Load(p.saved, index, saved);
    Lanes::Load(p.dy, index, gradient);
    if constexpr (!from_output) {
      AddBiasAndResidual<Element, lanes>(bias, p.residual, index, saved);
    }
    if (p.dropout.threshold != 0) Drop(p.dropout, index, gradient);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) {
      gradient[i] = Chain(Derivative(saved[i]), gradient[i]);
      sum[i] += gradient[i];
    }
    Lanes::Store(p.dx, index, gradient);
  }
};

template <class Element, template <class> class Activation, bool from_output>
CA_DEVICE void BiasBackward(const BiasBackwardArguments& p) {
  __shared__ Scratch<Element::kLanes> scratch;
  const Tile tile(p.tiling);
  BiasBackwardWalker<Element, Activation, from_output> walker(p, tile);
  WalkTile<Element::kLanes>(p.tiling, tile, walker);
  if (p.dbias == nullptr) return;
  LeaveSums(walker.sum, scratch);
  FinishSums<Element>(p.tiling, p.combination, p.dbias, scratch);
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_BIAS_H_
