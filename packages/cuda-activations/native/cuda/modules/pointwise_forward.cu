#define CA_RESIDENT_BLOCKS 6

#include "../device/kernel.h"
#include "../device/pointwise.h"

#define CA_POINTWISE(Name, from_output)                                    \
  CA_KERNEL(pointwise_forward, Name, PointwiseArguments) {                 \
    cuda_activations::cuda::PointwiseForward<                              \
        cuda_activations::cuda::CA_ELEMENT, cuda_activations::math::Name>( \
        arguments);                                                        \
  }
#include "../pointwise_kernels.inc"
