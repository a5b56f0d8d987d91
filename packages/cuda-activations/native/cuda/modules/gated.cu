#include "../device/gated.h"
#include "../device/kernel.h"

// The gate's parameters stand in the table.
#define CA_GATED_KERNEL(family, Name, Gate, backward, ...)                     \
  CA_KERNEL(family, Name, GatedArguments) {                                    \
    const double parameters[] = {__VA_ARGS__};                                 \
    cuda_activations::cuda::GatedUnit<cuda_activations::cuda::CA_ELEMENT,      \
                                      cuda_activations::math::Gate, backward>( \
        arguments, parameters);                                                \
  }
#define CA_GATED(Name, Gate, ...)                                \
  CA_GATED_KERNEL(gated_forward, Name, Gate, false, __VA_ARGS__) \
  CA_GATED_KERNEL(gated_backward, Name, Gate, true, __VA_ARGS__)
#include "../../generated/gated_functors.inc"
