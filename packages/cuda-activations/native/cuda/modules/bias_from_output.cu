#define CA_RESIDENT_BLOCKS 3

#include "../device/bias.h"
#include "../device/kernel.h"

#define CA_FROM_OUTPUT_0(Name)
#define CA_FROM_OUTPUT_1(Name)                                                \
  CA_KERNEL(bias_from_output, Name, BiasBackwardArguments) {                  \
    cuda_activations::cuda::BiasBackward<cuda_activations::cuda::CA_ELEMENT,  \
                                         cuda_activations::math::Name, true>( \
        arguments);                                                           \
  }
#define CA_POINTWISE(Name, from_output) CA_FROM_OUTPUT_##from_output(Name)
#include "../pointwise_kernels.inc"
