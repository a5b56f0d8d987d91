// The shared formulas, after the definitions that they look for.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_FORMULAS_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_FORMULAS_H_

// The order matters.
// clang-format off
#include "prelude.h"
#include "../../generated/pointwise_headers.inc"
#include "../../generated/rowwise_headers.inc"
#include "../../cpu/philox.h"
// clang-format on

#if !defined(CA_RECIPROCAL)
#error "the formulas must come after prelude.h"
#endif

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_FORMULAS_H_
