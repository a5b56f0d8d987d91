// The shared formulas, after the definitions that they look for.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_FORMULAS_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_FORMULAS_H_

// clang-format off: the order matters.
#include "../../cpu/philox.h"
#include "../../generated/pointwise_headers.inc"
#include "prelude.h"
// clang-format on

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_FORMULAS_H_
