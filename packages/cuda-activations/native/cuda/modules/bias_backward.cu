#define CA_RESIDENT_BLOCKS 3

#include "../device/bias.h"
#include "../device/kernel.h"

#define CA_POINTWISE(Name, from_output)                                        \
  CA_KERNEL(bias_backward, Name, BiasBackwardArguments) {                      \
    cuda_activations::cuda::BiasBackward<cuda_activations::cuda::CA_ELEMENT,   \
                                         cuda_activations::math::Name, false>( \
        arguments);                                                            \
  }
#include "../pointwise_kernels.inc"
