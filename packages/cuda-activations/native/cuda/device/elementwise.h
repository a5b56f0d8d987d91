// The grid-stride loop of every pointwise kernel: 16 bytes of each tensor an
// iteration, scalars before the first and after the last full vector.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_ELEMENTWISE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_ELEMENTWISE_H_

#include "element.h"

namespace cuda_activations {
namespace cuda {

/// The thread's number in the grid, and the number of threads.
CA_DEVICE int64 GlobalThread() {
  return static_cast<int64>(blockIdx.x) * kBlockThreads + threadIdx.x;
}
CA_DEVICE int64 GlobalThreads() {
  return static_cast<int64>(gridDim.x) * kBlockThreads;
}

/// out[index ..] = function(in[0][index ..], ...) for `lanes` elements. All
/// loads come before the store, so that `out` may be one of the inputs.
template <class Element, int lanes, int inputs, class Function>
CA_DEVICE void ElementwiseStep(const void* const (&in)[inputs], void* out,
                               int64 index, const Function& function) {
  using Lanes = Access<Element, lanes>;
  float value[inputs][lanes];
  CA_UNROLL
  for (int i = 0; i < inputs; ++i) Lanes::Load(in[i], index, value[i]);
  float result[lanes];
  CA_UNROLL
  for (int lane = 0; lane < lanes; ++lane) {
    if constexpr (inputs == 1) {
      result[lane] = function(value[0][lane]);
    } else if constexpr (inputs == 2) {
      result[lane] = function(value[0][lane], value[1][lane]);
    } else {
      result[lane] = function(value[0][lane], value[1][lane], value[2][lane]);
    }
  }
  Lanes::Store(out, index, result);
}

template <class Element, int inputs, class Function>
CA_DEVICE void Elementwise(const void* const (&in)[inputs], void* out,
                           const Span& span, const Function& function) {
  constexpr int lanes = Element::kLanes;
  for (int64 v = GlobalThread(); v < span.vectors; v += GlobalThreads()) {
    ElementwiseStep<Element, lanes>(in, out, span.head + v * lanes, function);
  }
  const int64 in_vectors = span.vectors * lanes;
  const int64 scalars = span.count - in_vectors;
#pragma unroll 1
  for (int64 s = GlobalThread(); s < scalars; s += GlobalThreads()) {
    const int64 index = s < span.head ? s : s + in_vectors;
    ElementwiseStep<Element, 1>(in, out, index, function);
  }
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_ELEMENTWISE_H_
