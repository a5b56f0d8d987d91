// The chain rule of every backward kernel.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_CHAIN_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_CHAIN_H_

#include "prelude.h"

namespace cuda_activations {
namespace cuda {

/// dy f'. 0 where f' is 0, even if dy is infinite or NaN, as for an element
/// that a hinge cuts off.
CA_DEVICE float Chain(float derivative, float dy) {
  return derivative == 0.0f ? 0.0f : dy * derivative;
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_CHAIN_H_
