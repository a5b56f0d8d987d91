#define CA_RESIDENT_BLOCKS 3

#include "../device/bias.h"
#include "../device/kernel.h"

#define CA_POINTWISE(Name, from_output)                                     \
  CA_KERNEL(bias_forward, Name, BiasForwardArguments) {                     \
    cuda_activations::cuda::BiasForward<cuda_activations::cuda::CA_ELEMENT, \
                                        cuda_activations::math::Name>(      \
        arguments);                                                         \
  }
#include "../pointwise_kernels.inc"
